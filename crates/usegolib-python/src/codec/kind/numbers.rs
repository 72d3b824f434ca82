//! Slices of plain numbers, packed: from sequences item by item, from buffers
//! (array, memoryview, numpy) as they are, or cast where every value of the
//! item type has an exact equal in the Go type.

use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyList};
use usegolib::schema::shape::Number;

use super::bytes::BORROW_FROM;
use super::{float, integer, mismatch, nil, numpy, sequence, slice};
use crate::codec::live::{self, ContainerKind};
use crate::codec::{Arrays, DecodeError, EncodeError, Input, Output};
use crate::cpython::buffer::{self, Span};
use crate::cpython::{integer as int, list};
use crate::wire::Token;
use crate::wire::extension;

pub(crate) fn encode(
    number: Number,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    match value.cast_exact::<PyList>() {
        Ok(list) => encode_items(number, out, list),
        Err(_) => encode_other(number, out, value),
    }
}

#[inline(never)]
fn encode_other(
    number: Number,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    if value.is_none() || nil::is_nil(value)? {
        out.nil();
        return Ok(());
    }
    let bytes = value.is_instance_of::<pyo3::types::PyBytes>()
        || value.is_instance_of::<pyo3::types::PyByteArray>();
    if live::encode(out, value, |kind, _| kind == ContainerKind::Numbers(number))? {
        return Ok(());
    }
    if !bytes && buffer::is_buffer(value) && out.context.runtime.container_of(value)?.is_none() {
        return encode_buffer(number, out, value);
    }
    match sequence::iterable_to_list(value)? {
        Some(list) => encode_items(number, out, &list),
        None => Err(mismatch::value(&format!("[]{}", number.go_name()), value)),
    }
}

fn encode_items(
    number: Number,
    out: &mut Output<'_>,
    list: &Bound<'_, PyList>,
) -> Result<(), EncodeError> {
    out.numbers_header(number as u8, list.len() * number.size())?;
    match (number, number.size()) {
        (Number::Float64, _) => pack(out, list, |list, at| {
            let value = match list::float_at(list, at) {
                Some(value) => value,
                None => float::to_float(number, &item(list, at)?)?,
            };
            Ok(value.to_le_bytes())
        }),
        (Number::Float32, _) => pack(out, list, |list, at| {
            let value = float::to_float(number, &item(list, at)?)?;
            Ok(narrow(value).to_le_bytes())
        }),
        (_, 8) => pack(out, list, |list, at| {
            Ok(integer_at(number, list, at)?.to_le_bytes())
        }),
        (_, 4) => pack(out, list, |list, at| {
            Ok(low::<4>(integer_at(number, list, at)?))
        }),
        (_, 2) => pack(out, list, |list, at| {
            Ok(low::<2>(integer_at(number, list, at)?))
        }),
        _ => pack(out, list, |list, at| {
            Ok(low::<1>(integer_at(number, list, at)?))
        }),
    }
}

/// Writes as many items as the list has, `convert` giving the bytes of each.
#[inline]
fn pack<const SIZE: usize>(
    out: &mut Output<'_>,
    list: &Bound<'_, PyList>,
    convert: impl Fn(&Bound<'_, PyList>, usize) -> Result<[u8; SIZE], EncodeError>,
) -> Result<(), EncodeError> {
    let length = list.len();
    let bytes = out.reserve(length * SIZE);
    for at in 0..length {
        let item = convert(list, at).map_err(|error| error.at_index(at))?;
        bytes.extend_from_slice(&item);
    }
    Ok(())
}

#[inline]
fn integer_at(number: Number, list: &Bound<'_, PyList>, at: usize) -> Result<u64, EncodeError> {
    match list::signed_at(list, at) {
        Some(value) if integer::fits_signed(number, value) => Ok(value.cast_unsigned()),
        _ => integer::to_bits(number, &item(list, at)?),
    }
}

#[inline]
fn item<'py>(list: &Bound<'py, PyList>, at: usize) -> Result<Bound<'py, PyAny>, EncodeError> {
    list::get(list, at).ok_or_else(slice::shrunk)
}

#[inline]
fn low<const SIZE: usize>(bits: u64) -> [u8; SIZE] {
    let bytes = bits.to_le_bytes();
    std::array::from_fn(|at| bytes[at])
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "Go rounds the same way")]
fn narrow(value: f64) -> f32 {
    value as f32
}

/// What a buffer's items are, by the struct module's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Signed,
    Unsigned,
    Float,
}

#[derive(Clone, Copy, Debug)]
struct Items {
    class: Class,
    size: usize,
    /// Whether the bytes are in the order opposite to the wire's.
    swapped: bool,
}

