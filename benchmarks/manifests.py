"""Manifests as large as the largest modules have: made up, for building those modules takes minutes."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import workspace

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "v1.0.0"


@dataclass(frozen=True)
class Size:
    """How much a module has: packages, and of each package types, functions; of each type methods and fields."""

    packages: int
    types: int
    functions: int
    methods: int
    fields: int

    @property
    def callables(self) -> int:
        """Functions and methods."""
        return self.packages * (self.functions + self.types * self.methods)


#: One package, as service/ec2 of aws-sdk-go-v2.
EC2 = Size(packages=1, types=3_500, functions=700, methods=9, fields=5)
#: Many packages, as k8s.io/client-go with its generated clients.
CLIENT_GO = Size(packages=300, types=40, functions=60, methods=4, fields=2)


def text(seed: int, words: int) -> str:
    """Some words, as documentation has them."""
    return " ".join(f"word{(seed * 7 + n) % 97}" for n in range(words))


def write(root: Path, module: str, size: Size, template: dict[str, Any]) -> str:
    """Writes an artifact around the library that has nothing, and says one of its packages."""
    packages = [f"{module}/group{n % 7}/package{n}" for n in range(size.packages)]
    library = workspace.compile_c("nothing.c", "-shared", "-fPIC")
    content = template | {
        "module": module,
        "version": VERSION,
        "packages": packages,
        "symbols": [function(package, n, size) for package in packages for n in range(size.functions)],
        "schema": {
            "packages": [{"path": path, "name": path.rpartition("/")[2], "doc": text(1, 20)} for path in packages],
            "types": [declaration(package, n, size) for package in packages for n in range(size.types)],
            "methods": [
                method(package, n, m) for package in packages for n in range(size.types) for m in range(size.methods)
            ],
        },
        "library": {"path": "nothing.so", "sha256": hashlib.sha256(library.read_bytes()).hexdigest()},
    }
    folder = root / f"{module}@{VERSION}" / f"{template['goos']}-{template['goarch']}"
    folder.mkdir(parents=True)
    shutil.copy(library, folder / "nothing.so")
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    return packages[-1]


def function(package: str, n: int, size: Size) -> dict[str, Any]:
    """A function that takes one of the package's types."""
    return {
        "pkg": package,
        "name": f"Function{n}",
        "params": [{"name": "in", "type": f"[]{package}.Type{n % size.types}"}],
        "results": ["string", "error"],
        "doc": text(n, 8),
        "pos": f"functions.go:{n}",
    }


def declaration(package: str, n: int, size: Size) -> dict[str, Any]:
    """A struct."""
    fields = [
        {
            "name": f"Field{m}",
            "key": f"field{m}",
            "type": "*string" if m % 2 else f"[]{package}.Type{(n + m) % size.types}",
            "required": False,
            "doc": text(m, 8),
        }
        for m in range(size.fields)
    ]
    name = f"Type{n}"
    return {
        "name": f"{package}.{name}",
        "pkg": package,
        "ident": name,
        "kind": "struct",
        "pointer_methods": True,
        "fields": fields,
        "doc": text(n, 12),
    }


def method(package: str, n: int, m: int) -> dict[str, Any]:
    """A method of a struct."""
    receiver = f"{package}.Type{n}"
    return {
        "pkg": package,
        "name": f"Method{m}",
        "recv": receiver,
        "pointer": True,
        "params": [{"name": "value", "type": "string"}],
        "results": [f"*{receiver}", "error"],
        "doc": text(m, 5),
    }
