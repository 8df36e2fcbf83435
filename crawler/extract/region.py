"""Which element holds the body: the source's rule, the family's regions, known names, names that may mislead,
and last the density of running text, with trafilatura's opinion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.blocks import Block, blocks
from crawler.extract.chrome import is_footer, is_prose
from crawler.extract.content import kept_by_trafilatura
from crawler.extract.regions import KNOWN, LIKELY, VAGUE, Marks
from crawler.extract.under import Head, under_head

__all__ = ["NAMED", "Region", "find_region", "refined"]

ENOUGH = 40  # characters outside links; below it another region is looked for first
WEAK_ENOUGH = 80
FOOTER_LENGTH = 600  # a region shorter than this with a footer's words is a footer
CLEARLY = 1.2  # times the text of an earlier candidate: else the later one is a copy (mobile, screen reader)
HALF = 0.5
FEW_LINKS = 0.05  # characters in links for each of running text: a body has hardly any
HOLDS = 0.8  # share of the running text that the chosen element must hold
KNOWN_SELECTORS = tuple(dict.fromkeys(s for _, selectors in KNOWN for s in selectors))
NAMED = (*KNOWN_SELECTORS, *LIKELY, *VAGUE)
"""All selectors that name a body."""


@dataclass(frozen=True, slots=True)
class Region:
    """``how``: rule, family, known, weak, density or under (a title); the first three are
    trusted to hold the body alone."""

    element: HtmlElement
    how: str
    length: int

    @property
    def trusted(self) -> bool:
        return self.how in ("rule", "family", "known")


def find_region(
    tree: HtmlElement,
    marks: Marks,
    lines: Sequence[Block],
    family: Sequence[HtmlElement],
    rule: str | None = None,
    head: Head | None = None,
) -> Region | None:
    """The body's region, or None where the page has no running text, no known region and nothing under a title.
    ``head``: the page's title and its line of dates."""
    ruled = _by_rule(tree, rule)
    steps = (("rule", ruled), ("family", list(family)), ("known", marks.find(KNOWN_SELECTORS)))
    for how, candidates in steps:
        best = _longest(candidates, lines)
        if best and best[1] >= (1 if how == "rule" else ENOUGH):
            return Region(best[0], how, best[1])
    loose = _weak(marks, lines) or _dense(lines)
    if loose and loose.length >= FOOTER_LENGTH:
        return loose
    placed = _placed(head, lines)
    dated = head is not None and head.byline is not None
    if loose and loose.length >= ENOUGH and not (placed and _elsewhere(loose, placed, dated)):
        return loose
    return _short(steps) or placed or loose


def _placed(head: Head | None, lines: Sequence[Block]) -> Region | None:
    element = under_head(head) if head else None
    return Region(element, "under", _measure(element, lines).own) if element is not None else None


def _elsewhere(loose: Region, placed: Region, dated: bool) -> bool:
    """Whether a little running text stands apart from what is under the title: a summary beside the article. A title
    without a date (``dated``) under it says less than the longer text."""
    if not dated and placed.length < loose.length:
        return False
    one, other = loose.element, placed.element
    return other is not one and other not in set(one.iter()) and other not in set(one.iterancestors())


def _by_rule(tree: HtmlElement, rule: str | None) -> list[HtmlElement]:
    if not rule:
        return []
    try:
        found = tree.xpath(rule)
    except etree.XPathError:
        return []  # the source file's reader names a bad XPath; here the page is read as if there were none
    return [e for e in found if isinstance(e, HtmlElement)] if isinstance(found, list) else []


@dataclass(frozen=True, slots=True)
class _Size:
    """``own`` characters outside links, ``linked`` inside, ``prose``: whether a line of running text is there."""

    own: int
    linked: int
    text: str
    prose: bool


def _measure(element: HtmlElement, lines: Sequence[Block]) -> _Size:
    """What the element's lines hold."""
    inside = set(element.iter())
    held = [b for b in lines if b.element in inside]
    if not held and element.tag not in ("table", "tr", "td"):
        held = blocks(element)  # a body that is hidden until a script shows it
    linked = sum(b.linked for b in held)
    own = sum(len(b.text) for b in held) - linked
    return _Size(own, linked, "\n".join(b.text for b in held), any(is_prose(b) for b in held))


