"""Signs that an upload's text was altered by rule, or cut off. Found and flagged, never repaired.

Word swappers replace whole words (服务→效劳, 基本→根本, 发展→开展, 则→那么) so that a copy is not recognised; a genuine
text knows the same words, but not in that company (``swaps.py``). A number replaced everywhere
("10" by a year) leaves figures that cannot be: 20230%, 22/2023万.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from crawler.extract.dates import find_dates
from crawler.extract.odd_words import ODD_WORDS
from crawler.extract.swaps import SWAPS

__all__ = ["Altered", "cut_off", "find_altered"]

PER_CHARACTERS = 1000
SCORE = 1.0  # weighted findings per 1,000 characters
MOST = 3  # findings of one kind that count: a term of law may repeat fifty times
KINDS, HITS = 2, 3  # one odd word, or one odd habit, is an author's own

# What a text with such a number holds, and the number. The first digits stand first in a rule and what may not stand
# before them is looked at behind: a rule that begins with a look back is tried at every character.
NUMBERS = (
    ("%％‰", re.compile(r"(?:19|20)(?<![\d.]\d\d)\d{2}\d?(?:\.\d+)?\s?[%％‰]")),  # 20230%
    # 22/2023万, a rate per 100,000 once
    ("/", re.compile(r"(?<![\d.])\d{1,12}(?:\.\d{1,6})?\s?/\s?(?:19|20)\d{2}0?\s?万")),
    ("年", re.compile(r"(?:19|20)(?<!\d\d\d)\d{3}年")),
)
QUOTE = re.compile('[“"〝][^“”"〝〞\n]{1,40}〞')


def _impossible_numbers(text: str) -> list[str]:
    held = (pattern for signs, pattern in NUMBERS if any(sign in text for sign in signs))
    return [number for pattern in held for number in pattern.findall(text)]


def _odd_quotes(text: str) -> list[str]:
    return QUOTE.findall(text) if "〞" in text else []


SIGNS: tuple[tuple[str, str, Callable[[str], list[str]], float], ...] = (
    *((f"{swap.genuine} as {swap.shown}", swap.shown[:2], swap.finder(), swap.weight) for swap in (*SWAPS, *ODD_WORDS)),
    ("impossible number", "", _impossible_numbers, 3.0),
    ("〞 for a closing quote", "", _odd_quotes, 0.1),
)
"""What the sign is, two characters that a text with it holds ("": any text may), what finds it in a text (as printed),
its weight."""

BEGUN = re.compile(f"[{''.join(sorted({pair[:1] for _, pair, _, _ in SIGNS}))}]")
"""One search for the first characters of all odd words takes a tenth of the time that a search for each word takes."""

ENDS = "。！？!?.…；;：:”」』\"'）)】》>〉〕]"
OPEN_ENDS = "，,、"
STOPS = re.compile("[，,。；;：:]")
LONG_LINE = 25


@dataclass(frozen=True, slots=True)
class Altered:
    """``score``: weighted findings per 1,000 characters; ``evidence``: a line a sign, with the first words found."""

    score: float
    evidence: tuple[str, ...]
    is_altered: bool


def find_altered(text: str) -> Altered:
    """Look for swapped words, impossible numbers and odd quotes; a text under 1,000 characters counts as 1,000."""
    total, hits, evidence = 0.0, 0, []
    held = {text[match.start() : match.start() + 2] for match in BEGUN.finditer(text)} | {""}
    for name, pair, find, weight in SIGNS:
        if pair in held and (found := find(text)):
            total, hits = total + weight * min(len(found), MOST), hits + len(found)
            evidence.append(f"{name}: {'、'.join(dict.fromkeys(found[:3]))} ({len(found)})")
    score = total * PER_CHARACTERS / max(len(text), PER_CHARACTERS)
    return Altered(score, tuple(evidence), score >= SCORE and len(evidence) >= KINDS and hits >= HITS)


def cut_off(body: str, *, shared: bool) -> str | None:
    """The last words of a text that breaks off within a sentence, or None.

    A page that only forgets its last full stop is not cut: without the marks of a document-sharing site
    (``shared``) the text must end with a comma. A signature, a date or a table row is an end.
    """
    line = body.rstrip().rpartition("\n")[2].strip()
    if not line or line[-1] in ENDS or any(found.end >= len(line) - 1 for found in find_dates(line)):
        return None
    if line[-1] in OPEN_ENDS or (shared and len(line) >= LONG_LINE and len(STOPS.findall(line)) >= 2):
        return line[-20:]
    return None
