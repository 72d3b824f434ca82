//! A list of which each item is read when it is first asked for.

use std::fmt;
use std::ops::Index;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;

/// A part of a text: from where, up to where.
pub(super) type Span = (u32, u32);

/// The items of one list of a schema.
pub struct Entries<T>(Items<T>);

enum Items<T> {
    Whole(Vec<T>),
    Text {
        text: Arc<Vec<u8>>,
        spans: Vec<Span>,
        read: Box<[OnceLock<Box<T>>]>,
    },
}

impl<T> Entries<T> {
    /// The items that are at `spans` of a text, as JSON. `None` if a span is
    /// not in the text.
    pub(super) fn at(text: &Arc<Vec<u8>>, spans: Vec<Span>) -> Option<Self> {
        spans
            .iter()
            .all(|&(start, end)| text.get(start as usize..end as usize).is_some())
            .then(|| {
                Self(Items::Text {
                    text: Arc::clone(text),
                    read: spans.iter().map(|_| OnceLock::new()).collect(),
                    spans,
                })
            })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Items::Whole(items) => items.len(),
            Items::Text { spans, .. } => spans.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> From<Vec<T>> for Entries<T> {
    fn from(items: Vec<T>) -> Self {
        Self(Items::Whole(items))
    }
}

impl<T: DeserializeOwned> Index<usize> for Entries<T> {
    type Output = T;

    /// The n-th item.
    ///
    /// # Panics
    /// If there are not as many, or if what the map says is an item isn't one: a
    /// map is made of a text that was read as a whole, says of which, and is only
    /// taken from who may write the text.
    fn index(&self, at: usize) -> &T {
        match &self.0 {
            Items::Whole(items) => &items[at],
            Items::Text { text, spans, read } => read[at].get_or_init(|| {
                let (start, end) = spans[at];
                let item = serde_json::from_slice(&text[start as usize..end as usize]);
                Box::new(item.expect("a map points at the items of its text"))
            }),
        }
    }
}

impl<T> fmt::Debug for Entries<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} entries", self.len())
    }
}
