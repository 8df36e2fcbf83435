"""A plain site of thousands of generated articles, cheap to serve, for kill tests and the bench.

Lists ``index.html``, ``index_1.html`` … (50 a page), articles ``/d/<number>.html`` of about 1,600 characters in pages
of some 12 kB, rendered from a stock of paragraphs. asyncio, keep-alive, one process of its own:

    python -m tests.sites.big --pages 2000 --port 0 --slow 0.05

prints its port on a line of its own, then serves until it is terminated. ``--slow``: every answer waits a random
time up to that many seconds, one in a hundred ten times as long. Control and log addresses as in ``server``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

from tests.sites.wording import NUMERALS, Writer

__all__ = ["PER_PAGE", "BigSite", "main", "source_toml"]

PER_PAGE = 50
NEWEST = date(2024, 6, 1)
NAME, ID_CODE, REGION = "渔汊市卫生健康委员会", "3382000011", "338200"
TOWNS = ("上汊街道", "鹭洲镇", "盐仓镇", "七里乡", "横港镇")


def source_toml(base_url: str) -> str:
    """The source file of this site, served at ``base_url``."""
    return f"""name = "{NAME}"
publisher = "{NAME}"
homepage = "{base_url}/"
family = "html"
region = "{REGION}"
seen_at = "a local test site"
schedule = "daily"

[fetch]
delay = 0

[[columns]]
id = "all"
name = "工作动态"
url = "{base_url}/index.html"

[expect]
documents = 20
fill = {{ title = 1.0, published_at = 1.0 }}
"""


class BigSite:
    """The pages as bytes; what was changed and removed is told through ``control``."""

    def __init__(self, pages: int, seed: str = "big") -> None:
        writer = Writer(seed, "渔汊", TOWNS)
        self.pages = pages
        chance = random.Random(seed)
        self._stock = [f"<p>{writer.paragraph(4)}</p>\n".encode() for _ in range(1500)]
        self._titles = [writer.heading(2, 1).removeprefix(f"（{NUMERALS[0]}）") for _ in range(200)]
        self._picks = [chance.sample(range(1500), 11) for _ in range(pages)]
        self.changed: set[int] = set()
        self.removed: set[int] = set()
        self._menu = "".join(f'<li><a href="/m/{n}.html">栏目导航{n}</a></li>\n' for n in range(150))

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a path."""
        name = path.removeprefix("/")
        if name in ("", "index.html"):
            return 200, self._list(0)
        if name.startswith("index_") and name[6:-5].isdigit() and int(name[6:-5]) * PER_PAGE < self.pages:
            return 200, self._list(int(name[6:-5]))
        number = name.removeprefix("d/").removesuffix(".html")
        if number.isdigit() and int(number) < self.pages and int(number) not in self.removed:
            return 200, self._article(int(number))
        return 404, "<html><body>404 页面不存在</body></html>".encode()

    def title(self, number: int) -> str:
        return f"{self._titles[number % 200]}（{number}号）"

    def _article(self, number: int) -> bytes:
        day = NEWEST - timedelta(days=number // 10)
        note = f"<p>更正说明：第{number % 9 + 1}项数据更正为{number * 31 % 7000}。</p>\n"
        head = f"""<div class="article"><h1>{self.title(number)}</h1>
<div class="info">发布时间：{day} 来源：{NAME}</div><div class="content">
<p>编号{number}的情况如下，共涉及{number * 17 % 900 + 10}个单位。</p>
{note if number in self.changed else ""}"""
        body = b"".join(self._stock[pick] for pick in self._picks[number])
        return self._wrap(self.title(number), head.encode() + body + b"</div></div>")

    def _list(self, page: int) -> bytes:
        numbers = range(page * PER_PAGE, min(self.pages, (page + 1) * PER_PAGE))
        lines = "\n".join(
            f'<li><a href="/d/{n}.html">{self.title(n)}</a><span>({NEWEST - timedelta(days=n // 10)})</span></li>'
            for n in numbers
            if n not in self.removed
        )
        last = (page + 1) * PER_PAGE >= self.pages
        onward = "<span>下一页</span>" if last else f'<a href="index_{page + 1}.html">下一页</a>'
        middle = f'<div class="list"><ul>\n{lines}\n</ul><div class="page">{onward}</div></div>'
        return self._wrap("工作动态", middle.encode())

    def _wrap(self, title: str, middle: bytes) -> bytes:
        head = f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title} - {NAME}</title><meta name="SiteName" content="{NAME}"></head><body>
<div class="nav"><ul>{self._menu}</ul></div>
"""
        foot = f'\n<div class="foot">主办单位：{NAME} 网站标识码：{ID_CODE}</div></body></html>\n'
        return head.encode() + middle + foot.encode()

    def control(self, query: dict[str, str]) -> dict[str, object]:
        """``change=N`` corrects, ``remove=N`` removes N untouched articles; returns their paths."""
        done: dict[str, object] = {}
        for verb, touched in (("change", self.changed), ("remove", self.removed)):
            free = [n for n in range(self.pages) if n not in self.changed | self.removed]
            n = min(int(query.get(verb, "0")), len(free))
            numbers = [free[i * len(free) // n] for i in range(n)]
            touched.update(numbers)
            done[verb] = [f"/d/{number}.html" for number in numbers]
        return done


class _Connection(asyncio.Protocol):
    """One keep-alive connection; requests are answered in their order."""

    def __init__(self, site: BigSite, slow: float, log: list[str]) -> None:
        self._site, self._slow, self._log = site, slow, log
        self._read = b""
        self._busy = False
        self._random = random.Random(len(log))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        self._next()

    def _next(self) -> None:
        if self._busy or b"\r\n\r\n" not in self._read:
            return
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        self._busy = True
        wait = 0.0 if target.startswith("/__") else self._delay()
        asyncio.get_running_loop().call_later(wait, self._answer, method, target)

    def _delay(self) -> float:
        return self._slow * self._random.random() * (10 if self._random.random() < 0.01 else 1)

    def _answer(self, method: str, target: str) -> None:
        parts = urlsplit(target)
        if parts.path == "/__log__":
            status, body, kind = 200, "".join(self._log).encode(), "application/x-ndjson"
        elif parts.path == "/__control__":
            done = self._site.control(dict(parse_qsl(parts.query)))
            status, body, kind = 200, json.dumps(done).encode(), "application/json"
        else:
            (status, body), kind = self._site.get(parts.path), "text/html; charset=utf-8"
            visit = {"time": time.time(), "method": method, "path": target, "status": status}
            self._log.append(json.dumps(visit) + "\n")
        phrase = {200: "OK", 404: "Not Found"}[status]
        head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + (b"" if method == "HEAD" else body))
        self._busy = False
        self._next()


async def _serve(site: BigSite, port: int, slow: float) -> None:
    log: list[str] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(site, slow, log), "127.0.0.1", port, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, ended.set)
    await ended.wait()
    server.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.sites.big", description="a big local site")
    parser.add_argument("--pages", type=int, default=2000, help="articles (default 2000)")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--slow", type=float, default=0.0, help="seconds that an answer waits at most, mostly")
    given = parser.parse_args(arguments)
    asyncio.run(_serve(BigSite(given.pages), given.port, given.slow))
    return 0


if __name__ == "__main__":
    sys.exit(main())
