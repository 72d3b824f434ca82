"""What a typed package's structs are: dataclasses (spec: Python Typed Struct Wrappers)."""

from __future__ import annotations

import copy
import dataclasses
import re
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

__all__ = ["Struct"]

_SCALARS = {
    "bool": "bool",
    "string": "str",
    "error": "GoError | None",
    "any": "Any",
    "[]byte": "bytes",
    "[]uint8": "bytes",
    "time.Time": "str",
    "time.Duration": "int",
    "github.com/google/uuid.UUID": "str",
}
_NUMBERS = {"int": "int", "uint": "int", "byte": "int", "rune": "int", "float": "float", "complex": "complex"}


_HIDDEN_STATE = "_hidden"
_StructT = TypeVar("_StructT", bound="Struct")


class Struct:
    """The base of the dataclasses: a Go struct by value.

    One that came from Go keeps the state that its fields don't show, for when
    it is given back; copies keep it too, pickles don't.
    """

    # Slots, so that the decoder fills an instance as fast as it fills a dict.
    __slots__ = ("__weakref__", "_hidden")

    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]
        _hidden: Any

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


def make_dataclass(name: str, package: str, doc: str, fields: list[tuple[str, str, str, bool]]) -> type[Any]:
    """The dataclass of a struct, given each field's name, key, Go type and whether it must be given."""
    # Python wants fields with a default behind those without.
    ordered = sorted(fields, key=lambda one: not one[3])
    made = dataclasses.make_dataclass(
        re.sub(r"\W", "_", name),
        [
            (name_of_field, _annotation(go_type), _field(key, required))
            for name_of_field, key, go_type, required in ordered
        ],
        bases=(Struct,),
        slots=True,
    )
    made.__module__ = package
    made.__doc__ = doc or made.__doc__
    return made


def _field(key: str, required: bool) -> Any:
    metadata = {"go": key}
    if required:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=None, metadata=metadata)


def _annotation(go_type: str) -> str:
    if go_type in _SCALARS:
        return _SCALARS[go_type]
    if number := _NUMBERS.get(go_type.rstrip("0123456789")):
        return number
    if go_type.startswith("*"):
        return f"{_annotation(go_type[1:])} | None"
    if go_type.startswith("[]"):
        return f"list[{_annotation(go_type[2:])}]"
    if array := re.match(r"\[\d+\](.*)", go_type):
        return "bytes" if array[1] in ("byte", "uint8") else f"list[{_annotation(array[1])}]"
    if simple := re.match(r"map\[([a-z0-9]+)\](.*)", go_type):
        return f"dict[{_annotation(simple[1])}, {_annotation(simple[2])}]"
    return "Any"
