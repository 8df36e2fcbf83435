"""The web page in a real Chromium: what a reader does there, with and without JavaScript; no error in the console, no
request to another host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.archive.conftest import Web
from tests.browser import Watched, browser, chromium

CHROMIUM = chromium()
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium: apt-get install chromium, or set GONGKAI_CHROMIUM to one"
)
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    assert CHROMIUM is not None
    with browser(CHROMIUM) as running:
        yield running


def quiet(watched: Watched) -> None:
    """Nothing went wrong and nobody else was asked."""
    assert watched.errors == []
    assert watched.foreign == []
    watched.close()


@pytest.mark.parametrize(("script", "size"), [(True, DESK), (False, DESK), (False, PHONE)])
def test_from_a_search_to_a_document(started: Browser, web: Web, script: bool, size: Any) -> None:
    watched = Watched(started, web.base, locale="en", viewport=size, java_script_enabled=script)
    page = watched.open("/")
    page.get_by_role("searchbox").fill("防汛 简报")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".count strong")).to_have_text("30 documents")
    expect(page.locator(".hit").first.locator("mark").first).to_have_text("防汛简报")
    page.locator(".years a").nth(1).click()
    expect(page.get_by_role("searchbox")).to_have_value("防汛 简报 after:2022 before:2022")
    expect(page.locator(".count strong")).to_have_text("6 documents")
    page.locator(".facets a", has_text="云岭县卫生健康局").first.click()
    expect(page.locator(".facets a.chosen")).to_have_count(1)
    page.locator(".facets a.chosen").click()
    page.locator(".hit a").first.click()
    expect(page.locator("h1")).to_contain_text("防汛简报")
    page.get_by_role("link", name="中文").click()
    expect(page.locator(".panel h2").first).to_have_text("著录")
    page.get_by_role("link", name="检索").click()
    expect(page.get_by_role("button", name="检索")).to_be_visible()
    quiet(watched)


@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("en", PHONE), ("zh", PHONE)])
def test_no_page_is_wider_than_its_window(started: Browser, web: Web, language: str, size: Any) -> None:
    watched = Watched(started, web.base, locale=language, viewport=size)
    ids = web.ids
    for path in ("/", "/?q=防汛", f"/doc/{ids.notice}", f"/doc/{ids.notice}/diff", f"/doc/{ids.hostile}", "/sources",
                 f"/doc/{ids.long}", "/sources/qingzhou", "/changes", "/api"):  # fmt: skip
        page = watched.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        assert page.title() != "owned"
    quiet(watched)


def test_where_a_value_was_read_is_shown(started: Browser, web: Web) -> None:
    for script in (True, False):
        watched = Watched(started, web.base, locale="en", java_script_enabled=script)
        page = watched.open(f"/doc/{web.ids.notice}")
        origin = page.locator("#origin-index_number")
        expect(origin).not_to_be_visible()
        page.locator("dd", has=origin).hover()
        expect(origin).to_be_visible()
        expect(origin).to_contain_text("table/tr[1]")
        page.mouse.move(5, 5)
        expect(origin).not_to_be_visible()
        page.locator("dd", has=origin).focus()
        expect(origin).to_be_visible()
        page.locator(".evidence summary").click()
        expect(page.locator(".evidence li")).to_have_text("government domain")
        expect(page.locator(".prose td").first).to_have_text("澜沂|一镇")
        expect(page.locator(".files li")).to_have_count(2)
        assert page.locator("a[href^=javascript]").count() == 0
        quiet(watched)


def test_two_versions_side_by_side(started: Browser, web: Web) -> None:
    watched = Watched(started, web.base, locale="zh")
    page = watched.open(f"/doc/{web.ids.notice}")
    page.get_by_role("link", name="与前一版对照").click()
    expect(page.locator("tr.changed del")).to_have_text("1")
    expect(page.locator("tr.changed ins")).to_have_text("8")
    page.get_by_label("前").select_option("2")
    page.get_by_label("后").select_option("1")
    page.get_by_role("button", name="对照").click()
    expect(page.locator("tr.changed ins")).to_have_text("1")
    quiet(watched)


def test_a_raw_capture_runs_nothing_and_asks_nobody(started: Browser, web: Web) -> None:
    watched = Watched(started, web.base, locale="en")
    page = watched.open(f"/doc/{web.ids.notice}/capture/{web.ids.capture}")
    frame = page.frame_locator("iframe.raw")
    expect(frame.locator("h1")).to_have_text("关于做好防汛工作的通知")
    expect(frame.locator("p")).to_contain_text("镕")
    assert frame.locator("h1").evaluate("getComputedStyle(document.body).color") == "rgb(18, 52, 86)"
    assert page.title() != "owned"
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the WARC records").click()
    assert download.value.suggested_filename == f"capture-{web.ids.capture}.warc.gz"
    assert watched.errors, "the browser says what it refused in the frame"
    refused = ("Content Security Policy", "is sandboxed")
    assert [error for error in watched.errors if not any(words in error for words in refused)] == []
    assert watched.foreign == []
    watched.close()
    alone = Watched(started, web.base, locale="en")
    page = alone.open(f"/raw/{web.ids.capture}")
    assert page.title() == "关于做好防汛工作的通知"
    assert page.evaluate("location.origin") == web.base.rstrip("/")
    assert alone.foreign == []
    alone.close()


def test_the_keyboard(started: Browser, web: Web) -> None:
    watched = Watched(started, web.base, locale="en")
    page = watched.open("/?q=防汛简报")
    hits = page.locator(".hit h2 a")
    page.keyboard.press("j")
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).not_to_be_visible()
    page.keyboard.press("/")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("云岭 j/k?")
    expect(field).to_have_value("云岭 j/k?")
    page.keyboard.press("Enter")
    expect(page.locator(".nothing")).to_be_visible()
    page = watched.open("/changes")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("article h1, .head h1")).to_be_visible()
    quiet(watched)


def test_hostile_words_do_nothing(started: Browser, web: Web) -> None:
    watched = Watched(started, web.base, locale="en")
    for path in (f"/doc/{web.ids.hostile}", "/?q=owned", "/changes", "/sources/qingzhou"):
        page = watched.open(path)
        assert page.title() != "owned"
        assert page.locator("img").count() == 0
        assert page.locator("main script").count() == 0
    quiet(watched)


def test_dark_and_on_paper(started: Browser, web: Web) -> None:
    watched = Watched(started, web.base, locale="en", color_scheme="dark")
    page = watched.open(f"/doc/{web.ids.notice}")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 23, 21)"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator(".top")).not_to_be_visible()
    expect(page.locator(".prose")).to_be_visible()
    quiet(watched)
