"""Functions that take a context: timeouts, Ctrl-C, contexts from Go."""

from __future__ import annotations

import inspect
import math
import pickle
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.process import run_python
from tests.support.store import Store
from usegolib.errors import GoError, GoPanicError, GoTimeoutError, UnsupportedTypeError


@pytest.fixture
def contexts(load: Callable[[str], Any]) -> Any:
    return load("contexts")


def test_contexts_are_not_parameters(contexts: Any) -> None:
    assert contexts.Sleep(1) == "slept"
    assert contexts.Sleep(milliseconds=1) == "slept"
    assert contexts.Value() == ""
    assert str(inspect.signature(contexts.Sleep)) == "(milliseconds, *, timeout=None, ctx=None)"
    assert str(inspect.signature(contexts.Keep(timeout=1).Wait)) == "(*, timeout=None, ctx=None)"


def test_calls_that_take_their_time(contexts: Any) -> None:
    assert contexts.Sleep(180) == "slept"
    assert contexts.Large(10, 120) == b"\7" * 10
    assert contexts.Large(1 << 20, 120) == b"\7" * (1 << 20)
    assert contexts.Large(1 << 20, 0) == b"\7" * (1 << 20)
    with pytest.raises(GoPanicError, match="late"):
        contexts.Panics(120)


@pytest.mark.parametrize("timeout", [0.12, timedelta(milliseconds=120), 0, -1, -1e300])
def test_timeouts(contexts: Any, timeout: Any) -> None:
    started = time.monotonic()
    with pytest.raises(GoTimeoutError, match=r"^sleeping: context deadline exceeded$") as raised:
        contexts.Sleep(60_000, timeout=timeout)
    assert time.monotonic() - started < 30
    assert isinstance(raised.value, TimeoutError)
    assert isinstance(raised.value, GoError)
    assert raised.value.type_name == "*fmt.wrapError"
    assert raised.value.args == ("sleeping: context deadline exceeded",)
    assert pickle.loads(pickle.dumps(raised.value)).message == raised.value.message


def test_deadlines(contexts: Any) -> None:
    assert contexts.Remaining() == -1
    assert 0 < contexts.Remaining(timeout=60) <= 60_000
    assert 0 < contexts.Remaining(timeout=1) <= 1000
    assert contexts.Remaining(timeout=math.inf) == -1
    assert contexts.Remaining(timeout=None) == -1
    with pytest.raises(ValueError, match="not a number"):
        contexts.Remaining(timeout=math.nan)


def test_other_deadlines(contexts: Any) -> None:
    with pytest.raises(TimeoutError, match=r"reading: i/o timeout"):
        contexts.Overdue()
    late, other = contexts.Overdues()
    assert isinstance(late, GoTimeoutError)
    assert not isinstance(other, TimeoutError)


def test_contexts_from_go(contexts: Any) -> None:
    ctx = contexts.With("v")
    assert contexts.Value(ctx=ctx) == "v"
    assert contexts.Value(ctx=contexts.With("w", ctx=ctx)) == "w"
    assert 0 < contexts.Remaining(ctx=ctx, timeout=60) <= 60_000
    cancellable, cancel = contexts.Cancellable()
    timer = threading.Timer(0.1, cancel)
    timer.start()
    with pytest.raises(GoError, match="context canceled"):
        contexts.Sleep(60_000, ctx=cancellable)
    timer.join()
    with pytest.raises(GoError, match="context canceled"):
        contexts.Sleep(60_000, ctx=cancellable)


def test_a_context_that_is_kept_is_not_cancelled(contexts: Any) -> None:
    kept = contexts.Keep()
    limited = contexts.Keep(timeout=0.1)
    assert kept.Err() == ""
    time.sleep(0.2)
    assert (kept.Err(), limited.Err()) == ("", "context deadline exceeded")


@pytest.mark.parametrize("given", ["timeout=3600", "ctx=parent"])
def test_contexts_that_functions_have_dropped_hold_no_memory(store: Store, given: str) -> None:
    store.build("contexts")
    code = f"""
        import resource, sys, usegolib
        contexts = usegolib.import_("fixture.test/contexts", artifact_dir=sys.argv[1])
        parent, cancel = contexts.Cancellable()
        def many(count):
            for _ in range(count):
                contexts.Remaining({given})
                contexts.Ended({given})
        many(2_000)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        many(20_000)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4 << 10)
    """
    assert run_python(code, store.root) == "True\n"


