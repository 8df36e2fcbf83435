"""The archive's commands, for ``crawler.cli`` to add to its own: each stands in ``archive.verbs``."""

from __future__ import annotations

import click

from archive.verbs.audit import audit
from archive.verbs.backup import backup
from archive.verbs.changes import changes
from archive.verbs.check import stats
from archive.verbs.export import export
from archive.verbs.restrict import restrict
from archive.verbs.search import search
from archive.verbs.serve import serve
from archive.verbs.show import cite, history, show
from archive.verbs.trust import key, verify
from archive.verbs.watch import watch

__all__ = ["COMMANDS"]

COMMANDS: tuple[click.Command, ...] = (
    search,
    watch,
    serve,
    show,
    history,
    cite,
    changes,
    stats,
    audit,
    export,
    verify,
    key,
    restrict,
    backup,
)
