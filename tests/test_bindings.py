"""Static Python modules for Go packages: what `usegolib gen` writes, and what it does when it runs."""

from __future__ import annotations

import ast
import copy
import importlib.util
import inspect
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from tests.support.process import run_python, usegolib
from tests.support.store import Store
from usegolib.errors import GoError, LoadError, UnsupportedTypeError

pytestmark = pytest.mark.requirement("Python Bindings Generator")
scenario = pytest.mark.scenario
Generate = Callable[[str], Path]


@pytest.fixture(scope="module")
def generate(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Generate:
    """Writes the bindings of a fixture module and says where."""
    folder = tmp_path_factory.mktemp("bindings")

    def write(name: str) -> Path:
        out = folder / f"{name}_bindings.py"
        if not out.exists():
            module = store.build(name)
            done = usegolib("gen", "--artifact-dir", store.root, "--package", module, "--out", out)
            assert done.returncode == 0, done.stderr
            assert done.stdout == f"{out}\n"
        return out

    return write


def execute(path: Path) -> Any:
    """Imports a generated module."""
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    # Dataclasses look their module up.
    sys.modules[path.stem] = module
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def bindings(generate: Generate) -> Callable[[str], Any]:
    """Imports the bindings of a fixture module."""
    loaded: dict[str, Any] = {}

    def get(name: str) -> Any:
        if name not in loaded:
            loaded[name] = execute(generate(name))
        return loaded[name]

    return get


Bindings = Callable[[str], Any]


@scenario("Generate bindings module")
def test_the_module_has_dataclasses_and_an_api(generate: Generate) -> None:
    tree = ast.parse(generate("records").read_text(encoding="utf-8"))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    person = classes["Person"]
    assert [ast.unparse(one) for one in person.decorator_list] == ["_dataclasses.dataclass(slots=True)"]
    fields = {
        ast.unparse(one.target): ast.unparse(one.annotation) for one in person.body if isinstance(one, ast.AnnAssign)
    }
    assert fields == {"Name": "str", "Age": "int"}
    methods = {one.name: one for one in classes["API"].body if isinstance(one, ast.FunctionDef)}
    assert ast.unparse(methods["MakePerson"].args) == "self, name: str, age: int"
    assert ast.unparse(methods["MakePerson"].returns or ast.Constant(0)) == "Person"
    assert ast.unparse(methods["EchoPersonPointer"].returns or ast.Constant(0)) == "Person | None"
    assert any(isinstance(node, ast.FunctionDef) and node.name == "load" for node in tree.body)


@scenario("Generated API calls Go successfully")
def test_calls(bindings: Bindings, store: Store) -> None:
    records = bindings("records")
    api = records.load(artifact_dir=store.root)
    assert isinstance(api, records.API)
    ann = api.MakePerson("Ann", 40)
    assert ann == records.Person(Name="Ann", Age=40)
    assert type(ann) is records.Person
    assert api.Describe(records.Person("Bob", 7)) == "Bob is 7"
    assert api.Describe({"Name": "Bob", "Age": 7}) == "Bob is 7"
    assert api.EchoPeople([ann, records.Person("Bob", 7)])[1] == records.Person("Bob", 7)
    assert api.EchoByName({"a": ann})["a"] is not ann
    assert api.NoPerson() is None
    company = records.Company(
        Name="X", Employees=[records.Employee(ann, "boss", ["a"], {"b": 1})], Offices={}, Boss=ann
    )
    assert api.EchoCompany(company) == company


def test_calls_after_the_first_need_no_method(bindings: Bindings, store: Store) -> None:
    api = bindings("records").load(store.root)
    for _ in range(2):
        assert api.MakePerson(age=1, name="A").Age == 1
    assert inspect.isbuiltin(api.MakePerson)
    with pytest.raises(UnsupportedTypeError, match=r"^schema: Describe\(p\): p.Age: expected int64, got str"):
        api.Describe(bindings("records").Person("A", "B"))


@pytest.mark.requirement("GoDoc To Python Docstrings")
@scenario("Bindgen includes docstrings")
def test_docstrings(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "documented.py"
    done = usegolib("bindgen", "--artifact-dir", store.root, "--package", store.build("documented"), "--out", out)
    assert done.returncode == 0, done.stderr
    module = execute(out)
    assert "Documented does something.\n\nIt takes a name and says so." in (inspect.getdoc(module.API.Documented) or "")
    assert inspect.getdoc(module.API.Undocumented) == ("func Undocumented(name string, times ...int) (string, error)")
    assert "In two paragraphs." in module.__doc__
    assert inspect.signature(module.API.Undocumented).return_annotation == "str"


def test_objects(bindings: Bindings, store: Store) -> None:
    objects = bindings("objects")
    api = objects.load(store.root)
    counter = api.NewCounter(2)
    assert isinstance(counter, objects.Counter)
    assert (counter.Inc(3), counter.Step) == (6, 2)
    assert objects.Counter(Step=5).Inc(1) == 5
    assert api.Same(counter, counter.Self())
    dog = api.NewAnimal("dog", "Rex")
    assert isinstance(dog, objects.Dog)
    assert api.Listen(dog) == "Rex barks"
    cat = api.NewAnimal("cat", "Tom")
    assert cat == objects.Cat("Tom")
    assert cat.Sound() == "Tom meows"
    assert api.Listen(objects.Cat("Tim")) == "Tim meows"
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = objects.Nothing
    with pytest.raises(GoError, match="failed"):
        counter.Fail()


def test_named_values(bindings: Bindings, store: Store) -> None:
    named = bindings("named")
    api = named.load(store.root)
    assert isinstance(api.Running, named.Status)
    assert api.Running.String() == "running"
    assert named.Celsius(100.0).Fahrenheit() == 212
    values = named.List([1, 2])
    values.Push(3)
    assert (values, values.Sum()) == ([1, 2, 3], 6)


def test_methods_of_dataclasses(bindings: Bindings, store: Store) -> None:
    named = bindings("named")
    named.load(store.root)
    vector = named.Vector(3.0, 4.0)
    assert vector.Dot(named.Vector(1.0, 1.0)) == 7
    vector.Scale(2)
    assert vector == named.Vector(6.0, 8.0)
    with pytest.raises(UnsupportedTypeError, match=r"schema:.*expected"):
        vector.Dot(1)


def test_hidden_state_is_kept(bindings: Bindings, store: Store) -> None:
    named = bindings("named")
    api = named.load(store.root)
    token = api.MakeToken("a", 7)
    assert token == named.Token("a")
    assert (api.Reveal(token), token.Secret()) == (7, 7)
    assert api.Reveal(named.Token("a")) == 0
    for same in (copy.copy(token), copy.deepcopy(token), api.EchoToken(token)):
        assert same == token
        assert api.Reveal(same) == 7
    token.Name = "b"
    echoed = api.EchoToken(token)
    assert (echoed.Name, api.Reveal(echoed)) == ("b", 7)
    with pytest.raises(TypeError, match="state in Go"):
        pickle.dumps(token)
    unpickled = pickle.loads(pickle.dumps(named.Token("a")))
    assert unpickled == named.Token("a")
    assert type(unpickled) is named.Token


def test_variables_and_constants(bindings: Bindings, store: Store) -> None:
    api = bindings("constants").load(store.root)
    assert (api.Answer, api.Big, api.Greeting) == (42, 1 << 100, "hello")
    before = api.Level
    api.Level = before + 1
    assert api.Current() == before + 1
    api.Level = before
    with pytest.raises(AttributeError):
        api.Answer = 1


def test_plain_and_typed_packages_go_together(bindings: Bindings, store: Store) -> None:
    records = bindings("records")
    api = records.load(store.root)
    plain = store.load("records")
    assert plain.Describe(records.Person("Ann", 40)) == "Ann is 40"
    assert plain.MakePerson("Ann", 40) == {"Name": "Ann", "Age": 40}
    assert api.Describe(plain.typed().types.Person("Ann", 40)) == "Ann is 40"
    assert type(plain.typed().MakePerson("Ann", 40)) is not records.Person
    assert api.package.MakePerson("Ann", 40) == records.Person("Ann", 40)


def test_classes_of_the_library_load_it(generate: Generate, store: Store) -> None:
    code = """
        import os, sys
        sys.path.insert(0, sys.argv[1])
        from objects_bindings import Counter
        assert Counter(Step=2).Inc(2) == 4
    """
    run_python(code, generate("objects").parent, env={"USEGOLIB_ARTIFACT_DIR": str(store.root)})


def test_generics(bindings: Bindings, store: Store) -> None:
    module = bindings("instances")
    api = module.load(store.root)
    assert (api.Kind(1), api.Kind["string"]("a"), api.Largest([3, 1])) == ("int", "string", 3)
    stack = api.Stack["int"]()
    stack.Push(1)
    assert stack.Pop() == 1
    assert (inspect.getdoc(module.API.Kind) or "").startswith("func Kind[T](v T) string")
    assert get_type_hints(module.API.Kind.fget)["return"].__name__ == "GenericFunction"
    assert get_type_hints(module.API.Stack.fget)["return"].__name__ == "GenericType"


class TestAnnotations:
    """Annotations that `typing.get_type_hints` resolves."""

    @pytest.mark.parametrize(
        "name",
        ["records", "objects", "named", "callbacks", "live", "reach", "readers", "sequences", "adapters", "kinds"],
    )
    def test_all_resolve(self, bindings: Bindings, store: Store, name: str) -> None:
        module = bindings(name)
        module.load(store.root)
        own = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]
        members = [member for one in own for member in vars(one).values()]
        getters = [one.fget for one in members if isinstance(one, property)]
        annotated = [*own, *getters, *(one for one in members if inspect.isfunction(one))]
        assert len(annotated) > len(own) > 0
        for one in annotated:
            get_type_hints(one)

    def test_results_are_what_they_say(self, bindings: Bindings, store: Store) -> None:
        records, objects = bindings("records"), bindings("objects")
        made = get_type_hints(records.API.MakePerson)
        assert made == {"name": str, "age": int, "return": records.Person}
        assert isinstance(records.load(store.root).MakePerson("Ann", 40), made["return"])
        counter = objects.load(store.root).NewCounter(1)
        assert objects.Counter in get_args(get_type_hints(objects.API.NewCounter)["return"])
        assert isinstance(counter, objects.Counter)
        signature = inspect.signature(objects.API.Same, eval_str=True)
        assert all(objects.Counter in get_args(one.annotation) for one in list(signature.parameters.values())[1:])

    def test_reading_them_loads_nothing(self, generate: Generate, store: Store) -> None:
        code = """
            import inspect, sys, typing
            sys.path.insert(0, sys.argv[1])
            import objects_bindings as objects
            assert "Counter" in inspect.signature(objects.API.NewCounter).return_annotation
            assert not objects._library.is_loaded
            objects.load()
            assert objects.Counter in typing.get_args(typing.get_type_hints(objects.API.NewCounter)["return"])
        """
        run_python(code, generate("objects").parent, env={"USEGOLIB_ARTIFACT_DIR": str(store.root)})


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("    Age: int", "    Years: int", "fixture.test/records.Person has the fields Age, Name"),
        ("records.Person", "records.People", "there is no struct fixture.test/records.People"),
    ],
)
def test_bindings_of_another_library(
    generate: Generate, store: Store, tmp_path: Path, was: str, becomes: str, message: str
) -> None:
    out = tmp_path / "outdated.py"
    source = generate("records").read_text(encoding="utf-8")
    assert was in source
    out.write_text(source.replace(was, becomes), encoding="utf-8")
    with pytest.raises(LoadError, match=message) as raised:
        execute(out).load(store.root)
    assert "usegolib gen" in (raised.value.hint or "")


