//! The schema: what a module exports, as one data model.
//!
//! The Go scanner produces it as JSON, the manifest carries it, and everything
//! else consumes it: the bridge generator, the Python codec, the bindings
//! generator. Types are written as Go type expressions (`[]int64`,
//! `map[string]example.com/mod.Person`) whose leaves are either predeclared or
//! listed in [`Schema::types`]; [`shape`] lowers an expression to the closed
//! set of ways a value can cross, and [`dispatch`] derives the one symbol table
//! that the bridge and the runtime share. The other numbers that both use are in
//! [`protocol`].

pub mod adapter;
pub mod catalog;
pub mod declaration;
pub mod dispatch;
pub mod expression;
pub mod filesystems;
pub mod implementable;
pub mod iteration;
pub mod nameable;
pub mod protocol;
pub mod protocols;
pub mod readers;
pub mod reason;
pub mod shape;
pub mod slots;

use serde::{Deserialize, Serialize};

use self::expression::Expression;
use self::reason::Reason;

/// Everything a module exports. Unknown fields are refused: the writer and the
/// readers of a schema are always of one version, held together by the manifest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Schema {
    /// The package-level functions, instantiations of generic ones included.
    /// The manifest carries them beside the schema, not in it.
    #[serde(skip_serializing)]
    pub symbols: Vec<Function>,
    /// The packages, in import path order.
    pub packages: Vec<Package>,
    /// The types that signatures, fields, consts and vars mention. A type's
    /// position here is its number on the wire.
    pub types: Vec<TypeDeclaration>,
    /// The exported methods of those types, promoted ones included.
    pub methods: Vec<Function>,
    /// Which instantiation of which generic function is which symbol.
    pub generics: Vec<GenericInstance>,
    /// The generic functions as they are declared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub generic_functions: Vec<GenericFunction>,
    /// The generic types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub generic_types: Vec<GenericType>,
    /// The instantiations that nobody named, as a manifest has them. In memory they
    /// are the last of `symbols`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<Function>,
    /// Exported names that stand for other types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Alias>,
    /// Package-level constants.
    pub consts: Vec<Constant>,
    /// Package-level variables.
    pub vars: Vec<Variable>,
    /// Exported names that can't be used, each with its reason.
    pub unsupported: Vec<Unsupported>,
    /// Packages of the module that are left out, each with its reason.
    pub excluded: Vec<ExcludedPackage>,
}

/// One importable package.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Import path.
    pub path: String,
    /// The name in the package clause.
    pub name: String,
    /// The package's `GoDoc`, without comment marks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

/// A package of the module that is not in the artifact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExcludedPackage {
    /// Import path.
    pub path: String,
    /// Why: usually the compiler's own message.
    pub reason: String,
    /// Whether it compiles: it is left out because it can't be loaded, here or
    /// together with the others, and is tried again when it is asked for.
    #[serde(default, skip_serializing_if = "is_false")]
    pub compiles: bool,
}

/// A function, a method (a function whose first parameter is its receiver) or
/// an instantiation of a generic function.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// Import path of the declaring package; for a method, of its type.
    pub pkg: String,
    /// The exported name; for an instantiation the symbol (`Id__int64`).
    pub name: String,
    /// The receiver's type, for methods: a key of [`Schema::types`], without `*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recv: Option<String>,
    /// Whether the method is only in the method set of `*T`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pointer: bool,
    /// Whether a method may change its receiver, or what that holds.
    #[serde(default, skip_serializing_if = "is_false")]
    pub changes: bool,
    /// Parameters in order, the receiver not among them.
    pub params: Vec<Parameter>,
    /// Result types in order, a trailing `error` included.
    pub results: Vec<String>,
    /// `GoDoc`, without comment marks; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// Where it is declared: `file.go:12`, relative to the package folder.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pos: String,
    /// Type arguments, for an instantiation: `["int64"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub type_args: Vec<String>,
    /// Whether it is an instantiation that nobody named. These are behind all others.
    #[serde(default, skip_serializing_if = "is_false")]
    pub implied: bool,
}

