"""Values that carry a Go type: the parts of their classes that are Python."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

from usegolib import _core
from usegolib.errors import UnsupportedSignatureError

if TYPE_CHECKING:
    import inspect

_PLAIN: tuple[type, ...] = (int, float, complex, str, bytes, list, dict)
_CONTAINERS: dict[Any, Any] = {dict: dict[Any, Any].update, list: list[Any].extend}
_Value = TypeVar("_Value")


class Record(dict[str, Any]):
    """A struct by value: a dict with canonical keys that carries its Go type.

    Its fields are attributes by their Go names, too; one that Go left out reads as zero.
    Made from field keywords or one dict; fields that are not named are zero.
    """

    __slots__ = ()

    def __init__(self, /, *args: Any, **fields: Any) -> None:
        super().__init__()
        _core.fill_record(self, args, fields)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            if hasattr(type(self), name):
                message += f": {name} is a field of what it embeds, which is nil"
            elif name in self:
                message += f": attributes have Go's names, items the keys of the tags ([{name!r}])"
            raise AttributeError(message, name=name, obj=self)


class ConstructorSignature:
    """What a struct's class is called with: its fields, each with its zero value."""

    def __get__(self, instance: object, owner: type) -> inspect.Signature:
        import inspect  # which most programs don't need

        home = next(one for one in owner.__mro__ if vars(one).get("__signature__") is self)
        own = owner.__init__ is home.__init__ and owner.__new__ is home.__new__
        if instance is not None or not own:
            raise AttributeError("__signature__")
        fields = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=zero)
            for name, annotation, zero in _core.constructor_fields(home)
        ]
        return inspect.Signature(fields)


class ValueSignature:
    """What a class of other values is called with: what its base is made of."""

    def __get__(self, instance: object, owner: type) -> inspect.Signature:
        import inspect  # which most programs don't need

        if instance is not None:
            raise AttributeError("__signature__")
        zero = next(base for base in (Bool, *_PLAIN) if issubclass(owner, base))()
        return inspect.Signature([inspect.Parameter("value", inspect.Parameter.POSITIONAL_ONLY, default=zero)])


class NilList(list[Any]):
    """The nil slice of a record's field: an empty list, which goes back to Go as nil until something is put into it."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), (list(self),)


class NilDict(dict[Any, Any]):
    """The nil map of a record's field: an empty dict, which goes back to Go as nil until something is put into it."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), (dict(self),)


class NilBytes(bytes):
    """The nil byte slice of a record's field: empty, and nil again in Go."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), ()


class Bool(int):
    """A named bool with methods: an int that is 1 or 0 and prints as a bool, of which Python has no subclasses."""

    __slots__ = ()

    def __new__(cls, value: object = False, /) -> Bool:
        return int.__new__(cls, bool(value))

    def __repr__(self) -> str:
        return repr(bool(self))

    def __format__(self, spec: str, /) -> str:
        return format(bool(self) if spec else str(self), spec)


class Func(_core.GoObject):
    """A Go func whose type the module's surface doesn't show: a value of a map[string]any, say.

    What it takes and returns is known when it is called: arguments that don't fit raise UnsupportedTypeError.
    """

    __slots__ = ()

    def __call__(self, *arguments: Any) -> Any:
        return _core.call_func(self, arguments)

    def __iter__(self) -> _core.GoIterator:
        # Go knows whether it is a sequence.
        return _core.iterate(self)


class Undeclared(_core.GoObject):
    """A Go value of a type that the module's surface doesn't show, such as what an error wraps.

    Its exported fields can be read, and the methods be called of those interfaces of the module that it implements
    and that errors have by convention. They are found when they are asked for.
    """

    __slots__ = ()

    def __iter__(self) -> _core.GoIterator:
        # Go knows whether it is a channel.
        return _core.iterate(self)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            return undeclared_member(self, name)

    def __str__(self) -> str:
        text = self._text()
        return repr(self) if text is None else text

    def __repr__(self) -> str:
        # The type's name is Go's to say.
        return super().__repr__() if self.closed else f"<{self.type_name} object>"

    def __dir__(self) -> list[str]:
        methods = {name for one in _core.as_interfaces(self) for name in dir(type(one))}
        return sorted({*object.__dir__(self), *_core.fields(self), *methods})


def undeclared_member(self: Any, name: str) -> Any:
    """A field of an object whose type the module's surface doesn't show, or a method of an interface of the module."""
    if not name.startswith("_"):
        found = _core.field(self, name)
        if found:
            return found[0]
        for one in _core.as_interfaces(self, name):
            return getattr(one, name)
    message = f"{self.type_name} has no exported field {name!r}, and no interface of the module such a method"
    raise AttributeError(message, name=name, obj=self)


class Unsupported:
    """A method that exists in Go but can't cross: touching it says why."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __get__(self, instance: object, owner: type | None = None) -> NoReturn:
        raise UnsupportedSignatureError(self.message)


def beyond(self: Any, name: str) -> NoReturn:
    """Says why an object of a type far from the module's surface has nothing."""
    message = f"{type(self).__qualname__!r} object has no attribute {name!r}"
    if not name.startswith("_"):
        message += (
            ": its type is beyond the nearest ones that the module reaches, whose fields and methods the library has "
            "(usegolib inspect lists those that are left out); build fewer packages, or a bundle with the type's own"
        )
    raise AttributeError(message, name=name, obj=self)


def text_of(value: Any) -> str:
    """What Go prints: ``String()``, else ``Error()``."""
    kind = cast("type[object]", type(value))
    return value.String() if hasattr(kind, "String") else value.Error()


def reduce_value(value: Any) -> tuple[Any, ...]:
    """Pickles as the built-in value and its class. Raises ``TypeError`` for a struct with hidden state."""
    refuse_hidden_state(value)
    plain: Any = next(base for base in _PLAIN if isinstance(value, base))
    return _restored, (type(value), plain(value))


def refuse_hidden_state(value: Any) -> None:
    """Raises ``TypeError`` if a struct has state that its fields don't show, which lives in Go only."""
    if getattr(value, "_hidden", None) is not None:
        name = type(value).__name__
        message = f"cannot pickle {name!r}: it has state in Go that its fields don't show; pickle its fields, as a dict"
        if isinstance(value, str):
            message = (
                f"cannot pickle {name!r}: it has state in Go that its text doesn't say; pickle its text, str(value)"
            )
        raise TypeError(message)


def _restored(class_: Any, plain: Any) -> Any:
    for container, fill in _CONTAINERS.items():
        if issubclass(class_, container):
            made = container.__new__(class_)
            fill(made, plain)
            return made
    return type(plain).__new__(class_, plain)


def copy_value(value: _Value) -> _Value:
    """A shallow copy of the same type, with the hidden state of a struct."""
    return _copied(value, None)


def deepcopy_value(value: _Value, memo: dict[int, Any]) -> _Value:
    """A deep copy of the same type, with the hidden state of a struct, which no call changes."""
    return _copied(value, memo)


def _copied(value: Any, memo: dict[int, Any] | None) -> Any:
    for container, fill in _CONTAINERS.items():
        if isinstance(value, container):
            content = container(value)
            copied = container.__new__(type(value))
            fill(copied, content if memo is None else copy.deepcopy(content, memo))
            hidden = getattr(value, "_hidden", None)
            if hidden is not None:
                copied._hidden = hidden
            return copied
    return value
