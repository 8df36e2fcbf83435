"""An article page → Reading: panel, heading, body, attachments, then metadata and judgement by the words' rules.

The later pages of an article that its site pages over several addresses give their bodies and files alone: title, panel
and byline stand on each page again. Metadata and judgement are those of the whole text, whose end holds the signature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from archive.model import AttachmentLink, Draft, Flag, Issue, Part, Reading
from crawler.extract.article_pages import ArticlePages, find_article_pages
from crawler.extract.attachments import find_attachments
from crawler.extract.blocks import INLINE, Block
from crawler.extract.byline import bare_date
from crawler.extract.content import Body, read_body
from crawler.extract.heading import Heading, find_heading, first_line_of, page_tags, window_title
from crawler.extract.input import MOST_PARTS
from crawler.extract.joined import joined
from crawler.extract.metadata import Clues, Found, assemble
from crawler.extract.numbers import line_number
from crawler.extract.panel import Panel, place
from crawler.extract.region import Region, refined
from crawler.extract.tree import attribute
from crawler.extract.trust import TrustClues, judge
from crawler.extract.under import Head
from crawler.family import Page
from crawler.source import Rules, Source

__all__ = ["ArticlePage", "Later", "read_article"]

TAG_FIELDS = {
    "pubdate": "published_at",
    "firstpublishedtime": "published_at",
    "contentsource": "content_source",
    "columnname": "column",
    "sitename": "site_name",
    "sitedomain": "site_domain",
    "siteidcode": "site_id_code",
    "keywords": "keywords",
    "author": "editor",
    "description": "summary",
}
SCRIPT_DATE = re.compile(
    r"(?:\bvar\s+|[\"'{,]\s*)(pub\w*|fb(?:rq|sj)\w*|release_?(?:date|time)|docreltime)[\"']?\s*[=:]\s*[\"']([^\"'<>]{8,25})[\"']",
    re.I,
)
DATING = ("pub", "Pub", "PUB", "fb", "FB", "elease", "docrel", "DOCREL")  # found faster than the rule
MOST_WORDS = 50_000  # characters at either end; the longest body of the corpus has 9,136
LONG_RUN = re.compile(r"([0-9A-Za-z]{200})[0-9A-Za-z]+")
BYLINE_LINES = 4  # lines above the body that may hold a date where no title was found
DAY_DASH = re.compile(r"(?<=^\d{4}-\d\d-\d\d)-(?=\d\d:)")  # gov.cn writes 2007-08-20-23:59:59
WAYS = frozenset({"主动公开", "依申请公开", "不予公开"})
NOT_BYLINE = frozenset({"site_id_code"})  # stands in the footer, which is read as chrome


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A page that is to be read as an article. ``head``: its title and line of dates; ``lines``: the blocks of the
    whole page; ``repaired``: readings that were taken out of the tree before; ``mojibake``: texts that were put
    right there; ``warnings``: what decoding and parsing had to say; ``pages``: what its pager says, once it is asked;
    ``proxies`` are held for the tree's sake (``crawler.extract.page``)."""

    url: str | None
    final_url: str | None
    text: str
    tree: HtmlElement
    lines: Sequence[Block]
    panel: Panel
    region: Region | None
    rules: Rules | None
    head: Head | None = None
    fetched: bool = True
    entry_title: str | None = None
    entry_date: str | None = None
    repaired: int = 0
    mojibake: int = 0
    warnings: tuple[str, ...] = ()
    seen: Page | None = None
    first_page: str | None = None
    pages: ArticlePages | None = None
    proxies: tuple[HtmlElement, ...] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """A later page of the article; ``number`` and ``capture`` as in ``archive.model.Part``."""

    number: int
    capture: int
    page: ArticlePage


