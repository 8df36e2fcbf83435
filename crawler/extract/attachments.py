"""Files that a page offers: links in the body and in the boxes named for attachments, in the page's order."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from archive.model import AttachmentLink
from crawler.extract.blocks import clean
from crawler.extract.chrome import COUNTERS
from crawler.extract.tree import attribute, hidden

__all__ = ["base_of", "find_attachments"]

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "wps": "application/vnd.ms-works",
    "et": "application/vnd.ms-excel",
    "ofd": "application/ofd",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "7z": "application/x-7z-compressed",
    "rtf": "application/rtf",
    "csv": "text/csv",
    "txt": "text/plain",
    "ceb": "application/x-ceb",
}
PICTURES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "tif": "image/tiff", "tiff": "image/tiff"}
ANY_TYPES = {**MEDIA_TYPES, **PICTURES}
SCHEME = re.compile(r"(?!https?:|ftp:)[a-z][a-z0-9+.-]*:", re.I)
EXTENSION = re.compile(r"\.([A-Za-z0-9]{2,4})$")
EMBEDDED = {"iframe": "src", "embed": "src", "object": "data"}
"""Elements that show a file in the page, and their attribute with its address."""
BOX = re.compile(r"(?:^|[-_ ])\w*(?:fujian|attach|annex|fjlist|fjxz|download|xiazai|\bfj\b)\w*(?:$|[-_ ])", re.I)
NAMED = re.compile(r"附\s*件|附\s*表|下载")
AROUND = 4  # ancestors of the region whose boxes are looked at
MANY_LINKS = 60  # an ancestor with more links is the page, not the article


def base_of(tree: HtmlElement, url: str | None) -> str | None:
    """The address that relative links start from: ``<base>`` where it names the page's own host, else the page's."""
    node = tree.find("head/base")  # asked once a link: the head is short, the body is not
    href = attribute(node, "href") if node is not None else ""
    if not href:
        return url
    full = urljoin(url, href) if url else href
    if url and urlsplit(full).netloc.lower() != urlsplit(url).netloc.lower():
        return url
    return full


def find_attachments(tree: HtmlElement, region: HtmlElement | None, url: str | None) -> tuple[AttachmentLink, ...]:
    """Links to files. Relative links of a page without address stay as they are printed."""
    if region is None:
        return ()
    base = base_of(tree, url)
    found: dict[str, tuple[str, str]] = {}
    for link, top in _links(region):
        href = _address(link)
        if not href or href.startswith("#") or SCHEME.match(href):
            continue
        try:
            media_type = _offered(link, href, top, inside=top is region)
            if media_type:
                found.setdefault(urljoin(base, href) if base else href, (_name(link, href), media_type))
        except ValueError:  # an address that cannot be taken apart
            continue
    numbered = enumerate(found.items(), start=1)
    return tuple(AttachmentLink(n, name, full, media_type) for n, (full, (name, media_type)) in numbered)


def _links(region: HtmlElement) -> Iterable[tuple[HtmlElement, HtmlElement]]:
    """Links and embedded files of the region, then links around it; with the element in which a box that holds them
    must stand."""
    for link in region.iter("a", *EMBEDDED):
        yield link, region
    around = region
    for _ in range(AROUND):
        parent = around.getparent()
        if parent is None or parent.tag in ("body", "html") or sum(1 for _ in parent.iter("a")) > MANY_LINKS:
            break
        around = parent
    if around is region:
        return
    inside = set(region.iter("a"))
    for link in around.iter("a"):
        if link not in inside:
            yield link, around


def _offered(link: HtmlElement, href: str, top: HtmlElement, *, inside: bool) -> str | None:
    """The media type of the file that a link offers. A picture is one in a box for attachments alone, and beside the
    region (``inside`` it or not) nothing else is. Boxes are looked for last: most links are to pages."""
    media_type = _media_type(link, href, ANY_TYPES)
    if media_type is None or (link.tag == "a" and _in_box(link, top)):
        return media_type
    return _media_type(link, href, MEDIA_TYPES) if inside else None


def _address(element: HtmlElement) -> str:
    """Where the link or the frame leads. A viewer's frame names the file in its query
    (``viewer.html?file=/files/1.pdf``)."""
    href = attribute(element, EMBEDDED.get(str(element.tag), "href"))
    if element.tag == "a" or "?" not in href:
        return href
    return next((v for _, v in parse_qsl(href.partition("?")[2]) if EXTENSION.search(v)), href)


def _in_box(link: HtmlElement, top: HtmlElement) -> bool:
    """Whether an element that is named for attachments, or a line that says 附件, holds the link."""
    for level, node in enumerate((link, *link.iterancestors())):
        if hidden(node):
            return False
        if BOX.search(f"{node.get('class') or ''} {node.get('id') or ''}"):
            return True
        if level <= 2 and NAMED.search((node.text or "") + (attribute(node, "title"))):
            return True
        if node is top:
            break
    return False


def _name(link: HtmlElement, href: str) -> str:
    text = COUNTERS.sub("", clean("".join(link.itertext())))
    shown = text or attribute(link, "title") or attribute(link, "download")
    return shown or unquote(posixpath.basename(urlsplit(href).path)) or href


def _media_type(link: HtmlElement, href: str, known: Mapping[str, str]) -> str | None:
    """By the extension of the path, of a value in the query (download scripts), or of the printed name. Raises
    ValueError for an address that cannot be taken apart."""
    parts = urlsplit(href)
    values = [value for _, value in parse_qsl(parts.query)] if parts.query else []
    printed = "".join(link.itertext())
    for place in (parts.path, *values, printed, link.get("title") or "", link.get("download") or ""):
        match = EXTENSION.search(clean(COUNTERS.sub("", place))) if "." in place else None
        if match and match.group(1).lower() in known:
            return known[match.group(1).lower()]
    return None
