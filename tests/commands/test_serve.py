"""`nnscope serve`: in a browser, for this machine, and without scripts unless told."""

import asyncio
import os
import re
import socket
from argparse import Namespace
from urllib.parse import urlsplit

import aiohttp
import pytest

from nnscope.commands.recording import FORBIDDEN
from nnscope.commands.serve import is_own, opening
from tests.commands.shell import Shell, ended, started


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


async def test_a_browser_sees_the_debugger_and_another_page_is_refused(port: int) -> None:
    process = started("-m", "nnscope", "serve", "single_neuron", "--port", str(port))
    try:
        assert process.stdout is not None
        line = await asyncio.to_thread(process.stdout.readline)
        assert line == f"nnscope is at http://127.0.0.1:{port} (Ctrl+C ends it)\n"
        async with aiohttp.ClientSession() as session:
            await _until_it_listens(port)
            await _see(session, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        status, _, err = await asyncio.to_thread(ended, process)
    assert (status, err) == (0, "")


async def _until_it_listens(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


async def _see(session: aiohttp.ClientSession, url: str) -> None:
    async with session.get(url) as page:
        assert page.status == 200
        text = await page.text()
        assert f"{url.replace('http', 'ws')}/ws" in text
        assert "keyboard.focus()" in text, "keys are for the debugger before anything is clicked"
        assert {
            urlsplit(found).netloc for found in re.findall(r'(?:href|src)="(http[^"]+)', text)
        } == {urlsplit(url).netloc}, "nothing is loaded from elsewhere"
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
        async with session.get(f"{url}/ws", headers=headers) as refused:
            assert refused.status == 403
    async with session.ws_connect(f"{url}/ws?width=80&height=24", origin=url) as terminal:
        await _receives(terminal, "at the start")
        await terminal.send_json(["stdin", "n"])
        await _receives(terminal, "forward 1/9")


async def _receives(terminal: aiohttp.ClientWebSocketResponse, wanted: str) -> None:
    """Wait until a text is shown, whatever escape sequences stand between its words."""
    found = ""
    async with asyncio.timeout(30):
        while wanted.replace(" ", "") not in re.sub(r"\x1b\[[^a-zA-Z]*[a-zA-Z]|\s", "", found):
            message = await terminal.receive()
            assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT)
            data = message.data
            found += data if isinstance(data, str) else data.decode("utf-8", "replace")


def test_a_script_is_served_only_if_that_is_told(shell: Shell) -> None:
    told = shell.mistake("serve", "homework.py")
    assert told == (
        "homework.py is a script, and opening one runs it: `nnscope serve` does so only with "
        "--scripts"
    )
    assert shell.mistake("serve", "homework.py", "--scripts", "--no-scripts") == told
    assert shell.mistake("serve", "two_layr").endswith("did you mean `two_layer`?")


def test_a_port_in_use_is_told(port: int, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FORBIDDEN, "0")  # it forbids scripts, for this process too
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert shell.run("serve", "--port", str(port)) == 2
    assert os.environ[FORBIDDEN] == "1"
    assert shell.err == [f"nnscope: 127.0.0.1:{port} can't be served: Address already in use"]


@pytest.mark.parametrize(
    ("host", "called", "origin", "may"),
    [
        ("127.0.0.1", "127.0.0.1:8000", "", True),
        ("127.0.0.1", "127.0.0.1:8000", "http://localhost:8000", True),
        ("127.0.0.1", "127.0.0.1:8000", "http://localhost:9000", False),
        ("127.0.0.1", "evil.example:8000", "", False),
        ("127.0.0.1", "evil.example:8000", "http://evil.example:8000", False),
        ("127.0.0.1", "127.0.0.1:8000", "null", False),
        ("0.0.0.0", "lab.example:8000", "http://lab.example:8000", True),
        ("0.0.0.0", "lab.example:8000", "http://evil.example", False),
    ],
)
def test_who_may_come_in(host: str, called: str, origin: str, may: bool) -> None:
    assert is_own(host, called, origin) is may


def test_what_a_visitor_opens_has_the_options_of_a_script() -> None:
    given = Namespace(file="my homework.py", arguments=["--epochs", "5"], loop=3, cost="",
                      seconds=5.0, script_memory=2**20)  # fmt: skip
    assert opening(given).endswith(
        "-m nnscope open --loop 3 --seconds 5.0 --script-memory 1024KB 'my homework.py' --epochs 5"
    )
