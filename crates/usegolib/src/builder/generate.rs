//! From the schema to the source of the bridge.

use std::collections::BTreeSet;

use super::BuildError;
use super::leave_out::leave_out;
use super::workspace::RUNTIME_MODULE;
use crate::bridge::{self, BridgeError, Origin, SourceFile};
use crate::environment;
use crate::schema::Schema;

/// What no code can be generated for, and why.
pub(super) type Reasons = Vec<(Origin, String)>;

/// The generated main package, which has the import path `main`, and the packages
/// it is linked with. Calls into
/// the packages of `leaving` survive `runtime.Goexit`, and no trampoline is
/// generated for callables that lie as the `mistaken` ones.
///
/// What no code can be generated for is taken out of the schema; that comes
/// second, with the reasons.
pub(super) fn bridge(
    schema: &mut Schema,
    main: &str,
    leaving: &BTreeSet<String>,
    mistaken: &BTreeSet<Origin>,
) -> Result<(Vec<SourceFile>, Reasons), BuildError> {
    let number = |variable: environment::Variable, usual| {
        let wanted = variable.text().and_then(|text| text.parse().ok());
        wanted.unwrap_or(usual)
    };
    let options = bridge::Options {
        isolated_packages: leaving.clone(),
        mistaken: mistaken.clone(),
        straight_line: number(environment::STRAIGHT_LINE, bridge::STRAIGHT_LINE),
        part_rows: number(environment::PART_ROWS, bridge::PART_ROWS),
        ..bridge::Options::new(RUNTIME_MODULE, main)
    };
    let mut refused = Vec::new();
    loop {
        let error = match bridge::generate(schema, &options) {
            Ok(files) => return Ok((files, refused)),
            Err(error) => error,
        };
        let reason = error.to_string();
        match error {
            // Each round leaves something out, so there is an end.
            BridgeError::Part { origin, .. } if leave_out(schema, &origin, &reason) => {
                refused.push((origin, reason));
            }
            error => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_code_can_be_generated_for_is_left_out_of_the_rest() {
        let mut schema: Schema = serde_json::from_str(
            r#"{
            "packages": [{"path": "e.c/m", "name": "m"}],
            "symbols": [
                {"pkg": "e.c/m", "name": "Good", "params": [], "results": ["e.c/m.T"]},
                {"pkg": "e.c/m", "name": "Given", "params": [{"name": "a", "type": "e.c/m.Absent"}], "results": []},
                {"pkg": "e.c/m", "name": "Hidden", "params": [{"name": "a", "type": "[]e.c/m.h"}], "results": []},
                {"pkg": "e.c/m", "name": "Lists", "params": [], "results": ["e.c/m.L"]}
            ],
            "types": [
                {"name": "e.c/m.T", "pkg": "e.c/m", "ident": "T", "kind": "struct", "reach": "own", "fields": [
                    {"name": "A", "key": "A", "type": "map[string]e.c/m.Absent", "required": true},
                    {"name": "B", "key": "B", "type": "int", "required": true}]},
                {"name": "e.c/m.L", "pkg": "e.c/m", "ident": "L", "kind": "value", "reach": "own",
                    "underlying": "[]...int"},
                {"name": "e.c/m.h", "pkg": "e.c/m", "ident": "h", "kind": "struct", "reach": "own", "unnameable": true}
            ],
            "methods": [{"pkg": "e.c/m", "name": "Bad", "recv": "e.c/m.T", "params": [], "results": ["e.c/m.Absent"]}],
            "vars": [], "consts": []
        }"#,
        )
        .unwrap();
        let (files, refused) =
            bridge(&mut schema, "w/library", &BTreeSet::new(), &BTreeSet::new()).unwrap();
        assert!(files.iter().any(|file| file.contents.contains(".Good()")));
        let names: BTreeSet<_> = schema
            .unsupported
            .iter()
            .map(|one| (one.name.as_str(), one.reason.to_string()))
            .collect();
        let left_out: Vec<_> = names.iter().map(|(name, _)| *name).collect();
        assert_eq!(left_out, ["A", "Bad", "Given", "L", "Lists"]);
        assert!(names.iter().all(|(_, reason)| {
            reason.contains("e.c/m.Absent is not in the schema") || reason.contains("variadic type")
        }));
        assert_eq!(refused.len(), 4);
        // What can't be named is inferred.
        assert!(files.iter().any(|file| file.contents.contains(".Hidden")));
        assert_eq!(schema.symbols.len(), 2);
        assert_eq!(schema.types[0].fields.len(), 1);
    }
}
