"""Every heading and every scenario of the specification has a test."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.support.process import run

HERE = Path(__file__).resolve().parent


def named_by(items: list[pytest.Item], marker: str) -> set[str]:
    """What all markers of one kind name."""
    return {str(name) for item in items for mark in item.iter_markers(marker) for name in mark.args}


class Collector:
    """A pytest plugin that writes down which headings and scenarios the collected tests name."""

    def __init__(self, output: Path) -> None:
        self.output = output

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        names = {marker: sorted(named_by(session.items, marker)) for marker in ("requirement", "scenario")}
        self.output.write_text(json.dumps(names), encoding="utf-8")


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What the whole test suite names, whichever tests are selected now."""
    output = tmp_path_factory.mktemp("collected") / "names.json"
    code = (
        "import sys, pathlib, pytest\n"
        "from tests.test_specification import Collector\n"
        "plugin = Collector(pathlib.Path(sys.argv[1]))\n"
        "sys.exit(pytest.main(['--collect-only', '-q', '-p', 'no:cacheprovider', sys.argv[2]], plugins=[plugin]))\n"
    )
    done = run(
        [sys.executable, "-c", code, str(output), str(HERE)],
        cwd=HERE.parent,
        env={"PYTEST_XDIST_WORKER": None, "PYTEST_ADDOPTS": None},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {marker: set(names) for marker, names in json.loads(output.read_text(encoding="utf-8")).items()}


def specification() -> tuple[set[str], set[str]]:
    """The headings and the scenarios of the specification."""
    lines = (HERE / "specification.txt").read_text(encoding="utf-8").splitlines()
    headings = {line for line in lines if not line.startswith(" ")}
    return headings, {line.strip() for line in lines if line.startswith(" ")}


def test_the_list_of_headings_is_whole() -> None:
    headings, scenarios = specification()
    assert (len(headings), len(scenarios)) == (36, 80)


def test_every_heading_has_a_test(named: dict[str, set[str]]) -> None:
    headings, _ = specification()
    assert named["requirement"] == headings


def test_every_scenario_has_a_test(named: dict[str, set[str]]) -> None:
    _, scenarios = specification()
    assert named["scenario"] == scenarios
