"""The search index's tokens: overlapping pairs of characters, exact for every part of a Chinese text.

A value is written as every pair of neighbouring characters of its searched form (``archive.normal``) and its last
character alone: 工作总结 → ``工作 作总 总结 结``. A longer query is a phrase of pairs, a query of one character a
prefix; both are exact, punctuation included, because the index's tokenizer splits at white space only and the
searched form has none. The lone last character also parts two values: no phrase of pairs runs across it.

All values of a document stand in one column, the text last (a second column would cost two bytes a pair). What is
looked for in one field only stands there once more under that field's mark, a sign that no searched form has
(〈工作 for a title), and so do the terms that filters ask for (``archive.terms``).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from archive.normal import pairs

__all__ = ["INDEX", "NUMBER", "PUBLISHER", "TERM", "TITLE", "marked_tokens", "match_phrase", "match_term", "tokens"]

TITLE, PUBLISHER, INDEX, NUMBER, TERM = "〈", "【", "〖", "〘", "〔"
"""Marks of fields. The searched form unifies brackets, so none of these comes up in a text's own tokens.
INDEX values begin with ``INDEX`` again: their beginning can be asked for."""
NEVER = "never"  # a term that is never written


def tokens(text: str) -> str:
    """The tokens of one value, parted by spaces; empty where the searched form is."""
    return pairs(text)


def marked_tokens(mark: str, form: str) -> str:
    """The tokens of one value (searched form) under a field's mark."""
    if mark == INDEX:
        form = INDEX + form
    return " ".join([*(f"{mark}{a}{b}" for a, b in pairwise(form)), mark + form[-1:]])


def match_phrase(form: str, mark: str = "") -> str:
    """The FTS5 phrase that finds a searched form of at least one character wherever it stands; with a mark: in that
    field (in INDEX: at its beginning)."""
    if mark == INDEX:
        form = INDEX + form
    phrase = [f"{mark}{a}{b}" for a, b in pairwise(form)] or [mark + form]
    return _quoted(" ".join(phrase)) + ("*" if len(form) == 1 else "")


def match_term(terms: Iterable[str]) -> str:
    """The FTS5 expression of one of several terms (``archive.terms``); of none: what no document has."""
    return " OR ".join(_quoted(TERM + term) for term in terms) or _quoted(TERM + NEVER)


def _quoted(phrase: str) -> str:
    return '"' + phrase.replace('"', '""') + '"'
