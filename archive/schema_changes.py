"""What changed in the tables after schema 1, one migration a change, in order; each is applied once and recorded.

A migration only adds, or fills what it adds; what takes long (a new search index) is queued and done later.
"""

from __future__ import annotations

from archive.schema_first import migrations

__all__ = ["migrations"]
