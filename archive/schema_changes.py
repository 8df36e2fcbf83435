"""The changes of the tables in the order in which they are applied, each once, recorded under its name.

A new one goes to the end. Nothing that was released is ever taken out, moved or renamed.
"""

from __future__ import annotations

from archive.migrations.analysts import analysts_views
from archive.migrations.audit import audited_facts
from archive.migrations.captures import owners_of_captures
from archive.migrations.ledger import ledger
from archive.migrations.moves import moves
from archive.migrations.run_records import run_records
from archive.migrations.search import search_by_rank
from archive.schema_first import migrations

__all__ = ["migrations"]

CHANGES = (
    search_by_rank,
    audited_facts,
    analysts_views,
    moves,
    ledger,
    run_records,
    owners_of_captures,
)

for change in CHANGES:
    migrations()(change)
