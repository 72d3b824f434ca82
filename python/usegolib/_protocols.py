"""What Python's operators and built-in functions do with Go's objects, by methods of usual names and signatures.

A class of objects gets these functions besides Go's methods: ``Len`` is ``len()``, ``Contains`` or ``Has`` is ``in``,
``All``, ``Values`` or ``Iter`` is iteration; ``Equal``, else ``Cmp`` or ``Compare``, is ``==``; the latter two, else
``Less``, ``LessThan`` or ``Before``, are the order. Objects that have exported fields, and none of the first three,
are mappings of these.
"""

from __future__ import annotations

from abc import ABCMeta
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from usegolib._core import GoObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Method = Callable[..., Any]

__all__ = ["members", "value_members"]


class _Fields(metaclass=ABCMeta):  # noqa: B024 (what it says is all that it is for)
    """Objects that are mappings, for ``isinstance``: each class of them by itself, not with all of its Go type."""

    @classmethod
    def __subclasshook__(cls, subclass: type, /) -> bool:
        return issubclass(subclass, GoObject) and hasattr(subclass, "__getitem__") and hasattr(subclass, "keys")


cast("ABCMeta", Mapping).register(_Fields)


def members(methods: dict[str, str], is_mapping: bool) -> dict[str, Any]:
    """What a class gets that has these methods, by the protocol that each one serves."""
    found: dict[str, Any] = dict(_MAPPING) if is_mapping else {}
    if "length" in methods:
        found["__len__"] = _unary(methods["length"])
    if "contains" in methods:
        found["__contains__"] = _contains(methods["contains"])
    if "iterate" in methods:
        found["__iter__"] = _iterate(methods["iterate"])
    if "text" in methods:
        found["__str__"] = _text
    compare = methods.get("compare")
    if compare is not None:
        found.update(
            __eq__=_compared(compare, lambda order: order == 0),
            __lt__=_compared(compare, lambda order: order < 0),
            __le__=_compared(compare, lambda order: order <= 0),
            __gt__=_compared(compare, lambda order: order > 0),
            __ge__=_compared(compare, lambda order: order >= 0),
        )
    elif "less" in methods:
        less = methods["less"]
        found.update(
            __lt__=_less(less, swapped=False, negated=False),
            __gt__=_less(less, swapped=True, negated=False),
            __le__=_less(less, swapped=True, negated=True),
            __ge__=_less(less, swapped=False, negated=True),
        )
    if "equal" in methods:
        found["__eq__"] = _equal(methods["equal"])
    if "__eq__" in found:
        # What is equal may change, and equal objects would need one hash.
        found["__hash__"] = None
    return found


def value_members(base: type) -> dict[str, Any]:
    """What the class of objects gets whose values are subclasses of ``base``: an error of a slice type is one."""
    names = {list: _LIST, dict: _DICT, int: ("__int__", "__index__"), float: ("__float__",)}.get(base, ())
    return {name: _of_value(name) for name in names}


def _of_value(name: str) -> Method:
    def call(self: Any, *arguments: object) -> Any:
        return getattr(self._record(), name)(*arguments)

    call.__name__ = name
    return call


def _unary(name: str) -> Method:
    def call(self: Any) -> Any:
        return getattr(self, name)()

    return call


def _contains(name: str) -> Method:
    def contains(self: Any, item: object) -> bool:
        return getattr(self, name)(item)

    return contains


def _iterate(name: str) -> Method:
    def iterate(self: Any) -> Iterator[Any]:
        return iter(getattr(self, name)())

    return iterate


def _text(self: Any) -> str:
    text = self._text()
    return repr(self) if text is None else text


def _is_own(self: object, other: object) -> bool:
    return isinstance(other, type(self)) or isinstance(self, type(other))


def _equal(name: str) -> Method:
    def equal(self: Any, other: object) -> Any:
        if self is other:
            return True
        return getattr(self, name)(other) if _is_own(self, other) else NotImplemented

    return equal


def _compared(name: str, says: Callable[[int], bool]) -> Method:
    def compare(self: Any, other: object) -> Any:
        return says(getattr(self, name)(other)) if _is_own(self, other) else NotImplemented

    return compare


def _less(name: str, *, swapped: bool, negated: bool) -> Method:
    def compare(self: Any, other: Any) -> Any:
        if not _is_own(self, other):
            return NotImplemented
        first, second = (other, self) if swapped else (self, other)
        return getattr(first, name)(second) != negated

    return compare


def _length(self: Any) -> int:
    return len(self._keys())


def _has_key(self: Any, key: object) -> bool:
    return key in self._keys()


def _iterate_keys(self: Any) -> Iterator[str]:
    return iter(self._keys())


def _item(self: Any, key: object) -> Any:
    name = self._field_of(key) if isinstance(key, str) else None
    if name is None:
        raise KeyError(key)
    return getattr(self, name)


def _set_item(self: Any, key: object, value: Any) -> None:
    name = self._field_of(key) if isinstance(key, str) else None
    if name is None:
        raise KeyError(key)
    setattr(self, name, value)


def _get(self: Any, key: str, default: Any = None, /) -> Any:
    """The value under a key, or ``default``."""
    try:
        return self[key]
    except KeyError:
        return default


def _keys(self: Any) -> list[str]:
    """The canonical keys of the exported fields."""
    return self._keys()


def _values(self: Any) -> list[Any]:
    """The values of the exported fields."""
    return [self[key] for key in self._keys()]


def _items(self: Any) -> list[tuple[str, Any]]:
    """Canonical keys and values of the exported fields."""
    return [(key, self[key]) for key in self._keys()]


_LIST = ("__len__", "__getitem__", "__iter__", "__contains__", "__reversed__")
_DICT = ("__len__", "__getitem__", "__iter__", "__contains__", "get", "keys", "values", "items")
_MAPPING: dict[str, Any] = {
    "__len__": _length,
    "__contains__": _has_key,
    "__iter__": _iterate_keys,
    "__getitem__": _item,
    "__setitem__": _set_item,
    "get": _get,
    "keys": _keys,
    "values": _values,
    "items": _items,
}
