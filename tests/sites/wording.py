"""Invented Chinese office prose: health and administration work of places that do not exist.

``Writer`` is deterministic: the same seed writes the same sentences. Paragraphs come as plain strings
in the order of the page; headings are numbered the way such documents are (一、 … （一） … 一是).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from tests.sites.words import CLOSINGS, CONDITIONS, MEASURES, OPENINGS, SUBJECTS, TEMPLATES, WORKS

__all__ = ["NUMERALS", "Writer"]

NUMERALS = "一二三四五六七八九十"


class Writer:
    """Writes about ``place`` (short name, such as 澜沂) whose units are ``towns``."""

    def __init__(self, seed: str, place: str, towns: Sequence[str]) -> None:
        self._random = random.Random(seed)
        self._place = place
        self._towns = towns
        self._slots: dict[str, Callable[[], str]] = {
            "n": self.count,
            "m": lambda: str(self._random.randint(2, 49)),
            "p": self.percent,
            "y": lambda: f"{self._random.randint(12, 990)}.{self._random.randint(0, 9)}",
            "town": lambda: self._random.choice(self._towns),
            "work": lambda: self._random.choice(WORKS),
            "work2": lambda: self._random.choice(WORKS),
            "who": lambda: self._random.choice(SUBJECTS),
            "how": lambda: self._random.choice(MEASURES),
            "when": lambda: self._random.choice(CONDITIONS),
            "place": lambda: self._place,
        }

    def count(self) -> str:
        return str(self._random.choice((self._random.randint(3, 98), self._random.randint(120, 68000))))

    def percent(self) -> str:
        return f"{self._random.randint(61, 99)}.{self._random.randint(10, 99)}%"

    def pick(self, choices: Sequence[str]) -> str:
        return self._random.choice(choices)

    def sentence(self) -> str:
        """One sentence with its full stop, 25–70 characters."""
        template = self._random.choice(TEMPLATES)
        return template.format_map({name: _Lazy(fill) for name, fill in self._slots.items()})

    def paragraph(self, sentences: int) -> str:
        return "".join(self.sentence() for _ in range(sentences))

    def numbered(self, points: int) -> str:
        """A paragraph of 一是…。二是…。 with two sentences a point."""
        return "".join(f"{NUMERALS[i]}是{self.sentence()}{self.sentence()}" for i in range(points))

    def opening(self, period: str) -> str:
        return self._random.choice(OPENINGS).format(period=period, place=self._place) + self.sentence()

    def heading(self, level: int, number: int) -> str:
        """``level`` 1: 一、 2: （一）; the words differ from those of every sentence around it."""
        words = f"{self._random.choice(MEASURES)}，{self._random.choice(CLOSINGS)}{self._random.choice(WORKS)}"
        mark = NUMERALS[number - 1]
        return f"{mark}、{words}" if level == 1 else f"（{mark}）{words}"

    def report(self, period: str, sections: int = 3) -> list[str]:
        """A summary of work: opening, sections with sub-headings, 900–3,000 characters."""
        paragraphs = [self.opening(period)]
        for section in range(1, sections + 1):
            paragraphs.append(self.heading(1, section))
            for part in range(1, self._random.randint(2, 3) + 1):
                paragraphs += [self.heading(2, part), self.numbered(self._random.randint(2, 4))]
        return paragraphs

    def notice(self, subject: str) -> list[str]:
        """The body of a notice: why, what, by when; 600–1,500 characters."""
        paragraphs = [f"为做好{subject}工作，{self.sentence()}现将有关事项通知如下："]
        for section in range(1, self._random.randint(3, 4) + 1):
            paragraphs += [self.heading(1, section), self.paragraph(3), self.paragraph(2)]
        return [*paragraphs, self.paragraph(2)]


class _Lazy:
    """A slot that is filled anew each time it stands in a template."""

    def __init__(self, fill: Callable[[], str]) -> None:
        self._fill = fill

    def __format__(self, spec: str) -> str:
        return self._fill()
