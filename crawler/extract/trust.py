"""How far a page may be believed: official, claimed, repost, hijacked or unknown, with the evidence.

Judged in this order: a hijacked page (spam, injected readings, machine-made script) is nothing else; a copy shows
the marks of its carrier; what is left is official when a fetch from a government domain, or from the
source's own host with a site ID code of its region, backs it and the publisher fits; it is claimed when only
the text says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.model import Flag, Metadata, Trust
from crawler.extract.agencies import fold, is_agency, place_of
from crawler.extract.altered import cut_off, find_altered
from crawler.extract.repair import impossible_words
from crawler.extract.surroundings import (
    hosts,
    in_app,
    is_shared,
    is_spam_line,
    paywall,
    sharing_marks,
    spam_in_title,
    spam_words,
)
from crawler.source import Source

__all__ = ["Judged", "TrustClues", "is_government", "judge"]

IMPOSSIBLE_WORDS = 3
WITHHELD = re.compile("剩|还有|未读|未显示|隐藏|超出")


@dataclass(frozen=True, slots=True)
class TrustClues:
    """``fetched``: a capture of a live fetch backs the page. ``body`` and ``chrome``: the text of the document
    and the text around it, after the repair. ``before_title``: what the page prints above its title, as it stands;
    ``window``: the window's title. ``repaired``: how many injected readings were taken out. ``is_text_import``: a text
    file."""

    url: str | None
    final_url: str | None
    fetched: bool
    source: Source | None
    metadata: Metadata
    body: str
    chrome: str = ""
    before_title: str = ""
    repaired: int = 0
    is_text_import: bool = False
    window: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """``evidence``: one line a reason, in English, quoting what the page prints."""

    trust: Trust
    evidence: tuple[str, ...]
    flags: tuple[Flag, ...]


def judge(clues: TrustClues) -> Judged:
    """Trust, evidence and flags of one article page."""
    shared = _shared(clues)
    flags, reasons = _flags(clues, bool(shared))
    verdicts: tuple[tuple[Trust, tuple[str, ...]], ...] = (
        ("hijacked", _hijacked(clues)),
        ("repost", shared or _media_copy(clues)),
    )
    trust, evidence = next((verdict for verdict in verdicts if verdict[1]), None) or _backed(clues)
    return Judged(trust, (*evidence, *reasons), flags)


def is_government(host: str) -> bool:
    """A domain that only Chinese state bodies can register."""
    return host == "gov.cn" or host.endswith(".gov.cn")


def _host(url: str | None) -> str:
    return (urlsplit(url or "").hostname or "").lower()


def _hijacked(clues: TrustClues) -> tuple[str, ...]:
    found = []
    if clues.repaired:
        found.append(f"{clues.repaired} injected readings or impossible words in the text")
    words = impossible_words(clues.body)
    if len(words) >= IMPOSSIBLE_WORDS:
        found.append(f"Traditional words that nobody writes: {'、'.join(words[:5])}")
    if spam := spam_words(clues.before_title):
        found.append(f"spam above the title: {'、'.join(spam[:5])}")
    elif spam := spam_in_title(clues.window, clues.metadata.title or ""):
        found.append(f"spam in the window's title: {'、'.join(spam[:5])}")
    elif not is_government(_host(clues.final_url or clues.url)) and (
        line := next((line for line in clues.chrome.splitlines() if is_spam_line(line)), None)
    ):
        found.append(f"spam beside the text: {line[:40]}")
    return tuple(found)


def _shared(clues: TrustClues) -> tuple[str, ...]:
    """A government host is no document-sharing site, whatever its buttons say."""
    if is_government(_host(clues.final_url or clues.url)) or not is_shared(clues.chrome):
        return ()
    strong, weak = sharing_marks(clues.chrome)
    return (f"marks of a document-sharing site: {'、'.join((*strong, *weak)[:6])}",)


def _media_copy(clues: TrustClues) -> tuple[str, ...]:
    """Another body is credited, on a host that is neither the government's nor that of the credited source."""
    host, credited = _host(clues.final_url or clues.url), clues.metadata.content_source
    if not host or not credited or is_government(host) or _own_host(clues):
        return ()
    if clues.metadata.publisher and _same_body(credited, clues.metadata.publisher):
        return ()
    if clues.metadata.site_name and fold(credited) in fold(clues.metadata.site_name):
        return ()
    return (f"the page on {host} credits another source: {credited}",)


