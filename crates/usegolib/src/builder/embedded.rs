//! The scanner's Go sources, carried by this crate.

macro_rules! sources {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../../../go/", $path)))),*]
    };
}

/// Paths in the Go module, and contents.
pub(super) const SCANNER: &[(&str, &str)] = sources![
    "go.mod",
    "scan/expression/expression.go",
    "scan/expression/nameable.go",
    "scan/golist/golist.go",
    "scan/lending/lending.go",
    "scan/lending/probe.go",
    "scan/lending/reach.go",
    "scan/main.go",
    "scan/schema/reason.go",
    "scan/schema/schema.go",
    "scan/source/source.go",
    "scan/source/uses.go",
    "scan/surface/adapted.go",
    "scan/surface/constants.go",
    "scan/surface/crossing.go",
    "scan/surface/document.go",
    "scan/surface/fields.go",
    "scan/surface/generic_types.go",
    "scan/surface/generics.go",
    "scan/surface/implied.go",
    "scan/surface/lend.go",
    "scan/surface/methods.go",
    "scan/surface/suggestion.go",
    "scan/surface/surface.go",
    "scan/surface/types.go",
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use fs_err as fs;

    use super::*;

    fn walk(root: &Path, folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                if name != "testdata" {
                    walk(root, &path, found);
                }
            } else if path.extension().is_some_and(|extension| extension == "go")
                && !name.ends_with("_test.go")
            {
                let relative = path.strip_prefix(root).unwrap();
                found.push(relative.to_str().unwrap().replace('\\', "/"));
            }
        }
    }

    #[test]
    fn the_table_lists_all_sources() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../go");
        let mut found = vec!["go.mod".to_owned()];
        walk(&root, &root.join("scan"), &mut found);
        found.sort();
        let listed: Vec<_> = SCANNER.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(listed, found);
    }
}
