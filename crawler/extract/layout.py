"""Where the document stands among the lines of a page's text: head (panel, byline, title), body, foot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.extract.agencies import agencies_of_title, fold, split_agencies
from crawler.extract.classify import doc_type
from crawler.extract.dates import find_dates
from crawler.extract.line_kinds import (
    closes_body,
    ends_body,
    is_contact,
    is_footer,
    is_heading,
    is_prose,
    is_staff,
    is_tool,
    only_trims,
)
from crawler.extract.numbers import line_number
from crawler.extract.surroundings import is_spam_line, spam_words
from crawler.extract.titles import clean_title, is_cut

__all__ = ["Layout", "find_layout"]

BREADCRUMB = re.compile(r"位置\s*[:：]?\s*$|位置\s*[:：].*[>＞»›→]|[^>＞]{1,30}[>＞»›→][^>＞]{1,40}[>＞»›→]?")
PIECES = re.compile(r"\s*[_|｜]+\s*|\s+[-–—]+\s+")
SITE = re.compile(r"文库|[网站]$|政府网|门户|◆|~|～|★|官方|首页|频道|平台$")
SENTENCE_END = re.compile(r"[。；！？!?;，,：:]$|。")
TAGS = re.compile(r"^\S{1,12}(?:\s+\S{1,12}){1,9}$")
ISSUERS = re.compile(r"(?:[\u3400-\u9fff]{2,20}(?:[局厅部署委院会府]|办公[室厅]|中心|委员会))+")
TITLE_AT_MOST = 90
EMPTY_ANNEX = re.compile(r"^(?:相关)?附件(?:下载|列表)?\s*[:：]?$")
ENOUGH = 2.0
BYLINE_BELOW = 1.5  # for a line over the byline, which is a title also where it names no kind (news)
NAV = 8  # characters of the names of columns in a site's menu (政府工作报告)
PART = 8  # characters of a line that is taken for a part of the title
REST = 0.35  # share of the prose that may stand behind a line that ends the body (teasers of other documents)


@dataclass(frozen=True, slots=True)
class Layout:
    """``body`` the numbers of the body's lines; ``title`` the chosen title or None, ``title_line`` its number."""

    body: range
    title: str | None
    title_line: int | None


def find_layout(
    lines: Sequence[str], labelled: frozenset[int], bylines: frozenset[int], known: str | None = None
) -> Layout:
    """``lines`` are stripped and not empty; ``labelled`` the numbers of panel, byline and summary lines, ``bylines``
    of those that only name source, date or editor and may also stand below the text; ``known`` the title that the
    panel names."""
    first = next((n for n, line in enumerate(lines) if n not in labelled and is_prose(line)), None)
    if first is None:
        first = _first_matter(lines, labelled)
    title, at = _title(lines, labelled, bylines, first)
    if known:
        title, at = known, next((n for n in range(first) if n not in labelled and _is_title(lines[n], known)), None)
    start = _start(lines, labelled, first, title)
    end = _end(lines, start, bylines)
    return Layout(range(start, end), title, at)


def _first_matter(lines: Sequence[str], labelled: frozenset[int]) -> int:
    """Without a sentence (the body says only 见附件): the first line below the byline that is no chrome."""
    below = max((n for n in labelled if not is_footer(lines[n])), default=len(lines)) + 1
    return next((n for n in range(below, len(lines)) if _is_matter(lines[n])), len(lines))


def _is_path(line: str) -> bool:
    return len(line) <= 200 and BREADCRUMB.search(line) is not None and not is_prose(line)


def _title(
    lines: Sequence[str], labelled: frozenset[int], bylines: frozenset[int], first: int
) -> tuple[str | None, int | None]:
    """The best title above the prose. Where one candidate holds another (a category or the site's name before or
    behind it), the shorter is the title; a cut one (…) gives way to the whole one."""
    free = [n not in labelled and not _is_path(line) for n, line in enumerate(lines[:first])]
    scored = [
        (_score(piece, range(n, n + size), lines, labelled) + BYLINE_BELOW * (n + size in bylines), -n, piece)
        for n in range(len(free))
        if free[n]
        for size, piece in (
            *((1, one) for one in _candidates(lines[n])),
            *((2, two) for two in (_wrapped(lines[n], lines[n + 1], lines) if free[n + 1 : n + 2] == [True] else ())),
        )
    ]
    good = [candidate for candidate in scored if candidate[0] >= ENOUGH]
    if not good:
        return None, None
    best = max(good)
    for other in good:
        if _is_whole(other[2], best[2]):
            best = other
    exact = [n for n in range(first) if fold(clean_title(lines[n])) == fold(best[2])]
    return best[2], exact[0] if exact else -best[1]


