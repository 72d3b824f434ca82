//! Near matches of a misspelt name.

/// The candidate that `name` is most likely meant to be, if one is near: equal
/// but for case and underscores, or a third of its letters away at most.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = normalized(name);
    let limit = 1 + wanted.len() / 4;
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (distance(&wanted, &normalized(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn normalized(name: &str) -> Vec<char> {
    name.chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect()
}

/// The Levenshtein distance.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, left) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (to_at, right) in to.iter().enumerate() {
            let substituted = diagonal + usize::from(left != right);
            diagonal = row[to_at + 1];
            row[to_at + 1] = substituted.min(diagonal + 1).min(row[to_at] + 1);
        }
    }
    row[to.len()]
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
