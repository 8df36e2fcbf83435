"""Two texts compared by sentence, and of two sentences of which one became the other, what differs.

Chinese sentences end at 。！？； and at line ends, closing quotes belong to them; a table's row or cell that stands on
a line of its own is a sentence too. White space does not count. Texts of 100,000 characters take less than a second
(``archive.matching``), also where all lines are equal or the text is one line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from typing import Literal

from archive.matching import Block, matching

__all__ = ["Row", "SentenceChange", "Span", "diff_rows", "differing_spans", "sentence_diff", "side_by_side"]

Span = tuple[int, int]
"""Characters from the first up to, not with, the second place (of Python's ``str``: code points)."""

SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+[”’」』）)]*|[^。！？；\n]+")
BLANK = re.compile(r"\s+")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
ALIKE = 0.5  # of 1, pairs of characters with all numbers alike: a changed clause reaches it, another sentence does not
AT_ONCE = 100  # sentences on each side among which partners are looked for; more are taken in portions
PAIRED = 5000  # sentences that changed in one text; for all further ones no partner is looked for
NEAR = 12  # places by which partners may lie apart
EXACT = 40_000  # characters of one side times those of the other, up to which difflib compares them
ALL_EXACT = 4_000_000  # the same for all gaps of one sentence
RUN = 8  # characters that anchor what is longer
ISLAND = 2  # equal characters between two changes that are shown apart; a single one is chance


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """One sentence that stayed (``=``), went (``-``) or came (``+``), in the order of the text."""

    op: Literal["=", "-", "+"]
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """Two texts side by side: a sentence that stayed (``=``), went (``-``: no ``after``), came (``+``: no ``before``),
    or became another (``~``), with the characters that differ on each side (spans, rising and apart)."""

    op: Literal["=", "-", "+", "~"]
    before: str | None
    after: str | None
    before_spans: tuple[Span, ...] = ()
    after_spans: tuple[Span, ...] = ()


def sentence_diff(before: str, after: str) -> tuple[SentenceChange, ...]:
    """Two texts sentence by sentence; white space does not count, what stayed is as the later text writes it."""
    old, new = _sentences(before), _sentences(after)
    found: list[SentenceChange] = []
    i = j = 0
    for at_i, at_j, n in (*matching(_keys(old), _keys(new)), (len(old), len(new), 0)):
        found += [SentenceChange("-", s) for s in old[i:at_i]] + [SentenceChange("+", s) for s in new[j:at_j]]
        found += [SentenceChange("=", s) for s in new[at_j : at_j + n]]
        i, j = at_i + n, at_j + n
    return tuple(found)


