"""``gongkai restrict``: withdraw a document, or show it again."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import click
from sqlite_utils import Database

from archive.captures import Captures
from archive.chain import close_books
from archive.clock import now
from archive.duplicates import link_copies
from archive.erase import erase as erase_payload
from archive.index import index_waiting
from archive.lookup import resolve
from archive.options import home_option, opened, reports_errors
from archive.restrict import lift as lift_withdrawal
from archive.restrict import restrict as withdraw
from archive.signing import Signer, configured_signer
from archive.withdrawals import tombstone_of

__all__ = ["restrict"]


@click.command(short_help="Withdraw a document, or lift its withdrawal.")
@click.argument("document", metavar="ID")
@click.option("--why", metavar="TEXT", help="The reason; whoever asks for the document is told")
@click.option("--erase", is_flag=True, help="Also erase its payload, for good: texts, index, WARC records")
@click.option("--lift", is_flag=True, help="Show it again")
@home_option
@reports_errors
def restrict(document: str, why: str | None, erase: bool, lift: bool, home: Path) -> None:
    """Hide a document everywhere behind a tombstone that exports, crawls and imports honour."""
    _check_use(why, erase, lift)
    signer = configured_signer()
    with opened(home) as db:
        id = resolve(db, document, withdrawn=True)
        captures = Captures(db, home, software=f"gongkai {version('gongkai')}")
        try:
            done = _do(db, captures, id, _why(db, id, why), erase, lift, signer)
            index_waiting(db)
            link_copies(db)
            close_books(db, captures, signer=signer, mode=done)
        finally:
            captures.close()
    click.echo(f"{id} {SAID[done]}")


SAID = {"lift": "is shown again", "restrict": "is withdrawn", "erase": "is withdrawn and erased"}


def _check_use(why: str | None, erase: bool, lift: bool) -> None:
    if lift and (why or erase):
        raise click.UsageError("--lift shows the document again; it takes neither --why nor --erase")


def _why(db: Database, document: str, why: str | None) -> str:
    """The reason, or that of the withdrawal that is being completed."""
    held = tombstone_of(db.conn, document)
    return (why or "").strip() or (held.why if held and held.lifted_at is None else "")


def _do(
    db: Database, captures: Captures, document: str, why: str, erase: bool, lift: bool, signer: Signer | None
) -> str:
    if lift:
        lift_withdrawal(db, captures, document, now(), signer)
        return "lift"
    if not why:
        raise click.UsageError("a withdrawal needs its reason: --why TEXT")
    if not erase:
        withdraw(db, captures, document, why, now(), signer)
        return "restrict"
    erased = erase_payload(db, captures, document, why, now(), signer)
    for other in erased.sharers:
        click.echo(f"document {other} has the same bytes and keeps them: restrict it too, if it is meant", err=True)
    return "erase"