impl Items {
    fn parse(format: &[u8], size: usize) -> Option<Self> {
        let (big, code) = match format {
            [b'>' | b'!', code] => (true, code),
            [b'<', code] => (false, code),
            [b'@' | b'=', code] | [code] => (cfg!(target_endian = "big"), code),
            _ => return None,
        };
        let class = match code {
            b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => Class::Signed,
            b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' => Class::Unsigned,
            b'e' | b'f' | b'd' => Class::Float,
            _ => return None,
        };
        let swapped = big && size > 1;
        matches!(size, 1 | 2 | 4 | 8).then_some(Self {
            class,
            size,
            swapped,
        })
    }

    fn same_as(self, number: Number) -> bool {
        let class = match number {
            _ if number.is_float() => Class::Float,
            _ if number.is_signed() => Class::Signed,
            _ => Class::Unsigned,
        };
        self.class == class && self.size == number.size()
    }

    /// Whether every value has an exact equal in the Go type.
    fn exact_in(self, number: Number) -> bool {
        match (self.class, number) {
            (Class::Float, _) => number.is_float() && self.size <= number.size(),
            // 24 and 53 bits of mantissa.
            (_, Number::Float32) => self.size <= 2,
            (_, Number::Float64) => self.size <= 4,
            (Class::Signed, _) => number.is_signed() && self.size <= number.size(),
            (Class::Unsigned, _) if number.is_signed() => self.size < number.size(),
            (Class::Unsigned, _) => self.size <= number.size(),
        }
    }
}

fn encode_buffer(
    number: Number,
    out: &mut Output<'_>,
    value: &Bound<'_, PyAny>,
) -> Result<(), EncodeError> {
    let expected = || format!("[]{}", number.go_name());
    let exported =
        buffer::export(value).map_err(|error| mismatch::no_buffer(&expected(), value, &error))?;
    let format = exported.format().to_bytes();
    if exported.dimensions() != 1 || exported.suboffsets().is_some() {
        return Err(EncodeError::new(format!(
            "expected {}, got a buffer of {} dimensions",
            expected(),
            exported.dimensions()
        )));
    }
    let items = Items::parse(format, exported.item_size())
        .filter(|items| items.same_as(number) || items.exact_in(number));
    let Some(items) = items else {
        return Err(EncodeError::new(format!(
            "expected {}, got {} with items of format {:?}, which do not all fit exactly \
             (convert it first, as with .astype(...) or .tolist())",
            expected(),
            mismatch::type_name(value),
            String::from_utf8_lossy(format)
        )));
    };
    if items.same_as(number)
        && !items.swapped
        && let Some(content) = Span::of(&exported)
    {
        if out.lends() && !exported.readonly() {
            return out.lend_buffer(exported);
        }
        if content.len() >= BORROW_FROM && out.context.can_lend && !out.goes_back() {
            return out.borrow_buffer(exported);
        }
        out.numbers_header(number as u8, content.len())?;
        content.append_to(out.reserve(content.len()));
        return Ok(());
    }
    out.numbers_header(number as u8, exported.item_count() * number.size())?;
    match items.size {
        1 => cast::<1>(number, items, &exported, out),
        2 => cast::<2>(number, items, &exported, out),
        4 => cast::<4>(number, items, &exported, out),
        _ => cast::<8>(number, items, &exported, out),
    }
    Ok(())
}

/// Writes each item, brought to the wire's byte order and the Go type.
fn cast<const SIZE: usize>(
    number: Number,
    items: Items,
    exported: &PyUntypedBuffer,
    out: &mut Output<'_>,
) {
    let bytes = out.reserve(exported.item_count() * number.size());
    buffer::items::<SIZE>(exported, |mut item| {
        if items.swapped {
            item.reverse();
        }
        if items.same_as(number) {
            bytes.extend_from_slice(&item);
            return;
        }
        let mut wide = [0; 8];
        wide[..SIZE].copy_from_slice(&item);
        let unsigned = u64::from_le_bytes(wide);
        let shift = 64 - 8 * SIZE;
        let signed = (unsigned << shift).cast_signed() >> shift;
        if !number.is_float() {
            let bits = match items.class {
                Class::Signed => signed.cast_unsigned(),
                _ => unsigned,
            };
            bytes.extend_from_slice(&bits.to_le_bytes()[..number.size()]);
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 32 bits: see exact_in")]
        let float = match items.class {
            Class::Signed => signed as f64,
            Class::Unsigned => unsigned as f64,
            Class::Float if SIZE == 2 => half(low(unsigned)),
            Class::Float if SIZE == 4 => f64::from(f32::from_le_bytes(low(unsigned))),
            Class::Float => f64::from_bits(unsigned),
        };
        if number == Number::Float32 {
            bytes.extend_from_slice(&narrow(float).to_le_bytes());
        } else {
            bytes.extend_from_slice(&float.to_le_bytes());
        }
    });
}

/// The value of an IEEE 754 half.
fn half(bytes: [u8; 2]) -> f64 {
    let bits = u16::from_le_bytes(bytes);
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match (bits >> 10) & 0x1f {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1024.0 + fraction) * 2_f64.powi(i32::from(exponent) - 25),
    };
    if bits >> 15 == 1 {
        -magnitude
    } else {
        magnitude
    }
}

