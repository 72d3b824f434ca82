"""Generic functions without configuration: which instantiation a call means, and what becomes of absent ones."""

from __future__ import annotations

import array
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import usegolib
from tests.support import process, store
from usegolib.errors import UnsupportedSignatureError, UnsupportedTypeError

requirement, scenario = pytest.mark.requirement, pytest.mark.scenario


@pytest.fixture
def instances(load: Callable[[str], Any]) -> Any:
    return load("instances")


@pytest.mark.parametrize(
    ("value", "kind"),
    [(1, "int"), (1.5, "float64"), ("a", "string"), (True, "bool"), (None, "<nil>"), ([1], "[]interface {}")],
)
def test_single_values(instances: Any, value: object, kind: str) -> None:
    assert instances.Kind(value) == kind


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "[]int"),
        ((1, 2), "[]int"),
        ([1, 2.5], "[]float64"),
        (["a"], "[]string"),
        ([], "[]interface {}"),
        ([True], "[]interface {}"),
        ([1, "a"], "[]interface {}"),
        ([None], "[]interface {}"),
        (array.array("q", [1]), "[]int"),
        (array.array("d", [1]), "[]float64"),
    ],
)
def test_items(instances: Any, values: object, kind: str) -> None:
    assert instances.Kinds(values) == kind


def test_what_can_be_gone_through_once_only(instances: Any) -> None:
    assert instances.Kinds(iter([1, 2])) == "[]int"
    assert instances.Kinds(str(i) for i in range(2)) == "[]string"


def test_several_types(instances: Any) -> None:
    assert instances.Pair("a", 1) == "string int"
    assert instances.Pair(1, 2.5) == "int float64"
    assert instances.Same(1, 2.5) == "float64"
    assert instances.Same(1, "a") == "int"
    assert instances.Rest(1, 2) == "[]int"
    assert instances.Rest(["a"]) == "[]string"
    assert instances.Pair(key="a", value=None) == "string <nil>"


def test_types_that_follow_from_others(instances: Any) -> None:
    assert instances.Largest([3, 1]) == 3
    assert instances.Largest["string"](["a", "b"]) == "b"
    assert instances.Largest["[]string", "string"](["a", "b"]) == "b"
    assert sorted(instances.Keys({"a": 1, "b": 2})) == ["a", "b"]
    assert instances.Collect(instances.Keys({"a": 1})) == ["a"]


def test_objects_tell_their_types(instances: Any) -> None:
    box = instances.NewBox("text")
    assert type(box).__name__ == "Box[string]"
    assert box.Get() == instances.Open(box) == "text"
    assert instances.Open(instances.NewBox(1)) == 1


