"""Builds the bridges of public modules of many kinds, and prints how much of each can be called.

A module whose bridge doesn't build is a bug, and makes the exit status 1; so does a mean below the target.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MODULES = [
    "github.com/google/uuid@v1.6.0",  # values with methods
    "github.com/Masterminds/semver/v3@v3.3.1",  # opaque structs
    "github.com/shopspring/decimal@v1.4.0",  # structs by value, variadics
    "github.com/tidwall/gjson@v1.18.0",  # records with hidden state
    "github.com/PuerkitoBio/goquery@v1.10.1",  # objects of other modules
    "github.com/microcosm-cc/bluemonday@v1.0.27",  # builders
    "github.com/yuin/goldmark@v1.7.8",  # interfaces, functional options
    "gopkg.in/yaml.v3@v3.0.1",  # any
    "github.com/BurntSushi/toml@v1.4.0",  # readers and writers
    "github.com/cespare/xxhash/v2@v2.3.0",  # bytes
    "github.com/zeebo/blake3@v0.2.4",  # arrays, assembly
    "github.com/mmcloughlin/geohash@v0.10.0",  # several results
    "github.com/golang/geo@v0.0.0-20230421003525-6adc56603217",  # named scalars, arrays of structs
    "github.com/paulmach/orb@v0.11.1",  # named slices of named arrays
    "golang.org/x/crypto@v0.31.0",  # many packages
    "golang.org/x/text@v0.21.0",  # internal types in signatures
    "github.com/expr-lang/expr@v1.16.9",  # funcs and any
    "github.com/redis/go-redis/v9@v9.7.0",  # contexts, thousands of methods
    "github.com/spf13/cobra@v1.8.1",  # structs of funcs
    "github.com/samber/lo@v1.47.0",  # generics, built for the type arguments that inspect suggests
]
TARGET = 87.0


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line."""
    command = [sys.executable, "-m", "usegolib", *arguments]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def percentage(report: str) -> float | None:
    """The share of a module's callables that can be called, from the report's last figure."""
    figures = re.findall(r"([\d.]+) ?%", report)
    return float(figures[-1]) if figures else None


def instantiations(report: str) -> list[dict[str, Any]]:
    """What the report suggests to build the module's generic functions for."""
    suggested: list[dict[str, Any]] = []
    for package in json.loads(report)["packages"]:
        for item in package["unsupported"]:
            if found := item["obstacle"].get("suggestion"):
                suggested.append(found)
    # A bare name is a type parameter for which there is no suggestion.
    return [one for one in suggested if not any(re.fullmatch(r"[A-Z]\w*", text) for text in one["type_args"])]


def build(reference: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Builds a module, and its generic functions for what the report on it suggests."""
    arguments = ["--module", reference, "--out", str(folder)]
    built = run("build", *arguments)
    if built.returncode:
        return built
    report = run("inspect", "--artifact-dir", str(folder), "--module", reference.split("@")[0], "--json")
    if report.returncode:
        return report
    generic = instantiations(report.stdout)
    if not generic:
        return built
    config = folder / "generics.json"
    config.write_text(json.dumps({"instantiations": generic}), encoding="utf-8")
    return run("build", *arguments, "--generics", str(config))


def main() -> int:
    """Prints a line per module and the mean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reasons", action="store_true", help="print the reasons for what can't be called")
    parser.add_argument("modules", nargs="*", default=MODULES, help="modules with versions, instead of the usual ones")
    options = parser.parse_args()
    shares: list[float] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="usegolib-coverage-") as folder:
        for reference in options.modules:
            start = time.perf_counter()
            built = build(reference, Path(folder))
            elapsed = time.perf_counter() - start
            if built.returncode:
                failed.append(reference)
                print(f"  failed  {elapsed:6.1f} s  {reference}\n{built.stderr}", flush=True)
                continue
            report = run("inspect", "--artifact-dir", folder, "--module", reference.split("@")[0], "--coverage")
            share = percentage(report.stdout)
            if report.returncode or share is None:
                failed.append(reference)
                print(report.stdout + report.stderr)
                continue
            shares.append(share)
            print(f"{share:6.1f} %  {elapsed:6.1f} s  {reference}", flush=True)
            if options.reasons:
                print(report.stdout)
    mean = statistics.mean(shares) if shares else 0.0
    print(f"{mean:6.1f} %  mean of {len(shares)} modules (target {TARGET:g} %), {len(failed)} failed")
    return 1 if failed or mean < TARGET else 0


if __name__ == "__main__":
    sys.exit(main())
