"""Signals that Go's runtimes and Python both want: faults, preemption, closed pipes, Ctrl-C."""

from __future__ import annotations

import signal
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.support.process import build, run, run_python
from tests.support.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FAULTING = ("failures", "objects", "signals")

PRELUDE = """
    import faulthandler, os, signal, sys, threading, time, usegolib
    root = sys.argv[1]
    faults = {
        "failures": lambda package: package.Panic("nil dereference"),
        "objects": lambda package: package.Undeep(None),
        "signals": lambda package: package.Fault(),
    }
    packages = {}

    def load(*names):
        for name in names:
            packages[name] = usegolib.import_(f"fixture.test/{name}", artifact_dir=root)

    def fault():
        for name, package in packages.items():
            try:
                faults[name](package)
            except usegolib.errors.GoPanicError as error:
                assert "nil pointer" in str(error), error
            else:
                raise AssertionError(name)

    def fault_everywhere():
        fault()
        thread = threading.Thread(target=fault)
        thread.start()
        thread.join()
        print("recovered", flush=True)
"""


@pytest.fixture(scope="module")
def root(store: Store) -> str:
    """The session's artifact root with what these tests import."""
    for name in FAULTING:
        store.build(name)
    return str(store.root)


ON, OFF, FAULT = "faulthandler.enable()", "faulthandler.disable()", "fault_everywhere()"
FIRST, SECOND, THIRD = "load('failures')", "load('objects')", "load('signals')"
BLOCK = "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE})"


@pytest.mark.parametrize(
    "steps",
    [
        (FIRST, SECOND, THIRD, FAULT),
        (ON, FIRST, SECOND, THIRD, FAULT),
        (FIRST, ON, SECOND, THIRD, FAULT),
        (FIRST, FAULT, ON, FAULT, SECOND, FAULT),
        (THIRD, SECOND, FIRST, ON, FAULT),
        (THIRD, ON, OFF, FIRST, FAULT),
        (ON, FIRST, SECOND, OFF, FAULT),
        (ON, FIRST, OFF, SECOND, FAULT, ON, FAULT, THIRD, FAULT),
        (FIRST, SECOND, ON, OFF, ON, OFF, FAULT, ON, FAULT),
        (FIRST, ON, "usegolib.sync_env()", SECOND, "usegolib.sync_env()", FAULT),
        (FIRST, *(ON, OFF) * 20, SECOND, FAULT),
        (BLOCK, FIRST, SECOND, FAULT),
        (FIRST, SECOND, FAULT, BLOCK, FAULT),
        (FIRST, "signal.signal(signal.SIGSEGV, signal.SIG_DFL)", FAULT),
        (FIRST, "signal.signal(signal.SIGSEGV, lambda *_: None)", SECOND, FAULT),
    ],
    ids="-".join,
)
def test_a_nil_dereference_is_a_panic_in_any_order(root: str, steps: tuple[str, ...]) -> None:
    code = textwrap.dedent(PRELUDE) + "\n".join(steps)
    done = run([sys.executable, "-c", code, root], timeout=60)
    assert (done.returncode, done.stdout) == (0, "recovered\n" * steps.count(FAULT)), done.stderr
    assert "Fatal Python error" not in done.stderr


@pytest.mark.parametrize("enabled", [True, False], ids=["reported", "unreported"])
@pytest.mark.parametrize(
    "steps",
    [
        (ON, FIRST, SECOND),
        (FIRST, ON, SECOND),
        (FIRST, SECOND, ON),
        (FIRST, ON, SECOND, OFF, THIRD, ON),
        (ON, FIRST, OFF, SECOND, ON),
    ],
    ids="-".join,
)
@pytest.mark.parametrize(
    "end",
    [
        "import ctypes; ctypes.string_at(0)",
        "signal.raise_signal(signal.SIGSEGV)",
        "os.kill(os.getpid(), signal.SIGSEGV); time.sleep(5)",
    ],
)
def test_what_is_not_go_s_fault_is_python_s(root: str, steps: tuple[str, ...], end: str, *, enabled: bool) -> None:
    steps = (*steps, FAULT, *(() if enabled else (OFF,)), end)
    done = run([sys.executable, "-c", textwrap.dedent(PRELUDE) + "\n".join(steps), root], timeout=60)
    assert (done.returncode, done.stdout) == (-signal.SIGSEGV, "recovered\n")
    assert done.stderr.count("Fatal Python error: Segmentation fault") == enabled


def test_pytest_s_own_fault_handler(root: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("inner") / "test_inner.py"
    body = "load(*{names})\n    fault_everywhere()\n"
    tests = [f"def test_{at}():\n    {body.format(names=FAULTING[: at + 1])}" for at in range(3)]
    prelude = textwrap.dedent(PRELUDE).replace("sys.argv[1]", repr(root))
    file.write_text(prelude + "\n".join(tests), encoding="utf-8")
    done = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)], cwd=file.parent)
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_a_handler_for_sigurg_gets_what_is_sent_and_no_preemption(root: str) -> None:
    for steps in (
        ("listen()", FIRST, SECOND),
        (FIRST, "listen()", SECOND),
        (FIRST, SECOND, "listen()"),
    ):
        code = (
            textwrap.dedent(PRELUDE)
            + textwrap.dedent("""
            got = []
            def listen():
                signal.signal(signal.SIGURG, lambda number, frame: got.append(number))
            """)
            + "\n".join(steps)
            + textwrap.dedent("""
            busy = threading.Thread(target=packages["objects"].Burn, args=(1_000_000_000,))
            busy.start()
            time.sleep(0.1)
            for _ in range(100_000):
                packages["objects"].NewCounter(1)
            # The garbage collector stopped the loop and went on.
            assert busy.is_alive()
            unsent = len(got)
            os.kill(os.getpid(), signal.SIGURG)
            signal.raise_signal(signal.SIGURG)
            print(unsent < 3, len(got) >= unsent + 1)
            busy.join()
            """)
        )
        done = run([sys.executable, "-c", code, root], timeout=120)
        assert done.stdout == "True True\n", done.stderr


