"""Builds: after a change of one line, and when nothing changed."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from . import workspace
from .imports import imported
from .measure import Batch, Comparison, detail, in_turns, ratio

FILES = 300


def edited(source: Path, command: list[str], cwd: Path) -> Batch:
    """A batch in which a line of a source file changes and a command builds it."""
    original = source.read_text(encoding="utf-8")
    edits = 0

    def run(repetitions: int) -> float:
        nonlocal edits
        total = 0.0
        for _ in range(repetitions):
            edits += 1
            changed = original.replace("return a + b", f"return a + b + {edits} - {edits}")
            source.write_text(changed, encoding="utf-8")
            start = time.perf_counter()
            workspace.run(command, cwd=cwd)
            total += time.perf_counter() - start
        return total

    return run


def rebuilds() -> dict[str, list[float]]:
    """Rebuilding the same module by usegolib and as a hand-written binding, each in its own copy."""
    ours = workspace.folder() / "ours"
    shutil.copytree(workspace.SUBJECT, ours)
    theirs = workspace.folder() / "theirs"
    shutil.copytree(workspace.SUBJECT, theirs / "modules" / "subject")
    shutil.copytree(workspace.HANDWRITTEN / "binding", theirs / "handwritten" / "binding")
    out = workspace.folder() / "rebuilt"
    usegolib = [sys.executable, "-m", "usegolib", "build", "--module", str(ours), "--out", str(out)]
    go = [*workspace.GO_BUILD, "-o", str(out / "binding.so"), "."]
    return in_turns(
        {
            "usegolib": edited(ours / "subject.go", usegolib, ours),
            "go build": edited(theirs / "modules" / "subject" / "subject.go", go, theirs / "handwritten" / "binding"),
        },
        seconds=0,
        rounds=9,
    )


def many_files() -> Path:
    """A module of many files, none of them small."""
    module = workspace.folder() / "many"
    module.mkdir()
    (module / "go.mod").write_text("module bench.test/many\n\ngo 1.22\n", encoding="utf-8")
    for n in range(FILES):
        lines = "\n".join(f"// line {line} of a comment that fills the file." for line in range(400))
        source = f"package many\n\n{lines}\n\nfunc F{n}() int {{ return {n} }}\n"
        (module / f"file{n}.go").write_text(source, encoding="utf-8")
    return module


def reading(module: Path) -> Batch:
    """A batch of reading all files of a module."""
    files = list(module.iterdir())

    def run(repetitions: int) -> float:
        start = time.perf_counter()
        for _ in range(repetitions):
            for file in files:
                with file.open("rb", buffering=0) as stream:
                    stream.read()
        return time.perf_counter() - start

    return run


def compare() -> list[Comparison]:
    """All comparisons of the group."""
    rebuilding = rebuilds()
    module = many_files()
    root = workspace.folder() / "many built"
    workspace.build(module, root)
    unchanged = in_turns(
        {
            "import of the folder": imported(str(module), "", root),
            "import of the module": imported("bench.test/many", "", root),
            "reading": reading(module),
        },
        seconds=0,
        rounds=21,
    )
    unchanged["fingerprint"] = [
        folder - plain
        for folder, plain in zip(unchanged["import of the folder"], unchanged["import of the module"], strict=True)
    ]
    return [
        Comparison(
            "rebuild after a change / go build of a hand-written binding",
            ratio(rebuilding, "usegolib", "go build"),
            1.5,
            detail=detail(rebuilding, "usegolib", "go build"),
        ),
        Comparison(
            f"fingerprint of {FILES} unchanged files / reading them",
            ratio(unchanged, "fingerprint", "reading"),
            2,
            detail=detail(unchanged, "fingerprint", "reading"),
        ),
    ]
