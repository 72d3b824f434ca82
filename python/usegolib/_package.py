"""The package object: a Go package as a Python module.

Names are bound when they are first touched and kept in the module's dict;
variables are properties of a class made for the package, so that they are read
and written in Go. A package has a twin that gives dataclasses for structs.
"""

from __future__ import annotations

import builtins
import importlib
import types
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from usegolib._core import GoObject
from usegolib.errors import UnsupportedSignatureError, UnsupportedTypeError

if TYPE_CHECKING:
    from usegolib._core import Binding
    from usegolib._exceptions import Exceptions

__all__ = ["Package", "Source", "TypedPackage", "Types"]

_OPTIONS = ("structs", "times", "arrays")

Source = dict[str, Any]
"""What imports a package again: the arguments of ``import_``, or those of ``bundle`` with its ``members``."""


class Package(types.ModuleType):
    """An imported Go package: its exported names are attributes.

    ``__version__`` is the module's version, ``__go_module__`` its path and
    ``__file__`` the loaded library.
    """

    _binding: Binding
    _home: Package
    _views: dict[tuple[str, str, str], Package]
    _source: Source
    __version__: str
    __go_module__: str

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding.package, binding.doc or None)
        self._binding = binding
        self._home = self
        self._views = {("record", "go", "list"): self}
        # A module's own `__getattr__` (PEP 562) costs nothing for the names that
        # are bound; one of the class is in the way of every name.
        self.__dict__["__getattr__"] = self._bind
        self.__version__ = binding.version
        self.__go_module__ = binding.module
        self.__file__ = binding.library

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def _bind(self, name: str) -> Any:
        # Python's own protocols ask for these all the time; Go has no such names.
        if name == "__all__":
            return self._binding.names()
        if name.startswith("__"):
            raise AttributeError(f"Go package {self.__name__!r} has no attribute {name!r}")
        try:
            value = self._binding.bind(name)
        except KeyError:
            value = self._generic(name)
            if value is None:
                value = self._generic_type(name)
            if value is None and "_beneath" in self.__dict__:
                # A package of `usegolib.pkg` may have others beneath it.
                value = self.__dict__["_beneath"](name)
            if value is None:
                raise self._unknown(name) from None
        self.__dict__[name] = value
        return value

    def __dir__(self) -> list[str]:
        own = ("exceptions", "generic", "obj_call", "obj_free", "obj_new", "object", "typed", "view")
        names = (*self._binding.names(), *self._binding.generics(), *self._binding.generic_types(), *own)
        return sorted({*names, *(key for key in self.__dict__ if key.startswith("__"))})

    def __repr__(self) -> str:
        return f"<Go package {self.__name__!r} ({self.__go_module__} {self.__version__})>"

    def _generic(self, name: str) -> Any:
        doc = self._binding.generics().get(name)
        if doc is None:
            return None
        from usegolib._generic import GenericFunction

        return GenericFunction(self, self._binding, name, doc)

    def _generic_type(self, name: str) -> Any:
        doc = self._binding.generic_types().get(name)
        if doc is None:
            return None
        from usegolib._generic import GenericType

        return GenericType(self, self._binding, name, doc)

    def _unknown(self, name: str) -> AttributeError:
        import difflib  # which most imports don't need

        generic = (*self._binding.generics(), *self._binding.generic_types())
        known = [*self._binding.names(), *generic, *self._binding.names(unsupported=True)]
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
        # Go's exported names differ from Python habits in case first of all.
        folded = [one for one in known if one.casefold() == name.replace("_", "").casefold()]
        suggestions = list(dict.fromkeys(folded + near))
        message = f"Go package {self.__name__!r} has no exported name {name!r}"
        if suggestions:
            message += f". Did you mean: {', '.join(suggestions)}?"
        return AttributeError(message, name=name, obj=self)

    def object(self, type: str | type[GoObject], init: Any = None) -> Any:
        """A new Go object of a struct type of this package: ``&T{...}``, also of one whose values are records.

        ``init`` is a dict of fields; those that are missing are zero.
        """
        from usegolib import _core

        made: Any = getattr(self, type) if isinstance(type, str) else type
        if not isinstance(made, builtins.type):
            message = f"{self.__name__}.{type} is no type"
            raise TypeError(message)
        if not issubclass(made, _core.GoObject):
            return _core.new_object(cast("builtins.type[Any]", made), init)
        return made() if init is None else made(init)

    def obj_new(self, type: str, init: Any = None) -> Any:
        """The same as :meth:`object`."""
        return self.object(type, init)

    def obj_call(self, obj: GoObject, method: str, *args: Any, **kwargs: Any) -> Any:
        """Calls a method of an object by name."""
        return getattr(obj, method)(*args, **kwargs)

    def obj_free(self, obj: GoObject) -> None:
        """Gives the object up, as its ``close()`` does."""
        given: Any = obj
        if not isinstance(given, GoObject):
            message = f"expected an object of Go's, got {type(given).__name__}"
            raise UnsupportedTypeError(message)
        given.close()

    def generic(self, name: str, type_args: Sequence[str]) -> Callable[..., Any]:
        """The instantiation of a generic function with these Go types, as ``package.Id["int64"]`` is.

        One that isn't there raises ``UnsupportedSignatureError``, and is noted: the
        next process that may build the module has it.
        """
        from usegolib._generic import GenericFunction

        found = getattr(self, name)
        if not isinstance(found, GenericFunction):
            raise UnsupportedSignatureError(f"{self.__name__}.{name} is not generic")
        return found[tuple(type_args)]

    @property
    def exceptions(self) -> Exceptions:
        """The exception classes of the package's error variables and error types, by their Go names."""
        found = self.__dict__.get("_exceptions")
        if found is None:
            from usegolib._exceptions import Exceptions

            found = self.__dict__["_exceptions"] = Exceptions(self)
        return found

    def views(self) -> list[Package]:
        """The package and the views of it that there are."""
        return [*self._home._views.values()]

    def __reduce__(self) -> tuple[Any, ...]:
        from usegolib._pickling import restore_package, restore_view

        if self is self._home:
            return restore_package, (self.__name__, self._source)
        for options, view in self._home._views.items():
            if view is self:
                return restore_view, (self._home, dict(zip(_OPTIONS, options, strict=True)))
        message = f"cannot pickle the package {self.__name__!r} of a generated module: pickle the module's functions"
        raise TypeError(message)

    def view(
        self,
        structs: Literal["record", "dataclass"] = "record",
        times: Literal["go", "python"] = "go",
        arrays: Literal["list", "numpy"] = "list",
    ) -> Package:
        """The same package seen otherwise, in all that its functions, objects and variables give.

        With ``structs="dataclass"`` structs by value are instances of dataclasses, which are in ``.types``.
        With ``times="python"`` times are ``datetime``, durations ``timedelta`` and UUIDs ``uuid.UUID``:
        they have microseconds, rounded down, and a year beyond 9999 raises ``UnsupportedTypeError``.
        With ``arrays="numpy"`` slices and arrays of numbers are numpy's. Raises ``ValueError`` for anything
        else, and ``ImportError`` where there is no numpy.
        """
        home = self._home
        options = (structs, times, arrays)
        found = home._views.get(options)
        if found is None:
            binding = home._binding.view(*options)
            if arrays == "numpy":
                # Better now than in the first call.
                importlib.import_module("numpy")
            view = make(binding, TypedPackage if structs == "dataclass" else Package)
            view._home = home
            found = home._views.setdefault(options, view)
        return found

    def typed(self) -> TypedPackage:
        """The same package with dataclasses for its structs, in ``.types``."""
        return cast("TypedPackage", self.view(structs="dataclass"))


class Types:
    """The dataclasses of a package's structs, by their Go names."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._binding = package._binding  # pyright: ignore[reportPrivateUsage]

    def __getattr__(self, name: str) -> type[Any]:
        try:
            found = self._binding.dataclass(name)
        except KeyError:
            message = f"Go package {self._binding.package!r} has no struct {name!r}"
            raise AttributeError(message, name=name, obj=self) from None
        self.__dict__[name] = found
        return found

    def __dir__(self) -> list[str]:
        return [name for name in self._binding.names() if hasattr(self, name)]

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self._package, "types")


class TypedPackage(Package):
    """A package whose functions and objects give dataclass instances for structs.

    The dataclasses are in :attr:`types`; every package takes their instances.
    """

    types: Types

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        self.types = Types(self)


def make(binding: Binding, base: type[Package] = Package) -> Package:
    """The package object of a binding."""
    # A class of its own carries the package's variables as properties.
    own = cast("type[Package]", type(base.__name__, (base,), {"__module__": base.__module__}))
    binding.define_variables(own)
    return own(binding)
