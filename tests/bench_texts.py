"""Varied Chinese texts for the bench: as many as asked for, the same each time, spread like real ones.

Words follow Zipf's law over 40,000 invented ones; each document has words of its own that come back, and formulas that
many documents share, so that a text of 3,000 characters has some 1,900 different pairs, as disclosure documents do.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate

__all__ = ["title", "varied_text"]

# Level 1 of GB 2312: the 3,755 characters that most texts are written in.
CHARACTERS = [bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF)]
WORDS, FORMULAS, OWN = 40_000, 8_000, 60


@cache
def _words() -> tuple[list[str], list[float]]:
    chooser = random.Random(1)
    signs = chooser.sample(CHARACTERS, len(CHARACTERS))
    weights = [1 / (rank + 8) for rank in range(len(signs))]
    words: dict[str, None] = {}
    while len(words) < WORDS:
        length = chooser.choices((1, 2, 3, 4), (3, 75, 12, 10))[0]
        words["".join(chooser.choices(signs, weights, k=length))] = None
    return list(words), list(accumulate(1 / (rank + 12) for rank in range(WORDS)))


@cache
def _formulas() -> tuple[list[str], list[float]]:
    chooser = random.Random(7)
    words, weights = _words()
    made = ["".join(chooser.choices(words, cum_weights=weights, k=chooser.randint(2, 4))) for _ in range(FORMULAS)]
    return made, list(accumulate(1 / (rank + 40) for rank in range(FORMULAS)))


def varied_text(number: int, shortest: int = 1500, longest: int = 5000) -> str:
    """The text of that number, about ``shortest`` to ``longest`` characters."""
    chooser = random.Random(number)
    words, weights = _words()
    formulas, formula_weights = _formulas()
    count = int(chooser.randint(shortest, longest) / 3.72)
    parts = chooser.choices(words, cum_weights=weights, k=count)
    own = ["".join(chooser.choices(words, cum_weights=weights, k=chooser.randint(1, 3))) for _ in range(OWN)]
    parts[0::5] = chooser.choices(own, [1 / (rank + 3) for rank in range(OWN)], k=len(parts[0::5]))
    parts[2::5] = chooser.choices(formulas, cum_weights=formula_weights, k=len(parts[2::5]))
    for first, step, sign in ((9, 11, "，"), (25, 26, "。"), (77, 80, "\n")):
        for at in range(first, count, step):
            parts[at] += sign
    for at in range(17, count, 40):
        parts[at] = str(chooser.randint(1, 9999))
    return "".join(parts)


def title(text: str) -> str:
    """A title out of the text's words."""
    return text[:24].replace("\n", "")
