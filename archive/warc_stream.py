"""The plain bytes of anybody's WARC file, and the records in them, past whatever is damaged.

Reads plain files, one gzip member a record, several records a member, and a whole file in one member.
Memory stays bounded by the largest record that is let in. Knows no HTTP.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from archive.captures import parse_head
from archive.warc_records import Record

__all__ = ["Broken", "Found", "Place", "records"]

GZIP = b"\x1f\x8b\x08"
READ, GROW = 1 << 16, 1 << 20
MAX_HEAD = 1 << 16
MAX_BLOCK = 1 << 26  # 64 MiB: no disclosure page; films and data sets are passed over with an Issue
END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Where bytes stand: ``offset`` of a gzip member (or of a block of a plain file), and ``inner`` plain bytes on."""

    offset: int
    inner: int


@dataclass(frozen=True, slots=True)
class Found:
    place: Place
    record: Record


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that cannot be read, from ``place`` on; reading goes on behind it."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class _Chunk:
    place: Place
    data: bytes


def records(file: BinaryIO, start: Place | None = None) -> Iterator[Found | Broken]:
    """Every record from ``start`` on; a record that is cut, altered or too large is a Broken."""
    return _Reader(file, start or Place(0, 0)).read()


class _Reader:
    def __init__(self, file: BinaryIO, start: Place) -> None:
        self.chunks = _chunks(file, start.offset)
        self.buffer = bytearray()
        self.place = start  # of the buffer's first byte
        self.starts: list[tuple[int, Place]] = []  # where in the buffer a chunk begins
        self.broken: Broken | None = None  # met behind the buffer's end
        self.ended = False
        self._skip(start.inner)

    def read(self) -> Iterator[Found | Broken]:
        while self._need(1) or self.broken:
            if not self.buffer:
                yield self._pass_broken()
                continue
            blank = len(self.buffer) - len(self.buffer.lstrip(b"\r\n"))
            if blank:
                self._drop(blank)
            elif self._need(5) and self.buffer.startswith(b"WARC/"):
                yield from self._record()
            else:
                yield self._garbage()

    def _record(self) -> Iterator[Found | Broken]:
        place = self.place
        while (end := END_OF_HEAD.search(self.buffer)) is None and len(self.buffer) < MAX_HEAD:
            if not self._need(len(self.buffer) + 1):
                break
        headers = parse_head(bytes(self.buffer[: end.end()])) if end else None
        if end is None or headers is None:
            yield self._spoilt(place, "the head of a record is cut or damaged", 5)
            return
        length = next((value for name, value in headers if name.lower() == "content-length"), "")
        if not length.isdecimal():
            yield self._spoilt(place, "a record without its length", end.end())
            return
        self._drop(end.end())
        if int(length) > MAX_BLOCK:
            self._skip(int(length))
            yield Broken(place, f"a record of {length} bytes, more than is read")
        else:
            yield self._block(place, headers, int(length))

    def _block(self, place: Place, headers: tuple[tuple[str, str], ...], length: int) -> Found | Broken:
        # four bytes more: they end in the last chunk of a member, which comes only when its checksum fits
        whole = self._need(length + 4) or (len(self.buffer) >= length and self.broken is None)
        if not whole:
            return self._spoilt(place, "a record is cut or damaged", len(self.buffer))
        block = bytes(self.buffer[:length])
        self._drop(length)
        return Found(place, Record(headers, block))

    def _garbage(self) -> Broken:
        place, skipped = self.place, 0
        while (at := self.buffer.find(b"\nWARC/")) < 0:
            drop = max(len(self.buffer) - 5, 0)
            skipped += drop
            self._drop(drop)
            if not self._need(len(self.buffer) + 1):
                at = len(self.buffer)
                break
        self._drop(at)
        return Broken(place, f"{skipped + at} bytes that are no record")

    def _spoilt(self, place: Place, message: str, drop: int) -> Broken:
        """One Broken for a record and the damage in the file that spoilt it."""
        self._drop(drop)
        if self.broken and not self.buffer:
            message = f"{message}: {self._pass_broken().message}"
        return Broken(place, message)

    def _pass_broken(self) -> Broken:
        assert self.broken is not None
        broken, self.broken = self.broken, None
        return broken

    def _need(self, length: int) -> bool:
        """Fill the buffer to ``length`` bytes; False where the file, or its readable part, ends before."""
        while len(self.buffer) < length and not self.ended and self.broken is None:
            chunk = next(self.chunks, None)
            if chunk is None:
                self.ended = True
            elif isinstance(chunk, Broken):
                self.broken = chunk
            else:
                self.starts.append((len(self.buffer), chunk.place))
                self.buffer += chunk.data
                self._settle()
        return len(self.buffer) >= length

    def _skip(self, length: int) -> None:
        while length and self._need(1):
            drop = min(length, len(self.buffer))
            self._drop(drop)
            length -= drop

    def _drop(self, length: int) -> None:
        del self.buffer[:length]
        self.place = Place(self.place.offset, self.place.inner + length)
        self.starts = [(at - length, place) for at, place in self.starts]
        self._settle()

    def _settle(self) -> None:
        """Name the place of the buffer's first byte by the chunk that it is in."""
        while self.starts and self.starts[0][0] <= 0:
            at, place = self.starts.pop(0)
            self.place = Place(place.offset, place.inner - at)


