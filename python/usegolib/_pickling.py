"""How packages, functions and classes are pickled: by the way the package was imported, and names.

Unpickling imports the package as it was imported here, at the version that is loaded here; so spawned processes get it,
and functions that refer to it. Values are pickled by what they are, with their class by name. Objects live in their
process and are refused.
"""

from __future__ import annotations

import copyreg
import sys
from abc import ABCMeta
from types import BuiltinFunctionType, ModuleType
from typing import TYPE_CHECKING, Any, cast

from usegolib import _core

if TYPE_CHECKING:
    from usegolib._package import Package, Source

__all__ = ["GoType", "package_of"]


class GoType(ABCMeta):
    """The type of the classes that are made for Go's types.

    A type can have several: of values, of live references, and those of each view. Instances of one are of all.
    """

    def __subclasscheck__(cls, subclass: type, /) -> bool:
        # Not as abstract classes do, which ask all classes that derive from one.
        return _core.is_of_type(cls, subclass) or type.__subclasscheck__(cls, subclass)

    def __instancecheck__(cls, instance: Any, /) -> bool:
        return cls.__subclasscheck__(cast("type[object]", type(instance))) or type.__instancecheck__(cls, instance)


def restore_package(name: str, source: Source) -> Package:
    """The package, imported as it was where it was pickled."""
    from usegolib._bundle import bundle
    from usegolib._import import import_

    if "members" not in source:
        return import_(**source)
    options = dict(source)
    bundle(*options.pop("members"), **options)
    return import_(name)


def restore_view(package: Package, options: dict[str, Any]) -> Package:
    """The package with these options."""
    return package.view(**options)


def restore_class(package: Package, go_type: str, kind: str) -> type[Any]:
    """The class of that kind of a Go type."""
    return package._binding.class_of_kind(go_type, kind)  # pyright: ignore[reportPrivateUsage]


def package_of(library: str) -> Package:
    """A package of a loaded library."""
    from usegolib._import import imported

    for package in imported():
        if package.__file__ == library:
            return package
    message = f"no package of {library} has been imported"
    raise TypeError(message)


def _reduce_class(class_: GoType) -> str | tuple[Any, ...]:
    found = sys.modules.get(class_.__module__)
    if found is not None and getattr(found, class_.__qualname__, None) is class_:
        # A class of a Python module, such as one that derives from Go's.
        return class_.__qualname__
    origin = _core.origin_of(class_)
    if origin is None:
        return class_.__qualname__
    library, go_type, kind, options = origin
    return restore_class, (restore_view(package_of(library), options), go_type, kind)


def _reduce_function(function: BuiltinFunctionType) -> Any:
    from usegolib._import import imported

    if isinstance(function.__self__, ModuleType):
        for package in imported():
            if package.__name__ != function.__module__:
                continue
            for one in package.views():
                if one.__dict__.get(function.__name__) is function:
                    return getattr, (one, function.__name__)
    return function.__reduce__()


def _reduce_method(method: Any) -> tuple[Any, ...]:
    from usegolib._import import imported

    class_name, _, name = method.__qualname__.rpartition(".")
    for package in imported():
        if package.__name__ == method.__module__:
            for one in package.views():
                class_ = getattr(one, class_name, None)
                if vars(class_).get(name) is method:
                    return getattr, (class_, name)
    message = f"cannot pickle the method {method.__qualname__}: its class is none of a package that was imported"
    raise TypeError(message)


def register_method_type(type_: type) -> None:
    """Has the methods of classes of values pickled by their class and name."""
    copyreg.pickle(type_, _reduce_method)


copyreg.pickle(GoType, _reduce_class)  # pyright: ignore[reportArgumentType]
# Go's functions are of the interpreter's own type for functions; all others are pickled as ever.
copyreg.pickle(BuiltinFunctionType, _reduce_function)
