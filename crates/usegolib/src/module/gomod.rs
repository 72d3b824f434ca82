//! Reading `go.mod`, `go.work` and `vendor/modules.txt`: only what usegolib
//! itself needs of them. What they mean to a build is left to Go.

use std::path::{Path, PathBuf};

/// The lines of a `go.mod` or `go.work`, one directive each, with blocks
/// flattened: `["require", "example.com/a", "v1.0.0"]`.
pub fn directives(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
        let tokens = tokens(line);
        match (&block, tokens.as_slice()) {
            (_, []) => {}
            (Some(_), [close]) if close == ")" => block = None,
            (Some(verb), _) => {
                let mut directive = vec![verb.clone()];
                directive.extend(tokens);
                found.push(directive);
            }
            (None, [verb, open]) if open == "(" => block = Some(verb.clone()),
            (None, _) => found.push(tokens),
        }
    }
    found
}

/// The words of one line: comments dropped, quotes removed.
fn tokens(line: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with("//") {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '`'));
        let (token, after) = if let Some(quote) = quote {
            let body = &rest[1..];
            match body.find(quote) {
                Some(end) => (unescape(&body[..end], quote), &body[end + 1..]),
                None => (body.to_owned(), ""),
            }
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            // A comment ends a word also without a blank before it.
            let end = rest[..end].find("//").unwrap_or(end);
            (rest[..end].to_owned(), &rest[end..])
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

fn unescape(body: &str, quote: char) -> String {
    if quote == '`' {
        body.to_owned()
    } else {
        body.replace("\\\\", "\\")
    }
}

/// A string as `go.mod` and `go.work` quote it.
pub fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The argument of the first directive of this name: `module`, `go`.
pub fn first_argument(directives: &[Vec<String>], verb: &str) -> Option<String> {
    directives
        .iter()
        .find(|directive| directive[0] == verb)
        .and_then(|directive| directive.get(1).cloned())
}

/// The local directories that `replace` directives point to, and for a
/// `go.work` those of its `use` directives, relative to the file's folder.
pub fn local_directories(directives: &[Vec<String>], folder: &Path) -> Vec<PathBuf> {
    directives
        .iter()
        .filter_map(|directive| match directive[0].as_str() {
            "use" => directive.get(1),
            "replace" => directive
                .iter()
                .skip_while(|token| *token != "=>")
                .nth(1)
                .filter(|target| is_directory(target)),
            _ => None,
        })
        .map(|directory| folder.join(directory))
        .collect()
}

/// A replacement is a directory if it is spelled like one; Go's own rule.
fn is_directory(target: &str) -> bool {
    target == "."
        || target == ".."
        || target.starts_with("./")
        || target.starts_with("../")
        || target.starts_with(".\\")
        || target.starts_with("..\\")
        || Path::new(target).is_absolute()
}

/// A module in `vendor/modules.txt` that provides packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendored {
    /// Module path, hence its folder under `vendor`.
    pub path: String,
    /// The version required, as written there.
    pub version: String,
    /// The module's own `go` line, if recorded.
    pub go: Option<String>,
}

/// The modules in a `vendor/modules.txt` that provide packages.
pub fn vendored(text: &str) -> Vec<Vendored> {
    let mut found = Vec::new();
    let mut current: Option<Vendored> = None;
    for line in text.lines() {
        if let Some(notes) = line.strip_prefix("## ") {
            if let Some(module) = &mut current {
                module.go = notes
                    .split(';')
                    .find_map(|note| note.trim().strip_prefix("go "))
                    .map(str::to_owned);
            }
        } else if let Some(module) = line.strip_prefix("# ") {
            let mut words = module.split_whitespace();
            current = match (words.next(), words.next()) {
                (Some(path), Some(version)) if version != "=>" => Some(Vendored {
                    path: path.to_owned(),
                    version: version.to_owned(),
                    go: None,
                }),
                _ => None,
            };
        } else if !line.is_empty() {
            // The first package of a module makes it one that is needed.
            found.extend(current.take());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const GO_MOD: &str = r#"// a comment
module "example.com/m" // here

go 1.21

require (
	a.b/c v1.0.0 // indirect
	a.b/d v1.1.0
)

replace a.b/c => ../c

replace (
	a.b/d v1.1.0 => a.b/fork v1.2.0
	a.b/e => "/abs/with space"
)
"#;

    #[test]
    fn blocks_are_flattened() {
        let directives = directives(GO_MOD);
        assert_eq!(
            first_argument(&directives, "module").as_deref(),
            Some("example.com/m")
        );
        assert_eq!(first_argument(&directives, "go").as_deref(), Some("1.21"));
        assert_eq!(directives[3], ["require", "a.b/d", "v1.1.0"]);
        assert_eq!(
            local_directories(&directives, Path::new("/w/m")),
            [PathBuf::from("/w/m/../c"), PathBuf::from("/abs/with space")]
        );
    }

    #[test]
    fn work_files_use_directories() {
        let directives = directives("go 1.22\nuse ./a\nuse (\n\t./b\n\t../c\n)\n");
        assert_eq!(
            local_directories(&directives, Path::new("/w")),
            [
                PathBuf::from("/w/./a"),
                PathBuf::from("/w/./b"),
                PathBuf::from("/w/../c")
            ]
        );
    }

    #[test]
    fn quoting_reads_back() {
        for text in ["/plain", "/with space", "C:\\dir"] {
            let line = format!("use {}", quote(text));
            assert_eq!(directives(&line), [["use", text]]);
        }
    }

    #[test]
    fn vendored_modules_without_packages_are_left_out() {
        let text = "# a.b/c v1.0.0\n## explicit; go 1.17\na.b/c\na.b/c/sub\n\
                    # a.b/unused v1.0.0\n## explicit\n\
                    # a.b/old v0.1.0 => ../old\na.b/old\n# a.b/old => ../old\n";
        assert_eq!(
            vendored(text),
            [
                Vendored {
                    path: "a.b/c".to_owned(),
                    version: "v1.0.0".to_owned(),
                    go: Some("1.17".to_owned())
                },
                Vendored {
                    path: "a.b/old".to_owned(),
                    version: "v0.1.0".to_owned(),
                    go: None
                }
            ]
        );
    }
}
