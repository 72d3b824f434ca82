"""What Python can iterate over, as Go's sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["Sequence"]


class Sequence:
    """A func that Go calls with its ``yield``, which is called with each item, or with the values of each.

    A mapping gives its keys and values where an item has two.
    """

    def __init__(self, items: Iterable[Any], values: int) -> None:
        if values == 2 and hasattr(items, "keys") and hasattr(items, "items"):
            items = cast("Mapping[Any, Any]", items).items()
        self._items = items
        self._values = values

    def __call__(self, add: Callable[..., bool]) -> None:
        iterator = iter(self._items)
        try:
            for item in iterator:
                if not (add(item) if self._values == 1 else add(*item) if self._values else add()):
                    break
        finally:
            # An iterator that was given keeps what Go didn't want.
            if iterator is not self._items and hasattr(iterator, "close"):
                cast("Any", iterator).close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)
