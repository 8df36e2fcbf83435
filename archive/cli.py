"""The archive's verbs: search, show, history, changes, stats, export, verify.

Results go to stdout, everything else to stderr. Exit codes: 0 fine, 1 something failed and says what,
2 wrong use, 130 interrupted; a reader that goes away (``| head``) is no failure.
"""

from __future__ import annotations

import functools
import html
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec

import click
import orjson
from sqlite_utils import Database

from archive import printing
from archive.clock import stamp
from archive.database import home_folder, open_database
from archive.errors import ArchiveError, QueryError
from archive.export import FORMATS, Selection
from archive.export import export as export_documents
from archive.history import changes as archive_changes
from archive.history import history as document_history
from archive.lookup import resolve
from archive.search import Hit
from archive.search import search as search_documents
from archive.snippets import marked
from archive.stats import stats as archive_stats
from archive.stored import stored_record
from archive.verify import verify as verify_archive

__all__ = ["COMMANDS", "home_option", "reports_errors"]

P = ParamSpec("P")
WORDS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}  # so that -转发 and -hpv reach the query


def _home(ctx: click.Context, param: click.Parameter, given: Path | None) -> Path:
    group = ctx.obj.get("home") if isinstance(ctx.obj, dict) else None
    return home_folder(given or group)


home_option = click.option(
    "--home",
    type=click.Path(path_type=Path),
    callback=_home,
    help="Folder of the archive [default: $GONGKAI_HOME, else ./data]",
)
"""``--home`` behind a verb; without it the group's (``ctx.obj["home"]``) counts. The verb gets a Path."""

json_option = click.option("--json", "as_json", is_flag=True, help="JSON, one object a line.")


def reports_errors(verb: Callable[P, None]) -> Callable[P, None]:
    """Turn what went wrong into a message on stderr and the exit code of this module's text."""

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            verb(*args, **kwargs)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except ArchiveError as error:
            _stop(str(error), 2 if isinstance(error, QueryError) else 1)
        except sqlite3.DatabaseError as error:
            _stop(f"archive.db cannot be read: {error}; `gongkai verify` says what is damaged", 1)
        except KeyboardInterrupt:
            _stop("interrupted", 130)

    return run


def _stop(message: str, code: int) -> None:
    click.echo(f"gongkai: {message}", err=True)
    raise SystemExit(code)


@contextmanager
def _opened(home: Path) -> Iterator[Database]:
    db = open_database(home, create=False)
    try:
        yield db
    finally:
        db.close()


@click.command(context_settings=WORDS)
@click.argument("query", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many hits.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="How many hits to pass over first.")
@json_option
@home_option
@reports_errors
def search(query: Sequence[str], limit: int, offset: int, as_json: bool, home: Path) -> None:
    """Find documents.

    \b
    卫生 总结              both           "工作 总结"   exactly so
    计划 OR 总结           one of them    -转发         not this
    publisher:卫生局  index:076478684  number:〔2023〕10号  title:通知  source:ID
    trust:official  flag:altered  after:2023-05  before:2024   (days inclusive)

    Title hits come first, then official documents, then newer ones. In JSON the snippet is HTML: hits
    in <mark>, the characters & < > escaped.
    """
    asked = _text(query)
    with _opened(home) as db:
        found = search_documents(db, asked, limit, offset)
    if as_json:
        for hit in found.hits:
            _print_json(_hit_object(hit))
        return
    shown = f", {offset + 1}–{offset + len(found.hits)} shown" if found.total > len(found.hits) > 0 else ""
    click.echo(f"{printing.counted(found.total, 'document')}{shown}", err=True)
    for hit in found.hits:
        _print_lines(["", *printing.hit_lines(hit)])


@click.command(short_help="Show a document: its facts and text.")
@click.argument("document", metavar="ID")
@click.option("--version", type=click.IntRange(min=1), help="Number of the version [default: the current one]")
@json_option
@home_option
@reports_errors
def show(document: str, version: int | None, as_json: bool, home: Path) -> None:
    """Show a document: ID is its id, the first 4 or more digits of it, or its address."""
    with _opened(home) as db:
        stored = stored_record(db, resolve(db, document), version)
    if as_json:
        _print_json(stored.record | {"copies": [asdict(tie) for tie in stored.copies]})
    else:
        _print_lines(printing.record_lines(stored))


@click.command(short_help="Show what changed in a document, and when.")
@click.argument("document", metavar="ID")
@json_option
@home_option
@reports_errors
def history(document: str, as_json: bool, home: Path) -> None:
    """Show the versions of a document, when each was seen, and what changed. Times are UTC."""
    with _opened(home) as db:
        id = resolve(db, document)
        steps = document_history(db, id)
        title = stored_record(db, id).record["title"]
    if as_json:
        for step in steps:
            _print_json({"id": id} | asdict(step))
    else:
        _print_lines(printing.history_lines(title, id, steps))


