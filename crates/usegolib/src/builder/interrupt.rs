//! Stopping a build from outside.

use std::ops::ControlFlow;

/// Asked again and again while a build waits for something.
pub trait Interrupt {
    /// Whether to stop. Once true, the build ends with
    /// [`BuildError::Interrupted`](super::BuildError::Interrupted) after
    /// stopping the processes it started; whoever interrupted knows why.
    fn requested(&self) -> bool;

    /// Whether a loop that waits should go on.
    fn continuing(&self) -> ControlFlow<()> {
        if self.requested() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// Never interrupts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Never;

impl Interrupt for Never {
    fn requested(&self) -> bool {
        false
    }
}
