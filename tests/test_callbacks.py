"""Python callables as Go funcs: how they are called, on which threads, and what becomes of their exceptions."""

# Go names its methods so, and lambdas are what is tested.
# ruff: noqa: N802
# pyright: reportUnknownLambdaType=false, reportIncompatibleMethodOverride=false

from __future__ import annotations

import collections
import ctypes
import gc
import io
import pydoc
import signal
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import usegolib
from tests.support.process import run, run_python
from tests.support.store import Store
from usegolib.errors import GoError, UnsupportedTypeError


@pytest.fixture
def callbacks(load: Callable[[str], Any]) -> Any:
    return load("callbacks")


class BoomError(Exception):
    pass


def boom(*_: object) -> Any:
    raise BoomError("no")


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
        buffer[:offset] = b"abc"
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
    expected = r"schema: .*<lambda> \(as func\(int\) int\): result: expected int, got str"
    with pytest.raises(UnsupportedTypeError, match=expected):
        callbacks.Apply(lambda _: "text", 1)
    with pytest.raises(UnsupportedTypeError, match=r"a tuple of 2 results, got int"):
        callbacks.Split(lambda _: 5, "x")
    with pytest.raises(UnsupportedTypeError, match=r"expected a tuple of 2 results, got one of 3"):
        callbacks.Split(lambda _: (1, 2, 3), "x")
    with pytest.raises(UnsupportedTypeError, match=r"result\[1\]: expected int, got str"):
        callbacks.Split(lambda _: ("x", "y"), "x")


class TestExceptions:
    def test_they_are_raised_unchanged(self, callbacks: Any) -> None:
        for call in (callbacks.Try, callbacks.Wrap, lambda f: callbacks.Apply(f, 1)):
            with pytest.raises(BoomError) as caught:
                call(boom)
            frames = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
            assert frames[-1] == "boom"
            assert frames.count("boom") == 1

        error = BoomError()

        def raises() -> None:
            raise error

        with pytest.raises(BoomError) as caught:
            callbacks.Wrap(raises)
        assert caught.value is error

    def test_go_sees_errors(self, callbacks: Any) -> None:
        assert callbacks.Say(boom) == "BoomError: no"
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

    def test_errors_of_go_are_the_same_objects(self, callbacks: Any) -> None:
        """Where Go returns what an exception stands for, the exception itself comes out."""

        def raising(error: BaseException) -> Callable[[], None]:
            def raises() -> None:
                raise error

            return raises

        with pytest.raises(GoError) as caught:
            callbacks.Fail()
        error = caught.value
        for call in (callbacks.Try, callbacks.Wrap):
            with pytest.raises(GoError) as caught:
                call(raising(error))
            assert caught.value is error
            assert "raises" in [frame.name for frame in traceback.extract_tb(error.__traceback__)]
        end = EOFError()
        with pytest.raises(EOFError) as ended:
            callbacks.Try(raising(end))
        assert ended.value is end
        # What an earlier call has dealt with is not raised by a later one.
        assert callbacks.Find(raising(error)) is None
        with pytest.raises(GoError) as caught:
            callbacks.Fail()
        assert caught.value is not error

        def inner() -> None:
            assert callbacks.Find(raising(error)) is None
            with pytest.raises(GoError) as caught:
                callbacks.Fail()
            assert caught.value is not error
            raise error

        with pytest.raises(GoError) as caught:
            callbacks.Try(inner)
        assert caught.value is error

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
        assert [(type(one.exc_value), one.object) for one in reports] == [(BoomError, boom)]

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

    def test_threads_of_go_that_end(self, callbacks: Any) -> None:
        """Their states are freed: there are no more than a few."""
        api = ctypes.pythonapi
        for name in ("PyInterpreterState_Get", "PyInterpreterState_ThreadHead", "PyThreadState_Next"):
            getattr(api, name).restype = ctypes.c_void_p

        def states() -> int:
            count, state = 0, api.PyInterpreterState_ThreadHead(ctypes.c_void_p(api.PyInterpreterState_Get()))
            while state:
                count, state = count + 1, api.PyThreadState_Next(ctypes.c_void_p(state))
            return count

        before, threads = states(), set[int]()
        for _ in range(100):
            callbacks.OnEndingThread(lambda: threads.add(threading.get_native_id()))
        assert len(threads) > 50
        assert states() - before < 50

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
        with pytest.raises(BoomError):
            callbacks.InContext(boom)


