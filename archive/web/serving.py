"""Running the web page: the socket, the token, the server. The one file that knows uvicorn."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from archive.errors import ArchiveError
from archive.web.app import create_app
from archive.web.door import Entrance, is_loopback

__all__ = ["serve"]

BACKLOG = 256
GRACE = 5  # seconds that a stop waits for answers under way


def serve(home: Path, host: str, port: int, token: str | None, announce: Callable[[str], None]) -> None:
    """Serve until interrupted. ``port`` 0: any free one. ``announce`` is told the address once it can be called.

    On an address that other machines reach, a token is needed: ``token``, else ``GONGKAI_TOKEN``, else a new one,
    which the announced address carries. Raises ArchiveError where the address cannot be bound.
    """
    given = token or os.environ.get("GONGKAI_TOKEN") or None
    wanted = given or (None if is_loopback(host) else secrets.token_urlsafe(24))
    app = create_app(home, Entrance(host, wanted))
    with _bound(host, port) as listening:
        bound = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        announce(f"http://{shown}:{bound}/" + (f"?token={wanted}" if wanted and not given else ""))
        config = uvicorn.Config(
            app, access_log=False, log_level="warning", server_header=False, lifespan="on", backlog=BACKLOG,
            timeout_graceful_shutdown=GRACE, proxy_headers=False, ws="none", loop="asyncio", http="h11",
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[listening])


def _bound(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise ArchiveError(
            f"cannot listen on {host} port {port}: {error.strerror or error}; --port takes another one, 0 any"
        ) from error
