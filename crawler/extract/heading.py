"""The title that stands over the body, and the other places that may hold it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.agencies import split_agencies
from crawler.extract.blocks import INLINE, Block, blocks
from crawler.extract.byline import without_date
from crawler.extract.chrome import is_tool_line, starts_chrome
from crawler.extract.surroundings import breadcrumb, is_spam_heading, names_site

__all__ = ["Heading", "find_heading", "first_line_of", "page_tags", "window_title", "without_site"]

TAGS = frozenset({
    "articletitle", "pubdate", "contentsource", "columnname", "columntype", "sitename", "sitedomain", "siteidcode",
    "keywords", "author", "description", "url", "firstpublishedtime",
})  # fmt: skip
TITLED = re.compile(r"(?:^|[-_ ])\w*(?:title|biaoti|tit|bt|headline|h1)\w*(?:$|[-_ ])", re.I)
SEPARATORS = re.compile(r"\s*(?:_+|\|+|--+|—+|>+|\s[-–]\s|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff]))\s*")
SITE = re.compile(r"(?:政府|网站?|门户|委员会|[局厅部委办院会司区县市省州]|首页|公开|频道|平台|信息|中心|在线)$")
BRACKETED = re.compile(r"\s*[（(〔\[].*[）)〕\]号]")
NUMBER_LINE = re.compile(r"[（(]?[\u4e00-\u9fff]{1,12}\s*[〔\[（(]\s*\d{4}\s*[〕\]）)]\s*第?\s*\d+\s*号[）)]?")
LONGEST = 160
LARGE = re.compile(r"font-size\s*:\s*(?:1[89]|[2-4]\d)(?:\.\d+)?\s*(?:px|pt)", re.I)
LARGE_FONT = re.compile(r"\+?[4-7]$")
PATH = re.compile(r"(?:^|[-_ ])(?:bread|crumbs?|breadcrumbs?|dqwz|mbx|weizhi)(?:$|[-_ ])", re.I)
LEAST_STEP = 8  # characters of a path's last step that is a title; shorter ones are names of columns
PANEL_LINES = 60  # lines that a panel at the top of the body's region may take
FEW_LINES = 14  # lines above the body in which the title is looked for


@dataclass(frozen=True, slots=True)
class Heading:
    """``title`` as the page prints it over the body, None where nothing there looks like one; ``candidates`` from
    the other places, best first; ``line`` the number of the title's line among the page's lines, or None."""

    title: str | None
    candidates: tuple[str, ...]
    line: int | None
    lines: tuple[str, ...] = ()


def page_tags(tree: HtmlElement) -> dict[str, str]:
    """The government sites' page tags (网页标签), names lower-cased; the first non-empty one of a name counts."""
    tags: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("name") or "").strip().lower()
        value = (meta.get("content") or "").strip()
        if name in TAGS and value and name not in tags:
            tags[name] = value
    return tags


def window_title(tree: HtmlElement) -> str:
    """What stands in ``<title>``, in one line; "" where nothing does."""
    node = next(tree.iter("title"), None)
    return " ".join("".join(node.itertext()).split()) if node is not None else ""


def without_site(title: str, tags: Mapping[str, str]) -> str:
    """``<title>`` without the site's and the column's name behind (or before) the separator."""
    pieces = [p for p in SEPARATORS.split(" ".join(title.split())) if p]
    names = {tags.get("sitename", ""), tags.get("columnname", "")}
    kept = [p for p in pieces if p not in names]
    if not kept:
        return pieces[0] if pieces else ""
    while len(kept) > 1 and SITE.search(kept[-1]) and len(kept[-1]) <= max(20, len(kept[0])):
        kept.pop()
    return max(kept, key=len) if SITE.search(kept[0]) and len(kept[0]) < 16 else kept[0]


def find_heading(
    tree: HtmlElement,
    lines: Sequence[Block],
    region: HtmlElement | None,
    tags: Mapping[str, str],
    bylines: Sequence[Block] = (),
    rule: str | None = None,
    numbers: Collection[str] = (),
) -> Heading:
    """``rule``: the source's XPath of the title. ``numbers``: document numbers that a panel prints: a window's title
    repeats one behind the document's. ``lines``: the blocks of the whole page; ``bylines``: those of them
    with labels such as 来源, which stand right under a title."""
    printed = _by_rule(tree, rule)
    document_title = window_title(tree)
    tag_title = tags.get("articletitle", "")
    best = _best(lines, region, tag_title, document_title, tags, set(map(id, bylines)))
    title = printed or (best[1] if best else None)
    elsewhere = [c for c in (tag_title, without_site(document_title, tags)) if c and not is_spam_heading(c)]
    if title and not printed:
        longer = (c for c in elsewhere if c.startswith(title) and BRACKETED.fullmatch(c[len(title) :]))
        title = next((c for c in longer if c[len(title) :].strip(" （()）") not in numbers), title)
    if title is None and (step := _titled_step(lines[: first_line_of(lines, region)], elsewhere)):
        elsewhere.insert(0, step)
    candidates = [c for c in elsewhere if c != title]
    return Heading(title, tuple(dict.fromkeys(candidates)), best[0] if best else None, best[2] if best else ())


def _titled_step(lines: Sequence[Block], elsewhere: Sequence[str]) -> str | None:
    """The last step of the page's path, which is no link, where all else names the site or a step before it."""
    steps = [block for block in lines if _in_path(block.element)]
    names: Sequence[str] = [block.text for block in steps]
    if len(steps) < 2:  # all steps in one line
        names = breadcrumb("\n".join(block.text for block in lines))
        steps = [block for block in lines if names and block.text.endswith(names[-1])]
    if not steps or len(names[-1]) < LEAST_STEP or names_site(names[-1]):
        return None
    own = len(steps[-1].text) - steps[-1].linked
    alone = all(names_site(name) or name in names[:-1] for name in elsewhere)
    return names[-1] if alone and own >= len(names[-1]) else None