def test_a_context_that_something_waits_for_is_kept(contexts: Any) -> None:
    parent, cancel = contexts.Cancellable()
    waiting = contexts.Afterwards(timeout=3600)
    called_off = contexts.Afterwards(ctx=parent)
    contexts.Collect()
    assert (waiting.Over(), called_off.Over()) == (False, False)
    cancel()
    called_off.Wait()
    assert (waiting.Over(), called_off.Over()) == (False, True)


def test_where_the_context_is(contexts: Any) -> None:
    names = str(inspect.signature(contexts.Join))
    assert names == "(prefix, timeout, *parts, timeout_=None, ctx=None)"
    assert contexts.Join("p", 3, "a", "b", ctx=contexts.With("v")) == "pvv3 [a b]"
    assert contexts.Join("p", timeout=3, timeout_=9) == "p3 []"
    assert contexts.Join("p", 3, ["a", "b"]) == "p3 [a b]"


def test_methods_and_funcs(contexts: Any) -> None:
    assert contexts.NewRunner().Run(1) == 2
    task = contexts.NewTask()
    assert task() == -1
    assert 0 < task(timeout=5) <= 5000
    with pytest.raises(GoTimeoutError):
        contexts.Keep().Wait(timeout=0.01)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"timeout": "5"}, r"schema: Sleep\(timeout\): timeout: expected seconds or a timedelta, got str"),
        ({"ctx": 5}, r"schema: Sleep\(ctx\): ctx: expected context.Context, got int"),
    ],
)
def test_what_is_no_context(contexts: Any, keywords: dict[str, Any], message: str) -> None:
    with pytest.raises(UnsupportedTypeError, match=message):
        contexts.Sleep(1, **keywords)


@pytest.mark.parametrize(("at", "name"), [(0, "arg0"), (1, "arg1"), (2, "from_")])
def test_errors_call_parameters_what_the_signature_does(contexts: Any, at: int, name: str) -> None:
    assert list(inspect.signature(contexts.Nameless).parameters)[at] == name
    arguments: list[Any] = [1, None, None]
    # An int is refused before the call; what is no error, in Go.
    arguments[at] = contexts.Keep()
    with pytest.raises(UnsupportedTypeError, match=rf"schema: Nameless\({name}\): "):
        contexts.Nameless(*arguments)
    given = dict(zip(("arg0", "arg1", "from_"), arguments, strict=True))
    with pytest.raises(UnsupportedTypeError, match=rf"schema: Nameless\({name}\): "):
        contexts.Nameless(**given)


def test_objects_that_are_no_context(contexts: Any) -> None:
    with pytest.raises(UnsupportedTypeError, match=r"schema: Sleep\(ctx\).*does not implement context.Context"):
        contexts.Sleep(1, ctx=contexts.Keep())
    with pytest.raises(TypeError, match="takes 1 positional argument but 2 were given"):
        contexts.Sleep(1, 2)
    with pytest.raises(TypeError, match="unexpected keyword argument 'deadline'"):
        contexts.Sleep(1, deadline=2)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'milliseconds'"):
        contexts.Sleep(timeout=2)


def test_borrowed_buffers_last_as_long_as_the_call(contexts: Any) -> None:
    data = bytearray(b"\1" * 200_000)
    assert contexts.Total(memoryview(data), 200) == 800_000
    assert contexts.Total(bytes(data), 200) == 800_000