class TestCallsWithAContext:
    """They run on a goroutine of their own, and call back on the thread that waits for them."""

    def test_on_the_thread_that_waits(self, callbacks: Any) -> None:
        threads: set[int] = set()

        def note(*_: object) -> None:
            threads.add(threading.get_ident())

        callbacks.InContext(note)
        callbacks.Times(note, 3, 0)
        callbacks.Times(note, 3, 8)
        assert threads == {threading.get_ident()}

    def test_with_a_lock_that_the_caller_holds(self, callbacks: Any) -> None:
        lock = threading.RLock()
        seen: list[int] = []

        def locked() -> None:
            with lock:
                seen.append(0)

        with lock:
            callbacks.Times(locked, 2, 8)
        assert seen == [0, 0]

    def test_callbacks_that_wait_for_each_other(self, callbacks: Any) -> None:
        barrier = threading.Barrier(2, timeout=60)
        for _ in range(20):
            assert callbacks.Together(barrier.wait, barrier.wait) is None

    def test_any_depth(self, callbacks: Any) -> None:
        def down(n: int) -> Callable[[], None]:
            return (lambda: callbacks.Times(down(n - 1), 1, 0)) if n else seen.append

        class Seen(list[int]):
            def append(self) -> None:  # type: ignore[override]
                super().append(threading.get_ident())

        seen = Seen()
        callbacks.Times(down(20), 1, 0)
        assert seen == [threading.get_ident()]

    def test_exceptions(self, callbacks: Any) -> None:
        with pytest.raises(BoomError) as caught:
            callbacks.Times(boom, 1, 0)
        assert "boom" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
        with pytest.raises(BoomError):
            callbacks.Together(boom, lambda: None)

    def test_timeouts(self, callbacks: Any) -> None:
        begun = time.monotonic()
        callbacks.Times(lambda: None, 10_000, 1, timeout=0.1)
        assert time.monotonic() - begun < 5

    @pytest.mark.parametrize("pause", [0, 20])
    def test_ctrl_c(self, callbacks: Any, pause: int) -> None:
        def interrupt() -> None:
            signal.raise_signal(signal.SIGINT)

        threading.Timer(0.1, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            callbacks.Times(lambda: None, 1_000_000, pause)
        with pytest.raises(KeyboardInterrupt):
            callbacks.Times(interrupt, 1_000_000, pause)

    def test_many_threads(self, callbacks: Any) -> None:
        wrong: list[int] = []

        def work() -> None:
            own = threading.get_ident()

            def note() -> None:
                if threading.get_ident() != own:
                    wrong.append(own)

            for _ in range(20):
                callbacks.Times(note, 5, 0)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
        assert not wrong


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
        with pytest.raises(BoomError):
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
        "threading.Thread(target=callbacks.Times, args=(list, 10**9, 0), daemon=True).start(); time.sleep(0.05)",
        "threading.Thread(target=callbacks.Repeat, args=(lambda n: 1, 10**9), daemon=True).start(); time.sleep(0.05)",
    ],
)
def test_the_end_of_the_interpreter(store: Store, callbacks: Any, program: str) -> None:
    run_python(EXIT + program, store.root, timeout=60)


def test_finalizers_at_the_end_of_the_interpreter(store: Store, callbacks: Any) -> None:
    program = EXIT + (
        "import os\n"
        "def double(n): return 2 * n\n"
        "class Late:\n"
        "    def __init__(self): self.server = callbacks.NewServer(str.upper)\n"
        "    def __del__(self, apply=callbacks.Apply, ended=sys.is_finalizing, say=os.write):\n"
        "        say(1, f'{ended()} {apply(double, 4)} {self.server.Serve(\"a\")}'.encode())\n"
        "assert callbacks.Apply(double, 1) == 2\n"
        "sys.modules['late'] = Late()\n"
        "assert sys.modules['late'].server.Serve('a') == 'A'\n"
    )
    assert run_python(program, store.root, timeout=60) == "True 8 A"


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


def test_slices_and_maps_are_the_very_ones(callbacks: Any) -> None:
    def double(items: Any) -> None:
        for at, item in enumerate(items):
            items[at] = 2 * item

    assert callbacks.Double([1, 2, 3], double) == [2, 4, 6]
    assert callbacks.Count({"a": 1}, lambda counts: counts.update(b=2)) == {"a": 1, "b": 2}


