//! A call that goes on in Go while the thread that made it waits (docs/abi.md,
//! Contexts).

use std::os::fd::RawFd;

use pyo3::prelude::*;
use usegolib::engine::{Engine, ResponseBuffer};
use usegolib::schema::dispatch::Builtin;

use super::bell::{Bell, SLICE};
use super::exchange::{Exchange, Opened, Parts};
use super::failure::decode_error;
use super::message::{Header, Response};
use super::plain::{call, decode, send};
use super::wakeup::Wakeup;
use super::{Scope, Target};
use crate::codec::{DecodeError, Decoder, Input, Output, Sent};
use crate::instance::Released;
use crate::wire::{Handle, Reader, Token, WireError, Writer, extension};

/// Calls `target` as [`call_changing`](super::call_changing) does: a function that
/// takes a context, which may go on in Go when the request has been sent.
pub(crate) fn call_cancellable<'py>(
    py: Python<'py>,
    target: &Target,
    back: u64,
    write: impl FnOnce(&mut Output<'_>) -> PyResult<()>,
    read: impl FnOnce(&mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError>,
    changes: impl FnOnce(&mut Response<'_, 'py>, Sent<'_>) -> Result<(), DecodeError>,
) -> PyResult<Bound<'py, PyAny>> {
    let scope = target.scope;
    let mut exchange = Exchange::begin(py, scope.instance);
    let Opened {
        mut output,
        closed,
        response,
    } = exchange.open(target, back);
    write(&mut output)?;
    // Not before: Python code that ran meanwhile may have forked.
    scope.instance.check_fork(py)?;
    let reply = send(target, output.bytes(), closed, response);
    let mut response = Response::of_reply(py, scope.context, &reply);
    let number = match response.running() {
        Ok(Some(number)) => number,
        Ok(None) => {
            return decode(py, target, response, read, |response| {
                changes(response, output.sent())
            });
        }
        Err(error) => return Err(decode_error(py, error, target.name())),
    };
    drop(reply);
    PendingCall::new(target, number, exchange).finish(py, read, changes)
}

/// A call that has been sent and not been answered. Until Go is done with it, it
/// owns the memory that Go reads: dropping it cancels the call and waits.
pub(crate) struct PendingCall<'a> {
    target: &'a Target,
    number: u64,
    /// Whether the response has come.
    answered: bool,
    bell: Option<Bell>,
    /// The request, and what it refers to.
    exchange: Exchange,
}

impl<'a> PendingCall<'a> {
    /// The call that Go goes on with under a number: `exchange` holds its request.
    fn new(target: &'a Target, number: u64, exchange: Exchange) -> Self {
        Self {
            target,
            number,
            answered: false,
            bell: None,
            exchange,
        }
    }