def _in_path(element: HtmlElement) -> bool:
    """Whether the element stands in a list of steps (``<ol class="breadcrumb">``)."""
    near = [element, *islice(element.iterancestors(), 2)]
    return any(PATH.search(f"{e.get('class') or ''} {e.get('id') or ''}") for e in near)


def _by_rule(tree: HtmlElement, rule: str | None) -> str | None:
    if not rule:
        return None
    try:
        found = tree.xpath(rule)
    except etree.XPathError:
        return None
    for item in found if isinstance(found, list) else [found]:
        text = " ".join(b.text for b in blocks(item)) if isinstance(item, HtmlElement) else str(item).strip()
        if text:
            return text
    return None


def _best(
    lines: Sequence[Block],
    region: HtmlElement | None,
    tag_title: str,
    document_title: str,
    tags: Mapping[str, str],
    bylines: set[int],
) -> tuple[int, str, tuple[str, ...]] | None:
    """The line number, the text and the single lines of the best heading above (or at the top of) the body."""
    first = first_line_of(lines, region)
    last = first + FEW_LINES // 2
    best: tuple[float, int, str, tuple[str, ...]] | None = None
    tag_title, document_title = _folded(tag_title), _folded(document_title)
    for number in range(min(len(lines), first + PANEL_LINES)):
        if number >= last and lines[number].element.tag != "h1" and _folded(lines[number].text) != tag_title:
            continue  # below the top of the body only what is a title beyond doubt (a panel may stand over it)
        if 2 * lines[number].linked > len(lines[number].text):
            continue  # a menu's
        for size in (1, 2, 3):
            group = lines[number : number + size]
            if len(group) < size or group[-1].element is not group[0].element:
                break
            score = _score(group, tag_title, document_title, tags)
            score += 1.0 if score and number >= first - FEW_LINES else 0.0
            score += 1.5 if score and number < first and not tag_title and _is_large(group[0].element) else 0.0
            score += 0.5 if score and number < first and _is_centered(group[0].element) else 0.0
            after = lines[number + size] if number + size < len(lines) else None
            score += 2.0 if score and after is not None and id(after) in bylines else 0.0
            enough = 2.5 if best is None else max(2.5, best[0] + 1e-9)
            if score >= enough and split_agencies("".join(b.text for b in group)):
                score -= 3.0  # the site's own name over the page; a document is rarely called so
            if score >= enough and not is_spam_heading(group[0].text):
                best = score, number, without_date("".join(b.text for b in group)), tuple(b.text for b in group)
    return best[1:] if best else None


def first_line_of(lines: Sequence[Block], region: HtmlElement | None) -> int:
    """The number of the region's first line; without a region, a guess of how far the page's head reaches."""
    if region is None:
        return min(len(lines), 40)
    inside = set(region.iter())
    return next((n for n, b in enumerate(lines) if b.element in inside), len(lines))


def _score(group: Sequence[Block], tag_title: str, document_title: str, tags: Mapping[str, str]) -> float:
    text, element = "".join(b.text for b in group), group[0].element
    if (
        not 2 <= len(text) <= LONGEST
        or text.endswith(("。", "；", "，", "："))
        or starts_chrome(text)
        or is_tool_line(text)
        or NUMBER_LINE.fullmatch(text)
    ):
        return 0.0
    folded = _folded(text)
    if text in (tags.get("sitename"), tags.get("columnname")):
        return 0.0
    score = 0.1 if len(folded) >= 4 else 0.0
    if tag_title and without_date(folded) == tag_title:
        score += 6
    elif len(folded) >= 6 and (without_date(folded) in document_title or _is_cut_in(folded, document_title)):
        score += 3 + min(len(folded), 40) / 20
    score += {"h1": 2.0, "h2": 1.5, "h3": 1.2, "h4": 1.0, "h5": 1.0}.get(str(element.tag), 0.0)
    inner = element[0] if len(element) == 1 and element[0].tag in INLINE else element
    names = " ".join(filter(None, (element.get("class"), element.get("id"), inner.get("class"))))
    if TITLED.search(names) or any(a.tag in ("h1", "h2") for a in _two_above(element)):
        score += 1.5
    return score


def _is_cut_in(folded: str, document_title: str) -> bool:
    """Whether the window's title is the beginning of this one, cut off: 某区开展应急疏散演…"""
    begun = re.split(r"…|\.\.\.", document_title)
    return len(begun) > 1 and LEAST_STEP <= len(begun[0]) < len(folded) and folded.startswith(begun[0])


def _is_centered(element: HtmlElement) -> bool:
    return (element.get("align") or "").strip().lower() == "center" or "center" in (element.get("style") or "")


def _is_large(element: HtmlElement) -> bool:
    """Whether old markup sets the line large: ``<font size=4>``, a font size of 18 and more."""
    near = [*islice(element.iter(), 6), *islice(element.iterancestors(), 3)]
    return any(e.tag == "font" and LARGE_FONT.match((e.get("size") or "").strip()) for e in near) or any(
        LARGE.search(e.get("style") or "") for e in near
    )


def _two_above(element: HtmlElement) -> list[HtmlElement]:
    parent = element.getparent()
    return [p for p in (parent, parent.getparent() if parent is not None else None) if p is not None]


def _folded(text: str) -> str:
    return "".join(text.split())
