//! Asking a library whether its trampolines pass arguments as Go does: the
//! builtins `Layouts` and `CheckLayout` of docs/abi.md.

use rmp::{decode, encode};

use super::{Library, LibraryError};
use crate::engine::ResponseBuffer;
use crate::schema::dispatch::Builtin;
use crate::schema::protocol::{EnvelopeTag, ExtCode};
use crate::schema::shape::Number;

impl Library {
    /// The symbol index of one callable for each trampoline.
    pub fn layouts(&self) -> Result<Vec<u32>, LibraryError> {
        let response = self.ask(Builtin::Layouts, &[])?;
        packed(&response).ok_or_else(|| self.unanswered(Builtin::Layouts))
    }

    /// Whether the trampoline of that callable does what it should.
    pub fn check_layout(&self, index: u32) -> Result<bool, LibraryError> {
        let response = self.ask(Builtin::CheckLayout, &[index])?;
        let tag = envelope(&mut &*response);
        match tag.and_then(EnvelopeTag::from_number) {
            Some(EnvelopeTag::Result) => Ok(true),
            Some(EnvelopeTag::Fault) => Ok(false),
            _ => Err(self.unanswered(Builtin::CheckLayout)),
        }
    }

    /// The response to a request for a builtin.
    fn ask(&self, builtin: Builtin, arguments: &[u32]) -> Result<Vec<u8>, LibraryError> {
        let mut request = Vec::new();
        let length = u32::try_from(1 + arguments.len()).expect("requests are short");
        encode::write_array_len(&mut request, length)
            .and_then(|_| encode::write_uint(&mut request, builtin.number().into()))
            .map_err(|_| self.unanswered(builtin))?;
        for argument in arguments {
            encode::write_uint(&mut request, (*argument).into())
                .map_err(|_| self.unanswered(builtin))?;
        }
        Ok(self.call(&request, &mut ResponseBuffer::default()).to_vec())
    }

    fn unanswered(&self, builtin: Builtin) -> LibraryError {
        LibraryError::Answer {
            path: self.path.clone(),
            request: builtin.name(),
        }
    }
}

/// The tag of a response, of which the rest is left.
fn envelope(response: &mut &[u8]) -> Option<u64> {
    decode::read_array_len(response).ok()?;
    decode::read_int(response).ok()
}

/// A response that is packed numbers, nil for none.
fn packed(mut response: &[u8]) -> Option<Vec<u32>> {
    let tag = EnvelopeTag::from_number(envelope(&mut response)?)?;
    if tag != EnvelopeTag::Result {
        return None;
    }
    if response == [rmp::Marker::Null.to_u8()] {
        return Some(Vec::new());
    }
    let head = decode::read_ext_meta(&mut response).ok()?;
    let (kind, items) = response.split_first()?;
    if u64::try_from(head.typeid).ok()? != u64::from(ExtCode::Numbers.number())
        || *kind != Number::Uint64 as u8
    {
        return None;
    }
    let numbers = items.as_chunks::<8>().0.iter();
    let numbers = numbers.map(|bytes| u32::try_from(u64::from_le_bytes(*bytes)).ok());
    numbers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_indices_are_read() {
        let mut response = vec![0x92, 0, 0xc7, 17, 2, Number::Uint64 as u8];
        response.extend([48_u64, 70_000].iter().flat_map(|n| n.to_le_bytes()));
        assert_eq!(packed(&response), Some(vec![48, 70_000]));
        assert_eq!(packed(&[0x92, 0, 0xc0]), Some(Vec::new()));
        assert_eq!(packed(&[0x92, 1, 0xc0]), None);
        assert_eq!(packed(&[0x92, 0, 0xc7, 17, 1]), None);
    }
}
