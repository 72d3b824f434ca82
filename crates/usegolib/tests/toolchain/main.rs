//! Finding Go and C compilers, and downloading Zig, used from outside.

#[cfg(unix)]
mod discovery;
mod site;
#[cfg(unix)]
mod unpack;
mod zig;
