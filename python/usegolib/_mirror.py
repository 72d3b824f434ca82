"""Dicts that methods of Python's return for Go's maps: each is one Go map while a call lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import MutableMapping

__all__ = ["Mirror"]

_MISSING = object()


class Mirror:
    """A dict and the Go map that stands for it: what changes in one is in the other when that side goes on.

    ``live`` is the reference to Go's map.
    """

    __slots__ = ("_agreed", "live", "original")

    def __init__(self, original: MutableMapping[Any, Any], live: Any) -> None:
        self.original = original
        self.live = live
        #: What both had when they last agreed, in Go's words.
        self._agreed: dict[Any, Any] = live.copy()

    def pull(self) -> None:
        """Has the dict hold what Go changed."""
        agreed, now = self._agreed, self.live.copy()
        for key, value in now.items():
            if key not in agreed or agreed[key] != value:
                self.original[key] = value
        for key in agreed:
            if key not in now:
                self.original.pop(key, None)
        # The dict has the values, and may change them.
        self._agreed = self.live.copy() if now != agreed else now

    def push(self) -> None:
        """Has Go's map hold what changed in the dict."""
        agreed, changed = self._agreed, False
        for key, value in self.original.items():
            if agreed.get(key, _MISSING) != value:
                self.live[key] = value
                changed = True
        for key in agreed:
            if key not in self.original:
                del self.live[key]
                changed = True
        if changed:
            self._agreed = self.live.copy()
