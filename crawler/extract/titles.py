"""Which of the printed titles is the document's: the heading, unless it is cut, an ornament or absent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from archive.model import Origin
from crawler.extract.agencies import fold, split_agencies
from crawler.extract.classify import doc_type

__all__ = ["Chosen", "choose_title", "clean_title", "is_cut"]

CUT = re.compile(r"(?:…|\.{2,}|。{2,})\s*$")
FILE = re.compile(r"\.(?:docx?|pdf|wps|xlsx?|pptx?|txt|html?)$", re.I)
# What sharing sites put before a title to praise it.
PRAISE = re.compile(
    r"^(?:[【\[(（](?:精品|最新|推荐|热门|精选|优秀|必备|完整版?|实用|通用|原创|荐|新|(?:完整)?word版?|范文|热)[】\])）]\s*)+",
    re.I,
)
PAGES = re.compile(
    r"\s*[(（]共\s*\d+\s*页[)）]$|(?<=\.docx|\.pptx|\.xlsx)\s+\d+页$|(?<=\.doc|\.pdf|\.wps|\.ppt)\s+\d+页$", re.I
)
DATED = re.compile(r"(?<=.)\s*[（(]\s*(?:19|20)\d\d-\d{1,2}-\d{1,2}\s*[)）]$")  # the day of publication behind a title
# What they put behind it: how many such texts they offer (通用5篇).
OFFERED = re.compile(
    r"\s*[（(【\[](?:通用|精选|优秀|范文|共|最新|合集|汇总|必备|推荐|集锦|热门)?\S{0,4}\d+\s*篇[）)】\]]$"
)
EDGES = " \t\u3000\u00a0\r\n|_-—"


def clean_title(title: str) -> str:
    """White space unified, a file name's ending and a sharing site's praise taken off."""
    bare = PAGES.sub("", re.sub(r"[\s\u00a0]+", " ", title).strip())
    bare = OFFERED.sub("", DATED.sub("", bare))
    return PRAISE.sub("", FILE.sub("", bare)).strip(EDGES)


def is_cut(title: str) -> bool:
    """Whether the title was shortened for display (…)."""
    return CUT.search(title) is not None


@dataclass(frozen=True, slots=True)
class Chosen:
    """``others``: the titles that lost, with their origins."""

    title: str
    origin: Origin
    others: tuple[tuple[str, Origin], ...] = ()


def choose_title(heading: str | None, labelled: str | None, others: Iterable[str]) -> Chosen | None:
    """The heading over the body, else the labelled title (panel, tag), else the first other candidate; a cut one is
    completed by one that begins like it."""
    offered = [("heading", heading or ""), ("label", labelled or ""), *(("candidate", other) for other in others)]
    titles = [(where, title) for where, text in offered if len(title := clean_title(text)) >= 2]
    if not titles:
        return None
    chosen = titles[0]
    if is_cut(chosen[1]):
        start = fold(CUT.sub("", chosen[1]))
        longer = (t for t in titles[1:] if not is_cut(t[1]) and fold(t[1]).startswith(start))
        chosen = next(longer, chosen)
    chosen = next((t for t in titles[1:] if _completes(t[1], chosen[1])), chosen)
    (title, origin), *lost = [(t, Origin("title", where, t[:120])) for where, t in dict.fromkeys((chosen, *titles))]
    return Chosen(title, origin, tuple(lost))


def _completes(whole: str, part: str) -> bool:
    """Whether a title printed elsewhere is this one with the issuers before it, or with the line that a break cut
    off: 关于… without 某办公室, 某办公室转发…关于进."""
    a, b = fold(whole), fold(part)
    if a == b or len(b) < 8 or is_cut(whole):
        return False
    before, found, after = a.partition(b)
    if not found or re.search(r"\s关于", whole):
        return False  # a path or a site's name before the title: 某区人民政府 区交通运输局 关于…
    issued = not after and b.startswith(("关于", "转发", "印发", "批转")) and bool(split_agencies(before))
    return issued or (not before and doc_type(whole) is not None and doc_type(part) is None and len(after) < 60)
