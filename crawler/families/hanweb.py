"""Hanweb JCMS (大汉版通): ``/col/colN/index.html`` with a ``<datastore>`` of list items in a script block, more of it
from ``dataproxy.jsp``; articles ``/art/Y/M/D/art_COL_ID.html`` with their body in ``#zoom``.

Two ways of paging are in use. The newer one names the next page in the data itself (``<nextgroup>``). The older one
gives ``totalRecord``, ``perPage`` and ``proxyUrl`` in the column page's script, and the data proxy takes
``startrecord``, ``endrecord`` and ``perpage``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring

from archive.model import Entry, Listing
from crawler.extract.listing import entry_of, read_listing
from crawler.extract.paging import absolute
from crawler.extract.regions import KNOWN, Marks
from crawler.families.marks import Mark, weigh
from crawler.family import Page

__all__ = ["HANWEB", "HanwebFamily"]

MARKS = (
    Mark(0.4, ("/art/",), re.compile(r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\w+"), addresses=True),
    Mark(0.4, ("/col/col",), re.compile(r"/col/col\d+/"), addresses=True),
    Mark(0.6, ("<datastore>", "dataproxy.jsp", "jquery.jpage", ".jpage(")),
    Mark(0.4, ("大汉版通", "hanweb", "jcms_files", "ZJEG_RSS", "/module/visitcount/")),
    Mark(0.3, ("<!--<$[", "barrierfree_container")),
)
BODY = dict(KNOWN)["hanweb"]
STORE = re.compile(r"<datastore>.*?(?:</datastore>|\Z)", re.S)
GROUP = re.compile(r"<nextgroup>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</nextgroup>", re.S)
CDATA = "<![CDATA["
TOTAL = re.compile(r"<totalrecord>\s*(\d+)\s*</totalrecord>")
HREF = re.compile(r"href\s*=\s*[\"']([^\"']+)[\"']|^\s*(/?[^\s<>\"']+dataproxy[^\s<>\"']*)\s*$")
SETTING = re.compile(r"\b(totalRecord|perPage|groupSize|proxyUrl)\s*:\s*[\"']?([^\"',\s}]+)")
PARAMETERS = re.compile(r"\bajaxParam\s*:\s*\{([^{}]*)\}")
PARAMETER = re.compile(r"[\"']?(\w+)[\"']?\s*:\s*[\"']?([^\"',}]*)[\"']?")
GROUP_PAGES = 3  # pages that the script loads at once where it does not say


class HanwebFamily:
    name = "hanweb"

    def score(self, page: Page) -> float:
        return weigh(MARKS, page)

    def content(self, marks: Marks) -> Sequence[HtmlElement]:
        return marks.find(BODY)

    def listing(self, page: Page) -> Listing | None:
        """The data store's entries, or those of a column page that is written out."""
        store = STORE.search(page.text)
        entries = _entries(page, store.group()) if store else ()
        if store is None or (not entries and "<record>" not in store.group()):
            return read_listing(page)
        total = _total(store.group(), page.text)
        return Listing(entries, _next(page, store.group(), len(entries), total), total)


HANWEB = HanwebFamily()


def _entries(page: Page, store: str) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for source in _records(store):
        try:
            item = fragment_fromstring(source, create_parent="div")
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            continue
        entry = entry_of(page, item)
        if entry:
            found.setdefault(entry.url, entry)
    return tuple(found.values())


def _records(store: str) -> Iterator[str]:
    """The markup of each record with a link in it. Cut, not matched: an unclosed record must cost nothing."""
    for piece in store.split("<record>")[1:]:
        source = piece.partition("</record>")[0].strip()
        if "<a" in source or "<A" in source:
            yield source.removeprefix(CDATA).removesuffix("]]>")


def _total(store: str, text: str) -> int | None:
    match = TOTAL.search(store) or re.search(r"\btotalRecord\s*:\s*[\"']?(\d+)", text)
    return int(match.group(1)) if match else None


def _next(page: Page, store: str, held: int, total: int | None) -> str | None:
    group = GROUP.search(store)
    link = HREF.search(group.group(1)) if group else None
    if link:
        full = absolute(page, html.unescape(link.group(1) or link.group(2)))
        return full if full != page.url else None
    if group and not group.group(1).strip():
        return None  # the data says itself that nothing follows
    return _next_records(page, held, total)


def _next_records(page: Page, held: int, total: int | None) -> str | None:
    """The older proxy's next range, after those of the page's own address or of the column page's script."""
    if total is None:
        return None
    parts = urlsplit(page.url or "")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if query.get("endrecord", "").isdigit() and query.get("startrecord", "").isdigit():
        end = int(query["endrecord"])
        return _range(urlunsplit(parts._replace(query="")), query, end, end - int(query["startrecord"]) + 1, total)
    settings = dict(SETTING.findall(page.text))
    proxy = absolute(page, html.unescape(settings.get("proxyUrl", "")))
    if not proxy or not settings.get("perPage", "").isdigit():
        return None
    size = int(settings["perPage"])
    pages = int(settings["groupSize"]) if settings.get("groupSize", "").isdigit() else GROUP_PAGES
    given = PARAMETERS.search(page.text)
    query = dict(parse_qsl(urlsplit(proxy).query, keep_blank_values=True))
    query |= {k: v.strip() for k, v in PARAMETER.findall(given.group(1))} if given else {}
    query["perpage"] = str(size)
    return _range(proxy.split("?")[0], query, held, max(1, size * pages), total)


def _range(address: str, query: dict[str, str], end: int, step: int, total: int) -> str | None:
    if end >= total or end <= 0 or step <= 0:
        return None
    query |= {"startrecord": str(end + 1), "endrecord": str(min(end + step, total))}
    return f"{address}?{urlencode(query)}"
