"""The exceptions that usegolib raises.

All of them are subclasses of :class:`UseGoLibError`, and all but those that
carry a Go error or panic say what to do about it in :attr:`UseGoLibError.hint`.
"""

from __future__ import annotations

import copy
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self

    from usegolib import GoObject

__all__ = [
    "ABIDecodeError",
    "ABIEncodeError",
    "AmbiguousArtifactError",
    "ArtifactNotFoundError",
    "BuildError",
    "ClosedObjectError",
    "ForkedError",
    "GoEOFError",
    "GoError",
    "GoPanicError",
    "GoTimeoutError",
    "LoadError",
    "UnsupportedSignatureError",
    "UnsupportedTypeError",
    "UseGoLibError",
    "UseGoLibWarning",
    "VersionConflictError",
]


class UseGoLibError(Exception):
    """Anything that usegolib or the Go code it runs reports."""

    def __init__(self, message: str = "", *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        """What went wrong."""
        self.hint = hint
        """What to do about it; None if there is nothing to say."""

    def __str__(self) -> str:
        if self.hint is None:
            return self.message
        return f"{self.message}\nhint: {self.hint}"


class UseGoLibWarning(UserWarning):
    """Something that works, but perhaps not as it was meant: old code, or a store that others may write to."""


class ArtifactNotFoundError(UseGoLibError):
    """No artifact matches the request, and none was to be built."""


class AmbiguousArtifactError(UseGoLibError):
    """Several versions of the module are there and none was asked for."""


class VersionConflictError(UseGoLibError):
    """Another version of the module is loaded in this process."""


class LoadError(UseGoLibError):
    """A manifest or a library was refused, or could not be loaded."""


class BuildError(UseGoLibError):
    """Building an artifact failed."""


class UnsupportedTypeError(UseGoLibError, TypeError):
    """A value doesn't fit the Go type it is for, or a result its own."""


class UnsupportedSignatureError(UseGoLibError):
    """An exported Go name exists, but its signature can't cross."""


class ABIEncodeError(UseGoLibError):
    """A request could not be written, or Go could not read it."""


class ABIDecodeError(UseGoLibError):
    """A response is not what the ABI says a response is."""


class ForkedError(UseGoLibError, RuntimeError):
    """The process was forked after the library was loaded."""


class ClosedObjectError(UseGoLibError, ValueError):
    """A Go object was used after it was closed."""


class GoError(UseGoLibError):
    """A Go function returned a non-nil ``error``.

    It is an instance of ``package.exceptions.X`` for each exported error variable and error type ``X`` of the
    module that ``errors.Is`` or ``errors.As`` says it is, and of ``FileNotFoundError`` and the like, with
    ``errno``, where it stands for an error of the system.

    As a value it is a Go error too: package variables such as ``io.ErrNoProgress``
    are instances, and instances are accepted where Go takes an ``error``.
    Two of them are equal when ``errors.Is`` says so of either, and one equals a
    value whose Go type is an error (a constant, say) when it says so.
    """

    def __init__(self, message: str = "", type_name: str = "", object: GoObject | None = None) -> None:
        super().__init__(message)
        self.type_name = type_name
        """The error's Go type, such as ``*fs.PathError``; empty for one made in Python."""
        self.object = object
        """The Go error itself, with its methods and fields; None for one made in Python."""
        self.results: tuple[Any, ...] = ()
        """What the function returned beside the error."""
        self.errors: tuple[BaseException, ...] = ()
        """The errors that this one joins, which may be exceptions of Python's.

        What an error wraps otherwise is its ``__cause__``.
        """

    def is_(self, other: object) -> bool:
        """Whether ``errors.Is(self, other)``: this error is or wraps that one."""
        if self is other or (isinstance(other, GoError) and self.object is not None and self.object is other.object):
            return True
        if self.object is None or other is None:
            return False
        target = other.object if isinstance(other, GoError) and other.object is not None else other
        return self.object._error_is(target)  # pyright: ignore[reportPrivateUsage]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, GoError):
            return self.is_(other) or other.is_(self)
        if hasattr(type(other), "Error"):
            return self.is_(other)
        return NotImplemented

    def __hash__(self) -> int:
        # An error equals whatever it wraps, so only a constant is consistent.
        return hash(GoError)

    def __copy__(self) -> Self:
        return self._copied(dict(self.__dict__))

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # Go's values are shared, as by a copy.
        for one in (self.object, *self.results):
            if hasattr(one, "type_name"):
                memo[id(one)] = one
        made = memo[id(self)] = self._copied({})
        made.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return made

    def _copied(self, state: dict[str, Any]) -> Self:
        """Another exception for the same Go error."""
        made = type(self).__new__(type(self), *self.args)
        made.__dict__.update(state)
        made.args = self.args
        made.__cause__ = self.__cause__
        made.__suppress_context__ = self.__suppress_context__
        if isinstance(self, OSError) and isinstance(made, OSError):
            made.errno, made.strerror = self.errno, self.strerror
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        # The Go value stays in its process; what it says can travel.
        state: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        if isinstance(self, OSError):
            state["errno"] = self.errno
        return type(self), (self.message, self.type_name), state


class GoEOFError(GoError, EOFError):
    """A Go function returned ``io.EOF``, or an error that wraps it."""


class GoTimeoutError(GoError, TimeoutError):
    """A Go function returned ``context.DeadlineExceeded`` or ``os.ErrDeadlineExceeded``, or an error that wraps one."""

    def __init__(self, message: str = "", type_name: str = "", object: GoObject | None = None) -> None:
        super().__init__(message, type_name, object)
        # An OSError leaves this to its own constructor.
        self.args = (message,)


class GoPanicError(UseGoLibError):
    """The Go code panicked; the panic was stopped at the boundary."""

    def __init__(self, message: str = "", type_name: str = "", stack: str = "") -> None:
        super().__init__(message)
        self.type_name = type_name
        """The Go type of the value that was given to ``panic``."""
        self.errors: tuple[BaseException, ...] = ()
        """The errors that an error joins which was panicked with; what it wraps otherwise is the ``__cause__``."""
        self.stack = stack
        """Go's stack, as ``runtime/debug.Stack`` prints it."""
        if stack and sys.version_info >= (3, 11):
            # Shown below the message in a traceback.
            self.add_note(stack)

    def __reduce__(self) -> tuple[Any, ...]:
        state: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        return type(self), (self.message, self.type_name, self.stack), state
