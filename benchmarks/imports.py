"""Importing cached artifacts, against the same done by hand in C; lookup in large roots."""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from typing import Any

import usegolib

from . import manifests, workspace
from .measure import Batch, Comparison, detail, in_turns, ratio, spelled, statement

LARGE_MODULE = ("github.com/redis/go-redis/v9", "v9.7.0")

# In a fresh interpreter: the nanoseconds from the import to the first call's result, and those that the processor
# worked for it.
IMPORT = """
import os, sys, time
import usegolib
path, version, root, call = sys.argv[1:]
# A folder is compared with what its artifact was built from only where it may be built again.
build = True if os.path.isdir(path) else None
start, before = time.perf_counter_ns(), time.process_time_ns()
package = usegolib.import_(path, version=version or None, artifact_dir=root, build_if_missing=build)
if call:
    package.Add(1, 2)
print(time.perf_counter_ns() - start, time.process_time_ns() - before)
"""
LOOKUP = """
import sys, time
import usegolib
start = time.perf_counter_ns()
try:
    usegolib.import_("bench.test/group7/module7", artifact_dir=sys.argv[1])
except usegolib.errors.LoadError:
    # The artifact is found; that it has no library is the next thing seen.
    print(time.perf_counter_ns() - start)
"""


MISS = """
import sys, time
from pathlib import Path
import usegolib
root, forget = sys.argv[1:]
if forget:
    (Path(root) / ".usegolib-snapshot").unlink(missing_ok=True)
start = time.perf_counter_ns()
try:
    usegolib.import_("bench.test/absent", artifact_dir=root)
except usegolib.errors.ArtifactNotFoundError:
    print(time.perf_counter_ns() - start)
"""


def manifest_of(root: Path, module: str, version: str) -> tuple[Path, dict[str, Any]]:
    """An artifact's folder and manifest."""
    (file,) = root.glob(f"{module}@{version}/*/manifest.json")
    return file.parent, json.loads(file.read_text(encoding="utf-8"))


def imported(path: str, version: str, root: Path, *, call: bool = False, processor: bool = False) -> Batch:
    """A batch of imports, each in a fresh interpreter that measures only the import, or what processors work for it."""

    def run(repetitions: int) -> float:
        command = [sys.executable, "-c", IMPORT, path, version, str(root), "1" if call else ""]
        return sum(int(workspace.run(command).split()[processor]) for _ in range(repetitions)) / 1e9

    return run


def looked_up(root: Path) -> Batch:
    """A batch of lookups of one artifact, each in a fresh interpreter."""

    def run(repetitions: int) -> float:
        command = [sys.executable, "-c", LOOKUP, str(root)]
        return sum(int(workspace.run(command)) for _ in range(repetitions)) / 1e9

    return run


def missed(root: Path, *, forget: bool = False) -> Batch:
    """A batch of lookups in vain, each in a fresh interpreter; as the first one if what others saw is forgotten."""

    def run(repetitions: int) -> float:
        command = [sys.executable, "-c", MISS, str(root), "1" if forget else ""]
        return sum(int(workspace.run(command)) for _ in range(repetitions)) / 1e9

    return run


def by_hand(folder: Path, manifest: dict[str, Any], *, only_hash: bool = False) -> Batch:
    """A batch of the same done in C, measured by the program itself."""
    program = workspace.compile_c("load.c")
    names = [symbol["name"] for symbol in manifest["symbols"]]
    # Functions are numbered from 16 in the manifest's order; Add(1, 2) where there is one, else a call that the
    # library refuses, which is as good a first call.
    number = 16 + names.index("Add") if "Add" in names else 0xFF
    request = bytes([0x93, *([number] if number < 128 else [0xCC, number]), 1, 2])
    command = [str(program), str(folder / manifest["library"]["path"]), manifest["library"]["sha256"], request.hex()]

    def run(repetitions: int) -> float:
        return sum(int(workspace.run(command).split()[only_hash]) for _ in range(repetitions)) / 1e9

    return run


