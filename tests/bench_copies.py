"""The copies part of ``make bench``: how many documents a second are sketched and compared, and what is found.

Every document is put together from one stock of formulas, as the annual summaries of bureaus are: two of them share
about 0.29 of their runs. Reposts have words swapped and a sharing site's chrome around them.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from sqlite_utils import Database

from archive.database import transaction
from archive.duplicates import await_links, link_copies
from tests.archive.rows import add_version, new_archive
from tests.archive.test_duplicates import CHROME, swapped
from tests.sites.wording import Writer

__all__ = ["copies_bench"]

REPOSTS = 400


def copies_bench(documents: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = new_archive(Path(folder))
        texts = [_summary(number) for number in range(documents)]
        took = _linked(db, enumerate(texts), "official")
        mean = sum(map(len, texts)) / documents
        print(f"copies among {documents} documents of {mean:.0f} characters, CPU")
        print(f"  sketched and compared        {documents / took:8.0f} documents/s")
        chosen = random.Random(1).sample(range(documents), min(REPOSTS, documents))
        for share in (0.1, 0.2):
            first = documents + round(1000 * share) * documents
            reposts = {first + n: f"{CHROME}\n{swapped(texts[n], share)}\n{CHROME}" for n in chosen}
            took = _linked(db, reposts.items(), "repost")
            found = {n: _original(db, first + n) for n in chosen}
            right = sum(found[n] == _id(n) for n in chosen)
            wrong = sum(found[n] not in (None, _id(n)) for n in chosen)
            print(f"  {share:.0%} of the words swapped     {right / len(chosen):8.3f} linked, {wrong} to a wrong one, "
                  f"{len(chosen) / took:.0f} reposts/s")  # fmt: skip
        others = {10**9 + n: _summary(10**6 + n) for n in range(REPOSTS)}
        _linked(db, others.items(), "repost")
        print(
            f"  summaries of other bureaus   {sum(_original(db, n) is not None for n in others):8} of {REPOSTS} linked"
        )
        db.close()


def _summary(number: int) -> str:
    writer = Writer(f"bench-copies-{number}", f"砚{number}", ("东街街道", "竹溪镇", "南乡"))
    return "\n".join(writer.paragraph(4) for _ in range(4 + number % 9))


def _id(number: int) -> str:
    return f"{number:016x}"


def _original(db: Database, number: int) -> str | None:
    found: str | None = db.execute("SELECT duplicate_of FROM documents WHERE id = ?", [_id(number)]).fetchone()[0]
    return found


def _linked(db: Database, texts: Iterable[tuple[int, str]], trust: str) -> float:
    """Store documents and link them; the seconds that linking took."""
    numbers = []
    for number, text in texts:
        numbers.append(number)
        with transaction(db) as conn:
            conn.execute(
                "INSERT INTO documents (id, url, trust, first_seen_at, last_seen_at) VALUES (?, ?, ?, '2026', '2026')",
                [_id(number), f"http://bench.test/{number}", trust],
            )
        add_version(db, _id(number), "created", at="2026-01-01T00:00:00Z", text=text, title=None)
        with transaction(db) as conn:
            await_links(conn, _id(number))
    began = time.process_time()
    assert link_copies(db) == len(numbers)
    return time.process_time() - began
