"""What Python does to signal handlers, told to the libraries that are loaded.

``faulthandler.enable`` and ``faulthandler.disable`` replace the handlers of the faults that Go recovers from,
``signal.signal`` those that Go preempts goroutines by, and ``signal.pthread_sigmask`` can block them: there is no way
to be told but to stand in the way. Each does what it did, and then Go's share is put back.
"""

from __future__ import annotations

import faulthandler
import signal
from functools import cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from usegolib import _core

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

CHANGING = (
    (faulthandler, "enable"),
    (faulthandler, "disable"),
    (signal, "signal"),
    (signal, "pthread_sigmask"),
)


@cache
def watch() -> None:
    """Starts to look after the handlers; once is enough."""
    for module, name in CHANGING:
        setattr(module, name, _then_repaired(getattr(module, name)))


def _then_repaired(function: Callable[P, R]) -> Callable[P, R]:
    @wraps(function)
    def call(*arguments: P.args, **keywords: P.kwargs) -> R:
        try:
            return function(*arguments, **keywords)
        finally:
            _core.repair_signal_handlers()

    return call
