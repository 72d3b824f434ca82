//! The codes of the extension types (docs/abi.md, Extension types).

use usegolib::schema::protocol::ExtCode;

pub(crate) const HANDLE: u8 = ExtCode::Handle.number();
pub(crate) const NUMBERS: u8 = ExtCode::Numbers.number();
pub(crate) const BORROWED: u8 = ExtCode::Borrowed.number();
pub(crate) const TYPE: u8 = ExtCode::Type.number();
pub(crate) const COMPLEX: u8 = ExtCode::Complex.number();
pub(crate) const LOAN: u8 = ExtCode::Loan.number();
pub(crate) const CHANGED: u8 = ExtCode::Changed.number();
pub(crate) const CLOSED: u8 = ExtCode::Closed.number();
pub(crate) const ABSENT: u8 = ExtCode::Absent.number();
pub(crate) const HOST: u8 = ExtCode::Host.number();
pub(crate) const WINDOW: u8 = ExtCode::Window.number();
pub(crate) const SIZED: u8 = ExtCode::Sized.number();
