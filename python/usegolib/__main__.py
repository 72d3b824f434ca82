"""The command line: ``usegolib`` and ``python -m usegolib``."""

from __future__ import annotations

import sys

from usegolib import _core


def main() -> int:
    """Runs the command that the arguments name and returns the exit status."""
    try:
        return _core.command_line(sys.argv[1:])
    except KeyboardInterrupt:
        from signal import SIGINT

        return 128 + SIGINT


if __name__ == "__main__":
    sys.exit(main())
