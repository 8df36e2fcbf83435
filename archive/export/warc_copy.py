"""Copying captures out of the archive's WARC files: whole groups of records, byte for byte as they were written.

A group is metadata, request and answer; its members stand side by side and the answer's says how far back the group
begins (``archive.members``). Every member is checked before it is copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.capture_rows import Stored
from archive.captures import parse_record
from archive.errors import CaptureDamaged
from archive.members import Member, read_member
from archive.warc_places import locate
from archive.warc_records import Record

__all__ = ["Group", "WarcFiles"]

MOST_OPEN = 32


@dataclass(frozen=True, slots=True)
class Group:
    """``data``: the packed records; ``offset`` and ``length`` of the answer within it; ``answer``: that record."""

    data: bytes
    offset: int
    length: int
    answer: Record


class WarcFiles:
    """The archive's WARC files, opened as they are needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, BinaryIO] = {}

    def group(self, stored: Stored) -> Group:
        """Raises CaptureDamaged where the file, or a whole and unaltered group in it, is not there."""
        with _damage(f"{stored.warc_file} at {stored.offset}"):
            file = self._file(stored.warc_file)
            answer = read_member(file, stored.offset)
            record = parse_record(answer.data)
            if answer.length != stored.length or record.id != stored.record_id:
                raise CaptureDamaged("another record stands here")
            data, at = b"", stored.offset - answer.back
            while at < stored.offset:
                before = read_member(file, at, stored.offset)
                data, at = data + _raw(file, before), at + before.length
            return Group(data + _raw(file, answer), len(data), answer.length, record)

    def head(self, name: str) -> bytes:
        """The packed warcinfo record at the beginning of a file. Raises CaptureDamaged."""
        with _damage(f"{name} at 0"):
            file = self._file(name)
            return _raw(file, read_member(file, 0))

    def close(self) -> None:
        for file in self._open.values():
            file.close()
        self._open.clear()

    def _file(self, name: str) -> BinaryIO:
        if name not in self._open:
            if len(self._open) == MOST_OPEN:
                self._open.pop(next(iter(self._open))).close()
            self._open[name] = locate(self._folder, name).open("rb")
        return self._open[name]


def _raw(file: BinaryIO, member: Member) -> bytes:
    file.seek(member.offset)
    return file.read(member.length)


@contextmanager
def _damage(where: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CaptureDamaged(f"{where}: {error.strerror or error}") from error
    except CaptureDamaged as damage:
        raise CaptureDamaged(f"{where}: {damage}") from damage