class Square:
    def __init__(self, side: float) -> None:
        self.side = side

    def Area(self) -> float:
        return self.side**2

    def Scale(self, by: float) -> Square:
        return Square(self.side * by)


class Greeter:
    def Greet(self, name: str) -> str:
        if not name:
            raise BoomError
        return f"Hello, {name}"


class TestInterfaces:
    def test_objects_with_the_methods(self, callbacks: Any) -> None:
        assert callbacks.Total(2, Square(1), Square(2)) == 20
        assert callbacks.Welcome(Greeter(), "you") == "Hello, you"
        assert callbacks.Enter({"Greeter": Greeter()}, "you") == "Hello, you"
        with pytest.raises(BoomError):
            callbacks.Welcome(Greeter(), "")
        greeter = Greeter()
        assert callbacks.Same(greeter) is greeter

    def test_one_callable_for_one_method(self, callbacks: Any) -> None:
        assert callbacks.Welcome(str.upper, "you") == "YOU"

    def test_what_is_missing_is_told_before_the_call(self, callbacks: Any) -> None:
        class Half:
            def Area(self) -> float:
                return 0

        expected = r"shapes\[0\]: .*Half does not implement callbacks.Shape \(missing method Scale\)"
        with pytest.raises(UnsupportedTypeError, match=expected):
            callbacks.Total(1, Half())
        with pytest.raises(UnsupportedTypeError, match=r"expected callbacks.Shape .*, got int"):
            callbacks.Total(1, 5)
        with pytest.raises(UnsupportedTypeError, match=r"expected callbacks\.Closed"):
            callbacks.Open(Greeter())

    def test_behind_any(self, callbacks: Any) -> None:
        @usegolib.implements(callbacks.Greeter)
        class Polite(Greeter): ...

        assert callbacks.Greets(Polite(), "you") == "Hello, you"
        assert callbacks.Greets(callbacks.Greeter(Greeter()), "you") == "Hello, you"
        assert callbacks.Greets(callbacks.Greeter(str.upper), "you") == "YOU"
        with pytest.raises(BoomError):
            callbacks.Greets([Polite()][0], "")
        with pytest.raises(UnsupportedTypeError, match="Greeter"):
            callbacks.Greets(Greeter(), "you")

    def test_conversions(self, callbacks: Any) -> None:
        """Go's conversions give what has the methods of the type."""
        loud = callbacks.Loud(str.upper)
        assert loud.Greet("you") == loud("you") == "YOU"
        assert callbacks.Welcome(loud, "you") == callbacks.Greets(loud, "you") == "YOU"
        greeter = callbacks.Greeter(Greeter())
        assert isinstance(greeter, callbacks.Greeter)
        assert greeter.Greet("you") == "Hello, you"
        for wrong in (5, None, object()):
            with pytest.raises((TypeError, UnsupportedTypeError), match=r"Greeter"):
                callbacks.Greeter(wrong)
            with pytest.raises((TypeError, UnsupportedTypeError), match=r"Loud"):
                callbacks.Loud(wrong)

    def test_interfaces_that_no_signature_mentions(self, callbacks: Any) -> None:
        @usegolib.implements(callbacks.Unasked)
        class Oracle:
            def Answer(self, question: str) -> int:
                return len(question)

        assert callbacks.Ask(Oracle(), "why") == 3
        assert callbacks.Ask(callbacks.Unasked(len), "why not") == 7

    def test_the_zero_value_of_an_adapter(self, callbacks: Any) -> None:
        """Package reflect can make one, as flag does: it has no object, and gives zero values."""
        with pytest.raises(GoError, match="without an object"):
            callbacks.Zero(Greeter())

    def test_results_are_checked(self, callbacks: Any) -> None:
        class Flat(Square):
            def Area(self) -> Any:
                return "flat"

            def Scale(self, by: float) -> Square:  # noqa: ARG002
                return self

        expected = r"Flat \(as callbacks.Shape.Area\): result: expected float64, got str"
        with pytest.raises(UnsupportedTypeError, match=expected):
            callbacks.Total(1, Flat(1))

    def test_classes_that_say_what_they_implement(self, callbacks: Any) -> None:
        class Both(Greeter, Square): ...

        assert usegolib.implements(callbacks.Greeter, callbacks.Shape)(Both) is Both
        with pytest.raises(TypeError, match=r"Greeter does not implement Shape \(missing methods Area, Scale\)"):
            usegolib.implements(callbacks.Shape)(Greeter)

        class Wrong(Square):
            def Scale(self) -> Any: ...

        with pytest.raises(TypeError, match=r"Wrong does not implement Shape \(Scale\(self\).* is given 1 argument\)"):
            usegolib.implements(callbacks.Shape)(Wrong)
        with pytest.raises(TypeError, match="no Go interface"):
            usegolib.implements(int)

    def test_what_is_no_interface_is_told_at_once(self, callbacks: Any) -> None:
        not_classes: tuple[Any, ...] = ("x", None, callbacks)
        for wrong in not_classes:
            with pytest.raises(TypeError, match="is no Go interface: implements"):
                usegolib.implements(wrong)
        with pytest.raises(TypeError, match="takes the interfaces"):
            usegolib.implements()
        with pytest.raises(TypeError, match="Hall is no Go interface"):
            usegolib.implements(callbacks.Hall)
        with pytest.raises(TypeError, match="can't implement Closed: it has methods that only"):
            usegolib.implements(callbacks.Closed)
        expected = r"callbacks\.Closed \(one of Go's, as Python can't implement it: it has methods that only"
        with pytest.raises(UnsupportedTypeError, match=expected):
            callbacks.Open(Greeter())

    def test_methods_of_any_kind(self, callbacks: Any) -> None:
        @usegolib.implements(callbacks.Greeter)
        class Static:
            @staticmethod
            def Greet(name: str) -> str:
                return name

        @usegolib.implements(callbacks.Greeter)
        class OfClass:
            @classmethod
            def Greet(cls, name: str) -> str:
                return cls.__name__ + name

        @usegolib.implements(callbacks.Greeter)
        class Builtin:
            Greet = repr

        for greeter, expected in ((Static(), "x"), (OfClass(), "OfClassx"), (Builtin(), "'x'")):
            assert callbacks.Welcome(greeter, "x") == expected

        class Less:
            @staticmethod
            def Greet() -> str:
                return ""

        with pytest.raises(TypeError, match=r"Greet\(\) -> str|Greet\(\) -> 'str' is given 1 argument\)"):
            usegolib.implements(callbacks.Greeter)(Less)

    def test_only_gos_methods_count(self, public: Any) -> None:
        package = public("io")

        @usegolib.implements(package.ReadWriter, package.Reader)
        class Pipe:
            def Read(self, p: memoryview) -> int:
                p[:1] = b"x"
                return 1

            def Write(self, p: memoryview) -> int:
                return len(p)

        assert package.ReadAll(package.LimitReader(Pipe(), 3)) == b"xxx"

    def test_help_shows_the_methods(self, callbacks: Any) -> None:
        assert "Greet(self, /, name)" in pydoc.plain(pydoc.render_doc(callbacks.Greeter))

    def test_a_method_of_nothing_but_bytes(self, callbacks: Any) -> None:
        class Source:
            def Fill(self, buffer: memoryview) -> int:
                buffer[:2] = b"ab"
                return 2

        assert callbacks.Drain(Source(), 5) == b"ab"


