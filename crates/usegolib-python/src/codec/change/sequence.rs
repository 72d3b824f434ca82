//! Slices and arrays: lists, other sequences that can be changed, and those that
//! can't but hold what can.

use std::collections::{HashMap, VecDeque};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyList, PyMapping, PyString, PyTuple};

use super::Changed;
use crate::codec::{DecodeError, Decoder};
use crate::wire::{Reader, Token, WireError};

/// A sequence that was given.
pub(super) enum Target<'a, 'py> {
    List(&'a Bound<'py, PyList>),
    /// Another sequence whose items can be set.
    Mutable(&'a Bound<'py, PyAny>),
    /// A sequence that stays as it is.
    Fixed(&'a Bound<'py, PyAny>),
}

impl<'a, 'py> Target<'a, 'py> {
    /// What `value` is; `None` if it is no sequence.
    pub(super) fn of(value: &'a Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        if let Ok(list) = value.cast::<PyList>() {
            return Ok(Some(Self::List(list)));
        }
        if value.is_instance_of::<PyTuple>() {
            return Ok(Some(Self::Fixed(value)));
        }
        let py = value.py();
        let class = value.get_type();
        let is_sequence = class.hasattr(intern!(py, "__getitem__"))?
            && class.hasattr(intern!(py, "__len__"))?
            && !value.is_instance_of::<PyString>()
            && !value.is_instance_of::<PyBytes>()
            && !value.is_instance_of::<PyByteArray>()
            && !value.is_instance_of::<PyMapping>();
        if !is_sequence {
            return Ok(None);
        }
        if class.hasattr(intern!(py, "__setitem__"))? {
            return Ok(Some(Self::Mutable(value)));
        }
        Ok(Some(Self::Fixed(value)))
    }

    pub(super) fn is_mutable(&self) -> bool {
        !matches!(self, Self::Fixed(_))
    }

    /// The items, as they are now.
    fn items(&self) -> PyResult<Vec<Bound<'py, PyAny>>> {
        match self {
            Self::List(list) => Ok(list.iter().collect()),
            Self::Mutable(value) | Self::Fixed(value) => value.try_iter()?.collect(),
        }
    }

    pub(super) fn set(&self, at: usize, item: &Bound<'py, PyAny>) -> PyResult<()> {
        match self {
            // Another thread may have made it shorter.
            Self::List(list) if at < list.len() => list.set_item(at, item),
            Self::Mutable(value) => value.set_item(at, item),
            Self::List(_) | Self::Fixed(_) => Ok(()),
        }
    }

    pub(super) fn append(&self, item: &Bound<'py, PyAny>) -> PyResult<()> {
        match self {
            Self::List(list) => list.append(item),
            Self::Mutable(value) => value.call_method1("append", (item,)).map(drop),
            Self::Fixed(_) => Ok(()),
        }
    }

    /// Whether its items can be set, and it keeps its length: an array of numpy.
    pub(super) fn keeps_length(&self) -> PyResult<bool> {
        match self {
            Self::Mutable(value) => Ok(!value.hasattr("append")? || !value.hasattr("pop")?),
            Self::List(_) | Self::Fixed(_) => Ok(false),
        }
    }

    /// Takes so many items from the end.
    pub(super) fn shorten(&self, count: usize) -> PyResult<()> {
        for _ in 0..count {
            match self {
                Self::List(list) if !list.is_empty() => list.del_item(list.len() - 1)?,
                Self::Mutable(value) => value.call_method0("pop").map(drop)?,
                Self::List(_) | Self::Fixed(_) => {}
            }
        }
        Ok(())
    }
}

/// The items of an array, which nil has none of.
fn items(mut reader: Reader<'_>) -> Result<Option<Vec<&[u8]>>, WireError> {
    Ok(match reader.token()? {
        Token::Array(length) => Some(
            (0..length)
                .map(|_| reader.value())
                .collect::<Result<_, _>>()?,
        ),
        Token::Nil => Some(Vec::new()),
        _ => None,
    })
}

/// Which of the old items each new one is: the one at its place, else one that has
/// moved there. So the Python objects move along.
fn sources(old: &[&[u8]], new: &[&[u8]]) -> Vec<Option<usize>> {
    let stays = |at: usize| old.get(at) == new.get(at);
    let mut left: HashMap<&[u8], VecDeque<usize>> = HashMap::new();
    for (at, item) in old.iter().enumerate().filter(|(at, _)| !stays(*at)) {
        left.entry(item).or_default().push_back(at);
    }
    let found = new.iter().enumerate().map(|(at, item)| {
        if stays(at) {
            return Some(at);
        }
        left.get_mut(item).and_then(VecDeque::pop_front)
    });
    found.collect()
}

pub(super) fn bring<'c, 'py>(
    element: &Decoder,
    changed: &Changed<'c, 'py>,
    value: &Bound<'py, PyAny>,
    given: &'c [u8],
    after: &'c [u8],
) -> Result<bool, DecodeError> {
    let (Some(old), Some(new)) = (items(Reader::new(given))?, items(changed.reader(after))?) else {
        return Ok(false);
    };
    if old == new {
        return Ok(true);
    }
    let Some(target) = Target::of(value)? else {
        return Ok(false);
    };
    let values = target.items()?;
    if values.len() != old.len() {
        // Another thread has made it something else meanwhile.
        return Ok(true);
    }
    if old.len() != new.len() && target.keeps_length()? {
        return Ok(false);
    }
    let sources = sources(&old, &new);
    let mut moved = vec![false; old.len()];
    for from in sources.iter().flatten() {
        moved[*from] = true;
    }
    let mut whole = true;
    for (at, item) in new.iter().enumerate() {
        let made = match sources[at] {
            Some(from) if from == at => continue,
            Some(from) => Ok(Some(values[from].clone())),
            None if at < old.len() && !moved[at] => {
                element.bring_or_make(changed, &values[at], old[at], item)
            }
            None => element.made(changed, item).map(Some),
        };
        let Some(made) = made.map_err(|error| error.at_index(at))? else {
            continue;
        };
        if !target.is_mutable() {
            whole = false;
        } else if at < values.len() {
            target.set(at, &made)?;
        } else {
            target.append(&made)?;
        }
    }
    target.shorten(old.len().saturating_sub(new.len()))?;
    Ok(whole && (target.is_mutable() || old.len() == new.len()))
}
