"""The pieces of a text that show why it was found: whole sentences where they fit, every hit in it marked.

Offsets count characters of the given or returned text, end exclusive; spans are in order, never touch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from archive.normal import Searched

__all__ = ["Snippet", "Span", "marked", "matches", "snippet"]

Span = tuple[int, int]
Found = tuple[int, int, str]  # a span and the form that stands there
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
    return _joined([(start, end) for start, end, _ in _found(text, forms)])


def snippet(text: str, forms: Iterable[str]) -> Snippet:
    """The window of a text with the most different forms, then most hits, and a shorter one for those that do
    not stand in it; the text's beginning where there is no hit."""
    found = _found(text, forms)
    windows = [_window(text, _best(found), LONGEST)]
    (start, end) = windows[0]
    shown = {form for a, b, form in found if start <= a and b <= end}
    missing = [f for f in found if f[2] not in shown]
    if missing:
        windows.append(_window(text, _best(missing), LONGEST // 2))
    spans = _joined([(a, b) for a, b, _ in found])
    return _pieced(text, [_stripped(text, window) for window in _joined(windows)], spans)


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


def _found(text: str, forms: Iterable[str]) -> list[Found]:
    """Every place of every form, overlapping ones too, in order."""
    searched = Searched(text)
    found: list[Found] = []
    for form in forms:
        at = searched.form.find(form)
        while at >= 0:
            found.append((searched.origin(at), searched.origin(at + len(form) - 1) + 1, form))
            at = searched.form.find(form, at + 1)
    return sorted(found)


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
    for at, (start, end, _) in enumerate(found):
        within = [f for f in islice(found, at, at + LONGEST) if f[1] - start <= LONGEST - LEAD]
        worth = (len({form for _, _, form in within}), len(within))
        if worth > most:
            best, most = (start, end), worth
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
