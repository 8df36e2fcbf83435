"""Atom feeds (RFC 4287): of changes, searches, sources. The one writer for the command line and the web page.

What pages say is strangers' text: characters that XML does not allow become U+FFFD, marks that turn the direction of
writing go, long titles and texts are cut, and only http and https addresses become links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree

__all__ = ["Feed", "FeedEntry", "atom", "entry_id", "feed_id"]

ATOM = "http://www.w3.org/2005/Atom"
TAG = "tag:gongkai.invalid,2026:"
"""Ids are tag URIs (RFC 4151) under a name that is nobody's (RFC 2606): an archive has no domain of its own. They do
not depend on where a feed is served, nor on the archive that holds the document."""
LONGEST_TITLE = 300  # characters
LONGEST_TEXT = 2000
NEVER = "1970-01-01T00:00:00Z"  # an empty feed was changed at no time, and must say one
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\ufdd0-\ufdef]")
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LINK = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """``id``: a URI that never changes (``entry_id``); ``updated``, ``published``: UTC stamps; ``summary``: plain text;
    ``author``: who publishes the document; ``link``: the address that a reader opens; ``source``: that of the page
    itself, where ``link`` leads elsewhere."""

    id: str
    title: str
    updated: str
    summary: str = ""
    author: str | None = None
    link: str | None = None
    source: str | None = None
    published: str | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """``updated`` None: that of the newest entry. ``self_url``: where the feed itself is, ``link``: the page that it is
    of; None: it was written to a file."""

    id: str
    title: str
    entries: tuple[FeedEntry, ...]
    updated: str | None = None
    subtitle: str | None = None
    self_url: str | None = None
    link: str | None = None
    next_url: str | None = None


def entry_id(document: str, *parts: str) -> str:
    """The id of an entry about a document: the same change has the same one in every feed."""
    return TAG + "/".join((document, *parts))


def feed_id(*parts: str) -> str:
    """The id of the feed that is told by these words, whatever characters they have."""
    return TAG + "feed/" + "/".join(quote(part, safe="", errors="replace") for part in parts)


def atom(feed: Feed) -> bytes:
    """The feed as an XML document, UTF-8 with declaration."""
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "zh"})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title, LONGEST_TITLE)
    if feed.subtitle:
        _add(root, "subtitle", feed.subtitle, LONGEST_TEXT)
    _add(root, "updated", feed.updated or max((e.updated for e in feed.entries), default=NEVER))
    _link(root, "self", feed.self_url)
    _link(root, "alternate", feed.link)
    _link(root, "next", feed.next_url)
    _author(root, "gongkai")
    _add(root, "generator", "gongkai")
    for entry in feed.entries:
        _entry(ElementTree.SubElement(root, "entry"), entry)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _entry(node: ElementTree.Element, entry: FeedEntry) -> None:
    _add(node, "id", entry.id)
    _add(node, "title", entry.title or "(no title)", LONGEST_TITLE)
    _add(node, "updated", entry.updated)
    if entry.published:
        _add(node, "published", entry.published)
    if entry.author:
        _author(node, entry.author)
    linked = _link(node, "alternate", entry.link)
    if entry.source != entry.link:
        _link(node, "via", entry.source)
    for category in entry.categories:
        ElementTree.SubElement(node, "category", {"term": _clean(category, LONGEST_TITLE)})
    # RFC 4287, 4.1.1: an entry that leads nowhere has to have content.
    text = ElementTree.SubElement(node, "summary" if linked else "content", {"type": "text"})
    text.text = _clean(entry.summary, LONGEST_TEXT)


def _author(node: ElementTree.Element, name: str) -> None:
    _add(ElementTree.SubElement(node, "author"), "name", name, LONGEST_TITLE)


def _link(node: ElementTree.Element, rel: str, address: str | None) -> bool:
    """A link, where there is an address that is safe to open; whether there is."""
    if not address or not LINK.fullmatch(address) or FORBIDDEN.search(address):
        return False
    ElementTree.SubElement(node, "link", {"rel": rel, "href": address})
    return True


def _add(node: ElementTree.Element, name: str, text: str, longest: int = LONGEST_TEXT) -> None:
    ElementTree.SubElement(node, name).text = _clean(text, longest)


def _clean(text: str, longest: int) -> str:
    """At most ``longest`` characters, all of them allowed in XML 1.0."""
    short = text[: longest + 1]
    cleaned = DIRECTION.sub("", FORBIDDEN.sub("\ufffd", short)).strip()
    return cleaned[: longest - 1] + "…" if len(short) > longest else cleaned
