"""What was wrapped around a body on its way: chunks (Transfer-Encoding) and gzip or deflate (Content-Encoding).

Pure. A body that is not wrapped as its header says comes back as it is: servers lie about both.
"""

from __future__ import annotations

import re
import zlib

from archive.errors import PayloadUnreadable

__all__ = ["dechunk", "decode_content"]

CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
LONGEST_SIZE_LINE = 16  # a rest shorter than this is a size line that was cut
GZIP, ZLIB, RAW = zlib.MAX_WBITS + 16, zlib.MAX_WBITS, -zlib.MAX_WBITS
STEP = 1 << 16


def dechunk(raw: bytes) -> tuple[bytes, bool]:
    """The body within the chunks, and whether it is whole; bytes that are not chunked come back as they are."""
    pieces: list[bytes] = []
    at = 0
    while found := CHUNK_SIZE.match(raw, at):
        size, start = int(found[1], 16), found.end()
        if size == 0:
            return b"".join(pieces), True
        piece = raw[start : start + size]
        pieces.append(piece)
        at = start + size
        if len(piece) < size or at == len(raw):
            return b"".join(pieces), False
        at += 2 if raw.startswith(b"\r\n", at) else raw.startswith(b"\n", at)
    if pieces and len(raw) - at < LONGEST_SIZE_LINE:
        return b"".join(pieces), False
    return raw, not pieces


def decode_content(body: bytes, content_encoding: str | None, limit: int) -> bytes:
    """The body without gzip and deflate. A stream that breaks off gives what it holds until there.

    Raises PayloadUnreadable for another coding and for a body of more than ``limit`` bytes.
    """
    codings = [c.strip().lower() for c in (content_encoding or "").split(",")]
    for coding in reversed([c for c in codings if c and c not in ("identity", "none", "utf-8")]):
        if coding in ("gzip", "x-gzip"):
            body = _inflate(body, GZIP, limit) if body[:2] == b"\x1f\x8b" else body
        elif coding == "deflate":
            body = _inflate_either(body, limit)
        else:
            raise PayloadUnreadable(f"Content-Encoding {coding!r} cannot be read here; gzip and deflate can")
    if len(body) > limit:
        raise PayloadUnreadable(f"the body has {len(body)} bytes, more than the limit of {limit}")
    return body


def _inflate_either(body: bytes, limit: int) -> bytes:
    """deflate is zlib by the standard and raw deflate by many servers."""
    return _inflate(body, ZLIB, limit) or _inflate(body, RAW, limit) or body


def _inflate(body: bytes, window: int, limit: int) -> bytes:
    pieces: list[bytes] = []
    room = limit
    while body:
        stream = zlib.decompressobj(window)
        while body and not stream.eof:
            try:
                piece = stream.decompress(body, STEP)
            except zlib.error:
                return b"".join(pieces)
            body = stream.unconsumed_tail
            room -= len(piece)
            pieces.append(piece)
            if room < 0:
                raise PayloadUnreadable(f"the body unpacks to more than the limit of {limit} bytes")
        body = stream.unused_data if window == GZIP and stream.unused_data[:2] == b"\x1f\x8b" else b""
    return b"".join(pieces)
