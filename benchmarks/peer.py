"""The peer package in its own interpreter, measured in turns with everything else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from typing_extensions import Self

from . import workspace
from .measure import Batch

WORKER = Path(__file__).with_name("peer_worker.py")


def interpreter() -> Path:
    """The peer's virtual environment, which `make bench` creates."""
    return Path(os.environ.get("USEGOLIB_PEER_PYTHON", Path(sys.prefix) / "peer" / "bin" / "python"))


class Peer:
    """A process that imports a module with the peer package and runs batches of calls on demand."""

    def __init__(self, module: Path) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("USEGOLIB_")}
        # As libraries built by the peer are not of ours, its artifacts have their own root.
        root = workspace.folder() / "peer"
        self._process = subprocess.Popen(
            [str(interpreter()), str(WORKER), str(module), str(root)],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def batch(self, function: str, *arguments: object) -> Batch:
        """A batch of calls of one function."""

        def run(repetitions: int) -> float:
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(json.dumps([function, arguments, repetitions]) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
            if not answer:
                message = f"the peer ended with status {self._process.wait()}"
                raise RuntimeError(message)
            return float(answer)

        return run
