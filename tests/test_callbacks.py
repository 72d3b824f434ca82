"""Python callables as Go funcs: how they are called, on which threads, and what becomes of their exceptions."""

from __future__ import annotations

import gc
import signal
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.process import run, run_python
from tests.support.store import Store
from usegolib.errors import GoError, UnsupportedTypeError


@pytest.fixture
def callbacks(load: Callable[[str], Any]) -> Any:
    return load("callbacks")


class Boom(Exception):
    pass


def boom(*_: object) -> Any:
    raise Boom("no")


def test_callables_of_any_kind_are_funcs(callbacks: Any) -> None:
    class Adder:
        def __call__(self, n: int) -> int:
            return n + 1

        def method(self, n: int) -> int:
            return n + 2

    assert callbacks.Apply(lambda n: n * 2, 21) == 42
    assert callbacks.Apply(Adder(), 1) == 2
    assert callbacks.Apply(Adder().method, 1) == 3
    assert callbacks.Apply(abs, -5) == 5
    assert callbacks.Apply(int, 5) == 5
    assert callbacks.Reduce([1, 2, 3.5], lambda a, b: a + b) == 6.5
    with pytest.raises(UnsupportedTypeError, match=r"expected func\(int\) int \(a callable\), got str"):
        callbacks.Apply("abs", 1)


def test_arguments_and_results_cross_as_in_calls(callbacks: Any) -> None:
    seen: list[Any] = []
    callbacks.Each(["a", "b"], lambda *given: seen.append(given))
    assert seen == [(0, "a"), (1, "b")]
    assert callbacks.Parse(int, "12") == 12
    assert callbacks.Split(lambda text: (text[:1], len(text)), "abc") == ("a", 3)
    assert callbacks.Format(lambda form, *values: f"{form} {values}", 1, "x", [2]) == "format (1, 'x', [2])"
    points = [{"X": 1, "Y": 2}, {"X": 3, "Y": 4}]
    assert callbacks.Map(points, lambda p: {"X": p["Y"], "Y": p["X"]}) == [{"X": 2, "Y": 1}, {"X": 4, "Y": 3}]


def test_what_a_pointer_leads_to_is_shown_as_it_is(callbacks: Any) -> None:
    def move(point: Any) -> None:
        assert point.Y == 2
        point.X = 5

    assert callbacks.Move({"X": 1, "Y": 2}, move) == {"X": 5, "Y": 2}
    server = callbacks.NewServer(str.upper, callbacks.WithName("go"), lambda server: server.Rename("python"))
    assert server.Name() == "python"


def test_bytes_are_written_in_place_and_only_meanwhile(callbacks: Any) -> None:
    views: list[memoryview] = []

    def fill(buffer: memoryview, offset: int) -> int:
        views.append(buffer)
        assert len(buffer) == 10
        buffer[: offset] = b"abc"
        return offset

    assert callbacks.Fill(fill, 10) == b"abc"
    with pytest.raises(ValueError, match="released"):
        views[0][0]

    def keep(buffer: memoryview, offset: int) -> int:
        views.append(buffer[2:])
        return offset

    with pytest.raises(BufferError, match="copy them"):
        callbacks.Fill(keep, 10)
    # What Go keeps for it, it may still read.
    assert bytes(views[1]) == bytes(8)


def test_results_of_the_wrong_type(callbacks: Any) -> None:
    with pytest.raises(UnsupportedTypeError, match=r"schema: boom_text \(as func\(int\) int\): result: expected int, got str"):

        def boom_text(_: int) -> Any:
            return "text"

        boom_text.__qualname__ = "boom_text"
        callbacks.Apply(boom_text, 1)
    with pytest.raises(UnsupportedTypeError, match=r"a tuple of 2 results, got int"):
        callbacks.Split(lambda _: 5, "x")
    with pytest.raises(UnsupportedTypeError, match=r"result\[1\]: expected int, got str"):
        callbacks.Split(lambda _: ("x", "y"), "x")


