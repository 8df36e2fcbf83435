"""Serial numbers against the range that they span: what is not seen, what is too far away, where too little is held.

Pure counting, whatever the numbers belong to. The constants say when a statement would be more guess than count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median_low

__all__ = ["Counted", "count_serials"]

SPARSE = 0.5  # held of the range: below it more is not seen than seen, and a list of gaps says nothing
SURELY_FIRST = 5  # a lowest serial up to here stands in a count from 1
BY_CHANCE = 0.001  # a beginning that would be missed less often than this is not the series' beginning
FAR, FAR_HELD, FAR_STEPS = 100, 2, 20  # a jump over so many serials, times what is held, times the usual step
OUTSIDE_SHARE, OUTSIDE_FEW = 0.1, 2  # so much of a series may lie too far away; else it is scattered as a whole
BLOCK_FEWEST = 10  # serials beyond a jump that are a count of their own, not outliers


@dataclass(frozen=True, slots=True)
class Counted:
    """A range of serials; every serial given is ``held`` within ``first``–``last`` or stands in ``far``.

    ``gaps``: (first, last) of each run that is not seen; with the held ones they make up the range. Empty where the
    series is ``sparse``. ``from_beginning`` False: nothing is known of what came before ``first``."""

    first: int
    last: int
    held: int
    from_beginning: bool
    sparse: bool
    gaps: tuple[tuple[int, int], ...]
    far: tuple[int, ...] = ()


def count_serials(serials: Iterable[int]) -> tuple[Counted, ...]:
    """The ranges that these serials (none negative) count through, the one with most first; it has the outliers.

    One range, as a rule. Several where large blocks of serials stand far apart: 1–121 and 5001–5200.
    """
    ordered = sorted(set(serials))
    if not ordered:
        return ()
    blocks, far = _blocks(ordered)
    counted = [_count(block, lowest=block[0] == ordered[0]) for block in blocks]
    most = max(range(len(counted)), key=lambda n: (counted[n].held, -counted[n].first))
    main = counted.pop(most)
    return (replace(main, far=far), *counted)


def _blocks(ordered: Sequence[int]) -> tuple[list[Sequence[int]], tuple[int, ...]]:
    """The serials cut where they jump, and those that stand alone beyond a jump; uncut where most would."""
    pieces = _cut(ordered)
    largest = max(pieces, key=len)
    blocks = [p for p in pieces if p is largest or len(p) >= BLOCK_FEWEST]
    outside = len(ordered) - sum(map(len, blocks))
    if len(largest) <= outside or outside > max(OUTSIDE_FEW, OUTSIDE_SHARE * len(ordered)):
        return [ordered], ()
    kept = {id(p) for p in blocks}
    return blocks, tuple(n for p in pieces if id(p) not in kept for n in p)


def _cut(ordered: Sequence[int]) -> list[Sequence[int]]:
    steps = [b - a for a, b in pairwise(ordered)]
    if len(steps) < 2:
        return [ordered]
    limit = max(FAR, FAR_HELD * len(ordered), FAR_STEPS * median_low(steps))
    ends = [n for n, step in enumerate(steps, 1) if step > limit]
    return [ordered[a:b] for a, b in zip([0, *ends], [*ends, len(ordered)], strict=True)]


def _count(block: Sequence[int], *, lowest: bool) -> Counted:
    held, last = len(block), block[-1]
    from_beginning = lowest and _begins_at_one(block)
    first = min(1, block[0]) if from_beginning else block[0]
    sparse = held < SPARSE * (last - first + 1)
    return Counted(first, last, held, from_beginning, sparse, () if sparse else _gaps(block, first))


def _begins_at_one(block: Sequence[int]) -> bool:
    """Whether serials before the lowest could be missed by the same chance as those between."""
    if block[0] <= SURELY_FIRST:
        return True
    share_missed = 1 - len(block) / (block[-1] - block[0] + 2)
    return bool(share_missed ** (block[0] - 1) >= BY_CHANCE)


def _gaps(block: Sequence[int], first: int) -> tuple[tuple[int, int], ...]:
    before = [first - 1, *block[:-1]]
    return tuple((a + 1, b - 1) for a, b in zip(before, block, strict=True) if b - a > 1)
