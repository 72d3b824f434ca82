"""A Go module proxy in a folder, for versions that no test may fetch from elsewhere."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TIME = "2024-01-02T03:04:05Z"


class Proxy:
    """Serves what is published, as Go's protocol has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def environment(self) -> dict[str, str | None]:
        """The variables that make Go use this proxy and nothing else."""
        return {
            "GOPROXY": self.folder.as_uri(),
            "GONOSUMDB": "*",
            "GOFLAGS": "-modcacherw",
            "GOMODCACHE": str(self.folder / "modcache"),
            "USEGOLIB_RETRY_DELAYS": "1",
        }

    def publish(self, module: str, version: str, files: Mapping[str, str]) -> None:
        """Publishes one version of a module."""
        folder = self.folder / module / "@v"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "list").open("a", encoding="utf-8") as listing:
            if "-0." not in version:
                listing.write(f"{version}\n")
        self.name(module, version, version)
        (folder / f"{version}.mod").write_text(files["go.mod"], encoding="utf-8")
        with zipfile.ZipFile(folder / f"{version}.zip", "w") as archive:
            for name, content in files.items():
                archive.writestr(f"{module}@{version}/{name}", content)

    def name(self, module: str, query: str, version: str) -> None:
        """Says which version a branch or a commit is."""
        info = {"Version": version, "Time": TIME}
        (self.folder / module / "@v" / f"{query}.info").write_text(json.dumps(info), encoding="utf-8")
