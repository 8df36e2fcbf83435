"""The JSON interface described as OpenAPI 3.1, written once: its page and its machine-readable form are made of this.

A test compares it with the routes there are, and real answers with its schemas.
"""

from __future__ import annotations

from typing import Any

from archive.model import METADATA_FIELDS
from archive.record import ARRAYS
from archive.vocab import FIELD_BY_NAME
from archive.web.change_stream import KINDS

__all__ = ["MOST", "description"]

MOST = 100
"""Results of one answer at most."""

Schema = dict[str, Any]
Parameter = tuple[str, Schema, str]  # name, schema, what it means
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
MAYBE: Schema = {"type": ["string", "null"]}
MAYBE_NUMBER: Schema = {"type": ["integer", "null"]}
TEXTS: Schema = {"type": "array", "items": TEXT}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _object(**properties: Schema) -> Schema:
    """An object that has all these and nothing else."""
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def _with(schema: Schema, description: str) -> Schema:
    return schema | {"description": description}


CURSOR = _with(MAYBE, "cursor of the next page, null on the last")
UTC = _with(TEXT, "UTC, YYYY-MM-DDThh:mm:ssZ")
MAYBE_UTC = _with(MAYBE, "UTC, YYYY-MM-DDThh:mm:ssZ")
FIELDS = {
    name: _with(TEXTS if name in ARRAYS else MAYBE, f"{FIELD_BY_NAME[name].label}: {FIELD_BY_NAME[name].meaning}")
    for name in METADATA_FIELDS
}
TRUST: Schema = {"type": "string", "enum": ["official", "claimed", "repost", "hijacked", "unknown"]}
TIE = _object(id=TEXT, title=MAYBE, url=TEXT, trust=TRUST, evidence=MAYBE)
CHANGE: Schema = {"type": "string", "enum": [*KINDS]}
HIT = _object(
    id=TEXT, title=MAYBE, url=TEXT, source=MAYBE, trust=TRUST, published_at=MAYBE, issued_on=MAYBE, publisher=MAYBE,
    index_number=MAYBE, document_number=MAYBE, gone_at=MAYBE_UTC, duplicate_of=MAYBE,
    snippet=_with(TEXT, "HTML: hits in <mark>, & < > escaped"), copies=_with(TEXTS, "ids folded under this hit"),
)  # fmt: skip
FACET = _object(
    field=TEXT,
    values=_list(_object(value=TEXT, label=TEXT, count=NUMBER, term=_with(TEXT, "adds this value to the query"))),
    exact=_with(TRUTH, "false: counted in a sample"),
)
DOCUMENT = _object(
    **{"id": TEXT, "source": MAYBE, "url": TEXT, "kind": TEXT, "text": TEXT, "markdown": TEXT, **FIELDS},
    attachments=_list({"type": "object"}), date_claims=_list({"type": "object"}), periods=_list({"type": "object"}),
    trust=TRUST, flags=TEXTS, version=NUMBER, captured_at=MAYBE_UTC, first_seen_at=UTC, last_seen_at=UTC,
    gone_at=MAYBE_UTC, duplicate_of=MAYBE, import_path=MAYBE, trust_evidence=TEXTS, originals=_list(_ref("Tie")),
    copies=_list(_ref("Tie")), versions=_list(_ref("Version")),
    origins=_with({"type": "object"}, "field → rule, where, snippet, confidence"), reader=TEXT, capture=NUMBER,
    payload_sha256=TEXT,
)  # fmt: skip
VERSION = _object(
    number=NUMBER, change=CHANGE, changed=TEXTS, not_before=MAYBE_UTC, seen_at=UTC, last_seen_at=UTC, capture=NUMBER,
    status=MAYBE_NUMBER, readable=TRUTH,
)  # fmt: skip
PROOF = _object(
    capture=NUMBER, url=TEXT, at=UTC, status=MAYBE_NUMBER, warc_file=TEXT, warc_offset=NUMBER, payload_sha256=TEXT
)
MAYBE_PROOF: Schema = {"oneOf": [_ref("Proof"), {"type": "null"}]}
STEP = _object(
    number=NUMBER, change=CHANGE, changed=TEXTS, not_before=MAYBE_UTC, seen_at=UTC, last_seen_at=UTC, url=TEXT,
    fetched_at=MAYBE_UTC, status=MAYBE_NUMBER, warc_file=TEXT, warc_offset=NUMBER, payload_sha256=TEXT,
    difference={"type": ["object", "null"]}, before=MAYBE_PROOF, after=_ref("Proof"),
    moved_to=_with({"type": ["object", "null"]}, "where the document went"),
    moved_from=_list({"type": "object"}),
)  # fmt: skip
ARCHIVE_CHANGE = _object(
    id=TEXT, title=MAYBE, url=TEXT, source=MAYBE, trust=TRUST, version=NUMBER, change=CHANGE, changed=TEXTS,
    not_before=MAYBE_UTC, seen_at=UTC, publisher=MAYBE, moved_to=MAYBE, moved_from=MAYBE, cursor=TEXT,
    before=MAYBE_PROOF, after=MAYBE_PROOF,
)  # fmt: skip
RUN = _object(
    id=NUMBER, mode=TEXT, started_at=UTC, finished_at=MAYBE_UTC, verdict=MAYBE, reasons=TEXTS, counts={"type": "object"}
)
SOURCE = _object(
    id=TEXT, name=TEXT, publisher=MAYBE, homepage=TEXT, family=MAYBE, region=MAYBE, verified=MAYBE, schedule=MAYBE,
    documents=NUMBER, gone=NUMBER, copies=NUMBER, official=NUMBER, waiting=NUMBER, failed=NUMBER,
    last_run={"oneOf": [_ref("Run"), {"type": "null"}]},
    issues=_list(_object(code=TEXT, level=TEXT, count=NUMBER, message=TEXT, url=MAYBE)),
    months=_with({"type": "object", "additionalProperties": NUMBER}, "YYYY-MM → documents"),
    filled=_list(_object(field=TEXT, percent={"type": "number"})),
    sampled=_with(MAYBE_NUMBER, "documents that months and filled were counted in; null: all"),
)  # fmt: skip
SCHEMAS = {
    "Tie": TIE, "Proof": PROOF, "Hit": HIT, "Facet": FACET, "Document": DOCUMENT, "Version": VERSION, "Step": STEP,
    "Change": ARCHIVE_CHANGE, "Run": RUN, "Source": SOURCE,
    "Hits": _object(
        query=TEXT, total=NUMBER, exact=_with(TRUTH, "false: there are more than total"), hits=_list(_ref("Hit")),
        facets=_list(_ref("Facet")), next=CURSOR,
    ),
    "Changes": _object(changes=_list(_ref("Change")), next=CURSOR),
    "History": _object(id=TEXT, steps=_list(_ref("Step"))),
    "Sources": _object(sources=_list(_ref("Source"))),
    "Error": _object(error=_object(code=TEXT, message=TEXT)),
}  # fmt: skip

