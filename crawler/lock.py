"""One run of a source at a time: an OS lock that is free the instant its owner dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from crawler.errors import CrawlerError

__all__ = ["AlreadyRunning", "SourceLock"]


class AlreadyRunning(CrawlerError):
    """Another process crawls this source into this archive now."""

    code = "already_running"


class SourceLock:
    """Held from construction until ``release``; raises AlreadyRunning."""

    def __init__(self, home: Path, source: str) -> None:
        folder = home / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        self._file = os.open(folder / f"{source}.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise AlreadyRunning(f"{source}: already running in another process; wait for it, or stop it") from None

    def release(self) -> None:
        os.close(self._file)
