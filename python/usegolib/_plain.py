"""Go values as plain ones of Python, and copies that refuse to be changed.

What Go can't address, a struct in a map or in an interface, comes as a copy; changing it would change nothing, so it
says so instead. :func:`plain` makes values that are no longer Go's of whatever is live or can't be changed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, cast

from usegolib import _core
from usegolib._typed import Struct
from usegolib.errors import UnsupportedTypeError

__all__ = ["changeable", "plain", "unchangeable", "without_objects"]


class _Unchangeable:
    """What is common to copies of what Go can't address: they can't be changed."""

    __slots__ = ()

    def _refuse(self, *_arguments: object, **_keywords: object) -> NoReturn:
        name = getattr(self, "type_name", None) or "a value"
        name = name.rpartition("/")[2]
        message = f"{name} in a map or interface of Go can't be changed where it is"
        raise UnsupportedTypeError(
            message,
            hint="change a copy of it (record = o.M[k].copy()) and assign that: o.M[k] = record, or ref.value = record",
        )

    __setitem__ = __delitem__ = __ior__ = __iadd__ = __imul__ = __setattr__ = __delattr__ = _refuse
    update = setdefault = pop = popitem = clear = append = extend = insert = remove = sort = reverse = _refuse

    def copy(self) -> Any:
        """A copy that can be changed."""
        return changeable(self)

    def __copy__(self) -> Any:
        return changeable(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return copy.deepcopy(changeable(self), memo)

    def __reduce__(self) -> Any:
        return changeable(self).__reduce_ex__(2)


class UnchangeableDict(_Unchangeable, dict[Any, Any]):
    """A dict that can't be changed."""

    __slots__ = ()

    def __reduce__(self) -> Any:
        return dict, (changeable(self),)


class UnchangeableList(_Unchangeable, list[Any]):
    """A list that can't be changed."""

    __slots__ = ()

    def __reduce__(self) -> Any:
        return list, (changeable(self),)


