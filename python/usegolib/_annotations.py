"""Annotations that are resolved when somebody reads them (spec: Python Bindings Generator).

The classes that a library makes for Go's types are made when they are first
needed, and there can be thousands. Whoever reads annotations
(``typing.get_type_hints``, ``inspect.signature``) needs those that they mention.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_keys, dict_values
    from collections.abc import Callable, Iterator

__all__ = ["Annotations"]


class Annotations(dict[str, Any]):
    """Annotations by name; ``look`` is called before they are read, and may change them.

    It is what ``__annotations__`` of a class or function is. ``look`` says whether
    that was all: until then it is called each time.
    """

    __slots__ = ("_look",)

    def __init__(self, written: dict[str, Any], look: Callable[[Annotations], bool]) -> None:
        super().__init__(written)
        self._look: Callable[[Annotations], bool] | None = look

    def _read(self) -> None:
        look = self._look
        if look is None:
            return
        # Not while it looks: it may read what is written.
        self._look = None
        done = False
        try:
            done = look(self)
        finally:
            if not done:
                self._look = look

    def __getitem__(self, name: str) -> Any:
        self._read()
        return super().__getitem__(name)

    # dict(annotations) asks the methods of a dict's subclass only if it iterates in its own way.
    def __iter__(self) -> Iterator[str]:
        self._read()
        return super().__iter__()

    def get(self, name: str, default: Any = None, /) -> Any:
        self._read()
        return super().get(name, default)

    def keys(self) -> dict_keys[str, Any]:
        self._read()
        return super().keys()

    def values(self) -> dict_values[str, Any]:
        self._read()
        return super().values()

    def items(self) -> dict_items[str, Any]:
        self._read()
        return super().items()

    def copy(self) -> dict[str, Any]:
        self._read()
        return super().copy()
