//! A call that goes on in Go while the thread that made it waits (docs/abi.md,
//! Contexts).

use pyo3::prelude::*;
use usegolib::library::{Buffers, Library, ResponseBuffer};
use usegolib::schema::dispatch::Builtin;

use crate::bell::{Bell, SLICE};
use crate::builtin;
use crate::call::{self, Target};
use crate::codec::{DecodeError, Header, KeptValues, Request, Response};
use crate::exchange::{Exchange, Parts};
use crate::wakeup::Wakeup;

/// A call that has been sent and not been answered. Until Go is done with it, it
/// owns the memory that Go reads: dropping it cancels the call and waits.
pub(crate) struct PendingCall<'a> {
    target: &'a Target,
    number: u64,
    /// Whether the response has come.
    answered: bool,
    bell: Option<Bell>,
    _exchange: Exchange,
    _kept: KeptValues,
}

impl<'a> PendingCall<'a> {
    /// The call that Go goes on with under a number: `exchange` holds its request,
    /// and `kept` what that refers to.
    pub(crate) fn new(
        target: &'a Target,
        number: u64,
        exchange: Exchange,
        kept: KeptValues,
    ) -> Self {
        Self {
            target,
            number,
            answered: false,
            bell: None,
            _exchange: exchange,
            _kept: kept,
        }
    }

    /// Waits for the call to end and reads its response. Meanwhile Python's signal
    /// handlers get their turn; when one raises, the call is cancelled, and the
    /// exception raised when it has ended.
    pub(crate) fn finish<'py, R>(
        mut self,
        py: Python<'py>,
        read: impl FnOnce(&mut Response<'_, 'py>) -> Result<R, DecodeError>,
        changes: impl FnOnce(&mut Response<'_, 'py>) -> Result<(), DecodeError>,
    ) -> PyResult<R> {
        let mut signals = None;
        if let Ok(bell) = Bell::take() {
            let bell = self.bell.insert(bell);
            builtin::notify(py, self.target.module(), self.number, bell.writer())?;
            signals = Wakeup::install(py, bell)?;
        }
        let outcome = self.attend(py, signals.as_ref(), read, changes);
        let restored = signals.map_or(Ok(()), |signals| signals.restore(py));
        if let Some(bell) = self.bell.take_if(|_| self.answered) {
            bell.put_back();
        }
        outcome.and_then(|value| restored.map(|()| value))
    }

    fn attend<'py, R>(
        &mut self,
        py: Python<'py>,
        signals: Option<&Wakeup>,
        read: impl FnOnce(&mut Response<'_, 'py>) -> Result<R, DecodeError>,
        changes: impl FnOnce(&mut Response<'_, 'py>) -> Result<(), DecodeError>,
    ) -> PyResult<R> {
        let module = self.target.module();
        let mut interrupted = None;
        loop {
            // First of all: a signal may have come before anyone listened.
            if interrupted.is_none()
                && let Err(error) = py.check_signals()
            {
                interrupted = Some(error);
                builtin::cancel(py, module, self.number)?;
            }
            // A signal handler may have forked.
            module.check_fork(py)?;
            if !self.listen(py, signals) {
                continue;
            }
            let mut exchange = Exchange::begin(py, module);
            let Parts { buffers, closed } = exchange.parts();
            let Buffers { request, response } = buffers;
            let request = self.asking(Builtin::Take, request, closed);
            let reply = call::send(self.target, &request, closed, response);
            let mut response = self.target.response(py, &reply);
            match response.running() {
                Ok(Some(_)) => continue,
                Ok(None) => self.answered = true,
                Err(error) => return Err(call::decode_error(py, error, self.target.name())),
            }
            let outcome = call::decode(py, self.target, response, read, changes);
            return match interrupted {
                Some(error) => Err(error),
                None => outcome,
            };
        }
    }

    /// Writes a request that is about this call.
    fn asking<'c>(&self, builtin: Builtin, buffer: &'c mut Vec<u8>, closed: &[u64]) -> Request<'c> {
        let header = Header::new(builtin.number(), 1);
        let mut request = self.target.request_of(header, buffer, closed);
        request.unsigned(self.number);
        request
    }

    /// Waits for news; whether Go may have some.
    fn listen(&mut self, py: Python<'_>, signals: Option<&Wakeup>) -> bool {
        let Some(bell) = &mut self.bell else {
            py.detach(|| std::thread::sleep(SLICE));
            return true;
        };
        py.detach(|| bell.wait());
        let news = bell.hear();
        if let Some(signals) = signals {
            signals.pass_on(&news.signals);
        }
        news.go
    }
}

impl Drop for PendingCall<'_> {
    fn drop(&mut self) {
        let library = &self.target.module().library;
        // In a child of a fork nothing runs that could read the memory.
        if self.answered || library.is_forked() {
            return;
        }
        let (mut cancel, mut take) = (Vec::new(), Vec::new());
        self.asking(Builtin::Cancel, &mut cancel, &[]);
        self.asking(Builtin::Take, &mut take, &[]);
        Python::attach(|py| py.detach(|| abandon(library, &cancel, &take)));
    }
}

/// Cancels a call that nobody waits for, and returns when Go is done with it.
fn abandon(library: &Library, cancel: &[u8], take: &[u8]) {
    let mut space = ResponseBuffer::default();
    library.call(cancel, &mut space);
    while Response::is_running(&library.call(take, &mut space)) {
        std::thread::sleep(SLICE);
    }
}
