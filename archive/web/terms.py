"""A query's text with a term of a facet added or taken out, as a click on the facet means it."""

from __future__ import annotations

import re

__all__ = ["holds", "with_term", "without_term"]

DATED = re.compile(r"(?<!\S)(?:after|before)[:：]\S+\s*", re.I)


def holds(query: str, term: str) -> bool:
    """Whether the term stands in the query as a whole word of it."""
    return f" {term} " in f" {_spaced(query)} "


def with_term(query: str, term: str) -> str:
    """The query narrowed by the term. A year takes the place of the years that were asked for before."""
    kept = DATED.sub("", query) if DATED.match(term) else query
    return f"{_spaced(kept)} {term}".strip()


def without_term(query: str, term: str) -> str:
    return _spaced(f" {_spaced(query)} ".replace(f" {term} ", " ", 1))


def _spaced(query: str) -> str:
    return " ".join(query.split())
