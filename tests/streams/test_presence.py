"""Protects: who is present is known in every process, and whoever only a killed process named is soon gone."""

import json
import signal
import subprocess
from collections.abc import Iterator

import psycopg
import pytest

from framework.streams import presence
from framework.streams.live import Hub, Watch
from framework.streams.presence import GONE_SECONDS, MOST_BYTES, Presence
from framework.streams.store import Store, news
from tests.postgres import PostgresServer, wait_until
from tests.streams.stores import python

PANEL = "panel:x"
OTHER_PROCESS = """
import sys, time
from framework.streams.live import Hub, Watch
from framework.streams.store import Store, news
news.BEAT_SECONDS = 0.1
hub = Hub(Store.open(sys.argv[1]))
for member in sys.argv[2:]:
    hub.listen(Watch("panel:x", member), lambda: None)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def url(postgres_server: PostgresServer) -> Iterator[str]:
    address = postgres_server.create_database(migrated=True)
    yield address
    postgres_server.drop_database(address)


@pytest.fixture
def hubs(url: str) -> Iterator[tuple[Hub, Hub]]:
    stores = Store.open(url), Store.open(url)
    yield Hub(stores[0]), Hub(stores[1])
    for store in stores:
        store.close()


def test_who_comes_or_goes_in_one_process_is_known_in_the_other_and_its_screens_are_woken(
    hubs: tuple[Hub, Hub],
) -> None:
    one, two = hubs
    woken: list[frozenset[str]] = []
    room = two.listen(Watch(PANEL, None), lambda: woken.append(two.present(PANEL)))
    laptop = one.listen(Watch(PANEL, "sam"), lambda: None)
    wait_until(lambda: two.present(PANEL) == {"sam"})
    phone = two.listen(Watch(PANEL, "sam"), lambda: None)
    tess = one.listen(Watch(PANEL, "tess"), lambda: None)
    wait_until(lambda: two.present(PANEL) == {"sam", "tess"})
    assert one.news(PANEL).presence == two.news(PANEL).presence != 0, "the same number in both"
    laptop()
    wait_until(lambda: one.present(PANEL) == {"sam", "tess"})
    tess()
    wait_until(lambda: two.present(PANEL) == {"sam"} == one.present(PANEL))
    phone()
    wait_until(lambda: one.present(PANEL) == frozenset() == two.present(PANEL))
    assert one.news(PANEL).presence == two.news(PANEL).presence == 0
    assert frozenset({"sam"}) in woken and frozenset({"sam", "tess"}) in woken and woken[-1] == frozenset()
    assert one.present("panel:y") == frozenset()
    room()


def test_a_process_that_starts_later_learns_who_is_there(
    hubs: tuple[Hub, Hub], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "BEAT_SECONDS", 0.1)
    stop = hubs[0].listen(Watch(PANEL, "sam"), lambda: None)
    wait_until(lambda: hubs[1].present(PANEL) == {"sam"})
    store = Store.open(url)
    late = Hub(store)
    wait_until(lambda: late.present(PANEL) == {"sam"})
    stop()
    store.close()


def test_whom_only_a_killed_process_named_is_gone_and_whoever_came_back_is_not(
    hubs: tuple[Hub, Hub], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(presence, "GONE_SECONDS", 1.0)
    hub, woken = hubs[0], list[frozenset[str]]()
    room = hub.listen(Watch(PANEL, None), lambda: woken.append(hub.present(PANEL)))
    with python(OTHER_PROCESS, url, "sam", "tess", stdin=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline() == "ready\n"
        wait_until(lambda: hub.present(PANEL) == {"sam", "tess"})
        process.send_signal(signal.SIGKILL)
        process.wait()
        back = hub.listen(Watch(PANEL, "sam"), lambda: None)
        wait_until(lambda: woken and woken[-1] == {"sam"})
    assert hub.present(PANEL) == {"sam"}
    back()
    room()


def test_after_a_restart_of_the_server_everybody_is_there_again() -> None:
    server = PostgresServer()
    server.start()
    url = server.create_database(migrated=True)
    stores = Store.open(url), Store.open(url)
    one, two = map(Hub, stores)
    stop = one.listen(Watch(PANEL, "sam"), lambda: None)
    wait_until(lambda: two.present(PANEL) == {"sam"})
    server.stop("immediate")
    left = one.listen(Watch(PANEL, "tess"), lambda: None)
    stop()
    server.start()
    wait_until(lambda: two.present(PANEL) == {"tess"})
    left()
    for store in stores:
        store.close()
    server.remove()


def test_what_another_program_says_on_the_channel_is_passed_over(hubs: tuple[Hub, Hub], url: str) -> None:
    with psycopg.connect(url, autocommit=True) as other_program:
        for text in ("", "x", "x 7", 'x ["a"]', 'x ["a", 7]', 'x {"a": 1}', "x [" + "[" * 3000):
            other_program.execute("SELECT pg_notify(%s, %s)", (news.SHARED, text))
    stop = hubs[0].listen(Watch(PANEL, "sam"), lambda: None)
    wait_until(lambda: hubs[1].present(PANEL) == {"sam"})
    stop()


# The rules alone, with a clock of the test's own


class Clock:
    at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_a_process_that_has_fallen_silent_is_forgotten_and_one_that_goes_on_is_not(store: Store) -> None:
    clock, changed = Clock(), list[str]()
    known = Presence(store, changed.append, clock)
    known.hear("p", json.dumps([PANEL, ["sam", "tess"]]))
    known.hear("q", json.dumps([PANEL, ["tess"]]))
    assert known.present(PANEL) == {"sam", "tess"} and changed == [PANEL], "Tess was there already"
    clock.at += GONE_SECONDS
    known.hear("q", json.dumps([PANEL, ["tess"]]))
    assert known.present(PANEL) == {"sam", "tess"}
    clock.at += 0.1
    assert known.present(PANEL) == {"tess"} and changed == [PANEL]
    assert known.say(True) == [] and changed == [PANEL, PANEL], "whoever watches is told at the next beat"
    known.hear("q", json.dumps([PANEL, []]))
    assert known.present(PANEL) == frozenset() and known.number(PANEL) == 0


def test_a_process_says_what_has_changed_and_at_each_beat_everything(store: Store) -> None:
    known = Presence(store, lambda stream: None)
    known.say(True)
    for stream, member in ((PANEL, "sam"), (PANEL, "sam"), ("panel:y", "Zoë")):
        known.came(stream, member)
    both = [[PANEL, ["sam"]], ["panel:y", ["Zoë"]]]
    assert [json.loads(text) for text in known.say(True)] == both == [json.loads(text) for text in known.say(True)]
    known.left(PANEL, "sam")
    assert known.say(False) == [], "another screen of Sam's is open"
    known.left(PANEL, "sam")
    assert [json.loads(text) for text in known.say(False)] == [[PANEL, []]]
    assert known.say(False) == [] and [json.loads(text) for text in known.say(True)] == both[1:]


def test_no_message_is_longer_than_the_database_takes(store: Store) -> None:
    known = Presence(store, lambda stream: None)
    for number in range(900):
        known.came(PANEL, f"member {number:03} é")
    (text,) = known.say(True)
    assert len(text.encode()) <= MOST_BYTES + 100 and len(json.loads(text)[1]) > 200
