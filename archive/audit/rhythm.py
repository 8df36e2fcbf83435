"""Months without a document, judged by the source's own rhythm.

Counts of a month scatter more than by pure chance (a batch is posted, then nothing), so the chance of an empty month is
that of a negative binomial with the mean and the scatter of the months around. A run of empty months is told only
where even one such run in the source's whole life would be a surprise; a source with three documents a year has none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean, variance

from archive.audit.report import Quiet

__all__ = ["quiet_months"]

AROUND = 12  # months on each side that say what is usual; at the end only one side is there
FEWEST = 6  # documents on each side, below which nothing is usual
SURPRISE = 0.01  # expected number of such runs in the source's life


def quiet_months(counts: Mapping[str, int], as_of: str | None) -> tuple[Quiet, ...]:
    """The surprising runs of empty months, oldest first.

    ``counts``: documents a month (``YYYY-MM``). ``as_of``: the day until which the source is known; its own month is
    not over and never counts as empty.
    """
    if not counts:
        return ()
    months = sorted(counts)
    first, last = _number(months[0]), _number(months[-1])
    end = max(last, _number(as_of[:7]) - 1 if as_of else last)
    line = [counts.get(_month(n), 0) for n in range(first, end + 1)]
    found = []
    for start, stop in _empty_runs(line):
        around = _around(line, start, stop)
        if around and _chance(around) ** (stop - start) * len(line) < SURPRISE:
            usual = _middle_half(around)
            found.append(
                Quiet(_month(first + start), _month(first + stop - 1), stop - start, usual, at_end=stop == len(line))
            )
    return tuple(found)


def _empty_runs(line: Sequence[int]) -> list[tuple[int, int]]:
    runs, start = [], None
    for n, count in enumerate([*line, 1]):
        if count == 0 and start is None:
            start = n
        elif count and start is not None:
            runs.append((start, n))
            start = None
    return runs


def _around(line: Sequence[int], start: int, stop: int) -> list[int]:
    """The months before and behind a run; empty where either side tells too little (at the end there is but one)."""
    if stop == len(line):
        before = list(line[max(0, start - 2 * AROUND) : start])
        return before if sum(before) >= 2 * FEWEST else []
    before, behind = list(line[max(0, start - AROUND) : start]), list(line[stop : stop + AROUND])
    return before + behind if min(sum(before), sum(behind)) >= FEWEST else []


def _chance(around: Sequence[int]) -> float:
    """Of an empty month, by mean and scatter of the others; never less than what so few months can prove."""
    mean = fmean(around)
    scatter = variance(around) if len(around) > 1 else mean
    if scatter <= mean:
        chance = math.exp(-mean)
    else:
        size = mean * mean / (scatter - mean)
        chance = (size / (size + mean)) ** size
    share_empty = sum(count == 0 for count in around) / len(around)
    return max(chance, share_empty)


def _middle_half(around: Sequence[int]) -> tuple[int, int]:
    ordered = sorted(around)
    return ordered[len(ordered) // 4], ordered[(3 * len(ordered)) // 4 - (len(ordered) % 4 == 0)]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"
