package bridge

import "io"

// readLimit is the most that is read at once when the host says how much it
// wants: it may want what fits its own buffer, however large that is.
const readLimit = 1 << 20

// read reads for the host, which has the reader: up to n bytes, of which there
// are none at the end only, or everything if n is negative.
func read(e *Encoder, r io.Reader, n int64) {
	var data []byte
	var err error
	switch {
	case r == nil:
		unable("the reader is nil")
	case n < 0:
		data, err = io.ReadAll(r)
	case n > 0:
		data = make([]byte, min(n, readLimit))
		// At least one byte, so that the end is told from an idle reader.
		var count int
		count, err = io.ReadAtLeast(r, data, 1)
		data = data[:count]
		if err == io.EOF || count > 0 {
			// What has been read comes first; a reader repeats its error.
			err = nil
		}
	}
	if err != nil {
		e.Failure(err)
		return
	}
	e.Success()
	e.Bytes(data)
}
