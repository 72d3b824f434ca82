"""``usegolib.pkg``: the modules that a project declares, by Python's import statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.proxy import Proxy
from tests.test_projects import Project

NAMES = {
    "fixture.test/clock-work": "clock",
    "fixture.test/clock-work/v2": "clock",
    "fixture.test/in/2d.shapes": "shapes",
    "fixture.test/in/class": "class",
    "fixture.test/a-b": "one",
    "fixture.test/a_b": "other",
}


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with modules of many names, locked."""
    proxy = Proxy(tmp_path_factory.mktemp("proxy"))
    for path, name in NAMES.items():
        version = "v2.0.0" if path.endswith("v2") else "v1.0.0"
        name = "klass" if name == "class" else name
        files = {
            "go.mod": f"module {path}\n\ngo 1.21\n",
            "tick-tock/t.go": f'package ticktock\n\nfunc Where() string {{ return "{path}/tick-tock" }}\n',
        }
        # A root without a package is only a part of names.
        if name != "shapes":
            files["m.go"] = f'package {name}\n\nfunc Where() string {{ return "{path}" }}\n'
        proxy.publish(path, version, files)
    project = Project(tmp_path_factory.mktemp("declared") / "project", proxy)
    versions = "".join(f'"{path}" = "v{2 if path.endswith("v2") else 1}.0.0"\n' for path in NAMES)
    project.declare(f'[tool.usegolib.modules]\n{versions}"net/url" = "std"\nnet = "std"\n"go/token" = "std"\n')
    project.run("lock")
    return project


def test_declared_modules_are_imported_by_statements(declared: Project) -> None:
    code = """
from usegolib.pkg.fixture_test import clock_work
from usegolib.pkg.fixture_test.clock_work import v2, tick_tock
import usegolib.pkg.fixture_test.clock_work.v2.tick_tock as tick
from usegolib.pkg.fixture_test.in_ import class_
from usegolib.pkg.fixture_test.in_._2d_shapes import tick_tock as shapes
said = [one.Where() for one in (clock_work, v2, tick_tock, tick, class_, shapes)]
"""
    assert declared.python(code) == [
        "fixture.test/clock-work",
        "fixture.test/clock-work/v2",
        "fixture.test/clock-work/tick-tock",
        "fixture.test/clock-work/v2/tick-tock",
        "fixture.test/in/class",
        "fixture.test/in/2d.shapes/tick-tock",
    ]


def test_it_is_the_package_that_import_gives(declared: Project) -> None:
    code = """
import sys
import usegolib.pkg.fixture_test.clock_work as one
from usegolib import pkg
from usegolib.pkg.go import token
two = usegolib.import_("fixture.test/clock-work")
said = [one is two, pkg.fixture_test.clock_work is two, sys.modules["usegolib.pkg.fixture_test.clock_work"] is two,
        token is usegolib.import_("go/token"), one.__name__, one.__file__ == token.__file__]
"""
    assert declared.python(code) == [True, True, True, True, "fixture.test/clock-work", True]


@pytest.mark.parametrize("first", ["from usegolib.pkg import net", "from usegolib.pkg.net import url"])
def test_packages_of_the_standard_library(declared: Project, first: str) -> None:
    code = f"""
{first}
from usegolib.pkg.net import url
from usegolib.pkg import net
said = [url.QueryEscape("a b"), net.JoinHostPort("a", "1"), net.url is url]
"""
    assert declared.python(code) == ["a+b", "a:1", True]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("from usegolib.pkg.fixture_test import clok_work", "Did you mean fixture_test.clock_work"),
        ("import usegolib.pkg.net.http", "declares no such Go module or package"),
        ("from usegolib.pkg.go import http", "declares no such Go module or package"),
        ("from usegolib.pkg import strings", "usegolib add PATH"),
        ("import usegolib.pkg.fixture_test.clock_work.tick", "declares no such"),
        ("from usegolib.pkg.fixture_test import a_b", "may be any of fixture.test/a-b, fixture.test/a_b"),
    ],
)
def test_what_is_not_declared_is_an_import_error(declared: Project, statement: str, message: str) -> None:
    code = f"""
try:
    {statement}
except ImportError as error:
    said = [type(error).__name__, str(error)]
"""
    kind, text = declared.python(code)
    assert kind == "ImportError"
    assert message in text


def test_what_a_package_does_not_have_beneath_it_is_an_import_error(declared: Project) -> None:
    code = """
from usegolib.pkg import net
said = [hasattr(net, "http"), hasattr(net, "url")]
try:
    from usegolib.pkg.net import http
except ImportError as error:
    said.append("error")
"""
    assert declared.python(code) == [False, True, "error"]


def test_names_are_shown(declared: Project) -> None:
    code = """
from usegolib import pkg
said = [dir(pkg), dir(pkg.fixture_test), dir(pkg.fixture_test.in_), repr(pkg.fixture_test)]
"""
    top, module, inner, text = declared.python(code)
    assert top == ["Namespace", "fixture_test", "go", "net"]
    assert module == ["a_b", "clock_work", "in_"]
    assert inner == ["_2d_shapes", "class_"]
    assert text == "<Go packages below 'fixture_test'>"


def test_without_a_project_the_remedy_is_told(declared: Project, tmp_path: Path) -> None:
    code = """
try:
    from usegolib.pkg.fixture_test import clock_work
except ImportError as error:
    said = str(error)
"""
    said = declared.python(code, USEGOLIB_PROJECT="")
    assert "usegolib add PATH" in said
    assert "no project here" in said
    assert declared.python("from usegolib import pkg; said = dir(pkg)", USEGOLIB_PROJECT="") == ["Namespace"]


def test_without_a_lock_the_error_says_so(tmp_path: Path) -> None:
    project = Project(tmp_path / "project", Proxy(tmp_path / "proxy"))
    project.declare('[tool.usegolib.modules]\nstrings = "std"\n')
    kind, message = project.python("from usegolib.pkg import strings; said = 1")
    assert kind == "LoadError"
    assert "usegolib lock" in message
