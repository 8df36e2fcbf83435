"""The order in which a page is read, nothing else: decode → kind → list, or panel → content →
metadata → attachments → repair → judgement. The further pages of an article are read with its first one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lxml.html import HtmlElement

from archive.model import Issue, Kind, Listing, Reading
from crawler import families
from crawler.decode import Decoded, decode
from crawler.errors import CrawlerError, DecodeError, ExtractError, TooLarge, WrongMedia
from crawler.extract.article import ArticlePage, Later, read_article
from crawler.extract.blocks import Block, blocks
from crawler.extract.failures import failure_in, said_alone, says_nothing_found
from crawler.extract.heading import page_tags, window_title
from crawler.extract.injected import repair_tree
from crawler.extract.input import PageInput
from crawler.extract.kinds import (
    challenge_in,
    is_article,
    is_filled_by_script,
    is_list,
    is_portal,
    is_shell,
    leads_to_lists,
    picture_type,
    soft_404_in,
    wrong_media,
)
from crawler.extract.lines import read_lines
from crawler.extract.mojibake import repair_mojibake
from crawler.extract.paging import find_next
from crawler.extract.panel import Panel, read_panel
from crawler.extract.region import NAMED, Region, find_region
from crawler.extract.regions import index_marks
from crawler.extract.tree import Parsed, parse
from crawler.extract.under import find_head
from crawler.extract.unfolded import unfolded_panel
from crawler.family import Family, Page, detect
from crawler.source import Source

__all__ = ["MAX_BODY", "PageInput", "read"]

MAX_BODY = 32 * 2**20  # bytes; a crawl takes 20 MB, files by hand may be larger, but no page is


def read(page: PageInput, source: Source | None = None) -> Reading:
    """Read one answer. Never raises on bad input: what cannot be read is a Reading of kind ``error`` with an
    Issue whose code is that of ``crawler.errors``."""
    try:
        return _read(page, source)
    except CrawlerError as error:
        return _refused("error", error.code, str(error), page)
    except Exception as error:  # the promise above: a page that breaks a rule is an issue, never a lost run
        return _refused("error", ExtractError.code, f"{type(error).__name__} while reading: {error}", page)


def _read(page: PageInput, source: Source | None) -> Reading:
    if len(page.body) > MAX_BODY:
        return _refused(
            "error", TooLarge.code, f"the answer has {len(page.body):,} bytes; a page has at most {MAX_BODY:,}", page
        )
    body = page.body.removeprefix(codecs.BOM_UTF8).strip()
    if not body.strip(b"\0 \t\r\n"):
        return _refused("error", DecodeError.code, "the answer is empty", page)
    if picture_type(body):
        return Reading("image")
    what = wrong_media(body)
    if what:
        return _refused("error", WrongMedia.code, f"the answer is {what}, not a page", page)
    decoded = decode(page.body, page.media_type)
    if (page.media_type or "").lower().startswith("text/plain"):
        return replace(read_lines(decoded.text, page.url, source), encoding=decoded.encoding)
    if decoded.text.lstrip()[:1] in ("{", "["):
        return _refused("error", WrongMedia.code, "the answer is JSON that no family reads", page, decoded)
    parsed = parse(decoded.text)
    return _read_tree(page, source, decoded, parsed)


def _read_tree(page: PageInput, source: Source | None, decoded: Decoded, parsed: Parsed) -> Reading:
    sight = _look(page, source, decoded, parsed)
    reading = sight.early()
    if reading is None and page.expected == "list":
        reading = sight.as_list()
    if reading is None:
        article = sight.article()
        reading = sight.shell(article) or sight.otherwise(article)
        if reading is None:
            reading = read_article(article, source, _later(page, source))
    return replace(reading, encoding=decoded.encoding, family=sight.family.name)


def _look(page: PageInput, source: Source | None, decoded: Decoded, parsed: Parsed) -> _Sight:
    """A parsed page with its repairs done."""
    tree = parsed.tree
    proxies = tuple(tree.iter())
    lines = blocks(tree)
    if undone := repair_mojibake(tree, _joined(lines)):
        lines = blocks(tree)
    if repaired := repair_tree(tree, _joined(lines)):
        lines = blocks(tree)
    seen = Page(page.final_url or page.url, decoded.text, tree)
    family = _family(seen, source)
    return _Sight(page, source, decoded, seen, family, lines, proxies, repaired, undone, _warnings(decoded, parsed))


def _later(page: PageInput, source: Source | None) -> list[Later]:
    """The further pages that are held, as far as they can be read."""
    later = []
    for further in page.further:
        try:
            decoded = decode(further.page.body, further.page.media_type)
            article = _look(further.page, source, decoded, parse(decoded.text)).article()
        except CrawlerError:
            continue  # judged when it came; an archive whose rules are newer says it once more as a missing page
        later.append(Later(further.number, further.capture, article))
    return later


def _joined(lines: Sequence[Block]) -> str:
    return "\n".join(block.text for block in lines)


@dataclass(frozen=True, slots=True)
class _Sight:
    """A parsed page on its way to a verdict."""

    page: PageInput
    source: Source | None
    decoded: Decoded
    seen: Page
    family: Family
    lines: Sequence[Block]
    proxies: tuple[HtmlElement, ...]  # held to the end: lxml makes one anew whenever an element is looked at again
    repaired: int
    undone: int
    warnings: tuple[str, ...]

    def early(self) -> Reading | None:
        """Challenge, refused by status, or "not found": whatever was expected."""
        page, visible = self.page, _joined(self.lines)
        mark = challenge_in(self.decoded.text, visible, page.status)
        if mark:
            return _refused("challenge", "challenged", f"a challenge answered instead of the page: {mark}", page)
        if page.status >= 400:
            return _refused("error", "fetch", f"HTTP {page.status}", page)
        window = window_title(self.seen.tree)
        said = said_alone(window, self.lines)
        why = soft_404_in(said, page.url, page.final_url)
        if why:
            return _refused("soft_404", "soft_404", why, page)
        failure = failure_in(self.seen.tree, said, window)
        if failure is None or self._lists_something():
            return None
        return _refused("error", failure.code, f"the page says {failure.why!r}", page)

    def _lists_something(self) -> bool:
        """A list with a login box beside it is a list."""
        listing = self.family.listing(self.seen)
        return listing is not None and any(entry.date for entry in listing.entries)

    def as_list(self) -> Reading:
        """The list that the frontier expects; an empty one, or a script's shell, says so."""
        listing = self.family.listing(self.seen)
        if listing and listing.entries:
            return Reading("list", listing=listing, issues=self._unreachable(listing))
        if self._is_frame(None):
            return _refused("shell", "empty_listing", "only a script's frame: the list must be rendered", self.page)
        issue = Issue("empty_listing", "error", "a list page without entries", self.page.url)
        return Reading("list", listing=listing or Listing(()), issues=(issue,))

    def _unreachable(self, listing: Listing) -> tuple[Issue, ...]:
        titles = [entry.title for entry in listing.without_address]
        if not titles:
            return ()
        message = f"{len(titles)} entries open by script alone and have no address"
        return (Issue("entry_without_address", "warning", message, self.page.url, data={"titles": titles}),)

    def article(self) -> ArticlePage:
        rules = self.source.rules_on(self.page.captured_on) if self.source else None
        content, marks = rules.content if rules else None, index_marks(self.seen.tree)
        tree, lines, own = self.seen.tree, self.lines, self.family.content(marks)
        bodies = set(marks.find(NAMED))
        panel = read_panel(lines, bodies)
        if not _is_panel(panel) and (unfolded := unfolded_panel(tree, self.decoded.text, bodies)):
            panel = replace(panel, found=(*unfolded.found, *panel.found), unknown=(*panel.unknown, *unfolded.unknown))
        head = find_head(tree, lines, page_tags(tree), panel.nodes)
        return ArticlePage(
            url=self.page.url,
            final_url=self.page.final_url,
            text=self.decoded.text,
            tree=tree,
            lines=lines,
            panel=panel,
            region=find_region(tree, marks, lines, own, content, head),
            head=head,
            rules=rules,
            fetched=self.page.fetched,
            entry_title=self.page.entry_title,
            entry_date=self.page.entry_date,
            repaired=self.repaired,
            mojibake=self.undone,
            warnings=self.warnings,
            seen=self.seen,
            first_page=self.page.first_page,
            proxies=self.proxies,
        )

    def _is_frame(self, region: Region | None) -> bool:
        tree = self.seen.tree
        return is_shell(tree, self.decoded.text, self.lines, region) or is_filled_by_script(tree, region)

    def shell(self, article: ArticlePage) -> Reading | None:
        if not self._is_frame(article.region):
            return None
        return _refused("shell", "no_content", "only a script's frame: the page must be rendered", self.page)

    def otherwise(self, article: ArticlePage) -> Reading | None:
        """A list or a front page where nobody said what to expect and nothing speaks for an article."""
        if self.page.expected == "article" or _is_panel(article.panel) or is_article(article.region, self.lines):
            return None
        if ((article.head and article.head.byline) or _is_dated(article.panel)) and not find_next(self.seen):
            return None
        if says_nothing_found(self.lines) and not leads_to_lists(self.seen.tree):
            return Reading("list", listing=Listing(()))
        listing = self.family.listing(self.seen)
        if is_list(listing, self.seen, article.region, self.lines):
            return Reading("list", listing=listing)
        if is_portal(self.seen.tree, self.lines, article.region):
            return Reading("portal", listing=listing)
        return None


