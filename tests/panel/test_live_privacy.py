"""Protects: before the reveal nobody's screen receives another's answers, and no browser can do what its seat may not.

What is searched here is what the real server sent, byte for byte: to the chair, to each member, to an observer, to the
wall, to a stranger on Home, and over the event streams.

- a member's note, answer and kind of evidence reach no other session before the reveal, and all of them after it;
- two meetings that differ only in what the others answered, or in how much, look exactly alike to everybody else before
  the reveal, and again after a step back;
- what every other screen receives is the same whether somebody has answered once or twenty times, byte for byte but for what
  is random, and while they do nothing comes at all;
- a seat's key is in no message before its owner asks for it; a session whose seat was removed or got another key receives
  and can do nothing more;
- a button that a seat does not have does nothing, whoever presses it and however; a stale page is refused with the
  reason; nothing of it is written.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from google.protobuf.json_format import MessageToJson
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from framework import panel
from framework.panel.meetings import Ticket, key_hash
from framework.workspace import Workspace
from pages.panel.seat_key import grouped
from pages.ui.live import HEARTBEAT_SECONDS
from tests.load.live import Screen, answers_on, open_meeting, sit_down, turn, wall
from tests.load.live import run as run_in_a_thread
from tests.server import AppServer

CASE = "HW-014"
PARENT = "section-risk-parent"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    with AppServer(tmp_path_factory.mktemp("live-privacy")) as started:
        yield started


@pytest.fixture
def work(server: AppServer) -> Iterator[Workspace]:
    opened = Workspace.open(server.environment["DATABASE_URL"])
    yield opened
    opened.store.close()


class Room:
    """A meeting with every kind of screen open: chair, three members, an observer, the wall, a stranger on Home."""

    def __init__(self, work: Workspace, tickets: list[Ticket]) -> None:
        self.work, self.tickets, self.meeting = work, tickets, tickets[0].meeting
        self.screens: dict[str, Screen] = {}

    @property
    def state(self) -> panel.Panel:
        return self.work.meetings.state(self.meeting)

    def __getitem__(self, name: str) -> Screen:
        return self.screens[name]

    def others(self, *names: str) -> dict[str, Screen]:
        return {name: screen for name, screen in self.screens.items() if name not in names}

    async def all_show(self, *names: str) -> None:
        """Wait until these screens show the meeting as it is now."""
        state = self.state
        for name in names or [name for name in self.screens if name != "stranger"]:
            await self[name].wait_until(lambda screen: screen.is_current(state), 20)

    def received(self, name: str) -> bytes:
        """Every byte that this screen was ever sent."""
        screen = self[name]
        return screen.received_bytes() + bytes(screen.heard)

    def heard_by(self, name: str) -> list[str]:
        """What this screen was told of news, a line each."""
        return bytes(self[name].heard).decode().splitlines()


SEATS = ("chair", "sam", "tess", "wes", "olive")


@asynccontextmanager
async def room(server: AppServer, work: Workspace, *, listening: bool = True) -> AsyncIterator[Room]:
    tickets = open_meeting(work, 4, CASE, start=False)
    tickets.append(work.meetings.join(Ticket.new(tickets[0].meeting), "Olive", "observer"))
    held = Room(work, tickets)
    work.meetings.run(held.meeting, tickets[0].member, panel.MovePhase("scoring"))
    try:
        for name, ticket in zip(SEATS, tickets, strict=True):
            held.screens[name] = await sit_down(server, ticket, record=True)
        held.screens["wall"] = await wall(server, held.state.code, record=True)
        held.screens["stranger"] = await Screen.connect(server.url, record=True)
        if not listening:
            for screen in held.screens.values():
                await screen.stop_listening()
        yield held
    finally:
        for screen in held.screens.values():
            await screen.close()


def in_a_room(test: Callable[[AppServer, Workspace], Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an asynchronous test (there is no plugin for that here)."""

    def run(server: AppServer, work: Workspace) -> None:
        run_in_a_thread(test(server, work))

    run.__name__ = test.__name__
    return run


