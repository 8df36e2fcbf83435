"""Bytes → text. A ladder: byte order mark, Content-Type header, ``<meta>``, strict UTF-8, strict GB18030
(never gb2312 or gbk: they cannot write 镕), then the detector. The only file that knows chardet.

A declared charset is believed only if it reads the bytes without an error: 8 of 155 real pages declare a wrong
one. Where nothing reads them strictly (one bad byte, a page put together from two encodings), the encoding with
the fewest errors is taken, and the replaced characters are counted.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

import chardet

from crawler.errors import DecodeError
from crawler.plausible import plausible

__all__ = ["Decoded", "decode"]

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.I)
XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]+)", re.I)
MULTIBYTE = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
WIDE = re.compile("[\u2e80-\uffef]")
MARKUP = re.compile(rb"<(?:!doctype|html|head|body|meta|div|table)\b", re.I)
CONTROL = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)])
META_WITHIN = 8192  # bytes; browsers look at 1024, old templates put their scripts first
TOLERATED = 0.02  # share of bad characters up to which UTF-8 or GB18030 is taken without asking the detector
PLAUSIBLE = 0.85  # share of common characters: the worst of 82 real pages has 0.99, random bytes at most 0.8
UNREADABLE = 0.1  # share of bad characters from which on nothing is worth keeping
DETECTED = frozenset({"utf-8", "gb18030", "big5hkscs", "hz", "euc_jp", "shift_jis", "cp932", "euc_kr", "cp949"})
"""What the detector is believed: a single-byte encoding reads any bytes at all, which proves nothing."""
SAMPLE = 60_000  # bytes given to the detector
LATIN = frozenset({"iso8859-1", "cp1252", "ascii", "iso8859-15"})  # they read every byte: believing them proves nothing


@dataclass(frozen=True, slots=True)
class Decoded:
    """``encoding`` is Python's name; ``replaced`` counts the characters that became U+FFFD."""

    text: str
    encoding: str
    replaced: int


def decode(body: bytes, media_type: str | None = None) -> Decoded:
    """The text of an answer. ``media_type`` is the Content-Type header as sent, or None.

    Raises DecodeError for bytes that are no text: control bytes that UTF-16 does not explain, or characters that
    nobody writes.
    """
    if body.endswith(b"\0\0"):
        body = body.rstrip(b"\0") + b"\0" * 2 if _utf16(body) else body.rstrip(b"\0") or body
    found = _read(body, media_type)
    share = 1.0 if found.encoding == "utf-8" else plausible(found.text)
    if share < PLAUSIBLE:
        other = _loose(body, "big5hkscs")
        if plausible(other.text) > max(share, PLAUSIBLE) and other.replaced <= found.replaced + len(other.text) // 100:
            return other
    if share < PLAUSIBLE or found.replaced > max(4, len(found.text) * UNREADABLE):
        raise DecodeError("the answer is no text in any encoding: the characters that its bytes give are nobody's")
    return found


def _read(body: bytes, media_type: str | None) -> Decoded:
    for mark, name in BOMS:
        if body.startswith(mark):
            return _loose(body[len(mark) :], name)
    wide = _utf16(body)
    if wide:
        return _loose(body, wide)
    zeros = body.count(0) if b"\0" in body else 0
    if zeros and MARKUP.search(body.replace(b"\0", b"")[:SAMPLE]):
        body = body.replace(b"\0", b"")  # strewn into a page; a reader's program shows nothing there
    head = body[:SAMPLE]
    if (zeros and head.count(0) > len(head) // 200) or len(head) - len(head.translate(None, CONTROL)) > len(head) // 50:
        raise DecodeError("the answer is binary, not text: control bytes that no encoding explains")
    found = _strict(body, media_type) or _fewest_errors(body, media_type)
    return replace(found, replaced=found.replaced + zeros - body.count(0)) if zeros else found


def _strict(body: bytes, media_type: str | None) -> Decoded | None:
    as_utf8 = _try(body, "utf-8")
    if as_utf8 and (body.isascii() or WIDE.search(as_utf8.text)):
        return as_utf8  # bytes of another encoding do not happen to be Chinese in UTF-8
    for name in _declared(body, media_type):
        found = _try(body, name)
        if found:
            return found
    return as_utf8 or (_try(body, "gb18030") if _looks_gb(body) else None)


def _try(body: bytes, name: str) -> Decoded | None:
    """Strictly decoded; a character cut off at the very end counts as one replacement, not as an error."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        text = decoder.decode(body, final=False)
    except UnicodeDecodeError:
        return None
    cut = 1 if decoder.getstate()[0] else 0
    return Decoded(text + "\ufffd" * cut, name, cut)


def _loose(body: bytes, name: str) -> Decoded:
    written = body.count("\ufffd".encode()) if name == "utf-8" else 0
    text = body.decode(name, "replace")
    return Decoded(text, name, max(0, text.count("\ufffd") - written))


def _declared(body: bytes, media_type: str | None) -> list[str]:
    """Charsets that the header and the page name, as Python codecs; GB names all become GB18030."""
    head = body[:META_WITHIN]
    named = [*CHARSET.findall((media_type or "").encode("ascii", "ignore"))]
    named += XML_ENCODING.findall(head) + CHARSET.findall(head)
    names: list[str] = []
    for raw in named:
        name = _codec(raw.decode("ascii"))
        if name and name not in names:
            names.append(name)
    return names


def _codec(label: str) -> str | None:
    if re.fullmatch(r"(?:x-)?(?:gb_?2312(?:-80)?|gbk|gb_?18030|euc-cn|cp936|ms936)", label, re.I):
        return "gb18030"
    try:
        info = codecs.lookup(label)
    except LookupError:
        return None
    name = {"big5": "big5hkscs", "cp950": "big5hkscs"}.get(info.name, info.name)
    # A tag that could be read as ASCII cannot stand in UTF-16, and not every codec turns bytes into text.
    unfit = name in LATIN or name.startswith(("utf-16", "utf-32")) or not info._is_text_encoding
    return None if unfit else name


def _utf16(body: bytes) -> str | None:
    """UTF-16 without a mark: in markup every second byte of the ASCII part is NUL."""
    head = body[:4000]
    if len(head) < 40 or head.count(0) < len(head) // 10:
        return None
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if max(odd, even) < 8 * min(odd, even) + 8:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _looks_gb(body: bytes) -> bool:
    """Whether the double bytes are those of GB text: the second byte nearly always high. Big5, of which GB18030
    reads nearly every byte pair too, has a low second byte in a third of its characters."""
    pairs = MULTIBYTE.findall(body[:SAMPLE])
    low = sum(1 for pair in pairs if pair[1] < 0xA1)
    return bool(low <= max(3.0, len(pairs) * 0.2))


def _fewest_errors(body: bytes, media_type: str | None) -> Decoded:
    """By error count: UTF-8, GB18030 and what is declared; the detector only where all of them are bad."""
    names = ["utf-8", *(["gb18030"] if _looks_gb(body) else [])]
    names = [*(n for n in _declared(body, media_type) if n not in names), *names]
    found = [_loose(body, name) for name in names]
    best = min(found, key=lambda d: d.replaced)
    foreign = len(WIDE.findall(best.text)) + best.replaced
    if best.replaced <= max(3, foreign * TOLERATED):
        return best
    guess = chardet.detect(body[:SAMPLE])["encoding"]
    name = _codec(guess) if guess else None
    return min([*([_loose(body, name)] if name and name in DETECTED else []), best], key=lambda d: d.replaced)
