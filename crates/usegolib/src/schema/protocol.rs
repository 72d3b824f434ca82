//! The numbers of the protocol that a runtime and a library speak
//! (`docs/abi.md`), by name. The library has the same in Go, and
//! `conformance/protocol.json` holds the two together.
//!
//! The operations that every library has are [`super::dispatch::Builtin`], the
//! items of packed numbers [`super::shape::Number`].

/// Declares an enum of numbers of the protocol: each variant with its number and
/// the name that `conformance/protocol.json` gives it.
macro_rules! numbers {
    (
        $(#[$about:meta])*
        pub enum $enum:ident: $repr:ident {
            $($(#[$what:meta])* $variant:ident = $number:literal, $name:literal;)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr($repr)]
        pub enum $enum {
            $($(#[$what])* $variant = $number,)*
        }

        impl $enum {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The one with that number, if there is one.
            #[inline]
            pub const fn from_number(number: u64) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Its number on the wire.
            #[inline]
            pub const fn number(self) -> $repr {
                self as $repr
            }

            /// Its name in the protocol.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}
pub(super) use numbers;

/// The version of the C entry points.
pub const ABI_VERSION: u32 = 0;

numbers! {
    /// What `usegolib_init` returns.
    pub enum InitStatus: u8 {
        /// The library can be called.
        Ready = 0, "ready";
        /// It has other C entry points.
        UnsupportedAbi = 1, "unsupported_abi";
        /// It is not the one that the manifest describes.
        DifferentDigest = 2, "different_digest";
    }
}

numbers! {
    /// What a response is: its first item.
    pub enum EnvelopeTag: u8 {
        /// The call has a result.
        Result = 0, "result";
        /// The call failed.
        Fault = 1, "fault";
        /// The call goes on.
        Running = 2, "running";
    }
}

numbers! {
    /// How a call failed.
    pub enum FaultKind: u8 {
        /// The function's `error` result.
        Error = 0, "error";
        /// The same, and it is `io.EOF`.
        Eof = 1, "eof";
        /// A panic or `runtime.Goexit`.
        Panic = 2, "panic";
        /// An argument that the host could not check.
        Argument = 3, "argument";
        /// A handle that was closed.
        Closed = 4, "closed";
        /// A malformed request.
        Malformed = 5, "malformed";
        /// The function's `error` result, and it says that a deadline is over.
        Deadline = 6, "deadline";
        /// A result that can't cross.
        Result = 7, "result";
        /// An exception of the host's, on its way through Go.
        Host = 8, "host";
    }
}

impl FaultKind {
    /// Whether it is an `error` that the function returned, so that there is a
    /// handle to it.
    #[inline]
    pub const fn is_error(self) -> bool {
        matches!(self, Self::Error | Self::Eof | Self::Deadline)
    }
}

numbers! {
    /// The extension types of `MessagePack`.
    pub enum ExtCode: u8 {
        /// A handle to an object.
        Handle = 1, "handle";
        /// Packed numbers.
        Numbers = 2, "numbers";
        /// A buffer of the host's.
        Borrowed = 3, "borrowed";
        /// The type of a dynamic value.
        Type = 4, "type";
        /// A complex number.
        Complex = 5, "complex";
        /// Memory of Go's.
        Loan = 6, "loan";
        /// Handles to close, in front of a request.
        Closed = 7, "closed";
        /// That a container has no such item.
        Absent = 8, "absent";
        /// Which arguments go back, in front of a request; a buffer of the host's
        /// that may be written to.
        Changed = 10, "changed";
        /// Something that the host holds for Go.
        Host = 11, "host";
        /// Bytes of Go's that the host may read and write during its answer.
        Window = 12, "window";
        /// A number of a Go type that isn't the default one.
        Sized = 14, "sized";
    }
}

numbers! {
    /// What the host is asked to do with what it holds in a slot.
    pub enum HostOperation: u64 {
        /// Call it.
        Call = 0, "call";
        /// Go has it now.
        Keep = 1, "keep";
        /// Go no longer has it.
        Release = 2, "release";
        /// Say of an exception that nobody will see it.
        Report = 3, "report";
        /// Begin to iterate over it.
        Iterate = 4, "iterate";
        /// The next items of an iterator.
        Next = 5, "next";
        /// End an iterator.
        Stop = 6, "stop";
        /// The first of its methods; the others follow.
        Methods = 16, "methods";
    }
}

numbers! {
    /// What lent memory stands for.
    pub enum LoanKind: u8 {
        /// A byte slice.
        Bytes = 0, "bytes";
        /// A string.
        Str = 1, "str";
        /// Packed numbers, whose kind follows.
        Numbers = 2, "numbers";
    }
}

numbers! {
    /// The low bits of an overflow, if there is a loan.
    pub enum OverflowMark: u8 {
        /// The overflow is the loan alone.
        Loan = 1, "loan";
        /// The overflow is a response with a loan in front of it.
        ResponseAndLoan = 3, "response_and_loan";
    }
}

/// How many bytes the loan takes in front of a response.
pub const OVERFLOW_LOAN_HEAD: u64 = 16;

/// Set in a handle to a func of no declared type.
pub const FUNC_FLAG: u32 = 1;
/// Set in a handle to a container.
pub const CONTAINER_FLAG: u32 = 2;
/// Set in a type for a pointer to it.
pub const POINTER_FLAG: u32 = 1;

/// The number of no declared type.
pub const UNKNOWN_TYPE: u32 = 0xffff_ffff;
/// The type number of an error in a dynamic value.
pub const ERROR_TYPE: u32 = 0xffff_fffe;
/// The type number of a container that is a `[]any`.
pub const ANY_LIST_TYPE: u32 = 0xffff_fffd;
/// The type number of a container that is a `map[string]any`.
pub const TEXT_MAP_TYPE: u32 = 0xffff_fffc;
/// The type number of a container that is a `map[any]any`.
pub const ANY_MAP_TYPE: u32 = 0xffff_fffb;

/// How deep values may be nested.
pub const DEPTH_LIMIT: u32 = 512;
