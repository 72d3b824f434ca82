"""Projects: declared modules, their lock, and stores that machines share."""

from __future__ import annotations

import http.server
import json
import shutil
import ssl
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import usegolib as package
from tests.support.modules import PAINTER, SHAPES, write
from tests.support.process import bare_python, run_python, usegolib
from tests.support.proxy import Proxy

MODULE = "fixture.test/clock"


def clock(version: str) -> dict[str, str]:
    """The files of a version of a small module."""
    return {
        "go.mod": f"module {MODULE}\n\ngo 1.21\n",
        "LICENSE": "Permission is hereby granted, free of charge, to any person obtaining a copy. The above copyright "
        "notice and this permission notice shall be included in all copies.\n",
        "clock.go": f'package clock\n\ntype Clock struct{{ n int }}\n\nfunc Where() string {{ return "{version}" }}\n\n'
        "func New() *Clock { return &Clock{} }\n",
        "tick/tick.go": f'package tick\n\nimport "{MODULE}"\n\nfunc Of(c *clock.Clock) bool {{ return c != nil }}\n',
    }


class Project:
    """A project in a folder, with a proxy and an artifact root of its own."""

    def __init__(self, folder: Path, proxy: Proxy) -> None:
        self.folder = folder
        self.env: dict[str, str | None] = {
            **proxy.environment,
            "USEGOLIB_ARTIFACT_DIR": str(folder.parent / "root"),
            "USEGOLIB_PROJECT": None,
            "USEGOLIB_ARTIFACT_URL": None,
        }
        folder.mkdir()
        self.declare("")

    def declare(self, text: str) -> None:
        """Writes the project file."""
        (self.folder / "pyproject.toml").write_text(f'[project]\nname = "mine"\n{text}', encoding="utf-8")

    @property
    def lock(self) -> Path:
        return self.folder / "usegolib.lock"

    def run(self, *arguments: object, status: int = 0, **env: str | None) -> str:
        """Runs the command line in the project."""
        done = usegolib(*arguments, cwd=self.folder, env=self.env | env)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def python(self, code: str, *, python: list[str] | None = None, **env: str | None) -> Any:
        """What code in the project leaves in `said`, or the error."""
        text = run_python(RUN, code, cwd=self.folder, env=self.env | env, python=python)
        return json.loads(text.splitlines()[-1])


RUN = """
    import json, sys, usegolib
    try:
        exec(sys.argv[1])
    except usegolib.errors.UseGoLibError as error:
        said = [type(error).__name__, str(error)]
    print(json.dumps(said))
"""
USE = f"""
clock, tick = usegolib.import_("{MODULE}"), usegolib.import_("{MODULE}/tick")
strings = usegolib.import_("strings")
said = [clock.Where(), tick.Of(clock.New()), strings.ToUpper("x"), clock.__file__ == strings.__file__]
"""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Proxy:
    """A proxy with two releases."""
    proxy = Proxy(tmp_path_factory.mktemp("proxy"))
    for version in ("v1.0.0", "v1.1.0"):
        proxy.publish(MODULE, version, clock(version))
    return proxy


@pytest.fixture
def project(tmp_path: Path, proxy: Proxy) -> Project:
    """An empty project."""
    return Project(tmp_path / "project", proxy)


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory, proxy: Proxy) -> Project:
    """A project that was added to, locked and synchronised, and a shared store of it; not to be changed."""
    project = Project(tmp_path_factory.mktemp("synced") / "project", proxy)
    project.run("add", f"{MODULE}@v1.0.0", "strings")
    project.run("sync")
    project.run("artifact", "push", project.folder.parent / "shared")
    return project


@pytest.fixture
def copy(synced: Project, tmp_path: Path, proxy: Proxy) -> Project:
    """The same project in another folder, with an empty root."""
    copied = Project(tmp_path / "project", proxy)
    shutil.copytree(synced.folder, copied.folder, dirs_exist_ok=True)
    return copied


def test_a_project_follows_its_lock(synced: Project) -> None:
    assert synced.python(USE) == ["v1.0.0", True, "X", True]
    deeper = synced.folder / "src" / "mine"
    deeper.mkdir(parents=True)
    text = run_python(RUN, USE, cwd=deeper, env=synced.env)
    assert json.loads(text.splitlines()[-1]) == ["v1.0.0", True, "X", True]