def read_article(page: ArticlePage, source: Source | None, held: Sequence[Later] = ()) -> Reading:
    """The document on the page, with those of the ``held`` later pages that its own pager, or one of theirs, names.
    A page without text and picture is read too, with an Issue ``no_content``."""
    page, tags = _with_pages(page), page_tags(page.tree)
    element = page.region.element if page.region else None
    rule = page.rules.title if page.rules else None
    numbers = {f.value for f in page.panel.found if f.field == "document_number"}
    heading = find_heading(page.tree, page.lines, element, tags, page.panel.bylines, rule, numbers)
    parts, later = _named(page, [replace(one, page=_with_pages(one.page)) for one in held])
    body = _body(page, heading)
    whole = joined(body, [_later_body(one.page, heading) for one in later])
    pages = (page, *(one.page for one in later))
    chrome, words = _bounded(_chrome(page.lines, element, body)), _bounded(whole.text)
    clues = Clues(
        found=(
            *_labelled(page.panel),
            *_bare_dates(page, heading),
            *_number_line(page, heading, body),
            *_timed(page.tree),
            *_script_dates(page.tree),
            *_tagged(tags),
        ),
        title=heading.title,
        title_candidates=heading.candidates,
        body=words,
        chrome=chrome,
        url=page.url or page.final_url,
        entry_title=page.entry_title,
        entry_date=page.entry_date,
    )
    assembled = assemble(clues, source)
    before = "\n".join(b.text for b in page.lines[: heading.line]) if heading.line else ""
    judged = judge(
        TrustClues(
            url=page.url, final_url=page.final_url, fetched=page.fetched, source=source, metadata=assembled.metadata,
            body=words, chrome=chrome, before_title=before, window=window_title(page.tree),
            repaired=sum(one.repaired for one in pages),
        )
    )  # fmt: skip
    draft = Draft(
        url=page.url or page.final_url,
        text=whole.text,
        markdown=whole.markdown,
        metadata=assembled.metadata,
        origins=assembled.origins,
        date_claims=assembled.date_claims,
        attachments=_attachments(pages),
        flags=_flags(judged.flags, whole, sum(one.repaired + one.mojibake for one in pages)),
        warnings=tuple(dict.fromkeys(warning for one in pages for warning in one.warnings)),
        unknown_labels=page.panel.unknown,
        rejected=assembled.rejected,
        periods=assembled.periods,
    )
    issues = (*assembled.issues, *_issues(page, draft))
    first = page.pages.first if page.pages else None
    return Reading(
        "article", draft=draft, trust=judged.trust, trust_evidence=judged.evidence, issues=issues, parts=parts,
        part_of=first,
    )  # fmt: skip


def _with_pages(page: ArticlePage) -> ArticlePage:
    """The page with its region as exact as it gets, and with what its pager says."""
    if page.region is None:
        return page
    region = refined(page.region, page.tree, page.lines)
    pages = find_article_pages(page.seen, region, page.lines, page.first_page) if page.seen else None
    return replace(page, region=region, pages=pages)


def _named(page: ArticlePage, held: Sequence[Later]) -> tuple[tuple[Part, ...], list[Later]]:
    """All further pages that the pagers name, in order, and those of them that are held: each page may name more."""
    named = {part.number: part for part in (page.pages.further if page.pages else ())}
    later = []
    for one in sorted(held, key=lambda one: one.number):
        if one.number in named:
            named[one.number] = replace(named[one.number], capture=one.capture)
            later.append(one)
            for part in one.page.pages.further if one.page.pages else ():
                named.setdefault(part.number, part)
    return tuple(named[number] for number in sorted(named)[: MOST_PARTS + 1]), later


def _later_body(page: ArticlePage, first: Heading) -> Body:
    """What a later page adds: its body without what it repeats over it, the article's title as well as its own."""
    element = page.region.element if page.region else None
    rule = page.rules.title if page.rules else None
    own = find_heading(page.tree, page.lines, element, page_tags(page.tree), page.panel.bylines, rule, set())
    return _body(page, replace(own, lines=(*own.lines, *first.lines, first.title or "")))


def _attachments(pages: Sequence[ArticlePage]) -> tuple[AttachmentLink, ...]:
    """The files of all pages in their order; a box of files that stands on each page counts once."""
    found: dict[str, AttachmentLink] = {}
    for page in pages:
        element = page.region.element if page.region else None
        for link in find_attachments(page.tree, element, page.final_url or page.url):
            found.setdefault(link.url, link)
    return tuple(replace(link, order=n) for n, link in enumerate(found.values(), start=1))


def _bounded(text: str) -> str:
    """What the rules of words look at of an absurd text: its beginning and its end, and of a run of letters or digits
    that no writer wrote its first part. The text itself is kept whole."""
    if len(text) > 2 * MOST_WORDS:
        text = f"{text[:MOST_WORDS]}\n{text[-MOST_WORDS:]}"
    return LONG_RUN.sub(r"\1", text)


