//! The environment as it is handed to Go, which otherwise keeps the one the
//! process started with.

use std::ffi::OsString;

/// `K=V` entries, each ended by a NUL, as the ABI wants them.
pub fn entries(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, value) in variables {
        let (key, value) = (key.as_encoded_bytes(), value.as_encoded_bytes());
        // An entry with a NUL inside would read as two.
        if !key.contains(&0) && !value.contains(&0) {
            out.extend_from_slice(key);
            out.push(b'=');
            out.extend_from_slice(value);
            out.push(0);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn entries_end_in_nul_and_hold_none() {
        let given = [("A", "1"), ("B", ""), ("C", "x\0y")].map(|(k, v)| (k.into(), v.into()));
        assert_eq!(entries(given), b"A=1\0B=\0");
    }
}
