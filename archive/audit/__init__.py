"""What the archive does not have, as far as its own documents, lists and dates can tell: the audit of completeness.

Nothing here claims a deletion. A serial that no held document carries is *not seen*: it may belong to a document that
was never disclosed, that another body lists, or that is still waiting to be read.
"""

from __future__ import annotations

from archive.audit.report import Audit, SourceAudit
from archive.audit.sources import IMPORTED, audit, audits, known_sources

__all__ = ["IMPORTED", "Audit", "SourceAudit", "audit", "audits", "known_sources"]
