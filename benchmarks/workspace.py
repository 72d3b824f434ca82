"""What benchmarks share: a folder of their own, the subject built by usegolib, and the hand-written programs."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import usegolib

HERE = Path(__file__).resolve().parent
SUBJECT = HERE / "modules" / "subject"
HANDWRITTEN = HERE / "handwritten"
MODULE = "bench.test/subject"


@cache
def folder() -> Path:
    """A folder for everything that is built, removed at the end."""
    path = Path(tempfile.mkdtemp(prefix="usegolib-bench-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def run(command: list[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Runs a command to its end and gives back its output."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        message = f"{command[0]} failed with status {done.returncode}:\n{done.stdout}{done.stderr}"
        raise RuntimeError(message)
    return done.stdout


def build(module: str | Path, root: Path, *options: str) -> None:
    """Builds an artifact with the command line."""
    run([sys.executable, "-m", "usegolib", "build", "--module", str(module), "--out", str(root), *options])


@cache
def store() -> Path:
    """An artifact root with the subject in it."""
    root = folder() / "store"
    build(SUBJECT, root)
    return root


@cache
def subject(package: str = "") -> Any:
    """The subject, or a package in it, imported by usegolib."""
    path = f"{MODULE}/{package}" if package else MODULE
    return usegolib.import_(path, artifact_dir=store())


def compiler() -> str:
    """A C compiler."""
    found = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not found:
        message = "benchmarks compare with programs in C: put a C compiler on PATH"
        raise RuntimeError(message)
    return found


@cache
def compile_c(name: str, *options: str) -> Path:
    """Compiles one of the hand-written C files."""
    output = folder() / Path(name).stem
    run([compiler(), "-O2", *options, "-o", str(output), str(HANDWRITTEN / name), "-ldl"])
    return output


GO_BUILD = ["go", "build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w"]


@cache
def binding() -> Path:
    """The hand-written C binding of the subject."""
    output = folder() / "binding.so"
    run([*GO_BUILD, "-o", str(output), "."], cwd=HANDWRITTEN / "binding")
    return output
