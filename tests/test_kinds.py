"""Types that are easily taken for others: what they are in Go is what they are in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from usegolib.errors import UnsupportedTypeError

pytestmark = pytest.mark.requirement("Schema Exchange")
Load = Callable[[str], Any]


@pytest.fixture
def package(load: Load) -> Any:
    return load("kinds")


class TestOptionalFields:
    def test_any_tag_may_say_so(self, package: Any) -> None:
        assert package.EchoOptional({"Kept": 1, "fourth": 4}) == {"Kept": 1, "two": 0, "Third": 0, "fourth": 4}

    def test_only_the_option_counts(self, package: Any) -> None:
        with pytest.raises(UnsupportedTypeError, match="fourth"):
            package.EchoOptional({"Kept": 1})
