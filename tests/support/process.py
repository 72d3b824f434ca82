"""Fresh interpreters, for what can happen only once per process or must not happen in the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import usegolib as package

if TYPE_CHECKING:
    from collections.abc import Mapping


def environment(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """This process's environment with changes; None removes a variable."""
    result = dict(os.environ)
    for name, value in (changes or {}).items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result


def run(
    command: list[str],
    *,
    env: Mapping[str, str | None] | None = None,
    cwd: Path | None = None,
    timeout: float = 300,
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end and keeps what it said."""
    return subprocess.run(
        command,
        env=environment(env),
        cwd=cwd,
        timeout=timeout,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="surrogateescape",
        stdin=subprocess.DEVNULL,
        check=False,
    )


def bare_python(folder: Path) -> tuple[list[str], dict[str, str | None]]:
    """A Python with the standard library and usegolib, and the environment for it.

    It finds no tool that an installed wheel brings along: not among the packages and not beside the interpreter.
    """
    (folder / "bin").mkdir(parents=True)
    (folder / "packages").mkdir()
    interpreter = folder / "bin" / "python"
    interpreter.symlink_to(os.path.realpath(sys.executable))
    (folder / "packages" / "usegolib").symlink_to(Path(package.__file__).parent)
    env = {
        "PYTHONPATH": str(folder / "packages"),
        "PATH": str(folder / "bin"),
        "USEGOLIB_GO": None,
        "USEGOLIB_ZIG": None,
    }
    return [str(interpreter), "-S"], env


def run_python(
    code: str,
    *arguments: object,
    python: list[str] | None = None,
    env: Mapping[str, str | None] | None = None,
    cwd: Path | None = None,
    timeout: float = 300,
) -> str:
    """Runs Python code in a fresh interpreter, which must succeed, and gives back its output."""
    command = [*(python or [sys.executable]), "-c", textwrap.dedent(code), *map(str, arguments)]
    done = run(command, env=env, cwd=cwd, timeout=timeout)
    assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def usegolib(
    *arguments: object,
    python: list[str] | None = None,
    env: Mapping[str, str | None] | None = None,
    cwd: Path | None = None,
    timeout: float = 300,
) -> subprocess.CompletedProcess[str]:
    """Runs the command line, whatever comes of it."""
    command = [*(python or [sys.executable]), "-m", "usegolib", *map(str, arguments)]
    return run(command, env=env, cwd=cwd, timeout=timeout)


def build(*arguments: object, env: Mapping[str, str | None] | None = None, cwd: Path | None = None) -> None:
    """Runs `usegolib build`, which must succeed."""
    done = usegolib("build", *arguments, env=env, cwd=cwd, timeout=500)
    assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
