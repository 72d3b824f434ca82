"""What is found in Go source, however it is written."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

import usegolib
from tests.support.store import Store

requirement = pytest.mark.requirement
scenario = pytest.mark.scenario
Load = Callable[[str], Any]


@requirement("Export Scan Correctness")
class TestExportScanCorrectness:
    @scenario("Grouped parameters are supported")
    def test_grouped_parameters(self, load: Load) -> None:
        package = load("signatures")
        assert package.AddGrouped(2, 3) == 5
        assert package.AddGrouped(b=2, a=3) == 5
        assert package.MoreGrouped(1, 2, "a", "b", True, False) == (5, "ab")

    @scenario("Methods and generics are ignored")
    def test_methods_and_generics_are_not_symbols(self, store: Store) -> None:
        names = {symbol["name"] for symbol in store.manifest("signatures")["symbols"]}
        assert "AddGrouped" in names
        assert not names & {"M", "Double", "From", "Generic", "unexported"}

    def test_aliases_and_dot_imports(self, load: Load) -> None:
        package = load("signatures")
        assert package.Aliased("x") == "x"
        assert package.Dotted("x") == "X"

    def test_names_that_collide(self, load: Load) -> None:
        package = load("signatures")
        assert package.Keywords(1, 2, 3, 4) == 4321
        assert package.Shadows(1, 2, 3, 4, 5) == 15
        assert package.Import("a", "b", "c") == "abc"
        assert package.Größe(7) == 7

    def test_keyword_parameters_can_be_named(self, load: Load) -> None:
        package = load("signatures")
        names = list(inspect.signature(package.Keywords).parameters)
        assert names == ["def_", "class_", "lambda_", "None_"]
        assert package.Keywords(def_=1, class_=2, lambda_=3, None_=4) == 4321

    def test_unnamed_parameters(self, load: Load) -> None:
        package = load("signatures")
        assert package.Unnamed(1, "x") is True
        assert package.Blank(1, "x") == "x"
        assert len(inspect.signature(package.Unnamed).parameters) == 2

    def test_what_can_not_cross_says_why(self, load: Load, store: Store) -> None:
        package = load("signatures")
        unsupported = {entry["name"]: entry for entry in store.manifest("signatures")["schema"]["unsupported"]}
        for name in ("Pointer", "Unreachable"):
            assert unsupported[name]["reason"]["obstacle"] == {"kind": "unsafe_pointer"}
            with pytest.raises(usegolib.errors.UnsupportedSignatureError, match=r"unsafe\.Pointer"):
                getattr(package, name)
        assert package.AddGrouped(1, 1) == 2

    def test_anonymous_structs(self, load: Load) -> None:
        assert load("signatures").Anonymous({"A": 1}) == {"B": "b"}

    def test_multiline(self, load: Load) -> None:
        package = load("signatures")
        assert package.Multiline(1, None, {"A": 2, "B": 0}) == 3

    def test_unknown_name_suggests(self, load: Load) -> None:
        with pytest.raises(AttributeError, match="AddGrouped"):
            load("signatures").AddGruoped  # noqa: B018
        with pytest.raises(AttributeError):
            load("signatures").unexported  # noqa: B018


@requirement("Export Scan Correctness")
class TestPackagesOfAModule:
    def test_importable_packages(self, store: Store) -> None:
        manifest = store.manifest("versions")
        assert manifest["packages"] == [f"fixture.test/versions{p}" for p in ("", "/subpkg", "/subpkg/deeper")]

    def test_broken_packages_are_left_out(self, store: Store, load: Load) -> None:
        assert load("partial").Works() is True
        assert store.load("partial", "good").Works() is True
        excluded = {entry["path"]: entry["reason"] for entry in store.manifest("partial")["schema"]["excluded"]}
        assert excluded.keys() >= {"fixture.test/partial/broken", "fixture.test/partial/missing"}
        assert "cannot use" in excluded["fixture.test/partial/broken"]
        assert "nowhere" in excluded["fixture.test/partial/missing"]

    def test_importing_a_broken_package_tells_the_reason(self, store: Store) -> None:
        store.build("partial")
        with pytest.raises(usegolib.errors.UseGoLibError, match="cannot use"):
            store.load("partial", "broken")

    def test_cgo(self, load: Load) -> None:
        assert load("native").Triple(14) == 42

    def test_build_constraints(self, load: Load, store: Store) -> None:
        package = load("tagged")
        assert package.Platform() == "linux"
        assert package.OnlyLinux() is True
        names = {symbol["name"] for symbol in store.manifest("tagged")["symbols"]}
        assert names == {"Platform", "OnlyLinux"}

    def test_types_of_other_packages(self, store: Store) -> None:
        package = store.load("surface")
        item = package.Load("lamp")
        assert item.Name == "lamp"
        assert item.Restock(3) == 3
        assert item.Price.Euros() == 1.5
        assert package.Cost({"Cents": 7}) == 7
        url = package.Parse("https://example.test:8080/path?q=1")
        assert (url.Host, url.Port(), url.Query()) == ("example.test:8080", "8080", {"q": ["1"]})
        assert package.Match(package.Compile("^a+$"), "aaa") is True
        assert package.Address("10.0.0.1").Is4() is True
        builder = package.Builder()
        builder.WriteString("ab")
        assert builder.String() == "ab"


def test_dir_and_help(load: Load) -> None:
    package = load("scalars")
    assert {"Add", "Int64", "Nothing"} <= set(dir(package))
    assert "sum of a and b" in package.Add.__doc__
    assert package.Add.__name__ == "Add"
    assert str(inspect.signature(package.Add)).startswith("(a")
    assert "scalar" in package.__doc__