def _candidates(line: str) -> list[str]:
    """The line itself, and the parts of a line that joins the title with the site's name."""
    title = clean_title(line)
    if is_tool(line) or is_footer(line) or len(title) > 2 * TITLE_AT_MOST:
        return []
    pieces = [clean_title(piece) for piece in PIECES.split(title)]
    return [title, *(p for p in pieces if p != title and len(p) >= 6)] if len(pieces) > 1 else [title]


def _wrapped(line: str, following: str, lines: Sequence[str]) -> list[str]:
    """A title that breaks into two lines: it begins with 关于, and only the second line names the kind; or its issuers
    stand in the first line, wherever the second is printed."""
    if split_agencies(line) and following.startswith("关于") and doc_type(following) and len(following) <= 60:
        above = {fold(before) for before, after in pairwise(lines[:40]) if after == following}
        if above != {fold(line)} or lines[0] == following:
            return []
        return [" ".join(split_agencies(line)) + clean_title(following)]
    if "关于" not in line or doc_type(line) or not doc_type(following) or "关于" in following or len(following) > 60:
        return []
    return [] if SENTENCE_END.search(line) or is_tool(line) else [clean_title(line) + clean_title(following)]


def _score(title: str, at: range, lines: Sequence[str], labelled: frozenset[int]) -> float:
    """``at``: the lines that print the title. A byline beside it, its kind and a second print of it speak for it."""
    if not 5 <= len(title) <= TITLE_AT_MOST or not re.search(r"[\u3400-\u9fff]{4}", title) or spam_words(title):
        return 0.0
    heads = at.stop in labelled  # a byline right below: a title, even of news
    score = 3.0 * (doc_type(title) is not None) + ("关于" in title) + bool(re.search(r"(?:19|20)\d\d|二[〇○零]", title))
    score += bool(agencies_of_title(title)) + 2.0 * (
        _after(at.stop, lines, labelled) in labelled or at.start - 1 in labelled
    )
    score += fold("".join(line[: 3 * TITLE_AT_MOST] for line in lines[:40])).count(fold(title)) > 1
    score -= (
        3.0 * bool(SITE.search(title))
        + 3.0 * bool(SENTENCE_END.search(title) and not (heads and title[-1] in "！!？?"))
        + 3.0 * bool(PIECES.search(title))
    )
    score -= 2.0 * (len(title) <= NAV and not heads and not bool(re.search(r"\d{4}", title)))
    score -= 3.0 * (TAGS.match(title) is not None and not agencies_of_title(title) and not heads) + 4.0 * is_heading(
        title
    )
    return score - 3.0 * (bool(split_agencies(title)) or line_number(title) is not None)


def _after(number: int, lines: Sequence[str], labelled: frozenset[int]) -> int:
    """The number of the next line that is no tool."""
    near = range(number, min(number + 4, len(lines)))
    return next((n for n in near if n in labelled or not is_tool(lines[n])), number)


def _is_whole(title: str, than: str) -> bool:
    """Whether ``title`` is what is left of ``than`` without a prefix or suffix, or the whole of a cut one."""
    a, b = fold(title), fold(than)
    if is_cut(than):
        return not is_cut(title) and a.startswith(b.rstrip("….")[:-1])
    before = b.partition(a)[0]  # 关于 there is the beginning of a title that breaks into two lines
    if a == b or a not in b or "关于" in before or len(a) < 8 or is_cut(title):
        return False
    return doc_type(title) is not None and not _is_issued(before, a)


def _is_issued(before: str, title: str) -> bool:
    """Whether a title's issuers stand before it (某局关于…): they belong to it."""
    return title.startswith(("关于", "转发", "印发", "批转")) and bool(ISSUERS.fullmatch(before))


