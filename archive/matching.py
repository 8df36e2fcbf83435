"""What two sequences have in common, in order, in bounded time also for hostile ones.

``difflib`` needs the square of the length for texts of equal lines, and gives up on frequent elements elsewhere. Here
what occurs once on both sides anchors the rest (patience diff); between the anchors a shortest edit script is looked
for while it is short (Myers' greedy search), else what occurs equally often on both sides serves as anchors. All work
is counted, and where the allowance is used up, the rest counts as different: never wrong, at worst coarse.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["Block", "matching"]

Block = tuple[int, int, int]
"""``n`` elements from ``i`` in the first and from ``j`` in the second sequence are equal: (i, j, n)."""

MOST_EDITS = 150  # of one shortest script; longer ones cost their square
WORK = 1_500_000  # elements looked at in all: about half a second


@dataclass(slots=True)
class _Work:
    left: int = WORK

    def spend(self, amount: int) -> bool:
        self.left -= amount
        return self.left >= 0


@dataclass(slots=True)
class _Gap:
    """The part of both sequences that is to be matched next: a[i:i_end], b[j:j_end]."""

    i: int
    i_end: int
    j: int
    j_end: int
    found: list[Block] = field(default_factory=list)

    def strip(self, a: Sequence[Hashable], b: Sequence[Hashable]) -> bool:
        """Take equal ends off; False where nothing is left to compare."""
        start = 0
        most = min(self.i_end - self.i, self.j_end - self.j)
        while start < most and a[self.i + start] == b[self.j + start]:
            start += 1
        end, most = 0, most - start
        while end < most and a[self.i_end - 1 - end] == b[self.j_end - 1 - end]:
            end += 1
        if start:
            self.found.append((self.i, self.j, start))
        if end:
            self.found.append((self.i_end - end, self.j_end - end, end))
        self.i, self.i_end, self.j, self.j_end = self.i + start, self.i_end - end, self.j + start, self.j_end - end
        return self.i < self.i_end and self.j < self.j_end


def matching(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Block]:
    """The equal blocks of two sequences, in order, none touching the next on both sides."""
    found: list[Block] = []
    work, gaps = _Work(), [_Gap(0, len(a), 0, len(b))]
    while gaps:
        gap = gaps.pop()
        unequal = gap.strip(a, b)
        found += gap.found
        if not unequal or not work.spend(gap.i_end - gap.i + gap.j_end - gap.j):
            continue
        ours, theirs = Counter(a[gap.i : gap.i_end]), Counter(b[gap.j : gap.j_end])
        anchors = _anchors(a, b, gap, {e for e, count in ours.items() if count == 1 == theirs[e]})
        if not anchors:
            blocks = _shortest(a, b, gap, work)
            if blocks is not None:
                found += blocks
                continue
            anchors = _anchors(a, b, gap, {e for e, count in ours.items() if count == theirs[e]})
        if not anchors:
            continue
        at_i, at_j = gap.i, gap.j
        for i, j in (*anchors, (gap.i_end, gap.j_end)):
            gaps.append(_Gap(at_i, i, at_j, j))
            if i < gap.i_end:
                found.append((i, j, 1))
            at_i, at_j = i + 1, j + 1
    return list(_joined(sorted(found)))


def _joined(blocks: list[Block]) -> Iterator[Block]:
    current: Block | None = None
    for i, j, n in blocks:
        if current and (current[0] + current[2], current[1] + current[2]) == (i, j):
            current = (current[0], current[1], current[2] + n)
            continue
        if current:
            yield current
        current = (i, j, n)
    if current:
        yield current


def _anchors(a: Sequence[Hashable], b: Sequence[Hashable], gap: _Gap, telling: set[Hashable]) -> list[tuple[int, int]]:
    """Pairs of equal elements in the order of both sides. Each of the ``telling`` ones occurs equally often on both."""
    if not telling:
        return []
    places: dict[Hashable, list[int]] = {}
    for j in range(gap.j_end - 1, gap.j - 1, -1):
        if b[j] in telling:
            places.setdefault(b[j], []).append(j)
    pairs = [(i, places[a[i]].pop()) for i in range(gap.i, gap.i_end) if a[i] in telling]
    return _rising(pairs)


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs whose second numbers rise as their first ones do."""
    tails: list[int] = []
    at: list[int] = []
    before: list[int | None] = []
    for number, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        before.append(at[place - 1] if place else None)
        tails[place : place + 1], at[place : place + 1] = [j], [number]
    chain: list[tuple[int, int]] = []
    last = at[-1] if at else None
    while last is not None:
        chain.append(pairs[last])
        last = before[last]
    return chain[::-1]


def _shortest(a: Sequence[Hashable], b: Sequence[Hashable], gap: _Gap, work: _Work) -> list[Block] | None:
    """The blocks of a shortest edit script of what occurs on both sides; None where it is too long."""
    shared = set(a[gap.i : gap.i_end]) & set(b[gap.j : gap.j_end])
    ours = [i for i in range(gap.i, gap.i_end) if a[i] in shared]
    theirs = [j for j in range(gap.j, gap.j_end) if b[j] in shared]
    if not shared:
        return []
    if abs(len(ours) - len(theirs)) > MOST_EDITS:
        return None
    trace: list[dict[int, int]] = []
    reach = {1: 0}
    for edits in range(min(MOST_EDITS, len(ours) + len(theirs)) + 1):
        trace.append(dict(reach))
        if not work.spend(2 * edits + 1):
            return None
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and reach[k - 1] < reach[k + 1])
            x = start = reach[k + 1] if down else reach[k - 1] + 1
            while x < len(ours) and x - k < len(theirs) and a[ours[x]] == b[theirs[x - k]]:
                x += 1
            reach[k] = x
            work.spend(x - start)
            if x >= len(ours) and x - k >= len(theirs):
                return [(ours[i], theirs[j], 1) for i, j in _walked_back(trace, len(ours), len(theirs))]
    return None


def _walked_back(trace: list[dict[int, int]], x: int, y: int) -> Iterator[tuple[int, int]]:
    """The equal pairs on the way that Myers' search found, last first."""
    for edits in range(len(trace) - 1, -1, -1):
        reach, k = trace[edits], x - y
        down = k == -edits or (k != edits and reach[k - 1] < reach[k + 1])
        old_x = reach[k + 1] if down else reach[k - 1]
        old_y = old_x - (k + 1 if down else k - 1)
        while x > old_x and y > old_y and x > 0 and y > 0:
            x, y = x - 1, y - 1
            yield x, y
        x, y = old_x, old_y