def test_a_handler_for_sigpipe_stays(root: str) -> None:
    for steps in (("listen()", FIRST, SECOND), (FIRST, "listen()", SECOND), (FIRST, SECOND, "listen()")):
        code = (
            PRELUDE
            + """
    got = []
    def listen():
        signal.signal(signal.SIGPIPE, lambda number, frame: got.append(number))
    reader, writer = os.pipe()
    os.close(reader)
    STEPS
    try:
        os.write(writer, b"nobody listens")
    except BrokenPipeError:
        time.sleep(0)
        print(got == [signal.SIGPIPE])
    """.replace("STEPS", "; ".join(steps))
        )
        assert run_python(code, root) == "True\n"


CTRL_C = """
    def interrupt():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        except KeyboardInterrupt:
            return "interrupted"
        return "nothing"
"""


def test_ctrl_c_is_python_s(root: str) -> None:
    code = PRELUDE + CTRL_C + "    load(*faults); print(interrupt(), interrupt())"
    assert run_python(code, root) == "interrupted interrupted\n"


def test_ctrl_c_is_also_the_module_s_that_asks_for_it_in_init(root: str) -> None:
    code = (
        PRELUDE
        + CTRL_C
        + """
    load(*faults)
    print(interrupt(), packages["signals"].Heard(5000))
    packages["signals"].Stop()
    print(interrupt(), packages["signals"].Heard(100))
    """
    )
    assert run_python(code, root, env={"FIXTURE_LISTENS": "1"}) == "interrupted interrupt\ninterrupted \n"


@pytest.mark.parametrize("repaired", [False, True], ids=["", "repaired"])
def test_ctrl_c_is_also_the_module_s_that_asks_for_it_in_a_call(root: str, *, repaired: bool) -> None:
    code = (
        PRELUDE
        + CTRL_C
        + """
    load(*faults)
    packages["signals"].Listen()
    REPAIR
    print(interrupt(), packages["signals"].Heard(5000))
    packages["signals"].Stop()
    REPAIR
    print(interrupt(), packages["signals"].Heard(100))
    # A system call is interrupted as it was before.
    reader, writer = os.pipe()
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        os.read(reader, 1)
    except KeyboardInterrupt:
        print("from the pipe")
    """.replace("REPAIR", "usegolib.sync_env()" if repaired else "")
    )
    assert run_python(code, root, timeout=30) == "interrupted interrupt\ninterrupted \nfrom the pipe\n"


@pytest.mark.skipif(sys.platform != "linux", reason="Go asks the C library to install handlers on Linux only")
def test_ctrl_c_stays_python_s_whatever_a_module_does_later(root: str) -> None:
    code = (
        PRELUDE
        + CTRL_C
        + """
    load(*faults)
    signals = packages["signals"]
    signals.Later(50)
    time.sleep(0.3)
    print("later", interrupt(), signals.Heard(5000))
    signals.Reset()
    print("reset", interrupt(), signals.Heard(100))
    signals.Ignore()
    print("ignored", interrupt(), signals.Heard(100))
    signals.Listen()
    signal.signal(signal.SIGINT, lambda *_: print("own"))
    signals.Send(signal.SIGINT)
    print("heard", signals.Heard(5000))
    signals.Stop()
    signals.Send(signal.SIGINT)
    print("stopped", signals.Heard(100))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signals.Listen()
    print("again", interrupt(), signals.Heard(5000))
    """
    )
    assert run_python(code, root, timeout=60).splitlines() == [
        "later interrupted interrupt",
        "reset interrupted ",
        "ignored interrupted ",
        "own",
        "heard interrupt",
        "own",
        "stopped ",
        "again interrupted interrupt",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="Go asks the C library to install handlers on Linux only")
def test_several_modules_hear_a_signal_that_python_handles(root: str, copy_module: Callable[..., Path]) -> None:
    twin = copy_module("signals")
    module = twin / "go.mod"
    module.write_text(module.read_text(encoding="utf-8").replace("/signals", "/twin"), encoding="utf-8")
    build("--module", twin, "--out", root)
    code = (
        PRELUDE
        + CTRL_C
        + """
    one, two = (usegolib.import_(f"fixture.test/{name}", artifact_dir=root) for name in ("signals", "twin"))
    two.Listen()
    one.Listen()
    print(interrupt(), one.Heard(5000), two.Heard(5000))
    one.Stop()
    print(interrupt(), one.Heard(100), two.Heard(5000))
    two.Stop()
    print(interrupt(), one.Heard(100), two.Heard(100))
    """
    )
    assert run_python(code, root, timeout=60).splitlines() == [
        "interrupted interrupt interrupt",
        "interrupted  interrupt",
        "interrupted  ",
    ]