def _start(lines: Sequence[str], labelled: frozenset[int], first: int, title: str | None) -> int:
    """The first line of the body: behind the last line of the head that stands above the first sentence."""
    heads = [n for n in range(first) if n in labelled or _is_path(lines[n]) or _is_chrome(lines[n])]
    printed = [n for n in range(first) if title and _is_title(lines[n], title)]
    if printed:
        exact = [n for n in printed if fold(clean_title(lines[n])) == fold(title or "")]
        own = [n for n in exact if not _heads_document(lines, n + 1)] or exact[:1] or printed[:1]
        heads += [n for n in printed if n <= own[-1]]
    if not heads:
        return _first_of_document(lines, first)
    start = max(heads) + 1
    while start < first and title and (_is_title(lines[start], title) or _continues(lines, start, title)):
        if _heads_document(lines, start + 1):
            break
        start += 1
    return start + 1 if start < first and line_number(lines[start]) else start


def _continues(lines: Sequence[str], at: int, title: str) -> bool:
    """A further line of a title that breaks, however short: with the line above it, words of the title."""
    return at > 0 and len(lines[at]) > 1 and fold(lines[at - 1]) + fold(lines[at]) in fold(title)


def _is_chrome(line: str) -> bool:
    return is_tool(line) or ends_body(line, []) or is_spam_line(line)


def _is_title(line: str, title: str) -> bool:
    """The title, whole or with a category before it, or its words as tags."""
    a, b = fold(clean_title(line)), fold(title)
    if a == b or (b in a and len(a) < len(b) + 30) or (len(a) >= PART and (b.startswith(a) or b.endswith(a))):
        return True
    if is_cut(line) and b.startswith(a.rstrip("….")[:-1]):
        return True
    return bool(TAGS.match(line)) and all(fold(word) in b for word in line.split())


def _heads_document(lines: Sequence[str], start: int) -> bool:
    """Whether a repeated title begins the document itself: its issuer or its date follow."""
    for line in [line for line in lines[start : start + 3] if not line_number(line)][:2]:
        day = next(find_dates(line), None)
        if split_agencies(line) or (day and day.end - day.start >= len(line) - 3):
            return True
    return False


def _first_of_document(lines: Sequence[str], first: int) -> int:
    """Without any head: the headings and the addressee directly above the first sentence belong to it."""
    start = min(first, len(lines))
    while start > 0 and (is_heading(lines[start - 1]) or lines[start - 1].endswith(("：", ":"))):
        start -= 1
    return start if start < len(lines) else 0


def _end(lines: Sequence[str], start: int, bylines: frozenset[int]) -> int:
    """Behind the body's last line: before the first line that ends it and has little prose behind it."""
    prose = [len(line) if n >= start and is_prose(line) else 0 for n, line in enumerate(lines)]
    total, seen, end = sum(prose), 0, len(lines)
    last = max((n for n in range(len(lines)) if prose[n] or _is_matter(lines[n])), default=-1)
    for n in range(start, len(lines)):
        seen += prose[n]
        if total - seen <= REST * total and seen > prose[n] and _ends_here(lines, n, last):
            end = n
            break
    while end > start + 1 and (end - 1 in bylines or _trails(lines[end - 1])):
        end -= 1
    return end


def _ends_here(lines: Sequence[str], at: int, last: int) -> bool:
    """The site's own talk ends the text only where nothing of a document follows (``last`` its last line): a notice
    may use the same words. Contacts end it between the signature and a footer."""
    line, following = lines[at], list(lines[at + 1 : at + 5])
    if ends_body(line, following):
        return True
    if only_trims(line):
        return last < at
    return is_contact(line) and _is_signed(lines[at - 1]) and any(map(is_footer, following[:3]))


def _is_matter(line: str) -> bool:
    return not is_tool(line) and not is_footer(line) and not is_staff(line) and not ends_body(line, [])


def _is_signed(line: str) -> bool:
    """A signature's date, or 此件公开发布."""
    day = next(find_dates(line), None)
    return (day is not None and day.end >= len(line) - 2) or line.startswith(("（此件", "(此件"))


def _trails(line: str) -> bool:
    return is_tool(line) or is_staff(line) or closes_body(line) or EMPTY_ANNEX.match(line) is not None
