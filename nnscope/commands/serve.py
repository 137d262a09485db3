"""`nnscope serve`: the debugger in a browser, for this machine only unless it is told otherwise."""

import os
import re
import shlex
import subprocess
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nnscope.commands.recording import FORBIDDEN
from nnscope.scenario.errors import wrong
from nnscope.scenario.library import find
from nnscope.script.options import is_script

if TYPE_CHECKING:
    from aiohttp import web
    from aiohttp.typedefs import Middleware
    from textual_serve.server import Server

Handler = Callable[["web.Request"], Awaitable["web.StreamResponse"]]
_ELSEWHERE = re.compile(r'<link\b[^>]*"https://fonts\.[^>]*>')
_FOCUS = """<script>
  const waiting = setInterval(() => {
    const keyboard = document.querySelector(".xterm-helper-textarea");
    if (keyboard && document.body.classList.contains("-first-byte")) {
      keyboard.focus();
      clearInterval(waiting);
    }
  }, 50);
</script>"""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""The names of this machine, for itself."""


def run(arguments: Namespace) -> int:
    """Serve until Ctrl+C; raises `ScenarioError` where that can't be, or may not."""
    try:
        from textual_serve.server import Server  # noqa: PLC0415  an extra, and 0.3 s
    except ImportError:
        raise wrong("", "the browser needs an extra: pip install 'nnscope[serve]'") from None
    may_run = arguments.scripts and not arguments.no_scripts
    if arguments.file and is_script(arguments.file) and not may_run:
        raise wrong("", f"{arguments.file} is a script, and opening one runs it: `nnscope serve` "
                    "does so only with --scripts")  # fmt: skip
    if arguments.file and not is_script(arguments.file):
        find(arguments.file)  # a wrong name is told now, and not in the browser
    if not may_run:
        os.environ[FORBIDDEN] = "1"  # also for what is opened in the browser
    host, port = arguments.host, arguments.port
    url = arguments.url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    server = Server(opening(arguments), host, port, "nnscope", url)
    server.console.quiet = True
    _tell(url, host, may_run)
    return _served(server, host, port)


def opening(arguments: Namespace) -> str:
    """Write the command that opens the debugger for one visitor."""
    # -P: what lies in this folder is no part of the program
    words = [sys.executable, "-P", "-m", "nnscope", "open", *_options(arguments)]
    words += [arguments.file, *arguments.arguments] if arguments.file else []
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def _options(arguments: Namespace) -> Sequence[str]:
    memory = arguments.script_memory and f"{arguments.script_memory // 2**10}KB"
    given = {"--loop": arguments.loop, "--cost": arguments.cost, "--seconds": arguments.seconds,
             "--script-memory": memory}  # fmt: skip
    return [word for name, value in given.items() if value for word in (name, str(value))]


def _tell(url: str, host: str, scripts: bool) -> None:
    print(f"nnscope is at {url} (Ctrl+C ends it)", flush=True)
    if host not in LOOPBACK:
        what = "open its scenarios, and run its scripts" if scripts else "open its scenarios"
        print(f"nnscope: warning: whoever reaches {host} can {what}", file=sys.stderr, flush=True)


def _served(server: "Server", host: str, port: int) -> int:
    from aiohttp import web  # noqa: PLC0415  with textual-serve

    async def made() -> web.Application:
        app = await server._make_app()
        app.middlewares.append(guard(host))
        app.middlewares.append(own_page())
        return app

    try:
        web.run_app(made(), host=host, port=port, print=lambda *_: None)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise wrong("", f"{host}:{port} can't be served: {reason}") from None
    return 0


def guard(host: str) -> "Middleware":
    """Give what refuses the pages of others.

    A browser opens a websocket to any address for any page: only a page of this server may use it.
    Where the server is for this machine only, it must also be called by a name of this machine, so
    that no other name can be made to point here (DNS rebinding).
    """
    from aiohttp import web  # noqa: PLC0415

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not is_own(host, request.host, request.headers.get("Origin", "")):
            raise web.HTTPForbidden(text="This is for pages of this server only.")
        return await handler(request)

    return guarded


def own_page() -> "Middleware":
    """Give what changes the page of textual-serve: it takes keys at once, and calls nobody else."""
    from aiohttp import web  # noqa: PLC0415

    @web.middleware
    async def changed(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if isinstance(response, web.Response) and response.content_type == "text/html":
            response.text = own_text(response.text or "")
        return response

    return changed


def own_text(page: str) -> str:
    """Take what another server has out of a page, and give the terminal the keyboard."""
    return _ELSEWHERE.sub("", page).replace("</body>", f"{_FOCUS}</body>")


def is_own(host: str, called: str, origin: str) -> bool:
    """Tell whether a request that calls the server so, from a page of this origin, may come in."""
    own, page = urlsplit(f"//{called}"), urlsplit(origin)
    if host in LOOPBACK and own.hostname not in LOOPBACK:
        return False
    is_same = page.netloc == called
    is_here = {own.hostname, page.hostname} <= {*LOOPBACK} and page.port == own.port
    return not origin or is_same or is_here
