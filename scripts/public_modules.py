"""Builds and loads the public modules of modules.txt, and writes a page about what came of each.

All packages of a library are imported in a process of their own, and everything that they export is looked at. A
module that can't be built, a package that can't be imported and a name whose generated code Go doesn't take are bugs,
and make the exit status 1. Each library is removed once it has been looked at.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "public-modules.md"
# Longer than any of them takes on a slow machine.
LIMIT = 1800

# Imports what is named in its arguments, artifact root first, and prints what went wrong as JSON lines.
LOAD = """
import json, sys
import usegolib
from usegolib import errors

root, *packages = sys.argv[1:]
for path in packages:
    try:
        package = usegolib.import_(path, artifact_dir=root, build_if_missing=False)
        names = dir(package)
    except Exception as error:
        print(json.dumps([path, "", f"{type(error).__name__}: {error}"]))
        continue
    for name in names:
        try:
            getattr(package, name)
        except (errors.UnsupportedTypeError, errors.UnsupportedSignatureError):
            pass
        except Exception as error:
            print(json.dumps([path, name, f"{type(error).__name__}: {error}"]))
print(json.dumps("complete"))
"""


@dataclass
class Outcome:
    """What came of a module."""

    module: str
    seconds: float = 0.0
    megabytes: float = 0.0
    packages: int = 0
    callable: int = 0
    total: int = 0
    # What the module itself doesn't let be built or loaded: package and reason.
    excluded: list[tuple[str, str]] = field(default_factory=list)
    # What is a bug.
    failures: list[str] = field(default_factory=list)

    @property
    def share(self) -> str:
        """How much of it can be called."""
        return f"{100 * self.callable / self.total:.1f} %" if self.total else "nothing to call"


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Runs Python; one that takes too long has failed."""
    try:
        return subprocess.run(
            [sys.executable, *command],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"took more than {LIMIT} s")


