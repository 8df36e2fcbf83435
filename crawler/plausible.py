"""How much a decoded text looks like writing: bytes of a file, or of another encoding, decode to rare characters."""

from __future__ import annotations

import re
from functools import cache

__all__ = ["plausible"]

FOREIGN = re.compile("[^\x00-\x7f\xa0\ufffd]+")
SAMPLE = 5_000  # characters outside ASCII that are looked at
FEWEST = 12  # fewer of them prove nothing
# Signs and scripts that pages of these sites use beside Chinese: Latin, Cyrillic, Arabic (Uyghur, Kazakh), Tibetan,
# Mongolian, Yi, kana, Hangul, punctuation, numbers in circles, full-width forms. Private characters are not among them.
WRITTEN = re.compile(
    "[\u00a0-\u017f\u0400-\u04ff\u0600-\u06ff\u0f00-\u0fff\u1800-\u18af\u2010-\u2040\u2100-\u22ff\u2460-\u25ff"
    "\u3000-\u30ff\ua000-\ua4cf\uac00-\ud7af\ufb50-\ufdff\ufe30-\ufeff\uff01-\uff5e]"
)


def plausible(text: str) -> float:
    """The share of common characters (the first level of GB 2312 or of Big5, and the signs of writing) among those
    outside ASCII; 1.0 where there are too few to judge. Chinese prose reaches 0.95, random bytes 0.3 to 0.6."""
    kept, size = [], 0
    for run in FOREIGN.findall(text):
        kept.append(run)
        size += len(run)
        if size > SAMPLE:
            break
    if size < FEWEST:
        return 1.0
    joined = "".join(kept)
    common = sum(map(joined.count, set(joined) & _common())) + len(WRITTEN.findall(joined))
    return common / len(joined)


@cache
def _common() -> frozenset[str]:
    """The characters of GB 2312 level 1 (rows 16–55) and of Big5 level 1 (lead bytes A4–C6)."""
    simplified = bytes(b for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for b in (row, cell))
    traditional = bytes(
        b for row in range(0xA4, 0xC7) for cell in (*range(0x40, 0x7F), *range(0xA1, 0xFF)) for b in (row, cell)
    )
    known = simplified.decode("gb2312", "ignore") + traditional.decode("big5", "ignore")
    return frozenset(c for c in known if "\u4e00" <= c <= "\u9fff")