def test_what_is_declared_is_what_was_added(synced: Project) -> None:
    text = (synced.folder / "pyproject.toml").read_text(encoding="utf-8")
    assert text.endswith('[tool.usegolib.modules]\n"fixture.test/clock" = "v1.0.0"\nstrings = "std"\n')
    lock = synced.lock.read_text(encoding="utf-8")
    for line in ('version = "v1.0.0"', 'sum = "h1:', 'go_mod_sum = "h1:', "[library.artifact.linux-"):
        assert line in lock
    assert "v1.1.0" not in lock


def test_locking_twice_is_the_same_file(synced: Project, copy: Project) -> None:
    before = synced.lock.read_bytes()
    assert copy.run("lock").startswith("unchanged")
    assert copy.lock.read_bytes() == before
    copy.lock.unlink()
    copy.run("lock")
    copy.run("sync")
    assert copy.lock.read_bytes() == before


def test_a_lock_that_holds_is_not_resolved_again(copy: Project, tmp_path: Path) -> None:
    # A go command that notes that it was run.
    real, fake, note = shutil.which("go"), tmp_path / "go" / "bin" / "go", tmp_path / "ran"
    assert real is not None
    fake.parent.mkdir(parents=True)
    release = (Path(real).resolve().parent.parent / "VERSION").read_text(encoding="utf-8")
    fake.write_text(f'#!/bin/sh\ntouch "{note}"\nexec "{real}" "$@"\n', encoding="utf-8")
    fake.chmod(0o755)
    (tmp_path / "go" / "VERSION").write_text(release, encoding="utf-8")
    go = str(fake)
    assert copy.run("lock", USEGOLIB_GO=go).startswith("unchanged")
    assert not note.exists()
    text = copy.lock.read_text(encoding="utf-8")
    for edited in (
        text.replace('version = "v1.0.0"', 'version = "v1.1.0"'),
        text.replace('go = "', 'go = "go1.1 '),
    ):
        assert edited != text
        copy.lock.write_text(edited, encoding="utf-8")
        assert copy.run("lock", USEGOLIB_GO=go).startswith("locked")
        assert note.exists()
        note.unlink()
        restored = copy.lock.read_text(encoding="utf-8")
        assert 'version = "v1.1.0"' not in restored
        assert "go1.1 " not in restored
    assert copy.run("lock", "--upgrade", USEGOLIB_GO=go)
    assert note.exists()


def test_a_moved_project_runs_without_go_from_a_shared_store(synced: Project, copy: Project, tmp_path: Path) -> None:
    python, env = bare_python(tmp_path / "bare")
    url = (synced.folder.parent / "shared").as_uri()
    assert copy.python(USE, python=python, **env, USEGOLIB_ARTIFACT_URL=url) == ["v1.0.0", True, "X", True]
    # What was fetched is there from now on.
    assert copy.python(USE, python=python, **env) == ["v1.0.0", True, "X", True]


def test_without_go_and_without_a_shared_store_the_remedy_is_told(copy: Project, tmp_path: Path) -> None:
    python, env = bare_python(tmp_path / "bare")
    name, message = copy.python(USE, python=python, **env)
    assert name == "BuildError"
    assert "PATH" in message


def test_a_frozen_sync_takes_what_is_locked(synced: Project, copy: Project) -> None:
    before = copy.lock.read_bytes()
    copy.run("sync", "--frozen", USEGOLIB_ARTIFACT_URL=(synced.folder.parent / "shared").as_uri())
    assert copy.lock.read_bytes() == before
    copy.declare('[tool.usegolib.modules]\n"fixture.test/clock" = "v1.1.0"\n')
    assert "not the lock of what the project declares" in copy.run("sync", "--frozen", status=1)