def test_funcs_of_types_that_other_modules_cannot_name(callbacks: Any, store: Store) -> None:
    found: list[str] = []

    def find(name: str) -> Any:
        found.append(name)
        return callbacks.Policy(name.upper())

    assert callbacks.Decide(callbacks.Default(), None, "a") == "policy a"
    assert callbacks.Decide(find, None, "b") == "policy B"
    assert found == ["b"]
    assert callbacks.Decide(find, lambda policy: found.append(policy.Describe()), "c") == "policy C"
    assert found == ["b", "c", "policy C"]
    left_out = [
        one for one in store.manifest("callbacks")["schema"]["unsupported"] if "generated" in str(one["reason"])
    ]
    assert left_out == []


class TestFunctionsOfGo:
    """A function of the same library is Go's own, with nothing of Python's in between."""

    def test_functions(self, callbacks: Any) -> None:
        assert callbacks.FuncName(callbacks.Increment) == "fixture.test/callbacks.Increment"
        assert callbacks.Apply(callbacks.Increment, 1) == 2
        assert callbacks.HookName(callbacks.Hooked(Hook=callbacks.Increment)) == "fixture.test/callbacks.Increment"
        assert callbacks.HookName({"Hook": callbacks.Increment}) == "fixture.test/callbacks.Increment"

    def test_as_any(self, callbacks: Any) -> None:
        assert callbacks.AnyName(callbacks.Increment) == "func(int) int fixture.test/callbacks.Increment"
        assert callbacks.AnyName(callbacks.Counter().Add).startswith("func(int) int ")

    def test_nil_stays_nil(self, callbacks: Any) -> None:
        assert callbacks.FindsNil(callbacks.Nothing)
        assert callbacks.FindsNil(lambda _data, _end: (0, None))
        assert not callbacks.FindsNil(lambda _data, _end: (0, b""))

    def test_methods_of_objects(self, callbacks: Any) -> None:
        counter = callbacks.Counter()
        assert callbacks.Repeat(counter.Add, 4) == 0 + 1 + 3 + 6
        assert "makeFuncStub" in callbacks.FuncName(counter.Add)
        assert callbacks.SumWith(counter.AddAll) == 12
        assert callbacks.Apply(counter.Add, 1) == 13

    def test_of_another_type_they_go_through_python(self, callbacks: Any) -> None:
        assert callbacks.SumWith(lambda *numbers: callbacks.Increment(numbers[0])) == 2
        assert callbacks.Apply(callbacks.Counter().AddAll, 5) == 5


