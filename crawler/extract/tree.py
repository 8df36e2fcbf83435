"""Text → one parsed tree, whatever the page is like. lxml loses pages silently (all after a stray ``</html>``,
all below 2,048 levels) and needs minutes for a tag with 100,000 attributes; both are prevented or noticed here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.extract.remembered import remembered

__all__ = ["Parsed", "attribute", "hidden", "parse", "whole_text"]

CLOSERS = re.compile(rb"</\s*(?:html|body)\s*>", re.I)
CONTROL = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])
NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
# Each pattern ends at the page's end too: an unclosed one must not be searched for again at every start.
NOT_SHOWN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|noscript|textarea)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
TAG = re.compile(r"<[^<>]*>?")
INLINE = re.compile(r"</?(?:font|span|b|i|u|em|strong|a|o:p|st1:\w+|center|big|small)\b[^<>]*>", re.I)
HAN = re.compile("[\u4e00-\u9fff]+")
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
STRING = etree.XPath("string()")
NAMES = re.compile(r"\bvar\s+(\w+)\s*=\s*([\"'])([^\"'<>\n]{1,100})\2")
WRITES = re.compile(r"document\.write(?:ln)?\s*\(\s*(?:(\w+)|([\"'])([^\"'\n]{1,100})\2)\s*\)")
LONGEST_WRITER = 2000  # characters of a script that writes a value
MAX_ATTRIBUTES = 300  # a tag beyond it loses them all: the parser compares each attribute with each other
LONG_TAG = 4 * MAX_ATTRIBUTES  # bytes: no shorter one has so many
LONG_NOSCRIPT = 60  # Chinese characters
LOST_BELOW = 0.6  # share of the visible Chinese that the tree must still hold


@dataclass(frozen=True, slots=True)
class Parsed:
    """``recovered``: what had to be done to get at the text (``inline tags removed``, ``all tags removed``)."""

    tree: HtmlElement
    recovered: str | None = None


def parse(text: str) -> Parsed:
    """Parse a decoded page; never raises and never returns an empty tree. Comments are not in the tree.

    All ``</html>`` and ``</body>`` are taken out first: browsers put what follows them into the body, lxml drops it.
    """
    data = _few_attributes(CLOSERS.sub(b"", _without_control(text)))
    tree = _build(data)
    if tree is not None and not _lost(tree, data, len(text)):
        _show_noscript(tree)
        _show_fields(tree)
        _show_written(tree, data)
        return Parsed(tree)
    clean = data.decode("utf-8")
    bare = INLINE.sub("", clean).encode("utf-8")
    tree = _build(bare)
    if tree is not None and not _lost(tree, data, len(text)):
        return Parsed(tree, "inline tags removed")
    return Parsed(_flat(clean), "all tags removed")


def _without_control(text: str) -> bytes:
    """The text as UTF-8 (what the parser works on; bytes are searched several times faster too) without characters
    that XML cannot hold."""
    data = text.encode("utf-8", "ignore").translate(None, CONTROL)
    for nobody in NONCHARACTERS:
        if nobody in data:
            data = data.replace(nobody, b"")
    return data


def hidden(element: HtmlElement) -> bool:
    """Whether the element says of itself that it is not shown (inline style or the attribute ``hidden``)."""
    style = element.get("style")
    return (style is not None and _hides(style)) or element.get("hidden") is not None


@remembered  # a page from a word processor says the same of every second element
def _hides(style: str) -> bool:
    return HIDDEN_STYLE.search(style) is not None


def whole_text(element: HtmlElement) -> str:
    """All text inside, scripts included, without a Python object for each element."""
    return str(STRING(element))


def attribute(element: HtmlElement, name: str) -> str:
    """The attribute's text without outer white space, "" where there is none."""
    return (element.get(name) or "").strip()


def _show_noscript(tree: HtmlElement) -> None:
    """A body that stands in ``noscript`` alone is shown; the advice to switch scripts on is not."""
    for element in list(tree.iter("noscript")):
        text = whole_text(element)
        if _han(text) >= LONG_NOSCRIPT and "avascript" not in text.lower() and "脚本" not in text:
            element.tag = "div"


def _show_fields(tree: HtmlElement) -> None:
    """A form that only shows its values (``<input readonly value=…>``) prints them."""
    for element in list(tree.iter("input")):
        shown = element.get("readonly") is not None or element.get("disabled") is not None
        if shown and attribute(element, "type").lower() in ("", "text") and attribute(element, "value"):
            element.tag, element.text = "span", element.get("value")


def _show_written(tree: HtmlElement, data: bytes) -> None:
    """What a script writes in its own place (``document.write('2017-07-10')``), where it is a plain text, or a name
    that a script gives one. Markup and sums are a browser's business."""
    if b"document.write" not in data:
        return
    known: dict[str, str] = {}
    for script in list(tree.iter("script")):
        text = script.text or ""
        if len(text) > LONGEST_WRITER:
            continue
        known.update({match[1]: match[3] for match in NAMES.finditer(text)})
        calls = WRITES.findall(text)
        if not calls or len(calls) != text.count("document.write"):
            continue
        pieces = [literal or known.get(name) for name, _, literal in calls]
        if all(piece is not None and "<" not in piece for piece in pieces):
            script.tag, script.text = "span", "".join(map(str, pieces))
            script.attrib.clear()


def _build(data: bytes) -> HtmlElement | None:
    parser = HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(data, parser=parser, ensure_head_body=False)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return tree


def _few_attributes(data: bytes) -> bytes:
    """Tags with an absurd number of attributes are left bare."""
    pieces = data.split(b"<")
    long = [piece for piece in pieces if len(piece) > LONG_TAG]
    if not any(piece.find(b">", 0, LONG_TAG) < 0 for piece in long):
        return data
    return b"<".join(map(_bare, pieces))


def _bare(piece: bytes) -> bytes:
    if len(piece) <= LONG_TAG or not piece[:1].isalpha():
        return piece
    head, close, rest = piece.partition(b">")
    if len(head.split(None, MAX_ATTRIBUTES + 1)) <= MAX_ATTRIBUTES:
        return piece
    return head.split(None, 1)[0] + close + rest


def _han(text: str) -> int:
    return sum(map(len, HAN.findall(text)))


def _lost(tree: HtmlElement, data: bytes, characters: int) -> bool:
    """Whether the parser dropped text of the page ``data``. The exact count is taken only where the rough one
    (attributes, comments and scripts included) is suspicious: UTF-8 spends two bytes more on a Chinese character."""
    whole = whole_text(tree)
    if len(whole.encode("utf-8")) - len(whole) >= LOST_BELOW * (len(data) - characters):
        return False
    shown = TAG.sub("", NOT_SHOWN.sub("", data.decode("utf-8")))
    return _han(whole) < LOST_BELOW * _han(shown)


def _flat(text: str) -> HtmlElement:
    """A tree of paragraphs, one a line of text: the last resort, which always holds the text."""
    shown = TAG.sub("\n", NOT_SHOWN.sub("", text))
    root = document_fromstring("<html><body></body></html>")
    body = root.find("body")
    assert body is not None
    for line in shown.splitlines():
        if line.strip():
            etree.SubElement(body, "p").text = line.strip()
    return root
