"""Versions are what was asked for: however they are spelled, and whatever is on disk or loaded already.

What is loaded stays loaded, so each of these tests runs in an interpreter of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support.process import run_python, usegolib
from tests.support.proxy import Proxy
from tests.support.store import FIXTURES, Store, copy_as

pytestmark = pytest.mark.requirement("Module And Version Resolution")
MODULE = "fixture.test/versions"
Release = Callable[..., Path]

# Imports what the arguments say, and prints the version each time, or the error with its message and hint.
IMPORT = """
    import json, sys, warnings, usegolib
    warnings.simplefilter("always")
    for path, keywords in json.loads(sys.argv[1]):
        with warnings.catch_warnings(record=True) as warned:
            try:
                package = usegolib.import_(path, **keywords)
                said = f"{package.Where()} {package.__version__}"
            except usegolib.errors.UseGoLibError as error:
                said = f"{type(error).__name__}: {error}"
        print(json.dumps([said, [str(one.message) for one in warned]]))
"""
SPELLINGS = ("1.2.3", "v1.2", "v1", "main", "local", "latest", "feature/x", "0f3c5a2", ">=v1.2.0")


def imports(*requests: tuple[str, dict[str, object]], env: Mapping[str, str | None] | None = None) -> list[str]:
    """What a fresh interpreter gets for a row of imports."""
    lines = run_python(IMPORT, json.dumps(requests), env=env).splitlines()
    return [json.loads(line)[0] for line in lines]


def module(version: str) -> dict[str, str]:
    """The files of a version of a small module."""
    where = f'package mod\n\nfunc Where() string {{ return "{version}" }}\n'
    return {"go.mod": "module fixture.test/mod\n\ngo 1.21\n", "mod.go": where, "sub/sub.go": where}


@pytest.fixture
def proxy(tmp_path: Path) -> Proxy:
    """A proxy with three releases and a branch."""
    proxy = Proxy(tmp_path / "proxy")
    for version in ("v1.2.0", "v1.2.3", "v1.3.0", "v1.3.1-0.20240102030405-0f3c5a2b1d0e"):
        proxy.publish("fixture.test/mod", version, module(version))
    for query in ("main", "0f3c5a2b1d0e"):
        proxy.name("fixture.test/mod", query, "v1.3.1-0.20240102030405-0f3c5a2b1d0e")
    return proxy


class TestOnDisk:
    @pytest.mark.parametrize("spelling", SPELLINGS)
    def test_no_other_version_is_loaded(self, release: Release, spelling: str) -> None:
        root = release("versions", "v1.3.0")
        (said,) = imports((MODULE, {"version": spelling, "artifact_dir": str(root)}))
        assert said.startswith("ArtifactNotFoundError"), said
        assert "v1.3.0" in said
        (said,) = imports((f"{MODULE}@{spelling}", {"artifact_dir": str(root)}))
        assert said.startswith("ArtifactNotFoundError"), said

    def test_local_is_a_version(self, release: Release) -> None:
        root = release("versions", "v1.3.0", "local")
        assert imports((MODULE, {"version": "local", "artifact_dir": str(root)})) == ["root local"]
        assert imports((MODULE, {"version": "v1.3.0", "artifact_dir": str(root)})) == ["root v1.3.0"]

    def test_local_cannot_be_built_from_a_path(self, release: Release) -> None:
        root = release("versions", "v1.3.0")
        keywords: dict[str, object] = {"version": "local", "artifact_dir": str(root), "build_if_missing": True}
        (said,) = imports((MODULE, keywords), env={"GOPROXY": "off"})
        assert said.startswith("ArtifactNotFoundError"), said
        assert "directory" in said
        done = usegolib("build", "--module", f"{MODULE}@local", "--out", root, env={"GOPROXY": "off"})
        assert done.returncode == 2
        assert "directory" in done.stderr

    @pytest.mark.parametrize("spelling", SPELLINGS)
    def test_the_command_line_takes_no_other_version(self, release: Release, spelling: str) -> None:
        root = release("versions", "v1.3.0")
        for command in (["inspect", "--module"], ["gen", "--out", "-", "--package"], ["artifact", "rm", "--module"]):
            done = usegolib(*command, f"{MODULE}@{spelling}", "--artifact-dir", root)
            assert done.returncode == 1, (command, done.stdout)
            assert "v1.3.0" in done.stderr

    def test_a_message_lists_some_of_many_versions(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        source = next((root / f"{MODULE}@v1.0.0").glob("*/manifest.json"))
        for n in range(1, 1000):
            folder = root / f"{MODULE}@v1.{n}.0" / source.parent.name
            folder.mkdir(parents=True)
            folder.joinpath("manifest.json").write_text(
                json.dumps(json.loads(source.read_text(encoding="utf-8")) | {"version": f"v1.{n}.0", "symbols": []}),
                encoding="utf-8",
            )
        ambiguous, missing = imports(
            (MODULE, {"artifact_dir": str(root)}), (MODULE, {"artifact_dir": str(root), "version": "v2.0.0"})
        )
        for said, error in ((ambiguous, "AmbiguousArtifactError"), (missing, "ArtifactNotFoundError")):
            assert said.startswith(error), said
            assert "v1.999.0" in said
            assert "992 more" in said
            assert len(said) < 1000


class TestLoaded:
    @pytest.mark.parametrize("spelling", [*SPELLINGS, "v1.2.0"])
    def test_another_version_is_a_conflict(self, release: Release, spelling: str) -> None:
        root = release("versions", "v1.3.0")
        first, second, third = imports(
            (MODULE, {"artifact_dir": str(root)}),
            (MODULE, {"artifact_dir": str(root), "version": spelling}),
            (f"{MODULE}/subpkg", {"artifact_dir": str(root), "version": spelling}),
        )
        assert first == "root v1.3.0"
        assert second.startswith("VersionConflictError"), second
        assert third.startswith("VersionConflictError"), third
        assert "v1.3.0" in second

    def test_it_is_followed_in_every_root(self, release: Release, tmp_path: Path) -> None:
        root = release("versions", "v1.2.0", "v1.3.0")
        other = tmp_path / "other"
        for version in ("v1.0.0", "v1.1.0"):
            copy_as(next((root / f"{MODULE}@v1.2.0").iterdir()), other, MODULE, version)
        assert imports(
            (MODULE, {"artifact_dir": str(root), "version": "v1.2.0"}),
            (f"{MODULE}/subpkg", {"artifact_dir": str(other)}),
            (f"{MODULE}/subpkg/deeper", {"artifact_dir": str(tmp_path / "none")}),
            (MODULE, {"build_if_missing": True}),
        ) == ["root v1.2.0", "subpkg v1.2.0", "deeperer v1.2.0", "root v1.2.0"]

    @pytest.mark.parametrize("build", [False, True])
    def test_a_package_that_it_lacks_is_not_taken_from_elsewhere(
        self, store: Store, release: Release, tmp_path: Path, proxy: Proxy, build: bool
    ) -> None:
        part = tmp_path / "part"
        packages = [f"{MODULE}/subpkg"]
        copy_as(store.artifact("versions"), part, MODULE, "v1.2.0", packages=packages, package_patterns=["./subpkg"])
        # The same version whole, and two versions, where today's import would find what it asks for.
        whole, several = release("versions", "v1.2.0"), tmp_path / "several"
        for version in ("v1.2.0", "v1.3.0"):
            copy_as(store.artifact("versions"), several, MODULE, version)
        for path in (MODULE, f"{MODULE}/subpkg/deeper"):
            for root in (whole, several, tmp_path / "none"):
                keywords: dict[str, object] = {"artifact_dir": str(root), "build_if_missing": build}
                loaded, said = imports(
                    (f"{MODULE}/subpkg", {"artifact_dir": str(part)}), (path, keywords), env=proxy.environment
                )
                assert loaded == "subpkg v1.2.0"
                if build and root == tmp_path / "none" and path != MODULE:
                    # Only Go could tell whether it is a module of its own; there is none.
                    assert said.startswith("BuildError"), said
                    continue
                assert said.startswith("ArtifactNotFoundError"), said
                assert f"{MODULE} is already loaded at version v1.2.0" in said
                assert "new process" in said

    def test_a_package_that_was_left_out_says_why(self, store: Store, tmp_path: Path) -> None:
        schema = store.manifest("versions")["schema"]
        schema["excluded"] = [{"path": f"{MODULE}/broken", "reason": "broken.go:3: undefined: x"}]
        copy_as(store.artifact("versions"), tmp_path, MODULE, "v1.2.0", schema=schema)
        keywords: dict[str, object] = {"artifact_dir": str(tmp_path)}
        loaded, said = imports((MODULE, keywords), (f"{MODULE}/broken", keywords))
        assert loaded == "root v1.2.0"
        assert said.startswith("ArtifactNotFoundError"), said
        assert "broken.go:3" in said

    def test_a_module_inside_another_need_not_follow_it(self, store: Store, release: Release) -> None:
        root = release("versions", "v1.0.0")
        schema = store.manifest("versions")["schema"]
        nested = f"{MODULE}/nested"
        schema["packages"].append({"path": nested, "name": "nested"})
        copy_as(store.artifact("versions"), root, nested, "v0.1.0", packages=[nested], schema=schema)
        lines = run_python(
            """
            import sys, usegolib
            for path in sys.argv[2:]:
                print(usegolib.import_(path, artifact_dir=sys.argv[1]).__version__)
            """,
            root,
            MODULE,
            nested,
        ).split()
        assert lines == ["v1.0.0", "v0.1.0"]


class TestBuilt:
    def keywords(self, tmp_path: Path, version: str | None) -> dict[str, object]:
        return {"artifact_dir": str(tmp_path / "out"), "build_if_missing": True, "version": version}

    @pytest.mark.parametrize(
        ("spelling", "resolved"),
        [
            ("v1.2", "v1.2.3"),
            ("v1", "v1.3.0"),
            ("latest", "v1.3.0"),
            ("main", "v1.3.1-0.20240102030405-0f3c5a2b1d0e"),
            ("0f3c5a2b1d0e", "v1.3.1-0.20240102030405-0f3c5a2b1d0e"),
            ("v1.3.1-0.20240102030405-0f3c5a2b1d0e", "v1.3.1-0.20240102030405-0f3c5a2b1d0e"),
        ],
    )
    def test_spellings_mean_what_they_mean_to_go(
        self, proxy: Proxy, tmp_path: Path, spelling: str, resolved: str
    ) -> None:
        # An older one is there; without a version it would do.
        said = imports(
            ("fixture.test/mod", self.keywords(tmp_path, spelling)),
            ("fixture.test/mod", self.keywords(tmp_path, spelling)),
            ("fixture.test/mod/sub", self.keywords(tmp_path, resolved)),
            env=proxy.environment,
        )
        assert said == [f"{resolved} {resolved}"] * 3

    def test_what_go_does_not_know_is_not_built(self, proxy: Proxy, tmp_path: Path) -> None:
        for spelling in ("1.2.3", "v9", "nobranch"):
            (said,) = imports(("fixture.test/mod", self.keywords(tmp_path, spelling)), env=proxy.environment)
            assert said.startswith("BuildError"), said
            assert spelling in said

    def test_latest_is_the_latest_and_not_what_is_there_or_loaded(self, proxy: Proxy, tmp_path: Path) -> None:
        old, latest, short, same = imports(
            ("fixture.test/mod", self.keywords(tmp_path, "v1.2.0")),
            ("fixture.test/mod", self.keywords(tmp_path, "latest")),
            ("fixture.test/mod/sub", self.keywords(tmp_path, "v1.2")),
            ("fixture.test/mod", self.keywords(tmp_path, None)),
            env=proxy.environment,
        )
        assert (old, same) == ("v1.2.0 v1.2.0", "v1.2.0 v1.2.0")
        assert latest.startswith("VersionConflictError"), latest
        assert "v1.3.0" in latest
        assert short.startswith("VersionConflictError"), short
        assert "v1.2.3" in short
        # Nor was it built before it was refused.
        assert not (tmp_path / "out" / "fixture.test" / "mod@v1.3.0").exists()
        assert imports(("fixture.test/mod", self.keywords(tmp_path, "latest")), env=proxy.environment) == [
            "v1.3.0 v1.3.0"
        ]

    def test_a_missing_package_of_a_loaded_module_is_not_built_at_another_version(
        self, proxy: Proxy, tmp_path: Path
    ) -> None:
        keywords = self.keywords(tmp_path, "v1.2.0") | {"packages": ["./sub"]}
        loaded, said = imports(
            ("fixture.test/mod/sub", keywords),
            ("fixture.test/mod", self.keywords(tmp_path, None)),
            env=proxy.environment,
        )
        assert loaded == "v1.2.0 v1.2.0"
        assert said.startswith("ArtifactNotFoundError"), said
        assert "v1.2.0" in said
        assert not (tmp_path / "out" / "fixture.test" / "mod@v1.3.0").exists()


class TestDirectories:
    WHERE = 'package mod\n\nfunc Where() string {{ return "{}" }}\n'

    def directory(self, tmp_path: Path, name: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "go.mod").write_text("module fixture.test/mod\n\ngo 1.21\n", encoding="utf-8")
        (folder / "mod.go").write_text(self.WHERE.format(name), encoding="utf-8")
        return folder

    def test_two_of_one_module_path_are_two_versions(self, tmp_path: Path) -> None:
        env = {"USEGOLIB_ARTIFACT_DIR": str(tmp_path / "out")}
        one, other = self.directory(tmp_path, "one"), self.directory(tmp_path, "other")
        (tmp_path / "link").symlink_to(one)
        said = imports((str(one), {}), (str(other), {}), (str(tmp_path / "link"), {}), env=env)
        assert said[0] == said[2] == "one local"
        assert said[1].startswith("VersionConflictError"), said[1]
        assert str(one) in said[1]
        assert str(other) in said[1]
        # In a process of its own it is built anew, and the artifact is that of the other one.
        assert imports((str(other), {}), env=env) == ["other local"]
        said = imports(("fixture.test/mod", {}), (str(one), {}), (str(other), {}), env=env)
        assert said[0] == said[2] == "other local"
        assert said[1].startswith("VersionConflictError"), said[1]

    def test_a_version_and_a_directory_of_a_module_conflict(self, release: Release) -> None:
        root = release("versions", "v1.0.0")
        loaded, said = imports((MODULE, {"artifact_dir": str(root)}), (str(FIXTURES / "versions"), {}))
        assert loaded == "root v1.0.0"
        assert said.startswith("VersionConflictError"), said

    def test_an_edited_directory_says_that_the_old_code_is_loaded(self, tmp_path: Path) -> None:
        folder = self.directory(tmp_path, "mod")
        code = """
            import pathlib, sys, warnings, usegolib
            warnings.simplefilter("always")
            folder = pathlib.Path(sys.argv[1])
            for edit in ("", "", "package mod\\n\\nfunc Where() string { return `new` }\\n", ""):
                if edit:
                    (folder / "mod.go").write_text(edit)
                with warnings.catch_warnings(record=True) as warned:
                    package = usegolib.import_(folder)
                print(package.Where(), *(f"{one.category.__name__} {one.filename} {one.message}" for one in warned))
            warnings.simplefilter("error")
            try:
                usegolib.import_(folder)
            except usegolib.errors.UseGoLibWarning:
                print("refused")
        """
        env = {"USEGOLIB_ARTIFACT_DIR": str(tmp_path / "out")}
        first, second, third, fourth, refused = run_python(code, folder, env=env).splitlines()
        assert first == second == "mod"
        for line in (third, fourth):
            assert line.startswith("mod UseGoLibWarning <string>"), line
            assert str(folder) in line
            assert "edited" in line
        assert refused == "refused"
        assert run_python(code, folder, env=env).splitlines()[0] == "new"

    def test_an_artifact_of_other_code_says_so(self, tmp_path: Path) -> None:
        folder = self.directory(tmp_path, "mod")
        done = usegolib("build", "--module", folder, "--out", tmp_path / "out")
        assert done.returncode == 0, done.stderr
        (folder / "mod.go").write_text(self.WHERE.format("edited"), encoding="utf-8")
        request = [(str(folder), {"artifact_dir": str(tmp_path / "out")})]
        said, warned = json.loads(run_python(IMPORT, json.dumps(request)))
        assert said == "mod local"
        assert str(folder) in warned[0]


def test_a_module_that_moved_says_where(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path / "proxy")
    proxy.publish("fixture.test/mod", "v1.0.0", module("v1.0.0") | {"go.mod": "module fixture.test/moved\n\ngo 1.21\n"})
    [said] = imports(
        ("fixture.test/mod", {"artifact_dir": str(tmp_path / "out"), "build_if_missing": True}), env=proxy.environment
    )
    assert said.startswith("BuildError")
    assert "hint: the module calls itself fixture.test/moved: import it by that path" in said