async def answer(screen: Screen, key: str, option: str, note: str = "", evidence: str = "") -> None:
    """Click an answer in the section that is shown; write a note and choose a kind of evidence."""
    identifier = key.removeprefix("answer|")
    await screen.set(key, option)
    if note:
        await screen.open_expander(f"detail|{identifier}")
        await screen.set(f"note|{identifier}", note)
        await screen.set(f"evidence|{identifier}", [evidence])


def asides(text: str) -> str:
    """A page's text without what is random in every meeting: ids, codes, tokens, and the picture of the code."""
    text = re.sub(r"data:image/svg\+xml;base64,[\w+/=]+", "QR", text)
    text = re.sub(r"/(live|seat|draft)/[\w-]+", r"/\1/TOKEN", text)
    text = re.sub(r"\b\d\d:\d\d\b", "CLOCK", text)
    return re.sub(r'(presence\\?"): ?\d+', r"\1: N", text)


# What is sent


@in_a_room
async def test_no_answer_note_or_evidence_reaches_anybody_else_before_the_reveal(
    server: AppServer, work: Workspace
) -> None:
    async with room(server, work) as held:
        said = {}
        for number, name in enumerate(("sam", "tess", "wes", "chair")):
            key = list(answers_on(held[name]))[number]
            said[name] = f"marker-{name}-7f3a{number}"
            await answer(held[name], key, "Active", f"Note of {said[name]}.", "Seen by the worker")
            await held.all_show()
        await held["stranger"].rerun()
        for screen in held.screens.values():
            await screen.rerun()
        for owner, marker in said.items():
            assert marker.encode() in held.received(owner), f"{owner} keeps their own note"
            for name in held.others(owner):
                assert marker.encode() not in held.received(name), f"{name} was sent the note of {owner}"
        for name in ("olive", "wall", "stranger"):
            assert not answers_on(held[name])
            assert b"Active" not in without_the_framework(held.received(name))

        # After the reveal, everybody at the table may read all of it; the wall shows no notes, a stranger nothing.
        work.meetings.run(held.meeting, held.tickets[0].member, panel.Finish(True))
        await held["chair"].click("reveal")
        await held["chair"].click("reveal-now")
        await held.all_show()
        for name in SEATS:
            await held[name].open_expander(f"all-questions|{held.meeting}")
            for marker in said.values():
                assert marker.encode() in held.received(name), name
        for name in ("wall", "stranger"):
            for marker in said.values():
                assert marker.encode() not in held.received(name), name
        assert b"Active" in held.received("wall")
        assert b"Active" not in without_the_framework(held.received("stranger"))


def without_the_framework(sent: bytes) -> bytes:
    """What was sent, less the words of the style sheet and of the case itself, which name no answer."""
    return re.sub(rb":active|Active \(|Activ(?!e\b)", b"", sent)


@in_a_room
async def test_two_meetings_that_differ_only_in_the_others_answers_look_alike(
    server: AppServer, work: Workspace
) -> None:
    shown: list[dict[str, list[str]]] = []
    for option, note in (("Active", "The worst that I know."), ("Not there", "Nothing at all to see")):
        async with room(server, work, listening=False) as held:
            for name in ("tess", "wes"):
                for number, key in enumerate(list(answers_on(held[name]))):
                    await answer(held[name], key, option, note if number < 2 else "", "Seen by the worker")
                await held[name].click("next-section")
                await held[name].click("fill-rest")
                await held[name].click("finish")
                await held[name].click("finish-yes")
            for name in ("sam", "chair", "olive", "wall", "stranger"):
                await held[name].rerun()
            await held["chair"].click("reveal")  # the question before the reveal shows how far everybody has got
            shown.append({name: seen(held, name) for name in ("sam", "chair", "olive", "wall", "tess")})
            assert any("12 of 72" in text or "finished" in text for text in held["wall"].texts())
    assert shown[0].pop("tess") != shown[1].pop("tess"), "a member does see their own answers"
    for name, texts in shown[0].items():
        assert texts == shown[1][name], name