def _longest(candidates: Sequence[HtmlElement], lines: Sequence[Block]) -> tuple[HtmlElement, int] | None:
    """The candidate with most text; the first of equals, so that a copy further down does not count."""
    best: tuple[HtmlElement, int] | None = None
    best_text = ""
    for element in candidates[:40]:
        size = _measure(element, lines)
        own, text = size.own, size.text
        if size.linked > own or (len(text) < FOOTER_LENGTH and is_footer(text) and not _long_lines(text)):
            continue
        if best is None or (own > CLEARLY * best[1] and not _copied(text, best_text)):
            best, best_text = (element, own), text
    return best


def _copied(text: str, other: str) -> bool:
    """Whether two regions tell the same, though one says a sentence more."""
    one, two = set(text.split("\n")), set(other.split("\n"))
    return len(one & two) >= HALF * min(len(one), len(two))


def _long_lines(text: str) -> bool:
    """Whether running text stands beside a footer's words."""
    return sum(len(line) for line in text.split("\n") if not is_footer(line)) > 0.6 * len(text)


def _weak(marks: Marks, lines: Sequence[Block]) -> Region | None:
    """By names that other things have too: the first likely one with at least half of the text that any of them
    has; else of the vague ones the smallest that holds nearly all of it."""
    likely, vague = _sized(marks.find(LIKELY), lines), _sized(marks.find(VAGUE), lines)
    most = max((own for own, _ in (*likely, *vague)), default=0)
    prose = sum(map(len, {b.text for b in lines if is_prose(b)}))  # copies count once
    chosen = next((pair for pair in likely if pair[0] >= HALF * most), None)  # the first of copies
    if chosen is None and vague:
        outer = next(pair for pair in vague if pair[0] * CLEARLY >= most or pair[0] == max(v[0] for v in vague))
        inner = [v for v in vague if v[0] >= HOLDS * outer[0] and outer[1] in set(v[1].iterancestors())]
        chosen = min(inner, key=lambda pair: pair[0], default=outer)
    return Region(chosen[1], "weak", chosen[0]) if chosen and chosen[0] > 0.4 * prose else None


def _sized(candidates: Sequence[HtmlElement], lines: Sequence[Block]) -> list[tuple[int, HtmlElement]]:
    """Candidates with running text and few links, with their characters outside links."""
    sized = []
    for element in candidates[:60]:
        size = _measure(element, lines)
        if size.own >= WEAK_ENOUGH and size.linked < 0.3 * size.own and size.prose:
            sized.append((size.own, element))
    return sized


def _dense(lines: Sequence[Block]) -> Region | None:
    """The deepest element that holds most of the running text."""
    prose = [b for b in lines if is_prose(b)]
    element = _deepest(prose) if prose else None
    return Region(element, "density", _measure(element, lines).own) if element is not None else None


def refined(region: Region, tree: HtmlElement, lines: Sequence[Block]) -> Region:
    """A region that was found by density alone, seen again as an article's: where it holds links as well (a sidebar,
    teasers), trafilatura decides which lines count, if it keeps a fair part of them."""
    prose = [b for b in lines if is_prose(b)]
    size = sum(len(b.text) for b in prose)
    if region.how != "density" or _measure(region.element, lines).linked <= FEW_LINKS * size:
        return region
    kept = kept_by_trafilatura(tree, prose)
    element = _deepest(kept) if sum(len(b.text) for b in kept) > 0.3 * size else None
    return Region(element, "density", _measure(element, lines).own) if element is not None else region


def _deepest(prose: Sequence[Block]) -> HtmlElement | None:
    weight: dict[HtmlElement, int] = {}
    depth: dict[HtmlElement, int] = {}
    for block in prose:
        chain = [block.element, *block.element.iterancestors()]
        for level, element in enumerate(reversed(chain)):
            weight[element] = weight.get(element, 0) + len(block.text)
            depth[element] = level
    total = sum(len(b.text) for b in prose)
    heavy = [e for e, w in weight.items() if w >= HOLDS * total]
    best = max(heavy, key=lambda e: depth[e], default=None)
    # A single long paragraph is not the body: its neighbours belong to it.
    while best is not None and best.tag in ("p", "span", "font", "b", "strong", "li", "ol", "ul", "blockquote"):
        best = best.getparent()
    return best


def _short(steps: Sequence[tuple[str, Sequence[HtmlElement]]]) -> Region | None:
    """A body of a few characters (见附件) or of one picture: the first known region that holds anything."""
    for how, candidates in steps:
        for element in candidates:
            held = blocks(element)
            text = "\n".join(b.text for b in held)
            if (text and not is_footer(text)) or (not text and element.find(".//img") is not None):
                return Region(element, how, len(text))
    return None
