package surface

import (
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"usegolib.build/scan/schema"
)

// describeStruct writes a struct's fields and the facts that decide how it
// crosses.
func (s *scanner) describeStruct(e *entry, t *types.Struct) {
	out := e.out
	// Far structs that lead further are objects without fields.
	if e.reach == schema.Far && !leadsNowhere(t) {
		out.Hidden = t.NumFields() > 0
		return
	}
	out.Recursive = contains(t, e.typ)
	out.Uncopyable = holdsLock(e.typ, nil)
	keys := newKeys()
	s.describeFields(e, t, typeNameOf(e.typ), keys)
	keys.resolve(out.Fields)
	s.describePromoted(e, t)
}

// describeFields writes the fields that a struct has in records. Those of an
// unexported struct that it embeds are its own, as they are for whoever selects
// them; what they are part of stays hidden.
func (s *scanner) describeFields(e *entry, t *types.Struct, owner string, keys *keys) {
	for i := range t.NumFields() {
		v := t.Field(i)
		tag := readTag(t.Tag(i))
		if v.Name() == "_" {
			continue // padding holds nothing
		}
		if !v.Exported() || tag.ignored || s.obstacle(v.Type()) != nil {
			e.out.Hidden = true
			if inner, ok := v.Type().Underlying().(*types.Struct); ok && v.Embedded() && !v.Exported() && !tag.ignored {
				s.describeFields(e, inner, typeNameOf(types.Unalias(v.Type())), keys)
			}
			continue
		}
		if depth(e.typ, v) >= 0 {
			e.out.Fields = append(e.out.Fields, s.field(v, tag, owner, e.reach, keys))
		}
	}
}

// depth returns through how many embedded structs t's name for a field leads to
// that field, or -1 if it leads to something else: the field is shadowed, or
// ambiguous.
func depth(t types.Type, field *types.Var) int {
	object, index, _ := types.LookupFieldOrMethod(t, true, field.Pkg(), field.Name())
	if v, ok := object.(*types.Var); ok && v.Origin() == field.Origin() {
		return len(index) - 1
	}
	return -1
}

func (s *scanner) field(v *types.Var, tag fieldTag, owner string, from schema.Reach, keys *keys) schema.Field {
	field := schema.Field{
		Name:      v.Name(),
		Type:      s.mention(v.Type(), from),
		Required:  !tag.optional && !isAbsent(v.Type()),
		OmitEmpty: tag.omitEmpty,
		Embedded:  v.Embedded(),
	}
	if from != schema.Far {
		field.Doc = s.sources.Find(v.Origin(), owner).Doc
	}
	field.Key, field.Aliases = keys.choose(v.Name(), tag)
	return field
}

// leadsNowhere reports whether a struct is plain data whose fields mention no
// further types but scalars, so that describing it brings nothing else along.
func leadsNowhere(t *types.Struct) bool {
	for field := range t.Fields() {
		if !field.Exported() || field.Embedded() || !isScalars(field.Type()) {
			return false
		}
	}
	return t.NumFields() > 0
}

// isScalars reports whether a type is a scalar or made of scalars, without a
// name of its own in the latter case.
func isScalars(t types.Type) bool {
	if basic, ok := t.Underlying().(*types.Basic); ok {
		return basic.Kind() != types.UnsafePointer
	}
	switch t := types.Unalias(t).(type) {
	case *types.Slice:
		return isScalars(t.Elem())
	case *types.Array:
		return isScalars(t.Elem())
	case *types.Map:
		return isScalars(t.Key()) && isScalars(t.Elem())
	}
	return false
}

// isAbsent reports whether a record may leave a field of the type out: Python
// often has nothing to give for it.
func isAbsent(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Interface, *types.Signature, *types.Chan:
		return true
	}
	return false
}

// contains reports whether what the fields of t hold can be of the type target.
func contains(t *types.Struct, target types.Type) bool {
	seen := map[types.Type]bool{}
	var in func(types.Type) bool
	in = func(t types.Type) bool {
		t = types.Unalias(t)
		if types.Identical(t, target) {
			return true
		}
		if seen[t] {
			return false
		}
		seen[t] = true
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			return in(u.Elem())
		case *types.Slice:
			return in(u.Elem())
		case *types.Array:
			return in(u.Elem())
		case *types.Map:
			return in(u.Key()) || in(u.Elem())
		case *types.Struct:
			for field := range u.Fields() {
				if (field.Exported() || field.Embedded()) && in(field.Type()) {
					return true
				}
			}
		}
		return false
	}
	for field := range t.Fields() {
		if (field.Exported() || field.Embedded()) && in(field.Type()) {
			return true
		}
	}
	return false
}

// holdsLock reports whether a value of the type must not be copied, as vet's
// copylocks check has it: it is or holds, by value, what is locked by pointer.
func holdsLock(t types.Type, within []types.Type) bool {
	if slices.Contains(within, t) {
		return false
	}
	within = append(within, t)
	switch u := t.Underlying().(type) {
	case *types.Array:
		return holdsLock(u.Elem(), within)
	case *types.Struct:
		if isLock(t) {
			return true
		}
		for field := range u.Fields() {
			if holdsLock(field.Type(), within) {
				return true
			}
		}
	}
	return false
}

