package bridge

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"sort"
	"time"
)

// filesystem returns the files that the host names by a path, the folder of which the
// files are, or gives as a map of names and contents; nil for anything else.
func filesystem(start int, value any) fs.FS {
	switch value := value.(type) {
	case string:
		return os.DirFS(value)
	case map[string]any:
		return memoryOf(start, value)
	}
	return nil
}

// memory has files by their names, and folders as files of nil.
type memory map[string]*memoryFile

// memoryFile is a file of a memory's.
type memoryFile struct {
	name    string
	content []byte
	folder  bool
	// entries are the names of what is in a folder, in order.
	entries []string
}

func memoryOf(start int, files map[string]any) memory {
	m := memory{}
	m.folder(start, ".")
	for name, content := range files {
		if !fs.ValidPath(name) || name == "." {
			refused(start, "%q is no name of a file in a file system", name)
		}
		f := &memoryFile{name: path.Base(name)}
		switch content := content.(type) {
		case []byte:
			f.content = content
		case string:
			f.content = []byte(content)
		default:
			refused(start, "the content of %q is neither bytes nor text", name)
		}
		if m[name] != nil {
			refused(start, "%q is a file and a folder", name)
		}
		m[name] = f
		m.enter(start, name)
	}
	for _, f := range m {
		sort.Strings(f.entries)
	}
	return m
}

// enter puts a name into its folder.
func (m memory) enter(start int, name string) {
	folder := m.folder(start, path.Dir(name))
	folder.entries = append(folder.entries, path.Base(name))
}

// folder returns the folder of a name, which it makes if it isn't there.
func (m memory) folder(start int, name string) *memoryFile {
	f := m[name]
	if f == nil {
		f = &memoryFile{name: path.Base(name), folder: true}
		m[name] = f
		if name != "." {
			m.enter(start, name)
		}
	}
	if !f.folder {
		refused(start, "%q is a file and a folder", name)
	}
	return f
}

// Open opens a file or folder.
func (m memory) Open(name string) (fs.File, error) {
	f, err := m.find("open", name)
	if err != nil {
		return nil, err
	}
	open := &openFile{memoryFile: f, Reader: bytes.NewReader(f.content)}
	for _, entry := range f.entries {
		open.rest = append(open.rest, fs.FileInfoToDirEntry(m[path.Join(name, entry)]))
	}
	return open, nil
}

// ReadFile returns a file's content.
func (m memory) ReadFile(name string) ([]byte, error) {
	f, err := m.find("read", name)
	if err != nil {
		return nil, err
	}
	if f.folder {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errFolder}
	}
	return bytes.Clone(f.content), nil
}

// ReadDir returns a folder's entries.
func (m memory) ReadDir(name string) ([]fs.DirEntry, error) {
	f, err := m.Open(name)
	if err != nil {
		return nil, err
	}
	return f.(fs.ReadDirFile).ReadDir(-1)
}

// Stat describes a file or folder.
func (m memory) Stat(name string) (fs.FileInfo, error) {
	f, err := m.find("stat", name)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (m memory) find(op, name string) (*memoryFile, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	f := m[name]
	if f == nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return f, nil
}

// A memoryFile is the fs.FileInfo of itself.

func (f *memoryFile) Name() string       { return f.name }
func (f *memoryFile) Size() int64        { return int64(len(f.content)) }
func (f *memoryFile) ModTime() time.Time { return time.Time{} }
func (f *memoryFile) IsDir() bool        { return f.folder }
func (f *memoryFile) Sys() any           { return nil }
func (f *memoryFile) Mode() fs.FileMode {
	if f.folder {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

// openFile is a memoryFile that was opened.
type openFile struct {
	*memoryFile
	*bytes.Reader
	// rest has the entries that have not been read.
	rest []fs.DirEntry
}

// errFolder is what reading a folder gives.
var errFolder = errors.New("is a directory")

// Size is that of the file.
func (o *openFile) Size() int64 { return o.memoryFile.Size() }

// Stat describes the file.
func (o *openFile) Stat() (fs.FileInfo, error) { return o.memoryFile, nil }

// Close does nothing.
func (o *openFile) Close() error { return nil }

// Read reads a file.
func (o *openFile) Read(p []byte) (int, error) {
	if o.folder {
		return 0, &fs.PathError{Op: "read", Path: o.name, Err: errFolder}
	}
	return o.Reader.Read(p)
}

// ReadDir reads a folder's entries.
func (o *openFile) ReadDir(n int) ([]fs.DirEntry, error) {
	if !o.folder {
		return nil, &fs.PathError{Op: "readdir", Path: o.name, Err: fs.ErrInvalid}
	}
	if n <= 0 || n > len(o.rest) {
		if n > 0 && len(o.rest) == 0 {
			return nil, io.EOF
		}
		n = len(o.rest)
	}
	entries := o.rest[:n]
	o.rest = o.rest[n:]
	return entries, nil
}
