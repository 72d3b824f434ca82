//! Loops over Go's sequences and channels: the types that can be looped over, and
//! the iterator.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use usegolib::schema::iteration;
use usegolib::schema::shape::TypeId;

use super::reference::GoObject;
use super::view::View;
use crate::call::{Scope, builtin};
use crate::codec::{DecodeError, Decoder, Input};
use crate::cpython::entry::announced;
use crate::cpython::list;
use crate::wire::{Handle, Token};

/// How the items of a sequence cross: a decoder for each value of an item, of as
/// many as come at once.
pub(super) enum Items {
    /// By their types.
    Typed(Box<[Decoder]>),
    /// As dynamic values.
    Dynamic,
}

impl Items {
    /// How the items of values of a type cross, if one can loop over them.
    pub(super) fn of(view: &'static View, id: TypeId) -> Option<Self> {
        let types = &view.types;
        let find = |name: &str| types.find(name).map(|id| types.declaration(id));
        match iteration::items(types.declaration(id), find)? {
            iteration::Items::Dynamic => Some(Self::Dynamic),
            iteration::Items::Typed(items) => {
                let decoders = items.iter().map(|item| types.decoder(&format!("[]{item}")));
                // A type out of the schema's sight is known to Go.
                Some(
                    decoders
                        .collect::<Result<_, _>>()
                        .map_or(Self::Dynamic, Self::Typed),
                )
            }
        }
    }
}

/// A loop over a sequence or channel of Go's.
///
/// Items come in batches. The loop ends when it is over, when nobody has it any
/// more, or by `close()`, which returns when Go's sequence has.
#[pyclass(module = "usegolib", weakref)]
pub(crate) struct GoIterator {
    scope: Scope,
    items: &'static Items,
    /// What gives the items, until it is known that there are none.
    source: Option<Handle>,
    /// The batch: a list for each value that an item consists of.
    columns: Vec<Py<PyList>>,
    /// How many items the batch has, and how many of them have been given.
    count: usize,
    given: usize,
}

impl GoIterator {
    /// Begins a loop over what `object` is of.
    pub(super) fn over<'py>(
        py: Python<'py>,
        object: &GoObject,
        items: &'static Items,
    ) -> PyResult<Bound<'py, Self>> {
        let scope = object.view().scope();
        let dynamic = matches!(items, Items::Dynamic);
        let source = builtin::iterate(py, scope, object.handle(py)?, dynamic)?;
        Bound::new(
            py,
            Self {
                scope,
                items,
                source: Some(source),
                columns: Vec::new(),
                count: 0,
                given: 0,
            },
        )
    }

    /// The next item of the batch.
    #[inline]
    fn item<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let at = self.given;
        self.given += 1;
        let value = |column: &Py<PyList>| {
            list::get(column.bind(py), at)
                .ok_or_else(|| PyValueError::new_err("the iterator's items were taken away"))
        };
        match self.columns.as_slice() {
            [] => Ok(py.None().into_bound(py)),
            [items] => value(items),
            columns => {
                let values = columns.iter().map(value).collect::<PyResult<Vec<_>>>()?;
                Ok(PyTuple::new(py, values)?.into_any())
            }
        }
    }

    /// Waits for the next batch.
    #[inline(never)]
    fn pull(&mut self, py: Python<'_>, source: Handle) -> PyResult<()> {
        let mut batch = None;
        let outcome = builtin::pull(py, self.scope, source, |input| {
            batch = Some(Batch::read(input, self.items)?);
            Ok(())
        });
        // A signal handler may have raised all the same.
        if let Some(batch) = batch {
            (self.columns, self.count, self.given) = (batch.columns, batch.count, 0);
            if !batch.more {
                self.give_up(source);
            }
        }
        outcome
    }

    /// Gives the source back: there are no more items.
    fn give_up(&mut self, source: Handle) {
        self.source = None;
        self.scope.instance.released.push(source);
    }
}

/// What comes at once.
struct Batch {
    more: bool,
    count: usize,
    columns: Vec<Py<PyList>>,
}

impl Batch {
    fn read(input: &mut Input<'_, '_>, items: &Items) -> Result<Self, DecodeError> {
        let malformed = || DecodeError::malformed("malformed items of an iterator");
        let Token::Array(parts @ 2..=4) = input.token()? else {
            return Err(malformed());
        };
        let Token::Bool(more) = input.token()? else {
            return Err(malformed());
        };
        let Token::Unsigned(count) = input.token()? else {
            return Err(malformed());
        };
        let count = usize::try_from(count).map_err(|_| malformed())?;
        let dynamic = Decoder::Slice(Box::new(Decoder::Any));
        let mut columns = Vec::with_capacity(parts - 2);
        for at in 0..parts - 2 {
            let decoder = match items {
                Items::Dynamic => &dynamic,
                Items::Typed(decoders) => decoders.get(at).ok_or_else(malformed)?,
            };
            let values = decoder.decode(input)?;
            let values = match values.cast_into::<PyList>() {
                Ok(list) => list,
                // Bytes, for one.
                Err(other) => {
                    let values = other.into_inner().try_iter()?;
                    PyList::new(input.py, values.collect::<PyResult<Vec<_>>>()?)?
                }
            };
            if values.len() != count {
                return Err(malformed());
            }
            columns.push(values.unbind());
        }
        if let Items::Typed(decoders) = items
            && decoders.len() != columns.len()
        {
            return Err(malformed());
        }
        Ok(Self {
            more,
            count,
            columns,
        })
    }
}

#[pymethods]
impl GoIterator {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = slf.py();
        let mut this = slf.try_borrow_mut().map_err(|_| in_use())?;
        loop {
            if this.given < this.count {
                return this.item(py).map(Some);
            }
            let Some(source) = this.source else {
                return Ok(None);
            };
            this.pull(py, source)?;
        }
    }

    /// Ends the loop, and returns when Go's sequence has returned. Closing twice is
    /// harmless.
    fn close(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let mut this = slf.try_borrow_mut().map_err(|_| in_use())?;
        (this.count, this.given) = (0, 0);
        this.columns.clear();
        let Some(source) = this.source else {
            return Ok(());
        };
        if this.scope.instance.engine.is_forked() {
            this.source = None;
            return Ok(());
        }
        let outcome = builtin::stop(py, this.scope, source);
        this.give_up(source);
        outcome
    }
}

#[cold]
fn in_use() -> PyErr {
    PyValueError::new_err("the iterator is in use by another thread")
}

impl Drop for GoIterator {
    fn drop(&mut self) {
        let Some(source) = self.source else {
            return;
        };
        if self.scope.instance.engine.is_forked() {
            return;
        }
        let scope = self.scope;
        // Not with the next call: the sequence may hold what others wait for.
        let release = |py: Python<'_>| {
            // This may run while an exception is under way.
            let under_way = PyErr::take(py);
            if builtin::release(py, scope, source).is_err() {
                scope.instance.released.push(source);
            }
            if let Some(error) = under_way {
                error.restore(py);
            }
        };
        // SAFETY: objects are freed by who has the interpreter.
        unsafe { announced(release) };
    }
}
