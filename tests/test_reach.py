"""What can be got hold of: types of types of types, with their fields and methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.requirement("Go Object Handles And Exported Methods")


def test_types_that_only_other_types_mention(load: Callable[[str], Any]) -> None:
    (entry,) = load("reach").Entries()
    info = entry.Info()
    assert info.Name() == "a.txt"
    assert info.Size() == 7
    assert info.ModTime() == "1970-01-01T00:00:00Z"
    assert info.ModTime().Unix() == 0
    assert info.Mode().String() == "-rw-r-----"
    assert info.Mode().Perm().String() == "-rw-r-----"
    assert not info.Mode().IsDir()
