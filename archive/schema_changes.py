"""The changes of the tables in their order: a module is imported, its migrations are applied, each once.

Nothing that was released is ever taken out or moved.
"""

from __future__ import annotations

from archive.migrations import analysts as analysts
from archive.migrations import audit as audit
from archive.migrations import search as search
from archive.schema_first import migrations

__all__ = ["migrations"]
