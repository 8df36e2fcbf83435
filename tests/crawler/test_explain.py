"""How far a value is to be believed, what lost against it, and how ``extract --explain`` says so."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import get_args

from archive.model import METADATA_FIELDS, Reading
from archive.record import EXTRACT_KEYS
from archive.renditions import plain_origin
from crawler.explain import explained
from crawler.extract.confidence import FROM_OUTSIDE, TABLE
from crawler.extract.metadata import Assembled, Clues, Found, Rule, assemble
from crawler.extract.page import PageInput, read
from tests.command import ROOT, Command

PAGE = """<html><head><title>关于防汛的通知_临江市政府</title>
<meta name="PubDate" content="2023-11-10 08:00"></head>
<body><table><tr><td>索引号：</td><td>123456789/2021-00001</td><td>发布机构：</td><td>临江市水利局</td></tr>
<tr><td>发布日期：</td><td>2021-09-06</td><td>文号：</td><td>无</td></tr></table>
<h1>关于防汛的通知</h1><div id="zoom"><p>各县政府：</p><p>请认真做好防汛工作，落实各项责任，确保安全度汛。</p>
<p>临江市水利局</p><p>2021年9月6日</p></div></body></html>"""


def found(field: str, value: str, rule: Rule = "panel", label: str = "标签") -> Found:
    return Found(label, field, value, rule, "line 1")


def made(*values: Found, **rest: str) -> Assembled:
    return assemble(replace(Clues(values), **rest))  # type: ignore[arg-type]


def test_every_rule_has_its_place_in_the_order() -> None:
    assert TABLE["panel"] > TABLE["byline"] > TABLE["signature"] > TABLE["meta"] > TABLE["script"] > TABLE["file"]
    assert all(0 < value <= 1 for value in TABLE.values())
    assert set(TABLE) > FROM_OUTSIDE


def test_every_rule_that_the_reader_names_is_in_the_table() -> None:
    named = {
        node.args[0].value
        for path in (ROOT / "crawler" / "extract").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Origin"
        if isinstance(node.args[0], ast.Constant)
    }
    assert len(named) > 10
    assert named | set(get_args(Rule)) <= set(TABLE)


def test_a_contradiction_lowers_and_is_told() -> None:
    alone = made(found("published_at", "2021-09-06", "byline"))
    both = made(found("published_at", "2021-09-06", "byline"), found("published_at", "2023-11-10", "meta", "PubDate"))
    assert alone.origins["published_at"].confidence == TABLE["byline"]
    assert (both.origins["published_at"].confidence or 1) < TABLE["meta"] + 0.05
    (lost,) = both.rejected
    assert (lost.field, lost.value, lost.origin.rule, lost.why) == (
        "published_at", "2023-11-10", "meta", "byline goes before meta",
    )  # fmt: skip


def test_a_candidate_that_says_the_same_lowers_nothing() -> None:
    both = made(found("published_at", "2021-09-06", "byline"), found("published_at", "2021/9/6", "meta"))
    assert both.origins["published_at"].confidence == TABLE["byline"]
    assert [lost.why for lost in both.rejected] == ["says the same"]


def test_what_stands_outside_the_page_lowers_nothing() -> None:
    listed = made(found("published_at", "2021-09-06"), entry_date="2021-09-09")
    assert listed.origins["published_at"].confidence == TABLE["panel"]
    assert [(lost.value, lost.why) for lost in listed.rejected] == [("2021-09-09", "panel goes first")]


def test_a_shorter_name_is_no_contradiction() -> None:
    names = made(found("publisher", "临江市水利局"), found("publisher", "水利局", "meta"))
    assert names.origins["publisher"].confidence == TABLE["panel"]


def test_a_value_that_is_none_is_told() -> None:
    (lost,) = made(found("issued_on", "近日")).rejected
    assert (lost.field, lost.value, lost.why) == ("issued_on", "近日", "no value of this field")


def test_titles_that_lost() -> None:
    titles = replace(Clues(), title="关于防汛的通知", title_candidates=("关于防汛的通知（全文）", "首页"))
    assert [(r.value, r.why) for r in assemble(titles).rejected] == [
        ("关于防汛的通知（全文）", "heading goes first"), ("首页", "heading goes first"),
    ]  # fmt: skip
    cut = replace(Clues(), title="关于做好夏季防汛的…", title_candidates=("关于做好夏季防汛的通知",))
    assert [(r.value, r.why) for r in assemble(cut).rejected] == [("关于做好夏季防汛的…", "a part of the title")]


def test_the_signature_of_a_forwarded_paper_is_told() -> None:
    title = "临江市人民政府办公室转发市教育局关于扩班请示的通知"
    body = "各县政府：\n同意请示，请执行。\n关于扩班的请示\n临江市教育局\n2021年6月1日"
    assert {(r.field, r.why) for r in made(title=title, body=body).rejected} == {
        ("issuers", "signature of the paper that the title forwards"),
        ("issued_on", "signature of the paper that the title forwards"),
    }


def test_explained_says_all_fields() -> None:
    said = explained(read(PageInput(PAGE.encode())))["fields"]
    assert isinstance(said, dict)
    assert tuple(said) == METADATA_FIELDS
    assert said["index_number"]["value"] == "123456789/2021-00001"
    assert said["published_at"]["origin"]["rule"] == "panel"
    assert [lost["origin"]["rule"] for lost in said["published_at"]["rejected"]] == ["meta"]
    assert said["document_number"] == {
        "value": None, "parsed": None, "origin": None, "confidence": None,
        "rejected": said["document_number"]["rejected"],
    }  # fmt: skip
    assert explained(Reading("list"))["fields"] == {}


def test_numbers_are_taken_apart() -> None:
    page = PAGE.replace("<td>无</td>", "<td>临水发【2021】 07号</td>")
    said = explained(read(PageInput(page.encode())))["fields"]
    assert isinstance(said, dict)
    assert said["document_number"]["parsed"] == {
        "text": "临水发【2021】 07号", "code": "临水发", "year": 2021, "serial": "7", "canonical": "临水发〔2021〕7号",
    }  # fmt: skip
    assert said["index_number"]["parsed"] == {
        "front": "123456789", "organisation": None, "category": None, "year": 2021, "month": None, "serial": 1,
        "part": None, "series": "123456789/2021",
    }  # fmt: skip
    assert "parsed" not in said["publisher"]


def test_the_command_says_it_only_when_asked(tmp_path: Path) -> None:
    command = Command(tmp_path)
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    plain, more = (json.loads(command.run("extract", "page.html", *flag).stdout) for flag in ((), ("--explain",)))
    assert tuple(plain) == EXTRACT_KEYS
    assert more["explain"]["fields"]["publisher"]["confidence"] == TABLE["panel"]
    assert all("confidence" not in claim["origin"] for claim in plain["date_claims"])


def test_a_stored_origin_has_the_key_only_where_there_is_one() -> None:
    origin = made(found("publisher", "临江市水利局")).origins["publisher"]
    assert plain_origin(origin)["confidence"] == TABLE["panel"]
    assert set(plain_origin(replace(origin, confidence=None))) == {"rule", "where", "snippet"}
