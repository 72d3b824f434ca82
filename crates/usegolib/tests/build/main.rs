//! Builds by the command line, of fixture modules with the real Go: which
//! module is meant, what is built, when it is built again, and how it fails.

mod failures;
mod inputs;
mod interrupted;
mod layouts;
mod left_out;
mod local;
mod network;
mod output;
mod remote;
mod reproducible;
mod support;
