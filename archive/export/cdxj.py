"""The index of a WACZ file: CDXJ lines, sorted, in ZipNum form (``index.cdx.gz`` in blocks, ``index.idx`` over them).

A line is ``<key> <14 digits> <JSON>``. The key is the address as a reader of archives looks it up (SURT): host turned
round, without scheme, ``www`` and default port, lower case, query sorted. Formats: CDXJ and ZipNum as Webrecorder's
tools write and read them; the spelling of keys is that of the Internet Archive's ``surt``.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import quote, unquote_to_bytes

import orjson

__all__ = ["INDEX", "SUMMARY", "cdxj_line", "index_blocks", "summary_head", "summary_line", "url_key"]

INDEX, SUMMARY = "index.cdx.gz", "index.idx"
BLOCK_LINES = 300  # as Webrecorder's own writer has it
HTTP = re.compile(r"(https?)://(?:[^/?#@]*@)?([^/?#:]*)(?::(\d*))?([^?#]*)(?:\?([^#]*))?", re.I)
WWW = re.compile(rb"www\d*\.")
SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
DEFAULT_PORTS = {"http": "80", "https": "443"}


def url_key(url: str) -> str:
    """The SURT key of an address; of one that is not http(s), the address itself."""
    found = HTTP.match(url)
    if not found:
        return url
    scheme, host, port, path, query = found.groups(default="")
    key = ",".join(reversed(_plain(WWW.sub(b"", _bare(host).lower(), count=1).strip(b".")).split(".")))
    if port and port != DEFAULT_PORTS[scheme.lower()]:
        key += f":{port}"
    key += ")" + _path(path)
    sorted_query = "&".join(sorted(_plain(_bare(query)).lower().split("&"), key=lambda part: part.split("=", 1)))
    return key + (f"?{sorted_query}" if sorted_query else "")


def cdxj_line(url: str, date: str, said: dict[str, str]) -> str:
    """``date``: WARC-Date. ``said``: url, mime, status, digest, length, offset, filename."""
    digits = re.sub(r"\D", "", date)[:14]
    return f"{url_key(url)} {digits} {orjson.dumps(said).decode()}"


def index_blocks(lines: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Sorted lines as packed blocks, each with the key and time of its first line."""
    passing = iter(lines)
    while block := list(islice(passing, BLOCK_LINES)):
        squeeze = zlib.compressobj(wbits=zlib.MAX_WBITS + 16)  # writes no time into its head
        data = squeeze.compress("".join(f"{line}\n" for line in block).encode()) + squeeze.flush()
        yield block[0].partition(" {")[0], data


def summary_head() -> bytes:
    """The first line of ``index.idx``."""
    return b"!meta 0 " + orjson.dumps({"format": "cdxj-gzip-1.0", "filename": INDEX}) + b"\n"


def summary_line(first: str, offset: int, length: int) -> bytes:
    """The line of a block in ``index.idx``."""
    return f"{first} ".encode() + orjson.dumps({"offset": offset, "length": length}) + b"\n"


def _bare(text: str) -> bytes:
    """Without escapes, however often they were escaped."""
    before, bare = b"", text.encode("utf-8", "surrogateescape")
    while bare != before:
        before, bare = bare, unquote_to_bytes(bare)
    return bare


def _plain(data: bytes) -> str:
    """Printable ASCII, everything else escaped once."""
    return quote(data, safe=SAFE)


def _path(path: str) -> str:
    """Dot segments and doubled slashes gone, lower case, no slash at the end of more than ``/``."""
    kept: list[bytes] = []
    parts = _bare(path).split(b"/")[1:]
    for at, part in enumerate(parts):
        if part == b"..":
            kept = kept[:-1]
        elif part != b"." and (part or at == len(parts) - 1):
            kept.append(part)
    plain = _plain(b"/" + b"/".join(kept)).lower()
    return plain if plain == "/" else plain.removesuffix("/")
