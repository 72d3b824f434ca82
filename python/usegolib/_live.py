"""Live maps, slices and arrays: what makes references to Go's memory a mapping and a sequence.

What the interpreter asks for most, items and lengths, is native; iteration crosses in batches of growing size.
"""

from __future__ import annotations

import copy
from collections.abc import (
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    MutableMapping,
    MutableSequence,
    ValuesView,
)
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar, overload

from usegolib import _core
from usegolib._plain import changeable, without_objects
from usegolib.errors import UnsupportedTypeError

_K = TypeVar("_K")
_V = TypeVar("_V")
_T = TypeVar("_T")

_FIRST_BATCH = 64
_LARGEST_BATCH = 4096
_MISSING: Any = object()


def _batch_sizes() -> Iterator[int]:
    """How many items to ask for: few at first, as not all iterations go to the end."""
    size = _FIRST_BATCH
    while True:
        yield size
        size = min(4 * size, _LARGEST_BATCH)


class _Keys(KeysView[_K]):
    _mapping: GoMap[_K, Any]

    def __iter__(self) -> Iterator[_K]:
        return iter(self._mapping)


class _Values(ValuesView[_V]):
    _mapping: GoMap[Any, _V]

    def __iter__(self) -> Iterator[_V]:
        return self._mapping._iterate(_core.MapReference._values)  # pyright: ignore[reportPrivateUsage]

    def __contains__(self, value: object) -> bool:
        return any(found is value or found == value for found in self)


class _Items(ItemsView[_K, _V]):
    _mapping: GoMap[_K, _V]

    def __iter__(self) -> Iterator[tuple[_K, _V]]:
        return self._mapping._iterate(_core.MapReference._items)  # pyright: ignore[reportPrivateUsage]


class GoMap(_core.MapReference, MutableMapping[_K, _V]):
    """A map where it is in Go's memory: a field of an object, a package variable.

    It reads and writes that very map, and assigning to a key of a nil map makes one. It equals the dict of its
    content and prints as it; ``copy()`` is that dict, with everything below as plain values.
    """

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    if TYPE_CHECKING:

        def __getitem__(self, key: _K, /) -> _V: ...
        def __setitem__(self, key: _K, value: _V, /) -> None: ...
        def __delitem__(self, key: _K, /) -> None: ...
        def __len__(self) -> int: ...
        def __contains__(self, key: object, /) -> bool: ...
        def copy(self) -> dict[_K, _V]: ...
        def _content(self) -> dict[_K, _V]: ...
        def clear(self) -> None: ...

    def _iterate(self, batch: Any) -> Iterator[Any]:
        def batches() -> Iterator[list[Any]]:
            iteration = self._iteration()
            for size in _batch_sizes():
                items = batch(self, iteration, size)
                yield items
                if len(items) < size:
                    return

        return chain.from_iterable(batches())

    def __iter__(self) -> Iterator[_K]:
        """The keys, in Go's order: a different one each time."""
        return self._iterate(_core.MapReference._keys)

    def keys(self) -> KeysView[_K]:
        """The keys."""
        return _Keys(self)

    def values(self) -> ValuesView[_V]:
        """The values, live."""
        return _Values(self)

    def items(self) -> ItemsView[_K, _V]:
        """The keys with their values, live."""
        return _Items(self)

    def setdefault(self, key: _K, default: Any = None, /) -> Any:
        """The value under a key, live; the default is stored first where there is none."""
        try:
            return self[key]
        except KeyError:
            self[key] = default
        return self[key]

    def pop(self, key: Any, default: Any = _MISSING, /) -> Any:
        """Deletes a key: a copy of its value, or the default."""
        found, value = self._take(key)
        if found:
            return value
        if default is _MISSING:
            raise KeyError(key)
        return default

    def popitem(self) -> tuple[_K, _V]:
        """Deletes some key: it, and a copy of its value."""
        for key in self:
            return key, self.pop(key)
        message = "popitem(): the map is empty"
        raise KeyError(message)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, GoMap):
            return bool(self._content() == other._content())  # type: ignore[reportUnknownMemberType]
        if isinstance(other, Mapping):
            return bool(self._content() == (other if isinstance(other, dict) else dict(other)))  # type: ignore[reportUnknownArgumentType]
        return NotImplemented

    def __or__(self, other: Mapping[_K, _V]) -> dict[_K, _V]:
        return {**self._content(), **_detached(other)}

    def __ror__(self, other: Mapping[_K, _V]) -> dict[_K, _V]:
        return {**_detached(other), **self._content()}

    def __ior__(self, other: Any) -> GoMap[_K, _V]:
        self.update(other)
        return self

    def __repr__(self) -> str:
        return repr(self._content())

    def __copy__(self) -> dict[_K, _V]:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[_K, _V]:
        return copy.deepcopy(self.copy(), memo)

    def __reduce__(self) -> tuple[Any, ...]:
        return _reduced(self.copy(), dict)


