"""Building: which version, when an artifact is used again, and who waits for whom."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.process import build, environment, run_python, usegolib
from tests.support.store import FIXTURES, artifact, manifest, module_path

requirement = pytest.mark.requirement
scenario = pytest.mark.scenario
MODULE = "fixture.test/versions"


def identity(root: Path, module: str, version: str) -> tuple[int, int]:
    """Tells one build's library from another's."""
    folder = artifact(root, module, version)
    library = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["library"]["path"]
    stat = (folder / library).stat()
    return stat.st_ino, stat.st_mtime_ns


@requirement("Module And Version Resolution")
class TestModuleAndVersionResolution:
    @pytest.mark.network
    @scenario("Version omitted defaults to @latest for remote modules")
    def test_latest(self, tmp_path: Path) -> None:
        build("--module", "github.com/cespare/xxhash/v2", "--out", tmp_path)
        (file,) = tmp_path.glob("github.com/cespare/xxhash/v2@*/*/manifest.json")
        content = json.loads(file.read_text(encoding="utf-8"))
        assert content["version"].startswith("v2.")
        assert f"@{content['version']}/" in str(file)

    @pytest.mark.network
    @scenario("Pinned version is used as-is for remote modules")
    @pytest.mark.parametrize("arguments", [["{}@v2.2.0"], ["{}", "--version", "v2.2.0"]], ids=["at", "option"])
    def test_pinned(self, tmp_path: Path, arguments: list[str]) -> None:
        module = "github.com/cespare/xxhash/v2"
        build("--module", *(a.format(module) for a in arguments), "--out", tmp_path)
        assert manifest(tmp_path, module, "v2.2.0")["version"] == "v2.2.0"

    @pytest.mark.network
    def test_package_path_of_a_module(self, tmp_path: Path) -> None:
        build("--module", "golang.org/x/text/width@v0.21.0", "--package", "./width", "--out", tmp_path)
        assert manifest(tmp_path, "golang.org/x/text", "v0.21.0")["packages"] == ["golang.org/x/text/width"]

    @scenario('Local module directories use version "local"')
    def test_local(self, tmp_path: Path) -> None:
        build("--module", FIXTURES / "versions", "--out", tmp_path)
        assert manifest(tmp_path, MODULE, "local")["version"] == "local"

    @pytest.mark.parametrize(
        "reference", ["", "not a path", "./nowhere", "example.test/a@b@c", "fixture.test/x@v1.0.0;rm", "-flag"]
    )
    def test_nonsense_is_refused(self, tmp_path: Path, reference: str) -> None:
        done = usegolib("build", f"--module={reference}", "--out", tmp_path, env={"GOPROXY": "off"})
        assert done.returncode in {1, 2}
        assert "Traceback" not in done.stderr
        assert "panicked" not in done.stderr
        assert done.stderr


@requirement("Build Reuse And Locking")
class TestBuildReuseAndLocking:
    @scenario("Build reuses existing artifact")
    def test_reuse_and_force(self, tmp_path: Path) -> None:
        build("--module", FIXTURES / "versions", "--out", tmp_path)
        first = identity(tmp_path, MODULE, "local")
        build("--module", FIXTURES / "versions", "--out", tmp_path)
        assert identity(tmp_path, MODULE, "local") == first
        build("--module", FIXTURES / "versions", "--out", tmp_path, "--force")
        assert identity(tmp_path, MODULE, "local") != first

    @scenario("Build uses a per-artifact lock")
    def test_two_processes_build_once(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "usegolib", "build", "--module", str(FIXTURES / "versions")]
        # Each library that is linked is noted, and linking takes so long that the others come meanwhile.
        links, go = tmp_path / "links", tmp_path / "bin" / "go"
        go.parent.mkdir()
        go.write_text(
            f"""#!/bin/sh