def side_by_side(changes: Iterable[SentenceChange]) -> Iterator[Row]:
    """The rows of a diff: of what went and came at one place, sentences that are alike stand beside each other,
    up to ``PAIRED`` of them."""
    left = PAIRED
    for same, group in groupby(changes, key=lambda s: s.op == "="):
        sentences = list(group)
        if same:
            yield from (Row("=", s.text, s.text) for s in sentences)
            continue
        gone, come = ([s.text for s in sentences if s.op == op] for op in "-+")
        portions = -(-max(len(gone), len(come)) // AT_ONCE)
        for n in range(portions):
            ours, theirs = _portion(gone, n, portions), _portion(come, n, portions)
            left -= max(len(ours), len(theirs))
            if left >= 0:
                yield from _paired(ours, theirs)
            else:
                yield from (Row("-", s, None) for s in ours)
                yield from (Row("+", None, s) for s in theirs)


def diff_rows(before: str, after: str) -> tuple[Row, ...]:
    """Two texts side by side."""
    return tuple(side_by_side(sentence_diff(before, after)))


def differing_spans(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The characters of two sentences that differ, numbers whole."""
    blocks = [b for b in _equal_characters(old, new) if _stays(b, old, new)]
    spans: list[tuple[Span, Span]] = []
    i = j = 0
    for at_i, at_j, n in (*blocks, (len(old), len(new), 0)):
        if i < at_i or j < at_j:
            spans.append(((i, at_i), (j, at_j)))
        i, j = at_i + n, at_j + n
    return tuple(s for s, _ in spans if s[0] < s[1]), tuple(s for _, s in spans if s[0] < s[1])


def _sentences(text: str) -> list[str]:
    return [s for found in SENTENCE.findall(text) if (s := found.strip())]


def _keys(sentences: list[str]) -> list[str]:
    return [BLANK.sub("", s) for s in sentences]


def _portion(sentences: list[str], number: int, of: int) -> list[str]:
    return sentences[number * len(sentences) // of : (number + 1) * len(sentences) // of]


def _paired(gone: list[str], come: list[str]) -> Iterator[Row]:
    """Rows of a few sentences that went and came, in order, so that what stands side by side is most alike in all."""
    at = 0
    partners = dict(_partners(gone, come))
    for number, old in enumerate(gone):
        partner = partners.get(number)
        if partner is None:
            yield Row("-", old, None)
            continue
        yield from (Row("+", None, new) for new in come[at:partner])
        yield _row(old, come[partner])
        at = partner + 1
    yield from (Row("+", None, new) for new in come[at:])


def _row(old: str, new: str) -> Row:
    """Two partners. They may be equal, where the allowance for finding what stayed was used up."""
    before, after = differing_spans(old, new)
    return Row("~" if before or after else "=", old, new, before, after)


def _partners(gone: list[str], come: list[str]) -> Iterator[tuple[int, int]]:
    """Places of the sentences that belong together, last first: the sum of their likenesses is the greatest."""
    likeness = _likenesses(gone, come)
    width = len(come) + 1
    best = [[0.0] * width for _ in range(len(gone) + 1)]
    for i in range(len(gone) - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(len(come) - 1, -1, -1):
            beside = likeness.get((i, j), 0.0)
            row[j] = max(below[j], row[j + 1], below[j + 1] + beside if beside else 0.0)
    i = j = 0
    while i < len(gone) and j < len(come):
        beside = likeness.get((i, j), 0.0)
        if beside and best[i][j] == best[i + 1][j + 1] + beside:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _likenesses(gone: list[str], come: list[str]) -> dict[tuple[int, int], float]:
    """How alike (at least ``ALIKE``) sentences are that lie near each other."""
    ours, theirs = [_pairs(s) for s in gone], [_pairs(s) for s in come]
    sizes = [sum(pairs.values()) for pairs in theirs]
    found = {}
    for i, mine in enumerate(ours):
        size, middle = sum(mine.values()), i * len(come) // len(gone)
        for j in range(max(0, middle - NEAR), min(len(come), middle + NEAR + 1)):
            small, large = sorted((size, sizes[j]))
            if 2 * small < ALIKE * (small + large):
                continue
            share = 2 * sum((mine & theirs[j]).values()) / (small + large)
            if share >= ALIKE:
                found[i, j] = share
    return found


def _pairs(sentence: str) -> Counter[str]:
    """Pairs of neighbouring characters, the ends marked, every number the same."""
    text = f"\x02{NUMBER.sub('0', BLANK.sub('', sentence))}\x03"
    return Counter(map("".join, pairwise(text)))


def _stays(block: Block, old: str, new: str) -> bool:
    """Whether an equal block is shown as such: not a single character in the midst of changes."""
    i, j, n = block
    at_end = (i == 0 and j == 0) or (i + n == len(old) and j + n == len(new))
    return n >= ISLAND or at_end


def _equal_characters(old: str, new: str) -> list[Block]:
    """Blocks of equal characters in order, without parts of a number that changed."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    blocks = [(0, 0, start), *((i + start, j + start, n) for i, j, n in _middle(a, b)),
              (len(old) - end, len(new) - end, end)]  # fmt: skip
    cuts = _inside_numbers(old), _inside_numbers(new)
    return [trimmed for block in blocks if (trimmed := _without_cut_numbers(block, cuts))[2] > 0]


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _middle(a: str, b: str) -> list[Block]:
    """Equal blocks of two texts whose ends differ: long ones are anchored by runs of characters first."""
    if len(a) * len(b) <= EXACT:
        return _exactly(a, b)
    runs = matching(_runs(a), _runs(b))
    found: list[Block] = []
    left, i, j = ALL_EXACT, 0, 0
    for at_i, at_j, n in (*runs, (len(a), len(b), 1 - RUN)):
        late = max(i - at_i, j - at_j, 0)  # runs overlap: what the last one held is not held again
        at_i, at_j, n = at_i + late, at_j + late, n + RUN - 1 - late
        product = (at_i - i) * (at_j - j)
        if product <= EXACT and product <= left:
            left -= product
            found += [(x + i, y + j, m) for x, y, m in _exactly(a[i:at_i], b[j:at_j])]
        if n > 0:
            found.append((at_i, at_j, n))
            i, j = at_i + n, at_j + n
    return found


def _exactly(a: str, b: str) -> list[Block]:
    if not a or not b:
        return []
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return [(x.a, x.b, x.size) for x in blocks if x.size]


def _runs(text: str) -> Sequence[str]:
    return [text[at : at + RUN] for at in range(len(text) - RUN + 1)]


def _without_cut_numbers(block: Block, cuts: tuple[set[int], set[int]]) -> Block:
    """A block less what at its ends belongs to a number that goes on beyond it, on either side."""
    i, j, n = block
    while n and (i in cuts[0] or j in cuts[1]):
        i, j, n = i + 1, j + 1, n - 1
    while n and (i + n in cuts[0] or j + n in cuts[1]):
        n -= 1
    return i, j, n


def _inside_numbers(text: str) -> set[int]:
    """The places at which a cut would go through a number."""
    return {at for number in NUMBER.finditer(text) for at in range(number.start() + 1, number.end())}
