"""Bundles: modules in one library, whose values meet.

What is loaded stays loaded, so most of these tests run in interpreters of their own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.modules import PAINTER, SHAPES, write
from tests.support.process import bare_python, run_python
from tests.support.proxy import Proxy

# Runs code with the arguments as `arguments`, and prints what it leaves in `said`, or the error.
RUN = """
    import json, sys, usegolib
    arguments = json.loads(sys.argv[1])
    said = None
    try:
        exec(sys.argv[2])
    except usegolib.errors.UseGoLibError as error:
        said = [type(error).__name__, str(error)]
    print(json.dumps(said))
"""


def run(code: str, *arguments: object, **options: Any) -> Any:
    """What a fresh interpreter leaves in `said`."""
    return json.loads(run_python(RUN, json.dumps([str(one) for one in arguments]), code, **options).splitlines()[-1])


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two modules, and a root with the bundle of them."""
    folder = tmp_path_factory.mktemp("modules")
    write(folder / "shapes", SHAPES)
    write(folder / "painter", PAINTER)
    return folder


@pytest.fixture
def pair(modules: Path) -> list[Path]:
    """The arguments of a bundle: a root and two directories."""
    return [modules / "root", modules / "shapes", modules / "painter"]


BUNDLE = (
    "root, *paths = arguments\nshapes, painter = usegolib.bundle(*paths, artifact_dir=root, build_if_missing=True)\n"
)


def test_values_of_one_member_are_given_to_another(pair: list[Path]) -> None:
    said = run(
        BUNDLE
        + """
square = shapes.New(3)
said = [
    painter.Paint(square), painter.Measure(square), painter.Draw(shapes.NewStyle("x")), painter.Check(shapes.ErrShape),
    type(painter.Sample()) is shapes.Shape, isinstance(square, shapes.Shape), painter.Sample().Area(),
]
""",
        *pair,
    )
    assert said == [9, 9, 7, True, True, True, 4]


def test_imports_of_members_and_their_packages_follow_the_bundle(pair: list[Path]) -> None:
    said = run(
        BUNDLE
        + """
color = usegolib.import_("fixture.test/shapes/color")
said = [
    usegolib.import_("fixture.test/shapes") is shapes, usegolib.import_(paths[1]) is painter, color.Of(),
    color.__file__ == painter.__file__, color.__go_module__, painter.__go_module__, painter.__version__,
    usegolib.bundle("fixture.test/shapes/color", paths[0], artifact_dir=root)[0] is color,
]
""",
        *pair,
    )
    assert said == [True, True, "red", True, "fixture.test/shapes", "fixture.test/painter", "local", True]


def test_a_lookup_of_one_module_never_finds_a_bundle(pair: list[Path]) -> None:
    run(BUNDLE, *pair)
    said = run("said = usegolib.import_('fixture.test/shapes', artifact_dir=arguments[0]).__file__", pair[0])
    assert said[0] == "ArtifactNotFoundError"
    said = run("said = usegolib.import_('_bundles', artifact_dir=arguments[0]).__file__", pair[0])
    assert said[0] == "ArtifactNotFoundError"


def test_a_module_that_is_loaded_alone_has_to_be_bundled_first(pair: list[Path]) -> None:
    alone = "usegolib.import_(arguments[1], artifact_dir=arguments[0], build_if_missing=True)\n"
    name, message = run(alone + BUNDLE, *pair)
    assert name == "VersionConflictError"
    assert "fixture.test/shapes is already loaded at version local" in message
    assert "bundle first" in message


def test_a_value_of_another_library_leads_to_the_bundle(pair: list[Path]) -> None:
    apart = """
root, *paths = arguments
shapes, painter = [usegolib.import_(path, artifact_dir=root, build_if_missing=True) for path in paths]
said = []
for function, value in (
    (painter.Paint, shapes.New(1)), (painter.Measure, shapes.New(1)), (painter.Measure, shapes.NewStyle("x")),
    (painter.Draw, shapes.NewStyle("x")), (painter.Check, shapes.ErrShape),
):
    try:
        function(value)
    except usegolib.errors.UnsupportedTypeError as error:
        said.append(str(error))
"""
    said = run(apart, *pair)
    assert len(said) == 5
    for message in said:
        assert "fixture.test/shapes can't be given to fixture.test/painter" in message
        assert f'usegolib.bundle("{pair[1]}", "{pair[2]}")' in message