/// One parameter of a function.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Go's name; empty or `_` where Go has none.
    pub name: String,
    /// Type expression; `...T` for a variadic parameter.
    #[serde(rename = "type")]
    pub type_: String,
    /// Whether the function is done with the argument when it returns.
    #[serde(default, skip_serializing_if = "Lending::is_kept")]
    pub lent: Lending,
    /// Whether the function may write to memory of the argument's that its
    /// caller sees.
    #[serde(default, skip_serializing_if = "is_false")]
    pub changes: bool,
}

/// What a function does with an argument, as far as the compiler knows: whether
/// it can be lent the caller's memory for the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lending {
    /// It may keep the argument.
    #[default]
    Kept,
    /// It is done with the argument when it returns, but may have written to it.
    Change,
    /// It is done with the argument when it returns, and only read it.
    Read,
}

impl Lending {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde's skip_serializing_if passes a reference"
    )]
    const fn is_kept(&self) -> bool {
        matches!(self, Self::Kept)
    }
}

/// What a declared type is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TypeKind {
    /// A struct, with its exported fields in `fields`.
    Struct,
    /// An interface with methods (a named empty interface has kind `value`
    /// and underlying `any`).
    Interface,
    /// A function type, with `signature`.
    Func,
    /// A channel.
    Chan,
    /// A pointer to a pointer, interface, channel or function.
    Pointer,
    /// A named scalar, slice, array or map, with `underlying`.
    #[default]
    Value,
}

/// How far a type is from the module's own surface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// Declared in a package of the module.
    #[default]
    Own,
    /// Declared elsewhere and reached from the module's exported surface: fields and
    /// methods are listed.
    Near,
    /// Beyond the nearest types, or nested too deep: an object with no fields and
    /// methods, unless it is a value.
    Far,
}

/// A named type, or an unnamed struct, interface, func, chan or pointer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts that the scanner found"
)]
pub struct TypeDeclaration {
    /// The type as type expressions write it: `example.com/mod.Person`,
    /// `example.com/mod.Box[int]`, `func(int) string`.
    pub name: String,
    /// Import path of the declaring package; empty for an unnamed type.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pkg: String,
    /// The name inside its package, type arguments included (`Box[int]`); for
    /// an unnamed type the whole expression.
    pub ident: String,
    /// What the type is made of.
    pub kind: TypeKind,
    /// The underlying type expression, for kind `value`; the type expression
    /// itself for an unnamed chan or pointer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub underlying: String,
    /// The exported fields of a struct that cross, in order, `-` left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// Exported fields reached through embedded structs, for attributes of
    /// objects; they are not in records, where embedded structs are nested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promoted: Vec<Field>,
    /// Whether the struct has state that `fields` doesn't show: unexported
    /// fields, ignored ones, or fields that can't cross.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// Whether some exported method has a pointer receiver.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pointer_methods: bool,
    /// Whether some exported method has a value receiver.
    #[serde(default, skip_serializing_if = "is_false")]
    pub value_methods: bool,
    /// Whether the struct contains itself through pointers, slices or maps.
    #[serde(default, skip_serializing_if = "is_false")]
    pub recursive: bool,
    /// Whether the struct holds by value what must not be copied: a lock, as
    /// `go vet` has it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub uncopyable: bool,
    /// Whether Go's `==` is defined on it, so that it can be a map key.
    #[serde(default, skip_serializing_if = "is_false")]
    pub comparable: bool,
    /// Whether generated code can't write the type's name: it is unexported, in
    /// an internal package, or made of such types.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unnameable: bool,
    /// Whether an interface has methods that types of other packages can't have, or
    /// that can't cross.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sealed: bool,
    /// Parameters and results, for kind `func`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// How far the type is from the module.
    #[serde(default)]
    pub reach: Reach,
    /// `GoDoc`, without comment marks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

/// The parameters and results of a function type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Parameters in order.
    pub params: Vec<Parameter>,
    /// Result types in order, a trailing `error` included.
    pub results: Vec<String>,
}

