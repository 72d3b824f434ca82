"""What a typed package's structs are: dataclasses (spec: Python Typed Struct Wrappers)."""

from __future__ import annotations

import copy
import dataclasses
import functools
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from usegolib import _core
from usegolib._annotations import Annotations
from usegolib._pickling import GoType
from usegolib._values import refuse_hidden_state

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Struct"]

_HIDDEN_STATE = "_hidden"
_StructT = TypeVar("_StructT", bound="Struct")


class Struct(metaclass=GoType):
    """The base of the dataclasses: a Go struct by value.

    One that came from Go keeps the state that its fields don't show, for when
    it is given back; copies keep it too, and pickling one with such state is refused.
    """

    # Slots, so that the decoder fills an instance as fast as it fills a dict.
    __slots__ = ("__weakref__", "_hidden")

    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]
        _hidden: Any

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Refuses to lose what only Go has."""
        refuse_hidden_state(self)
        return object.__new__, (type(self),), self.__getstate__()

    def __getstate__(self) -> dict[str, Any]:
        """The fields, and what else a subclass gave the instance."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__ if hasattr(self, name)}
        return {**getattr(self, "__dict__", {}), **fields}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Gives a new instance its fields."""
        for name, value in state.items():
            object.__setattr__(self, name, value)

    def __copy__(self: _StructT) -> _StructT:
        """A shallow copy, hidden state included."""
        return self._made(self.__getstate__())

    def __deepcopy__(self: _StructT, memo: dict[int, Any]) -> _StructT:
        """A deep copy; no call changes the hidden state, which the copies share."""
        made = self._made({})
        memo[id(self)] = made
        made.__setstate__(copy.deepcopy(self.__getstate__(), memo))
        return made

    def _made(self: _StructT, state: dict[str, Any]) -> _StructT:
        made = object.__new__(type(self))
        if hasattr(self, _HIDDEN_STATE):
            made._hidden = self._hidden
        made.__setstate__(state)
        return made


def make_dataclass(
    name: str, package: str, doc: str, fields: list[tuple[str, str, str, Callable[[], Any]]]
) -> type[Any]:
    """The dataclass of a struct, given each field's name, key, annotation and what makes its zero value."""
    made = dataclasses.make_dataclass(
        name,
        [(field, annotation, _field(key, zero)) for field, key, annotation, zero in fields],
        bases=(Struct,),
        slots=True,
    )
    # Fields say what they are in words, and the class what these mean: nested dataclasses are made for it.
    made.__annotations__ = Annotations(made.__annotations__, functools.partial(_resolve, made))
    made.__module__ = package
    made.__doc__ = doc or made.__doc__
    return made


def _resolve(made: type[Any], annotations: Annotations) -> bool:
    annotations.update(_core.field_annotations(made))
    return True


def _field(key: str, zero: Callable[[], Any]) -> Any:
    metadata = {"go": key}
    value = zero()
    if type(value).__hash__ is None:
        return dataclasses.field(default_factory=zero, metadata=metadata)
    return dataclasses.field(default=value, metadata=metadata)