def test_a_tampered_artifact_is_refused(synced: Project, copy: Project, tmp_path: Path) -> None:
    copy.env["USEGOLIB_ARTIFACT_URL"] = (synced.folder.parent / "shared").as_uri()
    copy.run("sync", "--frozen")
    [manifest] = (tmp_path / "root").rglob("manifest.json")
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"Where"', '"Weher"'), encoding="utf-8")
    name, message = copy.python(USE)
    assert name == "LoadError"
    assert "usegolib.lock says" in message
    # Frozen, the locked one comes back.
    copy.run("sync", "--frozen")
    assert copy.python(USE)[0] == "v1.0.0"
    [library] = (tmp_path / "root").rglob("*.so")
    content = bytearray(library.read_bytes())
    content[-1] ^= 1
    library.write_bytes(content)
    name, message = copy.python(USE)
    assert name == "LoadError"
    assert "sha256" in message


def test_a_shared_store_can_not_give_another_artifact(synced: Project, copy: Project, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shutil.copytree(synced.folder.parent / "shared", shared)
    [library] = shared.rglob("*.so")
    library.write_bytes(library.read_bytes() + b"x")
    name, message = copy.python(USE, USEGOLIB_ARTIFACT_URL=shared.as_uri())
    assert name == "LoadError"
    assert "sha256" in message
    [manifest] = shared.rglob("manifest.json")
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"Where"', '"Weher"'), encoding="utf-8")
    name, message = copy.python(USE, USEGOLIB_ARTIFACT_URL=shared.as_uri())
    assert name == "LoadError"
    assert "the manifest of" in message
    assert not list((tmp_path / "root").rglob("manifest.json"))


def test_a_changed_lock_is_refused(copy: Project) -> None:
    text = copy.lock.read_text(encoding="utf-8")
    copy.lock.write_text(text.replace('version = "v1.0.0"', 'version = "v1.1.0"'), encoding="utf-8")
    name, message = copy.python(USE)
    assert name == "LoadError"
    assert "usegolib lock" in message
    copy.lock.write_text(text.replace("[[library.member]]", "[[library.mebmer"), encoding="utf-8")
    name, message = copy.python(USE)
    assert name == "LoadError"
    assert "usegolib.lock" in message
    copy.lock.unlink()
    name, message = copy.python(USE)
    assert name == "LoadError"
    assert "no such lock file" in message


def test_a_withdrawn_version_is_told(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path / "proxy")
    proxy.publish(MODULE, "v1.0.0", clock("v1.0.0"))
    project = Project(tmp_path / "project", proxy)
    project.run("add", f"{MODULE}@v1.0.0")
    shutil.rmtree(tmp_path / "proxy")
    name, message = project.python(f'usegolib.import_("{MODULE}")')
    assert name == "BuildError"
    assert "v1.0.0" in message


def test_another_version_than_the_locked_one_is_a_conflict(synced: Project) -> None:
    name, message = synced.python(f'usegolib.import_("{MODULE}", version="v1.1.0")')
    assert name == "VersionConflictError"
    assert "v1.0.0" in message


def test_a_bundle_of_what_is_declared_is_the_locked_one(synced: Project) -> None:
    code = f"""
import os
tick, strings = usegolib.bundle("{MODULE}/tick@v1.0.0", "strings")
clock = usegolib.import_("{MODULE}")
said = [clock.Where(), tick.Of(clock.New()), strings.__file__ == clock.__file__, "_bundles" in clock.__file__,
        usegolib.bundle("{MODULE}") == (clock,)]
"""
    assert synced.python(code) == ["v1.0.0", True, True, True, True]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (f'bundle("{MODULE}@v1.1.0", "strings")', "asked for at version v1.1.0"),
        (f'bundle("{MODULE}", "bytes")', f"declares {MODULE}, but not bytes"),
        (f'bundle("{MODULE}", "strings", tags=["x"])', "tags and generics"),
        (f'bundle("{MODULE}/tack", "strings")', f"no package {MODULE}/tack"),
    ],
)
def test_a_bundle_that_the_lock_is_not_is_told_why(synced: Project, call: str, message: str) -> None:
    name, text = synced.python(f"usegolib.{call}")
    assert name == "VersionConflictError"
    assert message in text


