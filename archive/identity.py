"""Which address is which document: the canonical form of a URL and the id made of it.

Identity is the listed URL: scheme ignored, host lower-cased, default port and fragment dropped, escapes
normalised, dot segments resolved, only the session and tracking parameters named here removed. Nothing
else is folded: ``index.html`` and ``/`` may be two pages, and so may two orders of a query.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import string
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit

__all__ = ["canonical_url", "document_id", "text_urn"]

# Session ids of Java, PHP and ASP servers, and the tags of newsletters and of the spm statistics script.
DROPPED = re.compile(r"(?i)(?:jsessionid|phpsessid|aspsessionid\w*|cfid|cftoken|utm_\w+|spm|fbclid|gclid)(?:=.*)?")
PATH_SESSION = re.compile(r"(?i);jsessionid=[^/;?]*")
ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
DEFAULT_PORTS = {"http": 80, "https": 443, "": None}


@lru_cache(4096)  # one address is asked for a dozen times on its way through a crawl
def canonical_url(url: str) -> str:
    """``//host[:port]/path[?query]``, or the text unchanged where it is a urn; canonical of itself.

    Raises ValueError for an address without a host or with a port that is no number.
    """
    if url.startswith("urn:"):
        return url
    parts = urlsplit(url.strip())
    if not parts.hostname:
        raise ValueError(f"{url!r} is no absolute address")
    query = "&".join(_escapes(p) for p in parts.query.split("&") if p and not DROPPED.fullmatch(p))
    return "//" + _host(parts) + _path(parts.path) + (f"?{query}" if query else "")


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        host = host.lower()
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    return host if port is None or port == DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"


def _path(path: str) -> str:
    path = PATH_SESSION.sub("", _escapes(path)) or "/"
    if "/." in path:
        tail = "/" if path.endswith(("/", "/.", "/..")) else ""
        path = posixpath.normpath(path).rstrip("/") + tail
    return path or "/"


def _escapes(text: str) -> str:
    """Unreserved characters written plainly, all other escapes with capital hex, the rest escaped as UTF-8."""

    def one(match: re.Match[str]) -> str:
        char = chr(int(match.group(1), 16))
        return char if char in UNRESERVED else match.group(0).upper()

    return quote(ESCAPE.sub(one, text), safe="%/:=&?~#+!$,;'@()*[]")


def document_id(canonical: str) -> str:
    """The first 16 hex digits of the sha256 of a canonical URL or urn."""
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def text_urn(payload: bytes) -> str:
    """The identity of a file without an address: ``urn:sha256:<hex of its bytes>``."""
    return "urn:sha256:" + hashlib.sha256(payload).hexdigest()