/// One field of a struct.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Go's name.
    pub name: String,
    /// The canonical key: `msgpack` tag, else `json` tag, else the Go name.
    pub key: String,
    /// Other keys accepted on input: the Go name and the other tag's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Type expression.
    #[serde(rename = "type")]
    pub type_: String,
    /// Whether a record given from Python must have it: not for `omitempty`
    /// fields, nor for interfaces, funcs and channels.
    pub required: bool,
    /// Whether the tag says `omitempty`: left out of results when empty.
    #[serde(default, skip_serializing_if = "is_false")]
    pub omitempty: bool,
    /// Whether the field is embedded.
    #[serde(default, skip_serializing_if = "is_false")]
    pub embedded: bool,
    /// `GoDoc`, without comment marks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

/// Which symbol a generic function's instantiation has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenericInstance {
    /// Import path of the generic function's package.
    pub pkg: String,
    /// The generic function's name (`Id`).
    pub name: String,
    /// Type arguments as type expressions.
    pub type_args: Vec<String>,
    /// The symbol's name (`Id__int64`).
    pub symbol: String,
}

/// A generic function as it is declared: the leaves of its type expressions may be
/// type parameters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenericFunction {
    /// Import path.
    pub pkg: String,
    /// Name.
    pub name: String,
    /// Type parameters in order.
    pub type_params: Vec<TypeParameter>,
    /// Parameters in order.
    pub params: Vec<Parameter>,
    /// Result types in order.
    pub results: Vec<String>,
    /// `GoDoc`, without comment marks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// How many instantiations the budget left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u32,
    /// The instantiations that were missed and can't be made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedInstance>,
}

/// A generic type; its instantiations are among the types, named as Go writes them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenericType {
    /// Import path.
    pub pkg: String,
    /// Name.
    pub name: String,
    /// The names of the type parameters, in order.
    pub type_params: Vec<String>,
    /// What an alias stands for, in terms of its parameters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alias: String,
    /// `GoDoc`, without comment marks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// How many instantiations the budget left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u32,
    /// The instantiations that were missed and can't be made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedInstance>,
}

/// A type parameter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeParameter {
    /// Name.
    pub name: String,
    /// What it has to be in terms of the others, where its constraint leaves no
    /// choice (`[]E` for `S ~[]E`).
    #[serde(default, rename = "type", skip_serializing_if = "String::is_empty")]
    pub type_: String,
}

/// An instantiation that can't be made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedInstance {
    /// Type arguments as they were asked for.
    pub type_args: Vec<String>,
    /// Why, in words.
    pub reason: String,
}

/// An exported alias: another name of a type, like `os.FileMode` of
/// `io/fs.FileMode`. An alias of a type without a usable name of its own is
/// that type's name in [`Schema::types`] instead.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// Import path.
    pub pkg: String,
    /// Name.
    pub name: String,
    /// Type expression of what it stands for.
    #[serde(rename = "type")]
    pub type_: String,
    /// `GoDoc`, without comment marks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

/// What kind of value a constant has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConstantKind {
    /// `true` or `false`.
    Bool,
    /// A decimal integer of any size.
    #[default]
    Int,
    /// A decimal float, or a hexadecimal one where only that is exact.
    Float,
    /// Two floats separated by a space: real and imaginary part.
    Complex,
    /// The string itself, unquoted.
    String,
    /// The bytes of a string that isn't UTF-8, in hexadecimal.
    Hex,
}

/// A package-level constant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// Import path.
    pub pkg: String,
    /// Name.
    pub name: String,
    /// Type expression; `untyped int` and the like for untyped constants.
    #[serde(rename = "type")]
    pub type_: String,
    /// What `value` holds.
    pub kind: ConstantKind,
    /// The value, written as `kind` says.
    pub value: String,
    /// `GoDoc`, without comment marks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

