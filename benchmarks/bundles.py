"""Bundles and projects: against Go's own commands, against libraries of single modules, and against each other.

Run by itself (`python -m benchmarks.bundles`), it prints what ten modules take as one library and as ten.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import usegolib
from tests.support.proxy import Proxy

from . import workspace
from .measure import Batch, Comparison, detail, in_turns, ratio, spelled, statement

THREE = ("crypto/ecdsa", "crypto/elliptic", "crypto/rand")
TEN = (
    "net/http",
    "net/url",
    "encoding/json",
    "math/big",
    "regexp",
    "html/template",
    "archive/zip",
    "database/sql",
    "image/png",
    "crypto/x509",
)
LOCKED = 20
# What each of these needs itself, as modules in use do.
NEEDED = 8

MAIN = """package main

import "C"

import (
\t"crypto/ecdsa"
\t"crypto/elliptic"
\t"crypto/rand"
)

//export generate
func generate() int {
\tkey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
\tif err != nil {
\t\treturn 0
\t}
\treturn key.D.BitLen()
}

func main() {}
"""

# In a fresh interpreter: the nanoseconds that imports take, and what the process has afterwards.
IMPORT = """
import json, os, sys, time
import usegolib
how, root, *paths = sys.argv[1:]
def status(key):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(key + ":"))
before = status("VmRSS"), status("Threads")
start = time.perf_counter_ns()
if how == "bundle":
    packages = usegolib.bundle(*paths, artifact_dir=root)
else:
    packages = [usegolib.import_(path, artifact_dir=root) for path in paths]
end = time.perf_counter_ns()
disk = sum(os.path.getsize(file) for file in {package.__file__ for package in packages})
print(json.dumps({
    "nanoseconds": end - start, "kilobytes": status("VmRSS") - before[0], "threads": status("Threads") - before[1],
    "disk": disk,
}))
"""


def timed(command: list[str], *, cwd: Path | None = None, before: Callable[[], object] | None = None) -> Batch:
    """A batch that runs a command, after something that isn't measured."""

    def run(repetitions: int) -> float:
        total = 0.0
        for _ in range(repetitions):
            if before is not None:
                before()
            start = time.perf_counter()
            workspace.run(command, cwd=cwd)
            total += time.perf_counter() - start
        return total

    return run


def build_bundle(*paths: str, root: Path, force: bool = False) -> list[str]:
    """The command that builds a bundle."""
    options = ["--force"] if force else []
    return [sys.executable, "-m", "usegolib", "build", "--out", str(root), *options, "--bundle", *paths]


def building() -> dict[str, list[float]]:
    """A bundle of three standard packages, and a hand-written main package that imports them."""
    main = workspace.folder() / "three"
    main.mkdir()
    (main / "go.mod").write_text("module bench.test/three\n\ngo 1.24\n", encoding="utf-8")
    (main / "main.go").write_text(MAIN, encoding="utf-8")
    library = main / "three.so"
    root = workspace.folder() / "three built"
    return in_turns(
        {
            "bundle": timed(build_bundle(*THREE, root=root, force=True)),
            "go build": timed(
                [*workspace.GO_BUILD, "-o", str(library), "."],
                cwd=main,
                before=lambda: library.unlink(missing_ok=True),
            ),
        },
        seconds=0,
        rounds=7,
    )


@cache
def ten() -> Path:
    """A root with ten standard packages, each by itself and all as a bundle."""
    root = workspace.folder() / "ten"
    for path in TEN:
        workspace.build(path, root)
    workspace.run(build_bundle(*TEN, root=root))
    return root


def measured(how: str, *paths: str) -> dict[str, int]:
    """What importing takes in a fresh interpreter."""
    return json.loads(workspace.run([sys.executable, "-c", IMPORT, how, str(ten()), *paths]))


def imported(how: str, *paths: str) -> Batch:
    """A batch of imports, each in a fresh interpreter."""

    def run(repetitions: int) -> float:
        return sum(measured(how, *paths)["nanoseconds"] for _ in range(repetitions)) / 1e9

    return run


def calling() -> dict[str, list[float]]:
    """The same function in a library of its own and in a bundle."""
    twin = workspace.folder() / "twin"
    shutil.copytree(workspace.SUBJECT, twin)
    go_mod = twin / "go.mod"
    go_mod.write_text(go_mod.read_text(encoding="utf-8").replace("/subject", "/twin"), encoding="utf-8")
    root = workspace.folder() / "twin built"
    bundled: Any = usegolib.bundle(str(twin), "strings", artifact_dir=root, build_if_missing=True)[0]
    return in_turns(
        {
            "in a bundle": statement("f(1, 2)", f=bundled.Add),
            "by itself": statement("f(1, 2)", f=workspace.subject().Add),
        },
        rounds=31,
    )


