//! What a `for` of Go ranges over without having its items: sequences, which are
//! funcs that call a `yield`, and channels. Python iterates over both.

use super::{TypeDeclaration, TypeKind};

/// What a loop over a value of a type gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Items {
    /// So many values at once, of these types.
    Typed(Vec<String>),
    /// Values of types that only Go knows.
    Dynamic,
}

/// What a loop over values of a declared type gives, if there can be one. `find`
/// returns the declaration of another type.
pub fn items<'a>(
    declaration: &TypeDeclaration,
    find: impl FnOnce(&str) -> Option<&'a TypeDeclaration>,
) -> Option<Items> {
    match declaration.kind {
        TypeKind::Chan => received(&declaration.underlying),
        TypeKind::Func => yielded(declaration, find),
        _ => None,
    }
}

/// What is received from a channel.
fn received(channel: &str) -> Option<Items> {
    if channel.starts_with("chan<-") {
        return None;
    }
    let item = channel
        .strip_prefix("<-chan ")
        .or_else(|| channel.strip_prefix("chan "));
    Some(item.map_or(Items::Dynamic, |item| {
        // A channel of channels has parentheses where it needs them.
        let inner = item
            .strip_prefix('(')
            .and_then(|item| item.strip_suffix(')'));
        Items::Typed(vec![inner.unwrap_or(item).to_owned()])
    }))
}

/// What a func gives to the `yield` that it takes.
fn yielded<'a>(
    declaration: &TypeDeclaration,
    find: impl FnOnce(&str) -> Option<&'a TypeDeclaration>,
) -> Option<Items> {
    let Some(signature) = &declaration.signature else {
        let name = declaration.name.as_str();
        let looks_so = name.starts_with("iter.Seq[")
            || name.starts_with("iter.Seq2[")
            || name.starts_with("func(func(") && name.ends_with(") bool)");
        return looks_so.then_some(Items::Dynamic);
    };
    let ([parameter], []) = (signature.params.as_slice(), signature.results.as_slice()) else {
        return None;
    };
    let add = find(&parameter.type_).filter(|found| found.kind == TypeKind::Func)?;
    let Some(signature) = &add.signature else {
        let looks_so = add.name.starts_with("func(") && add.name.ends_with(") bool");
        return looks_so.then_some(Items::Dynamic);
    };
    let is_yield = signature.results == ["bool"]
        && signature.params.len() <= 2
        && !signature.params.iter().any(super::Parameter::is_variadic);
    is_yield.then(|| {
        let types = signature.params.iter().map(|one| one.type_.clone());
        Items::Typed(types.collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Parameter, Signature};

    fn func(name: &str, params: &[&str], results: &[&str]) -> TypeDeclaration {
        let parameter = |type_: &&str| Parameter {
            type_: (*type_).to_owned(),
            ..Parameter::default()
        };
        TypeDeclaration {
            name: name.to_owned(),
            kind: TypeKind::Func,
            signature: Some(Signature {
                params: params.iter().map(parameter).collect(),
                results: results.iter().map(|one| (*one).to_owned()).collect(),
            }),
            ..TypeDeclaration::default()
        }
    }

    fn over(declaration: &TypeDeclaration, add: &TypeDeclaration) -> Option<Items> {
        items(declaration, |name| (name == add.name).then_some(add))
    }

    #[test]
    fn a_func_that_takes_a_yield_is_a_sequence() {
        let typed = |types: &[&str]| {
            Some(Items::Typed(
                types.iter().map(|one| (*one).to_owned()).collect(),
            ))
        };
        let one = func("func(int) bool", &["int"], &["bool"]);
        let two = func("func(int, e.T) bool", &["int", "e.T"], &["bool"]);
        assert_eq!(
            over(&func("iter.Seq[int]", &["func(int) bool"], &[]), &one),
            typed(&["int"])
        );
        assert_eq!(
            over(&func("e.All", &["func(int, e.T) bool"], &[]), &two),
            typed(&["int", "e.T"])
        );
        assert_eq!(
            over(&func("e.F", &["func(int) bool"], &["int"]), &one),
            None
        );
        assert_eq!(
            over(&func("e.F", &["func(int) bool", "int"], &[]), &one),
            None
        );
        let many = func("func(...int) bool", &["...int"], &["bool"]);
        assert_eq!(over(&func("e.F", &["func(...int) bool"], &[]), &many), None);
        let silent = func("func(int)", &["int"], &[]);
        assert_eq!(over(&func("e.F", &["func(int)"], &[]), &silent), None);
    }

    #[test]
    fn a_channel_gives_what_is_received_from_it() {
        let over = |underlying: &str| {
            let channel = TypeDeclaration {
                kind: TypeKind::Chan,
                underlying: underlying.to_owned(),
                ..TypeDeclaration::default()
            };
            items(&channel, |_| None)
        };
        let typed = |text: &str| Some(Items::Typed(vec![text.to_owned()]));
        assert_eq!(over("chan int"), typed("int"));
        assert_eq!(over("<-chan e.T"), typed("e.T"));
        assert_eq!(over("chan (<-chan int)"), typed("<-chan int"));
        assert_eq!(over("chan<- int"), None);
    }

    #[test]
    fn what_is_known_by_name_only_is_asked_for() {
        let far = |name: &str| TypeDeclaration {
            name: name.to_owned(),
            kind: TypeKind::Func,
            ..TypeDeclaration::default()
        };
        assert_eq!(items(&far("iter.Seq[e.T]"), |_| None), Some(Items::Dynamic));
        assert_eq!(items(&far("e.F"), |_| None), None);
    }
}
