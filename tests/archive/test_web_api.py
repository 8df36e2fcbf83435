"""The JSON interface and the feeds: what their description promises is what they answer."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from archive.web.app import API_ROUTES
from archive.web.openapi import description
from tests.archive.conftest import Web

CASES = {
    "/api/search": ["", "?q=防汛&facets=1&fold=1", "?q=防汛&limit=3", "?q=没有这样的词"],
    "/api/documents/{id}": ["", "?version=1"],
    "/api/documents/{id}/history": [""],
    "/api/changes": ["", "?kind=gone", "?source=qingzhou&limit=2", "?since=2026-11-03"],
    "/api/sources": [""],
    "/api/openapi.json": [""],
}
WRONG = {
    "/api/search?limit=0": 400, "/api/search?limit=101": 400, "/api/search?q=%22": 400, "/api/search?cursor=x": 400,
    "/api/changes?kind=x": 400, "/api/changes?cursor=x": 400, "/api/changes?limit=a": 400,
    "/api/documents/ffffffffffffffff": 404, "/api/documents/{notice}?version=x": 400,
    "/api/documents/{notice}?version=7": 404, "/api/documents/{withdrawn}": 410, "/api/nowhere": 404,
}  # fmt: skip
ATOM = "{http://www.w3.org/2005/Atom}"


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    whole = description("http://127.0.0.1/")
    return Draft202012Validator({**schema, "components": whole["components"]})


def test_every_route_is_described_and_every_description_is_a_route() -> None:
    assert {route.path for route in API_ROUTES} == set(description("http://127.0.0.1/")["paths"]) == set(CASES)


def test_the_description_is_good_openapi(web: Web) -> None:
    said = web.client.get("/api/openapi.json").json
    assert said == description(web.base)
    assert said["openapi"].startswith("3.1.")
    assert said["servers"] == [{"url": web.base.rstrip("/")}]
    ids = [methods["get"]["operationId"] for methods in said["paths"].values()]
    assert len(ids) == len(set(ids))
    for path, methods in said["paths"].items():
        named = {p["name"] for p in methods["get"].get("parameters", []) if p["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))
    for schema in said["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    references = set(re.findall(r"'#/components/schemas/(\w+)'", str(said)))
    assert references <= set(said["components"]["schemas"])


@pytest.mark.parametrize(("path", "query"), [(path, query) for path, queries in CASES.items() for query in queries])
def test_answers_are_as_described(web: Web, path: str, query: str) -> None:
    described = description(web.base)["paths"][path]["get"]
    known = {p["name"] for p in described.get("parameters", [])}
    assert set(re.findall(r"(\w+)=", query)) <= known
    answer = web.client.get(path.replace("{id}", web.ids.notice) + query)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    schema = described["responses"]["200"]["content"]["application/json"]["schema"]
    validator(schema).validate(answer.json)


@pytest.mark.parametrize(("path", "status"), WRONG.items())
def test_errors_are_json_too(web: Web, path: str, status: int) -> None:
    answer = web.client.get(path.format(notice=web.ids.notice, withdrawn=web.ids.withdrawn))
    assert answer.status == status
    validator({"$ref": "#/components/schemas/Error"}).validate(answer.json)


def test_a_schema_would_notice(web: Web) -> None:
    said = web.client.get("/api/search").json
    check = validator({"$ref": "#/components/schemas/Hits"})
    assert check.is_valid(said)
    assert not check.is_valid(said | {"more": 1})
    assert not check.is_valid({k: v for k, v in said.items() if k != "next"})


@pytest.mark.parametrize(("path", "key"), [("/api/search?q=防汛", "hits"), ("/api/changes?", "changes")])
def test_a_cursor_leads_through_everything_once(web: Web, path: str, key: str) -> None:
    whole = web.client.get(f"{path}&limit=100").json
    assert whole["next"] is None
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = web.client.get(f"{path}&limit=7" + (f"&{urlencode({'cursor': cursor})}" if cursor else "")).json
        assert len(answer[key]) <= 7
        seen, cursor = seen + answer[key], answer["next"]
    assert seen == whole[key]
    assert len(seen) > 30


def test_a_document_says_where_its_values_were_read(web: Web) -> None:
    said = web.client.get(f"/api/documents/{web.ids.notice}").json
    assert said["origins"]["index_number"]["confidence"] == 0.95
    assert [tie["id"] for tie in said["copies"]] == [web.ids.repost]
    assert [version["number"] for version in said["versions"]] == [1, 2]
    steps = web.client.get(f"/api/documents/{web.ids.notice}/history").json["steps"]
    assert {s["text"] for s in steps[1]["difference"]["text"] if s["op"] == "+"} == {"请于6月8日前报送预案。"}


def test_feeds_are_atom(web: Web) -> None:
    counts = {}
    for path in (
        "/feed/changes.atom",
        "/feed/changes.atom?kind=gone",
        "/feed/source/yunling.atom",
        "/feed/search.atom?q=预案",
    ):
        answer = web.client.get(path)
        assert answer.headers["Content-Type"].startswith("application/atom+xml")
        feed = ElementTree.fromstring(answer.body)
        assert feed.tag == f"{ATOM}feed"
        for node in (feed, *feed.findall(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                assert node.findtext(f"{ATOM}{name}"), name
        links = [entry.find(f"{ATOM}link") for entry in feed.findall(f"{ATOM}entry")]
        assert all(link is not None and link.get("href", "").startswith(f"{web.base}doc/") for link in links)
        ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
        assert len(ids) == len(set(ids))
        counts[path] = len(ids)
    assert counts["/feed/changes.atom?kind=gone"] == 1
    assert counts["/feed/source/yunling.atom"] == 32
    assert counts["/feed/search.atom?q=预案"] == 1


def test_the_readme_of_the_interface_is_true(web: Web) -> None:
    page = web.client.get("/api").text
    for path in CASES:
        assert f"GET {path}" in page
