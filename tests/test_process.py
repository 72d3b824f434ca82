"""Living in one process with Go: forks, signals, the environment, threads, the end of the process."""

from __future__ import annotations

import signal
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.process import run, run_python
from tests.support.store import Store


@pytest.fixture
def root(store: Store) -> str:
    """The session's artifact root with what these tests import."""
    for name in ("scalars", "objects", "failures"):
        store.build(name)
    return str(store.root)


def test_fork_is_refused_in_the_child(root: str) -> None:
    code = """
        import os, sys, usegolib
        package = usegolib.import_("fixture.test/objects", artifact_dir=sys.argv[1])
        counter = package.NewCounter(1)
        child = os.fork()
        if child == 0:
            try:
                package.Burn(1)
            except usegolib.errors.ForkedError as error:
                status = 0 if "spawn" in str(error) else 2
            else:
                status = 3
            del counter  # must not hang either
            try:
                other = usegolib.import_("fixture.test/scalars", artifact_dir=sys.argv[1])
                status = status or (0 if other.Add(1, 2) == 3 else 4)
            except BaseException as error:
                print(error, file=sys.stderr)
                status = 5
            os._exit(status)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), counter.Inc(1))
    """
    assert run_python(code, root, timeout=60) == "0 1\n"


def test_spawned_workers(root: str, tmp_path: Path) -> None:
    script = tmp_path / "workers.py"
    code = """
        import multiprocessing
        import usegolib

        def work(n):
            return usegolib.import_("fixture.test/scalars", build_if_missing=False).Add(n, 1)

        if __name__ == "__main__":
            print(work(0))
            with multiprocessing.get_context("spawn").Pool(2) as pool:
                print(pool.map(work, range(4)))
    """
    script.write_text(textwrap.dedent(code), encoding="utf-8")
    done = run([sys.executable, str(script)], env={"USEGOLIB_ARTIFACT_DIR": root}, timeout=120)
    assert done.stdout == "1\n[1, 2, 3, 4]\n", done.stderr


def test_environment_is_handed_over(store: Store) -> None:
    code = """
        import os, sys, usegolib
        os.environ["USEGOLIB_TEST"] = "before"
        package = usegolib.import_("os", artifact_dir=sys.argv[1], build_if_missing=True)
        print(package.Getenv("USEGOLIB_TEST"))
        os.environ["USEGOLIB_TEST"] = "after"
        usegolib.sync_env()
        print(package.Getenv("USEGOLIB_TEST"))
        del os.environ["USEGOLIB_TEST"]
        usegolib.sync_env()
        print(package.LookupEnv("USEGOLIB_TEST"))
    """
    assert run_python(code, store.root) == "before\nafter\n('', False)\n"


def test_faulthandler_does_not_turn_a_panic_into_a_crash(root: str) -> None:
    code = """
        import faulthandler, sys, usegolib
        faulthandler.enable()
        package = usegolib.import_("fixture.test/failures", artifact_dir=sys.argv[1])
        try:
            package.Panic("nil dereference")
        except usegolib.errors.GoPanicError:
            print("recovered")
    """
    assert run_python(code, root) == "recovered\n"


def test_faulthandler_enabled_later(root: str) -> None:
    code = """
        import faulthandler, sys, usegolib
        package = usegolib.import_("fixture.test/failures", artifact_dir=sys.argv[1])
        faulthandler.enable()
        usegolib.sync_env()
        try:
            package.Panic("nil dereference")
        except usegolib.errors.GoPanicError:
            print("recovered", flush=True)
        import ctypes
        ctypes.string_at(0)
    """
    done = run([sys.executable, "-c", textwrap.dedent(code), root])
    assert done.stdout == "recovered\n"
    # What is not Go's fault is still Python's to report.
    assert done.returncode == -signal.SIGSEGV
    assert "Fatal Python error: Segmentation fault" in done.stderr


def test_every_runtime_preempts(store: Store, root: str) -> None:
    # A garbage collection stops all goroutines, also one in a loop that calls nothing: by SIGURG.
    code = """
        import sys, threading, time, usegolib
        busy = usegolib.import_("fixture.test/objects", artifact_dir=sys.argv[1])
        for name in ("scalars", "failures"):
            usegolib.import_(f"fixture.test/{name}", artifact_dir=sys.argv[1])
        thread = threading.Thread(target=busy.Burn, args=(3_000_000_000,))
        thread.start()
        time.sleep(0.1)
        for _ in range(200_000):
            busy.NewCounter(1)
        print(thread.is_alive())
    """
    assert run_python(code, root, timeout=120) == "True\n"


