"""What size costs: builds of large modules, next to Go's own build of the same packages without a bridge.

Both are done in turns, from one cache of Go's that has all but what is measured: the bridge, and of a generated module
the module itself. A machine that others use too makes every time longer and none shorter, so the least of each counts;
the time that processors worked, which is hardly longer on a busy machine, is printed beside it.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from . import workspace
from .measure import Comparison, spelled

GIGABYTE = 1 << 30
MEGABYTE = 1 << 20

ROUNDS = 3
"""How often each build is done."""

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


PUBLIC = (
    Subject("service/s3", "github.com/aws/aws-sdk-go-v2/service/s3", "v1.114.10", 4, 0.5, 14),
    Subject("go-github", "github.com/google/go-github/v66", "v66.0.0", 4, 0.5, 14),
    Subject("service/ec2", "github.com/aws/aws-sdk-go-v2/service/ec2", "v1.346.0", 8, 1.3, 50),
    Subject("client-go", "k8s.io/client-go", "v0.34.1", 10, 3, 100),
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


@dataclass(frozen=True)
class Cost:
    """What a command took."""

    seconds: float
    processor: float
    """Seconds that processors worked for it and for what it started."""
    memory: int
    """Bytes of the largest process."""


def timed(command: list[str], cache: Path, cwd: Path | None = None) -> Cost:
    """What a command costs that builds with a cache of Go's."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, "GOCACHE": str(cache)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"{command[0]} failed with status {process.returncode}"
        raise RuntimeError(message)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, processor, usage.ru_maxrss * 1024)


def touched(module: Path) -> None:
    """Changes a module, so that nothing of it is in Go's cache."""
    for source in module.glob("*.go"):
        with source.open("a", encoding="utf-8") as stream:
            stream.write(f"\nvar touched{time.monotonic_ns()} = 1\n")


def floor(subject: Subject, local: Path | None, packages: list[str]) -> Path:
    """A program that Go makes a C shared library of, with these packages of the module and nothing else."""
    folder = workspace.folder() / f"floor-{subject.name.replace('/', '-')}"
    folder.mkdir()
    requirement = f"require {subject.module} {subject.version or 'v0.0.0'}\n"
    if local:
        requirement += f"replace {subject.module} => {local}\n"
    (folder / "go.mod").write_text(f"module bench.test/floor\n\ngo 1.24\n\n{requirement}", encoding="utf-8")
    imports = "".join(f'import _ "{package}"\n' for package in packages)
    (folder / "main.go").write_text(f'package main\n\nimport "C"\n\n{imports}\nfunc main() {{}}\n', encoding="utf-8")
    return folder


def builds(subject: Subject, local: Path | None) -> tuple[list[Cost], list[Cost], int]:
    """What Go's builds cost, what builds by usegolib cost, and the bytes of the library."""
    name = subject.name.replace("/", "-")
    root = workspace.folder() / f"scale-{name}"
    go = ["go", "build", "-mod=mod", "-trimpath", "-buildmode=c-shared", "-ldflags=-s -w", "-o", "floor.so", "."]
    ours = [sys.executable, "-m", "usegolib", "build", "--module", str(local or subject.module), "--out", str(root)]
    if subject.version:
        ours += ["--version", subject.version]
    # The dependencies, the scanner and the runtime of libraries are in this cache.
    warm, cache = workspace.folder() / "warm", workspace.folder() / "cache"
    workspace.run(
        [sys.executable, "-m", "usegolib", "build", "--module", "unicode/utf8", "--out", str(root), "--force"],
        env={"GOCACHE": str(warm)},
    )
    # What is built once says which packages have a bridge: the floor has the same.
    timed(ours, workspace.folder() / "listing")
    manifest = next(path for path in root.rglob("manifest.json") if "unicode" not in path.parts)
    program = floor(subject, local, json.loads(manifest.read_text(encoding="utf-8"))["packages"])
    timed(go, warm, program)
    floors: list[Cost] = []
    costs: list[Cost] = []
    for _ in range(ROUNDS):
        for command, cwd, results in ((go, program, floors), ([*ours, "--force"], None, costs)):
            if local:
                touched(local)
            else:
                with (program / "main.go").open("a", encoding="utf-8") as stream:
                    stream.write(f"\nvar again{time.monotonic_ns()} = 1\n")
            # Links: what a build adds is not there for the next one.
            shutil.copytree(warm, cache, copy_function=os.link)
            results.append(timed(command, cache, cwd))
            shutil.rmtree(cache)
    return floors, costs, max(library.stat().st_size for library in root.rglob("*.so"))


