"""A real Chromium for the tests of the web page and for its screenshots, and the web page in a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.command import GONGKAI, ROOT

__all__ = ["Watched", "browser", "chromium", "serving"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 60_000  # milliseconds: the machines of continuous integration are slow


def chromium() -> str | None:
    """The path of a Chromium on this machine: ``GONGKAI_CHROMIUM``, one on the PATH, else Playwright's own."""
    named = os.environ.get("GONGKAI_CHROMIUM")
    for name in [named] if named else NAMES:
        if found := shutil.which(name):
            return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@contextmanager
def browser(path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=PATIENCE)
        try:
            yield started
        finally:
            started.close()


class Watched:
    """A page in a context of its own. Keeps what went wrong in it: errors in the console and in scripts, and requests
    to another host than that of ``base``."""

    def __init__(self, browser: Browser, base: str, **options: Any) -> None:
        self.base, self.host = base.rstrip("/"), urlsplit(base).netloc
        self.context: BrowserContext = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.context.on("request", self._asked)
        self.context.on("requestfailed", self._failed)

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path, wait_until="load")
        return self.page

    def close(self) -> None:
        self.context.close()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.text} ({message.location.get('url')})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith("data:") and urlsplit(request.url).netloc != self.host:
            self.foreign.append(request.url)

    def _failed(self, request: Request) -> None:
        """What the page's policy forbids never leaves the browser; a host that is not there was looked for."""
        if request.failure in ("csp", "net::ERR_BLOCKED_BY_CSP") and request.url in self.foreign:
            self.foreign.remove(request.url)


@contextmanager
def serving(home: Path, *options: str, **environment: str) -> Iterator[str]:
    """``gongkai serve`` on any free port; gives the address that it announces."""
    command = [*GONGKAI, "--home", str(home), "serve", "--port", "0", *options]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("GONGKAI_")}
    process = subprocess.Popen(
        command, env=inherited | {"PYTHONPATH": str(ROOT)} | environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    passing = threading.Thread()
    try:
        said = process.stderr.readline()
        found = re.search(r"http://\S+", said)
        assert found, said + process.stderr.read()
        passing = threading.Thread(target=lambda: sys.stderr.writelines(process.stderr or []), daemon=True)
        passing.start()  # what a failing page prints would fill the pipe, and then the server waits
        yield found[0]
    finally:
        process.terminate()
        process.wait(timeout=30)
        if passing.ident:
            passing.join(timeout=30)
        process.stderr.close()
