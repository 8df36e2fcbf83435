"""The address guard: every spelling of a private address is refused, and so is what a redirect leads to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from crawler.guard import RefusedRequest, check_address, check_url
from tests.command import Command

REFUSED = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://10.0.0.8/",
    "http://172.16.3.4/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://224.0.0.1/",
    "file:///etc/passwd",
    "ftp://lan.example/x",
    "data:text/html,x",
]


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_is_not_public_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGKAI_ALLOW_LOOPBACK", raising=False)
    with pytest.raises(RefusedRequest):
        check_url(url)


@pytest.mark.parametrize("url", ["http://www.lan.example/", "https://1.1.1.1/", "http://[2400:3200::1]/"])
def test_public_addresses_and_names_pass(url: str) -> None:
    check_url(url)


def test_only_loopback_passes_with_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ALLOW_LOOPBACK", "1")
    check_address("127.0.0.1")
    with pytest.raises(RefusedRequest):
        check_address("10.0.0.1")


class _Target(BaseHTTPRequestHandler):
    """Counts who comes; ``/go`` redirects to the loopback address in an odd spelling."""

    came: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.came.append(self.path)
        port = self.server.server_address[1]
        self.send_response(302 if self.path == "/go" else 200)
        if self.path == "/go":
            self.send_header("Location", f"http://2130706433:{port}/inner")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def target() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Target)
    _Target.came = []
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def source(host: str, port: int, domains: str = "") -> str:
    extra = f"domains = [{domains}]\n" if domains else ""
    return (
        f'name = "a"\nhomepage = "http://{host}:{port}/"\n{extra}'
        f'[[columns]]\nid = "c"\nurl = "http://{host}:{port}/go"\n'
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", socket.gethostname()])
def test_a_crawl_never_reaches_this_machine(host: str, target: int, tmp_path: Path) -> None:
    command = Command(tmp_path)
    command.add_source("inner", source(host, target))
    done = command.run("crawl", "inner", GONGKAI_ALLOW_LOOPBACK="0")
    assert done.returncode == 1
    assert _Target.came == []
    assert command.rows("SELECT DISTINCT code FROM issues") == [("refused",)]


def test_the_control_with_the_guard_open_does_reach_it(target: int, tmp_path: Path) -> None:
    command = Command(tmp_path)
    command.add_source("inner", source("127.0.0.1", target, f"'127.0.0.1:{target}', '2130706433'"))
    command.run("crawl", "inner")
    assert "/inner" in _Target.came


def test_a_redirect_to_another_host_is_refused(target: int, tmp_path: Path) -> None:
    command = Command(tmp_path)
    command.add_source("inner", source("127.0.0.1", target))
    assert command.run("crawl", "inner").returncode == 1
    assert "/go" in _Target.came
    assert "/inner" not in _Target.came
    assert command.rows("SELECT code FROM issues WHERE code = 'refused'") != []
    assert command.rows("SELECT status FROM captures WHERE kind = 'redirect'") == [(302,)]