def _backed(clues: TrustClues) -> tuple[Trust, tuple[str, ...]]:
    looks = _looks_official(clues)
    against = _contradicted(clues)
    if against:
        return "unknown", against
    if not clues.fetched or clues.is_text_import:
        return ("claimed", (*looks, "no capture of a fetch backs the text")) if looks else ("unknown", ())
    host = _host(clues.final_url or clues.url)
    if is_government(host):
        return "official", (f"fetched from the government domain {host}",)
    if _own_host(clues) and (code := _fitting_code(clues)):
        return "official", (f"site ID code {code} fits the region of the source, on the source's own host {host}",)
    where = f"{host} is no government domain" if host else "no address is known"
    return ("claimed", (*looks, where)) if looks else ("unknown", ())


def _looks_official(clues: TrustClues) -> tuple[str, ...]:
    """What makes the text look like a bureau's own page."""
    meta, found = clues.metadata, []
    host = _host(clues.final_url or clues.url)
    if is_government(host):
        found.append(f"the address is on the government domain {host}")
    if meta.site_id_code:
        found.append(f"site ID code {meta.site_id_code} in the footer")
    if meta.index_number:
        found.append(f"index number {meta.index_number}")
    if meta.publisher and is_agency(meta.publisher_full or meta.publisher):
        found.append(f"publisher {meta.publisher_full or meta.publisher}")
    elif meta.content_source and is_agency(meta.content_source):
        found.append(f"source {meta.content_source}")
    elif any(is_agency(name) for name in hosts(clues.chrome)):
        found.append(f"site run by {hosts(clues.chrome)[0]}")
    elif meta.issuers:
        found.append(f"issued by {'、'.join(meta.issuers)}")
    return tuple(found)


def _own_host(clues: TrustClues) -> bool:
    """Whether the page stands on a host of its source."""
    if clues.source is None:
        return False
    own = {domain.partition(":")[0].lower() for domain in clues.source.domains} or {_host(clues.source.homepage)}
    return _host(clues.final_url or clues.url) in own


def _fitting_code(clues: TrustClues) -> str | None:
    """The printed site ID code where it begins like the source's region (2, 4 or 6 digits that say something)."""
    code, region = clues.metadata.site_id_code, clues.source.region if clues.source else None
    if not code or not region:
        return None
    significant = region.rstrip("0")
    length = min(6, len(significant) + len(significant) % 2)
    return code if code[:length] == region[:length] else None


def _contradicted(clues: TrustClues) -> tuple[str, ...]:
    """A site ID code or a publisher of another place than the source's: a copied page."""
    meta, source = clues.metadata, clues.source
    if source is None:
        return ()
    code = meta.site_id_code
    if code and code.isdigit() and source.region and _own_host(clues) and code[:2] != source.region[:2]:
        return (f"site ID code {code} is not of the source's region {source.region}",)
    printed, expected = place_of(meta.publisher or ""), place_of(source.publisher or source.name)
    if printed and expected and len(printed) > 2 and not (_same_body(printed, expected) or expected in printed):
        return (f"the publisher {meta.publisher} is not of {expected}",) if not is_government(_host(clues.url)) else ()
    return ()


def _same_body(a: str, b: str) -> bool:
    """One name within the other, spaces and widths aside."""
    a, b = fold(a), fold(b)
    return a in b or b in a


def _flags(clues: TrustClues, shared: bool) -> tuple[tuple[Flag, ...], tuple[str, ...]]:
    """Flags with their reasons, in the order altered, truncated, repaired, paywalled."""
    flags: list[Flag] = []
    reasons: list[str] = []
    altered = find_altered(clues.body)
    if altered.is_altered:
        flags.append("altered")
        reasons += [f"altered: {line}" for line in altered.evidence]
    wall = paywall(clues.chrome)
    if last := cut_off(clues.body, shared=shared):
        flags.append("truncated")
        reasons.append(f"the text breaks off: …{last}")
    elif not is_government(_host(clues.final_url or clues.url)) and (app := in_app(clues.chrome)):
        flags.append("truncated")
        reasons.append(f"the rest of the text is in an app: {app}")
    elif wall and WITHHELD.search(wall):
        flags.append("truncated")
        reasons.append(f"a part of the text is withheld: {wall}")
    if clues.repaired:
        flags.append("repaired")
    if wall:
        flags.append("paywalled")
        reasons.append(f"paywalled: {wall}")
    return tuple(flags), tuple(reasons)