class Responder:
    """A responder whose maps are dicts that it keeps."""

    def __init__(self, header: Any, counts: Any) -> None:
        self.header, self.counts = header, counts
        self.seen: list[Any] = []

    def Header(self) -> Any:
        return self.header

    def Counts(self) -> Any:
        return self.counts

    def Write(self, p: memoryview) -> int:
        self.seen.append((dict(self.header), dict(self.counts)))
        self.header["Length"] = [str(len(self.seen))]
        return len(p)


class TestMapsThatMethodsReturn:
    """A dict that a method returns is one Go map while the call lasts, and holds what Go makes of it."""

    @pytest.fixture(params=["dict", "header", "mapping"])
    def responder(self, callbacks: Any, request: pytest.FixtureRequest) -> Responder:
        make = {"dict": dict, "header": callbacks.Header, "mapping": collections.UserDict}[request.param]
        return Responder(make({"Old": ["x"], "Same": ["y"]}), make({}) if request.param == "mapping" else {})

    def test_nothing_is_lost(self, callbacks: Any, responder: Responder) -> None:
        same = responder.header["Same"]
        result = callbacks.Respond(responder)
        assert responder.header == {"Same": ["y"], "Kind": ["text", "plain"], "Length": ["2"]} == result
        assert responder.header["Same"] is same
        assert responder.counts == {"set": 2}
        (first, counts), (second, _) = responder.seen
        assert first == {"Old": ["x"], "Same": ["y"], "Kind": ["text"]}
        assert counts == {"set": 1}
        assert second == {"Same": ["y"], "Kind": ["text", "plain"], "Length": ["1"]}
        # The next call begins with what is there now.
        responder.header.clear()
        callbacks.Respond(responder)
        assert responder.header == {"Kind": ["text", "plain"], "Length": ["4"]}

    def test_when_the_call_raises(self, callbacks: Any, responder: Responder) -> None:
        def fail(_: Any) -> int:
            raise KeyError("mine")

        responder.Counts = fail  # type: ignore[method-assign]
        with pytest.raises(TypeError):
            callbacks.Respond(responder)
        assert responder.header["Kind"] == ["text"]

    def test_in_a_call_within(self, callbacks: Any, responder: Responder) -> None:
        def within(_: int) -> int:
            callbacks.Respond(responder)
            assert responder.header["Kind"] == ["text", "plain"]
            return 1

        assert callbacks.Apply(within, 0) == 1
        assert responder.header["Kind"] == ["text", "plain"]

    def test_python_may_change_it_between_calls_within(self, callbacks: Any, responder: Responder) -> None:
        def write(p: memoryview) -> int:
            responder.header["Nested"] = ["n"]
            # Any call brings both together.
            assert callbacks.Increment(1) == 2
            return len(p)

        responder.Write = write  # type: ignore[method-assign]
        assert callbacks.Respond(responder)["Nested"] == ["n"]
        assert responder.header["Nested"] == ["n"]

    def test_what_is_made_to_be_returned_is_given(self, callbacks: Any) -> None:
        class Fresh(Responder):
            def Header(self) -> Any:
                return {"Fresh": ["1"]}

        assert callbacks.Respond(Fresh({}, {})) == {"Fresh": ["1"]}

    def test_results_of_the_wrong_type(self, callbacks: Any) -> None:
        with pytest.raises(
            UnsupportedTypeError, match=r"Responder.Header\): result\['a'\]: expected \[\]string, got int"
        ):
            callbacks.Respond(Responder({"a": 1}, {}))

    def test_where_no_call_is_in_progress_it_is_a_copy(self, callbacks: Any, responder: Responder) -> None:
        callbacks.RespondApart(responder)
        assert responder.header == {"Old": ["x"], "Same": ["y"], "Length": ["2"]}

    def test_nothing_is_kept(self, callbacks: Any) -> None:
        class Dict(dict[str, Any]):
            pass

        responder = Responder(Dict(), {})
        callbacks.Respond(responder)
        gone = weakref.ref(responder.header)
        responder.header = {}
        gc.collect()
        assert gone() is None


