"""Generic functions: Go's instantiations of them, by their types (spec: Generic Function Instantiation)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from usegolib import _core
from usegolib.errors import UnsupportedSignatureError

if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable, Sequence

    from usegolib._core import Binding
    from usegolib._package import Package

__all__ = ["GenericFunction", "GenericType"]

#: What stands for a type argument: an expression of Go's, or a class.
TypeArgument: TypeAlias = "str | type[Any]"

# What values of Python's own are in Go.
_TYPES: dict[object, str] = {
    bool: "bool",
    int: "int",
    float: "float64",
    complex: "complex128",
    str: "string",
    bytes: "[]uint8",
    object: "any",
    Any: "any",
}


class GenericFunction:
    """A generic Go function.

    A call infers the types from its arguments; ``package.Id["int64"]`` is the instantiation with that type.
    """

    def __init__(self, package: Package, binding: Binding, name: str, doc: str) -> None:
        self._package = package
        self._binding = binding
        self._instances: dict[str, Callable[..., Any]] = {}
        self.__name__ = name
        self.__qualname__ = name
        self.__module__ = binding.package
        self.__doc__ = doc

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self._package, self.__name__)

    @property
    def __signature__(self) -> inspect.Signature:
        """The parameters by their names; which types they have depends on the call."""
        import inspect

        names, variadic = self._binding.generic_parameters(self.__name__)
        kinds = [inspect.Parameter.POSITIONAL_OR_KEYWORD] * len(names)
        if variadic:
            kinds[-1] = inspect.Parameter.VAR_POSITIONAL
        return inspect.Signature([inspect.Parameter(*one) for one in zip(names, kinds, strict=True)])

    def __getitem__(self, type_args: TypeArgument | tuple[TypeArgument, ...]) -> Callable[..., Any]:
        """The instantiation with these types: Go's, as Go writes them, or classes of Python's."""
        wanted = _type_arguments(type_args)
        symbol, wanted, there = self._binding.instantiation(self.__name__, wanted)
        if symbol is None:
            raise _missed(self._binding, self.__name__, wanted, there)
        return self._instance(symbol)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        symbol, types, arguments = self._binding.infer(self.__name__, arguments, keywords)
        if symbol is not None:
            return self._instance(symbol)(*arguments, **keywords)
        if types is not None:
            raise _missed(self._binding, self.__name__, types, [])
        message = f"{self.__module__}.{self.__name__} is generic, and its types are not known from these arguments"
        raise UnsupportedSignatureError(message, hint=f'name its types, as in {self.__name__}["int64"](...)')

    def _instance(self, symbol: str) -> Callable[..., Any]:
        found = self._instances.get(symbol)
        if found is None:
            found = cast("Callable[..., Any]", self._binding.instance(symbol))
            self._instances[symbol] = found
        return found

    def __repr__(self) -> str:
        return f"<generic Go function {self.__module__}.{self.__name__}>"


class GenericType:
    """A generic Go type: ``package.Box["int"]`` is the class of its values with that type."""

    def __init__(self, package: Package, binding: Binding, name: str, doc: str) -> None:
        self._package = package
        self._binding = binding
        instances = [one for one in binding.names() if one.startswith(f"{name}[")]
        self._instances = {one.replace(" ", ""): one for one in instances}
        self._spelled = {self._short(one): one for one in instances}
        self.__name__ = name
        self.__qualname__ = name
        self.__module__ = package.__name__
        self.__doc__ = doc

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self._package, self.__name__)

    def __getitem__(self, type_args: TypeArgument | tuple[TypeArgument, ...]) -> type[Any]:
        """The class of values of the type with these types: Go's, as Go writes them, or classes of Python's."""
        wanted = _type_arguments(type_args)
        alias = self._binding.generic_alias(self.__name__)
        if alias is not None:
            return self._aliased(*alias, wanted)
        named = f"{self.__name__}[{','.join(wanted)}]".replace(" ", "")
        found = self._instances.get(named) or self._spelled.get(self._short(named))
        if found is None:
            there = [one[len(self.__name__) + 1 : -1].split(",") for one in self._instances]
            raise _missed(self._binding, self.__name__, wanted, there)
        return getattr(self._package, found)

    def _aliased(self, parameters: list[str], stands_for: str, wanted: list[str]) -> type[Any]:
        """What an alias stands for with these types: a class, or what slices, arrays and maps are in Python."""
        named = f"{self.__module__}.{self.__name__}[{', '.join(wanted)}]"
        if len(wanted) != len(parameters):
            message = f"{named}: {self.__name__} takes {len(parameters)} type arguments, not {len(wanted)}"
            raise UnsupportedSignatureError(message)
        chosen = dict(zip(parameters, wanted, strict=True))
        text = re.sub(r"(?<![\w.])[^\W\d]\w*(?![\w.])", lambda found: chosen.get(found[0], found[0]), stands_for)
        text = text.removeprefix("*")
        if text.startswith("["):
            return list
        if text.startswith("map["):
            return dict
        for one in (text, text.replace(", ", ","), text.replace(" ", "")):
            try:
                return self._binding.class_of(one)
            except KeyError:
                continue
        message = f"{named} is {text}, which is no class of this package"
        raise UnsupportedSignatureError(message)

    def _short(self, text: str) -> str:
        """A type as the package's own code writes it: without import paths, and its own types by their names."""
        text = re.sub(r"[^\s\[\],*]*/", "", text.replace(" ", ""))
        own = re.escape(self._binding.package.rsplit("/", 1)[-1])
        return re.sub(rf"\b{own}\.", "", text)

    def __call__(self, *_arguments: Any, **_fields: Any) -> Any:
        message = f"{self.__module__}.{self.__name__} is a generic type"
        raise UnsupportedSignatureError(message, hint=f'name its types, as in {self.__name__}["int"](...)')

    def __repr__(self) -> str:
        return f"<generic Go type {self.__module__}.{self.__name__}>"


def _type_arguments(given: TypeArgument | tuple[TypeArgument, ...]) -> list[str]:
    """The types that stand between the brackets, as Go writes them."""
    return [_type_argument(one) for one in (given if isinstance(given, tuple) else (given,))]


def _type_argument(given: TypeArgument) -> str:
    if isinstance(given, str):
        return given
    found = _TYPES.get(given)
    if found is None and isinstance(given, type):  # pyright: ignore[reportUnnecessaryIsInstance]
        found = _core.type_argument_of(given)
    if found is None:
        message = f'a type argument is a Go type in words, as "[]string", or a class that stands for one, not {given!r}'
        raise TypeError(message)
    return found


def _missed(
    binding: Binding, name: str, wanted: list[str], there: Sequence[Sequence[str]]
) -> UnsupportedSignatureError:
    """Says that there is no such instantiation, and notes that there should be one."""
    named = f"{name}[{', '.join(map(repr, wanted))}]".replace("'", '"')
    message = f"{binding.package}.{named} is not instantiated"
    if there:
        some = ", ".join(f"{name}[{', '.join(one)}]" for one in there)
        message += f"; there is {some}"
    refused = binding.refused_instance(name, wanted)
    if refused is not None:
        return UnsupportedSignatureError(message, hint=f"it can't be: {refused}")
    if binding.note_missed(name, wanted):
        hint = "it is noted: the next process that may build the module has it"
    else:
        hint = "list it in a file and build with `usegolib build --generics FILE`"
    return UnsupportedSignatureError(message, hint=hint)
