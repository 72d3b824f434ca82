//! The command line without Python, for development and tests.

use usegolib::builder::Never;

fn main() {
    // Without a handler of its own, Ctrl-C ends this process at once.
    std::process::exit(usegolib::cli::main(std::env::args_os().skip(1), &Never));
}
