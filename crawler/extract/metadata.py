"""From what a page prints (labels, title, body, chrome) to one Metadata, each value with its origin.

The written order of each field stands here; where two printed values disagree the order decides and the
disagreement becomes an Issue (code ``conflict``). What each value means alone is read in ``values.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from archive.model import METADATA_FIELDS, DateClaim, Issue, Metadata, Origin, Period, Rejected
from archive.script import simplify, traditional_share
from crawler.extract.agencies import agencies_of_title, fold, full_name, place_of
from crawler.extract.claims import date_claims
from crawler.extract.classify import doc_type
from crawler.extract.confidence import FROM_OUTSIDE, confidence
from crawler.extract.divisions import full_name_by_codes
from crawler.extract.found import Found, Rule
from crawler.extract.labels import rank
from crawler.extract.numbers import is_index_number, title_number
from crawler.extract.parts import Parts, read_parts
from crawler.extract.period import find_period
from crawler.extract.surroundings import breadcrumb, is_shared, names_site, sharing_site, site_id_code
from crawler.extract.titles import choose_title, is_cut
from crawler.extract.values import ARRAYS, DATES, read_value
from crawler.source import Source

__all__ = ["Assembled", "Clues", "Found", "Rule", "assemble"]

PRINTED_FIRST: tuple[Rule, ...] = ("panel", "byline", "lines", "script", "meta", "file")
"""What a reader sees goes before what only a program sees: a tag may hold the day of a migration."""

ORDER: dict[str, tuple[Rule, ...]] = {
    "content_source": ("byline", "panel", "lines", "script", "meta", "file"),
    "editor": ("byline", "lines", "panel", "script", "meta", "file"),
    "site_name": ("meta", "lines", "panel", "byline", "script", "file"),
    "column": ("meta", "lines", "panel", "byline", "script", "file"),
}
FILLED_BY_TEMPLATE = ("content_source", "editor", "keywords", "summary")
"""Tags that some sites fill with their own name on every page: that says nothing of the document."""

ITSELF = ("本网", "本站", "本网站", "本站原创", "原创")

FILED = re.compile(
    r"/(?:art/|t)?(?P<y>20[0-3]\d)(?:(?P<s>[-/]?)(?P<m>0?[1-9]|1[0-2])[-/]?(?P<d>3[01]|[12]\d|0?[1-9]))(?=[/_.-])"
)

FORWARDS = ("转发", "批转")


@dataclass(frozen=True, slots=True)
class Clues:
    """All that one page offers. ``title`` is the heading that stands over the body, ``title_candidates`` other
    places that may hold it (meta tag, ``<title>``, list entry), best first; ``body`` the document's text alone;
    ``chrome`` the page's text outside the body, one block a line (breadcrumb, footer, byline)."""

    found: tuple[Found, ...] = ()
    title: str | None = None
    title_candidates: tuple[str, ...] = ()
    body: str = ""
    chrome: str = ""
    url: str | None = None
    entry_title: str | None = None
    entry_date: str | None = None


