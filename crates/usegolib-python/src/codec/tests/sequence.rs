//! Slices and arrays of anything but plain numbers.

use super::{Library, hex};

#[test]
fn from_any_sequence() {
    let library = Library::plain();
    for python in [
        "['a', 'b']",
        "('a', 'b')",
        "collections.deque('ab')",
        "collections.UserList('ab')",
        "type('L', (list,), {})('ab')",
        "collections.namedtuple('N', 'x y')('a', 'b')",
    ] {
        assert_eq!(
            library.encode("[]string", python),
            Ok(hex("92a161a162")),
            "{python}"
        );
        assert_eq!(
            library.encode("[2]string", python),
            Ok(hex("92a161a162")),
            "{python}"
        );
    }
    assert_eq!(library.encode("[]string", "None"), Ok(hex("c0")));
    assert_eq!(library.decode("[]string", &hex("c0")), Ok("[]".to_owned()));
    assert_eq!(
        library.round_trip("[2]int64", "array.array('i', [1, 2])"),
        "[1, 2]"
    );
    assert_eq!(
        library.round_trip("[][]int64", "[range(2), (), [5]]"),
        "[[0, 1], [], [5]]"
    );
    assert_eq!(
        library.round_trip("[]*string", "['a', None]"),
        "['a', None]"
    );
    assert_eq!(
        library.round_trip("[]string", "['x'] * 70000").len(),
        70000 * 5
    );
}

#[test]
fn nothing_else() {
    let library = Library::plain();
    library.refuses("[]string", "'ab'", ": expected []string, got str");
    library.refuses("[]string", "b'ab'", ": expected []string, got bytes");
    library.refuses("[]string", "{'a': 1}", ": expected []string, got dict");
    library.refuses("[2]string", "['a']", ": expected 2 elements, got 1");
    library.refuses("[2]string", "None", ": expected [2]string, got None");
    library.refuses("[]string", "['a', 1]", "[1]: expected string, got int");
    library.refuses(
        "[][]string",
        "[[], ['a', b'b']]",
        "[1][1]: expected string, got bytes",
    );
}

#[test]
fn sequences_that_lie_about_their_length() {
    let library = Library::plain();
    library.run(
        r"
class Lies(collections.abc.Sequence):
    def __init__(self, length): self.length = length
    def __len__(self): return self.length
    def __getitem__(self, at):
        if at < 3 or self.length < 3: return 'x'
        raise IndexError
",
    );
    let message = |n| format!(": the sequence doesn't have the {n} items that its len() says");
    library.refuses("[]string", "Lies(4)", &message(4));
    library.refuses("[]string", "Lies(2)", &message(2));
    assert_eq!(library.round_trip("[]string", "Lies(3)"), "['x', 'x', 'x']");
}

#[test]
fn depth_is_limited() {
    let library = Library::plain();
    library.run(
        r"
cyclic = []; cyclic.append(cyclic)
cyclic_dict = {}; cyclic_dict['x'] = cyclic_dict
deep = None
for _ in range(511): deep = [deep]
",
    );
    for python in ["cyclic", "cyclic_dict", "[deep]"] {
        let error = library.encode("any", python).expect_err("too deep");
        assert!(
            error.ends_with(": nested deeper than 511 levels (does the value contain itself?)"),
            "{error}"
        );
        assert!(error.len() < 1000, "the path is cut: {error}");
    }
    assert!(library.round_trip("any", "deep").starts_with("[[["));
}