def test_versions_are_pinned(store: Store, release: Callable[..., Path], tmp_path: Path) -> None:
    store.build("versions")
    root = release("versions", "v1.0.0", "v1.1.0")
    out = tmp_path / "versions.py"
    arguments = ["gen", "--artifact-dir", root, "--package", "fixture.test/versions", "--out", out]
    ambiguous = usegolib(*arguments)
    assert ambiguous.returncode == 1
    assert "v1.0.0" in ambiguous.stderr
    assert not out.exists()
    arguments[4] = "fixture.test/versions@v1.0.0"
    assert usegolib(*arguments).returncode == 0
    assert inspect.signature(execute(out).load).parameters["version"].default == "v1.0.0"


class TestCommand:
    def test_folder_of_an_artifact(self, store: Store) -> None:
        folder = store.artifact("records")
        package_path = store.build("records")
        done = usegolib("gen", "--artifact-dir", folder, "--package", package_path, "--out", "-")
        assert done.returncode == 0, done.stderr
        assert "class Person(" in done.stdout
        assert done.stderr == ""

    def test_package_that_is_not_there(self, store: Store, tmp_path: Path) -> None:
        folder = store.artifact("records")
        out = tmp_path / "out.py"
        done = usegolib("gen", "--artifact-dir", folder, "--package", "fixture.test/records/sub", "--out", out)
        assert done.returncode == 1
        assert "has no package fixture.test/records/sub" in done.stderr
        assert "hint: it has fixture.test/records" in done.stderr
        assert not out.exists()

    def test_place_that_cannot_be_written(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        out = tmp_path / "file/out.py"
        module = store.build("records")
        done = usegolib("gen", "--artifact-dir", store.root, "--package", module, "--out", out)
        assert done.returncode == 1
        assert str(tmp_path / "file") in done.stderr

    def test_usage(self) -> None:
        assert usegolib("gen").returncode == 2
