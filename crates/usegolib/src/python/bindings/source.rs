//! Python source being written: lines, indentation, docstrings, literals.

use std::fmt::Write as _;

/// Lines longer than this get one parameter per line.
const WIDTH: usize = 110;

#[derive(Debug, Default)]
pub(super) struct Source {
    /// What has been written.
    pub(super) text: String,
    depth: usize,
}

impl Source {
    /// Adds a line at the current depth.
    pub(super) fn line(&mut self, line: &str) {
        if !line.is_empty() {
            for _ in 0..self.depth {
                self.text.push_str("    ");
            }
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    /// Adds a line that opens a block.
    pub(super) fn open(&mut self, line: &str) {
        self.line(line);
        self.depth += 1;
    }

    /// Ends a block.
    pub(super) fn close(&mut self) {
        self.depth -= 1;
    }

    /// The blank lines in front of a definition.
    pub(super) fn apart(&mut self) {
        self.line("");
        if self.depth == 0 {
            self.line("");
        }
    }

    /// Adds a docstring.
    pub(super) fn docstring(&mut self, doc: &str) {
        let mut escaped = escape(doc.trim_end()).replace("\"\"\"", "\\\"\\\"\\\"");
        if escaped.ends_with('"') {
            escaped.insert(escaped.len() - 1, '\\');
        }
        let mut lines = escaped.lines();
        let first = lines.next().unwrap_or_default();
        let mut rest = lines.peekable();
        if rest.peek().is_none() {
            self.line(&format!("\"\"\"{first}\"\"\""));
            return;
        }
        self.line(&format!("\"\"\"{first}"));
        for line in rest {
            self.line(line.trim_end());
        }
        self.line("\"\"\"");
    }

    /// `def name(parameters) -> result:` and the depth of its body.
    pub(super) fn definition(
        &mut self,
        name: &str,
        parameters: &[String],
        result: &str,
        end: &str,
    ) {
        let line = format!("def {name}({}) -> {result}:{end}", parameters.join(", "));
        if line.chars().count() + 4 * self.depth <= WIDTH {
            self.open(&line);
            return;
        }
        self.open(&format!("def {name}("));
        for parameter in parameters {
            self.line(&format!("{parameter},"));
        }
        self.close();
        self.open(&format!(") -> {result}:{end}"));
    }
}

/// A string as a Python literal.
pub(super) fn quoted(text: &str) -> String {
    let escaped = escape(text).replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

/// Text that stays itself in a literal, but for quotes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' | '\t' => out.push(character),
            control if control.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out
}