class TestTypes:
    """Generic types, of which nothing need hand out an instantiation."""

    def test_objects(self, instances: Any) -> None:
        for argument, value in (("int", 3), ("string", "a"), ("float64", 0.5), ("any", [1])):
            stack = instances.Stack[argument]()
            stack.Push(value)
            assert stack.Pop() == value
        assert instances.Stack["int"]().Kind() == "int"
        with pytest.raises(UnsupportedTypeError, match="expected int, got str"):
            instances.Stack["int"]().Push("a")

    def test_values(self, instances: Any) -> None:
        entry = instances.Entry["string", "int"](Key="a", Value=1)
        assert entry == {"Key": "a", "Value": 1}
        assert entry.Text() == "a=1"
        assert instances.Bag["float64"]([0.5, 2]).Sum() == 2.5

    def test_they_are_named(self, instances: Any) -> None:
        assert {"Stack", "Entry", "Bag"} <= set(dir(instances))
        assert instances.Stack.__doc__ == "type Stack[T]\n\nStack is a generic type that nothing hands out."
        with pytest.raises(UnsupportedSignatureError, match=r'is a generic type\nhint: .*Stack\["int"\]'):
            instances.Stack()
        with pytest.raises(UnsupportedSignatureError, match="nothing hands out an instantiation"):
            _ = instances.Named

    def test_aliases_are_what_they_stand_for(self, instances: Any) -> None:
        labelled = instances.Labelled["float64"]
        assert labelled is instances.Entry["string", "float64"]
        assert labelled(Key="a", Value=0.5).Text() == "a=0.5"
        assert instances.Rows["int"] is list
        assert (instances.Labelled.__doc__ or "").startswith("type Labelled[T] = instances.Entry[string,T]")
        with pytest.raises(
            UnsupportedSignatureError, match=r"is fixture.test/instances.Entry\[string,int8\], which is no"
        ):
            instances.Labelled["int8"]
        with pytest.raises(UnsupportedSignatureError, match="takes 1 type arguments, not 2"):
            instances.Labelled["int", "int"]

    def test_inspect_tells_them(self, instances: Any, store: store.Store) -> None:
        shown = process.usegolib("inspect", "--module", instances.__name__, "--artifact-dir", store.root).stdout
        assert "Stack[T]: for 4 types" in shown
        assert "Entry[K, V]: for 16 types" in shown

    def test_an_absent_one_is_there_in_the_next_process(self, copy_module: Callable[..., Path], tmp_path: Path) -> None:
        module, root = copy_module("instances"), tmp_path / "out"
        script = """
            import sys, usegolib
            from usegolib.errors import UnsupportedSignatureError
            module = usegolib.import_(sys.argv[1], artifact_dir=sys.argv[2], build_if_missing=True)
            for call in (
                lambda: module.Stack["int8"]().Kind(),
                lambda: module.Box["fixture.test/instances.Unit"]().Get(),
                lambda: module.Bag["string"]().Sum(),
                lambda: module.Stack["string"]().Kind(),
            ):
                try:
                    print(call())
                except UnsupportedSignatureError as error:
                    print("noted" if "is noted" in str(error) else "refused" if "can't be" in str(error) else error)
        """
        assert process.run_python(script, module, root).split() == ["noted"] * 3 + ["string"]
        for _ in range(2):
            assert process.run_python(script, module, root).splitlines() == ["int8", "0 units", "refused", "string"]

    def test_a_generics_file_can_name_them(self, copy_module: Callable[..., Path], tmp_path: Path) -> None:
        module, generics = copy_module("instances"), tmp_path / "generics.json"
        wanted = [
            {"pkg": "fixture.test/instances", "name": name, "type_args": [argument]}
            for name, argument in (("Named", "Unit"), ("Stack", "uint8"))
        ]
        generics.write_text(json.dumps({"instantiations": wanted}))
        done = process.usegolib("build", "--module", module, "--out", tmp_path / "out", "--generics", generics)
        assert done.returncode == 0, done.stderr
        script = """
            import sys, usegolib
            from usegolib.errors import UnsupportedSignatureError
            module = usegolib.import_("fixture.test/instances", artifact_dir=sys.argv[1])
            print(module.Named["fixture.test/instances.Unit"](Value=2).String())
            assert module.Named["Unit"] is module.Named["instances.Unit"] is type(module.Named["Unit"]())
            print(module.Stack["uint8"]().Kind())
            try:
                module.Stack["string"]
            except UnsupportedSignatureError as error:
                print(str(error).splitlines()[0])
        """
        assert process.run_python(script, tmp_path / "out").splitlines() == [
            "2 units",
            "uint8",
            'fixture.test/instances.Stack["string"] is not instantiated; there is Stack[uint8]',
        ]


@pytest.mark.network
def test_sequences_of_another_library() -> None:
    slices, maps = usegolib.import_("slices"), usegolib.import_("maps")
    assert slices.Collect(maps.Keys({"a": 1})) == ["a"]
    assert slices.Sorted(maps.Values({"a": 2, "b": 1})) == [1, 2]


def test_callables(instances: Any) -> None:
    assert instances.Each([1, 2], str) == ["1", "2"]
    assert instances.Each(["a"], str.upper) == ["A"]
    assert instances.Chain([10, 200], str, len) == [2, 3]
    assert instances.Chain(["a"], str.split, tuple) == [["a"]]


