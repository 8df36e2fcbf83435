"""Other ways to index Chinese text, over the same texts as ours: FTS5's trigrams, words of jieba, n-grams of tantivy.

Each builds an index in a file and answers which documents hold a string. jieba and tantivy take part where they are
installed (``pip install jieba tantivy``); they are no dependency.
"""

from __future__ import annotations

import importlib.util
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from archive.normal import normalise
from archive.tokens import match_phrase, tokens

__all__ = ["compare_peers"]

Rows = Sequence[tuple[int, str]]
Find = Callable[[str], set[int]]
OURS = """CREATE VIRTUAL TABLE t USING fts5 (tokens, content='', columnsize=0,
    tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'")"""


def compare_peers(rows: Rows, queries: Sequence[str]) -> None:
    """Print for each: documents a second, size against the text, time a query for all hits, how many are exact."""
    length = sum(len(text.encode()) for _, text in rows)
    truth = {query: {id for id, text in rows if query in text.replace("\n", "")} for query in queries}
    for name, build in _peers():
        with tempfile.TemporaryDirectory() as folder:
            begun = time.perf_counter()
            find = build(rows, Path(folder))
            made = time.perf_counter() - begun
            size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
            begun = time.perf_counter()
            answers = {query: find(query) for query in truth}
            took = (time.perf_counter() - begun) / len(truth) * 1000
        right = sum(answers[query] == truth[query] for query in truth)
        print(
            f"  {name:22} {len(rows) / made:7.0f} documents/s, {size / length:.2f} of the text, "
            f"{took:6.2f} ms a query, {right} of {len(truth)} exact"
        )


def _peers() -> Iterator[tuple[str, Callable[[Rows, Path], Find]]]:
    yield "pairs, as gongkai", _ours
    yield "FTS5 trigram", _trigram
    if importlib.util.find_spec("jieba"):
        yield "FTS5, words of jieba", _jieba
    if importlib.util.find_spec("tantivy"):
        yield "tantivy, n-grams of 2", _tantivy


def _ours(rows: Rows, folder: Path) -> Find:
    return _fts5(rows, folder, OURS, tokens, lambda query: match_phrase(normalise(query)))


def _trigram(rows: Rows, folder: Path) -> Find:
    table = "CREATE VIRTUAL TABLE t USING fts5 (tokens, content='', columnsize=0, tokenize='trigram')"
    return _fts5(rows, folder, table, lambda text: text.replace("\n", ""), lambda query: f'"{query}"')


def _jieba(rows: Rows, folder: Path) -> Find:
    jieba: Any = importlib.import_module("jieba")
    jieba.setLogLevel("ERROR")
    jieba.initialize()
    table = "CREATE VIRTUAL TABLE t USING fts5 (tokens, content='', columnsize=0)"
    return _fts5(rows, folder, table, lambda text: " ".join(jieba.cut(text)), lambda q: f'"{" ".join(jieba.cut(q))}"')


def _fts5(rows: Rows, folder: Path, table: str, index: Callable[[str], str], match: Callable[[str], str]) -> Find:
    conn = sqlite3.connect(folder / "peer.db", isolation_level=None)
    conn.execute("PRAGMA journal_mode = MEMORY")
    conn.execute(table)
    for first in range(0, len(rows), 1000):
        conn.execute("BEGIN")
        step = rows[first : first + 1000]
        conn.executemany("INSERT INTO t (rowid, tokens) VALUES (?, ?)", ((id, index(text)) for id, text in step))
        conn.execute("COMMIT")
    return lambda query: {row[0] for row in conn.execute("SELECT rowid FROM t WHERE t MATCH ?", [match(query)])}


def _tantivy(rows: Rows, folder: Path) -> Find:
    tantivy: Any = importlib.import_module("tantivy")
    schema = tantivy.SchemaBuilder()
    schema.add_integer_field("id", stored=True, fast=True)
    schema.add_text_field("text", tokenizer_name="pairs", index_option="position")
    index = tantivy.Index(schema.build(), path=str(folder))
    pairs = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(min_gram=2, max_gram=2, prefix_only=False)).build()
    index.register_tokenizer("pairs", pairs)
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    for id, text in rows:
        writer.add_document(tantivy.Document(id=id, text=text.replace("\n", "")))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(query: str) -> set[int]:
        parsed = index.parse_query(f'"{query}"', ["text"])
        hits = searcher.search(parsed, limit=len(rows)).hits
        return {searcher.doc(address)["id"][0] for _, address in hits}

    return find