def _body(page: ArticlePage, heading: Heading) -> Body:
    if page.region is None:
        return Body("", "", False, (), ())
    titles = {heading.title or "", *heading.lines} - {""}
    bylines = {b.text for b in page.panel.bylines}
    element = page.region.element
    inside = set(element.iter())
    lines = [b for b in page.lines if b.element in inside] if element.tag not in INLINE else None
    dropped = [node for node in (*page.panel.nodes, *(page.pages.boxes if page.pages else ())) if node in inside]
    return read_body(element, dropped, titles, bylines, page.region.trusted, lines)


def _chrome(lines: Sequence[Block], region: HtmlElement | None, body: Body) -> str:
    """The page's text outside the document, one block a line, in page order."""
    inside = set(region.iter()) if region is not None else set()
    left = {block.text for block in body.left}
    return "\n".join(b.text for b in lines if b.element not in inside or b.text in left)


def _labelled(panel: Panel) -> list[Found]:
    found = [f for f in panel.found if f.rule == "panel" or f.field not in NOT_BYLINE]
    # 公开类别 is a class of the catalogue on some sites, and the way of disclosure on others.
    return [replace(f, field="disclosure") if f.field == "catalog_class" and f.value in WAYS else f for f in found]


def _bare_dates(page: ArticlePage, heading: Heading) -> list[Found]:
    """A date under the title that no label claims, where no label claims any."""
    if page.region is None or any(f.field == "published_at" for f in page.panel.found):
        return []
    first = first_line_of(page.lines, page.region.element)
    start = heading.line if heading.line is not None else max(0, first - BYLINE_LINES)
    panels = {inner for node in page.panel.nodes for inner in node.iter()}
    lines = [block for block in page.lines[start : max(first, start + 1) + 2] if block.element not in panels]
    found = bare_date(lines, page.panel.bylines)
    return [found] if found else []


def _number_line(page: ArticlePage, heading: Heading, body: Body) -> list[Found]:
    """The document's number in a line of its own between the title and the body, or between the red head and the
    document's own title, both of which repeat what stands over them and are left out of the text."""
    if heading.line is None or page.region is None:
        return []
    first = first_line_of(page.lines, page.region.element)
    between = page.lines[heading.line + 1 : min(first, heading.line + BYLINE_LINES + 1)]
    for block in (*between, *body.left[:BYLINE_LINES]):
        if line_number(block.text):
            return [Found("", "document_number", block.text.strip("（()） "), "byline", place(block.element))]
    return []


def _timed(tree: HtmlElement) -> list[Found]:
    """The day in ``<time datetime=…>`` that is marked as that of publication."""
    for node in tree.iter("time"):
        name = f"{attribute(node, 'class')} {attribute(node, 'itemprop')}".lower()
        if "publish" in name and attribute(node, "datetime"):
            value = attribute(node, "datetime").replace("T", " ")[:19]
            return [Found("", "published_at", value, "byline", place(node))]
    return []


def _tagged(tags: dict[str, str]) -> list[Found]:
    return [
        Found(name, TAG_FIELDS[name], DAY_DASH.sub(" ", value), "meta", name)
        for name, value in tags.items()
        if name in TAG_FIELDS
    ]


def _script_dates(tree: HtmlElement) -> list[Found]:
    """A publication date that only an inline script knows (``var pubdata='2018年04月13日'``, ``"publishDate":
    "2019-11-18"``); none where scripts name several days, those of a list."""
    scripts = (script.text or "" for script in tree.iter("script"))
    dated = [text for text in scripts if any(word in text for word in DATING)]
    told = [pair for text in dated for pair in SCRIPT_DATE.findall(text) if re.match(r"\d{4}\D", pair[1])]
    if len({value[:10] for _, value in told}) != 1:
        return []
    name, value = told[0]
    return [Found(name, "published_at", value, "script", f"script: {name}")]


def _flags(judged: Sequence[Flag], body: Body, repaired: int) -> tuple[Flag, ...]:
    own: list[Flag] = [*(["repaired"] if repaired else []), *(["image_only"] if body.image_only else [])]  # type: ignore[list-item]
    return tuple(dict.fromkeys((*judged, *own)))


def _issues(page: ArticlePage, draft: Draft) -> list[Issue]:
    issues = [Issue("page_warning", "warning", warning, page.url) for warning in page.warnings]
    if draft.unknown_labels:
        named = "、".join(draft.unknown_labels)
        issues.append(Issue("unknown_label", "info", f"the panel has labels that no field knows: {named}", page.url))
    if not draft.text and not draft.attachments and "image_only" not in draft.flags:
        issues.append(Issue("no_content", "warning", "no body and no picture where a document should be", page.url))
    return issues