class TestDescription:
    def test_doc_and_signature(self, instances: Any) -> None:
        assert instances.Each.__doc__.startswith("func Each[T, R](values []T, f func(T) R) []R\n\nEach calls")
        assert str(inspect.signature(instances.Each)) == "(values, f)"
        assert str(inspect.signature(instances.Rest)) == "(*values)"

    def test_classes_name_types(self, instances: Any) -> None:
        assert instances.Kind[int](1) == "int"
        assert instances.Pair[str, float]("a", 1) == "string float64"
        assert instances.Kind[object](1) == "int"
        assert instances.Stack[int] is instances.Stack["int"]
        with pytest.raises(UnsupportedSignatureError, match=r'Kind\["fixture.test/instances.Unit"\] is not inst'):
            instances.Kind[instances.Unit]
        with pytest.raises(TypeError, match="a type argument is a Go type in words"):
            instances.Kind[len]


def same(value: Any) -> Any:
    return value


def above_one(value: int) -> bool:
    return value > 1


def is_a(value: str) -> bool:
    return value == "a"


def test_integers_that_no_float_is_stay(instances: Any) -> None:
    assert instances.Kinds([1, 2.5]) == "[]float64"
    assert instances.Each([2**53 + 1, 1.5], same) == [2**53 + 1, 1.5]
    assert instances.Kinds([2**53 + 1, 2]) == "[]int"
    assert instances.Kinds([2**53 + 1, 1.5]) == "[]interface {}"


def test_sequences_of_any_type(instances: Any) -> None:
    assert list(instances.Keep([1, 2, 3], above_one)) == [2, 3]
    assert list(instances.Keep(instances.Keys({"a": 1}), is_a)) == ["a"]


def test_constraints(instances: Any) -> None:
    assert instances.Half(3) == 1.5
    assert instances.Half(3.0) == 1.5
    assert instances.Only(1) == 1
    with pytest.raises(UnsupportedSignatureError, match='Text\\["int"\\]'):
        instances.Text(1)


def test_what_no_argument_tells_is_any(instances: Any) -> None:
    assert instances.Zero() is None
    assert instances.Zero["int"]() == 0


def test_beyond_the_budget_there_is_any(instances: Any) -> None:
    assert instances.Four(1, 1, 1) == "int int int"
    assert instances.Four(1, "a", 2.5) == "int string float64"


@requirement("Export Scan Correctness")
@scenario("Methods and generics are ignored")
def test_they_are_no_symbols(instances: Any, store: store.Store) -> None:
    manifest = store.manifest("instances")
    assert manifest["symbols"] == []
    generics = manifest["schema"]["generics"]
    assert {"pkg": "fixture.test/instances", "name": "Kind", "type_args": ["int"], "symbol": "Kind__int"} in generics
    assert "Kind__int" not in dir(instances)
    assert "Kind" in dir(instances)


def test_inspect_tells_the_budget(instances: Any, store: store.Store) -> None:
    shown = process.usegolib("inspect", "--module", instances.__name__, "--artifact-dir", store.root).stdout
    assert "Kind[T]: for 4 types" in shown
    assert "Four[A, B, C]: for 16 types, 48 left out by the budget" in shown


@requirement("Generic Function Instantiation")
@scenario("Calling a non-configured generic instantiation fails")
def test_an_absent_one_is_there_in_the_next_process(copy_module: Callable[..., Path], tmp_path: Path) -> None:
    module, root = copy_module("instances"), tmp_path / "out"
    script = """
        import sys, usegolib
        from usegolib.errors import UnsupportedSignatureError
        module = usegolib.import_(sys.argv[1], artifact_dir=sys.argv[2], build_if_missing=True)
        for call in (
            lambda: module.Kind["int8"](1),
            lambda: module.Largest["uint8"](b"\\x01"),
            lambda: module.Only["NoSuchType"](1),
        ):
            try:
                print(call())
            except UnsupportedSignatureError as error:
                print("noted" if "is noted" in str(error) else "refused" if "can't be" in str(error) else error)
    """
    assert process.run_python(script, module, root).split() == ["noted"] * 3
    for _ in range(2):
        assert process.run_python(script, module, root).split() == ["int8", "1", "refused"]
