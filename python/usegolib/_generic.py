"""Generic functions: Go's instantiations of them, by their types (spec: Generic Function Instantiation)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, cast

from usegolib.errors import UnsupportedSignatureError

if TYPE_CHECKING:
    from collections.abc import Callable

    from usegolib._core import Binding

__all__ = ["GenericFunction", "symbol_of"]


class GenericFunction:
    """A generic Go function: ``package.Id["int64"]`` is its instantiation with that type."""

    def __init__(self, package: Any, name: str, doc: str) -> None:
        self._package = package
        self.__name__ = name
        self.__module__ = package.__name__
        self.__doc__ = doc

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self._package, self.__name__)

    def __getitem__(self, type_args: str | tuple[str, ...]) -> Callable[..., Any]:
        wanted = (type_args,) if isinstance(type_args, str) else type_args
        return cast("Callable[..., Any]", self._package.generic(self.__name__, wanted))

    def __call__(self, *_arguments: Any, **_keywords: Any) -> NoReturn:
        """Says that there is no call without types: Python's arguments don't tell which Go's are."""
        raise TypeError(f'{self.__name__} is generic: name its types, as in {self.__name__}["int64"](...)')

    def __repr__(self) -> str:
        return f"<generic Go function {self.__module__}.{self.__name__}>"


def symbol_of(binding: Binding, name: str, type_args: list[str]) -> str:
    """The name of an instantiation; ``UnsupportedSignatureError`` if it isn't configured."""
    symbol, configured = binding.instantiation(name, type_args)
    if symbol is not None:
        return symbol
    message = f"{binding.package}.{name}[{', '.join(type_args)}] is not instantiated"
    if configured:
        there = ", ".join(f"{name}[{', '.join(one)}]" for one in configured)
        raise UnsupportedSignatureError(
            f"{message}; there is {there}",
            hint="add it to the generics file and rebuild with `usegolib build --generics FILE`",
        )
    raise UnsupportedSignatureError(
        message, hint="list the instantiations in a file and build with `usegolib build --generics FILE`"
    )
