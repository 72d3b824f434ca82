"""Imports from several threads, from signal handlers and around forks: nobody waits for what will never come."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.process import run_python
from tests.support.store import FIXTURES

pytestmark = pytest.mark.requirement("Python Import API")
MODULE = "fixture.test/versions"
Release = Callable[..., Path]

# Starts a build in another thread and waits until it is at work: `slow` is a module whose go command takes its time.
SLOW = """
    import os, pathlib, signal, sys, threading, time, usegolib
    slow, started, root = map(pathlib.Path, sys.argv[1:4])

    def wait_for_the_build():
        while not started.exists():
            time.sleep(0.01)
"""


def slow_module(tmp_path: Path, seconds: float) -> tuple[list[str], dict[str, str | None]]:
    """What `SLOW` is told: a module, a file that appears when its build is at work, a root; and what makes it slow."""
    module, started, go = tmp_path / "slow", tmp_path / "started", tmp_path / "bin" / "go"
    shutil.copytree(FIXTURES / "versions", module)
    (module / "go.mod").write_text("module fixture.test/slow\n\ngo 1.21\n", encoding="utf-8")
    for folder in ("cmd", "subpkg", "internal"):
        shutil.rmtree(module / folder)
    go.parent.mkdir()
    go.write_text(
        f"""#!/bin/sh
if [ "$1" = list ]; then touch '{started}'; sleep {seconds}; fi
exec '{shutil.which("go")}' "$@"
""",
        encoding="utf-8",
    )
    go.chmod(0o755)
    arguments = [str(module), str(started), str(tmp_path / "default")]
    return arguments, {"USEGOLIB_GO": str(go), "USEGOLIB_ARTIFACT_DIR": str(tmp_path / "default")}


def run(code: str, arguments: list[str], env: dict[str, str | None], *more: object) -> str:
    return run_python(SLOW + code, *arguments, *more, env=env, timeout=60)


def test_threads_get_one_package(release: Release) -> None:
    root = release("versions", "v1.2.3")
    code = """
        import sys, threading, usegolib
        root = sys.argv[1]
        requests = [
            {"artifact_dir": root}, {"artifact_dir": root, "version": "v1.2.3"},
            {"artifact_dir": root, "build_if_missing": False}, {"artifact_dir": root + "/."},
        ]
        barrier, packages = threading.Barrier(16), []
        def work(n):
            barrier.wait()
            packages.append(usegolib.import_("fixture.test/versions", **requests[n % 4]))
        threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        packages.append(usegolib.import_("fixture.test/versions"))
        print(len(packages), len(set(map(id, packages))), len(usegolib.stats()), packages[0].Where())
    """
    assert run_python(code, root) == "17 1 1 root\n"


def test_what_is_loaded_is_imported_while_another_thread_builds(release: Release, tmp_path: Path) -> None:
    root = release("versions", "v1.2.3")
    arguments, env = slow_module(tmp_path, 4)
    code = """
    other = usegolib.import_("fixture.test/versions", artifact_dir=sys.argv[4])
    thread = threading.Thread(target=usegolib.import_, args=(slow,))
    thread.start()
    wait_for_the_build()
    start = time.monotonic()
    # Asked otherwise, so that it is not only remembered.
    assert usegolib.import_("fixture.test/versions", version="v1.2.3") is other
    assert usegolib.import_("fixture.test/versions/subpkg").Where() == "subpkg"
    assert time.monotonic() - start < 1, time.monotonic() - start
    thread.join()
    print(usegolib.import_(slow).Where())
    """
    assert run(code, arguments, env, root) == "root\n"


def test_ctrl_c_ends_the_wait_for_another_thread_at_once(tmp_path: Path) -> None:
    arguments, env = slow_module(tmp_path, 4)
    code = """
    thread = threading.Thread(target=usegolib.import_, args=(slow,))
    thread.start()
    wait_for_the_build()
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    try:
        usegolib.import_("fixture.test/versions")
    except KeyboardInterrupt:
        print("interrupted", time.monotonic() - start < 1.5, thread.is_alive())
    thread.join()
    print(usegolib.import_(slow).Where())
    """
    assert run(code, arguments, env) == "interrupted True True\nroot\n"


def test_a_signal_handler_imports_while_the_main_thread_builds(release: Release, tmp_path: Path) -> None:
    root = release("versions", "v1.2.3")
    arguments, env = slow_module(tmp_path, 2)
    code = """
    said = []
    def handler(number, frame):
        said.append(usegolib.import_("fixture.test/versions", artifact_dir=sys.argv[4]).Where())
        try:
            # Only the interrupted frame could finish this one.
            usegolib.import_(slow)
        except usegolib.errors.BuildError as error:
            said.append("can't wait for itself" in str(error))
    signal.signal(signal.SIGUSR1, handler)
    def send():
        wait_for_the_build()
        os.kill(os.getpid(), signal.SIGUSR1)
    threading.Thread(target=send).start()
    package = usegolib.import_(slow)
    print(package.Where(), *said, len(usegolib.stats()))
    """
    assert run(code, arguments, env, root) == "root root True 2\n"


def test_a_child_that_was_forked_during_an_import_imports(release: Release, tmp_path: Path) -> None:
    root = release("versions", "v1.2.3")
    arguments, env = slow_module(tmp_path, 2)
    code = """
    import warnings
    warnings.simplefilter("ignore")
    thread = threading.Thread(target=usegolib.import_, args=(slow,))
    thread.start()
    wait_for_the_build()
    child = os.fork()
    if child == 0:
        # Neither the lock among threads nor that of the artifact is held in here.
        assert usegolib.import_("fixture.test/versions", artifact_dir=sys.argv[4]).Where() == "root"
        assert usegolib.import_(slow).Where() == "root"
        os._exit(7)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    thread.join()
    print(usegolib.import_(slow).Where())
    """
    assert run(code, arguments, env, root) == "7\nroot\n"


def test_a_child_does_not_keep_the_lock_of_a_parent_that_was_killed(tmp_path: Path) -> None:
    arguments, env = slow_module(tmp_path, 3)
    code = """
    import warnings
    warnings.simplefilter("ignore")
    parent = os.fork()
    if parent == 0:
        threading.Thread(target=usegolib.import_, args=(slow,), daemon=True).start()
        wait_for_the_build()
        reading, writing = os.pipe()
        if os.fork() == 0:
            os.read(reading, 1)
            # Its parent was killed while it was building; this child still has what it inherited.
            package = usegolib.import_(slow)
            (slow.parent / "said").write_text(package.Where())
            os._exit(0)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(parent, 0)
    said = slow.parent / "said"
    deadline = time.monotonic() + 40
    while not said.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    print(said.read_text() if said.exists() else "it waits")
    """
    # Without end of file the child would wait at the pipe: nobody writes to it but the parent.
    code = code.replace("os.read(reading, 1)", "os.close(writing); os.read(reading, 1)")
    assert run(code, arguments, env) == "root\n"
