"""Runs the comparisons and prints them: `python -m benchmarks [--only GROUP,...] [--strict]`."""

from __future__ import annotations

import argparse
import platform
import sys

from . import builds, bundles, callbacks, calls, data, imports, live, objects, scale
from .measure import Comparison, table

GROUPS = {
    "calls": calls,
    "data": data,
    "objects": objects,
    "live": live,
    "callbacks": callbacks,
    "imports": imports,
    "builds": builds,
    "bundles": bundles,
    "scale": scale,
}
USUAL = [name for name in GROUPS if name != "scale"]
"""What is measured unless groups are named: large modules take minutes and the network."""


def main() -> int:
    """Prints one table; with --strict, a missed figure is a failure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default=",".join(USUAL), help="groups to run, separated by commas")
    parser.add_argument("--strict", action="store_true", help="fail when a figure is missed")
    options = parser.parse_args()
    comparisons: list[Comparison] = []
    for name in options.only.split(","):
        print(f"measuring {name}...", file=sys.stderr, flush=True)
        comparisons += GROUPS[name].compare()
    print(f"CPython {platform.python_version()}, {platform.system()} {platform.machine()}")
    print(table(comparisons))
    return 1 if options.strict and not all(comparison.holds for comparison in comparisons) else 0


if __name__ == "__main__":
    sys.exit(main())
