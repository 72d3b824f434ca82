"""What size costs: builds of large modules, next to Go's own build of the same packages without a bridge."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from . import workspace
from .measure import Comparison, spelled

GIGABYTE = 1 << 30
MEGABYTE = 1 << 20

SIGNATURES = (
    ("a, b int64", "int64", "a + b"),
    ("s string", "string", "s"),
    ("b []byte", "int", "len(b)"),
    ("x float64, n int", "float64", "x * float64(n)"),
    ("p *T0", "bool", "p != nil"),
    ("p T0", "T0", "p"),
    ("names ...string", "[]string", "names"),
    ("m map[string]int", "map[string]int", "m"),
    ("v any", "any", "v"),
    ("s string", "(string, error)", "s, nil"),
)


@dataclass(frozen=True)
class Subject:
    """A module to build, and what that may cost."""

    name: str
    module: str
    version: str
    ratio: float
    """To the floor's time."""
    gigabytes: float
    """Of the largest process."""
    megabytes: float = 0
    """Of the library; 0 for no bound."""
    package: str = ""
    """The package that the floor imports, if not the module's root."""


PUBLIC = (
    Subject("service/s3", "github.com/aws/aws-sdk-go-v2/service/s3", "v1.114.10", 4, 0.5, 14),
    Subject(
        "go-github", "github.com/google/go-github/v66", "v66.0.0", 4, 0.5, 14, "github.com/google/go-github/v66/github"
    ),
    Subject("service/ec2", "github.com/aws/aws-sdk-go-v2/service/ec2", "v1.346.0", 8, 1.3, 50),
)


def generated(name: str, functions: int, structs: int) -> Path:
    """A module with so many functions of ten signatures, and structs of ten fields and two methods."""
    folder = workspace.folder() / name
    folder.mkdir()
    (folder / "go.mod").write_text(f"module bench.test/{name}\n\ngo 1.24\n", encoding="utf-8")
    lines = [f"package {name}", "", "type T0 struct { A int }", ""]
    for n in range(functions):
        parameters, results, value = SIGNATURES[n % len(SIGNATURES)]
        lines.append(f"func F{n}({parameters}) {results} {{ return {value} }}")
    for n in range(1, structs + 1):
        fields = "; ".join(
            f"F{at} {('int', 'string', 'float64', '[]string', f'*T{n - 1}')[at % 5]}" for at in range(10)
        )
        lines.append(f"type T{n} struct {{ {fields}; hidden int }}")
        lines.append(f"func (t *T{n}) Rename(name string) {{ t.F1 = name }}")
        lines.append(f"func (t *T{n}) Name() string {{ return t.F1 }}")
        lines.append(f"func NewT{n}() *T{n} {{ return &T{n}{{}} }}")
    (folder / f"{name}.go").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def timed(command: list[str], cwd: Path | None = None) -> tuple[float, int]:
    """Seconds, and the bytes of the largest process, of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"{command[0]} failed with status {process.returncode}"
        raise RuntimeError(message)
    return time.perf_counter() - start, usage.ru_maxrss * 1024


def touched(module: Path) -> None:
    """Changes a module, so that nothing of it is in Go's cache."""
    for source in module.glob("*.go"):
        with source.open("a", encoding="utf-8") as stream:
            stream.write(f"\nvar touched{time.monotonic_ns()} = 1\n")


def floor(subject: Subject, local: Path | None) -> float:
    """Seconds that Go takes for a C shared library with the module's packages and nothing else."""
    folder = workspace.folder() / f"floor-{subject.name.replace('/', '-')}"
    folder.mkdir()
    requirement = f"require {subject.module} {subject.version or 'v0.0.0'}\n"
    if local:
        requirement += f"replace {subject.module} => {local}\n"
    (folder / "go.mod").write_text(f"module bench.test/floor\n\ngo 1.24\n\n{requirement}", encoding="utf-8")
    main = f'package main\n\nimport "C"\n\nimport _ "{subject.package or subject.module}"\n\nfunc main() {{}}\n'
    (folder / "main.go").write_text(main, encoding="utf-8")
    build = ["go", "build", "-mod=mod", "-trimpath", "-buildmode=c-shared", "-ldflags=-s -w", "-o", "floor.so", "."]
    timed(build, folder)
    if local:
        touched(local)
    else:
        (folder / "main.go").write_text(main + "\nvar again = 1\n", encoding="utf-8")
    return timed(build, folder)[0]


def built(module: str, version: str, name: str) -> tuple[float, int, int]:
    """Seconds, bytes of the largest process and of the library, of a build by usegolib."""
    root = workspace.folder() / f"scale-{name.replace('/', '-')}"
    command = [sys.executable, "-m", "usegolib", "build", "--module", module, "--out", str(root)]
    if version:
        command += ["--version", version]
    # The scanner and Go's export data are there before the time is taken.
    timed([*command, "--force"])
    if not version:
        touched(Path(module))
    seconds, memory = timed([*command, "--force"])
    return seconds, memory, max(library.stat().st_size for library in root.rglob("*.so"))


def comparisons(subject: Subject, local: Path | None = None) -> list[Comparison]:
    """The figures of one module."""
    base = floor(subject, local)
    seconds, memory, size = built(str(local) if local else subject.module, subject.version, subject.name)
    figures = [
        Comparison(
            f"build of {subject.name} / without a bridge",
            seconds / base,
            subject.ratio,
            detail=f"usegolib {spelled(seconds)}, go build {spelled(base)}",
        ),
        Comparison(f"memory of that / GB, {subject.name}", memory / GIGABYTE, subject.gigabytes),
    ]
    if subject.megabytes:
        figures.append(Comparison(f"library of that / MB, {subject.name}", size / MEGABYTE, subject.megabytes))
    return figures


def compare() -> list[Comparison]:
    """All comparisons of the group."""
    figures: list[Comparison] = []
    for name, functions, structs, ratio in (("tenthousand", 10_000, 500, 6), ("fiftythousand", 50_000, 0, 8)):
        subject = Subject(
            f"{functions} functions, {structs} structs", f"bench.test/{name}", "", ratio, 1 if structs else 4
        )
        figures += comparisons(subject, generated(name, functions, structs))
    for subject in PUBLIC:
        figures += comparisons(subject)
    return figures
