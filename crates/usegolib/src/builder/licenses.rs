//! Telling the usual licences by their texts.
//!
//! A licence is known by a sentence that no other has. What isn't recognised is
//! no less a licence: its file is listed all the same.

/// How names of files with licences begin, in capitals.
const NAMES: &[&str] = &[
    "LICENSE",
    "LICENCE",
    "COPYING",
    "COPYRIGHT",
    "NOTICE",
    "UNLICENSE",
    "PATENTS",
];

/// A licence's identifier, the phrases that its text has, and those that it
/// hasn't; the first one that fits.
const LICENSES: &[(&str, &[&str], &[&str])] = &[
    (
        "Apache-2.0",
        &["apache license", "version 2.0, january 2004"],
        &[],
    ),
    (
        "AGPL-3.0",
        &["gnu affero general public license", "version 3"],
        &[],
    ),
    (
        "LGPL-3.0",
        &[
            "gnu lesser general public license",
            "version 3, 29 june 2007",
        ],
        &[],
    ),
    (
        "LGPL-2.1",
        &["gnu lesser general public license", "version 2.1"],
        &[],
    ),
    (
        "GPL-3.0",
        &["gnu general public license", "version 3, 29 june 2007"],
        &[],
    ),
    (
        "GPL-2.0",
        &["gnu general public license", "version 2, june 1991"],
        &[],
    ),
    ("MPL-2.0", &["mozilla public license version 2.0"], &[]),
    ("MPL-2.0", &["mozilla public license, version 2.0"], &[]),
    ("EPL-2.0", &["eclipse public license - v 2.0"], &[]),
    ("BSL-1.0", &["boost software license - version 1.0"], &[]),
    ("CC0-1.0", &["cc0 1.0 universal"], &[]),
    (
        "Unlicense",
        &["this is free and unencumbered software released into the public domain"],
        &[],
    ),
    (
        "BSD-4-Clause",
        &[
            "redistribution and use in source and binary forms",
            "all advertising materials mentioning features",
        ],
        &[],
    ),
    (
        "BSD-3-Clause",
        &[
            "redistribution and use in source and binary forms",
            "endorse or promote products",
        ],
        &[],
    ),
    (
        "BSD-2-Clause",
        &["redistribution and use in source and binary forms"],
        &[],
    ),
    (
        "ISC",
        &[
            "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that the above copyright notice",
        ],
        &[],
    ),
    (
        "ISC",
        &[
            "permission to use, copy, modify, and distribute this software for any purpose with or without fee is hereby granted, provided that the above copyright notice",
        ],
        &[],
    ),
    (
        "0BSD",
        &[
            "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted.",
        ],
        &[],
    ),
    (
        "MIT",
        &[
            "permission is hereby granted, free of charge, to any person obtaining a copy",
            "the above copyright notice and this permission notice shall be included",
        ],
        &[],
    ),
    (
        "MIT-0",
        &["permission is hereby granted, free of charge, to any person obtaining a copy"],
        &["notice shall be included"],
    ),
    (
        "Zlib",
        &["the origin of this software must not be misrepresented"],
        &[],
    ),
];

/// Whether a file in a module's root is one with a licence.
pub(super) fn is_license_file(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let is_source = [".GO", ".S", ".C", ".H"]
        .iter()
        .any(|extension| name.ends_with(extension));
    !is_source
        && NAMES.iter().any(|start| {
            name.strip_prefix(start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
        })
}

/// The SPDX identifier of the licence with this text, if it is a usual one.
pub(super) fn identify(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let words: Vec<_> = text
        .split_whitespace()
        // Comment marks of those who keep the licence as they keep code.
        .filter(|word| !matches!(*word, "//" | "#" | "*"))
        .collect();
    let text = words.join(" ");
    LICENSES
        .iter()
        .find(|(_, has, lacks)| {
            has.iter().all(|phrase| text.contains(phrase))
                && !lacks.iter().any(|phrase| text.contains(phrase))
        })
        .map(|(id, _, _)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licence_files_are_told_by_their_names() {
        for name in [
            "LICENSE",
            "License.txt",
            "LICENSE-MIT",
            "COPYING",
            "NOTICE.md",
            "PATENTS",
            "UNLICENSE",
        ] {
            assert!(is_license_file(name), "{name}");
        }
        for name in ["license.go", "licenses", "README.md", "noticeboard.txt"] {
            assert!(!is_license_file(name), "{name}");
        }
    }

    #[test]
    fn usual_licences_are_known_by_their_texts() {
        for (text, id) in [
            (
                "MIT License\n\nPermission is hereby granted, free of charge, to any person\nobtaining a copy ... The above copyright notice and this permission notice shall be included in",
                Some("MIT"),
            ),
            (
                "                                 Apache License\n                           Version 2.0, January 2004\n",
                Some("Apache-2.0"),
            ),
            (
                "// Redistribution and use in source and\n// binary forms ... endorse or promote\n// products derived",
                Some("BSD-3-Clause"),
            ),
            (
                "Redistribution and use in source and binary forms, with or without",
                Some("BSD-2-Clause"),
            ),
            ("Mozilla Public License Version 2.0", Some("MPL-2.0")),
            ("All rights reserved.", None),
        ] {
            assert_eq!(identify(text), id, "{text}");
        }
    }
}
