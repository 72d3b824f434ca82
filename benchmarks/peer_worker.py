# pyright: reportMissingImports=false, reportUnknownMemberType=false
"""Runs in the peer's interpreter: imports a module, then answers each request with the seconds a batch took."""

from __future__ import annotations

import json
import os
import sys
import timeit
from pathlib import Path

import ziglang

import usegolib


def main() -> None:
    """Takes the module's folder and an artifact root; requests come as lines of JSON."""
    module, root = sys.argv[1:]
    os.environ["USEGOLIB_ZIG"] = str(Path(ziglang.__path__[0]) / "zig")
    package = usegolib.import_(module, artifact_dir=root, build_if_missing=True)  # type: ignore[attr-defined]
    for line in sys.stdin:
        function, arguments, repetitions = json.loads(line)
        call = getattr(package, function)
        seconds = timeit.Timer("f(*a)", globals={"f": call, "a": arguments}).timeit(repetitions)
        print(seconds, flush=True)


if __name__ == "__main__":
    main()
