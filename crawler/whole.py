"""An article read whole: its own page and the further pages that its site put the rest on, from their captures.

``reading_whole`` says which page to read next and is told the reading; ``read_now`` and ``read_soon`` have it read by
the workers. Pages are added while a pager names one that is held, from this answer or from an earlier one.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from typing import Literal, TypeAlias

from archive import Captures, Pages, canonical_url
from archive.errors import ArchiveError
from archive.model import Issue, Part, Reading
from crawler.extract import FurtherPage, PageInput
from crawler.pages import page_of_capture
from crawler.pool import ReadingPool
from crawler.source import Source

__all__ = ["Steps", "as_stored", "by_address", "page_of_pages", "read_now", "read_soon", "reading_whole"]

Steps: TypeAlias = Generator[PageInput, Reading, Reading]
Expected: TypeAlias = Literal["list", "article"] | None


def reading_whole(
    captures: Captures, pages: Pages, address: str, spare: Mapping[str, int], expected: Expected = "article"
) -> Steps:
    """Read ``pages``, with those of ``spare`` (canonical address → capture) that their pagers name besides. Raises
    ArchiveError where the first page's capture is damaged."""
    while True:
        page, damaged = page_of_pages(captures, pages, address, expected)
        reading = yield page
        tried = {part.number for part in pages.parts if part.capture is not None}
        lacking = (part for part in reading.parts if part.capture is None and part.number not in tried)
        more = [
            replace(part, capture=spare[canonical])
            for part in lacking
            if (canonical := canonical_url(part.url)) in spare
        ]
        if not more:
            return as_stored(replace(reading, issues=(*reading.issues, *damaged)), address)
        pages = Pages(pages.capture, (*pages.parts, *more))


def by_address(parts: Iterable[Part]) -> dict[str, int]:
    """The captures of further pages by their canonical addresses."""
    return {canonical_url(part.url): part.capture for part in parts if part.capture is not None}


async def read_soon(pool: ReadingPool, steps: Steps, source: Source | None) -> Reading:
    """Go through the steps, awaiting each. Raises ArchiveError where the first page's capture is damaged."""
    page = next(steps)
    try:
        while True:
            page = steps.send(await pool.read(page, source))
    except StopIteration as done:
        reading: Reading = done.value
        return reading


def read_now(pool: ReadingPool, steps: Steps, source: Source | None) -> Reading:
    """The same, waiting for each."""
    page = next(steps)
    try:
        while True:
            page = steps.send(pool.result(pool.submit(page, source), page))
    except StopIteration as done:
        reading: Reading = done.value
        return reading


def page_of_pages(
    captures: Captures, pages: Pages, address: str, expected: Expected = "article"
) -> tuple[PageInput, list[Issue]]:
    """The first page as the reader takes it, with the further ones that are whole; an issue for each that is not."""
    page = page_of_capture(captures.load(pages.capture), captures.payload(pages.capture), address, expected)
    further, damaged = [], []
    for part in pages.parts:
        if part.capture is None:
            continue
        try:
            body = captures.payload(part.capture)
        except ArchiveError as error:
            damaged.append(Issue(error.code, "error", str(error), url=part.url))
            continue
        later = replace(page_of_capture(captures.load(part.capture), body, part.url), first_page=page.final_url)
        further.append(FurtherPage(part.number, part.capture, later))
    return replace(page, further=tuple(further)), damaged


def as_stored(reading: Reading, address: str) -> Reading:
    """A reading as the archive takes it: where a further page is missing, the text is truncated, with an issue."""
    missing = [part.url for part in reading.parts if part.capture is None]
    if not missing or reading.draft is None:
        return reading
    flags = tuple(dict.fromkeys((*reading.draft.flags, "truncated")))
    text = f"{address}: {len(missing)} of {len(reading.parts)} further pages are missing: {', '.join(missing[:5])}"
    issue = Issue("part_missing", "warning", text, url=address, data={"missing": missing})
    return replace(reading, draft=replace(reading.draft, flags=flags), issues=(*reading.issues, issue))
