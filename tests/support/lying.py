"""An artifact around `lying.c`: a library whose results are whatever the test says, declared as any type."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from .store import artifact, platform

MODULE = "fixture.test/lying"
RESULTS: dict[str, list[str]] = {
    "Nothing": [],
    "Bool": ["bool"],
    "Int": ["int64"],
    "Int8": ["int8"],
    "Uint64": ["uint64"],
    "Float": ["float64"],
    "Complex": ["complex128"],
    "String": ["string"],
    "Bytes": ["[]byte"],
    "Hash": ["[4]byte"],
    "Ints": ["[]int64"],
    "Floats": ["[]float64"],
    "Strings": ["[]string"],
    "Nested": ["[][]string"],
    "Pair": ["[2]string"],
    "Map": ["map[string]int64"],
    "Pointer": ["*string"],
    "Person": [f"{MODULE}.Person"],
    "People": [f"[]{MODULE}.Person"],
    "Time": ["time.Time"],
    "Duration": ["time.Duration"],
    "UUID": ["github.com/google/uuid.UUID"],
    "Any": ["any"],
    "Two": ["int64", "string"],
    "ErrorValue": ["[]error"],
}

TAKES: dict[str, tuple[str, Any, list[Any]]] = {
    "Bool": ("bool", True, [1, "x", None]),
    "Int": ("int64", 5, [True, 1.5, "5", 2**63, None]),
    "Int8": ("int8", -128, [128, "x"]),
    "Uint64": ("uint64", 2**64 - 1, [-1, 2**64]),
    "Float": ("float64", 2, ["x", None]),
    "String": ("string", "x", [5, b"x", None]),
    "Bytes": ("[]byte", b"x", ["x", [1]]),
    "Hash": ("[4]byte", b"abcd", [b"abc", "abcd"]),
    "Ints": ("[]int64", [1, 2], [["x"], [1, 2**63], "x", 5]),
    "Pair": ("[2]string", ["a", "b"], [["a"], ["a", 1]]),
    "Map": ("map[string]int64", {"a": 1}, [{"a": "x"}, {1: 1}, [1]]),
    "Pointer": ("*string", None, [5]),
    "Person": (
        f"{MODULE}.Person",
        {"Name": "n", "Age": 5, "Tags": ["t"]},
        [
            {"Name": "n", "Age": 5},
            {"Name": "n", "Age": "5", "Tags": []},
            {"Name": "n", "Age": 5, "Tags": [1]},
            {"Name": "n", "Age": 5, "Tags": [], "Other": 1},
            5,
        ],
    ),
    "People": (f"[]{MODULE}.Person", [{"Name": "n", "Age": 5, "Tags": []}], [[{"Name": "n"}]]),
    "Time": ("time.Time", "2024-03-01T12:00:00Z", ["yesterday", 5]),
    "Duration": ("time.Duration", 5, ["5s", 2**63]),
    "UUID": ("github.com/google/uuid.UUID", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", ["x", 5]),
    "Variadic": ("...int64", 5, ["x", 2**63]),
}
"""Of functions that take a value besides the response: its type, a good value, and some that are none."""


def field(name: str, type_: str) -> dict[str, Any]:
    return {"name": name, "key": name, "type": type_, "required": True}


def install(root: Path) -> None:
    """Compiles the library and writes its manifest."""
    goos, goarch = platform().split("-")
    folder = artifact(root, MODULE, "v1.0.0")
    folder.mkdir(parents=True)
    library = folder / "liblying.so"
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc") or "clang"
    source = Path(__file__).with_name("lying.c")
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(library), str(source)], check=True
    )
    symbols = [
        {"pkg": MODULE, "name": name, "params": [{"name": "response", "type": "[]byte"}], "results": results}
        for name, results in RESULTS.items()
    ]
    for name, (type_, _, _) in TAKES.items():
        params = [{"name": "response", "type": "[]byte"}, {"name": "value", "type": type_}]
        symbols.append({"pkg": MODULE, "name": f"Take{name}", "params": params, "results": []})
    symbols.append({"pkg": MODULE, "name": "LastRequest", "params": [], "results": ["[]byte"]})
    person = {
        "name": f"{MODULE}.Person",
        "pkg": MODULE,
        "ident": "Person",
        "kind": "struct",
        "fields": [field("Name", "string"), field("Age", "int64"), field("Tags", "[]string")],
    }
    manifest = {
        "manifest_version": 1,
        "abi_version": 0,
        "module": MODULE,
        "version": "v1.0.0",
        "goos": goos,
        "goarch": goarch,
        "packages": [MODULE],
        "symbols": symbols,
        "schema": {"packages": [{"path": MODULE, "name": "lying"}], "types": [person]},
        "library": {"path": library.name, "sha256": hashlib.sha256(library.read_bytes()).hexdigest()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
