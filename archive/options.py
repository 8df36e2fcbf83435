"""What the archive's verbs share: the options of the command line, how a query is put together from the shell's
arguments, and what becomes of an error.

Results go to stdout, everything else to stderr. Exit codes: 0 fine, 1 something failed and says what,
2 wrong use, 130 interrupted; a reader that goes away (``| head``) is no failure.
"""

from __future__ import annotations

import calendar
import functools
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, ParamSpec

import click
import orjson
from sqlite_utils import Database

from archive.clock import stamp
from archive.database import home_folder, open_database
from archive.errors import ArchiveError, ManifestMismatch, QueryError

__all__ = [
    "WORDS",
    "as_of_option",
    "check_argument",
    "home_option",
    "json_option",
    "opened",
    "print_json",
    "print_lines",
    "query_text",
    "reports_errors",
    "since_option",
    "stop",
]

P = ParamSpec("P")
WORDS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}  # so that -转发 and -hpv reach the query


def check_argument(given: str) -> None:
    """In a verb that takes WORDS: what stands where a folder or a name must, and looks like an option, is one that
    does not exist. Raises UsageError."""
    if given.startswith("-"):
        raise click.UsageError(f"No such option: {given} (--help lists them)")


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


def _moment(given: str, *, at_end: bool) -> str:
    """The UTC stamp of a day, month or year (its beginning, or its last second) or time; without a zone it is UTC."""
    try:
        day = _day(given, at_end=at_end)
        moment = datetime.combine(day, time(23, 59, 59) if at_end else time(), UTC)
    except ValueError:
        try:
            moment = datetime.fromisoformat(given)
        except ValueError:
            raise click.BadParameter(
                "no such date or time; they are written 2026, 2026-11, 2026-11-21 or 2026-11-21T08:00:00Z"
            ) from None
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _day(given: str, *, at_end: bool) -> date:
    """Raises ValueError."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?", given)
    if not found:
        return date.fromisoformat(given)
    year, month = int(found[1]), int(found[2] or (12 if at_end else 1))
    last = calendar.monthrange(year, month)[1] if at_end else 1  # raises IllegalMonthError, a ValueError
    return date(year, month, last)


def _since(ctx: click.Context, param: click.Parameter, given: str | None) -> str:
    return _moment(given, at_end=False) if given else ""


def _as_of(ctx: click.Context, param: click.Parameter, given: str | None) -> str | None:
    return _moment(given, at_end=True) if given else None


since_option = click.option(
    "--since", callback=_since, metavar="DATE", help="From this day or time on, UTC [default: all]"
)
"""The verb gets a UTC stamp, empty where nothing was asked for."""

as_of_option = click.option(
    "--as-of", callback=_as_of, metavar="DATE", help="As it was at this time, or at the end of this day, UTC."
)
"""The verb gets a UTC stamp or None. A day is one of UTC, as all times of captures are; it ends at 08:00 of
the next day in China. A time may name its zone (2026-11-22T00:00+08:00)."""


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
            stop(str(error), 2 if isinstance(error, QueryError | ManifestMismatch) else 1)
        except sqlite3.DatabaseError as error:
            stop(f"archive.db cannot be read: {error}; `gongkai verify` says what is damaged", 1)
        except KeyboardInterrupt:
            stop("interrupted", 130)

    return run


def stop(message: str, code: int) -> None:
    click.echo(f"gongkai: {message}", err=True)
    raise SystemExit(code)


@contextmanager
def opened(home: Path) -> Iterator[Database]:
    db = open_database(home, create=False)
    try:
        yield db
    finally:
        db.close()


def query_text(arguments: Sequence[str]) -> str:
    """The query that the shell cut into arguments. Bytes that are no UTF-8 become U+FFFD."""
    context = click.get_current_context()
    if "-h" in arguments:
        click.echo(context.get_help())
        context.exit()
    for argument in arguments:
        if argument.startswith("--"):
            raise click.NoSuchOption(argument, ctx=context)
    return " ".join(arguments).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def print_json(value: dict[str, Any]) -> None:
    click.echo(orjson.dumps(value))


def print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
