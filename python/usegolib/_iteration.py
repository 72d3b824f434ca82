"""What Python can iterate over, as Go's sequences."""

from __future__ import annotations

import array
import collections
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from usegolib._core import GoObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["Sequence"]

#: Containers that nothing happens in when they are iterated over: it does not matter how far that is ahead of Go.
_NOTHING: dict[Any, Any] = {}
_CONTAINERS: tuple[type[Any], ...] = (
    *(list, tuple, range, set, frozenset, dict, collections.deque, array.array),
    *(type(_NOTHING.keys()), type(_NOTHING.values()), type(_NOTHING.items())),
)
#: How many items cross at once: few at first, for Go may want no more.
_FEWEST, _MOST = 4, 4096


def _columns(items: list[Any]) -> list[list[Any]] | None:
    """The first and second values of pairs, if all are pairs."""
    if not all(type(item) is tuple and len(item) == 2 for item in items):
        return None
    return [list(column) for column in zip(*items, strict=True)]


class Sequence:
    """A func that Go calls with its ``yield``, which is called with each item, or with the values of each.

    A mapping gives its keys and values where an item has two.
    """

    def __init__(self, items: Iterable[Any], values: int) -> None:
        if values == 2 and hasattr(items, "keys") and hasattr(items, "items"):
            items = cast("Mapping[Any, Any]", items).items()
        self._items = items
        self._values = values

    def __call__(self, add: Any) -> None:
        iterator = iter(self._items)
        try:
            is_go = isinstance(add, GoObject)
            if is_go and self._values and type(self._items) in _CONTAINERS:
                self._feed(iterator, add)
            else:
                self._add(iterator, cast("Callable[..., bool]", add))
        finally:
            # An iterator that was given keeps what Go didn't want.
            if iterator is not self._items and hasattr(iterator, "close"):
                cast("Any", iterator).close()

    def _add(self, items: Iterable[Any], add: Callable[..., bool]) -> bool:
        """Item by item; whether Go wants more."""
        return all(add(item) if self._values == 1 else add(*item) if self._values else add() for item in items)

    def _feed(self, iterator: Iterator[Any], add: Any) -> None:
        """Many items with each crossing."""
        size, wanted = _FEWEST, True
        while wanted and (items := list(islice(iterator, size))):
            size = min(4 * size, _MOST)
            columns = [items] if self._values == 1 else _columns(items)
            taken = add._feed(columns) if columns else None
            # Go is to see what is before the one that doesn't fit.
            wanted = self._add(items, add) if taken is None else taken == len(items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)
