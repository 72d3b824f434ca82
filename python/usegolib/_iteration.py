"""What Python can iterate over, as Go's sequences."""

from __future__ import annotations

import array
import collections
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Loop", "Sequence"]

#: Containers that nothing happens in when they are iterated over: it does not matter how far that is ahead of Go.
_NOTHING: dict[Any, Any] = {}
_CONTAINERS: tuple[type[Any], ...] = (
    *(list, tuple, range, set, frozenset, dict, collections.deque, array.array),
    *(type(_NOTHING.keys()), type(_NOTHING.values()), type(_NOTHING.items())),
)
#: How many items cross at once: few at first, for Go may want no more.
_FEWEST, _MOST = 4, 4096


class Sequence:
    """What Go ranges over, as often as it wants to.

    A mapping gives its keys and values where an item has two. Messages about items name where it was given.
    """

    __slots__ = ("_items", "place")

    def __init__(self, items: Iterable[Any], values: int, place: tuple[str, str]) -> None:
        self.place = place
        if values == 2 and hasattr(items, "keys") and hasattr(items, "items"):
            items = cast("Mapping[Any, Any]", items).items()
        self._items = items

    def begin(self) -> Loop:
        """A new loop."""
        return Loop(self._items, self.place)


class Loop:
    """A loop of Go's, which asks for the next items."""

    __slots__ = ("_again", "_items", "_iterator", "_size", "last", "place")

    def __init__(self, items: Iterable[Any], place: tuple[str, str]) -> None:
        self._items: Iterable[Any] | None = items
        self._iterator: Iterator[Any] = iter(items)
        self._size = _FEWEST if type(items) in _CONTAINERS else 1
        self._again: list[Any] = []
        #: The index of the last item that was taken.
        self.last = -1
        self.place = place

    def take(self) -> list[Any]:
        """The next items, none at the end: many at once where that makes no difference."""
        if self._again:
            self.last += 1
            return [self._again.pop()]
        items = list(islice(self._iterator, self._size))
        if not items:
            self._end()
        self.last += len(items)
        if self._size > 1:
            self._size = min(4 * self._size, _MOST)
        return items

    def give_back(self, items: list[Any]) -> None:
        """Has items be taken again, one by one: Go is to see what is before the one that doesn't fit."""
        self.last -= len(items)
        self._again = items[::-1]

    def close(self) -> None:
        """Go wants no more. An iterator that was given keeps what is left."""
        iterator, items = self._iterator, self._items
        self._end()
        if iterator is not items and hasattr(iterator, "close"):
            cast("Any", iterator).close()

    def _end(self) -> None:
        self._iterator, self._items, self._again = iter(()), None, []
