//! Go's names as Python can write them.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfkc};

use crate::schema::expression::{self, Token};

/// Python's reserved words.
pub(super) const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// An exported name as an attribute: Go's own in Python's normal form, unless that
/// is one of the three keywords of Python that are exported names in Go.
pub fn attribute(name: &str) -> Cow<'_, str> {
    match name {
        "None" | "True" | "False" => format!("{name}_").into(),
        name => normalized(name),
    }
}

/// A name in the form that Python brings all names of its source to (NFKC).
pub fn normalized(name: &str) -> Cow<'_, str> {
    if name.is_ascii() || is_nfkc(name) {
        return name.into();
    }
    name.nfkc().collect::<String>().into()
}

/// The spellings under which an exported name is found: Go's, and how Python's
/// source can write it where that differs.
pub fn spellings(name: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let written = attribute(name);
    let differs = written != name;
    [Cow::Borrowed(name)]
        .into_iter()
        .chain(differs.then_some(written))
}

/// A type's name as Python can write it: `Box[int]` is `Box_int`.
pub fn identifier(name: &str) -> String {
    match expression::tokens(name).next() {
        Some(Token::Word("struct")) => return "Struct".to_owned(),
        Some(Token::Word("interface")) => return "Interface".to_owned(),
        _ => {}
    }
    let mut text = String::with_capacity(name.len());
    for character in name.chars() {
        if character.is_alphanumeric() {
            text.push(character);
        } else if !text.ends_with('_') {
            text.push('_');
        }
    }
    let text = text.trim_end_matches('_');
    // A leading underscore is for names that the generator makes up.
    match text.trim_start_matches('_') {
        "" => "Type".to_owned(),
        text if text.starts_with(char::is_numeric) => format!("Type{text}"),
        text => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_python_writes_them() {
        let all = |name| spellings(name).collect::<Vec<_>>();
        assert_eq!(all("Name"), ["Name"]);
        assert_eq!(all("None"), ["None", "None_"]);
        // The sign of the unit, and the letter.
        assert_eq!(all("\u{212b}"), ["\u{212b}", "\u{c5}"]);
        assert_eq!(normalized("\u{c5}"), "\u{c5}");
    }
}