def test_the_stack_of_a_new_thread_grows(load: Callable[[str], Any]) -> None:
    failures = load("failures")
    results: list[str] = []

    def call(size: int) -> None:
        results.append(failures.Deep(10_000, size))

    for size in (10_000, 100_000):
        thread = threading.Thread(target=call, args=(size,))
        thread.start()
        thread.join()
    assert results == ["x" * 10_000, "x" * 100_000]


def test_a_closed_pipe_does_not_kill_python(store: Store) -> None:
    code = """
        import os, sys, usegolib
        package = usegolib.import_("fmt", artifact_dir=sys.argv[1], build_if_missing=True)
        reader, writer = os.pipe()
        os.close(reader)
        os.dup2(writer, 1)
        try:
            package.Println("nobody listens")
        except usegolib.errors.GoError as error:
            print("EPIPE" if "broken pipe" in str(error) else error, file=sys.stderr)
    """
    done = run([sys.executable, "-c", textwrap.dedent(code), str(store.root)])
    assert (done.returncode, done.stderr) == (0, "EPIPE\n")


def test_daemon_threads_at_exit(root: str) -> None:
    code = """
        import sys, threading, time, usegolib
        package = usegolib.import_("fixture.test/objects", artifact_dir=sys.argv[1])
        threading.Thread(target=package.Burn, args=(10**12,), daemon=True).start()
        time.sleep(0.2)
        print("leaving")
    """
    assert run_python(code, root, timeout=60) == "leaving\n"


def test_several_runtimes(root: str) -> None:
    code = """
        import sys, threading, usegolib
        names = ("scalars", "objects", "failures")
        packages = [usegolib.import_(f"fixture.test/{name}", artifact_dir=sys.argv[1]) for name in names]
        burner = threading.Thread(target=packages[1].Burn, args=(200_000_000,))
        burner.start()
        for n in range(20_000):
            assert packages[0].Add(n, 1) == n + 1
            assert packages[2].Divide(n, 1) == n
        burner.join()
        print("done")
    """
    assert run_python(code, root, timeout=120) == "done\n"


def test_interpreter_exit_with_live_objects(root: str) -> None:
    code = """
        import sys, usegolib
        package = usegolib.import_("fixture.test/objects", artifact_dir=sys.argv[1])
        keep = [package.NewCounter(n) for n in range(1000)]
        sys.keep = keep
    """
    assert run_python(code, root) == ""


def test_a_fork_while_arguments_are_encoded(root: str) -> None:
    code = """
        import os, sys, warnings, usegolib
        warnings.simplefilter("ignore")
        scalars = usegolib.import_("fixture.test/scalars", artifact_dir=sys.argv[1])
        objects = usegolib.import_("fixture.test/objects", artifact_dir=sys.argv[1])
        children = []
        class Forks:
            def __index__(self):
                children.append(os.fork())
                return 1
        counter = objects.NewCounter(1)
        forks = Forks()
        for call in (lambda: scalars.Add(forks, 2), lambda: objects.NewCounter(forks), lambda: counter.Inc(forks)):
            try:
                call()
            except usegolib.errors.ForkedError:
                os._exit(0 if children[-1] == 0 else 3)
            if children[-1] == 0:
                os._exit(4)
            print(os.waitstatus_to_exitcode(os.waitpid(children[-1], 0)[1]), counter.Inc(0))
    """
    assert run_python(code, root, timeout=60) == "0 0\n0 0\n0 1\n"


@pytest.mark.parametrize("first", ["main", "sub"])
@pytest.mark.parametrize("kind", ["isolated", "legacy", "test"])
def test_subinterpreters_are_refused(first: str, kind: str) -> None:
    if kind == "test":
        pytest.importorskip("_testcapi")
    code = """
        import sys
        inner = "\\n".join([
            "import sys",
            f"sys.path[:0] = {sys.path!r}",
            "try:",
            "    import usegolib",
            "except ImportError as error:",
            "    print(type(error).__name__, 'subinterpreter' in str(error), flush=True)",
        ])
        if sys.argv[1] == "main":
            import usegolib
        if sys.argv[2] == "test":
            import _testcapi
            _testcapi.run_in_subinterp(inner)
        else:
            if sys.version_info < (3, 13):
                import _xxsubinterpreters as interpreters
                created = interpreters.create(isolated=sys.argv[2] == "isolated")
            else:
                import _interpreters as interpreters
                created = interpreters.create(sys.argv[2])
            interpreters.run_string(created, inner)
            interpreters.destroy(created)
        import usegolib
        print("main", usegolib.stats())
    """
    assert run_python(code, first, kind, timeout=30) == "ImportError True\nmain {}\n"
