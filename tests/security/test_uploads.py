"""Protects: a file is taken only where a page asks for one, from the browser that shows the page, and kept no longer than that."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.FileUploader_pb2 import FileUploader
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.ui.gate import COOKIE, GOING_AWAY
from tests.load.client import StreamlitClient
from tests.security.attacker import run
from tests.server import AppServer

MB = 1024 * 1024
MARK = b"CHILD,DOB\n4711-a-child,01/04/2011\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    folder = tmp_path_factory.mktemp("uploads")
    (folder / "tmp").mkdir()
    with AppServer(folder, {"TMPDIR": str(folder / "tmp")}) as running:
        yield running
    assert "Traceback" not in running.log
    assert not list((folder / "tmp").iterdir())


async def visitor(server: AppServer, page: str = "outcomes") -> StreamlitClient:
    """A browser that shows a page, with the cookies that a browser has."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        await http.get("/_stcore/health")
        await http.get("/_stcore/host-config")
        cookies = dict(http.cookies)
    return await StreamlitClient.connect(server.url, page=page, cookies=cookies, record=True)


async def address(client: StreamlitClient) -> str:
    """The address that the server gives for one file; "" if it gives none."""
    asked = BackMsg()
    asked.file_urls_request.request_id = str(len(client.raw))
    asked.file_urls_request.file_names.append("episodes.csv")
    assert client._ws
    await client._ws.send(asked.SerializeToString())
    while True:
        for data in client.raw:
            found = ForwardMsg.FromString(data).file_urls_response
            if found.response_id == asked.file_urls_request.request_id:
                return found.file_urls[0].upload_url if found.file_urls else ""
        await asyncio.sleep(0.01)


def headers(client: StreamlitClient) -> dict[str, str]:
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return {"Cookie": cookies, "X-Xsrftoken": client.cookies.get("_streamlit_xsrf", "")}


async def puts(
    server: AppServer, client: StreamlitClient, path: str, data: bytes = MARK, method: str = "PUT"
) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=60) as http:
        files = {"file": ("episodes.csv", data, "text/csv")} if method == "PUT" else None
        return await http.request(method, path, headers=headers(client), files=files)


def test_a_page_without_an_uploader_takes_no_file(server: AppServer) -> None:
    async def tried() -> tuple[str, int]:
        async with await visitor(server, "framework") as client:
            given = await address(client)
            invented = f"/_stcore/upload_file/{client.session_id}/00000000-0000-0000-0000-000000000000"
            return given, (await puts(server, client, invented)).status_code

    assert run(tried) == ("", 404)


def test_an_uploader_that_is_switched_off_takes_no_file(server: AppServer) -> None:
    async def tried() -> tuple[bool, str]:
        async with await visitor(server, "rollout") as client:
            await client.set("rollout_view", "Take away")
            return isinstance(client.widgets("file_uploader")[0].proto, FileUploader), await address(client)

    assert run(tried) == (True, "")


def test_a_page_with_one_takes_a_file_once_and_gives_it_up(server: AppServer) -> None:
    async def tried() -> list[int]:
        async with await visitor(server) as client:
            to = await address(client)
            return [
                (await puts(server, client, to)).status_code,
                (await puts(server, client, to)).status_code,
                (await puts(server, client, to, method="DELETE")).status_code,
                (await puts(server, client, to, method="DELETE")).status_code,
                (await puts(server, client, to)).status_code,
            ]

    assert run(tried) == [204, 409, 204, 404, 404]


def test_another_browser_neither_sends_to_an_address_nor_takes_a_file_away(server: AppServer) -> None:
    async def tried() -> list[int]:
        async with await visitor(server) as client, await visitor(server) as other:
            to = await address(client)
            before = (await puts(server, other, to)).status_code
            assert (await puts(server, client, to)).status_code == 204
            return [before, (await puts(server, other, to, method="DELETE")).status_code]

    assert run(tried) == [404, 404]


def test_what_was_brought_ends_with_its_page(server: AppServer) -> None:
    async def tried() -> list[int]:
        async with await visitor(server) as client:
            kept, unused = await address(client), await address(client)
            assert (await puts(server, client, kept)).status_code == 204
            await client.open_page("framework")
            return [
                (await puts(server, client, kept, method="DELETE")).status_code,
                (await puts(server, client, unused)).status_code,
            ]

    assert run(tried) == [404, 404]


