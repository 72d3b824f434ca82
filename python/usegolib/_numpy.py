"""What views with ``arrays="numpy"`` need of numpy, imported when there is such a view."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["NilArray", "nil_array"]


class NilArray(np.ndarray[Any, Any]):
    """The nil slice of a record's field: an empty array, which is nil again in Go. What is computed of it is not."""

    def __array_finalize__(self, obj: Any, /) -> None:
        """Takes a new array as it is."""

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False, /) -> Any:
        """Makes results plain arrays."""
        plain: Any = np.array(array, subok=False)
        return plain[()] if return_scalar else plain


def nil_array(dtype: str) -> NilArray:
    """A nil slice of numbers."""
    return NilArray(0, dtype)
