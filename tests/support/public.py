"""The public modules that tests import: one version of each, and the packages of it that are built.

A process holds one version of a module, so tests that share a process must ask for the same.
"""

from __future__ import annotations

from typing import NamedTuple


class PublicModule(NamedTuple):
    """A module's version, and patterns of the packages to build; none for all."""

    version: str
    packages: tuple[str, ...] = ()


PUBLIC_MODULES = {
    "github.com/BurntSushi/toml": PublicModule("v1.6.0", (".",)),
    "github.com/Masterminds/semver/v3": PublicModule("v3.3.1"),
    "github.com/PuerkitoBio/goquery": PublicModule("v1.10.1"),
    "github.com/alecthomas/chroma/v2": PublicModule("v2.27.0", (".", "./formatters", "./quick")),
    "github.com/andybalholm/brotli": PublicModule("v1.3.0", (".",)),
    "github.com/cenkalti/backoff/v4": PublicModule("v4.3.0", (".",)),
    "github.com/cespare/xxhash/v2": PublicModule("v2.3.0"),
    "github.com/dgraph-io/badger/v4": PublicModule("v4.5.0", (".",)),
    "github.com/dop251/goja": PublicModule("v0.0.0-20241024094426-79f3a7efcdbd", (".",)),
    "github.com/expr-lang/expr": PublicModule("v1.16.9", (".",)),
    "github.com/go-git/go-git/v5": PublicModule("v5.13.1", (".",)),
    "github.com/go-playground/validator/v10": PublicModule("v10.30.6", (".",)),
    "github.com/golang-jwt/jwt/v5": PublicModule("v5.3.1", (".",)),
    "github.com/golang/geo": PublicModule("v0.0.0-20230421003525-6adc56603217", ("./s2",)),
    "github.com/google/uuid": PublicModule("v1.6.0"),
    "github.com/hashicorp/go-multierror": PublicModule("v1.1.1"),
    "github.com/klauspost/compress": PublicModule("v1.20.4", ("./zstd",)),
    "github.com/microcosm-cc/bluemonday": PublicModule("v1.0.27"),
    "github.com/mmcloughlin/geohash": PublicModule("v0.10.0"),
    "github.com/robfig/cron/v3": PublicModule("v3.0.1"),
    "github.com/shopspring/decimal": PublicModule("v1.4.0"),
    "github.com/tetratelabs/wazero": PublicModule("v1.12.0", (".",)),
    "github.com/tidwall/gjson": PublicModule("v1.18.0"),
    "github.com/yuin/goldmark": PublicModule("v1.7.8"),
    "github.com/zeebo/blake3": PublicModule("v0.2.4"),
    "go.etcd.io/bbolt": PublicModule("v1.5.0", (".",)),
    "go.starlark.net": PublicModule("v0.0.0-20260908191801-89a6a09411d5", ("./starlark",)),
    "golang.org/x/crypto": PublicModule("v0.31.0", ("./bcrypt", "./argon2", "./nacl/secretbox")),
    "golang.org/x/text": PublicModule("v0.21.0", ("./language", "./cases")),
    "gonum.org/v1/gonum": PublicModule("v0.17.0", ("./floats",)),
    "gopkg.in/yaml.v3": PublicModule("v3.0.1"),
}


def module_of(path: str) -> str | None:
    """The module that has a package; None for a package of the standard library."""
    if "." not in path.split("/", 1)[0]:
        return None
    parts = path.split("/")
    for length in range(len(parts), 0, -1):
        module = "/".join(parts[:length])
        if module in PUBLIC_MODULES:
            return module
    message = f"{path}: list its module in {__name__}"
    raise KeyError(message)