@dataclass(frozen=True, slots=True)
class Assembled:
    """``origins`` maps a field's name to where its value was read; ``rejected``: what else was offered."""

    metadata: Metadata
    origins: Mapping[str, Origin] = field(default_factory=dict)
    date_claims: tuple[DateClaim, ...] = ()
    issues: tuple[Issue, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    periods: tuple[Period, ...] = ()


def assemble(clues: Clues, source: Source | None = None) -> Assembled:
    """Choose every field's value: labelled ones, then the text's own parts, then what follows from those."""
    draft = _Draft(clues)
    draft.take_labelled()
    shared = is_shared(clues.chrome)
    draft.take_heading()
    parts = read_parts(clues.body, draft.text("title"))
    draft.take_parts(parts)
    draft.take_surroundings(shared)
    draft.take_source(source, shared)
    draft.take_title()
    draft.take_full_name(source, shared)
    claims = date_claims(clues.found, parts, shared=shared)
    draft.take_listed_date()
    draft.take_url_date()
    metadata = Metadata(**draft.values)
    return Assembled(metadata, draft.weighed(), claims, tuple(draft.issues), tuple(draft.rejected), draft.periods)


class _Draft:
    """The values so far: the first writer of a field wins."""

    def __init__(self, clues: Clues) -> None:
        self.clues = clues
        self.values: dict[str, Any] = {}
        self.origins: dict[str, Origin] = {}
        self.issues: list[Issue] = []
        self.rejected: list[Rejected] = []
        self.disputed: set[str] = set()
        self.periods: tuple[Period, ...] = ()

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def put(self, name: str, value: str | tuple[str, ...] | None, origin: Origin) -> None:
        if not value:
            return
        if name in self.values:
            self.lose(name, value, origin, f"{self.origins[name].rule} goes first")
        else:
            self.values[name], self.origins[name] = value, origin

    def lose(self, name: str, value: str | tuple[str, ...], origin: Origin, why: str) -> None:
        """Note a candidate that lost against the value of its field."""
        chosen = self.values[name]
        same = _agree(name, value, chosen)
        self.rejected.append(Rejected(name, value, origin, "says the same" if same else why))
        if not same and origin.rule not in FROM_OUTSIDE and not _within(name, value, chosen):
            self.disputed.add(name)

    def weighed(self) -> dict[str, Origin]:
        """The origins with their confidence."""
        return {
            name: replace(origin, confidence=confidence(origin, disputed=name in self.disputed))
            for name, origin in self.origins.items()
        }

    def take_labelled(self) -> None:
        labelled = {f.field for f in self.clues.found}
        for name in (name for name in METADATA_FIELDS if name in labelled):
            read = []
            for one in self.clues.found:
                if one.field == name and (value := read_value(name, one.value)):
                    read.append((one, value))
                elif one.field == name:
                    self.rejected.append(Rejected(name, one.value, _origin(one), "no value of this field"))
            rules = ORDER.get(name, PRINTED_FIRST)
            read.sort(key=lambda pair: (rules.index(pair[0].rule), rank(name, pair[0].label)))
            if read:
                found, value = _most_precise(name, read)
                self.put(name, value, _origin(found))
                for one, other in read:
                    if one is not found:
                        self.lose(name, other, _origin(one), _why(found, one))
                self._note_conflict(name, value, [other for _, other in read])
        self._drop_template_values()
        self._note_odd_index_number()

    def _drop_template_values(self) -> None:
        site = self.text("site_name")
        for name in FILLED_BY_TEMPLATE:
            value = self.values.get(name)
            if not value or self.origins[name].rule != "meta":
                continue
            own = next((s for s in (site, *ITSELF) if s and _agree(name, value, _like(value, s))), None)
            if own:
                why = "a tag that holds the site's name only"
                self.rejected.append(Rejected(name, self.values.pop(name), self.origins.pop(name), why))
                text = f"{name}: the tag holds the site's name only ({own})"
                self.issues.append(Issue("template_value", "info", text, url=self.clues.url))

    def _note_odd_index_number(self) -> None:
        number = self.text("index_number")
        if number and not is_index_number(number):
            text = f"index_number: {number} has not the shape of one; look at the panel"
            self.issues.append(Issue("odd_index_number", "warning", text, url=self.clues.url))

    def _note_conflict(self, name: str, chosen: Any, values: Iterable[Any]) -> None:
        others = [v for v in dict.fromkeys(values) if not _agree(name, v, chosen)]
        if others:
            data = {"field": name, "chosen": chosen, "others": others}
            text = f"{name}: the page also prints {', '.join(map(str, others))}"
            self.issues.append(Issue("conflict", "info", text, url=self.clues.url, data=data))

    def take_heading(self) -> None:
        """The title, chosen with the labelled one in view."""
        clues = self.clues
        chosen = choose_title(clues.title, self.text("title"), (*clues.title_candidates, clues.entry_title or ""))
        if chosen is None:
            return
        if chosen.title != self.text("title"):
            self.values["title"], self.origins["title"] = chosen.title, chosen.origin
        for title, origin in chosen.others:
            part = is_cut(title) or fold(title) in fold(chosen.title)
            self.lose("title", title, origin, "a part of the title" if part else f"{chosen.origin.where} goes first")

    def take_parts(self, parts: Parts) -> None:
        """The document's own number line, addressee, issuers and date."""
        title = self.text("title") or ""
        issuers, signed = parts.issuers, parts.signed_on
        if issuers and _is_forwarded(issuers[0], title):
            why = "signature of the paper that the title forwards"
            self.rejected.append(Rejected("issuers", *issuers, why))
            self.rejected += [Rejected("issued_on", *signed, why)] if signed else []
            issuers = signed = None
        for name, part in (
            ("document_number", parts.document_number),
            ("addressed_to", parts.addressed_to),
            ("issuers", issuers),
            ("effective_on", parts.effective_on),
        ):
            if part:
                self.put(name, *part)
        if signed:
            printed = self.values.get("issued_on")
            self.put("issued_on", *signed)
            if printed:
                self._note_conflict("issued_on", printed, [signed[0]])

    def take_surroundings(self, shared: bool) -> None:
        """Breadcrumb, footer and slogan."""
        chrome, path = self.clues.chrome, breadcrumb(self.clues.chrome)
        code = site_id_code(chrome)
        self.put("site_id_code", code, Origin("footer", "chrome", f"网站标识码 {code}"))
        if shared and (name := sharing_site(chrome)):
            self.put("site_name", name, Origin("name of the sharing site", "chrome", name))
        if path and not shared:
            origin = Origin("breadcrumb", "chrome", " > ".join(path)[:80])
            titled = fold(path[-1]) == fold(self.text("title") or "")
            self.put("site_name", path[0] if names_site(path[0]) else None, origin)
            self.put("column", path[-2] if titled and len(path) > 1 else path[-1], origin)

    def take_source(self, source: Source | None, shared: bool) -> None:
        """The source file's publisher, where the page names none and is no copy on a sharing site."""
        if source and source.publisher and not shared:
            self.put("publisher", source.publisher, Origin("source file", source.id, source.publisher))

    def take_title(self) -> None:
        """What the title says of the kind, the issuers and the period."""
        title = self.text("title")
        origin = Origin("title", "title", title or "")
        # Kinds and periods are told by Simplified words; names stay as printed.
        plain = simplify(title) if title and traditional_share(title) else title
        self.put("doc_type", doc_type(plain), origin)
        if number := title_number(title or ""):
            self.put("document_number", number.text, origin)
        self.put("issuers", agencies_of_title(title or ""), origin)
        covered = find_period(plain, self.clues.body, self.text("summary"))
        if covered.conflict:
            self.issues.append(Issue("period_conflict", "warning", covered.conflict, url=self.clues.url))
        told = Origin("period", covered.where, covered.snippet or "")
        self.put("period_start", covered.start, told)
        self.put("period_end", covered.end, told)
        self.periods = covered.periods

    def take_full_name(self, source: Source | None, shared: bool) -> None:
        """The publisher's full name, from the names around it, else by the codes of its place."""
        printed = self.text("publisher")
        if printed is None:
            return
        names = [*breadcrumb(self.clues.chrome), self.text("site_name") or "", *self.values.get("issuers", ())]
        if source:
            names += [source.publisher or "", source.name]
        names += [self.text("content_source") or "", self.text("title") or ""]
        full = full_name(printed, names)
        self.put("publisher_full", full, Origin("publisher and the site's names", "page", printed))
        codes = [] if full or shared else [source.region if source else None, self.text("site_id_code")]
        if coded := full_name_by_codes("".join(printed.split()), filter(None, codes)):
            self.put("publisher_full", coded, Origin("region code", "source and footer", " ".join(filter(None, codes))))

    def take_listed_date(self) -> None:
        """The list's date, where the page itself prints none."""
        listed = self.clues.entry_date
        if listed and (day := read_value("published_at", listed)):
            self.put("published_at", day, Origin("list entry", "list", listed))

    def take_url_date(self) -> None:
        """Last of all the day in the address, where a content system files the page under it."""
        match = FILED.search(self.clues.url or "")
        if match and (day := read_value("published_at", f"{match['y']}-{match['m']}-{match['d']}")):
            self.put("published_at", day, Origin("address", "url", match[0]))


def _is_forwarded(names: tuple[str, ...], title: str) -> bool:
    """Whether a signature is that of the paper that the title forwards: not of the body that forwards, but of one that
    the title names as the author (转发市教育局关于…)."""
    if not any(word in title for word in FORWARDS):
        return False
    forwarding = agencies_of_title(title)
    if forwarding:
        return not set(names) & set(forwarding)
    return any(name[len(place_of(name) or "") :] in title for name in names)


def _most_precise(name: str, read: list[tuple[Found, Any]]) -> tuple[Found, Any]:
    """The first value; of dates on its day, the one with the time."""
    if name != "published_at":
        return read[0]
    return max((pair for pair in read if pair[1][:10] == read[0][1][:10]), key=lambda pair: len(pair[1]))


def _why(chosen: Found, lost: Found) -> str:
    if chosen.rule != lost.rule:
        return f"{chosen.rule} goes before {lost.rule}"
    return f"{chosen.label} goes before {lost.label}" if chosen.label != lost.label else "another stands before it"


def _within(name: str, a: Any, b: Any) -> bool:
    """Whether one value is the other with more words (市卫健委 of 临江市卫健委): no contradiction."""
    if name in DATES or name in ARRAYS:
        return False
    return fold(a) in fold(b) or fold(b) in fold(a)


def _like(value: Any, text: str) -> Any:
    return (text,) if isinstance(value, tuple) else text


def _agree(name: str, a: Any, b: Any) -> bool:
    if name in DATES:
        return bool(a[:10] == b[:10])
    return "".join(map(fold, a)) == "".join(map(fold, b)) if name in ARRAYS else fold(a) == fold(b)


def _origin(found: Found) -> Origin:
    return Origin(found.rule, found.where, f"{found.label}：{found.value}"[:120])
