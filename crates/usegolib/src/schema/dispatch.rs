//! The symbol table: every callable of a library, in dispatch order.
//!
//! A function, a method, a field's getter and setter, a constructor: each is
//! one entry, and an entry's position is what a request starts with. The
//! generator emits the Go table and the runtime finds its indices from the one
//! derivation here, so the two can't disagree about one schema; a digest of the
//! entries' names, checked when a library is initialised, shows when a manifest
//! and a library are not of one build.

use std::hash::Hasher;

use fnv::FnvHasher;

use super::protocol::numbers;
use super::shape::TypeId;
use super::{Function, Schema, TypeDeclaration, TypeKind};

numbers! {
    /// The operations every library has, at the front of the table.
    pub enum Builtin: u32 {
        /// `(handles: packed uint64)`: drops the handles (slot in the low half,
        /// generation in the high half).
        Release = 0, "release";
        /// `(object) -> uint64`: a number equal for two handles exactly when they
        /// hold the same pointer.
        Identity = 1, "identity";
        /// `(object) -> string`: `String()`, else `Error()`, else nil.
        Text = 2, "text";
        /// `(object) -> string`: the dynamic Go type as a type expression.
        TypeName = 3, "type_name";
        /// `(environment: bytes)`: sets the process environment, `K=V` separated
        /// by NUL.
        SetEnvironment = 4, "set_environment";
        /// `() -> int64`: how many handles are live.
        LiveHandles = 5, "live_handles";
        /// `(error, target: object) -> bool`: `errors.Is`.
        ErrorIs = 6, "error_is";
        /// `(func: object, arguments: array of any) -> array of any`: calls a func
        /// whose type is not in the schema.
        Invoke = 7, "invoke";
        /// `(call: uint64, descriptor: int32)`: writes a zero byte to the descriptor
        /// as soon as `Take` of the call has something to say.
        Notify = 8, "notify";
        /// `(call: uint64)`: the response of a call that has ended; that it goes on,
        /// if it has not.
        Take = 9, "take";
        /// `(call: uint64)`: cancels the context of a call.
        Cancel = 10, "cancel";
        /// `(reader: object, count: int64) -> bytes`: reads up to so many bytes, none
        /// of them at the end only; everything if the count is negative.
        Read = 11, "read";
        /// `(type, value?) -> object`: a pointer to a new variable of the type, with the
        /// value; of the type that a dynamic value has, if the type is nil.
        Cell = 18, "cell";
        /// `(pointer: object) -> value`: what is in a variable.
        Load = 19, "load";
        /// `(pointer: object, value)`: assigns a variable.
        Store = 20, "store";
        /// `(object) -> array of string`: the names of the exported fields of an object
        /// whose type is not in the schema.
        Fields = 25, "fields";
        /// `(object) -> []uint64`: the numbers of the interfaces that an object implements.
        Interfaces = 21, "interfaces";
        /// `(object, name: string) -> array of any`: the value of such a field, or a
        /// method that errors have by convention, as a func; or nothing.
        Field = 26, "field";
        /// `() -> []uint64`: the index of one callable for each trampoline.
        Layouts = 42, "layouts";
        /// `(index: uint64)`: tries the trampoline of that callable; an error if it
        /// doesn't pass arguments or results as Go does.
        CheckLayout = 43, "check_layout";
        /// `(type: uint32, text: string) -> any`: what the type's `UnmarshalText` makes
        /// of a text.
        Parse = 27, "parse";
        /// `(object, object) -> bool`: whether both hold the same pointer or, if they stand
        /// for structs by value, equal ones.
        Equal = 31, "equal";
        /// `(object) -> [uint64, bool]`: the same number for objects that are equal, and
        /// whether it is that of a struct by value.
        Hash = 32, "hash";
        /// `(type, value) -> object`: Go's conversion of a value to an interface, as a
        /// handle even where the host holds what it was made of.
        Convert = 29, "convert";
        /// `(sequence: object, dynamic: bool) -> iterator`: begins a loop over a func
        /// that a `for` of Go ranges over, or a channel.
        Iterate = 34, "iterate";
        /// `(iterator) -> [more: bool, count: int, items...]`: the next items, once
        /// there are some, in as many slices as an item has values.
        Pull = 35, "pull";
        /// `(iterator)`: ends the loop, and waits until the sequence has returned.
        Stop = 36, "stop";
        /// `(container, key or index) -> value`, live; absent if there is none.
        Item = 12, "item";
        /// `(container, key or index, value)`: assigns it; absent if there is no such
        /// index.
        SetItem = 13, "set_item";
        /// `(container) -> int64`: how many items there are.
        Length = 14, "length";
        /// `(slice, start, count) -> array` of items, live; `(iteration, what, count)
        /// -> array` of the next keys (what is 0), values (1), or both in turn (2).
        Batch = 15, "batch";
        /// `(container or struct) -> value`: what is there, as a copy.
        Copy = 16, "copy";
        /// `(container, editing, ...)`: the rest, by an [`Editing`].
        Edit = 17, "edit";
    }
}