/// A package-level variable.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Import path.
    pub pkg: String,
    /// Name.
    pub name: String,
    /// Type expression.
    #[serde(rename = "type")]
    pub type_: String,
    /// `GoDoc`, without comment marks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

/// An exported name that can't be used from Python.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unsupported {
    /// Import path.
    pub pkg: String,
    /// Name.
    pub name: String,
    /// The receiver's type, for methods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recv: Option<String>,
    /// Its Go signature, as Go writes it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signature: String,
    /// Why it can't cross.
    pub reason: Reason,
}

impl Unsupported {
    /// Whether it would be called, if it could be: the keyword of a declaration says
    /// what is declared.
    pub fn is_function(&self) -> bool {
        expression::tokens(&self.signature).next() == Some(expression::Token::Word("func"))
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's skip_serializing_if passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !*value
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's skip_serializing_if passes a reference"
)]
fn is_zero(value: &u32) -> bool {
    *value == 0
}

impl Parameter {
    /// Whether this is `...T`.
    pub fn is_variadic(&self) -> bool {
        matches!(expression::parse(&self.type_), Expression::Variadic(_))
    }

    /// The type of an argument: of each, for a variadic parameter.
    pub fn argument(&self) -> &str {
        match expression::parse(&self.type_) {
            Expression::Variadic(element) => element,
            _ => &self.type_,
        }
    }

    /// Whether this is a context: Python gives a timeout in its place.
    pub fn is_context(&self) -> bool {
        self.type_ == "context.Context"
    }
}

impl Function {
    /// The results without a trailing `error`, which is raised, not returned.
    pub fn value_results(&self) -> &[String] {
        match self.results.split_last() {
            Some((last, rest)) if last == "error" => rest,
            _ => &self.results,
        }
    }

    /// A method as interfaces compare it: name and types.
    pub fn comparable(&self) -> String {
        let parameters: Vec<_> = self.params.iter().map(|one| one.type_.as_str()).collect();
        format!(
            "{}({}) ({})",
            self.name,
            parameters.join(", "),
            self.results.join(", ")
        )
    }
}

impl TypeDeclaration {
    /// Whether it is a declared type whose fields and methods were left out, as nearer
    /// types use up the budget.
    pub fn is_beyond(&self) -> bool {
        let has_members = matches!(self.kind, TypeKind::Struct | TypeKind::Interface);
        self.reach == Reach::Far && !self.pkg.is_empty() && has_members && self.fields.is_empty()
    }

    /// Whether Python can't implement the interface, or it isn't known which methods
    /// it has.
    pub fn is_sealed(&self) -> bool {
        self.sealed || self.reach == Reach::Far || self.unnameable
    }

    /// Whether a pointer to the struct crosses as a live object rather than as
    /// its value: it has unexported fields, methods on `*T`, is recursive
    /// through pointers, has no exported field, or must not be copied.
    pub fn is_object(&self) -> bool {
        self.kind == TypeKind::Struct
            && (self.hidden || self.pointer_methods || self.recursive || self.is_opaque())
    }

    /// Whether the struct itself is no record: it must not be copied, has no
    /// exported field, or generated code can't name it to read its fields.
    /// `struct{}` hides nothing: it is a record without fields.
    pub fn is_opaque(&self) -> bool {
        self.kind == TypeKind::Struct
            && (self.unnameable
                || self.uncopyable
                || (self.fields.is_empty() && self.name != "struct{}"))
    }

    /// Whether a value of the struct can be made of its fields.
    pub fn takes_fields(&self) -> bool {
        !self.unnameable && !self.fields.is_empty()
    }

    /// Whether values of the type carry methods in Python.
    pub fn has_methods(&self) -> bool {
        self.value_methods || self.pointer_methods
    }
}