Q = ("q", TEXT, "query, as in the search field; empty: all documents")
LIMIT = ("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": 20}, "results of one answer")
NEXT = ("cursor", TEXT, "the `next` of the answer before")
SWITCH: Schema = {"type": "string", "enum": ["0", "1"], "default": "0"}
ID = ("id", TEXT, "id of a document, its first digits where they are unambiguous")


def description(base: str) -> Schema:
    """The OpenAPI document; ``base``: address at which this server is called."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gongkai",
            "version": "1",
            "description": "Reads an archive of Chinese government disclosure documents. GET only.",
        },
        "servers": [{"url": base.rstrip("/")}],
        "paths": {
            "/api/search": _get(
                "search", "Find documents, best first", "Hits", Q, LIMIT, NEXT,
                ("facets", SWITCH, "1: with facets"), ("fold", SWITCH, "1: copies under their original"),
            ),
            "/api/documents/{id}": _get(
                "document", "One document whole, or one version of it", "Document",
                ("version", NUMBER, "number of the version; without it the current one"), path=ID,
            ),
            "/api/documents/{id}/history": _get(
                "history", "Every version, the capture that proves it, and what changed", "History", path=ID
            ),
            "/api/changes": _get(
                "changes", "What changed in the archive, newest first", "Changes",
                ("since", TEXT, "from this day or time on, UTC"), ("kind", CHANGE, "kind of change"),
                ("source", TEXT, "id of a source"), LIMIT, NEXT,
            ),
            "/api/sources": _get("sources", "The state of every source", "Sources"),
            "/api/openapi.json": {
                "get": {
                    "operationId": "openapi", "summary": "This description", "security": [],
                    "responses": {"200": _content("The description", {"type": "object"})},
                }
            },
        },
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }  # fmt: skip


def _get(id: str, summary: str, schema: str, *query: Parameter, path: Parameter | None = None) -> Schema:
    parameters = [_parameter("query", False, *one) for one in query]
    if path:
        parameters.insert(0, _parameter("path", True, *path))
    failures = {"400": "A query, cursor or number that cannot be read", "401": "A token is asked for"}
    failures |= {"404": "No such document", "410": "The document was withdrawn"} if path else {}
    responses = {"200": _content(summary, _ref(schema))}
    responses |= {status: _content(text, _ref("Error")) for status, text in failures.items()}
    return {"get": {"operationId": id, "summary": summary, "parameters": parameters, "responses": responses}}


def _parameter(place: str, required: bool, name: str, schema: Schema, text: str) -> Schema:
    return {"name": name, "in": place, "required": required, "schema": schema, "description": text}


def _content(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