    /// Waits for the call to end and reads its response. Meanwhile Python's signal
    /// handlers get their turn; when one raises, the call is cancelled, and the
    /// exception raised when it has ended.
    fn finish<'py>(
        mut self,
        py: Python<'py>,
        read: impl FnOnce(&mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError>,
        changes: impl FnOnce(&mut Response<'_, 'py>, Sent<'_>) -> Result<(), DecodeError>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut signals = None;
        if let Ok(bell) = Bell::take() {
            let bell = self.bell.insert(bell);
            notify(py, self.target.scope, self.number, bell.writer())?;
            signals = Wakeup::install(py, bell)?;
        }
        let outcome = self.attend(py, signals.as_ref(), read, changes);
        let restored = signals.map_or(Ok(()), |signals| signals.restore(py));
        if let Some(bell) = self.bell.take_if(|_| self.answered) {
            bell.put_back();
        }
        outcome.and_then(|value| restored.map(|()| value))
    }

    fn attend<'py>(
        &mut self,
        py: Python<'py>,
        signals: Option<&Wakeup>,
        read: impl FnOnce(&mut Input<'_, 'py>) -> Result<Bound<'py, PyAny>, DecodeError>,
        changes: impl FnOnce(&mut Response<'_, 'py>, Sent<'_>) -> Result<(), DecodeError>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let scope = self.target.scope;
        let mut interrupted = None;
        loop {
            // First of all: a signal may have come before anyone listened.
            if interrupted.is_none()
                && let Err(error) = py.check_signals()
            {
                interrupted = Some(error);
                cancel(py, scope, self.number)?;
            }
            // A signal handler may have forked.
            scope.instance.check_fork(py)?;
            if !self.listen(py, signals) {
                continue;
            }
            let mut exchange = Exchange::begin(py, scope.instance);
            let Parts {
                request,
                response,
                closed,
                ..
            } = exchange.parts();
            self.ask(Builtin::Take, request, closed);
            let reply = send(self.target, request, closed, response);
            let mut response = Response::of_reply(py, scope.context, &reply);
            match response.running() {
                Ok(Some(_)) => continue,
                Ok(None) => self.answered = true,
                Err(error) => return Err(decode_error(py, error, self.target.name())),
            }
            let sent = self.exchange.sent();
            let outcome = decode(py, self.target, response, read, |response| {
                changes(response, sent)
            });
            return match interrupted {
                Some(error) => Err(error),
                None => outcome,
            };
        }
    }

    /// Writes a request that is about this call.
    fn ask(&self, builtin: Builtin, buffer: &mut Vec<u8>, closed: &[u64]) {
        Header::new(builtin.number(), 1).begin(buffer, closed, 0);
        Writer::new(buffer).unsigned(self.number);
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
        let instance = self.target.scope.instance;
        let engine = &instance.engine;
        // In a child of a fork nothing runs that could read the memory.
        if self.answered || engine.is_forked() {
            return;
        }
        let (mut cancel, mut take) = (Vec::new(), Vec::new());
        self.ask(Builtin::Cancel, &mut cancel, &[]);
        self.ask(Builtin::Take, &mut take, &[]);
        Python::attach(|py| py.detach(|| abandon(engine, &instance.released, &cancel, &take)));
    }
}

/// Cancels a call that nobody waits for, and returns when Go is done with it. What
/// its response keeps in Go is given back.
fn abandon(engine: &Engine, released: &Released, cancel: &[u8], take: &[u8]) {
    let mut space = ResponseBuffer::default();
    engine.call(cancel, &mut space);
    loop {
        let reply = engine.call(take, &mut space);
        if !Response::is_running(&reply) {
            // SAFETY: the library lends this memory until the reply is dropped.
            let reader = unsafe { Reader::lending(&reply, reply.has_loan()) };
            // What can't be read has no handles that anyone could find.
            let _ = give_back(reader, released);
            return;
        }
        std::thread::sleep(SLICE);
    }
}

/// Queues the handles in the result or error of a response. (A handle in a changed
/// argument behind that may be one that the host has an object of.)
pub(super) fn give_back(mut reader: Reader<'_>, released: &Released) -> Result<(), WireError> {
    let (Token::Array(2 | 3), Token::Unsigned(_)) = (reader.token()?, reader.token()?) else {
        return Ok(());
    };
    let mut left = 1_usize;
    while left > 0 {
        left -= 1;
        match reader.token()? {
            Token::Array(length) => left += length,
            Token::Map(length) => left += 2 * length,
            Token::Extension(extension::HANDLE, payload) => {
                released.push(Handle::parse(payload)?);
            }
            Token::Extension(extension::HOST, payload) => {
                released.push(Handle::parse_hosted(payload)?.0);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Has a zero byte written to a descriptor when a call that goes on has something
/// to say.
fn notify(py: Python<'_>, scope: Scope, number: u64, descriptor: RawFd) -> PyResult<()> {
    about(py, scope, Builtin::Notify, 2, |output| {
        output.unsigned(number);
        output.signed(i64::from(descriptor));
    })
}

/// Cancels the context of a call.
fn cancel(py: Python<'_>, scope: Scope, number: u64) -> PyResult<()> {
    about(py, scope, Builtin::Cancel, 1, |output| {
        output.unsigned(number);
    })
}

fn about(
    py: Python<'_>,
    scope: Scope,
    builtin: Builtin,
    arguments: usize,
    write: impl FnOnce(&mut Output<'_>),
) -> PyResult<()> {
    let target = Target::new(scope, builtin.number(), arguments, "wait");
    let write = |output: &mut Output<'_>| {
        write(output);
        Ok(())
    };
    call(py, &target, write, |input| Decoder::Nothing.decode(input)).map(drop)
}