numbers! {
    /// What [`Builtin::Edit`] does with a container.
    pub enum Editing: u8 {
        /// `(key) -> bool`: deletes a key of a map; whether it was there.
        Delete = 0, "delete";
        /// `(key) -> bool`: whether a map has a key.
        Has = 1, "has";
        /// `()`: deletes all keys of a map.
        Clear = 2, "clear";
        /// `(key) -> value`: deletes a key of a map; the value, as a copy, or absent.
        Take = 3, "take";
        /// `(start, stop, items)`: puts items in the place of others in a slice.
        Splice = 4, "splice";
        /// `() -> handle`: an iteration over a map.
        Iterate = 5, "iterate";
        /// `() -> [handle, address, length]`: pins the items of numbers as long as
        /// the handle is open.
        Pin = 6, "pin";
    }
}

/// How many entries at the front are kept for [`Builtin`]s.
pub const BUILTIN_SLOTS: u32 = 48;

/// One entry of the symbol table.
#[derive(Clone, Copy, Debug)]
pub enum Callable<'a> {
    /// A package-level function.
    Function(&'a Function),
    /// A method; its first argument is the receiver.
    Method(&'a Function),
    /// `(record with any fields) -> object`: Go's `&T{...}` of a struct.
    Construct(TypeId),
    /// `(object) -> record`: the exported fields of a struct behind a handle.
    Snapshot(TypeId),
    /// `(object) -> value` of the type's n-th field; promoted fields follow
    /// the declared ones.
    GetField(TypeId, u32),
    /// `(object, value)`: assigns the n-th field.
    SetField(TypeId, u32),
    /// `(func object, arguments...)`: calls a func value.
    Invoke(TypeId),
    /// `() -> value` of the n-th package variable.
    GetVar(u32),
    /// `(value)`: assigns the n-th package variable.
    SetVar(u32),
}

/// Whether handles to values of this type have fields to read and write, and
/// a constructor. Of a type that can't be named, these are found when the library
/// has met a value of it.
pub fn has_accessors(declaration: &TypeDeclaration) -> bool {
    declaration.kind == TypeKind::Struct
}

/// All entries behind the builtins, in order: symbols, methods, then per type
/// its constructor, snapshot and accessors or its invocation, then variables.
pub fn callables(schema: &Schema) -> impl Iterator<Item = Callable<'_>> {
    let functions = schema.symbols.iter().map(Callable::Function);
    let methods = schema.methods.iter().map(Callable::Method);
    let types = schema.types.iter().zip(0..).flat_map(|(declaration, at)| {
        let id = TypeId(at);
        let fields = if has_accessors(declaration) {
            field_count(declaration)
        } else {
            0
        };
        let structural = has_accessors(declaration)
            .then_some([Callable::Construct(id), Callable::Snapshot(id)])
            .into_iter()
            .flatten();
        let accessors =
            (0..fields).flat_map(move |n| [Callable::GetField(id, n), Callable::SetField(id, n)]);
        let invocation = declaration
            .signature
            .is_some()
            .then_some(Callable::Invoke(id));
        structural.chain(accessors).chain(invocation)
    });
    let vars = (0_u32..)
        .zip(&schema.vars)
        .flat_map(|(n, _)| [Callable::GetVar(n), Callable::SetVar(n)]);
    functions.chain(methods).chain(types).chain(vars)
}

/// The callables with their indices in the table.
pub fn indexed(schema: &Schema) -> impl Iterator<Item = (u32, Callable<'_>)> {
    (BUILTIN_SLOTS..).zip(callables(schema))
}

/// The n-th field of a type as accessors count them: declared, then promoted.
///
/// # Panics
/// If the type has no such field.
pub fn field(declaration: &TypeDeclaration, n: u32) -> &super::Field {
    declaration
        .fields
        .iter()
        .chain(&declaration.promoted)
        .nth(n as usize)
        .expect("accessors are derived from the fields")
}

fn field_count(declaration: &TypeDeclaration) -> u32 {
    u32::try_from(declaration.fields.len() + declaration.promoted.len())
        .expect("a struct has fewer than 2^32 fields")
}

/// Changes whenever a runtime can't talk to libraries built before: with the
/// builtins, the extensions and the encodings of docs/abi.md.
pub const WIRE_REVISION: &str = "15";

/// A digest of the table: 64-bit FNV-1a over the revision of the encoding and
/// every entry's name, in order.
pub fn digest(schema: &Schema) -> u64 {
    let mut hash = FnvHasher::default();
    let mut words = |words: &[&str]| {
        for word in words {
            hash.write(word.as_bytes());
            // The separator keeps ["ab", "c"] apart from ["a", "bc"].
            hash.write_u8(0);
        }
    };
    words(&[WIRE_REVISION]);
    for callable in callables(schema) {
        match callable {
            Callable::Function(f) => words(&["F", &f.pkg, &f.name]),
            Callable::Method(f) => {
                words(&["M", f.recv.as_deref().unwrap_or_default(), &f.name]);
            }
            Callable::Construct(id) => words(&["C", type_name(schema, id)]),
            // The rest follows from the constructors, the types and the vars.
            Callable::Snapshot(_) | Callable::SetField(..) | Callable::SetVar(_) => {}
            Callable::GetField(id, n) => {
                words(&["G", &field(&schema.types[id.0 as usize], n).name]);
            }
            Callable::Invoke(id) => words(&["I", type_name(schema, id)]),
            Callable::GetVar(n) => {
                let var = &schema.vars[n as usize];
                words(&["V", &var.pkg, &var.name]);
            }
        }
    }
    hash.finish()
}

fn type_name(schema: &Schema, id: TypeId) -> &str {
    &schema.types[id.0 as usize].name
}