def test_a_project_can_be_chosen_or_ignored(synced: Project, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    text = run_python(RUN, USE, cwd=elsewhere, env={**synced.env, "USEGOLIB_PROJECT": str(synced.folder)})
    assert json.loads(text.splitlines()[-1])[0] == "v1.0.0"
    apart = USE.replace("import_(", "import_(build_if_missing=False, path=")
    assert synced.python(apart, USEGOLIB_PROJECT="")[0] == "ArtifactNotFoundError"
    explicit = USE.replace("import_(", f"import_(artifact_dir={str(tmp_path)!r}, path=")
    assert synced.python(explicit)[0] == "ArtifactNotFoundError"


def test_queries_stay_locked_until_they_are_upgraded(project: Project, proxy: Proxy, tmp_path: Path) -> None:
    own = Proxy(tmp_path / "own")
    own.publish(MODULE, "v1.0.0", clock("v1.0.0"))
    project.env.update(own.environment)
    project.declare(f'[tool.usegolib.modules]\n"{MODULE}" = "latest"\n')
    project.run("lock")
    own.publish(MODULE, "v1.1.0", clock("v1.1.0"))
    assert project.run("lock").startswith("unchanged")
    assert 'version = "v1.0.0"' in project.lock.read_text(encoding="utf-8")
    assert project.run("lock", "--upgrade").startswith("locked")
    assert 'version = "v1.1.0"' in project.lock.read_text(encoding="utf-8")


def test_modules_apart_are_libraries_of_their_own(project: Project) -> None:
    project.declare(
        f'[tool.usegolib]\nbundle = false\n[tool.usegolib.modules]\n"{MODULE}" = "v1.0.0"\nstrings = "std"\n'
    )
    project.run("sync")
    assert project.python(USE) == ["v1.0.0", True, "X", False]


def test_local_modules_are_declared_by_their_directories(project: Project) -> None:
    write(project.folder / "go" / "shapes", SHAPES)
    write(project.folder / "go" / "painter", PAINTER)
    project.run("add", "./go/shapes", "./go/painter")
    declared = (project.folder / "pyproject.toml").read_text(encoding="utf-8")
    assert '"fixture.test/shapes" = { path = "go/shapes" }' in declared
    use = """
painter, shapes = usegolib.import_("fixture.test/painter"), usegolib.import_("go/shapes")
said = painter.Paint(shapes.New(3))
"""
    use = use.replace('"go/shapes"', '"./go/shapes"')
    assert project.python(use) == 9
    edited = SHAPES["shapes.go"].replace("s.side * s.side", "s.side + 1")
    write(project.folder / "go" / "shapes", {"shapes.go": edited})
    assert project.python(use) == 4


def test_what_can_not_be_locked_is_not_declared(project: Project) -> None:
    before = (project.folder / "pyproject.toml").read_text(encoding="utf-8")
    project.run("add", f"{MODULE}@v9.0.0", status=1)
    assert (project.folder / "pyproject.toml").read_text(encoding="utf-8") == before
    assert not project.lock.exists()


def test_modules_are_removed_and_shown(copy: Project) -> None:
    assert copy.run("tree") == f"{MODULE} v1.0.0\nstrings go{go_release(copy)}\n"
    copy.run("remove", "strings")
    assert copy.run("tree") == f"{MODULE} v1.0.0\n"
    assert "not declared" in copy.run("remove", "strings", status=2)


def go_release(project: Project) -> str:
    """The Go release of a project's lock."""
    [line] = [one for one in project.lock.read_text(encoding="utf-8").splitlines() if one.startswith("go = ")]
    return line.removeprefix('go = "go').removesuffix('"')


def test_the_modules_that_are_compiled_in_are_listed(synced: Project) -> None:
    [manifest] = (synced.folder.parent / "root").rglob("manifest.json")
    lines = synced.run("inspect", manifest, "--licenses").splitlines()
    assert lines[0] == f"{MODULE} v1.0.0  MIT  (LICENSE)"
    assert lines[1].startswith("std go1.")
    spdx = json.loads(synced.run("inspect", manifest, "--sbom", "spdx", SOURCE_DATE_EPOCH="0"))
    assert spdx["creationInfo"]["created"] == "1970-01-01T00:00:00Z"
    module = next(one for one in spdx["packages"] if one["name"] == MODULE)
    assert (module["licenseDeclared"], module["versionInfo"]) == ("MIT", "v1.0.0")
    cyclonedx = json.loads(synced.run("inspect", manifest, "--sbom", "cyclonedx"))
    assert cyclonedx["components"][0]["purl"] == f"pkg:golang/{MODULE}@v1.0.0"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority's certificate, and one for localhost with its key, made by Go."""
    folder = tmp_path_factory.mktemp("certificates")
    code = """
import sys, usegolib
ecdsa, elliptic, rand, x509, pkix, big, pem = usegolib.bundle(
    "crypto/ecdsa", "crypto/elliptic", "crypto/rand", "crypto/x509", "crypto/x509/pkix", "math/big", "encoding/pem",
    artifact_dir=sys.argv[1] + "/root", build_if_missing=True)

def make(name, serial, parent, signer, **fields):
    key = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
    template = x509.Certificate(
        SerialNumber=big.NewInt(serial), Subject=pkix.Name(CommonName=name), NotBefore="2020-01-01T00:00:00Z",
        NotAfter="2120-01-01T00:00:00Z", **fields)
    der = x509.CreateCertificate(rand.Reader, template, parent or template, key.Public(), signer or key)
    with open(f"{sys.argv[1]}/{name}.pem", "wb") as file:
        file.write(pem.EncodeToMemory(pem.Block(Type="CERTIFICATE", Bytes=der)))
        file.write(pem.EncodeToMemory(pem.Block(Type="EC PRIVATE KEY", Bytes=x509.MarshalECPrivateKey(key))))
    return x509.ParseCertificate(der), key

authority, key = make("authority", 1, None, None, IsCA=True, BasicConstraintsValid=True, KeyUsage=x509.KeyUsageCertSign)
make("localhost", 2, authority, key, DNSNames=["localhost"])
"""
    run_python(code, folder)
    return folder


@pytest.fixture
def server(certificates: Path, synced: Project) -> Iterator[str]:
    """The address of a server with the shared store."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(synced.folder.parent / "shared"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "localhost.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_artifacts_are_fetched_over_https(copy: Project, server: str, certificates: Path, tmp_path: Path) -> None:
    python, env = bare_python(tmp_path / "bare")
    trusting = {"SSL_CERT_FILE": str(certificates / "authority.pem"), "USEGOLIB_ARTIFACT_URL": server}
    name, message = copy.python(USE, python=python, **env, **{**trusting, "SSL_CERT_FILE": None})
    assert name == "LoadError"
    assert "certificate" in message.lower()
    assert copy.python(USE, python=python, **env, **trusting) == ["v1.0.0", True, "X", True]


def test_single_modules_are_fetched_at_exact_versions(project: Project, tmp_path: Path) -> None:
    maker = str(tmp_path / "maker")
    project.run("build", "--module", f"{MODULE}@v1.1.0", USEGOLIB_ARTIFACT_DIR=maker)
    project.run("artifact", "push", tmp_path / "shared", USEGOLIB_ARTIFACT_DIR=maker)
    python, env = bare_python(tmp_path / "bare")
    use = f'said = usegolib.import_("{MODULE}/tick", version="v1.1.0").__version__'
    url = (tmp_path / "shared").as_uri()
    assert project.python(use, python=python, **env, USEGOLIB_ARTIFACT_URL=url) == "v1.1.0"
    [built], [fetched] = (tmp_path / "maker").rglob("manifest.json"), (tmp_path / "root").rglob("manifest.json")
    assert built.read_bytes() == fetched.read_bytes()


def test_a_shared_store_that_is_none_is_refused(copy: Project) -> None:
    for url in ("http://localhost", "nonsense"):
        name, message = copy.python(USE, USEGOLIB_ARTIFACT_URL=url)
        assert (name, "https://" in message) == ("BuildError", True)


def test_the_command_line_says_where_there_is_no_project(tmp_path: Path) -> None:
    done = usegolib("lock", cwd=tmp_path, env={"USEGOLIB_PROJECT": None})
    assert done.returncode == 2
    assert "usegolib add" in done.stderr
    assert package.__version__
