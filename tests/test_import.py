"""Imports: which artifact is loaded, when one is built first, and what one process may hold.

What is loaded stays loaded, so each of these tests runs in an interpreter of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support import process
from tests.support.process import build, run_python
from tests.support.store import FIXTURES, Store, artifact, copy_as

requirement = pytest.mark.requirement
scenario = pytest.mark.scenario
MODULE = "fixture.test/versions"
Release = Callable[..., Path]

# Imports what the arguments say and prints where the package comes from, or the name of the error. Which version it is
# shows in the path of the library that this process has mapped.
IMPORT = """
    import re, sys, json, usegolib
    root = sys.argv[1] or None
    for path, version in json.loads(sys.argv[2]):
        try:
            package = usegolib.import_(path, version=version, artifact_dir=root)
            with open("/proc/self/maps", encoding="utf-8") as maps:
                loaded = set(re.findall("fixture.test/versions@([^/]+)/", maps.read()))
            print(package.Where(), *loaded)
        except usegolib.errors.UseGoLibError as error:
            print(type(error).__name__)
"""


def imports(
    root: Path | None, *requests: tuple[str, str | None], env: Mapping[str, str | None] | None = None
) -> list[str]:
    """What a fresh interpreter gets for a row of imports."""
    return run_python(IMPORT, root or "", json.dumps(requests), env=env).splitlines()


@requirement("Python Import API")
class TestPythonImportApi:
    @scenario("Import root module from the default artifact root")
    def test_default_root(self, release: Release) -> None:
        root = release("versions", "v1.2.3")
        assert imports(None, (MODULE, None), env={"USEGOLIB_ARTIFACT_DIR": str(root)}) == ["root v1.2.3"]

    @scenario("Import root module from an explicit artifact root")
    def test_explicit_root(self, release: Release, tmp_path: Path) -> None:
        root = release("versions", "v1.2.3")
        elsewhere = {"USEGOLIB_ARTIFACT_DIR": str(tmp_path / "empty")}
        assert imports(root, (MODULE, None), env=elsewhere) == ["root v1.2.3"]

    @scenario("Import subpackage returns a handle bound to that package")
    def test_subpackage(self, release: Release) -> None:
        root = release("versions", "v1.2.3")
        assert imports(root, (f"{MODULE}/subpkg", None)) == ["subpkg v1.2.3"]
        assert imports(root, (f"{MODULE}/subpkg/deeper", None)) == ["deeperer v1.2.3"]

    @scenario("Import chooses a specific version when provided")
    def test_specific_version(self, release: Release) -> None:
        root = release("versions", "v1.2.2", "v1.2.3", "v1.10.0")
        assert imports(root, (MODULE, "v1.2.3")) == ["root v1.2.3"]
        assert imports(root, (MODULE, "v9.9.9")) == ["ArtifactNotFoundError"]

    @scenario("Import omits version but follows already-loaded module version")
    def test_follows_the_loaded_version(self, release: Release) -> None:
        root = release("versions", "v1.2.0", "v1.3.0")
        assert imports(root, (MODULE, "v1.2.0"), (f"{MODULE}/subpkg", None), (MODULE, None)) == [
            "root v1.2.0",
            "subpkg v1.2.0",
            "root v1.2.0",
        ]

    @scenario("Import fails when version is omitted but ambiguous")
    def test_ambiguous(self, release: Release) -> None:
        root = release("versions", "v1.2.0", "v1.3.0")
        assert imports(root, (MODULE, None), (f"{MODULE}/subpkg", None)) == ["AmbiguousArtifactError"] * 2

    def test_a_longer_module_path_wins(self, release: Release, store: Store) -> None:
        root = release("versions", "v1.0.0")
        # A module that is a folder of the other one, as github.com/x/y and github.com/x/y/v2 are.
        copy_as(store.artifact("scalars"), root, f"{MODULE}/subpkg", "v1.0.0")
        assert imports(root, (f"{MODULE}/subpkg", None)) == ["subpkg v1.0.0"]

    def test_package_is_not_in_the_module(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        assert imports(root, (f"{MODULE}/none", None)) == ["ArtifactNotFoundError"]
        assert imports(root, (f"{MODULE}/internal/secret", None)) == ["ArtifactNotFoundError"]
        assert imports(root, (f"{MODULE}/cmd/tool", None)) == ["ArtifactNotFoundError"]

    def test_a_prefix_is_not_a_module(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        assert imports(root, ("fixture.test/version", None), ("fixture.test", None)) == ["ArtifactNotFoundError"] * 2

    def test_second_import_is_the_same_package(self, store: Store) -> None:
        assert store.load("versions") is store.load("versions")


@requirement("Module Version Uniqueness Per Process")
class TestModuleVersionUniqueness:
    @scenario("Version conflict is rejected")
    def test_conflict(self, release: Release) -> None:
        root = release("versions", "v1.2.0", "v1.3.0")
        assert imports(root, (MODULE, "v1.2.0"), (f"{MODULE}/subpkg", "v1.3.0"), (f"{MODULE}/subpkg", "v1.2.0")) == [
            "root v1.2.0",
            "VersionConflictError",
            "subpkg v1.2.0",
        ]


@requirement("Import Builds Missing Artifacts")
@pytest.mark.network
class TestImportBuildsMissingArtifacts:
    MODULE = "github.com/cespare/xxhash/v2"
    CODE = """
        import sys, usegolib
        path, version, root, build = sys.argv[1:]
        package = usegolib.import_(
            path, version=version, artifact_dir=root or None, build_if_missing={"": None, "1": True, "0": False}[build]
        )
        print(package.Sum64String("a"))
    """
    HASH_OF_A = "15154266338359012955\n"

    @scenario("Import triggers build when artifact is missing")
    @scenario("Import does not rebuild when artifact exists")
    def test_builds_once_when_asked(self, tmp_path: Path) -> None:
        assert run_python(self.CODE, self.MODULE, "v2.3.0", tmp_path, "1") == self.HASH_OF_A
        library = next(artifact(tmp_path, self.MODULE, "v2.3.0").glob("*.so"))
        before = library.stat()
        assert run_python(self.CODE, self.MODULE, "v2.3.0", tmp_path, "1", env={"PATH": ""}) == self.HASH_OF_A
        assert (library.stat().st_mtime_ns, library.stat().st_ino) == (before.st_mtime_ns, before.st_ino)

    @scenario("Import auto-builds when artifact_dir is omitted")
    def test_builds_into_the_default_root(self, tmp_path: Path) -> None:
        env = {"USEGOLIB_ARTIFACT_DIR": str(tmp_path)}
        assert run_python(self.CODE, self.MODULE, "v2.3.0", "", "", env=env) == self.HASH_OF_A
        assert (artifact(tmp_path, self.MODULE, "v2.3.0") / "manifest.json").exists()

    @scenario("Import does not build by default when artifact_dir is provided")
    def test_does_not_build_into_an_explicit_root(self, tmp_path: Path) -> None:
        code = """
            import sys, usegolib
            try:
                usegolib.import_("github.com/cespare/xxhash/v2", version="v2.3.0", artifact_dir=sys.argv[1])
            except usegolib.errors.ArtifactNotFoundError as error:
                print("not found")
        """
        assert run_python(code, tmp_path) == "not found\n"
        assert not artifact(tmp_path, self.MODULE, "v2.3.0").exists()


@requirement("Build Mode And Caching")
class TestBuildModeAndCaching:
    CODE = """
        import sys, usegolib
        print(usegolib.import_(sys.argv[1]).Where())
    """

    @scenario("First import builds and caches")
    @scenario("Subsequent import reuses cached artifact")
    def test_local_folder(self, tmp_path: Path) -> None:
        env = {"USEGOLIB_ARTIFACT_DIR": str(tmp_path)}
        assert run_python(self.CODE, FIXTURES / "versions", env=env) == "root\n"
        library = next(artifact(tmp_path, MODULE, "local").glob("*.so"))
        before = library.stat()
        assert run_python(self.CODE, FIXTURES / "versions", env=env) == "root\n"
        assert (library.stat().st_mtime_ns, library.stat().st_ino) == (before.st_mtime_ns, before.st_ino)

    def test_a_cached_import_says_nothing(self, store: Store) -> None:
        module = store.build("versions")
        code = "import sys, usegolib; usegolib.import_(sys.argv[1], artifact_dir=sys.argv[2])"
        done = process.run(
            [process.sys.executable, "-c", code, module, str(store.root)], env={"USEGOLIB_PROGRESS": None}
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_folder_of_a_subpackage(self, tmp_path: Path) -> None:
        env = {"USEGOLIB_ARTIFACT_DIR": str(tmp_path)}
        assert run_python(self.CODE, FIXTURES / "versions" / "subpkg", env=env) == "subpkg\n"

    def test_relative_folder(self, tmp_path: Path) -> None:
        env = {"USEGOLIB_ARTIFACT_DIR": str(tmp_path)}
        assert run_python(self.CODE, "./versions", env=env, cwd=FIXTURES) == "root\n"

    def test_standard_library_package(self, tmp_path: Path) -> None:
        code = """
            import usegolib
            hex = usegolib.import_("encoding/hex")
            print(hex.EncodeToString(b"go"))
        """
        assert run_python(code, env={"USEGOLIB_ARTIFACT_DIR": str(tmp_path)}) == "676f\n"
        assert len(list(tmp_path.glob("encoding/hex@go1.*/*/manifest.json"))) == 1

    def test_packages_restrict_a_build(self, tmp_path: Path) -> None:
        code = """
            import sys, usegolib
            package = usegolib.import_(sys.argv[1] + "/subpkg", packages=["./subpkg"])
            print(package.Where())
        """
        assert run_python(code, FIXTURES / "versions", env={"USEGOLIB_ARTIFACT_DIR": str(tmp_path)}) == "subpkg\n"
        manifest = json.loads((artifact(tmp_path, MODULE, "local") / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["packages"] == [f"{MODULE}/subpkg"]

    def test_build_error_shows_the_compiler_message(self, copy_module: Callable[..., Path], tmp_path: Path) -> None:
        folder = copy_module("versions")
        (folder / "versions.go").write_text('package versions\n\nfunc F() int { return "text" }\n', encoding="utf-8")
        done = process.usegolib("build", "--module", folder, "--package", ".", "--out", tmp_path / "out")
        assert done.returncode == 1
        assert "versions.go:3" in done.stderr
        assert "cannot use" in done.stderr


def test_build_is_what_import_loads(tmp_path: Path) -> None:
    build("--module", FIXTURES / "versions", "--out", tmp_path)
    assert imports(tmp_path, (MODULE, None)) == ["root local"]
