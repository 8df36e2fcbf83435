"""The form in which text is searched: one spelling for what a reader takes for the same characters.

Each character is replaced on its own, whatever stands beside it, so that a part of a text has the same
form as it has inside the whole text; that is what makes substring search exact. The steps, until
nothing changes any more: compatibility decomposition (full-width forms, ①, ㎡, Kangxi radicals), Latin
accents dropped (wèi is wei), Traditional to Simplified, case folded, brackets, quotes, dashes, dots and
zeros unified. White space and invisible characters are dropped, line breaks too: pages break lines
within sentences, names and numbers, and a search across a paragraph's end finds too much rarely.
"""

from __future__ import annotations

import unicodedata

from archive.script import to_simplified

__all__ = ["normalise", "normalise_with_map"]

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


_FORMS = _Forms()


def normalise(text: str) -> str:
    """The searched form of a text; ``normalise(a + b) == normalise(a) + normalise(b)`` for all texts."""
    return text.translate(_FORMS)


def normalise_with_map(text: str) -> tuple[str, list[int]]:
    """The searched form and, for each of its characters, the offset of the original one it comes from."""
    forms = [_FORMS[ord(char)] for char in text]
    return "".join(forms), [at for at, form in enumerate(forms) for _ in form]


def _step(char: str) -> str:
    if unicodedata.category(char) in DROPPED or char in NONCHARACTERS:
        return ""
    parts = unicodedata.normalize("NFKD", char)
    bare = unicodedata.normalize("NFC", "".join(c for c in parts if ord(c) not in ACCENTS))
    return "".join(UNIFIED.get(c) or to_simplified(c).casefold() for c in bare)
