"""Protects: of Streamlit's protocol a visitor can use what our pages need, no faster than a hand and no larger than a meeting."""

import json
import logging

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from framework import logs
from framework.workspace import Workspace
from pages.ui import gate
from tests.load.client import StreamlitClient
from tests.load.live import answers_on, open_meeting, sit_down
from tests.security.attacker import ended_with, opened, rerun, run
from tests.server import AppServer


def message(**fields: bool) -> bytes:
    return BackMsg(**fields).SerializeToString()


def test_clearing_the_caches_from_outside_leaves_the_count_of_wrong_codes(server: AppServer) -> None:
    async def tries() -> list[str]:
        said = []
        async with await StreamlitClient.connect(server.url, page="panel") as guesser:
            for number in range(8):
                async with opened(server.url) as other:
                    await other.send(message(clear_cache=True))
                    await other.send(rerun())
                    await other.recv()  # the run has begun, so what was sent before it was dealt with
                await guesser.open_page("panel", query=f"code=WRONG{number}")
                said.append(" ".join(guesser.texts()))
        return said

    said = run(tries)
    assert "No meeting has this code" in said[0]
    assert "wait" in said[-1]


@pytest.mark.parametrize(
    "kind",
    [
        {"clear_cache": True},
        {"stop_script": True},
        {"set_run_on_save": True},
        {"load_git_info": True},
        {"debug_disconnect_websocket": True},
        {"debug_shutdown_runtime": True},
        {},
    ],
    ids=lambda kind: next(iter(kind), "empty"),
)
def test_a_message_that_no_page_sends_does_not_pass(kind: dict[str, bool]) -> None:
    assert gate.passes(message(**kind)) == next(iter(kind), "empty")


def test_what_pages_send_passes() -> None:
    assert gate.passes(message(app_heartbeat=True)) == ""
    assert gate.passes(rerun(fragment_id="0a1fe49c0a5dba8278fbbc6436e292e1", query_string="meeting=abc")) == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"fragment_id": "x\n2026-01-01 ERROR forged"},
        {"fragment_id": "a" * 65},
        {"page_script_hash": "../../etc"},
        {"query_string": "q" * 8193},
        {"page_name": "p" * 201},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_run_is_asked_for_in_the_form_that_pages_use(fields: dict[str, str]) -> None:
    assert gate.passes(rerun(**fields)) == "rerun_script"


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_is_none_does_not_pass(number: float) -> None:
    asked = BackMsg.FromString(rerun())
    asked.rerun_script.widget_states.widgets.add(id="w").double_value = number
    assert gate.passes(asked.SerializeToString()) == "rerun_script"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("a text", gate.TEXT_FRAME),
        (b"\xff\xff\xff no message", gate.NOT_A_MESSAGE),
        (b"\0" * (gate.MESSAGE_BYTES + 1), gate.TOO_BIG),
    ],
    ids=["text", "garbage", "too big"],
)
def test_what_is_no_message_ends_the_connection(server: AppServer, sent: str | bytes, code: int) -> None:
    async def answer() -> int | None:
        async with opened(server.url) as connection:
            await connection.send(rerun())
            await connection.send(sent)
            return await ended_with(connection)

    assert run(answer) == code


def test_who_goes_on_sending_what_no_page_sends_is_cut_off(server: AppServer) -> None:
    async def answer() -> int | None:
        async with opened(server.url) as connection:
            for _ in range(gate.REFUSED_LIMIT + 1):
                await connection.send(message(clear_cache=True))
            return await ended_with(connection)

    assert run(answer) == gate.TOO_MANY_REFUSED
    assert f"clear_cache {gate.REFUSED_LIMIT + 1}" in server.log


def test_an_invented_fragment_writes_no_line_of_its_own_into_the_log(server: AppServer) -> None:
    before = len(server.log)

    async def many() -> None:
        async with opened(server.url) as connection:
            for number in range(50):
                await connection.send(rerun(fragment_id=f"{number}\n2026-01-01 forged entry" + "x" * 50_000))
            await connection.send(rerun())
            await connection.recv()

    run(many)
    written = server.log[before:]
    assert "forged entry" not in written
    assert len(written) < 2000


def test_what_a_tab_says_is_waiting_is_taken_only_if_the_meeting_asks_it(server: AppServer) -> None:
    work = Workspace.open(server.environment["DATABASE_URL"])
    _, member = open_meeting(work, 2)
    nonsense = [("no such question", "child", "active"), ("neglect", "nobody", "active"), ("neglect", "child", "none")]
    said = [{"subject": subject, "about": about, "status": status} for subject, about, status in nonsense]

    async def told() -> list[str]:
        async with await sit_down(server, member) as screen:
            await screen.component_trigger("homeward-waiting", "kept", json.dumps(said))
            await screen.rerun()
            return list(answers_on(screen))

    assert run(told), "the form is shown as before"
    assert not work.meetings.state(member.meeting).answers.get(member.member)
    work.store.close()
    assert "Traceback" not in server.log


def test_a_bucket_gives_so_much_at_once_and_then_so_much_a_second() -> None:
    now = 0.0
    bucket = gate.Bucket(10, 2, lambda: now)
    assert bucket.wait(10) == 0
    assert bucket.wait(4) == 2  # seconds until four more are there
    now = 2.0
    assert bucket.wait(1) == 0.5
    now = 1000.0
    assert bucket.wait(10) == 0  # never more than its size
    assert bucket.wait(1) == 0.5


# ── The log ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def logged(text: str, *args: object) -> str:
    return logs.OneLine("streamlit", logging.INFO, "", 1, text, args, None).getMessage()


def test_an_entry_is_one_line() -> None:
    assert logged("id %s", "a\r\n2026-01-01 ERROR \x1b[31mforged\u2028 \u202e") == (
        "id a\\r\\n2026-01-01 ERROR \\x1b[31mforged\\u2028 \\u202e"
    )


def test_a_long_entry_is_cut() -> None:
    assert logged("%s", "a" * 1_000_000) == "a" * logs.MESSAGE_LIMIT + " [cut]"


def test_the_id_of_a_session_is_not_logged() -> None:
    assert logged("Session with id %s is already connected", "3F2504e0-4f89-41d3-9a0c-0305e82c3301") == (
        "Session with id [id] is already connected"
    )


def test_a_traceback_cannot_pose_as_an_entry() -> None:
    try:
        raise ValueError("x\n2026-01-01 ERROR forged\x1b[31m")
    except ValueError as error:
        raised = (type(error), error, error.__traceback__)
    record = logs.OneLine("a", logging.ERROR, "", 1, "failed", (), raised)
    lines = logging.Formatter("%(message)s").format(record).splitlines()
    assert lines[0] == "failed"
    assert all(line.startswith("    ") for line in lines[1:])
    assert "\x1b" not in "".join(lines)