@pytest.mark.parametrize(("page", "lives_on"), [("outcomes", False), ("framework", True)])
def test_a_closed_tab_takes_its_files_with_it(server: AppServer, page: str, lives_on: bool) -> None:
    async def resumed() -> bool:
        async with await visitor(server, page) as client:
            before = client.session_id
            assert client._ws
            await client._ws.close(GOING_AWAY)
            await client._open()
            await client.rerun()
            return client.session_id == before

    assert run(resumed) == lives_on


def test_a_lost_connection_does_not(server: AppServer) -> None:
    async def tried() -> int:
        async with await visitor(server) as client:
            to = await address(client)
            assert (await puts(server, client, to)).status_code == 204
            assert client._ws
            client._ws.transport.abort()
            await client._ws.wait_closed()
            await client._open()
            await client.rerun()
            return (await puts(server, client, to, method="DELETE")).status_code

    assert run(tried) == 204


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(server: AppServer) -> None:
    async def tried() -> tuple[int, str]:
        async with await visitor(server) as client:
            answer = await puts(server, client, await address(client), b"x" * (26 * MB))
            return answer.status_code, answer.text

    assert run(tried) == (413, "No more than 25 MB a file can be brought here.")


BEGIN = b'--b\r\nContent-Disposition: form-data; name="f"; filename="e.csv"\r\nContent-Type: text/csv\r\n\r\n'
END = b"\r\n--b--\r\n"


def sent_raw(server: AppServer, client: StreamlitClient, path: str, length: str, body: bytes) -> socket.socket:
    """The beginning of an upload, on a connection that stays open."""
    lines = [f"PUT {path} HTTP/1.1", f"Host: localhost:{server.port}", length]
    lines += [f"{name}: {value}" for name, value in headers(client).items()]
    lines += ["Content-Type: multipart/form-data; boundary=b", "", ""]
    connection = socket.create_connection(("localhost", server.port), timeout=10)
    connection.sendall("\r\n".join(lines).encode() + body)
    return connection


def test_a_file_whose_length_is_not_said_is_refused(server: AppServer) -> None:
    async def tried() -> bytes:
        async with await visitor(server) as client:
            to = await address(client)
            with sent_raw(server, client, to, "Transfer-Encoding: chunked", b"") as connection:
                return await asyncio.to_thread(connection.recv, 100)

    assert run(tried).startswith(b"HTTP/1.1 411")


def test_a_length_that_stands_beside_chunks_is_not_believed(server: AppServer) -> None:
    """The server goes by the chunks: a hundred files of 25 MB at once would have room as ten bytes each."""

    async def tried() -> bytes:
        async with await visitor(server) as client:
            to = await address(client)
            with sent_raw(server, client, to, "Content-Length: 10\r\nTransfer-Encoding: chunked", b"") as connection:
                return await asyncio.to_thread(connection.recv, 100)

    assert run(tried).startswith(b"HTTP/1.1 411")


def test_a_file_that_is_cut_off_leaves_its_address_free(server: AppServer) -> None:
    async def tried() -> int:
        async with await visitor(server) as client:
            to = await address(client)
            sent_raw(server, client, to, "Content-Length: 1000000", BEGIN + MARK).close()
            while (answer := await puts(server, client, to)).status_code == 409:
                await asyncio.sleep(0.01)  # until the server has noticed
            return answer.status_code

    assert run(tried) == 204


def test_no_byte_of_a_file_is_written_to_a_disk(server: AppServer) -> None:
    # More than a connection holds on its way: when all but the end is sent, the server has read most of it.
    body = BEGIN + MARK * (20 * MB // len(MARK))

    async def tried() -> list[str]:
        async with await visitor(server) as client:
            to = await address(client)
            length = f"Content-Length: {len(body + END)}"
            connection = await asyncio.to_thread(sent_raw, server, client, to, length, body)
            descriptors = Path(f"/proc/{server.pid}/fd")
            opened = [os.readlink(one) for one in descriptors.iterdir() if one.is_symlink()]
            connection.sendall(END)
            answer = await asyncio.to_thread(connection.recv, 100)
            connection.close()
            assert answer.startswith(b"HTTP/1.1 204"), answer
            return [one for one in opened if one.startswith(server.environment["TMPDIR"]) or one.endswith("(deleted)")]

    assert run(tried) == []


def test_the_cookie_of_the_browser_is_what_binds(server: AppServer) -> None:
    async def tried() -> list[int]:
        async with await visitor(server) as client:
            to = await address(client)
            client.cookies, mine = client.cookies | {COOKIE: "invented"}, client.cookies
            first = (await puts(server, client, to)).status_code
            client.cookies = mine
            return [first, (await puts(server, client, to)).status_code]

    assert run(tried) == [404, 204]