def test_a_bundle_that_is_there_needs_no_go(pair: list[Path], tmp_path: Path) -> None:
    built = run(BUNDLE + "said = shapes.__file__", *pair)
    python, env = bare_python(tmp_path / "bare")
    ask = BUNDLE.replace("build_if_missing=True", "build_if_missing=False") + "said = shapes.__file__"
    assert run(ask, *pair, python=python, env=env) == built
    assert "/_bundles/" in built
    other = run(ask, pair[0], "fixture.test/shapes", "fmt", python=python, env=env)
    assert other[0] == "ArtifactNotFoundError"


def test_the_order_of_members_makes_no_other_bundle(pair: list[Path]) -> None:
    built = run(BUNDLE + "said = shapes.__file__", *pair)
    root, shapes, painter = pair
    assert run(BUNDLE + "said = painter.__file__", root, painter, shapes) == built


def test_an_edited_member_is_built_anew(tmp_path: Path) -> None:
    shapes, painter = write(tmp_path / "shapes", SHAPES), write(tmp_path / "painter", PAINTER)
    ask = BUNDLE + "said = [painter.Sample().Area(), shapes.__file__]"
    area, file = run(ask, tmp_path / "root", shapes, painter)
    edited = SHAPES["shapes.go"].replace("s.side * s.side", "s.side + s.side + 1")
    write(tmp_path / "shapes", {"shapes.go": edited})
    again, other = run(ask, tmp_path / "root", shapes, painter)
    assert (area, again) == (4, 5)
    assert file != other


def test_a_bundle_of_local_modules_is_the_same_file_wherever_they_are(tmp_path: Path) -> None:
    made: list[bytes] = []
    for place in ("here", "over/there"):
        folder = tmp_path / place
        shapes, painter = write(folder / "shapes", SHAPES), write(folder / "painter", PAINTER)
        made.append(Path(run(BUNDLE + "said = shapes.__file__", folder / "root", shapes, painter)).read_bytes())
    assert made[0] == made[1]


def test_instantiations_and_tags_apply_to_all_members(tmp_path: Path) -> None:
    one = write(
        tmp_path / "one",
        {
            "go.mod": "module fixture.test/one\n\ngo 1.21\n",
            "one.go": "package one\n\nfunc Id[T any](v T) T { return v }\n",
            "tagged.go": "//go:build special\n\npackage one\n\nfunc Special() bool { return true }\n",
        },
    )
    ask = """
generics = [{"pkg": "fixture.test/one", "name": "Id", "type_args": ["int64"]}]
one, strings = usegolib.bundle(
    arguments[1], "strings", tags=["special"], generics=generics, artifact_dir=arguments[0], build_if_missing=True)
said = [one.Id["int64"](5), one.Special(), strings.ToUpper("x")]
"""
    assert run(ask, tmp_path / "root", one) == [5, True, "X"]


def test_a_member_whose_init_ends_the_process_is_told(tmp_path: Path) -> None:
    one = write(
        tmp_path / "one",
        {
            "go.mod": "module fixture.test/one\n\ngo 1.21\n",
            "one.go": 'package one\n\nfunc init() { panic("not here") }\n\nfunc F() {}\n',
        },
    )
    ask = "usegolib.bundle(arguments[1], 'strings', artifact_dir=arguments[0], build_if_missing=True)"
    name, message = run(ask, tmp_path / "root", one)
    assert name == "BuildError"
    assert "fixture.test/one" in message
    assert "not here" in message


def module(path: str, version: str, requires: str = "") -> dict[str, str]:
    """The files of a module that says its version, and requires another one."""
    name = path.rsplit("/", 1)[-1]
    imports = f'import _ "{requires.split()[0]}"\n' if requires else ""
    return {
        "go.mod": f"module {path}\n\ngo 1.21\n" + (f"\nrequire {requires}\n" if requires else ""),
        f"{name}.go": f'package {name}\n\n{imports}\nfunc Where() string {{ return "{version}" }}\n',
    }


