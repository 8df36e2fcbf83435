"""The dashboard of all sources, and the page of one."""

from __future__ import annotations

from click import unstyle
from starlette.requests import Request
from starlette.responses import Response

from archive.audit import audit
from archive.printing_audit import audit_lines
from archive.regions import region_name
from archive.web.charts import bars, every_month, line
from archive.web.dashboard import SourceState, UnknownSource, runs_of, sources, urls_of
from archive.web.pages import Site, page, site_of

__all__ = ["source_page", "source_states", "sources_page"]

SPARK = (150.0, 26.0)
CHART = (900.0, 90.0)
RUNS, URLS = 20, 50


def sources_page(request: Request) -> Response:
    states = source_states(site_of(request))
    sparks = {s.id: line([count for _, count in every_month(s.months)], *SPARK) for s in states}
    totals = {name: sum(getattr(s, name) for s in states) for name in ("documents", "gone", "waiting", "failed")}
    return page(request, "sources.html", states=states, sparks=sparks, totals=totals)


def source_page(request: Request) -> Response:
    id, site = request.path_params["id"], site_of(request)
    state = next((s for s in source_states(site) if s.id == id), None)
    if state is None:
        raise UnknownSource(f"no source {id[:80]!r} in this archive")
    with site.connections.reading() as db:
        runs = runs_of(db, id, RUNS)
        failed, waiting = urls_of(db, id, "failed", URLS), urls_of(db, id, "discovered", URLS)

    def audited() -> tuple[str, ...]:
        """What ``gongkai audit`` prints of the source, without its name."""
        with site.connections.reading() as db:
            lines = [unstyle(line) for found in audit(db, id).sources for line in audit_lines(found)]
        return tuple(lines[1:])

    months = bars(every_month(state.months), *CHART)
    return page(
        request,
        "source.html",
        state=state,
        runs=runs,
        months=months,
        failed=failed,
        waiting=waiting,
        audit=site.memo.get(("audit", id), audited),
        region=region_name(state.region) if state.region else "",
    )


def source_states(site: Site) -> tuple[SourceState, ...]:
    """The state of all sources, counted again only when the archive has changed."""

    def counted() -> tuple[SourceState, ...]:
        with site.connections.reading() as db:
            return sources(db)

    return site.memo.get("sources", counted)