class TestPointersToScalars:
    """What a pointer leads to is a variable, as of usegolib.ref."""

    def test_they_are_set(self, callbacks: Any) -> None:
        def change(x: usegolib.Ref[int]) -> None:
            assert x.value == 5
            x.value += 1
            # It is a pointer where Go wants one.
            callbacks.Raise(x)

        assert callbacks.ModifyInt(change, False) == 7
        given: list[Any] = []
        callbacks.ModifyInt(given.append, True)
        assert given == [None]

    def test_of_all_types(self, callbacks: Any) -> None:
        given: list[Any] = []

        def look(*variables: Any) -> None:
            given.extend(variables)
            assert [variable.value for variable in variables[:6]] == [
                *("s", False, 1.5, 10**9, "1970-01-01T00:00:00Z", b"data"),
            ]
            assert [variable.value for variable in variables[6:8]] == [1, None]
            assert (variables[8].value.X, variables[9].value(1)) == (1, 2)

        assert callbacks.ModifyAll(look)[:4] == ["s", False, 1.5, 10**9]

        def change(*variables: Any) -> None:
            values = ("new", True, 2.5, 7, "2000-01-01T00:00:00Z", b"more", [1], ValueError("mine"), {"X": 3, "Y": 4})
            for variable, value in zip(variables, (*values, lambda n: 10 * n), strict=True):
                variable.value = value

        changed = callbacks.ModifyAll(change)
        assert changed[:7] == ["new", True, 2.5, 7, "2000-01-01T00:00:00Z", b"more", [1]]
        assert isinstance(changed[7], ValueError)
        assert changed[8:] == [{"X": 3, "Y": 4}, 10]
        # They outlive the call.
        given[0].value = "late"
        assert given[0].value == "late"

    def test_in_methods(self, callbacks: Any) -> None:
        class Setter:
            def Set(self, x: usegolib.Ref[int], name: str) -> None:
                assert name == "x"
                x.value = 9

        assert callbacks.SetBy(Setter()) == 9

    def test_wrong_values_are_refused(self, callbacks: Any) -> None:
        def change(x: Any) -> None:
            x.value = "x"

        with pytest.raises(UnsupportedTypeError, match="expected int, got str"):
            callbacks.ModifyInt(change, False)


class Host:
    def Greet(self, name: str) -> str:
        return f"hello {name}"


class TestOneObject:
    """An object that is given again as the same interface is the same value in Go."""

    def test_it_is_equal(self, callbacks: Any) -> None:
        one, other = Host(), Host()
        assert callbacks.Equal(one, one)
        assert not callbacks.Equal(one, other)
        greet = one.Greet
        assert callbacks.Equal(greet, greet)

    def test_it_is_one_key(self, callbacks: Any) -> None:
        guests, one, other = callbacks.NewGuests(), Host(), Host()
        assert [guests.Add(one), guests.Add(one), guests.Add(other)] == [1, 1, 2]
        assert [guests.Remove(one), guests.Remove(one), guests.Remove(other)] == [1, 1, 0]

    def test_it_is_released_with_the_last_one(self, callbacks: Any) -> None:
        guests, one = callbacks.NewGuests(), Host()
        gone = weakref.ref(one)
        for _ in range(3):
            guests.Add(one)
            callbacks.Collect()
            assert callbacks.Welcome(one, "you") == "hello you"
        guests.Remove(one)
        del one
        deadline = time.monotonic() + 5
        while gone() is not None and time.monotonic() < deadline:
            callbacks.Collect()
        assert gone() is None

    def test_many_threads(self, callbacks: Any) -> None:
        hosts = [Host() for _ in range(4)]
        guests, failed = callbacks.NewGuests(), []

        def work() -> None:
            try:
                for n in range(300):
                    assert callbacks.Welcome(hosts[n % 4], "you") == "hello you"
                    assert callbacks.Equal(hosts[n % 4], hosts[n % 4])
                    if n % 50 == 0:
                        callbacks.Collect()
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed
        assert [guests.Add(host) for host in hosts] == [1, 2, 3, 4]


