//! Package patterns (`./a`, `./a/...`, `example.com/mod/b`), which restrict a
//! build to some packages of its module.

use super::ModuleError;

/// The packages that some pattern matches, in their given order; all of them if
/// there is no pattern.
pub fn select(
    packages: Vec<String>,
    patterns: &[String],
    module: &str,
) -> Result<Vec<String>, ModuleError> {
    if patterns.is_empty() {
        return Ok(packages);
    }
    let absolute = patterns
        .iter()
        .map(|pattern| absolute(pattern, module))
        .collect::<Result<Vec<_>, _>>()?;
    let selected: Vec<_> = packages
        .into_iter()
        .filter(|package| absolute.iter().any(|pattern| matches(pattern, package)))
        .collect();
    if selected.is_empty() {
        return Err(ModuleError::NoMatch {
            module: module.to_owned(),
            patterns: patterns.to_vec(),
        });
    }
    Ok(selected)
}

/// Whether some pattern matches a package; true if there is no pattern.
pub fn covers(patterns: &[String], module: &str, package: &str) -> bool {
    patterns.is_empty()
        || patterns
            .iter()
            .filter_map(|pattern| absolute(pattern, module).ok())
            .any(|pattern| matches(&pattern, package))
}

/// The pattern as an import path.
fn absolute(pattern: &str, module: &str) -> Result<String, ModuleError> {
    let trimmed = pattern.trim_end_matches('/');
    if trimmed == "." || trimmed == "./" {
        return Ok(module.to_owned());
    }
    if let Some(relative) = trimmed.strip_prefix("./") {
        return Ok(format!("{module}/{relative}"));
    }
    let inside = trimmed
        .strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with("..."));
    if inside {
        Ok(trimmed.to_owned())
    } else {
        Err(ModuleError::ForeignPattern {
            pattern: pattern.to_owned(),
            module: module.to_owned(),
        })
    }
}

/// Go's pattern rule: `...` matches any string, and a final `/...` also nothing.
fn matches(pattern: &str, package: &str) -> bool {
    if let Some(folder) = pattern.strip_suffix("/...")
        && matches(folder, package)
    {
        return true;
    }
    match pattern.split_once("...") {
        None => pattern == package,
        Some((before, after)) => package.strip_prefix(before).is_some_and(|rest| {
            (0..=rest.len())
                .filter(|&at| rest.is_char_boundary(at))
                .any(|at| matches(after, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(patterns: &[&str]) -> Vec<String> {
        let packages = ["e.c/m", "e.c/m/a", "e.c/m/a/b", "e.c/m/ab", "e.c/m/c/b"];
        let patterns: Vec<_> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        select(
            packages.iter().map(|&package| package.to_owned()).collect(),
            &patterns,
            "e.c/m",
        )
        .unwrap()
    }

    #[test]
    fn patterns_are_gos() {
        assert_eq!(selected(&[]).len(), 5);
        assert_eq!(selected(&["./..."]).len(), 5);
        assert_eq!(selected(&["."]), ["e.c/m"]);
        assert_eq!(selected(&["./a"]), ["e.c/m/a"]);
        assert_eq!(selected(&["./a/..."]), ["e.c/m/a", "e.c/m/a/b"]);
        assert_eq!(selected(&["./a..."]), ["e.c/m/a", "e.c/m/a/b", "e.c/m/ab"]);
        assert_eq!(selected(&["e.c/m/.../b"]), ["e.c/m/a/b", "e.c/m/c/b"]);
        assert_eq!(selected(&["./a", "./ab"]), ["e.c/m/a", "e.c/m/ab"]);
    }

    #[test]
    fn patterns_that_match_nothing_are_errors() {
        let packages = || vec!["e.c/m".to_owned()];
        assert!(matches!(
            select(packages(), &["./x".to_owned()], "e.c/m"),
            Err(ModuleError::NoMatch { .. })
        ));
        assert!(matches!(
            select(packages(), &["other.com/x".to_owned()], "e.c/m"),
            Err(ModuleError::ForeignPattern { .. })
        ));
    }
}
