"""A parsed query as SQL: conditions on ``search_rows s``, and what makes a hit a title hit."""

from __future__ import annotations

from dataclasses import dataclass

from archive.query import Clause, Filter, Query, Words
from archive.tokens import match_phrase

__all__ = ["Conditions", "conditions"]

IN_INDEX = "s.id IN (SELECT rowid FROM search_index WHERE search_index MATCH ?)"
BY_FILTER = {
    "publisher": "instr(s.publisher, ?) > 0",
    "index": "instr(s.index_number, ?) = 1",
    "number": "instr(s.document_number, ?) > 0",
    "source": "s.source = ?",
    "trust": "s.trust = ?",
    "flag": "EXISTS (SELECT 1 FROM json_each(s.flags) WHERE value = ?)",
    "after": "s.day >= ?",
    "before": "s.day <= ?",
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """``sql`` holds for the rows meant, with ``params``; ``title_match``: FTS5 expression of the same words
    in the title alone, None where the query asks for no words."""

    sql: str
    params: tuple[str, ...]
    title_match: str | None


def conditions(query: Query) -> Conditions:
    """The SQL of a query. Withdrawn documents never fulfil it."""
    worded = [c for c in query.clauses if not c.negated and all(isinstance(a, Words) for a in c.atoms)]
    parts, params = ["s.withdrawn = 0"], []
    if worded:
        parts.append(IN_INDEX)
        params.append(" AND ".join(_match(c) for c in worded))
    for clause in query.clauses:
        if clause not in worded:
            found = [_atom(a) for a in clause.atoms]
            either = " OR ".join(sql for sql, _ in found)
            parts.append(f"NOT coalesce({either}, 0)" if clause.negated else f"({either})")
            params += [value for _, value in found]
    title = " AND ".join(f"title : {_match(c)}" for c in worded)
    return Conditions(" AND ".join(parts), tuple(params), title or None)


def _match(clause: Clause) -> str:
    """The FTS5 expression of alternatives that are all words."""
    return f"({' OR '.join(_phrase(a) for a in clause.atoms if isinstance(a, Words))})"


def _phrase(words: Words) -> str:
    phrase = match_phrase(words.form)
    return f"title : {phrase}" if words.in_title else phrase


def _atom(atom: Words | Filter) -> tuple[str, str]:
    if isinstance(atom, Words):
        return IN_INDEX, _phrase(atom)
    return BY_FILTER[atom.name], atom.value
