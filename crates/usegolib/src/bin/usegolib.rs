//! The command line without Python, for development and tests.

use usegolib::builder::Never;
use usegolib::cli::{self, Context};
use usegolib::toolchain::Python;

fn main() {
    let program = std::env::current_exe().ok();
    // Without a handler of its own, Ctrl-C ends this process at once.
    let context = Context {
        interrupt: &Never,
        python: &Python::default(),
        program: program.as_deref(),
    };
    std::process::exit(cli::main(std::env::args_os().skip(1), &context));
}
