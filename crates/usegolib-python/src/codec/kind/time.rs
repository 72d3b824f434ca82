//! `time.Time`: RFC 3339 with nanoseconds on the wire; a str of that form or an
//! aware datetime in, a str out.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDelta, PyDeltaAccess, PyString, PyTzInfo};

use super::{mismatch, named, string};
use crate::codec::native::string as text;
use crate::codec::{DecodeError, EncodeError, Request, Response};

pub(crate) fn encode(out: &mut Request<'_>, value: &Bound<'_, PyAny>) -> Result<(), EncodeError> {
    if let Ok(time) = value.cast::<PyString>() {
        return match text::utf8(time) {
            Some(time) if is_rfc3339(time) => out.str(time),
            _ => Err(EncodeError::new(format!(
                "expected time.Time (as 2006-01-02T15:04:05.999999999Z), got {}",
                mismatch::shown(value)
            ))),
        };
    }
    if let Ok(time) = value.cast::<PyDateTime>() {
        return encode_datetime(out, time);
    }
    Err(mismatch::value("time.Time (str or datetime)", value))
}

/// A datetime in Go's form: its own, with Z where the offset is none.
fn encode_datetime(out: &mut Request<'_>, time: &Bound<'_, PyDateTime>) -> Result<(), EncodeError> {
    let py = time.py();
    let offset = time.call_method0(intern!(py, "utcoffset"))?;
    let Ok(offset) = offset.cast::<PyDelta>() else {
        return Err(EncodeError::new(
            "the datetime is naive: give it a time zone, as with .astimezone() or \
             .replace(tzinfo=datetime.timezone.utc)",
        ));
    };
    // RFC 3339 has no seconds in an offset; the instant stays the same.
    let time = if offset.get_seconds() % 60 != 0 || offset.get_microseconds() != 0 {
        time.call_method1(intern!(py, "astimezone"), (PyTzInfo::utc(py)?,))?
    } else {
        time.clone().into_any()
    };
    let time = time.call_method0(intern!(py, "isoformat"))?;
    let time = time.cast::<PyString>().map_err(PyErr::from)?.to_cow()?;
    let utc = time.strip_suffix("+00:00").map(|time| format!("{time}Z"));
    let time = utc.as_deref().unwrap_or(&time);
    if !is_rfc3339(time.as_bytes()) {
        return Err(EncodeError::new(format!(
            "the datetime's isoformat() is not RFC 3339: {time:?}"
        )));
    }
    out.str(time.as_bytes())
}

/// Whether Go's `RFC3339Nano` layout takes it.
fn is_rfc3339(text: &[u8]) -> bool {
    let Some((head, mut rest)) = text.split_first_chunk::<19>() else {
        return false;
    };
    let number = |range: std::ops::Range<usize>| {
        head[range].iter().try_fold(0_u32, |number, digit| {
            digit
                .is_ascii_digit()
                .then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    let separators = [4, 7, 10, 13, 16].map(|at| head[at]) == *b"--T::";
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return false;
    };
    let (Some(hour), Some(minute), Some(second)) = (number(11..13), number(14..16), number(17..19))
    else {
        return false;
    };
    let in_range = (1..=12).contains(&month)
        && (1..=days(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !separators || !in_range {
        return false;
    }
    if let Some((b'.' | b',', fraction)) = rest.split_first() {
        let digits = fraction.iter().take_while(|c| c.is_ascii_digit()).count();
        if digits == 0 {
            return false;
        }
        rest = &fraction[digits..];
    }
    match rest {
        b"Z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            let two = |tens: &u8, ones: &u8, limit: u8| {
                tens.is_ascii_digit()
                    && ones.is_ascii_digit()
                    && (tens - b'0') * 10 + (ones - b'0') <= limit
            };
            two(h1, h2, 24) && two(m1, m2, 60)
        }
        _ => false,
    }
}

const fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

pub(crate) fn decode<'py>(input: &mut Response<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError> {
    let time = string::decode(input)?;
    match input.context.types.adapters().time {
        Some(id) => named::with_methods(input, id, time),
        None => Ok(time),
    }
}