// isLock reports whether Lock and Unlock are methods of a pointer to the type and
// not of the type itself.
func isLock(t types.Type) bool {
	values, all := types.NewMethodSet(t), types.NewMethodSet(types.NewPointer(t))
	for _, name := range []string{"Lock", "Unlock"} {
		method := all.Lookup(nil, name)
		if method == nil || values.Lookup(nil, name) != nil {
			return false
		}
		if s := method.Type().(*types.Signature); s.Params().Len()+s.Results().Len() > 0 {
			return false
		}
	}
	return true
}

// describePromoted writes the exported fields that embedding makes selectable.
func (s *scanner) describePromoted(e *entry, t *types.Struct) {
	keys := newKeys()
	for _, field := range e.out.Fields {
		keys.used[field.Key] = true
		keys.names[field.Name] = true
	}
	for _, candidate := range embeddedFields(t, nil) {
		v := candidate.field
		if depth(e.typ, v) < 1 || keys.names[v.Name()] {
			continue // shadowed, ambiguous, its own or in its records
		}
		tag := readTag(candidate.tag)
		if tag.ignored || s.obstacle(v.Type()) != nil {
			continue
		}
		e.out.Promoted = append(e.out.Promoted, s.field(v, tag, candidate.owner, e.reach, keys))
	}
	keys.resolve(e.out.Promoted)
}

type embeddedField struct {
	field *types.Var
	tag   string
	owner string
}

// embeddedFields lists the exported fields of the structs that t embeds, in
// declaration order, whether or not they are shadowed.
func embeddedFields(t *types.Struct, path []types.Type) []embeddedField {
	var out []embeddedField
	for v := range t.Fields() {
		if !v.Embedded() {
			continue
		}
		inner := types.Unalias(v.Type())
		if pointer, ok := inner.(*types.Pointer); ok {
			inner = types.Unalias(pointer.Elem())
		}
		u, ok := inner.Underlying().(*types.Struct)
		if !ok || slices.Contains(path, inner) {
			continue
		}
		for i := range u.NumFields() {
			if field := u.Field(i); field.Exported() {
				out = append(out, embeddedField{field, u.Tag(i), typeNameOf(inner)})
			}
		}
		out = append(out, embeddedFields(u, append(slices.Clone(path), inner))...)
	}
	return out
}

// fieldTag is what a field's tag says about its key.
type fieldTag struct {
	ignored   bool
	omitEmpty bool   // as the tag says that gives the key
	optional  bool   // as any tag says
	name      string // empty if no tag gives one
	other     string // the json name beside a msgpack one
}

// readTag reads a struct tag: the msgpack tag rules, else the json tag.
func readTag(text string) fieldTag {
	tag := reflect.StructTag(text)
	packed, hasPacked := tag.Lookup("msgpack")
	plain, hasPlain := tag.Lookup("json")
	optional := isOptional(text)
	if !hasPacked && !hasPlain {
		return fieldTag{optional: optional}
	}
	plainName, plainOptions, _ := strings.Cut(plain, ",")
	if plain == "-" {
		plainName = ""
	}
	if !hasPacked {
		omitEmpty := hasOmitEmpty(plainOptions)
		return fieldTag{ignored: plain == "-", omitEmpty: omitEmpty, optional: optional, name: plainName}
	}
	name, options, _ := strings.Cut(packed, ",")
	out := fieldTag{
		ignored:   packed == "-",
		omitEmpty: hasOmitEmpty(options),
		optional:  optional,
		name:      name,
		other:     plainName,
	}
	if out.name == "" {
		out.name, out.other = plainName, ""
	}
	return out
}

// isOptional reports whether any of a struct tag's values has the option
// omitempty. What isn't in the usual format says nothing, as for reflect.
func isOptional(text string) bool {
	for {
		_, rest, found := strings.Cut(text, ":")
		quoted, err := strconv.QuotedPrefix(rest)
		if !found || err != nil {
			return false
		}
		value, err := strconv.Unquote(quoted)
		if _, options, _ := strings.Cut(value, ","); err == nil && hasOmitEmpty(options) {
			return true
		}
		text = rest[len(quoted):]
	}
}

func hasOmitEmpty(options string) bool {
	return slices.Contains(strings.Split(options, ","), "omitempty")
}

// keys hands out the keys of a record's fields, each once.
type keys struct {
	used  map[string]bool
	names map[string]bool
}

func newKeys() *keys {
	return &keys{used: map[string]bool{}, names: map[string]bool{}}
}

// choose returns a field's canonical key and the other keys it would like.
func (k *keys) choose(name string, tag fieldTag) (key string, aliases []string) {
	k.names[name] = true
	key = name
	if tag.name != "" && !k.used[tag.name] {
		key = tag.name
	}
	for k.used[key] {
		key += "_"
	}
	k.used[key] = true
	for _, alias := range []string{name, tag.other} {
		if alias != "" && alias != key && !slices.Contains(aliases, alias) {
			aliases = append(aliases, alias)
		}
	}
	return key, aliases
}

// resolve drops the aliases that are another field's key or alias.
func (k *keys) resolve(fields []schema.Field) {
	taken := map[string]bool{}
	for i := range fields {
		fields[i].Aliases = slices.DeleteFunc(fields[i].Aliases, func(alias string) bool {
			drop := k.used[alias] || taken[alias]
			taken[alias] = true
			return drop
		})
	}
}
