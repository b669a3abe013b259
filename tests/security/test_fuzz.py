"""Protects: whatever arrives, there is no traceback, nothing in the record changes, and the memory stays as it is."""

import itertools
import random
from contextlib import suppress

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from framework.workspace import Workspace
from pages.ui import gate
from tests.load.client import StreamlitClient
from tests.load.live import Usage
from tests.security.attacker import opened, run
from tests.server import AppServer

SEED, MESSAGES = 17, 10_000
MEGABYTES = 10
"""That the process may grow by in the second half: the allocator's slack."""
PAGES = ("", "panel", "wall", "costs", "rollout", "framework")


def mutated(message: bytes, chance: random.Random) -> bytes:
    """A message with bytes changed, cut out, doubled or put in."""
    found = bytearray(message)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(4):
            case 0:
                found[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del found[at : at + chance.randint(1, 20)]
            case 2:
                found[at:at] = found[at : at + chance.randint(1, 50)]
            case 3:
                found[at:at] = chance.randbytes(chance.randint(1, 20))
    return bytes(found)


def versions(server: AppServer) -> list[tuple[str, int]]:
    work = Workspace.open(server.environment["DATABASE_URL"])
    found = sorted((one.stream, one.head) for one in work.store.streams())
    work.store.close()
    return found


async def samples(server: AppServer) -> list[bytes]:
    """What a browser sends that looks at every page, and each kind of message."""
    found = [
        BackMsg(**{kind: True}).SerializeToString()
        for kind in ("clear_cache", "stop_script", "app_heartbeat", "load_git_info")
    ]
    for page in PAGES:
        async with await StreamlitClient.connect(server.url, page=page) as client:
            fragments = {widget.fragment_id for widget in client.widgets()}
            found += [client._rerun_message(one, None, None, False).SerializeToString() for one in sorted(fragments)]
    return found


def test_ten_thousand_mutated_messages_change_nothing(server: AppServer) -> None:
    async def sent(kinds: list[bytes], chance: random.Random) -> None:
        connection, here = await opened(server.url), 0
        for _ in range(MESSAGES // 2):
            if here == gate.MESSAGES - 1:  # what comes after so many waits
                await connection.close()
                connection, here = await opened(server.url), 0
            try:
                await connection.send(mutated(chance.choice(kinds), chance))
                here += 1
            except ConnectionClosed:
                connection, here = await opened(server.url), 0
        await connection.close()
        async with await StreamlitClient.connect(server.url) as client:  # it still serves
            assert client.texts()

    before = versions(server)
    kinds, chance = run(lambda: samples(server)), random.Random(SEED)
    run(lambda: sent(kinds, chance))  # fills what is kept of sessions that were cut off, which is of a bounded size
    memory = Usage.of(server.pid).rss_mb
    run(lambda: sent(kinds, chance))
    assert versions(server) == before
    assert "Traceback" not in server.log
    assert Usage.of(server.pid).rss_mb < memory + MEGABYTES


TAILS = ("", "x", "../../app.py", "%00", "%2e%2e%2f", "a" * 3000, "b" * 300, "\u00e9", "a/b", "a/b/c")
BODIES = (
    b"",
    b"{}",
    b'{"meeting": 1, "key": null}',
    b"[" * 900,
    b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n',
)
HEADERS = (
    {},
    {"Content-Type": "application/json"},
    {"Content-Type": "multipart/form-data; boundary=b"},
    {"Cookie": "homeward_browser=\u00e9;;=;"},
    {"Range": "bytes=-1-2,,9"},
    {"X-Forwarded-For": ",".join(["::1"] * 500)},
)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND")


async def asked(server: AppServer, chance: random.Random) -> set[int]:
    """Every route in every way; returns the statuses that were given."""
    given = set()
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=60) as http:
        for (begins, _, _), method, _ in itertools.product(gate.ROUTES, METHODS, range(4)):
            body = chance.choice((*BODIES, chance.randbytes(2000)))
            headers = {
                name: value.encode() for name, value in (chance.choice(HEADERS) | {"X-Homeward": "seat"}).items()
            }
            answer = await http.request(method, begins + chance.choice(TAILS), content=body, headers=headers)
            given.add(answer.status_code)
    return given


async def listened(server: AppServer, chance: random.Random) -> None:
    """The websocket that only tells, with tokens that are none, and with words that nobody asked for."""
    for _ in range(50):
        token = chance.choice(("x", "gAAAA" + "a" * 200, "%00", "a" * 2400))
        url = f"ws{server.url.removeprefix('http')}/live/{token}"
        with suppress(WebSocketException):
            async with connect(url, origin=Origin(server.url), compression=None, proxy=None) as connection:
                await connection.send(chance.choice((chance.randbytes(3000), "a word")))
                await connection.recv()


def test_every_route_bears_anything(server: AppServer) -> None:
    async def everything() -> set[int]:
        for _ in range(2):
            await listened(server, chance)
        return {status for _ in range(3) for status in await asked(server, chance)}

    before, chance = versions(server), random.Random(SEED)
    run(everything)
    memory = Usage.of(server.pid).rss_mb
    given = run(everything)
    assert max(given) < 500
    assert versions(server) == before
    assert "Traceback" not in server.log
    assert Usage.of(server.pid).rss_mb < memory + MEGABYTES