def _is_dated(panel: Panel) -> bool:
    """Whether the page prints one line with a day of publication and a source; a list prints one an entry."""
    lines = [f for f in panel.found if f.rule == "byline"]
    return [f.field for f in lines].count("published_at") == 1 and any(f.field == "content_source" for f in lines)


def _is_panel(panel: Panel) -> bool:
    return any(f.rule == "panel" and f.field == "index_number" and re.search(r"\d", f.value) for f in panel.found)


def _family(seen: Page, source: Source | None) -> Family:
    named = families.FAMILIES.get(source.family) if source and source.family else None
    return named or detect(seen, families.FAMILIES.values())[0] or families.FAMILIES["html"]


def _warnings(decoded: Decoded, parsed: Parsed) -> tuple[str, ...]:
    warnings = []
    if decoded.replaced:
        warnings.append(f"{decoded.replaced} characters could not be read as {decoded.encoding}")
    if parsed.recovered:
        warnings.append(f"the page's markup lost its text; read after: {parsed.recovered}")
    return tuple(warnings)


def _refused(kind: Kind, code: str, message: str, page: PageInput, decoded: Decoded | None = None) -> Reading:
    level: Literal["warning", "error"] = "error" if kind == "error" else "warning"
    issue = Issue(code, level, message, page.url or page.final_url)
    return Reading(kind, issues=(issue,), encoding=decoded.encoding if decoded else None)