@pytest.fixture
def proxy(tmp_path: Path) -> Proxy:
    """Versions of a module, and others that need one of them."""
    proxy = Proxy(tmp_path / "proxy")
    for version in ("v1.1.0", "v1.2.0", "v1.3.0"):
        proxy.publish("fixture.test/base", version, module("fixture.test/base", version))
    proxy.publish("fixture.test/user", "v1.0.0", module("fixture.test/user", "v1.0.0", "fixture.test/base v1.2.0"))
    far = module("fixture.test/far", "v1.0.0", "fixture.test/user v1.0.0")
    proxy.publish("fixture.test/far", "v1.0.0", far)
    tidy = far["go.mod"] + "\nrequire fixture.test/base v1.2.0 // indirect\n"
    proxy.publish("fixture.test/far", "v1.1.0", far | {"go.mod": tidy})
    return proxy


VERSIONS = """
root, *paths = arguments
said = [package.__version__ for package in usegolib.bundle(*paths, artifact_dir=root, build_if_missing=True)]
"""


def test_versions_are_those_of_minimal_version_selection(proxy: Proxy, tmp_path: Path) -> None:
    def versions(*paths: str) -> list[str]:
        return run(VERSIONS, tmp_path / "root", *paths, env=proxy.environment)

    assert versions("fixture.test/base", "fixture.test/user@v1.0.0") == ["v1.2.0", "v1.0.0"]
    assert versions("fixture.test/base@v1.3.0", "fixture.test/user") == ["v1.3.0", "v1.0.0"]
    assert versions("fixture.test/base@latest", "fixture.test/user@v1") == ["v1.3.0", "v1.0.0"]


@pytest.mark.parametrize(
    ("needing", "said"),
    [
        ("user@v1.0.0", "fixture.test/user@v1.0.0 requires fixture.test/base@v1.2.0"),
        ("far@v1.1.0", "fixture.test/far@v1.1.0 requires fixture.test/base@v1.2.0"),
    ],
)
def test_a_version_that_others_need_a_higher_one_of_is_a_conflict(
    proxy: Proxy, tmp_path: Path, needing: str, said: str
) -> None:
    paths = ("fixture.test/base@v1.1.0", f"fixture.test/{needing}")
    name, message = run(VERSIONS, tmp_path / "root", *paths, env=proxy.environment)
    assert name == "VersionConflictError"
    assert "fixture.test/base is asked for at v1.1.0" in message
    assert said in message


def test_a_version_that_is_nowhere_is_told(proxy: Proxy, tmp_path: Path) -> None:
    paths = ("fixture.test/base@v1.9.0", "strings")
    name, message = run(VERSIONS, tmp_path / "root", *paths, env=proxy.environment)
    assert name == "BuildError"
    assert "v1.9.0" in message


def test_one_module_at_two_versions_is_a_conflict(proxy: Proxy, tmp_path: Path) -> None:
    paths = ("fixture.test/base@v1.1.0", "fixture.test/base@v1.2.0")
    name, message = run(VERSIONS, tmp_path / "root", *paths, env=proxy.environment)
    assert name == "VersionConflictError"
    assert "v1.1.0" in message
    assert "v1.2.0" in message


def test_nothing_is_no_bundle() -> None:
    name, message = run("usegolib.bundle()")
    assert name == "BuildError"
    assert "no modules" in message


def test_packages_of_a_bundle_pickle_as_such(pair: list[Path]) -> None:
    said = run(
        BUNDLE
        + """
import pickle, subprocess
child = "import pickle, sys; a, new, b = pickle.load(sys.stdin.buffer); print(a.__file__ == b.__file__, new)"
given = pickle.dumps((shapes, shapes.New, painter))
said = subprocess.run([sys.executable, "-c", child], input=given, capture_output=True, check=True).stdout.decode()
""",
        *pair,
    )
    assert said.startswith("True <built-in function New>")
