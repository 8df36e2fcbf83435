"""The form in which text is searched: one spelling for what a reader takes for the same characters.

Each character is replaced on its own, whatever stands beside it, so that a part of a text has the same
form as it has inside the whole text; that is what makes substring search exact. The steps, until
nothing changes any more: compatibility decomposition (full-width forms, ①, ㎡, Kangxi radicals), Latin
accents dropped (wèi is wei), Traditional to Simplified, case folded, brackets, quotes, dashes, dots and
zeros unified. White space and invisible characters are dropped, line breaks too: pages break lines
within sentences, names and numbers, and a search across a paragraph's end finds too much rarely.
"""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_left, bisect_right
from functools import cache
from itertools import accumulate
from pathlib import Path

from archive.script import script_revision, to_simplified

__all__ = ["Searched", "form_revision", "normalise", "pairs"]

UNIFIED = {
    original: target
    for target, originals in {
        "(": "〔[【〖〘{",
        ")": "〕]】〗〙}",
        "《": "〈<⟨",
        "》": "〉>⟩",
        '"': "“”„‟〝〞「」『』",
        "'": "‘’‚‛`",
        "-": "‐‑‒–—―−─━",
        "~": "〜∼",
        ":": "∶ː꞉",
        "·": "•‧・∙⋅",
        "〇": "○◯",  # 二○二○年 is printed with U+25CB and U+25EF too
        "...": "⋯",
        "/": "⁄∕",
        "卫": "衞",
        "了": "瞭",  # 瞭, 著 and 祇 stand in Simplified texts too, so OpenCC leaves a single one alone
        "着": "著",
        "只": "祇",
    }.items()
    for original in originals
}
STEP = 500
ACCENTS = range(0x300, 0x370)
DROPPED = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
NONCHARACTERS = frozenset({"\ufffe", "\uffff"})  # FTS5 reads both as U+FFFD


class _Forms(dict[int, str]):
    """Code point → its form, found out once for each character that comes up; for ``str.translate``."""

    def __missing__(self, code: int) -> str:
        form, before = chr(code), ""
        while form != before:
            before, form = form, "".join(_step(char) for char in form)
        self[code] = form
        return form


class _Pairs(dict[int, str]):
    """Code point → its form with every character twice, a blank between: in a row they are the pairs of a text."""

    def __missing__(self, code: int) -> str:
        self[code] = pairs = "".join(f"{char} {char}" for char in _FORMS[code])
        return pairs


_FORMS = _Forms()
_PAIRS = _Pairs()


def normalise(text: str) -> str:
    """The searched form of a text; ``normalise(a + b) == normalise(a) + normalise(b)`` for all texts."""
    return text.translate(_FORMS)


def pairs(text: str) -> str:
    """Every two neighbouring characters of the searched form and its last one alone, parted by blanks: 工作总结 →
    ``工作 作总 总结 结``. In one pass: a million documents are three thousand million pairs."""
    return text.translate(_PAIRS)[2:]


class Searched:
    """A text with its searched form, and the way back from a place in the form to the character that it comes from.

    The way is looked up step by step (``STEP`` characters of the text), so that a few hits in a long text cost little.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        forms = [normalise(text[at : at + STEP]) for at in range(0, len(text), STEP)]
        self.form = "".join(forms)
        self._starts = [0, *accumulate(len(form) for form in forms)]
        self._steps: dict[int, list[int]] = {}

    def origin(self, at: int) -> int:
        """The offset in the text of what stands at ``at`` in the form."""
        step = bisect_right(self._starts, at) - 1
        return self._origins(step)[at - self._starts[step]]

    def place(self, offset: int) -> int:
        """Where in the form the first character at or behind an offset of the text stands."""
        step = offset // STEP
        if step >= len(self._starts) - 1:
            return len(self.form)
        return self._starts[step] + bisect_left(self._origins(step), offset)

    def _origins(self, step: int) -> list[int]:
        if step not in self._steps:
            first = step * STEP
            chars = enumerate(self.text[first : first + STEP], first)
            self._steps[step] = [offset for offset, char in chars for _ in _FORMS[ord(char)]]
        return self._steps[step]


@cache
def form_revision() -> str:
    """Which rules these are: 16 hex over this file and the versions of the tables it uses. Two equal revisions give
    every text the same form."""
    said = f"{unicodedata.unidata_version} {script_revision()}".encode()
    return hashlib.sha256(Path(__file__).read_bytes() + said).hexdigest()[:16]


def _step(char: str) -> str:
    if unicodedata.category(char) in DROPPED or char in NONCHARACTERS:
        return ""
    parts = unicodedata.normalize("NFKD", char)
    bare = unicodedata.normalize("NFC", "".join(c for c in parts if ord(c) not in ACCENTS))
    return "".join(UNIFIED.get(c) or to_simplified(c).casefold() for c in bare)
