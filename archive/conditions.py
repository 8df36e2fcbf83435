"""A parsed query as what the search index is asked: one expression, the rows it may stand in, and what comes first.

Filters are terms of the index (``archive.terms``), days are ranges of its rows (``archive.ranking``), so that a query
with filters costs no more than one without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from archive.query import Clause, Filter, Query, Words
from archive.ranking import Span, day_spans, spans
from archive.terms import ALL, sample_term, span_terms, term
from archive.tokens import INDEX, NUMBER, PUBLISHER, TITLE, match_phrase, match_term

__all__ = ["Asked", "Conditions", "conditions"]

MARKS = {"publisher": PUBLISHER, "index": INDEX, "number": NUMBER}
ASKED = "SELECT rowid FROM search_index WHERE search_index MATCH ? AND rowid BETWEEN ? AND ?"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the index: the rows from ``first`` to ``last`` that fulfil the FTS5 expression ``match``."""

    match: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Conditions:
    """``tiers``: expressions of which each hit fulfils exactly one, the best first; ``match``: all hits. Withdrawn
    documents are not in the index."""

    match: str
    tiers: tuple[str, ...]
    after: date | None = None
    before: date | None = None

    def asked(self, match: str | None = None) -> tuple[Asked, ...]:
        """The questions that together find all rows of ``match`` (default: of all hits), in order."""
        dated = self.after is not None or self.before is not None
        parts = day_spans(self.after, self.before) if dated else spans()
        return tuple(Asked(self._within(match or self.match, span), span.first, span.last) for span in parts)

    def sample(self, every: int) -> str:
        """The hits among one document in ``every`` (one of ``archive.terms.SAMPLES``)."""
        return f"({match_term([sample_term(every)])}) AND ({self.match})"

    def _within(self, match: str, span: Span) -> str:
        return match if span.dated else f"({match}) AND ({match_term(span_terms(self.after, self.before))})"

    @property
    def sql(self) -> str:
        """A condition on ``search_rows s``, with ``params``."""
        return f"s.id IN ({' UNION ALL '.join([ASKED] * len(self.asked()))})"

    @property
    def params(self) -> tuple[str | int, ...]:
        return tuple(value for a in self.asked() for value in (a.match, a.first, a.last))


def conditions(query: Query) -> Conditions:
    """What a query asks of the index."""
    bounds = [c.atoms[0] for c in query.clauses if _is_bound(c)]
    clauses = [c for c in query.clauses if not _is_bound(c)]
    after = [date.fromisoformat(a.value) for a in bounds if isinstance(a, Filter) and a.name == "after"]
    before = [date.fromisoformat(a.value) for a in bounds if isinstance(a, Filter) and a.name == "before"]
    match = _expression(clauses)
    return Conditions(match, tuple(_apart(_tiers(clauses), match)), max(after, default=None), min(before, default=None))


def _is_bound(clause: Clause) -> bool:
    """Whether a clause is a bound on the day of all hits."""
    (*more, first) = clause.atoms
    return not clause.negated and not more and isinstance(first, Filter) and first.name in ("after", "before")


def _expression(clauses: Sequence[Clause]) -> str:
    wanted = [_either(c) for c in clauses if not c.negated] or [match_term([ALL])]
    unwanted = [_either(c) for c in clauses if c.negated]
    whole = " AND ".join(f"({part})" for part in wanted)
    return f"({whole}) NOT ({' OR '.join(unwanted)})" if unwanted else whole


def _either(clause: Clause) -> str:
    return " OR ".join(_atom(atom) for atom in clause.atoms)


def _atom(atom: Words | Filter) -> str:
    if isinstance(atom, Words):
        return match_phrase(atom.form, TITLE if atom.in_title else "")
    if atom.name in MARKS:
        return match_phrase(atom.value, MARKS[atom.name])
    if atom.name in ("after", "before"):
        day = date.fromisoformat(atom.value)
        return match_term(span_terms(*((day, None) if atom.name == "after" else (None, day))))
    return match_term([term(atom.name, atom.value)])


def _tiers(clauses: Sequence[Clause]) -> Iterator[str]:
    """What a better hit fulfils besides, the best first: the words side by side in the title, all in the title (or in
    a number), side by side anywhere."""
    worded = [c for c in clauses if not c.negated and all(isinstance(a, Words) for a in c.atoms)]
    loose = [c.atoms[0] for c in worded if len(c.atoms) == 1]
    forms = [a.form for a in loose if isinstance(a, Words) and not a.in_title]
    together = "".join(forms) if len(forms) == len(worded) > 1 else None
    if together:
        yield match_phrase(together, TITLE)
    if worded:
        yield " AND ".join(f"({' OR '.join(_in_head(a) for a in c.atoms if isinstance(a, Words))})" for c in worded)
    if together:
        yield match_phrase(together)


def _in_head(words: Words) -> str:
    marks = (TITLE,) if words.in_title else (TITLE, NUMBER, INDEX)
    return " OR ".join(match_phrase(words.form, mark) for mark in marks)


def _apart(tiers: Iterator[str], match: str) -> Iterator[str]:
    """The tiers as expressions that exclude each other; the last is what is left."""
    before: list[str] = []
    for tier in tiers:
        better = f"({match}) AND ({tier})"
        yield f"({better}) NOT ({' OR '.join(before)})" if before else better
        before.append(f"({tier})")
    yield f"({match}) NOT ({' OR '.join(before)})" if before else match