case "$*" in build*c-shared*) echo $$ >>'{links}'; sleep 3;; esac
exec '{shutil.which("go")}' "$@"
""",
            encoding="utf-8",
        )
        go.chmod(0o755)
        processes = [
            subprocess.Popen(
                [*command, "--out", str(tmp_path)],
                env=environment({"USEGOLIB_GO": str(go)}),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        for process in processes:
            _, stderr = process.communicate(timeout=300)
            assert process.returncode == 0, stderr
        assert len(links.read_text(encoding="utf-8").split()) == 1
        code = "import sys, usegolib; print(usegolib.import_(sys.argv[1], artifact_dir=sys.argv[2]).Where())"
        assert run_python(code, MODULE, tmp_path) == "root\n"

    def test_a_damaged_library_is_built_again(self, tmp_path: Path) -> None:
        build("--module", FIXTURES / "versions", "--out", tmp_path)
        library = next(artifact(tmp_path, MODULE, "local").glob("*.so"))
        digest = manifest(tmp_path, MODULE, "local")["library"]["sha256"]
        content = library.read_bytes()
        for damaged in (content[:-1] + bytes([content[-1] ^ 1]), content[:100], b""):
            library.write_bytes(damaged)
            build("--module", FIXTURES / "versions", "--out", tmp_path)
            new = artifact(tmp_path, MODULE, "local") / manifest(tmp_path, MODULE, "local")["library"]["path"]
            assert (
                hashlib.sha256(new.read_bytes()).hexdigest() == manifest(tmp_path, MODULE, "local")["library"]["sha256"]
            )
            library = new
        assert digest

    def test_packages_are_part_of_reuse(self, tmp_path: Path) -> None:
        build("--module", FIXTURES / "versions", "--package", "./subpkg", "--out", tmp_path)
        assert manifest(tmp_path, MODULE, "local")["packages"] == [f"{MODULE}/subpkg"]
        build("--module", FIXTURES / "versions", "--out", tmp_path)
        assert len(manifest(tmp_path, MODULE, "local")["packages"]) == 3

    def test_nothing_but_the_artifact_is_left(self, tmp_path: Path) -> None:
        build("--module", FIXTURES / "versions", "--out", tmp_path)
        folder = artifact(tmp_path, MODULE, "local")
        library = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["library"]["path"]
        visible = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        assert visible == {"manifest.json", library}


@requirement("Local Build Input Fingerprint")
class TestLocalBuildInputFingerprint:
    @scenario("Local build writes fingerprint")
    def test_written(self, tmp_path: Path) -> None:
        build("--module", FIXTURES / "versions", "--out", tmp_path)
        fingerprint = manifest(tmp_path, MODULE, "local")["input_fingerprint"]
        assert isinstance(fingerprint, str)
        assert fingerprint

    @scenario("Local source change triggers rebuild")
    @pytest.mark.parametrize(
        ("name", "file", "content"),
        [
            ("replaced", "replaced.go", None),
            ("replaced", "go.mod", None),
            ("replaced", "data.txt", "changed"),
            ("replaced", "dep/dep.go", None),
            ("versions", "subpkg/new.go", "package subpkg\n\nfunc New() int { return 1 }\n"),
            ("workspace/app", "../lib/lib.go", None),
        ],
        ids=["source", "go.mod", "embedded file", "replaced module", "new file", "workspace module"],
    )
    def test_change_rebuilds(
        self, copy_module: Callable[..., Path], tmp_path: Path, name: str, file: str, content: str | None
    ) -> None:
        copied = copy_module(name.split("/")[0])
        folder = copied.joinpath(*name.split("/")[1:])
        out = tmp_path / "out"
        module = module_path(folder)
        build("--module", folder, "--out", out)
        first, before = manifest(out, module, "local"), identity(out, module, "local")
        build("--module", folder, "--out", out)
        assert identity(out, module, "local") == before
        path = folder / file
        if content is None:
            content = path.read_text(encoding="utf-8") + "\n// changed\n"
        path.write_text(content, encoding="utf-8")
        build("--module", folder, "--out", out)
        assert identity(out, module, "local") != before
        assert manifest(out, module, "local")["input_fingerprint"] != first["input_fingerprint"]

    def test_other_files_do_not_matter(self, copy_module: Callable[..., Path], tmp_path: Path) -> None:
        folder = copy_module("versions")
        build("--module", folder, "--out", tmp_path / "out")
        before = identity(tmp_path / "out", MODULE, "local")
        (folder / "README.md").write_text("nothing that Go reads", encoding="utf-8")
        (folder / ".git").mkdir()
        (folder / ".git" / "HEAD").write_text("ref: refs/heads/main", encoding="utf-8")
        build("--module", folder, "--out", tmp_path / "out")
        assert identity(tmp_path / "out", MODULE, "local") == before

    def test_build_tags_matter(self, tmp_path: Path) -> None:
        build("--module", FIXTURES / "tagged", "--out", tmp_path)
        names = {symbol["name"] for symbol in manifest(tmp_path, "fixture.test/tagged", "local")["symbols"]}
        build("--module", FIXTURES / "tagged", "--out", tmp_path, env={"GOFLAGS": "-tags=special"})
        tagged = {symbol["name"] for symbol in manifest(tmp_path, "fixture.test/tagged", "local")["symbols"]}
        assert tagged - names == {"Special"}

    def test_what_stands_in_for_go_mod(self, tmp_path: Path) -> None:
        def write(path: Path, text: str) -> None:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

        folder = tmp_path / "m"
        write(folder / "go.mod", "module fixture.test/modfile\n\ngo 1.24\n")
        source = 'package modfile\n\nimport "example.test/part"\n\nfunc Get() int { return part.Value }\n'
        write(folder / "m.go", source)
        for number in (1, 2):
            part = tmp_path / f"part{number}"
            write(part / "go.mod", "module example.test/part\n\ngo 1.24\n")
            write(part / "part.go", f"package part\n\nconst Value = {number}\n")
        other = (
            "module fixture.test/modfile\n\ngo 1.24\n\nrequire example.test/part v1.0.0\n\n"
            "replace example.test/part => ../part{}\n"
        )
        code = """
            import sys, usegolib
            print(usegolib.import_(sys.argv[1], artifact_dir=sys.argv[2], build_if_missing=True).Get())
        """
        flags = {"GOFLAGS": "-modfile=other.mod"}
        for number in (1, 2):
            write(folder / "other.mod", other.format(number))
            assert run_python(code, folder, tmp_path / "out", env=flags) == f"{number}\n"
        # What it replaces by is part of what is built.
        write(tmp_path / "part2" / "part.go", "package part\n\nconst Value = 3\n")
        assert run_python(code, folder, tmp_path / "out", env=flags) == "3\n"

    def test_import_follows_a_change(self, copy_module: Callable[..., Path], tmp_path: Path) -> None:
        folder = copy_module("versions")
        code = "import sys, usegolib; print(usegolib.import_(sys.argv[1]).Where())"
        env = {"USEGOLIB_ARTIFACT_DIR": str(tmp_path / "out")}
        assert run_python(code, folder, env=env) == "root\n"
        source = folder / "versions.go"
        source.write_text(source.read_text(encoding="utf-8").replace('"root"', '"changed"'), encoding="utf-8")
        assert run_python(code, folder, env=env) == "changed\n"

    def test_the_module_is_not_written_to(self, copy_module: Callable[..., Path], tmp_path: Path) -> None:
        folder = copy_module("replaced")
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        build("--module", folder, "--out", tmp_path / "out")
        assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.mark.parametrize(
    ("name", "where"), [("vendored", "vendor"), ("replaced", "folder"), ("workspace/app", "workspace")]
)
def test_dependencies_of_local_modules(tmp_path: Path, name: str, where: str) -> None:
    build("--module", FIXTURES / name, "--out", tmp_path, env={"GOPROXY": "off"})
    code = "import sys, usegolib; print(usegolib.import_(sys.argv[1], artifact_dir=sys.argv[2]).Where())"
    assert run_python(code, module_path(FIXTURES / name), tmp_path) == f"{where}\n"


class TestTrial:
    """A new library is loaded once in a process of its own before it is installed."""

    BROKEN = 'package broken\n\nfunc init() { panic("no luck") }\n\nfunc F() {}\n'
    CODE = """
        import sys
        import usegolib
        module, out = sys.argv[1:]
        print(usegolib.import_(module, artifact_dir=out, build_if_missing=True).Name())
        try:
            usegolib.import_(module + "/broken", artifact_dir=out, build_if_missing=True)
        except usegolib.errors.UseGoLibError as error:
            print(type(error).__name__, error)
    """

    def module(self, folder: Path) -> Path:
        (folder / "broken").mkdir(parents=True)
        (folder / "go.mod").write_text("module fixture.test/trial\n\ngo 1.24\n", encoding="utf-8")
        (folder / "m.go").write_text('package trial\n\nfunc Name() string { return "whole" }\n', encoding="utf-8")
        (folder / "broken" / "b.go").write_text(self.BROKEN, encoding="utf-8")
        return folder

    def test_a_sibling_whose_init_panics(self, tmp_path: Path) -> None:
        output = run_python(self.CODE, self.module(tmp_path / "m"), tmp_path / "out")
        first, *rest = output.splitlines()
        assert first == "whole"
        assert "panic: no luck" in "\n".join(rest)
        content = manifest(tmp_path / "out", "fixture.test/trial", "local")
        assert content["tried"] is True
        assert content["packages"] == ["fixture.test/trial"]

    def test_imported_by_name_it_is_the_error(self, tmp_path: Path) -> None:
        code = """
            import sys
            import usegolib
            try:
                usegolib.import_(sys.argv[1])
            except usegolib.errors.BuildError as error:
                print(error)
        """
        folder = self.module(tmp_path / "m") / "broken"
        output = run_python(code, folder, env={"USEGOLIB_ARTIFACT_DIR": str(tmp_path / "out")})
        assert "package fixture.test/trial/broken can't be loaded" in output
        assert "panic: no luck" in output

    @pytest.mark.parametrize("frozen", [False, True])
    def test_an_application_with_python_inside_is_not_run(self, tmp_path: Path, frozen: bool) -> None:
        code = """
            import sys
            import usegolib
            module, out, sys.executable, frozen = sys.argv[1:]
            if frozen == "True":
                sys.frozen = True
            print(usegolib.import_(module, artifact_dir=out, build_if_missing=True).Name())
        """
        module = self.module(tmp_path / "m")
        shutil.rmtree(module / "broken")
        started = tmp_path / "started"
        application = tmp_path / ("python3" if frozen else "editor")
        application.write_text(f"#!/bin/sh\ntouch {started}\n", encoding="utf-8")
        application.chmod(0o755)
        assert run_python(code, module, tmp_path / "out", application, frozen) == "whole\n"
        assert not started.exists()
        assert manifest(tmp_path / "out", "fixture.test/trial", "local")["tried"] is False


class TestTags:
    CODE = """
        import sys
        import usegolib
        module, out, *tags = sys.argv[1:]
        found = usegolib.import_(module, artifact_dir=out, build_if_missing=True, tags=tags)
        print(hasattr(found, "Special"))
        try:
            usegolib.import_(module, artifact_dir=out, tags=["another"])
        except usegolib.errors.VersionConflictError as error:
            print(error)
    """

    def test_tags_decide_what_is_built(self, tmp_path: Path) -> None:
        folder = tmp_path / "m"
        folder.mkdir()
        (folder / "go.mod").write_text("module fixture.test/tags\n\ngo 1.24\n", encoding="utf-8")
        (folder / "m.go").write_text("package tags\n\nfunc Plain() {}\n", encoding="utf-8")
        special = "//go:build special\n\npackage tags\n\nfunc Special() {}\n"
        (folder / "s.go").write_text(special, encoding="utf-8")
        out = tmp_path / "out"
        assert run_python(self.CODE, folder, out).startswith("False\n")
        built = run_python(self.CODE, folder, out, "special")
        assert built.startswith("True\n")
        assert "built with tags special, asked for was tags another" in built
        # Without a wish of its own an import takes what is there.
        assert run_python(self.CODE, folder, out).startswith("True\n")
        code = """
            import sys
            import usegolib
            try:
                usegolib.import_("fixture.test/tags", artifact_dir=sys.argv[1], tags=["another"])
            except usegolib.errors.ArtifactNotFoundError as error:
                print(error)
        """
        assert "hint: build it with `usegolib build --module fixture.test/tags --tags another`" in run_python(code, out)