def seen(held: Room, name: str) -> list[str]:
    """What stands on a screen, without what is random in every meeting."""
    return [asides(replace_all(text, random_in(held))) for text in held[name].texts()]


def random_in(held: Room) -> dict[str, str]:
    return {held.meeting: "MEETING", held.state.code: "CODE"} | {
        ticket.member: f"MEMBER{number}" for number, ticket in enumerate(held.tickets)
    }


def replace_all(text: str, by: dict[str, str]) -> str:
    for old, new in by.items():
        text = text.replace(old, new)
    return text


@in_a_room
async def test_how_much_the_others_have_done_is_on_nobody_elses_screen(server: AppServer, work: Workspace) -> None:
    """Answers, notes, drafts and an early look at one's light: one table works hard, the other does next to nothing."""
    others = ("sam", "chair", "olive", "wall")
    shown: list[dict[tuple[str, bool], list[str]]] = []
    for busy in (False, True):
        async with room(server, work, listening=False) as held:
            chair, tess = held.tickets[0].member, held.tickets[2].member
            work.meetings.run(held.meeting, tess, panel.Score("neglect", "child", "active"))
            found = {}
            for stepped_back in (False, True):
                if stepped_back:
                    work.meetings.run(held.meeting, chair, panel.MovePhase("revealed"))
                    work.meetings.run(held.meeting, chair, panel.MovePhase("scoring", "Somebody came late."))
                if busy:
                    await work_hard(server, held, "improving" if stepped_back else "active")
                for name in (*others, "stranger"):
                    await held[name].rerun()
                    found[name, stepped_back] = seen(held, name)
            shown.append(found)
            for name in (*others, "stranger"):
                assert b"marker-" not in held.received(name), name
            await held["tess"].rerun()
            assert (b"marker-" in held.received("tess")) == busy, "a member does see their own notes"
    for name in others:
        assert shown[0][name, False] == shown[1][name, False], name
        # What was half typed at the reveal was added then, where everybody saw it: one thing more that all were shown.
        counted = [[re.sub(r'"shown": \d+', "", text) for text in texts[name, True]] for texts in shown]
        assert counted[0] == counted[1], name


async def work_hard(server: AppServer, held: Room, status: str) -> None:
    """Two members answer much, write notes, leave one half typed, and look at their lights before they have finished."""
    for ticket in held.tickets[2:4]:
        for number, key in enumerate(("neglect", "growth_faltering", "previous_maltreatment", "sadistic_abuse")):
            held.work.meetings.run(
                held.meeting, ticket.member, panel.Score(key, "child", status, f"marker-{status}-{number}")
            )
        if ticket.member not in held.state.light_shown:
            held.work.meetings.run(held.meeting, ticket.member, panel.ShowLight())
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        typed = {"fabricated_illness|child": "marker-half-typed", "neglect|child": f"marker-{status}-longer"}
        assert (await http.post(f"/draft/{token_of(held['tess'])}", json=typed)).status_code == 204


def token_of(screen: Screen) -> str:
    return str(screen.live["path"]).rpartition("/")[2]


@in_a_room
async def test_going_back_to_scoring_hides_the_answers_again(server: AppServer, work: Workspace) -> None:
    async with room(server, work) as held:
        chair, sam = held.tickets[0].member, held.tickets[1].member
        work.meetings.run(held.meeting, sam, panel.Score("neglect", "child", "active", "marker-first-note"))
        work.meetings.run(held.meeting, chair, panel.MovePhase("revealed"))
        work.meetings.run(held.meeting, chair, panel.MovePhase("scoring", "Somebody came late."))
        work.meetings.run(held.meeting, sam, panel.Score("neglect", "child", "improving", "marker-second-note"))
        late = await sit_down(
            server, work.meetings.join(Ticket.new(held.meeting), "Late", "other_professional"), record=True
        )
        for name in ("tess", "chair", "olive", "wall"):
            await held[name].rerun()
            assert b"marker-second-note" not in held.received(name), name
        assert b"marker-" not in late.received_bytes()
        await late.close()


