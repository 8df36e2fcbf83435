"""The pieces of a text that show why it was found: whole sentences where they fit, every hit in it marked.

Offsets count characters of the given or returned text, end exclusive; spans are in order, never touch.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from archive.normal import Searched

__all__ = ["Snippet", "Span", "marked", "matches", "snippet"]

Span = tuple[int, int]
Found = tuple[int, int, str]  # a span and the form that stands there
MOST = 1000  # hits of a form
LONGEST = 110  # characters: two lines of a terminal, since a Chinese character takes two columns
LEAD = 30  # of them before the first hit, where a sentence is too long to be shown whole
SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]*[”’」』）)]*")


@dataclass(frozen=True, slots=True)
class Snippet:
    """``text`` is one line; … stands where the document goes on. ``highlights`` are spans of ``text``."""

    text: str
    highlights: tuple[Span, ...]


def matches(text: str, forms: Iterable[str]) -> tuple[Span, ...]:
    """Where the searched forms stand in a text; spans that overlap or touch are joined."""
    return _joined([(start, end) for start, end, _ in _found(Searched(text), forms)])


def snippet(text: str, forms: Collection[str]) -> Snippet:
    """The window of a text with the most different forms, then most hits, and a shorter one for those that do
    not stand in it; the text's beginning where there is no hit. Of each form the first MOST hits are looked at."""
    searched = Searched(text)
    found = _found(searched, forms, MOST)
    windows = [_window(text, _best(found), LONGEST)]
    (start, end) = windows[0]
    shown = {form for a, b, form in found if start <= a and b <= end}
    missing = [f for f in found if f[2] not in shown]
    if missing:
        windows.append(_window(text, _best(missing), LONGEST // 2))
    pieces = [_stripped(text, window) for window in _joined(windows)]
    spans = _joined([(a, b) for piece in pieces for a, b, _ in _found(searched, forms, None, piece)])
    return _pieced(text, pieces, spans)


def _pieced(text: str, windows: list[Span], spans: tuple[Span, ...]) -> Snippet:
    pieces, inside, length, last = [], [], 0, 0
    for start, end in windows:
        gap = "…" if text[last:start].strip() else ""
        shift = length + len(gap) - start
        inside += [(max(a, start) + shift, min(b, end) + shift) for a, b in spans if a < end and b > start]
        pieces.append(gap + _one_line(text[start:end]))
        length, last = length + len(pieces[-1]), end
    return Snippet("".join(pieces) + ("…" if text[last:].strip() else ""), tuple(inside))


def _stripped(text: str, window: Span) -> Span:
    start, end = window
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def marked(text: str, spans: Iterable[Span], mark: Callable[[str], str], plain: Callable[[str], str]) -> str:
    """The text with every span put through ``mark`` and the rest through ``plain``."""
    pieces, at = [], 0
    for start, end in (*spans, (len(text), len(text))):
        pieces += [plain(text[at:start])] if at < start else []
        pieces += [mark(text[start:end])] if start < end else []
        at = end
    return "".join(pieces)


def _found(
    searched: Searched, forms: Iterable[str], most: int | None = None, within: Span | None = None
) -> list[Found]:
    """The places of every form, overlapping ones too, in order: all, or the first ``most`` of each, or those that reach
    into a part of the text."""
    first, last = (searched.place(within[0]), searched.place(within[1])) if within else (0, len(searched.form))
    found: list[Found] = []
    for form in forms:
        places = _places(searched.form, form, max(0, first - len(form) + 1), last + len(form) - 1)
        for at in islice(places, most):
            found.append((searched.origin(at), searched.origin(at + len(form) - 1) + 1, form))
    return sorted(found)


def _places(whole: str, form: str, first: int, last: int) -> Iterator[int]:
    at = whole.find(form, first, last)
    while at >= 0:
        yield at
        at = whole.find(form, at + 1, last)


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _best(found: list[Found]) -> Span:
    """The first hit of the best window; the earliest of equals."""
    best, most = (0, 0), (0, 0)
    within, behind = Counter[str](), 0  # the forms of found[at:behind]
    for at, (start, end, form) in enumerate(found):
        while behind < len(found) and (behind == at or found[behind][1] - start <= LONGEST - LEAD):
            within[found[behind][2]] += 1
            behind += 1
        worth = (len(within), behind - at)
        if worth > most:
            best, most = (start, end), worth
        within[form] -= 1
        if not within[form]:
            del within[form]
    return best


def _window(text: str, hit: Span, longest: int) -> Span:
    """The sentences around a hit, up to ``longest`` characters; a longer sentence is cut."""
    start, end = _sentence(text, hit[0])
    if hit[0] - start > LEAD and end - start > longest:
        start = hit[0] - LEAD
    if end - start > longest:
        return start, max(start + longest, min(hit[1], start + 2 * longest))
    while end < len(text):
        following = _sentence(text, end)[1]
        if following - start > longest or following == end:
            break
        end = following
    return start, end


def _sentence(text: str, at: int) -> Span:
    """The sentence that the character at ``at`` belongs to. Looks back no further than LONGEST characters."""
    start = max(0, at - LONGEST)
    for found in SENTENCE.finditer(text, start):
        if found.end() > at or found.end() == len(text):
            return (found.start(), found.end())
    return start, len(text)


def _one_line(text: str) -> str:
    return re.sub(r"\s", " ", text)
