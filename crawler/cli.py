"""``gongkai``: the one command. Collecting verbs stand here, the archive's own come from ``archive.cli``.

stdout holds results only, everything else goes to stderr. Exit codes: 0 fine, 1 something failed and says what,
2 wrong use, 130 interrupted.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections import Counter
from pathlib import Path
from typing import NoReturn

import click
import orjson

from archive.cli import COMMANDS
from archive.clock import now
from archive.errors import ArchiveError
from archive.model import Listing, Mode
from archive.options import home_option
from archive.record import record_of_reading
from crawler.errors import CrawlerError, SourceError, UnusableInput
from crawler.source import Source

__all__ = ["gongkai", "main"]

URLS = click.option(
    "--urls", type=click.Path(path_type=Path), metavar="JSON", help="A JSON object {file name: address of the page}."
)
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--home", metavar="DIR", help="The archive's folder (default: $GONGKAI_HOME, else ./data).")
@click.version_option(package_name="gongkai", message="%(package)s %(version)s")
@click.pass_context
def gongkai(context: click.Context, home: str | None) -> None:
    """Crawl Chinese government disclosure sites into a searchable, versioned archive."""
    context.obj = {"home": home}
    try:
        now()
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@gongkai.command(short_help="Crawl sources now (none named: all).")
@click.argument("names", nargs=-1, metavar="[SOURCE]…")
@click.option("--full", is_flag=True, help="Walk every list to its end and fetch every known page again.")
@home_option
def crawl(names: tuple[str, ...], full: bool, home: Path) -> None:
    """Crawl sources now (no SOURCE: all). Safe to kill; the same command goes on where it was."""
    from crawler import crawling, progress
    from spiders.loader import spider_for

    spiders = [spider_for(source) for source in _sources(names)]
    mode: Mode = "full" if full else "recent"
    with progress.progress_for() as watcher:
        outcomes, interrupted = crawling.crawl(spiders, home, mode, watcher)
    for outcome in outcomes:
        pace = f" ({outcome.counts.get('fetched', 0) / outcome.seconds:.1f} pages/s)" if outcome.seconds else ""
        reasons = f" — {'; '.join(outcome.reasons)}" if outcome.reasons else ""
        if outcome.verdict is None:
            click.echo(f"{outcome.source}: not finished{reasons}", err=True)
        else:
            click.echo(f"{outcome.source}: {outcome.verdict}: {progress.summary(outcome.counts)}{pace}{reasons}")
    if interrupted:
        click.echo("Interrupted. Everything fetched is stored; run the same command again to go on.", err=True)
        sys.exit(130)
    sys.exit(0 if all(o.verdict in ("ok", "degraded") for o in outcomes) else 1)


@gongkai.command()
@click.option("--check", is_flag=True, help="Only check every source file; exit 2 if one cannot be used.")
@home_option
def sources(check: bool, home: Path) -> None:
    """List the sources with their state and last run."""
    from spiders.loader import load_source, source_files

    broken = 0
    status = {} if check else _status(home)
    for name, path in source_files().items():
        try:
            source = load_source(path)
        except SourceError as error:
            broken += 1
            click.echo(str(error), err=True)
            continue
        click.echo(f"{name}: fine" if check else _source_line(source, status.get(name)))
    sys.exit(2 if broken else 0)


@gongkai.command(name="import", short_help="Bring saved pages and WARC files into the archive.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@URLS
@home_option
def import_(paths: tuple[Path, ...], urls: Path | None, home: Path) -> None:
    """Bring saved pages into the archive: .html, .txt, .warc, .warc.gz, or folders of them."""
    from crawler.files import load_urls
    from crawler.importing import import_paths

    counts: Counter[str] = Counter()
    for done in import_paths(paths, home, load_urls(urls)):
        counts[done.result] += 1
        if done.result in ("failed", "skipped"):
            click.echo(f"{done.path}: {done.result}: {done.message}", err=True)
        else:
            click.echo(f"{done.document or '-':16}  {done.result:8}  {done.path}")
    click.echo(", ".join(f"{n} {what}" for what, n in sorted(counts.items())) or "nothing to import", err=True)
    sys.exit(1 if counts["failed"] else 0)


@gongkai.command(short_help="Read HTML or text files; print a JSON object a file.")
@FILES
@URLS
@click.option(
    "--explain",
    is_flag=True,
    help="Also print where each value was read, how far to believe it, and what lost against it.",
)
def extract(files: tuple[Path, ...], urls: Path | None, explain: bool) -> None:
    """Read HTML or text files; print one JSON object a file, in order. The archive is not touched."""
    from crawler.explain import explained
    from crawler.files import load_urls
    from crawler.reading import read_files

    failed = False
    for path, page, reading in read_files(files, load_urls(urls), None):
        record = record_of_reading(reading, path, page.url)
        if explain:
            record["explain"] = explained(reading)
        failed |= "error" in record
        _print_json(record)
    sys.exit(1 if failed else 0)


@gongkai.command(short_help="Read list pages; print a JSON object a file.")
@FILES
@URLS
def listing(files: tuple[Path, ...], urls: Path | None) -> None:
    """Read list pages; print one JSON object a file: entries, next page."""
    from crawler.files import load_urls
    from crawler.reading import read_files

    failed = False
    for path, _, reading in read_files(files, load_urls(urls), "list"):
        found = reading.listing
        record: dict[str, object] = {
            "file": path,
            "entries": _entries(found) if found else [],
            "next": found.next_url if found else None,
        }
        if reading.kind == "error":
            failed = True
            record["error"] = record_of_reading(reading, path, None)["error"]
        _print_json(record)
    sys.exit(1 if failed else 0)


@gongkai.command(short_help="Read stored captures again with the rules of now.")
@click.option("--rebuild", is_flag=True, help="Make the database again from the WARC files alone.")
@click.option("--replace", is_flag=True, help="With --rebuild: though there is a database (it is kept, renamed).")
@home_option
def reextract(rebuild: bool, replace: bool, home: Path) -> None:
    """Read every stored capture again with the rules of now; adds renditions, never versions.

    With --rebuild, archive.db is made from the WARC files alone, as if everything that they hold happened again; what
    was there stays until the new one is whole. Readings by older rules are not in the WARC files and do not come back.
    """
    from archive import Archive

    if rebuild:
        _rebuild(home, replace)
    if replace:
        raise click.UsageError("--replace is for --rebuild")
    from crawler.reextract import reextract as read_again
    from spiders.loader import load_source, source_files

    Archive(home, create=False).close()
    known = {name: load_source(path) for name, path in source_files().items()}
    counts = read_again(home, known)
    words = {
        "renditions": "read anew", "unchanged": "already read by this reader", "documents": "new documents",
        "unreadable": "without a document", "damaged": "damaged captures",
    }  # fmt: skip
    click.echo(", ".join(f"{counts[key]} {word}" for key, word in words.items() if counts[key]) or "nothing to read")
    sys.exit(1 if counts["damaged"] else 0)


@gongkai.command(short_help="Join another archive into this one.")
@click.argument("other", metavar="OTHER", type=click.Path(path_type=Path, file_okay=False))
@home_option
def merge(other: Path, home: Path) -> None:
    """Join the archive in the folder OTHER into this one; again, it changes nothing. OTHER is only read.

    What WARC files this archive lacks is copied, then its database is made from all of them, as with
    `reextract --rebuild`; the old one is kept beside it. Nothing else may write this archive meanwhile.
    """
    from archive.steps import steps
    from crawler.merging import merge as merge_archives

    with steps() as told:
        counts = merge_archives(home, other, told)
    words = {"brought": "WARC files brought", "documents": "documents", "versions": "versions", "captures": "captures"}
    said = ", ".join(f"{counts[key]:,} {word}" for key, word in words.items() if counts[key])
    click.echo(f"merged: {said}" if counts else "nothing new")
    sys.exit(1 if counts["damaged"] or counts["issue/capture_lost"] else 0)


def _rebuild(home: Path, replace: bool) -> NoReturn:
    from archive.steps import steps
    from crawler.rebuild import rebuild

    with steps() as told:
        counts = rebuild(home, told, replace=replace)
    words = {
        "documents": "documents", "versions": "versions", "captures": "captures", "runs": "runs", "files": "WARC files",
        "otherwise": "checks that come to something else today", "issue/run_unrecorded": "runs without a record",
        "issue/capture_lost": "lost answers", "damaged": "damages in the WARC files",
    }  # fmt: skip
    click.echo("rebuilt: " + ", ".join(f"{counts[key]:,} {word}" for key, word in words.items() if counts[key]))
    sys.exit(1 if counts["damaged"] or counts["issue/capture_lost"] else 0)


def _sources(names: tuple[str, ...]) -> list[Source]:
    """All sources asked for, checked before anything is crawled; raises SourceError."""
    from spiders.loader import load_source, source_files, sources_folder

    files = source_files()
    for name in names:
        if name not in files:
            near = difflib.get_close_matches(name, files, 1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(files) or 'none'}"
            raise SourceError(f"no source {name!r} in {sources_folder()}; {hint}")
    if not files:
        raise SourceError(f"{sources_folder()}: no source file (*.toml) in this folder")
    return [load_source(files[name]) for name in dict.fromkeys(names or files)]


def _status(home: Path) -> dict[str, tuple[object, ...]]:
    from archive import Archive

    if not (home / "archive.db").exists():
        return {}
    archive = Archive(home, create=False)
    try:
        query = "SELECT id, documents, pending, failed, last_run_at, last_verdict, reasons FROM source_status"
        return {row[0]: tuple(row[1:]) for row in archive.conn.execute(query)}
    finally:
        archive.close()


def _source_line(source: Source, status: tuple[object, ...] | None) -> str:
    head = f"{source.id:20} {source.name}  [{source.family or 'family: by detection'}]"
    if status is None:
        return f"{head}  never crawled"
    documents, pending, failed, at, verdict, reasons = status
    why = "; ".join(orjson.loads(str(reasons or "[]")))
    state = f"{documents} documents, {pending} waiting, {failed} failed; last run {at}: {verdict or 'unfinished'}"
    return f"{head}  {state}{f' ({why})' if why else ''}"


def _entries(found: Listing) -> list[dict[str, str | None]]:
    """Those with an address, then those that only a script opens (url null)."""
    unaddressed = [{"title": e.title, "url": None, "date": e.date} for e in found.without_address]
    return [{"title": e.title, "url": e.url, "date": e.date} for e in found.entries] + unaddressed


def _print_json(record: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


for _command in COMMANDS:
    gongkai.add_command(_command)


def main() -> None:
    """The command's entry: whatever is wrong with the input is one line on stderr, never a traceback."""
    try:
        gongkai(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (SourceError, UnusableInput) as error:
        click.echo(f"gongkai: {error}", err=True)
        sys.exit(2)
    except (ArchiveError, CrawlerError) as error:
        click.echo(f"gongkai: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
