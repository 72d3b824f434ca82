//! `str`: its UTF-8 without copying, and new ones from UTF-8.

use std::ffi::CStr;
use std::ptr;
use std::slice;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;

const SURROGATE_ESCAPE: &CStr = c"surrogateescape";

/// The string as UTF-8. `None` if it holds surrogates, which UTF-8 can't write.
#[inline]
pub(crate) fn utf8<'a>(text: &'a Bound<'_, PyString>) -> Option<&'a [u8]> {
    let object = text.as_ptr();
    // SAFETY: `object` is a str. A compact ASCII str is its own UTF-8: as many
    // bytes as characters, directly behind the header. A str doesn't change
    // and `text` keeps it alive for 'a.
    unsafe {
        if ffi::PyUnicode_IS_READY(object) != 0 && ffi::PyUnicode_IS_COMPACT_ASCII(object) != 0 {
            let data = ffi::PyUnicode_DATA(object).cast::<u8>();
            let length = ffi::PyUnicode_GET_LENGTH(object).cast_unsigned();
            return Some(slice::from_raw_parts(data, length));
        }
    }
    wide_utf8(text)
}

#[inline(never)]
fn wide_utf8<'a>(text: &'a Bound<'_, PyString>) -> Option<&'a [u8]> {
    let mut length = 0;
    // SAFETY: `text` is a str; on success the data is cached in it, hence
    // valid as long as it is. On failure the exception raised is cleared.
    unsafe {
        let data = ffi::PyUnicode_AsUTF8AndSize(text.as_ptr(), &raw mut length);
        if data.is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        Some(slice::from_raw_parts(data.cast(), length.cast_unsigned()))
    }
}

/// The string as bytes, escaped surrogates becoming the bytes they stand for.
pub(crate) fn escaped<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: `text` is a str; the call returns a new reference or raises.
    unsafe {
        let bytes = ffi::PyUnicode_AsEncodedString(
            text.as_ptr(),
            c"utf-8".as_ptr(),
            SURROGATE_ESCAPE.as_ptr(),
        );
        Bound::from_owned_ptr_or_err(text.py(), bytes)
    }
}

/// A new string from UTF-8, bytes that are none becoming escaped surrogates.
#[inline]
pub(crate) fn new<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyString>> {
    // Strings of up to one character are shared, which CPython sees to.
    let object = if text.len() > 1 && text.is_ascii() {
        // SAFETY: a new compact ASCII str has room for as many bytes as it has
        // characters, and nobody else has seen it yet.
        unsafe {
            let object = ffi::PyUnicode_New(text.len().cast_signed(), 0x7f);
            if !object.is_null() {
                let data = ffi::PyUnicode_DATA(object).cast::<u8>();
                ptr::copy_nonoverlapping(text.as_ptr(), data, text.len());
            }
            object
        }
    } else {
        decode(text)
    };
    // SAFETY: a new str, or null with an exception set.
    unsafe { Ok(Bound::from_owned_ptr_or_err(py, object)?.cast_into_unchecked()) }
}

#[inline(never)]
fn decode(text: &[u8]) -> *mut ffi::PyObject {
    // SAFETY: pointer and length are those of a live slice.
    unsafe {
        ffi::PyUnicode_DecodeUTF8(
            text.as_ptr().cast(),
            text.len().cast_signed(),
            SURROGATE_ESCAPE.as_ptr(),
        )
    }
}
