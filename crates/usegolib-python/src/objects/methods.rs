//! The methods of a class of references, by number.

use std::ptr::NonNull;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::callable::Callable;
use crate::cpython::Lazy;

/// The methods that the interpreter calls by number (`cpython::numbered`).
pub(crate) struct MethodTable {
    /// The class they were made for, which is never freed.
    class: NonNull<ffi::PyTypeObject>,
    methods: Box<[Lazy<Callable>]>,
}

// SAFETY: the class is only compared with others.
unsafe impl Send for MethodTable {}
// SAFETY: as above.
unsafe impl Sync for MethodTable {}

impl MethodTable {
    /// The table of `class`.
    pub(super) fn new(class: &Bound<'_, PyType>, methods: Vec<Lazy<Callable>>) -> Self {
        // The view keeps its classes, and nothing frees a view.
        let class = NonNull::new(class.clone().into_ptr().cast());
        Self {
            class: class.expect("a class is somewhere"),
            methods: methods.into(),
        }
    }

    /// The method with that number, if instances of `class` have the methods of
    /// this table: those of the class itself and of its subclasses.
    #[inline(always)]
    pub(super) fn find(
        &self,
        class: *mut ffi::PyTypeObject,
        number: usize,
    ) -> Option<&Lazy<Callable>> {
        if self.class.as_ptr() != class && !self.is_base_of(class) {
            return None;
        }
        self.methods.get(number)
    }

    #[inline(never)]
    fn is_base_of(&self, class: *mut ffi::PyTypeObject) -> bool {
        // SAFETY: both are types; the caller's is that of a live instance.
        unsafe { ffi::PyType_IsSubtype(class, self.class.as_ptr()) != 0 }
    }
}
