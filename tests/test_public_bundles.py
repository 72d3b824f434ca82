"""Public modules and packages of the standard library that only together do something."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.process import run_python


def run(root: Path, code: str, *, timeout: float = 500) -> Any:
    """What code leaves in `said`; `bundle` builds into the root."""
    setup = f"""
import functools, json, usegolib
bundle = functools.partial(usegolib.bundle, artifact_dir={str(root)!r}, build_if_missing=True)
"""
    return json.loads(run_python(f"{setup}{code}\nprint(json.dumps(said))", timeout=timeout).splitlines()[-1])


def test_a_tls_key_and_certificate_are_made_by_crypto(tmp_path: Path) -> None:
    code = """
ecdsa, elliptic, rand, x509, pkix, big, tls, pem = bundle(
    "crypto/ecdsa", "crypto/elliptic", "crypto/rand", "crypto/x509", "crypto/x509/pkix", "math/big", "crypto/tls",
    "encoding/pem")
key = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
template = x509.Certificate(
    SerialNumber=big.NewInt(5), DNSNames=["localhost"], Subject=pkix.Name(CommonName="localhost"),
    NotBefore="2020-01-01T00:00:00Z", NotAfter="2120-01-01T00:00:00Z")
der = x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
block = lambda kind, content: pem.EncodeToMemory(pem.Block(Type=kind, Bytes=content))
pair = tls.X509KeyPair(block("CERTIFICATE", der), block("EC PRIVATE KEY", x509.MarshalECPrivateKey(key)))
certificate = x509.ParseCertificate(der)
certificate.VerifyHostname("localhost")
said = [len(pair["Certificate"]), list(certificate.DNSNames), key.PublicKey.Equal(certificate.PublicKey)]
"""
    assert run(tmp_path, code) == [1, ["localhost"], True]


@pytest.mark.network
def test_an_aws_config_makes_an_s3_client(tmp_path: Path) -> None:
    code = """
config, s3, aws = bundle(
    "github.com/aws/aws-sdk-go-v2/config@v1.32.2", "github.com/aws/aws-sdk-go-v2/service/s3@v1.92.1",
    "github.com/aws/aws-sdk-go-v2/credentials@v1.19.2")
key = aws.NewStaticCredentialsProvider("id", "secret", "")
loaded = config.LoadDefaultConfig(config.WithRegion("eu-west-1"), config.WithCredentialsProvider(key))
client = s3.NewFromConfig(loaded)
presigned = s3.NewPresignClient(client).PresignGetObject(s3.GetObjectInput(Bucket="mine", Key="a/b"))
said = [client.Options()["Region"], presigned.URL.split("?")[0], presigned.Method]
"""
    assert run(tmp_path, code) == ["eu-west-1", "https://mine.s3.eu-west-1.amazonaws.com/a/b", "GET"]


@pytest.mark.network
def test_gorm_uses_a_database_in_memory(tmp_path: Path) -> None:
    code = """
gorm, sqlite = bundle("gorm.io/gorm@v1.25.12", "github.com/glebarez/sqlite@v1.11.0")
db = gorm.Open(sqlite.Open(":memory:"), gorm.Config())
db.Exec("create table notes (id integer, text text)")
made = db.Exec("insert into notes values (?, ?), (?, ?)", 1, "one", 2, "two").RowsAffected
rows = db.Raw("select id, text from notes order by id").Rows()
said = [made, rows.Columns(), db.Dialector.Name()]
"""
    assert run(tmp_path, code) == [2, ["id", "text"], "sqlite"]


@pytest.mark.network
def test_a_mux_is_served_by_net_http(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "hello.txt").write_text("hello", encoding="utf-8")
    code = f"""
import threading, urllib.error, urllib.request
mux, http, net = bundle("github.com/gorilla/mux@v1.8.1", "net/http", "net")
router = mux.NewRouter()
files = http.FileServer(http.Dir({str(tmp_path / "files")!r}))
router.PathPrefix("/files/").Handler(http.StripPrefix("/files/", files))
listener = net.Listen("tcp", "127.0.0.1:0")
server = http.Server(Handler=router)
def serve():
    try:
        server.Serve(listener)
    except usegolib.errors.GoError:
        pass
thread = threading.Thread(target=serve)
thread.start()
address = f"http://{{listener.Addr().String()}}"
said = [urllib.request.urlopen(address + "/files/hello.txt").read().decode()]
try:
    urllib.request.urlopen(address + "/nothing")
except urllib.error.HTTPError as error:
    said.append(error.code)
server.Close()
thread.join()
"""
    assert run(tmp_path / "root", code) == ["hello", 404]


@pytest.mark.network
def test_a_barcode_becomes_a_png_in_bytes(tmp_path: Path) -> None:
    code = """
qr, barcode, png, buffers = bundle(
    "github.com/boombuler/barcode/qr", "github.com/boombuler/barcode@v1.0.2", "image/png", "bytes")
code = barcode.Scale(qr.Encode("hello", qr.M, qr.Auto), 80, 80)
buffer = buffers.Buffer()
png.Encode(buffer, code)
content = buffer.Bytes()
size = png.DecodeConfig(content)
said = [content[:4].hex(), size["Width"], size["Height"]]
"""
    assert run(tmp_path, code) == ["89504e47", 80, 80]