def root_of(count: int, template: dict[str, Any]) -> Path:
    """An artifact root of some size, with a warm index."""
    root = workspace.folder() / f"root of {count}"
    for n in range(count):
        module = f"bench.test/group{n % 100}/module{n}"
        folder = root / f"{module}@v1.0.0" / f"{template['goos']}-{template['goarch']}"
        folder.mkdir(parents=True)
        content = template | {"module": module, "version": "v1.0.0", "packages": [module]}
        (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    looked_up(root)(2)
    return root


def compare() -> list[Comparison]:
    """All comparisons of the group."""
    root = workspace.store()
    folder, manifest = manifest_of(root, workspace.MODULE, "local")
    module, version = LARGE_MODULE
    workspace.build(f"{module}@{version}", root, "--package", ".")
    large_folder, large_manifest = manifest_of(root, module, version)
    callables = len(large_manifest["symbols"]) + len(large_manifest["schema"]["methods"])

    fresh = in_turns(
        {
            "import": imported(workspace.MODULE, "", root, call=True),
            "by hand": by_hand(folder, manifest),
            "small": imported(workspace.MODULE, "", root),
            "large": imported(module, version, root),
            "hashing large": by_hand(large_folder, large_manifest, only_hash=True),
        },
        seconds=0,
        rounds=21,
    )
    fresh["three small and hashing"] = [
        3 * small + hashing for small, hashing in zip(fresh["small"], fresh["hashing large"], strict=True)
    ]
    package = workspace.subject()
    again = in_turns(
        {
            "import again": statement("f(m, artifact_dir=r)", f=usegolib.import_, m=workspace.MODULE, r=str(root)),
            "Add": statement("f(1, 2)", f=package.Add),
        }
    )
    template = manifest | {"symbols": [], "schema": {}}
    large_root = workspace.folder() / "made up"
    made_up = {
        "ec2": (manifests.EC2, manifests.write(large_root, "bench.test/ec2", manifests.EC2, template), 20),
        "client-go": (
            manifests.CLIENT_GO,
            manifests.write(large_root, "bench.test/client-go", manifests.CLIENT_GO, template),
            40,
        ),
    }
    beyond = in_turns(
        {
            name: imported(package, manifests.VERSION, large_root, processor=True)
            for name, (_, package, _) in made_up.items()
        },
        seconds=0,
        rounds=11,
    )
    many = root_of(10_000, template)
    lookups = in_turns(
        {"of 10": looked_up(root_of(10, template)), "of 10 000": looked_up(many)},
        seconds=0,
        rounds=21,
    )
    misses = in_turns({"first": missed(many, forget=True), "next": missed(many)}, seconds=0, rounds=11)
    return [
        Comparison(
            "cached import / hash + dlopen + init + call in C",
            ratio(fresh, "import", "by hand"),
            1.5,
            detail=detail(fresh, "import", "by hand"),
        ),
        Comparison(
            "second import / Add", ratio(again, "import again", "Add"), 20, detail=detail(again, "import again", "Add")
        ),
        Comparison(
            f"import of {callables} callables / (3 x small + hashing)",
            ratio(fresh, "large", "three small and hashing"),
            1,
            detail=detail(fresh, "large", "small", "hashing large"),
        ),
        *(
            Comparison(
                f"processor time of importing a package of {size.callables} callables, beyond dlopen / {limit} ms",
                statistics.median(beyond[name]) / (limit / 1e3),
                1,
                detail=detail(beyond, name),
            )
            for name, (size, _, limit) in made_up.items()
        ),
        Comparison(
            "lookup in 10 000 artifacts / in 10",
            ratio(lookups, "of 10 000", "of 10"),
            2,
            detail=", ".join(f"{name} {spelled(statistics.median(times))}" for name, times in lookups.items()),
        ),
        Comparison(
            "miss in 10 000 artifacts / the first one",
            ratio(misses, "next", "first"),
            0.5,
            detail=detail(misses, "next", "first"),
        ),
    ]