def test_many_threads(contexts: Any) -> None:
    results: list[str] = []
    threads = [threading.Thread(target=lambda: results.append(contexts.Sleep(100))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["slept"] * 8


def test_ctrl_c_cancels(store: Store) -> None:
    store.build("contexts")
    code = """
        import os, signal, sys, threading, time, usegolib
        contexts = usegolib.import_("fixture.test/contexts", artifact_dir=sys.argv[1])
        # Whoever runs this may have it ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        def interrupt(after):
            threading.Timer(after, os.kill, (os.getpid(), signal.SIGINT)).start()
        interrupt(0.3)
        started = time.monotonic()
        try:
            contexts.Sleep(60_000)
        except KeyboardInterrupt as error:
            print("interrupted", time.monotonic() - started < 20, error.__context__)
        interrupt(0.1)
        try:
            contexts.Stubborn(500)
        except KeyboardInterrupt:
            # It came when Go was done with it.
            print("stubborn", contexts.Stubbornly())
        print(contexts.Sleep(1), usegolib.stats())
    """
    assert run_python(code, store.root) == ("interrupted True None\nstubborn 1\nslept {'fixture.test/contexts': 0}\n")


def test_signal_handlers_run_during_a_call(contexts: Any) -> None:
    ctx, cancel = contexts.Cancellable()

    def handle(number: int, frame: object) -> None:
        cancel()

    before = signal.signal(signal.SIGALRM, handle)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(GoError, match="context canceled"):
            contexts.Sleep(60_000, ctx=ctx)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_signals_interrupt_at_once_and_go_where_they_went_before(store: Store) -> None:
    store.build("contexts")
    code = """
        import asyncio, os, signal, socket, sys, threading, time, usegolib
        contexts = usegolib.import_("fixture.test/contexts", artifact_dir=sys.argv[1])

        # An event loop has its own wake-up descriptor, and learns of the signal too.
        async def loop():
            told = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, told.set)
            before = signal.set_wakeup_fd(-1)
            signal.set_wakeup_fd(before)
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
            contexts.Sleep(300)
            await asyncio.wait_for(told.wait(), 20)
            found = signal.set_wakeup_fd(before)
            print("the loop knows", found == before)
        asyncio.run(loop())

        # A handler may call Go, and choose another descriptor.
        read, write = socket.socketpair()
        write.setblocking(False)
        def handle(number, frame):
            print("nested", contexts.Sleep(50))
            signal.set_wakeup_fd(write.fileno())
        signal.signal(signal.SIGUSR1, handle)
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
        print(contexts.Sleep(400), signal.set_wakeup_fd(-1) == write.fileno())

        # So may one that raises, on whatever thread the signal arrives.
        def refuse(number, frame):
            raise RuntimeError(contexts.Sleep(20))
        signal.signal(signal.SIGUSR1, refuse)
        others = [threading.Thread(target=contexts.Sleep, args=(400,)) for _ in range(4)]
        for other in others:
            other.start()
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
        started = time.monotonic()
        try:
            contexts.Sleep(60_000)
        except RuntimeError as error:
            print(error, time.monotonic() - started < 20)
        for other in others:
            other.join()

        # A closed descriptor is nothing to go back to.
        signal.set_wakeup_fd(write.fileno())
        threading.Timer(0.1, write.close).start()
        print(contexts.Sleep(300), signal.set_wakeup_fd(-1))
    """
    assert run_python(code, store.root) == ("the loop knows True\nnested slept\nslept True\nslept True\nslept -1\n")


def test_waiting_without_files(store: Store) -> None:
    store.build("contexts")
    code = """
        import os, resource, signal, sys, threading, time, usegolib
        contexts = usegolib.import_("fixture.test/contexts", artifact_dir=sys.argv[1])
        contexts.Sleep(1)
        def refuse(number, frame):
            raise RuntimeError("refused")
        signal.signal(signal.SIGUSR1, refuse)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        print(contexts.Sleep(50))
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR1)).start()
        started = time.monotonic()
        try:
            contexts.Sleep(60_000)
        except RuntimeError as error:
            print(error, time.monotonic() - started < 20)
    """
    assert run_python(code, store.root) == "slept\nrefused True\n"


def test_a_signal_handler_that_forks(store: Store) -> None:
    store.build("contexts")
    code = """
        import os, signal, sys, threading, usegolib
        from usegolib.errors import ForkedError
        contexts = usegolib.import_("fixture.test/contexts", artifact_dir=sys.argv[1])
        children = []
        def fork(number, frame):
            children.append(os.fork())
        signal.signal(signal.SIGUSR1, fork)
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
        try:
            print(contexts.Sleep(300), signal.set_wakeup_fd(-1))
        except ForkedError:
            os._exit(40 + signal.set_wakeup_fd(-1))
        print(os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1]))
    """
    assert run_python(code, store.root) == "slept -1\n39\n"


def test_a_call_that_is_given_up_is_cancelled_first(contexts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **keywords: object) -> int:
        raise RuntimeError("no descriptor")

    stubborn = contexts.Stubbornly()
    with monkeypatch.context() as patch:
        patch.setattr(signal, "set_wakeup_fd", fail)
        started = time.monotonic()
        with pytest.raises(RuntimeError, match="no descriptor"):
            contexts.Total(memoryview(bytearray(100_000)), 60_000)
        assert time.monotonic() - started < 30
        with pytest.raises(RuntimeError, match="no descriptor"):
            contexts.Stubborn(200)
    assert contexts.Stubbornly() == stubborn + 1
    assert contexts.Sleep(20) == "slept"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors by /proc")
def test_waiting_keeps_one_pipe_per_thread(contexts: Any) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    contexts.Sleep(20)
    before = descriptors()
    for _ in range(5):
        contexts.Sleep(20)
    threads = [threading.Thread(target=contexts.Sleep, args=(20,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A thread closes its pipe when Python has already forgotten it.
    patience = time.monotonic() + 20
    while descriptors() != before and time.monotonic() < patience:
        time.sleep(0.01)
    assert descriptors() == before
