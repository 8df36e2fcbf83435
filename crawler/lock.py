"""One run of a source at a time, none while the database is made anew: OS locks, free the instant their owner dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from archive.errors import NotWritable
from crawler.errors import CrawlerError

__all__ = ["AlreadyRunning", "ArchiveLock", "SourceLock"]


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


class ArchiveLock:
    """Held by whoever writes the archive, many at a time, or by one ``alone``: who makes its database anew. Held from
    construction until ``release``; raises AlreadyRunning, NotWritable."""

    def __init__(self, home: Path, *, alone: bool = False) -> None:
        folder = home / "locks"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(folder / "archive.lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise NotWritable(
                f"cannot open the archive at {home}: {error}; check the path, its rights and the disk"
            ) from error
        try:
            fcntl.flock(self._file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            what = "another process writes this archive" if alone else "the archive's database is being made anew"
            raise AlreadyRunning(f"{home}: already running: {what}; wait for it, or stop it") from None

    def release(self) -> None:
        os.close(self._file)
