"""A raw capture as a browser may safely show it, and its WARC records as they stand in the file."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from sqlite_utils import Database

from archive.captures import Captures
from archive.web.pages import Site

__all__ = ["RAW_CSP", "Raw", "raw_capture", "warc_records"]

# No script, no form, no frame, nothing from the network: only what the page itself brings. Fonts are left out: a page
# loads them from a server, and what is built in is not worth a parser of fonts.
RAW_CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
SHOWN_AS = {
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "text/plain": "text/plain",
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "image/gif": "image/gif",
    "image/webp": "image/webp",
}
MARKUP = re.compile(rb"<(?:!doctype|html|head|body|meta|div|table)\b", re.I)
CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
ENCODING = "SELECT encoding FROM renditions WHERE capture = ? AND encoding IS NOT NULL ORDER BY id DESC LIMIT 1"
WEB_NAMES = {"big5hkscs": "big5", "euc_jp": "euc-jp", "shift_jis": "shift_jis", "euc_kr": "euc-kr", "cp949": "euc-kr"}


@dataclass(frozen=True, slots=True)
class Raw:
    """``content_type`` None: nothing that a browser shows, to be downloaded."""

    body: bytes
    content_type: str | None
    status: int | None


def raw_capture(site: Site, db: Database, capture: int) -> Raw:
    """Raises CaptureDamaged, PayloadUnreadable, ArchiveError."""
    captures = Captures(db, site.home, software="")
    body = captures.payload(capture)
    found = captures.load(capture)
    kind = (found.media_type or "").partition(";")[0].strip().lower()
    if not kind or kind == "application/octet-stream":
        kind = "text/html" if MARKUP.search(body[:4096]) else kind
    shown = SHOWN_AS.get(kind)
    if shown and shown.startswith("text/"):
        row = db.execute(ENCODING, [capture]).fetchone()
        shown += f"; charset={_charset(body, row[0] if row else None, found.media_type or '')}"
    return Raw(body, shown, found.status)


def warc_records(site: Site, db: Database, capture: int) -> bytes:
    """The capture's group of records, packed as in the WARC file. A revisit names a record that holds its payload:
    that one's group stands before it."""
    captures = Captures(db, site.home, software="")
    row = db.execute("SELECT revisit_of FROM captures WHERE id = ?", [capture]).fetchone()
    wanted = [capture] if row is None or row[0] is None else [row[0], capture]
    return b"".join(captures.group(one) for one in wanted)


def _charset(body: bytes, read_as: str | None, media_type: str) -> str:
    """The encoding that the reader found, else one that the answer names, else one that fits."""
    named = CHARSET.search(media_type)
    for name in (read_as, named[1] if named else None):
        if name and _known(name):
            return WEB_NAMES.get(name, name.replace("_", "-"))
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _known(name: str) -> bool:
    try:
        return bool(codecs.lookup(name)) and not name.lower().startswith("utf-7")
    except LookupError:
        return False
