//! What can be wrong with bytes, or with what is to become bytes.

/// An error of the writer or the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WireError {
    /// `MessagePack`'s lengths have 32 bits.
    #[error("{0} bytes or elements are more than a request can carry")]
    TooLong(usize),
    /// A length says more than there is.
    #[error("truncated: a value needs more than the {0} bytes that are left")]
    Truncated(usize),
    /// The one code that `MessagePack` gives no meaning.
    #[error("malformed MessagePack: reserved byte 0xc1")]
    Reserved,
    /// An extension of handles that doesn't hold one.
    #[error("malformed object handle")]
    Handle,
    /// A loan that nobody announced, or of nothing.
    #[error("malformed reference to Go's memory")]
    Loan,
}
