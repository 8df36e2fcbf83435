"""Varied Chinese texts for the bench: as many as asked for, the same each time, spread like real ones.

Words follow Zipf's law over 40,000 invented ones; each document has words of its own that come back, and formulas that
many documents share, so that a text of 3,300 characters has some 2,300 different pairs.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate

import numpy as np

__all__ = ["title", "varied_text"]

# Level 1 of GB 2312: the 3,755 characters that most texts are written in.
CHARACTERS = [bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF)]
WORDS, FORMULAS, OWN = 40_000, 8_000, 60
Weighted = tuple[np.ndarray, np.ndarray]  # words, and their weights added up to 1


@cache
def _words() -> Weighted:
    chooser = random.Random(1)
    signs = chooser.sample(CHARACTERS, len(CHARACTERS))
    weights = list(accumulate(1 / (rank + 8) for rank in range(len(signs))))
    words: dict[str, None] = {}
    while len(words) < WORDS:
        length = chooser.choices((1, 2, 3, 4), (3, 75, 12, 10))[0]
        words["".join(chooser.choices(signs, cum_weights=weights, k=length))] = None
    return _weighted(list(words), 12)


@cache
def _formulas() -> Weighted:
    chooser = random.Random(7)
    words, weights = _words()
    cumulated = weights.tolist()
    made = ["".join(chooser.choices(words, cum_weights=cumulated, k=chooser.randint(2, 4))) for _ in range(FORMULAS)]
    return _weighted(made, 40)


def _weighted(words: list[str], flat: int) -> Weighted:
    """Zipf's law, its first ``flat`` ranks nearly alike."""
    weights = np.array(list(accumulate(1 / (rank + flat) for rank in range(len(words)))))
    return np.array(words, dtype=object), weights / weights[-1]


def _chosen(chooser: np.random.Generator, among: Weighted, count: int) -> np.ndarray:
    words, weights = among
    return words[weights.searchsorted(chooser.random(count))]


def varied_text(number: int, shortest: int = 1500, longest: int = 5000) -> str:
    """The text of that number, about ``shortest`` to ``longest`` characters."""
    chooser = np.random.default_rng(number)
    count = int(chooser.integers(shortest, longest) / 3.72)
    parts = _chosen(chooser, _words(), count)
    lengths = chooser.integers(1, 4, OWN).tolist()
    rows = _chosen(chooser, _words(), OWN * 3).reshape(OWN, 3)
    own = ["".join(words[:length]) for words, length in zip(rows, lengths, strict=True)]
    parts[0::5] = _chosen(chooser, _weighted(own, 3), len(parts[0::5]))
    parts[2::5] = _chosen(chooser, _formulas(), len(parts[2::5]))
    for first, step, sign in ((9, 11, "，"), (25, 26, "。"), (77, 80, "\n")):
        parts[first::step] += sign
    parts[17::40] = [str(number) for number in chooser.integers(1, 10_000, len(parts[17::40])).tolist()]
    return "".join(parts.tolist())


def title(text: str) -> str:
    """A title out of the text's words."""
    return text[:24].replace("\n", "")
