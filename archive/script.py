"""Traditional and Simplified script. The only file that knows OpenCC.

Converters are made on first use (each loads its dictionaries) and kept.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Protocol

from opencc import OpenCC

__all__ = ["script_revision", "simplify", "to_simplified", "traditional_share"]


class Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter(rules: str) -> Converter:
    converter: Converter = OpenCC(rules)
    return converter


def script_revision() -> str:
    """The version of the dictionaries."""
    return f"OpenCC {version('opencc')}"


def simplify(text: str) -> str:
    """A Traditional text in Simplified script, for reading. Taiwan's forms are known (``tw2s``: 著力 → 着力,
    which plain ``t2s`` leaves), words stay words (``tw2sp`` would make 文件 of 档案)."""
    return _converter("tw2s").convert(text)


def to_simplified(text: str) -> str:
    """Simplified for searching (``t2s``), so that a query in either script finds both; also of one character."""
    return _converter("t2s").convert(text)


def traditional_share(text: str) -> float:
    """Share (0–1) of the Chinese characters that ``simplify`` changes; 0.0 where there are none."""
    chinese = sum("\u3400" <= c <= "\u9fff" for c in text)
    changed = sum(a != b for a, b in zip(text, simplify(text), strict=False))
    return changed / chinese if chinese else 0.0