def _since(ctx: click.Context, param: click.Parameter, given: str | None) -> str:
    if not given:
        return ""
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise click.BadParameter("a date or time is written 2026-11-21 or 2026-11-21T08:00:00Z") from None
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


@click.command(short_help="List what changed in the archive, newest first.")
@click.option("--since", callback=_since, metavar="DATE", help="From this day or time on, UTC [default: all]")
@click.option("--limit", type=click.IntRange(min=1), help="How many changes [default: all]")
@json_option
@home_option
@reports_errors
def changes(since: str, limit: int | None, as_json: bool, home: Path) -> None:
    """List what changed in the archive, newest first: created, text, metadata, attachment, gone, restored."""
    with _opened(home) as db:
        for change in archive_changes(db, since, limit or -1):
            if as_json:
                _print_json(asdict(change))
            else:
                click.echo(printing.change_line(change))


@click.command(short_help="Count documents, captures and issues.")
@json_option
@home_option
@reports_errors
def stats(as_json: bool, home: Path) -> None:
    """Count documents by trust, source and year, captures, and issues."""
    with _opened(home) as db:
        counted = archive_stats(db)
    if as_json:
        _print_json(asdict(counted))
    else:
        _print_lines(printing.stats_lines(counted))


@click.command(context_settings=WORDS, short_help="Write documents to JSON lines or CSV.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("query", metavar="[FILTER]...", nargs=-1, type=click.UNPROCESSED)
@click.option("--format", type=click.Choice(FORMATS), default="jsonl", show_default=True, help="Kind of files.")
@click.option("--include-untrusted", is_flag=True, help="Reposts, hijacked and unproven documents too.")
@click.option("--fold", is_flag=True, help="List copies with their original.")
@home_option
@reports_errors
def export(folder: Path, query: Sequence[str], format: str, include_untrusted: bool, fold: bool, home: Path) -> None:
    """Write the current versions of official documents into the new folder DIR; FILTER as in search.

    Pages that are gone are included, with gone_at. manifest.json says what was written. CSV is UTF-8 with
    BOM, arrays joined by " | ".
    """
    selection = Selection(_text(query), include_untrusted, fold)
    with _opened(home) as db:
        manifest = export_documents(db, folder, format, selection)
    folded = f", {printing.counted(manifest.folded, 'copy')} folded" if fold else ""
    click.echo(f"{printing.counted(manifest.documents, 'document')} ({manifest.gone:,} gone{folded})", err=True)
    for file in manifest.files:
        click.echo(f"{folder / file.name}")
    click.echo(f"{folder / 'manifest.json'}")


@click.command(short_help="Check every stored byte and row.")
@home_option
@reports_errors
def verify(home: Path) -> None:
    """Read the whole archive and compare it with its digests: every WARC record, every row."""
    with _opened(home) as db:
        found = verify_archive(db, home)
    for damage in found.damages:
        hope = "can be rebuilt" if damage.rebuildable else "cannot be rebuilt"
        said = printing.shown(f"{damage.where}: {damage.message} ({hope})")
        click.echo(f"{click.style(damage.kind, fg='red')}  {said}")
    looked = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in found.checked.items())
    click.echo(f"checked {looked}", err=True)
    if not found.sound:
        _stop(f"{printing.counted(len(found.damages), 'damage')} found", 1)
    click.echo("sound")


def _text(arguments: Sequence[str]) -> str:
    """The query that the shell cut into arguments. Bytes that are no UTF-8 become U+FFFD."""
    context = click.get_current_context()
    if "-h" in arguments:
        click.echo(context.get_help())
        context.exit()
    for argument in arguments:
        if argument.startswith("--"):
            raise click.NoSuchOption(argument, ctx=context)
    return " ".join(arguments).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _hit_object(hit: Hit) -> dict[str, Any]:
    escape = functools.partial(html.escape, quote=False)
    said = asdict(hit)
    del said["highlights"], said["title_highlights"]
    said["snippet"] = marked(hit.snippet, hit.highlights, lambda s: f"<mark>{escape(s)}</mark>", escape)
    return said


def _print_json(value: dict[str, Any]) -> None:
    click.echo(orjson.dumps(value))


def _print_lines(lines: Sequence[str] | Iterator[str]) -> None:
    for line in lines:
        click.echo(line)


COMMANDS: tuple[click.Command, ...] = (search, show, history, changes, stats, export, verify)
