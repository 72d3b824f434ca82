"""Errors of public modules: exceptions on their way through Go, and errors with methods of their own."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import usegolib

Load = Callable[[str], Any]


def test_backoff_gives_up_on_what_is_permanent(public: Load) -> None:
    backoff = public("github.com/cenkalti/backoff/v4")
    boom, tries = ValueError("stop"), []

    def operation() -> None:
        tries.append(1)
        backoff.Permanent(boom)

    with pytest.raises(ValueError, match="stop") as caught:
        backoff.Retry(operation, backoff.NewExponentialBackOff())
    assert caught.value is boom
    assert len(tries) == 1


def test_backoff_tries_again(public: Load) -> None:
    backoff = public("github.com/cenkalti/backoff/v4")
    boom, tries = ValueError("again"), []

    def operation() -> None:
        tries.append(1)
        raise boom

    with pytest.raises(ValueError, match="again") as caught:
        backoff.Retry(operation, backoff.WithMaxRetries(backoff.NewConstantBackOff(1), 2))
    assert caught.value is boom
    assert len(tries) == 3


def test_multierror_has_the_exceptions_that_it_was_given(public: Load) -> None:
    multierror = public("github.com/hashicorp/go-multierror")
    given = [ValueError("a"), KeyError("b")]
    errors = multierror.Append(None, *given)
    assert all(one is other for one, other in zip(errors.Errors, given, strict=True))
    with pytest.raises(multierror.exceptions.Error, match="2 errors occurred"):
        errors.ErrorOrNil()


def test_validation_errors(public: Load) -> None:
    validate = public("github.com/go-playground/validator/v10").New()
    with pytest.raises(usegolib.errors.GoError) as caught:
        validate.Var("x", "email")
    errors: Any = caught.value.object
    assert errors[0].Tag() == "email"
    assert [one.Tag() for one in errors] == ["email"]
    assert "failed on the 'email' tag" in str(errors[0])


def test_jwt_with_claims(public: Load) -> None:
    jwt = public("github.com/golang-jwt/jwt/v5")

    def key(_: Any) -> bytes:
        return b"key"

    signed = jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims({"sub": "me"})).SignedString(b"key")
    claims = jwt.MapClaims()
    assert jwt.ParseWithClaims(signed, claims, key).Valid
    assert claims == {"sub": "me"}


def test_copies_of_sentinels(public: Load) -> None:
    semver = public("github.com/Masterminds/semver/v3")
    assert copy.copy(semver.ErrInvalidSemVer) == semver.ErrInvalidSemVer
    assert copy.deepcopy(semver.ErrInvalidSemVer) == semver.ErrInvalidSemVer
    assert pickle.loads(pickle.dumps(semver.exceptions)) is semver.exceptions