pub(crate) fn decode<'py>(
    number: Number,
    input: &mut Input<'_, 'py>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.token()? {
        token @ (Token::Extension(extension::NUMBERS, _) | Token::Numbers(..)) => {
            let (found, items) = parse(token)?;
            if found != number {
                return Err(DecodeError::new(format!(
                    "expected packed {}, got packed {}",
                    number.go_name(),
                    found.go_name()
                )));
            }
            of_items(input, number, items)
        }
        Token::Nil if input.context.types.options().arrays == Arrays::Numpy => {
            Ok(numpy::empty(input.py, number)?)
        }
        Token::Nil => Ok(PyList::empty(input.py).into_any()),
        other => Err(mismatch::token("list", other)),
    }
}

/// A list of packed numbers of whatever kind.
pub(super) fn decode_any<'py>(
    input: &Input<'_, 'py>,
    token: Token<'_>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let (number, items) = parse(token)?;
    of_items(input, number, items)
}

/// What the view says that packed numbers are.
fn of_items<'py>(
    input: &Input<'_, 'py>,
    number: Number,
    items: &[u8],
) -> Result<Bound<'py, PyAny>, DecodeError> {
    match input.context.types.options().arrays {
        Arrays::List => unpack(input.py, number, items),
        Arrays::Numpy => Ok(numpy::of_items(input.py, number, items)?),
    }
}

/// The kind and the items of packed numbers.
pub(in crate::codec) fn parse(token: Token<'_>) -> Result<(Number, &[u8]), DecodeError> {
    let malformed = || DecodeError::new("malformed packed numbers");
    let (kind, items) = match token {
        Token::Extension(_, [kind, items @ ..]) => (*kind, items),
        Token::Numbers(kind, items) => (kind, items),
        _ => return Err(malformed()),
    };
    let number = *Number::ALL.get(usize::from(kind)).ok_or_else(malformed)?;
    if !items.len().is_multiple_of(number.size()) {
        return Err(malformed());
    }
    Ok((number, items))
}

fn unpack<'py>(
    py: Python<'py>,
    number: Number,
    items: &[u8],
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let signed = |value: i64| int::from_signed(py, value);
    let unsigned = |value: u64| int::from_unsigned(py, value);
    let float = |value: f64| Ok(PyFloat::new(py, value).into_any());
    match number {
        Number::Int8 => build(py, items, |item| signed(i8::from_le_bytes(item).into())),
        Number::Int16 => build(py, items, |item| signed(i16::from_le_bytes(item).into())),
        Number::Int32 => build(py, items, |item| signed(i32::from_le_bytes(item).into())),
        Number::Int64 | Number::Int => build(py, items, |item| signed(i64::from_le_bytes(item))),
        Number::Uint8 => build(py, items, |item| unsigned(u8::from_le_bytes(item).into())),
        Number::Uint16 => build(py, items, |item| unsigned(u16::from_le_bytes(item).into())),
        Number::Uint32 => build(py, items, |item| unsigned(u32::from_le_bytes(item).into())),
        Number::Uint64 | Number::Uint | Number::Uintptr => {
            build(py, items, |item| unsigned(u64::from_le_bytes(item)))
        }
        Number::Float32 => build(py, items, |item| float(f32::from_le_bytes(item).into())),
        Number::Float64 => build(py, items, |item| float(f64::from_le_bytes(item))),
    }
}

/// One of packed numbers.
pub(in crate::codec) fn unpack_one<'py>(
    py: Python<'py>,
    number: Number,
    item: &[u8],
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let mut wide = [0; 8];
    wide[..item.len()].copy_from_slice(item);
    let unsigned = u64::from_le_bytes(wide);
    Ok(match number {
        Number::Float32 => PyFloat::new(py, f32::from_le_bytes(low(unsigned)).into()).into_any(),
        Number::Float64 => PyFloat::new(py, f64::from_bits(unsigned)).into_any(),
        _ if number.is_signed() => {
            let unused = 64 - 8 * number.size();
            int::from_signed(py, (unsigned << unused).cast_signed() >> unused)?
        }
        _ => int::from_unsigned(py, unsigned)?,
    })
}

#[inline]
fn build<'py, const SIZE: usize>(
    py: Python<'py>,
    items: &[u8],
    make: impl Fn([u8; SIZE]) -> PyResult<Bound<'py, PyAny>>,
) -> Result<Bound<'py, PyAny>, DecodeError> {
    let (items, _) = items.as_chunks::<SIZE>();
    let mut built = list::Builder::new(py, items.len())?;
    for item in items {
        built.push(make(*item)?);
    }
    Ok(built.finish())
}