def comparisons(subject: Subject, local: Path | None = None) -> list[Comparison]:
    """The figures of one module."""
    floors, costs, size = builds(subject, local)
    least, base = min(cost.seconds for cost in costs), min(cost.seconds for cost in floors)
    worked, base_worked = min(cost.processor for cost in costs), min(cost.processor for cost in floors)
    figures = [
        Comparison(
            f"build of {subject.name} / without a bridge",
            least / base,
            subject.ratio,
            detail=f"usegolib {spelled(least)}, go build {spelled(base)}",
        ),
        Comparison(
            f"processor time of that / without a bridge, {subject.name}",
            worked / base_worked,
            subject.ratio,
            detail=f"usegolib {spelled(worked)}, go build {spelled(base_worked)}",
        ),
        Comparison(
            f"memory of that / GB, {subject.name}",
            min(cost.memory for cost in costs) / GIGABYTE,
            subject.gigabytes,
        ),
    ]
    if subject.megabytes:
        figures.append(Comparison(f"library of that / MB, {subject.name}", size / MEGABYTE, subject.megabytes))
    return figures


def scanned(module: Path) -> tuple[float, int]:
    """Seconds that processors worked for scanning a local module, and how many functions and methods it has."""
    go, folder = workspace.HERE.parent / "go", workspace.folder()
    scanner, listing = folder / "scanner", folder / "list.json"
    workspace.run(["go", "build", "-o", str(scanner), "./scan"], cwd=go)
    flags = ["-e", "-export", "-deps", "-json", "-buildmode=c-shared"]
    listing.write_text(workspace.run(["go", "list", *flags, "./..."], cwd=module), encoding="utf-8")
    path = f"bench.test/{module.name}"
    compiler = Path(workspace.run(["go", "env", "GOTOOLDIR"]).strip()) / "compile"
    config = {"list": str(listing), "modules": [path], "packages": [path], "generics": [], "compiler": str(compiler)}
    file = folder / "config.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    schema = json.loads(workspace.run([str(scanner), "-config", str(file)], cwd=module))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return worked, len(schema["symbols"]) + len(schema["methods"])


def scanning(modules: list[Path]) -> list[Comparison]:
    """What the scanner takes for a callable of each of these modules, the smallest first, and how that grows."""
    each: list[float] = []
    figures: list[Comparison] = []
    for module in modules:
        worked, callables = min(scanned(module) for _ in range(ROUNDS))
        each.append(worked / callables)
        figures.append(Comparison(f"scanner, microseconds of processors a callable of {callables}", each[-1] * 1e6, 80))
    figures.append(Comparison("that of the largest module / of the smallest", each[-1] / each[0], 1.1))
    return figures


def compare() -> list[Comparison]:
    """All comparisons of the group."""
    figures: list[Comparison] = []
    modules: list[Path] = []
    for name, functions, structs, ratio in (("tenthousand", 10_000, 500, 6), ("fiftythousand", 50_000, 0, 8)):
        subject = Subject(
            f"{functions} functions, {structs} structs", f"bench.test/{name}", "", ratio, 1 if structs else 4
        )
        modules.append(generated(name, functions, structs))
        figures += comparisons(subject, modules[-1])
    figures += scanning(modules)
    for subject in PUBLIC:
        figures += comparisons(subject)
    return figures