class TestExceptions:
    def test_they_are_raised_unchanged(self, callbacks: Any) -> None:
        for call in (callbacks.Try, callbacks.Wrap, lambda f: callbacks.Apply(f, 1)):
            with pytest.raises(Boom) as caught:
                call(boom)
            frames = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
            assert frames[-1] == "boom"
            assert frames.count("boom") == 1

        error = Boom()

        def raises() -> None:
            raise error

        with pytest.raises(Boom) as caught:
            callbacks.Wrap(raises)
        assert caught.value is error

    def test_go_sees_errors(self, callbacks: Any) -> None:
        assert callbacks.Say(boom) == "Boom: no"
        assert callbacks.Say(lambda: None) == "<nil>"
        assert callbacks.Say(lambda: ValueError("returned")) == "ValueError: returned"

    def test_errors_of_go_are_the_very_errors(self, callbacks: Any) -> None:
        def raises() -> None:
            raise callbacks.ErrWrapped

        assert callbacks.Stopped(raises)
        assert callbacks.Stopped(lambda: callbacks.ErrWrapped)
        with pytest.raises(GoError) as caught:
            callbacks.Try(raises)
        assert caught.value == callbacks.ErrWrapped

        def ends() -> None:
            raise EOFError

        assert callbacks.IsEOF(ends)

    @pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit, StopIteration])
    def test_every_kind(self, callbacks: Any, kind: type[BaseException]) -> None:
        def raises(_: int) -> int:
            raise kind

        with pytest.raises(kind):
            callbacks.Apply(raises, 1)

    def test_ctrl_c_in_a_callback(self, callbacks: Any) -> None:
        def interrupted(_: int) -> int:
            signal.raise_signal(signal.SIGINT)
            return 0

        with pytest.raises(KeyboardInterrupt):
            callbacks.Repeat(interrupted, 10)

    def test_on_another_goroutine_they_are_reported(self, callbacks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        reports: list[Any] = []
        monkeypatch.setattr(sys, "unraisablehook", reports.append)
        assert callbacks.Go(boom, 1) == 0
        assert [(type(one.exc_value), one.object) for one in reports] == [(Boom, boom)]

    def test_recursion_ends_as_in_python(self, callbacks: Any) -> None:
        def again(n: int) -> int:
            return callbacks.Nest(again, n + 1)

        with pytest.raises(RecursionError):
            callbacks.Nest(again, 1)
        assert callbacks.Apply(abs, -1) == 1


class TestThreads:
    def test_of_the_caller(self, callbacks: Any) -> None:
        assert callbacks.Apply(lambda _: threading.get_ident(), 0) == threading.get_ident()

    def test_any_depth(self, callbacks: Any) -> None:
        def down(n: int) -> int:
            return n if n == 0 else 1 + callbacks.Nest(down, n - 1)

        assert callbacks.Nest(down, 50) == 50
        # And on threads of Go's.
        assert callbacks.Go(lambda n: callbacks.Go(lambda m: callbacks.Apply(lambda k: k + 1, m), n), 1) == 2

    def test_goroutines(self, callbacks: Any) -> None:
        assert callbacks.GoMany(lambda n: n, 8, 200) == 8 * sum(range(200))
        assert callbacks.Go(lambda _: threading.get_ident(), 0) != threading.get_ident()

    def test_a_thread_of_go_keeps_its_state(self, callbacks: Any) -> None:
        local = threading.local()

        def count(_: int) -> int:
            local.count = getattr(local, "count", 0) + 1
            return local.count

        # Goroutines wander, but there are fewer threads than calls.
        assert max(callbacks.Go(count, 0) for _ in range(200)) > 1

    def test_while_another_callback_has_a_lock(self, callbacks: Any) -> None:
        lock = threading.Lock()

        def locked(n: int) -> int:
            with lock:
                time.sleep(0.0001)
                return n

        threads = [threading.Thread(target=callbacks.GoMany, args=(locked, 4, 20)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()

    def test_after_the_call(self, callbacks: Any) -> None:
        called = threading.Event()
        callbacks.After(1, called.set)
        assert called.wait(30)
        seen: list[str] = []
        callbacks.Keep(seen.append)
        gc.collect()
        callbacks.CallKept("x")
        assert seen == ["x"]
        callbacks.Drop()

    def test_in_calls_with_a_context(self, callbacks: Any) -> None:
        seen: list[int] = []

        def note(context: Any, n: int) -> None:
            seen.append(n)
            if len(seen) == 1:
                callbacks.InContext(note, ctx=context)

        assert callbacks.InContext(note, timeout=60) is None
        assert seen == [0, 0, 1, 2, 1, 2]
        with pytest.raises(Boom):
            callbacks.InContext(boom)


class TestLifetimes:
    def test_released_when_go_drops_them(self, callbacks: Any) -> None:
        def hook(_: str) -> None: ...

        gone = weakref.ref(hook)
        callbacks.Keep(hook)
        del hook
        gc.collect()
        assert gone() is not None
        deadline = time.monotonic() + 30
        while gone() is not None and time.monotonic() < deadline:
            callbacks.Drop()
        assert gone() is None

    def test_what_go_did_not_take_is_let_go(self, callbacks: Any) -> None:
        def hook(_: int) -> int:
            return 0

        gone = weakref.ref(hook)
        with pytest.raises(UnsupportedTypeError):
            callbacks.Apply(hook, "one")
        del hook
        gc.collect()
        assert gone() is None

    def test_they_come_back_as_they_were(self, callbacks: Any) -> None:
        def handler(text: str) -> str:
            return text

        server = callbacks.NewServer(handler)
        assert server.Handler() is handler
        server.Filter = handler
        assert server.Filter is handler
        assert callbacks.NewServer(callbacks.NewServer(handler).Handler()).Serve("x") == "x"

    def test_in_fields_elements_and_values(self, callbacks: Any) -> None:
        seen: list[str] = []
        server = callbacks.NewServer(str.upper)
        server.Hooks = [seen.append, lambda text: seen.append(text * 2)]
        server.Filter = lambda text: text != "no"
        assert (server.Serve("a"), server.Serve("no")) == ("A", "filtered")
        assert seen == ["a", "aa", "no", "nono"]
        assert callbacks.Route({"up": str.upper, "same": lambda text: text}, "up") == "UP"

    def test_in_any(self, callbacks: Any) -> None:
        assert callbacks.Call(lambda *values: list(values), 1, "x", [2.5]) == [1, "x", [2.5]]
        assert callbacks.Call(callbacks.NewServer(str.upper).Handler(), "x") == "X"
        with pytest.raises(Boom):
            callbacks.Call(boom, 1)

    def test_many_calls(self, callbacks: Any) -> None:
        assert callbacks.Repeat(lambda _: 1, 100_000) == 100_000


EXIT = """
import sys, threading, time
import usegolib
callbacks = usegolib.import_("fixture.test/callbacks", artifact_dir=sys.argv[1])
"""


@pytest.mark.parametrize(
    "program",
    [
        "callbacks.Forever(lambda: 1)",
        "callbacks.Forever(lambda: time.sleep(0.0001) or 1)",
        "callbacks.Forever(lambda: time.sleep(100) or 1); time.sleep(0.01)",
        "[callbacks.Forever(lambda: sum(range(100))) for _ in range(8)]; time.sleep(0.05)",
        "callbacks.After(1, lambda: None); callbacks.Keep(print)",
        "threading.Thread(target=callbacks.Repeat, args=(lambda n: 1, 10**9), daemon=True).start(); time.sleep(0.05)",
    ],
)
def test_the_end_of_the_interpreter(store: Store, callbacks: Any, program: str) -> None:
    run_python(EXIT + program, store.root, timeout=60)


def test_a_child_of_a_fork_does_not_return_to_go(store: Store, callbacks: Any) -> None:
    program = EXIT + (
        "import os\n"
        "def f(n):\n"
        "    pid = os.fork()\n"
        "    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) if pid else 0\n"
        "assert callbacks.Apply(f, 0) == 1\n"
    )
    done = run([sys.executable, "-c", program, str(store.root)], timeout=60)
    assert done.returncode == 0, done.stderr
    assert "ForkedError" in done.stderr