def _chunks(file: BinaryIO, start: int) -> Iterator[_Chunk | Broken]:
    file.seek(0)
    packed = file.read(len(GZIP)) == GZIP
    if packed:
        yield from _members(file, start)
        return
    file.seek(start)
    while data := file.read(READ):
        yield _Chunk(Place(start, 0), data)
        start += len(data)


def _members(file: BinaryIO, start: int) -> Iterator[_Chunk | Broken]:
    size = file.seek(0, 2)
    at: int | None = start
    while at is not None and at < size:
        after = yield from _member(file, at)
        at = _next_member(file, at + 1) if after is None else after


def _member(file: BinaryIO, start: int) -> Generator[_Chunk | Broken, None, int | None]:
    """The chunks of one member, the last one only after its checksum fitted. Returns where the next member
    begins, None where that is not known."""
    file.seek(start)
    stream, inner, held, raw = zlib.decompressobj(zlib.MAX_WBITS + 16), 0, b"", b""
    while not stream.eof:
        raw = raw or file.read(READ)
        try:
            data = stream.decompress(raw, GROW)
        except zlib.error as error:
            if start and not raw.strip(b"\0") and not inner:
                return None  # zeros that fill up a block of a tape
            yield Broken(Place(start, inner), f"the gzip member is damaged: {error}")
            return None
        if not raw and not data and not stream.eof:
            yield _Chunk(Place(start, inner), held)
            yield Broken(Place(start, inner), "the gzip member is cut")
            return None
        raw = stream.unconsumed_tail
        if data:
            if held:
                yield _Chunk(Place(start, inner), held)
            inner, held = inner + len(held), data
    if held:
        yield _Chunk(Place(start, inner), held)
    return file.tell() - len(stream.unused_data)


def _next_member(file: BinaryIO, start: int) -> int | None:
    """The next place where a gzip member begins that holds a WARC record."""
    held = b""
    file.seek(start)
    while block := file.read(GROW):
        base = file.tell() - len(block) - len(held)
        block = held + block
        at = block.find(GZIP)
        while at >= 0:
            if _begins_record(file, base + at):
                return base + at
            at = block.find(GZIP, at + 1)
        held = block[-len(GZIP) + 1 :]
        file.seek(base + len(block))
    return None


def _begins_record(file: BinaryIO, at: int) -> bool:
    file.seek(at)
    try:
        return zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(file.read(READ), 5) == b"WARC/"
    except zlib.error:
        return False