class GoSlice(_core.SliceReference, MutableSequence[_T]):
    """A slice or array where it is in Go's memory: a field of an object, a package variable.

    Its items are live. Appending is Go's append: beyond the capacity there is a new array. It equals the list of
    its content and prints as it; ``copy()`` is that list, with everything below as plain values.
    Of numbers it has the buffer protocol, so that ``numpy.asarray(...)`` is Go's memory.
    """

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: int, /) -> _T: ...
        @overload
        def __getitem__(self, key: slice, /) -> list[_T]: ...
        def __getitem__(self, key: Any, /) -> Any: ...
        @overload
        def __setitem__(self, key: int, value: _T, /) -> None: ...
        @overload
        def __setitem__(self, key: slice, value: Iterable[_T], /) -> None: ...
        def __setitem__(self, key: Any, value: Any, /) -> None: ...
        def __delitem__(self, key: int | slice, /) -> None: ...
        def __len__(self) -> int: ...
        def copy(self) -> list[_T]: ...
        def _content(self) -> list[_T]: ...

    def __iter__(self) -> Iterator[_T]:
        def batches() -> Iterator[list[Any]]:
            start = 0
            for size in _batch_sizes():
                items = self._batch(start, size)
                if not items:
                    return
                yield items
                start += len(items)

        return chain.from_iterable(batches())

    def __reversed__(self) -> Iterator[_T]:
        return reversed(list(self))

    def __contains__(self, value: object) -> bool:
        return any(found is value or found == value for found in self)

    def _get_slice(self, key: slice) -> list[_T]:
        start, stop, step = key.indices(len(self))
        if step == 1:
            return self._batch(start, stop - start)
        return list(self)[key]

    def _set_slice(self, key: slice, value: Iterable[_T]) -> None:
        start, stop, step = key.indices(len(self))
        items = _values_of(value)
        if step == 1 and not self._is_array:
            self._splice(start, max(start, stop), items)
            return
        places = range(start, stop, step)
        if len(places) != len(items):
            kind = (
                "an array has the length that it has"
                if self._is_array
                else "a slice with a step stays as long as it is"
            )
            message = f"{len(items)} items for {len(places)} places: {kind}"
            raise ValueError(message)
        for place, item in zip(places, items, strict=True):
            self[place] = item

    def _delete(self, key: int | slice) -> None:
        if isinstance(key, slice):
            start, stop, step = key.indices(len(self))
            places = range(start, stop, step)
        else:
            index = key.__index__()
            length = len(self)
            place = index + length if index < 0 else index
            if not 0 <= place < length:
                message = "index out of range"
                raise IndexError(message)
            places = range(place, place + 1)
        if len(places) == 0:
            return
        if abs(places.step) == 1:
            first = min(places[0], places[-1])
            self._resize(first, first + len(places), [])
            return
        for place in sorted(places, reverse=True):
            self._resize(place, place + 1, [])

    def _resize(self, start: int, stop: int, items: Any) -> None:
        if self._is_array:
            message = f"a {self.type_name} can't change its length"
            raise UnsupportedTypeError(message)
        self._splice(start, stop, items)

    def insert(self, index: int, value: _T) -> None:
        """Inserts an item in front of an index."""
        length = len(self)
        place = max(0, index + length) if index < 0 else min(index, length)
        self._resize(place, place, [value])

    def append(self, value: _T) -> None:
        """Appends an item, as Go's append does."""
        self._resize(_END, _END, [value])

    def extend(self, values: Iterable[_T]) -> None:
        """Appends items, as Go's append does."""
        self._resize(_END, _END, _values_of(values))

    def clear(self) -> None:
        """Deletes all items."""
        self._resize(0, _END, [])

    def pop(self, index: int = -1) -> _T:
        """Deletes an item: a copy of it, where it is no pointer."""
        item: Any = self[index]
        value = without_objects(item) if self._holds_structs else changeable(_detached(item))
        del self[index]
        return value

    def reverse(self) -> None:
        """Reverses the items in their place."""
        self[:] = self._content()[::-1]

    def sort(self, *, key: Any = None, reverse: bool = False) -> None:
        """Sorts the items in their place."""
        self[:] = sorted(self._content(), key=key, reverse=reverse)

    def __add__(self, other: Iterable[_T]) -> list[_T]:
        return self._content() + list(other)

    def __radd__(self, other: Iterable[_T]) -> list[_T]:
        return list(other) + self._content()

    def __mul__(self, count: int) -> list[_T]:
        return self._content() * count

    __rmul__ = __mul__

    def __iadd__(self, values: Iterable[_T]) -> GoSlice[_T]:  # type: ignore[override]
        self.extend(values)
        return self

    def __eq__(self, other: object) -> bool:
        if isinstance(other, GoSlice):
            return bool(self._content() == other._content())  # type: ignore[reportUnknownMemberType]
        if isinstance(other, list):
            return bool(self._content() == other)
        return NotImplemented

    def __lt__(self, other: Any) -> bool:
        return self._content() < _detached(other)

    def __le__(self, other: Any) -> bool:
        return self._content() <= _detached(other)

    def __gt__(self, other: Any) -> bool:
        return self._content() > _detached(other)

    def __ge__(self, other: Any) -> bool:
        return self._content() >= _detached(other)

    def __repr__(self) -> str:
        return repr(self._content())

    def __copy__(self) -> list[_T]:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> list[_T]:
        return copy.deepcopy(self.copy(), memo)

    def __reduce__(self) -> tuple[Any, ...]:
        return _reduced(self.copy(), list)


_END = (1 << 63) - 1


def _values_of(values: Iterable[_T]) -> list[_T]:
    """The items as values: those of a live slice would be other ones once it has changed."""
    return [_detached(value) for value in values]


def _detached(value: Any) -> Any:
    return value._content() if isinstance(value, (_core.MapReference, _core.SliceReference)) else value


def _reduced(content: Any, plain_type: type) -> tuple[Any, ...]:
    return plain_type, (plain_type(content),)
