//! Near matches of a misspelt name.

/// The candidate that `name` is most likely meant to be, if one is near: equal
/// but for case and underscores, or a third of its letters away at most.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = normalized(name);
    let limit = 1 + wanted.chars().count() / 4;
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| {
            (
                strsim::levenshtein(&wanted, &normalized(candidate)),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn normalized(name: &str) -> String {
    name.chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        let keys = ["age", "first_name", "Employees"];
        assert_eq!(nearest("agee", keys), Some("age"));
        assert_eq!(nearest("firstName", keys), Some("first_name"));
        assert_eq!(nearest("employes", keys), Some("Employees"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("x", ["y"]), None);
    }
}
