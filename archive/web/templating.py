"""Templates and what they may do with a stranger's text. The one file that knows Jinja2.

Everything is escaped. On the way to a page, characters that steer (controls, changes of direction) become U+FFFD, and
what is too long to be shown is cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from archive.snippets import Span, marked
from archive.web.language import field_label

__all__ = ["STATIC", "TEMPLATES", "fill", "safe_address", "shown"]

HERE = Path(__file__).parent
TEMPLATES, STATIC = HERE / "templates", HERE / "static"
STEERING = dict.fromkeys(
    [*(set(range(0x20)) - {0x09, 0x0A}), *range(0x7F, 0xA0), 0x061C, *range(0x200E, 0x2010), *range(0x202A, 0x202F),
     *range(0x2066, 0x206A), 0xFFFE, 0xFFFF],
    "\ufffd",
)  # fmt: skip
LONGEST = 300  # characters of a title, name or value in a line


def shown(text: object, longest: int = LONGEST) -> str:
    """A text as a page may show it; None is the empty text."""
    plain = "" if text is None else str(text)
    cut = plain if len(plain) <= longest else plain[:longest] + "…"
    return cut.translate(STEERING)


def safe_address(url: object) -> str | None:
    """The address if a link may lead there: http and https only, never ``javascript:``."""
    text = str(url or "").strip()
    try:
        scheme = urlsplit(text).scheme.lower()
    except ValueError:
        return None
    return text if scheme in ("http", "https") else None


def fill(template: str, **context: object) -> str:
    """The page that a template makes of its context."""
    return ENVIRONMENT.get_template(template).render(**context)


def _marked(text: str | None, spans: Iterable[Span], longest: int = LONGEST) -> Markup:
    """The text with its hits in ``<mark>``."""
    plain = text or ""
    within = [(start, min(end, longest)) for start, end in spans if start < longest]
    html = marked(
        plain[:longest], within, lambda s: f"<mark>{escape(shown(s))}</mark>", lambda s: str(escape(shown(s)))
    )
    return Markup(html + ("…" if len(plain) > longest else ""))  # every piece is escaped above


def _day(moment: object) -> str:
    return str(moment)[:10] if moment else ""


def _moment(stamp: object) -> str:
    """``YYYY-MM-DD hh:mm`` of a stored time."""
    return str(stamp)[:16].replace("T", " ") if stamp else "—"


def _number(value: object) -> str:
    return f"{value:,}"


def _size(length: object) -> str:
    amount, units = float(str(length)), ["bytes", "kB", "MB", "GB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{amount:,.0f} {units[0]}" if units[0] == "bytes" else f"{amount:,.1f} {units[0]}"


def _host(url: object) -> str:
    try:
        return urlsplit(str(url)).netloc
    except ValueError:
        return ""


def _stamp_of_static() -> str:
    """Changes with the static files, so that browsers may keep them for good."""
    digest = sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "shown": shown, "safe_address": safe_address, "marked": _marked, "day": _day, "moment": _moment,
        "number": _number, "size": _size, "host": _host, "part": lambda text: quote(str(text), safe=""),
    }  # fmt: skip
    environment.globals |= {"field_label": field_label, "static": f"/static/{_stamp_of_static()}"}
    return environment


ENVIRONMENT = _environment()
