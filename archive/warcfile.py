"""The WARC file that one process writes: made, locked, appended to, cut back, rotated, sealed.

The file is locked (``flock``) as long as its writer lives; the system frees the lock the instant the
process dies, so a free lock on an unsealed file means that its writer is dead (``archive.recover``).
Knows bytes only, neither records nor the database.
"""

from __future__ import annotations

import fcntl
import itertools
import os
from pathlib import Path

from archive.clock import stamp
from archive.errors import NotWritable

__all__ = ["WarcWriter", "lock", "sync_folder"]


class WarcWriter:
    """An open WARC file of this process. ``length``: bytes that are whole; ``name``: within ``folder``.

    Raises NotWritable where the file cannot be made.
    """

    def __init__(self, folder: Path, *, sequence: int = 1) -> None:
        self.folder = folder
        self.length = 0
        self.broken = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.name, self.sequence, self.fd = _create(folder, sequence)
        except OSError as error:
            raise NotWritable(f"cannot make a WARC file in {folder}: {error}; check rights and disk") from error

    def append(self, data: bytes) -> int:
        """Add ``data`` as a whole or not at all; returns the offset where it stands.

        The bytes are with the operating system when this returns: they outlive the process, though not yet
        a power cut. Raises NotWritable: full disk, file too large, I/O error.
        """
        start = self.length
        try:
            self._write(data)
        except OSError as error:
            self._cut_back(start)
            raise NotWritable(
                f"cannot write {self.folder / self.name}: {error}; free space on the disk (or raise the file size "
                "limit), then run the same command again: nothing that was stored is lost"
            ) from error
        self.length = start + len(data)
        return start

    def _write(self, data: bytes) -> None:
        if self.broken:
            raise OSError("an earlier failure could not be cut back")
        rest, at = memoryview(data), self.length
        while rest:
            written = os.pwrite(self.fd, rest, at)
            rest, at = rest[written:], at + written

    def _cut_back(self, length: int) -> None:
        try:
            os.ftruncate(self.fd, length)
        except OSError:
            self.broken = True  # nothing more goes in; the next start cuts the tail off

    def sync(self) -> None:
        """Bring every byte to the disk. Raises NotWritable where that fails."""
        try:
            os.fsync(self.fd)
            sync_folder(self.folder)
        except OSError as error:
            raise NotWritable(f"cannot bring {self.folder / self.name} to the disk: {error}; check it") from error

    def close(self) -> None:
        """Let go of the file and its lock; what was appended stays."""
        os.close(self.fd)


def lock(fd: int) -> bool:
    """Take the writer's lock; False where a living process holds it."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Make the names of new and removed files last through a power cut."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _create(folder: Path, first: int) -> tuple[str, int, int]:
    """A new, locked file: its name, sequence number and descriptor. A name that is taken is passed over, and
    so is a file that a recovery took for abandoned between its making and its locking."""
    prefix = f"gongkai-{stamp().replace('-', '').replace(':', '')}-{os.getpid()}"
    for sequence in itertools.count(first):
        name = f"{prefix}-{sequence:05d}.warc.gz"
        try:
            fd = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            continue
        if lock(fd) and os.fstat(fd).st_nlink:
            return name, sequence, fd
        os.close(fd)
    raise AssertionError("sequence numbers do not end")