class TestWhatComesBack:
    def test_as_an_interface_it_was_converted_to(self, callbacks: Any) -> None:
        ranked = callbacks.Rank(callbacks.Greeter(Host()), 1)
        callbacks.Collect()
        assert isinstance(ranked["Value"], Host)
        assert callbacks.GreetBy(ranked, "you") == "hello you"
        assert callbacks.GreetBy({"Value": ranked["Value"], "Rank": 2}, "you") == "hello you"
        with pytest.raises(UnsupportedTypeError, match="any value that Go can take"):
            callbacks.Rank(Host(), 1)

    def test_variables_of_it(self, callbacks: Any) -> None:
        host = Host()
        variable = usegolib.ref(callbacks.Greeter(host))
        assert variable.value is host
        other = Host()
        variable.value = other
        assert variable.value is other

    def test_files(self, callbacks: Any) -> None:
        file = io.BytesIO(b"abc")
        body = callbacks.Passed(callbacks.Response(Body=file)).Body
        # The file, with Go's methods besides its own.
        assert body == file
        assert (body.read(1), file.read(1)) == (b"a", b"b")
        buffer = bytearray(1)
        assert (body.Read(memoryview(buffer)), bytes(buffer)) == (1, b"c")
        file.seek(0)
        assert callbacks.Passed({"Body": file})["Body"].read() == b"abc"
        assert callbacks.Bodies([file, b"bytes"])[0] == file


class TestCounts:
    """How many bytes were read or written is checked before Go believes it."""

    @pytest.mark.parametrize("count", [6, 100, -1, 2**70, True + 5])
    def test_of_what_was_read(self, callbacks: Any, count: int) -> None:
        class Reader:
            def Read(self, p: memoryview) -> int:  # noqa: ARG002
                return count

            def ReadAt(self, p: memoryview, off: int) -> int:  # noqa: ARG002
                return count

        message = rf"Reader.* \(as io.Reader.Read\): result: expected a count from 0 to 5, .* got {count}$"
        with pytest.raises(UnsupportedTypeError, match=message):
            callbacks.ReadSome(Reader(), 5)
        with pytest.raises(UnsupportedTypeError, match=r"\(as io.ReaderAt.ReadAt\): result: expected a count"):
            callbacks.ReadSomeAt(Reader(), 5)
        with pytest.raises(UnsupportedTypeError, match=r"expected a count from 0 to 0"):
            callbacks.ReadSome(Reader(), 0)

    def test_of_what_was_written(self, callbacks: Any) -> None:
        class Writer:
            count: Any = 0

            def Write(self, p: memoryview) -> Any:  # noqa: ARG002
                return self.count

            def WriteString(self, s: str) -> Any:  # noqa: ARG002
                return self.count

        writer = Writer()
        for writer.count in (0, 1, 3):
            assert callbacks.WriteAll(writer, b"abc") == writer.count
            assert callbacks.WriteText(writer, "aé") == writer.count
            assert callbacks.WriteText(writer, "a\udcff\udcff") == writer.count
        for writer.count in (4, 100, -1):
            with pytest.raises(UnsupportedTypeError, match=r"io.Writer.Write\): result: expected a count from 0 to 3"):
                callbacks.WriteAll(writer, b"abc")
            with pytest.raises(UnsupportedTypeError, match=r"WriteString\): result: expected a count from 0 to 3"):
                callbacks.WriteText(writer, "aé")
        writer.count = "x"
        with pytest.raises(UnsupportedTypeError, match="expected int, got str"):
            callbacks.WriteAll(writer, b"abc")