def locking() -> dict[str, list[float]]:
    """`usegolib lock` of twenty modules, and `go list -m all` of a go.mod that requires them."""
    proxy = Proxy(workspace.folder() / "proxy")
    paths = [f"bench.test/locked{n}" for n in range(LOCKED)]
    for n, path in enumerate(paths):
        needed = [f"{path}/needed{m}" for m in range(NEEDED)]
        for one in needed:
            proxy.publish(one, "v1.0.0", {"go.mod": f"module {one}\n\ngo 1.21\n", "m.go": "package needed\n"})
        needed += paths[n - 1 : n]
        requirement = "".join(f"\nrequire {one} v1.0.0" for one in needed)
        files = {
            "go.mod": f"module {path}\n\ngo 1.21\n{requirement}\n",
            "m.go": f"package locked{n}\n\nfunc F() int {{ return {n} }}\n",
        }
        proxy.publish(path, "v1.0.0", files)
    environment = {name: value for name, value in proxy.environment.items() if value is not None}
    project = workspace.folder() / "locked"
    project.mkdir()
    declared = "".join(f'"{path}" = "v1.0.0"\n' for path in paths)
    (project / "pyproject.toml").write_text(f"[tool.usegolib.modules]\n{declared}", encoding="utf-8")
    required = "".join(f"require {path} v1.0.0\n" for path in paths)
    (project / "go.mod").write_text(f"module bench.test/all\n\ngo 1.24\n\n{required}", encoding="utf-8")
    go = ["env", *(f"{name}={value}" for name, value in environment.items())]
    workspace.run([*go, "go", "mod", "download"], cwd=project)
    lock = [*go, sys.executable, "-m", "usegolib", "lock"]
    anew = workspace.folder() / "anew"
    shutil.copytree(project, anew)
    return in_turns(
        {
            "usegolib lock": timed(lock, cwd=project),
            "without a lock file": timed(
                lock, cwd=anew, before=lambda: (anew / "usegolib.lock").unlink(missing_ok=True)
            ),
            "go list -m all": timed([*go, "go", "list", "-mod=mod", "-m", "all"], cwd=project),
        },
        seconds=0,
        rounds=11,
    )


def compare() -> list[Comparison]:
    """All comparisons of the group."""
    built = building()
    calls = calling()
    imports = in_turns(
        {"bundle of ten": imported("bundle", *TEN), "largest member": imported("alone", TEN[0])},
        seconds=0,
        rounds=15,
    )
    locked = locking()
    return [
        Comparison(
            "bundle of three standard packages / go build of a main that imports them",
            ratio(built, "bundle", "go build"),
            1.3,
            detail=detail(built, "bundle", "go build"),
        ),
        Comparison(
            "call into a bundle / into a library of one module",
            ratio(calls, "in a bundle", "by itself"),
            1.03,
            detail=detail(calls, "in a bundle", "by itself"),
        ),
        Comparison(
            "cached import of a bundle of ten / of its largest member",
            ratio(imports, "bundle of ten", "largest member"),
            1.5,
            detail=detail(imports, "bundle of ten", "largest member"),
        ),
        Comparison(
            f"usegolib lock of {LOCKED} modules / go list -m all",
            ratio(locked, "usegolib lock", "go list -m all"),
            1.5,
            detail=detail(locked, "usegolib lock", "go list -m all"),
        ),
        Comparison(
            f"usegolib lock of {LOCKED} modules, without a lock file / go list -m all",
            ratio(locked, "without a lock file", "go list -m all"),
            1.5,
            detail=detail(locked, "without a lock file", "go list -m all"),
        ),
    ]


def side_by_side() -> str:
    """Ten modules as one library and as ten, as a table."""
    lines = ["| ten standard packages | memory | threads | imports | disk |", "|---|---|---|---|---|"]
    for how, title in (("bundle", "one bundle"), ("alone", "ten libraries")):
        runs = [measured(how, *TEN) for _ in range(9)]
        median = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        lines.append(
            f"| {title} | {median['kilobytes'] / 1024:.0f} MB | {median['threads']:.0f} "
            f"| {spelled(median['nanoseconds'] / 1e9)} | {median['disk'] / 1e6:.1f} MB |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(side_by_side())
