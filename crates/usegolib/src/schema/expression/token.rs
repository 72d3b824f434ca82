//! Type expressions as tokens.

/// The smallest parts of a type expression. Together they are its whole text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'t> {
    /// A name behind an import path: `example.com/mod.Person`.
    Qualified {
        /// The import path.
        path: &'t str,
        /// The name in that package.
        name: &'t str,
    },
    /// A predeclared type, a keyword, the name of a field or method, a length.
    Word(&'t str),
    /// A struct tag, in its quotes.
    Tag(&'t str),
    /// Punctuation or a space.
    Mark(&'t str),
}

/// Splits a type expression into tokens.
pub const fn tokens(text: &str) -> Tokens<'_> {
    Tokens { rest: text }
}

/// The tokens of a type expression.
#[derive(Clone, Debug)]
pub struct Tokens<'t> {
    rest: &'t str,
}

impl<'t> Tokens<'t> {
    /// The text of the tokens that are to come.
    pub const fn rest(&self) -> &'t str {
        self.rest
    }

    /// Takes what is left of a group that was opened, its closing bracket
    /// included: all there is, if nothing closes it.
    pub fn group(&mut self) -> &'t str {
        let text = self.rest;
        let mut open = 1_usize;
        while open > 0 {
            match self.next() {
                Some(Token::Mark("[" | "(" | "{")) => open += 1,
                Some(Token::Mark("]" | ")" | "}")) => open -= 1,
                Some(_) => {}
                None => break,
            }
        }
        &text[..text.len() - self.rest.len()]
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let text = self.rest;
        let first = text.chars().next()?;
        // Variadic dots stand in front of a word, and look like part of one.
        let length = if text.starts_with("...") {
            3
        } else if first == '"' || first == '`' {
            quoted(text)
        } else if is_word(first) {
            text.find(|c| !is_word(c)).unwrap_or(text.len())
        } else {
            first.len_utf8()
        };
        let (token, rest) = text.split_at(length);
        self.rest = rest;
        Some(match first {
            '"' | '`' => Token::Tag(token),
            _ if token == "..." || !is_word(first) => Token::Mark(token),
            _ => match token.rsplit_once('.') {
                Some((path, name)) => Token::Qualified { path, name },
                None => Token::Word(token),
            },
        })
    }
}

/// Whether `c` can be part of an import path or an identifier: everything but
/// what Go's type syntax is made of.
const fn is_word(c: char) -> bool {
    !matches!(
        c,
        ' ' | '[' | ']' | '(' | ')' | '{' | '}' | '*' | ',' | ';' | '<' | '"' | '`'
    )
}

/// The length of the quoted string at the start of `text`.
fn quoted(text: &str) -> usize {
    let quote = text.as_bytes()[0];
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quote == b'"' => escaped = true,
            _ if byte == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn qualified_names_are_found_wherever_they_stand() {
        let text = "func(...gopkg.in/yaml.v3.Node, <-chan a-b.com/~c/d.T) map[a/b.K[x.Y]]string";
        let found: Vec<_> = tokens(text)
            .filter_map(|token| match token {
                Token::Qualified { path, name } => Some((path, name)),
                _ => None,
            })
            .collect();
        assert_eq!(
            found,
            [
                ("gopkg.in/yaml.v3", "Node"),
                ("a-b.com/~c/d", "T"),
                ("a/b", "K"),
                ("x", "Y"),
            ]
        );
    }

    #[test]
    fn struct_tags_are_one_token() {
        let text = r#"struct{A time.Time "json:\"a.b/c.d]\""; B int `x"`}"#;
        let tags: Vec<_> = tokens(text)
            .filter(|token| matches!(token, Token::Tag(_)))
            .collect();
        assert_eq!(
            tags,
            [Token::Tag(r#""json:\"a.b/c.d]\"""#), Token::Tag(r#"`x"`"#)]
        );
    }

    #[test]
    fn groups_end_where_they_are_closed() {
        let mut rest = tokens(r#"{A [2]func(int) "}"; B struct{}} tail"#);
        assert_eq!(rest.next(), Some(Token::Mark("{")));
        assert_eq!(rest.group(), r#"A [2]func(int) "}"; B struct{}}"#);
        assert_eq!(rest.rest(), " tail");
        let mut open = tokens("[int");
        open.next();
        assert_eq!((open.group(), open.rest()), ("int", ""));
    }

    proptest! {
        #[test]
        fn tokens_are_the_whole_text(text in r#"([a-z./*\[\](){};,<"`\\ é-]|\.\.\.){0,40}"#) {
            let mut rebuilt = String::new();
            for token in tokens(&text) {
                match token {
                    Token::Qualified { path, name } => {
                        rebuilt.extend([path, ".", name]);
                    }
                    Token::Word(one) | Token::Tag(one) | Token::Mark(one) => rebuilt.push_str(one),
                }
            }
            prop_assert_eq!(rebuilt, text);
        }
    }
}