@in_a_room
async def test_the_event_stream_says_only_that_something_happened(server: AppServer, work: Workspace) -> None:
    async with room(server, work) as held:
        await held["sam"].set(next(iter(answers_on(held["sam"]))), "Active")
        await held.all_show()
        for name in (*SEATS, "wall"):
            lines = held.heard_by(name)
            assert lines
            assert all(re.fullmatch(r'\{"s": \d+, "o": \d+, "p": \d+, "n": \d+\}', line) for line in lines), name
        for name in (
            "chair",
            "tess",
            "wes",
            "olive",
            "wall",
        ):  # no screen of theirs is drawn anew because Sam has answered
            said = {re.sub(r'.*("s": \d+, "o": \d+).*', r"\1", line) for line in held.heard_by(name)}
            assert len(said) == 1, name
        assert held.heard_by("sam")[-1] not in held.heard_by("tess")


@in_a_room
async def test_what_others_receive_does_not_tell_how_often_somebody_answered_or_when(
    server: AppServer, work: Workspace
) -> None:
    others = ("sam", "chair", "olive", "wall")
    received: list[dict[str, tuple[list[str], list[str]]]] = []
    for number in (1, 20):
        async with room(server, work) as held:
            begun = time.monotonic()
            await turn(held["wes"])  # which all hear of: the next heartbeat of each is HEARTBEAT_SECONDS away
            await held.all_show()
            for name in others:
                await held[name].wait_until(lambda screen: screen.live["presence"] == screen.told["p"])
                await asyncio.gather(*held[name]._asks)
            before = {name: (len(held.heard_by(name)), len(held[name].raw)) for name in others}
            keys = list(answers_on(held["tess"]))
            for given in range(number):
                key = keys[given % len(keys)]
                options = answers_on(held["tess"])[key]
                await held["tess"].set(key, options[given // len(keys)])
            beats = int((time.monotonic() - begun) // HEARTBEAT_SECONDS)
            for name in others:
                heard, pages = before[name]
                news = held.heard_by(name)[heard:]
                assert len(news) <= beats and len(set(news)) <= 1, (name, news)
                assert len(held[name].raw) == pages, f"the page of {name} was drawn anew"
            assert len(held.state.answers[held.tickets[2].member]) == min(number, len(keys))
            await turn(held["tess"])
            await held.all_show()
            received.append({name: (without_repeats(held, name), await a_whole_run(held, name)) for name in others})
    for name in others:
        assert received[0][name] == received[1][name], name


def without_repeats(held: Room, name: str) -> list[str]:
    """All the news that a screen has heard, less who is present and by which process, and less the heartbeats."""
    news = [re.sub(r', "p".*', "", line) for line in held.heard_by(name)]
    return [one for one, before in zip(news, ["", *news], strict=False) if one != before]


async def a_whole_run(held: Room, name: str) -> list[str]:
    """Every message of a whole run, with ids and keys of its widgets, but for what is random in every meeting."""
    screen = held[name]
    await screen.stop_listening()
    before = len(screen.raw)
    await screen.rerun()
    messages = [ForwardMsg.FromString(one) for one in screen.raw[before:]]
    # "A script runs" comes at its start or not before its end, as it happens.
    messages = [one for one in messages if not one.HasField("session_status_changed")]
    for message in messages:
        message.ClearField("hash")
        message.metadata.ClearField("run")
        message.metadata.ClearField("active_script_hash")
    made_up = r"[0-9a-f]{16,}|[0-9a-f]{8}(-[0-9a-f]{4,12}){4}|wall=[\w%-]+"
    return [re.sub(made_up, "ID", asides(replace_all(MessageToJson(one), random_in(held)))) for one in messages]


@in_a_room
async def test_nobody_listens_or_gets_a_seat_with_a_guessed_token(server: AppServer, work: Workspace) -> None:
    async with room(server, work) as held, httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        for token in ("x", held.meeting, held.tickets[0].member, held["sam"].live["path"][6:-1], "%00", "..%2f"):
            assert (await http.get(f"/live/{token}")).status_code in (400, 404), token
            found = await http.post(f"/seat/{token}")
            assert found.status_code in (400, 404), token
            assert "set-cookie" not in found.headers


@in_a_room
async def test_a_seats_key_reaches_its_own_screen_only_and_only_when_it_is_asked_for(
    server: AppServer, work: Workspace
) -> None:
    async with room(server, work) as held:
        keys = dict(zip(SEATS, (ticket.key for ticket in held.tickets), strict=True))
        for screen in held.screens.values():
            await screen.rerun()
        for name in held.screens:
            assert not [owner for owner, key in keys.items() if has_key(held.received(name), key)], name
        await held["sam"].click("show-key")
        assert has_key(held.received("sam"), keys["sam"])
        hidden = len(held.received("sam"))
        await held["sam"].click("key-hide")
        for screen in held.screens.values():
            await screen.rerun()
        assert not has_key(held.received("sam")[hidden:], keys["sam"]), "what is hidden is not sent again"
        for name in held.others("sam"):
            assert not [owner for owner, key in keys.items() if has_key(held.received(name), key)], name
        wrong = Ticket(held.meeting, held.tickets[0].member, "A" * 12)
        screen = await sit_down_without_seat(server, wrong)
        assert not answers_on(screen)
        assert any("Join the meeting" in text for text in screen.texts())
        await screen.close()


def has_key(sent: bytes, key: str) -> bool:
    """Whether a key was sent, in a row or in groups of four."""
    return key.encode() in sent or grouped(key).encode() in sent


@in_a_room
async def test_a_new_seats_key_is_sent_once_it_is_taken_and_not_before(server: AppServer, work: Workspace) -> None:
    async with room(server, work) as held:
        screen = await Screen.connect(server.url, page="panel", query=f"code={held.state.code}", record=True)
        await screen.set(f"name|join|{held.meeting}", "Nora")
        await screen.set(f"role|join|{held.meeting}", "Observer")
        before = len(screen.received_bytes())
        await screen.click("take-seat")
        shown = re.search(r'class="hw-key">([\w-]+)<', " ".join(screen.texts()))
        assert shown
        key = shown[1].replace("-", "")
        assert work.meetings.seat(held.meeting, key) == held.state.seated[-1].id
        assert not has_key(screen.received_bytes()[:before], key)
        taken = len(screen.received_bytes())
        await screen.click("key-go-on")
        await screen.rerun()
        assert not has_key(screen.received_bytes()[taken:], key)
        await held.all_show()
        for name in held.screens:
            assert not has_key(held.received(name), key), name
        await screen.close()


async def sit_down_without_seat(server: AppServer, ticket: Ticket) -> Screen:
    cookies = {f"homeward_seat_{ticket.meeting}": ticket.key}
    return await Screen.connect(server.url, page="panel", query=f"meeting={ticket.meeting}", cookies=cookies)


# What is refused


def buttons(screen: Screen) -> dict[str, tuple[str, str]]:
    """Key → widget and fragment id of every button on a page."""
    return {widget.key: (widget.id, widget.fragment_id) for widget in screen.widgets("button")}


async def chairs_buttons(held: Room) -> dict[str, tuple[str, str]]:
    """Every button that the chair's page can show while everybody scores, those of the dialogs included."""
    chair, meeting, tess = held["chair"], held.meeting, held.tickets[2].member
    await chair.set(f"person|{meeting}", held.state.members[tess].name)
    found = buttons(chair)
    for asks in ("reveal", "go-back", f"remove|{tess}", f"hand-over|{tess}", f"correct|{tess}", "take-off|b"):
        await chair.click(asks)
        for key in (f"remove-reason|{meeting}|{tess}", f"back-reason|{meeting}"):
            if any(widget.key == key for widget in chair.widgets("text_input")):
                await chair.set(key, "Because I can.")
        found |= buttons(chair)
    return found


async def press(held: Room, pressed: dict[str, tuple[str, str]], by: tuple[str, ...]) -> None:
    """Somebody else's buttons are pressed in sessions that do not have them; the meeting must not move."""
    before = held.state
    for name in by:
        screen = held[name]
        shown = {node.fragment_id for node in screen.nodes()}
        for fragment in {"", *(fragment for _, fragment in pressed.values() if fragment in shown)}:
            await screen.forge([widget for widget, _ in pressed.values()], fragment)
            assert held.state == before, f"{name} pressed {sorted(pressed)}"


@in_a_room
async def test_the_chairs_buttons_do_nothing_in_another_session(server: AppServer, work: Workspace) -> None:
    async with room(server, work, listening=False) as held:
        chair, tess = held["chair"], held.tickets[2].member
        led = await chairs_buttons(held)
        assert {"reveal", "reveal-now", "go-back", "back-now", "take-off-now", "role-now"} <= led.keys()
        assert {f"remove|{tess}", "remove-now", f"hand-over|{tess}", "hand-over-now", f"deputy|{tess}"} <= led.keys()
        mine = set(buttons(held["sam"]))
        led = {key: ids for key, ids in led.items() if key not in mine}
        await press(held, led, ("sam", "olive", "wall", "stranger"))
        names = chair.widget(f"wall-names|{held.meeting}")
        for name in ("sam", "olive", "wall", "stranger"):
            held[name]._states[names.id] = WidgetState(id=names.id, bool_value=True)
            await held[name].rerun()
            assert not held.state.names_on_wall, name

        work.meetings.run(held.meeting, held.tickets[1].member, panel.Score("neglect", "child", "active"))
        work.meetings.run(held.meeting, held.tickets[2].member, panel.Score("neglect", "child", "absent"))
        work.meetings.run(held.meeting, held.tickets[0].member, panel.MovePhase("revealed"))
        for screen in held.screens.values():
            await screen.rerun()
        led = {key: ids for key, ids in buttons(chair).items() if key not in set(buttons(held["sam"]))}
        assert any(key.startswith("agree|") for key in led)
        await press(held, led, ("sam", "olive", "wall", "stranger"))


@in_a_room
async def test_an_observer_cannot_score_with_a_members_widgets(server: AppServer, work: Workspace) -> None:
    async with room(server, work, listening=False) as held:
        before = held.state
        pressed = [widget.id for widget in held["sam"].widgets("button")]
        chosen = {widget.id: held["sam"]._states[widget.id] for widget in held["sam"].widgets("button_group")}
        for state in chosen.values():
            state.string_array_value.data[:] = ["Active"]
        for name in ("olive", "wall", "stranger"):
            await held[name].forge(pressed)
            held[name]._states |= chosen
            await held[name].rerun()
            assert held.state == before, name


async def refused(held: Room, name: str, act: Awaitable[Any], *words: str) -> None:
    """The click is answered with the reason, and nothing is written."""
    before = held.state
    await act
    assert held.state == before
    said = " ".join(held[name].texts())
    for word in words:
        assert word in said, f"{word!r} is not on the page of {name}"


@in_a_room
async def test_a_page_that_has_fallen_behind_is_refused_with_the_reason(server: AppServer, work: Workspace) -> None:
    """Nobody's screen listens here, so each shows the meeting as it was: the server alone decides."""
    async with room(server, work, listening=False) as held:
        chair, sam, tess = (ticket.member for ticket in held.tickets[:3])
        # The chair was handed over: the former chair's button still stands there.
        await held["chair"].click("reveal")
        work.meetings.run(held.meeting, chair, panel.HandOver(sam))
        await refused(held, "chair", held["chair"].click("reveal-now"), "Only the chair can do this")
        # A seat was removed: its page still shows the form.
        work.meetings.run(held.meeting, sam, panel.Remove(tess, "Took two seats."))
        key = next(iter(answers_on(held["tess"])))
        await refused(held, "tess", held["tess"].set(key, "Active"), "removed")
        # The answers were agreed: a member's page still shows the scoring form.
        work.meetings.run(held.meeting, sam, panel.Score("neglect", "child", "active"))
        work.meetings.run(held.meeting, sam, panel.MovePhase("revealed"))
        state = held.state
        for key in panel.open_questions(state, work.edition):
            work.meetings.run(held.meeting, sam, panel.Agree(*key, panel.offered(state, work.edition, key).status))
        work.meetings.run(held.meeting, sam, panel.MovePhase("agreed"))
        key = next(iter(answers_on(held["wes"])))
        await refused(held, "wes", held["wes"].set(key, "Active"), "The answers are agreed")
        # The meeting was closed.
        work.meetings.run(held.meeting, sam, panel.MovePhase("closed"))
        await held["sam"].click("finish")
        await refused(held, "sam", held["sam"].click("finish-yes"), "closed")
    assert work.store.verify().broken is None


# A seat that was lost


async def take_away(held: Room) -> dict[str, str]:
    """Sam's seat is opened on another device, and Tess's is removed; what the page of each then says."""
    chair, sam, tess = (ticket.member for ticket in held.tickets[:3])
    new = held.work.meetings.ask_back(Ticket(held.meeting, sam, Ticket.new().key))
    held.work.meetings.run(held.meeting, chair, panel.AllowReturn(key_hash(new.key)[:16]))
    held.work.meetings.run(held.meeting, chair, panel.Remove(tess, "Took two seats."))
    # What nobody may receive any more without the seat: the answers given since, on the new device and by the others.
    held.work.meetings.run(held.meeting, sam, panel.Score("neglect", "child", "active", "marker-new-device"))
    held.work.meetings.run(
        held.meeting, held.tickets[3].member, panel.Score("neglect", "child", "absent", "marker-wes")
    )
    await held["chair"].rerun()  # the server reads in the record what this process has done
    return {"sam": "opened on another device", "tess": "removed your seat"}


@in_a_room
async def test_no_part_of_a_page_is_drawn_for_a_seat_that_was_lost(server: AppServer, work: Workspace) -> None:
    """Nobody's screen listens here: the session asks for one part of its old page after the other, and clicks in it."""
    async with room(server, work, listening=False) as held:
        devices: list[tuple[str, str, Screen]] = []
        for name, ticket in zip(SEATS[1:3], held.tickets[1:3], strict=True):
            parts = {node.fragment_id for node in held[name].nodes() if node.fragment_id}
            assert len(parts) >= 3, "head, menus and form"
            for part in ("", *sorted(parts)):
                devices.append((name, part, await sit_down(server, ticket, record=True)))
                await devices[-1][2].stop_listening()
        said = await take_away(held)
        before = held.state
        for name, part, screen in devices:
            old = [widget.id for widget in screen.widgets("button")]
            for widget in screen.widgets("button_group"):
                screen._states[widget.id].string_array_value.data[:] = ["Active"]
            await screen.forge((), part)
            assert said[name] in " ".join(screen.texts()), (name, part)
            assert not answers_on(screen)
            await screen.forge(old)
            assert held.state == before, (name, part)
        work.meetings.run(held.meeting, held.tickets[0].member, panel.MovePhase("revealed"))
        for name, part, screen in devices:
            await screen.rerun()
            assert b"marker-" not in screen.received_bytes(), (name, part)
            await screen.close()


@in_a_room
async def test_the_event_stream_of_a_seat_ends_when_it_is_lost(server: AppServer, work: Workspace) -> None:
    async with room(server, work) as held, httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        paths = {name: held[name].live["path"] for name in ("sam", "tess", "wes")}
        said = await take_away(held)
        await held["chair"].set(next(iter(answers_on(held["chair"]))), "Active")
        for name, sentence in said.items():
            await held[name].wait_until(lambda screen, wanted=sentence: wanted in " ".join(screen.texts()), 10)
            await asyncio.wait_for(held[name].lost.wait(), 10)
            assert (await http.get(paths[name])).status_code == 404, name
        assert not held["wes"].lost.is_set()
