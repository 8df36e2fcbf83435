"""One WARC record, one gzip member, and every byte of the member accounted for.

A gzip reader overlooks damage in its own header (time, flags, system) and in the padding after the last
deflate block: a flipped bit there changes nothing that it checks. So each member carries an extra field
(RFC 1952 §2.3.1.1, identifier ``GK``) which any gzip reader skips and which this one checks:

    10 bytes fixed header | 2 length of extra | ``GK`` | 2 length of field | 4 member length |
    4 back | 4 CRC-32 of those two numbers, the deflate stream and the trailer | deflate | 8 trailer

All numbers are little-endian. ``back`` is the distance from the first member of the group (metadata,
request, response) to this one in bytes, so that a response leads to its request and metadata.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from archive.errors import CaptureDamaged

__all__ = ["Gap", "Member", "pack", "pack_to_length", "read_member", "scan"]

SIGNATURE = bytes.fromhex("1f8b0804 00000000 00ff 1000") + b"GK" + bytes.fromhex("0c00")
NUMBERS = struct.Struct("<III")  # member length, back, checksum
TRAILER = struct.Struct("<II")  # CRC-32 and length of the plain bytes, as in every gzip member
PREFIX = len(SIGNATURE) + NUMBERS.size
LEVEL = 5  # of 26 kB pages: 17 % less time than level 6 for 0.8 % more bytes; 44 % less than level 9 for 1.1 % more
BLOCK = 1 << 20
PADDING = b"Gongkai-Padding: "
STORED_MOST, STORED_HEAD = 65535, 5  # bytes of a deflate block that is stored as it is, and of its head


@dataclass(frozen=True, slots=True)
class Member:
    """A whole, checked member: where it stands, its length in the file, its plain bytes."""

    offset: int
    length: int
    back: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a file that no whole member covers, and why the first byte of it is not one."""

    offset: int
    length: int
    message: str


def pack(data: bytes, back: int = 0) -> bytes:
    """The gzip member that holds ``data``."""
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    deflated = squeeze.compress(data) + squeeze.flush()
    rest = deflated + TRAILER.pack(zlib.crc32(data), len(data) & 0xFFFFFFFF)
    length = PREFIX + len(rest)
    return SIGNATURE + NUMBERS.pack(length, back, _checksum(length, back, rest)) + rest


def pack_to_length(data: bytes, length: int, back: int = 0) -> bytes:
    """The member of exactly ``length`` bytes that holds a WARC record, with padding in header lines behind its first.

    Raises ValueError where the room does not suffice.
    """
    first, _, rest_of_it = data.partition(b"\r\n")
    head, tail = first + b"\r\n" + PADDING, b"\r\n" + rest_of_it
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    after = squeeze.compress(tail) + squeeze.flush()
    before = struct.pack("<BHH", 0, len(head), len(head) ^ 0xFFFF) + head
    room = length - PREFIX - len(before) - len(after) - TRAILER.size
    blocks = max(-(-room // (STORED_MOST + STORED_HEAD)), 1)
    if room < STORED_HEAD:
        raise ValueError(f"{STORED_HEAD - room} bytes more are needed than the {length} that there are")
    padding = _padding(room - blocks * STORED_HEAD)
    pieces = [padding[n * STORED_MOST : (n + 1) * STORED_MOST] for n in range(blocks)]
    stored = b"".join(struct.pack("<BHH", 0, len(piece), len(piece) ^ 0xFFFF) + piece for piece in pieces)
    data = head + padding + tail
    rest = before + stored + after + TRAILER.pack(zlib.crc32(data), len(data) & 0xFFFFFFFF)
    assert PREFIX + len(rest) == length
    return SIGNATURE + NUMBERS.pack(length, back, _checksum(length, back, rest)) + rest


def _padding(length: int) -> bytes:
    """Header lines of dots: some readers do not take a line of any length."""
    line = b"." * 900 + b"\r\n" + PADDING
    padding = (line * (length // len(line) + 1))[:length]
    cut = padding.rfind(b"\r", -len(PADDING) - 2) if length else -1
    whole = cut < 0 or padding[cut:] == b"\r\n" + PADDING
    return padding if whole else padding[:cut] + b"." * (length - cut)


def read_member(file: BinaryIO, offset: int, end: int | None = None) -> Member:
    """The member at ``offset``, which must stop at or before ``end``.

    Raises CaptureDamaged when it is cut or altered.
    """
    file.seek(offset)
    prefix = file.read(PREFIX)
    if not SIGNATURE.startswith(prefix[: len(SIGNATURE)]):
        raise CaptureDamaged("no record begins here")
    if len(prefix) < PREFIX:
        raise CaptureDamaged("the record is cut")
    length, back, checksum = NUMBERS.unpack_from(prefix, len(SIGNATURE))
    if length < PREFIX + TRAILER.size or back > offset:
        raise CaptureDamaged("the record's length is altered")
    rest = file.read(length - PREFIX)
    if len(rest) < length - PREFIX or (end is not None and offset + length > end):
        raise CaptureDamaged("the record is cut")
    if _checksum(length, back, rest) != checksum:
        raise CaptureDamaged("the record's bytes are altered")
    return Member(offset, length, back, _inflate(rest))


def scan(file: BinaryIO, start: int, end: int) -> Iterator[Member | Gap]:
    """Every member from ``start`` to ``end``, and the gaps between them; together they cover the stretch."""
    offset = start
    while offset < end:
        try:
            member = read_member(file, offset, end)
        except CaptureDamaged as damage:
            following = _next_signature(file, offset + 1, end)
            yield Gap(offset, following - offset, str(damage))
            offset = following
        else:
            yield member
            offset += member.length


def _checksum(length: int, back: int, rest: bytes) -> int:
    return zlib.crc32(rest, zlib.crc32(struct.pack("<II", length, back)))


def _inflate(rest: bytes) -> bytes:
    crc, size = TRAILER.unpack_from(rest, len(rest) - TRAILER.size)
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = stream.decompress(rest[: -TRAILER.size], size + 1)
    except zlib.error as error:
        raise CaptureDamaged(f"the record does not unpack: {error}") from error
    if not stream.eof or stream.unused_data or len(data) != size or zlib.crc32(data) != crc:
        raise CaptureDamaged("the record does not unpack to what was packed")
    return data


def _next_signature(file: BinaryIO, start: int, end: int) -> int:
    """Where the next member seems to begin, else ``end``."""
    held, at = b"", start
    file.seek(start)
    while at < end:
        block = file.read(min(BLOCK, end - at))
        if not block:
            return end
        found = (held + block).find(SIGNATURE)
        if found >= 0:
            return at - len(held) + found
        at += len(block)
        held = (held + block)[-len(SIGNATURE) + 1 :]
    return end
