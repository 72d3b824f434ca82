"""Imports public Go modules by path and version, and says what it did and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import usegolib


def step(what: str, action: Callable[[], Any]) -> Any:
    """Does something, and prints what it was, what came of it and how long it took."""
    start = time.perf_counter()
    result = action()
    elapsed = time.perf_counter() - start
    print(f"{elapsed * 1000:10.2f} ms  {what}", flush=True)
    print(f"{'':14} {result!r}", flush=True)
    return result


def main() -> None:
    uuid = step(
        'uuid = usegolib.import_("github.com/google/uuid", version="v1.6.0")',
        lambda: usegolib.import_("github.com/google/uuid", version="v1.6.0"),
    )
    step("uuid.NewString()", uuid.NewString)
    value = step(
        'uuid.Parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")', lambda: uuid.Parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
    )
    step("_.Version()", value.Version)

    bcrypt = step(
        'bcrypt = usegolib.import_("golang.org/x/crypto/bcrypt", version="v0.31.0")',
        lambda: usegolib.import_("golang.org/x/crypto/bcrypt", version="v0.31.0"),
    )
    digest = step(
        'digest = bcrypt.GenerateFromPassword(b"secret", bcrypt.MinCost)',
        lambda: bcrypt.GenerateFromPassword(b"secret", bcrypt.MinCost),
    )
    step('bcrypt.CompareHashAndPassword(digest, b"secret")', lambda: bcrypt.CompareHashAndPassword(digest, b"secret"))
    try:
        bcrypt.CompareHashAndPassword(digest, b"guess")
    except usegolib.errors.GoError as error:
        print(f"{'':14} a wrong password raises {type(error).__name__}: {error}")

    url = usegolib.import_("net/url")
    parsed = step('url.Parse("https://example.com/search?q=go")', lambda: url.Parse("https://example.com/search?q=go"))
    step('_.Query().Get("q")', lambda: parsed.Query().Get("q"))


if __name__ == "__main__":
    main()