def listed(file: Path) -> list[tuple[str, list[str]]]:
    """The kinds of modules.txt and their modules; the standard library's come first."""
    kinds: list[tuple[str, list[str]]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            kinds.append((line[2:], []))
        elif line:
            kinds[-1][1].append(line)
    return [(kind, modules) for kind, modules in kinds if modules]


def generated(report: dict[str, Any]) -> list[str]:
    """The names that are left out for what usegolib itself made of them."""
    return [
        f"{package['path']}: {item['declaration']}: {item['reason']}"
        for package in report["packages"]
        for item in package["unsupported"]
        if item["obstacle"]["kind"] in ("generated", "failed")
    ]


def load(root: str, packages: list[str]) -> list[str]:
    """Imports packages and looks at all they export; what went wrong."""
    loaded = run("-c", LOAD, root, *packages)
    lines = [json.loads(line) for line in loaded.stdout.splitlines() if line.startswith(("[", '"'))]
    failures = [f"{path}: {name}: {problem}" for path, name, problem in (line for line in lines if line != "complete")]
    if "complete" not in lines:
        failures.append(f"loading ended with {loaded.returncode}: {loaded.stderr.strip()[-2000:]}")
    return failures


def attempt(module: str) -> Outcome:
    """Builds a module, loads it and removes it."""
    outcome = Outcome(module)
    with tempfile.TemporaryDirectory(prefix="usegolib-public-modules-") as root:
        start = time.perf_counter()
        built = run("-m", "usegolib", "build", "--module", module, "--out", root)
        outcome.seconds = round(time.perf_counter() - start, 1)
        if built.returncode:
            errors = [line for line in built.stderr.splitlines() if not line.startswith("usegolib: ")]
            outcome.failures.append("\n".join(errors)[-4000:])
            return outcome
        inspected = run("-m", "usegolib", "inspect", "--artifact-dir", root, "--module", module, "--json")
        if inspected.returncode:
            outcome.failures.append(inspected.stderr.strip())
            return outcome
        report = json.loads(inspected.stdout)
        packages = [package["path"] for package in report["packages"]]
        outcome.packages = len(packages)
        outcome.callable = sum(package["coverage"]["callable"] for package in report["packages"])
        outcome.total = sum(package["coverage"]["total"] for package in report["packages"])
        outcome.excluded = [(package["path"], package["reason"]) for package in report["excluded"]]
        outcome.megabytes = round(sum(file.stat().st_size for file in Path(report["folder"]).glob("lib*")) / 1e6, 1)
        outcome.failures = generated(report) + load(root, packages)
    return outcome


def page(kinds: list[tuple[str, list[str]]], outcomes: dict[str, Outcome]) -> str:
    """The page about it."""
    told = [outcomes[module] for _, modules in kinds for module in modules if module in outcomes]
    failed = [outcome for outcome in told if outcome.failures]
    excluded = [(path, reason) for outcome in told for path, reason in outcome.excluded]
    packages = sum(outcome.packages for outcome in told)
    shares = [outcome.callable / outcome.total for outcome in told if outcome.total]
    standard = sum(module in outcomes for module in kinds[0][1])
    go = subprocess.run(["go", "version"], capture_output=True, text=True, check=True).stdout.split()[2]
    lines = [
        "# Public modules",
        "",
        f"{len(told) - standard} modules, and {standard} packages of the standard library, that programs depend on "
        "most, built and loaded "
        f"with {go} and Python {platform.python_version()} on {platform.system().lower()}/{platform.machine()} "
        "by `make coverage FULL=1`, which writes this page; `scripts/modules.txt` has the list.",
        "",
        "Every package was imported and every name that it exports was looked at, in a process of the module's own. "
        "*Callable* is the share of exported functions and methods that Python can call with values that it can have, "
        "without configuration for generic functions. *Seconds* include downloading and compiling what the module "
        "depends on, on a machine that did other work; they are no measurement of usegolib.",
        "",
        f"**{len(told) - len(failed)} of all {len(told)} without a failure; {packages:,} packages imported, "
        f"{len(excluded)} left out as the module has them; "
        f"{100 * sum(shares) / len(shares) if shares else 0:.1f} % callable in the mean.**",
    ]
    if untried := sum(len(modules) for _, modules in kinds) - len(told):
        lines += ["", f"{untried} of the list were not tried in this run; they are not on this page."]
    for kind, modules in kinds:
        if not any(module in outcomes for module in modules):
            continue
        lines += ["", f"## {kind}", "", "| module | packages | callable | of | library MB | seconds |"]
        lines += ["|---|--:|--:|--:|--:|--:|"]
        for module in modules:
            if outcome := outcomes.get(module):
                lines.append(
                    f"| {module} | {outcome.packages} | {outcome.share} | {outcome.total:,} | {outcome.megabytes:.1f} "
                    f"| {outcome.seconds:.0f} |"
                )
    if failed:
        lines += ["", "## Failures", ""]
        lines += [
            f"- {outcome.module}: `{text.splitlines()[0]}`"
            for outcome in failed
            for text in outcome.failures
            if text.strip()
        ]
    if excluded:
        lines += ["", "## Packages that are left out", ""]
        lines += ["What these say when they are compiled, linked or loaded; the rest of their module is there."]
        lines += [""]
        for path, reason in sorted(excluded):
            lines.append(f"- {path}: `{without_places(reason)[:200]}`")
    return "\n".join(lines) + "\n"


def without_places(reason: str) -> str:
    """What Go says, without where this machine has its modules and gets them from."""
    return re.sub(r"\S*/pkg/mod/|https?://\S+", "", " ".join(reason.split()))


def remembered(file: Path | None) -> dict[str, Outcome]:
    """The outcomes of a run that was interrupted."""
    if file is None or not file.exists():
        return {}
    outcomes = [Outcome(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
    return {outcome.module: outcome for outcome in outcomes}


def main() -> int:
    """Prints a line per module, and writes the page after all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, help="a file that remembers outcomes, to go on after an interruption")
    parser.add_argument("--page", type=Path, help="the page to write [default: docs/public-modules.md]")
    parser.add_argument("modules", nargs="*", help="only these modules of the list, and no page unless one is named")
    options = parser.parse_args()
    kinds = listed(HERE / "modules.txt")
    outcomes = remembered(options.results)
    wanted = options.modules or [module for _, modules in kinds for module in modules]
    os.environ["USEGOLIB_PROGRESS"] = "plain"
    for module in wanted:
        if module in outcomes:
            continue
        outcome = outcomes[module] = attempt(module)
        if options.results:
            with options.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(outcome)) + "\n")
        state = "failed" if outcome.failures else outcome.share
        print(f"{state:>8}  {outcome.seconds:6.1f} s  {module}", flush=True)
        for text in outcome.failures:
            print("    " + text.replace("\n", "\n    "), flush=True)
        for path, reason in outcome.excluded:
            print(f"    left out: {path}: {' '.join(reason.split())[:300]}", flush=True)
    if options.page or not options.modules:
        (options.page or PAGE).write_text(page(kinds, outcomes), encoding="utf-8")
    failed = [module for module in wanted if outcomes[module].failures]
    print(f"{len(wanted) - len(failed)} of {len(wanted)} modules without a failure")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