class _UnchangeableStruct(Struct):
    """What is common to dataclass instances that can't be changed."""

    __slots__ = ()

    def __new__(cls, *arguments: Any, **keywords: Any) -> Any:
        # A new one, as dataclasses.replace makes it, is nobody's copy.
        return _changeable_classes[cls](*arguments, **keywords)

    def __setattr__(self, _name: str, _value: object) -> NoReturn:
        message = f"{type(self).__name__} in a map or interface of Go can't be changed where it is"
        raise UnsupportedTypeError(
            message, hint="change a copy of it (value = copy.copy(o.M[k])) and assign that: o.M[k] = value"
        )

    def __delattr__(self, _name: str) -> NoReturn:
        self.__setattr__(_name, None)

    def __eq__(self, other: object) -> bool:
        # A dataclass compares with its own class only.
        return changeable(self) == changeable(other)

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __copy__(self) -> Any:
        return changeable(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return copy.deepcopy(changeable(self), memo)

    def __reduce__(self) -> Any:
        return changeable(self).__reduce__()


_unchangeable_classes: dict[type, type] = {dict: UnchangeableDict, list: UnchangeableList}
_changeable_classes: dict[type, type] = {UnchangeableDict: dict, UnchangeableList: list}


def _unchangeable_class(class_: type) -> type:
    made = _unchangeable_classes.get(class_)
    if made is None:
        namespace = {"__slots__": (), "__module__": class_.__module__, "__qualname__": class_.__qualname__}
        base: type = _UnchangeableStruct if issubclass(class_, Struct) else _Unchangeable
        make: Any = type(cast("object", class_))
        made = cast("type", make(class_.__name__, (base, class_), namespace))
        _unchangeable_classes[class_] = made
        _changeable_classes[made] = class_
    return made


def unchangeable(value: Any) -> Any:
    """A fresh copy of a Go value as one that refuses to be changed, whatever is in it."""
    class_ = cast("type[Any]", type(value))
    if issubclass(class_, (dict, list, Struct)):
        return _like(_unchangeable_class(cast("type[Any]", class_)), value, unchangeable)
    return value


def changeable(value: Any) -> Any:
    """A copy of what refuses to be changed that can be changed, whatever is in it."""
    class_ = cast("type[Any]", type(value))
    if issubclass(class_, (_Unchangeable, _UnchangeableStruct)):
        return _like(_changeable_classes[class_], value, changeable)
    return value


def _like(class_: Any, value: Any, convert: Any) -> Any:
    """A value of the class with what is in another one, converted, and its hidden state."""
    made: Any
    if issubclass(class_, Struct):
        made = object.__new__(class_)
        for name in class_.__dataclass_fields__:
            object.__setattr__(made, name, convert(getattr(value, name)))
    elif issubclass(class_, dict):
        made = dict.__new__(cast("type[dict[Any, Any]]", class_))
        dict[Any, Any].update(made, {key: convert(item) for key, item in dict[Any, Any].items(value)})
    else:
        made = list.__new__(cast("type[list[Any]]", class_))
        list[Any].extend(made, [convert(item) for item in list[Any].__iter__(value)])
    hidden = getattr(value, "_hidden", None)
    if hidden is not None:
        cast("Any", class_)._hidden.__set__(made, hidden)
    return made


def plain(value: Any) -> Any:
    """The value as Python's own: what is live becomes a copy, an object the dict of its fields, all the way down.

    It serves ``json.dumps(..., default=usegolib.plain)``. Raises TypeError for what has no plain form: an
    object without exported fields, a func, and bytes that a JSON encoder asks about.
    """
    if isinstance(value, (bytes, complex)):
        message = f"{type(value).__name__} is plain already: how it is written is for its writer to say"
        raise TypeError(message)
    return _plain(value, ())


def _plain(value: Any, outer: tuple[Any, ...]) -> Any:
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
        return value
    if any(_is_same(value, one) for one in outer):
        message = f"{type(value).__name__!r} contains itself"
        raise ValueError(message)
    inner = (*outer, value)
    content: Any = value
    if isinstance(value, (_core.MapReference, _core.SliceReference, _Unchangeable)):
        content = value.copy()
    elif isinstance(value, _core.GoObject):
        content = value._snapshot()  # pyright: ignore[reportPrivateUsage]
        if not content:
            message = f"{type(value).__name__!r} has no plain form"
            raise TypeError(message)
    if isinstance(content, Mapping):
        entries = cast("Mapping[Any, Any]", content)
        return {key: _plain(item, inner) for key, item in entries.items()}
    if isinstance(content, (list, tuple, set, frozenset)):
        items = cast("Iterable[Any]", content)
        return [_plain(item, inner) for item in items]
    message = f"{type(value).__name__!r} has no plain form"
    raise TypeError(message)


def without_objects(value: Any) -> Any:
    """A fresh copy of Go's values with what it refers to as values, too: records, else dicts of the fields.

    Raises TypeError for objects without exported fields, ValueError for one that is in itself.
    """
    return _without_objects(value, ())


def _without_objects(value: Any, outer: tuple[Any, ...]) -> Any:
    content: Any = value
    if isinstance(value, _core.GoObject):
        if any(_is_same(value, one) for one in outer):
            message = f"{type(value).__name__!r} contains itself"
            raise ValueError(message)
        outer = (*outer, value)
        content = value._record()  # pyright: ignore[reportPrivateUsage]
        if content is None:
            content = value._snapshot()  # pyright: ignore[reportPrivateUsage]
            if not content:
                name = type(value).__name__
                message = f"{name!r} has no plain form: dict() and list() make copies that refer to the same objects"
                raise TypeError(message)
    if isinstance(content, dict):
        entries = cast("dict[Any, Any]", content)
        for key, item in list(dict[Any, Any].items(entries)):
            dict[Any, Any].__setitem__(entries, key, _without_objects(item, outer))
    elif isinstance(content, list):
        items = cast("list[Any]", content)
        items[:] = [_without_objects(item, outer) for item in items]
    elif isinstance(content, Struct):
        for name in content.__dataclass_fields__:
            object.__setattr__(content, name, _without_objects(getattr(content, name), outer))
    return cast("Any", content)


def _is_same(value: Any, other: Any) -> bool:
    """Whether both are the same object, or references to the same one of Go's."""
    if isinstance(value, _core.GoObject) and isinstance(other, _core.GoObject):
        return value._is(other)  # pyright: ignore[reportPrivateUsage]
    return value is other
