"""Processes on one PostgreSQL hear of each other's events; beginnings of many streams at once never wait for ever."""

import subprocess
import threading
from collections.abc import Iterator

import psycopg
import pytest

from framework.streams.live import Hub, Watch
from framework.streams.store import Store
from tests.postgres import PostgresServer, wait_until
from tests.streams.stores import NOON, STORE, append, by_hand, everything, python

OTHER_PROCESS = f"""{STORE}
store = Store.open(sys.argv[1])
heard = []
store.subscribe(lambda stream, version: print("heard", stream, version, flush=True) if stream else None)
print("ready", flush=True)
for line in sys.stdin:
    stream, version = line.split()
    print("appended", append(stream, int(version)), flush=True)
"""
BEGIN_MANY = f"""{STORE}
from concurrent.futures import ThreadPoolExecutor
store = Store.open(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()

def begin(thread):
    for number in range(10):
        append(f"{{sys.argv[2]}}-{{thread}}-{{number}}", 0)
        try:
            append(f"shared-{{number}}", 0)
        except Conflict:
            pass

with ThreadPoolExecutor(8) as pool:
    list(pool.map(begin, range(8)))
print(store.verify().broken, flush=True)
"""
LOOK_AGAIN = ("", 0)
"""What a subscriber is told as soon as the store listens to other processes: what came before may have been missed."""


class Heard(list[tuple[str, int]]):
    """What a subscriber was told, in order."""

    def __call__(self, stream: str, version: int) -> None:
        self.append((stream, version))


@pytest.fixture
def url(postgres_server: PostgresServer) -> Iterator[str]:
    address = postgres_server.create_database(migrated=True)
    yield address
    postgres_server.drop_database(address)


def listeners(url: str) -> int:
    """How many sessions have said LISTEN and wait."""
    with by_hand(url) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' AND query LIKE 'LISTEN%%'"
        return connection.exec_driver_sql(query).scalar_one()


def test_two_processes_hear_each_other_once_and_in_order(url: str) -> None:
    store, heard = Store.open(url), Heard()
    store.subscribe(heard)
    wait_until(lambda: heard == [LOOK_AGAIN])
    heard.clear()
    with python(OTHER_PROCESS, url, stdin=subprocess.PIPE) as child:
        assert child.stdin and child.stdout and child.stdout.readline() == "ready\n"
        wait_until(lambda: listeners(url) == 2)
        child.stdin.write("panel-1 0\npanel-1 1\n")
        child.stdin.flush()
        wait_until(lambda: len(heard) >= 2)
        append(store, "panel-1", 2)
        append(store, "a name with spaces – and Zoë", 0)
        lines = [child.stdout.readline() for _ in range(6)]
        child.stdin.close()
    assert heard == [("panel-1", 1), ("panel-1", 2), ("panel-1", 3), ("a name with spaces – and Zoë", 1)]
    # Its own it was told by itself, before it went on; they came back from the server and were passed over.
    assert lines == [
        "heard panel-1 1\n",
        "appended 1\n",
        "heard panel-1 2\n",
        "appended 2\n",
        "heard panel-1 3\n",
        "heard a name with spaces – and Zoë 1\n",
    ]
    store.close()


def test_two_stores_of_one_process_hear_each_other_too_and_erasures(url: str) -> None:
    one, two, heard = Store.open(url), Store.open(url), Heard()
    two.subscribe(heard)
    wait_until(lambda: heard == [LOOK_AGAIN])
    append(one, "panel-1", 0)
    one.erase([("panel-1", None)], actor="o", at=NOON, reason={})
    wait_until(lambda: heard == [LOOK_AGAIN, ("panel-1", 1), ("panel-1", 2)])
    one.close()
    two.close()


def test_what_is_not_committed_is_no_news(url: str) -> None:
    one, two, heard = Store.open(url), Store.open(url), Heard()
    append(one, "panel-1", 0)
    two.subscribe(heard)
    wait_until(lambda: heard == [LOOK_AGAIN])
    for _ in range(3):
        with pytest.raises(Exception, match="at version 1"):
            append(one, "panel-1", 0)
    with psycopg.connect(url, autocommit=True) as other_program:
        other_program.execute("NOTIFY homeward, 'something else'")
        other_program.execute("NOTIFY homeward")
    append(one, "panel-1", 1)
    wait_until(lambda: heard == [LOOK_AGAIN, ("panel-1", 2)])
    one.close()
    two.close()


def test_after_a_restart_of_the_server_it_says_look_again_and_goes_on() -> None:
    server = PostgresServer()
    server.start()
    url = server.create_database()
    one, two, heard = Store.open(url), Store.open(url), Heard()
    two.subscribe(heard)
    wait_until(lambda: heard == [LOOK_AGAIN])
    append(one, "panel-1", 0)
    wait_until(lambda: heard == [LOOK_AGAIN, ("panel-1", 1)])
    server.stop("immediate")
    server.start()
    wait_until(lambda: heard == [LOOK_AGAIN, ("panel-1", 1), LOOK_AGAIN])
    append(one, "panel-1", 1)
    wait_until(lambda: heard[-1] == ("panel-1", 2))
    one.close()
    two.close()
    server.remove()


def test_news_that_was_missed_is_looked_up_for_everybody_who_watches(url: str, postgres_server: PostgresServer) -> None:
    """The connection that listens is lost, and before there is a new one a second process appends."""
    database = url.rpartition("/")[2]
    store, woken, heard = Store.open(url), list[tuple[int, int]](), Heard()
    append(store, "panel-1", 0)
    append(store, "panel-2", 0)
    store.subscribe(heard)
    wait_until(lambda: heard == [LOOK_AGAIN])
    hub = Hub(store)
    one, two = "panel-1", "panel-2"

    def wake() -> None:
        woken.append((hub.news(one).version, hub.news(two).version))

    stops = [hub.listen(Watch(one, None), wake), hub.listen(Watch(two, None), wake)]
    hub.catch_up(one)
    hub.catch_up(two)
    with by_hand(url) as connection:
        query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%%'"
        listener = connection.exec_driver_sql(query).scalar_one()
    with (
        python(OTHER_PROCESS, url, stdin=subprocess.PIPE) as child,
        psycopg.connect(postgres_server.url(), autocommit=True) as admin,
    ):
        assert child.stdin and child.stdout and child.stdout.readline() == "ready\n"
        wait_until(lambda: listeners(url) == 2)
        admin.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")  # nobody new; who is connected goes on
        admin.execute("SELECT pg_terminate_backend(%s)", [listener])
        child.stdin.write("panel-1 1\n")
        child.stdin.flush()
        assert child.stdout.readline() == "heard panel-1 2\n"
        assert woken == []
        admin.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
        wait_until(lambda: len(woken) == 2)
        assert woken == [(2, 1), (2, 1)]  # whoever is woken finds every stream looked up
        child.stdin.close()
    for stop in stops:
        stop()
    store.close()


def test_what_is_appended_before_the_store_listens_is_looked_up_as_soon_as_it_does(
    url: str, postgres_server: PostgresServer
) -> None:
    """A browser watches, another process appends, and only then does the first LISTEN get through."""
    database, woken = url.rpartition("/")[2], list[int]()
    store, other = Store.open(url), Store.open(url)
    append(other, "panel-1", 0)
    store.head("panel-1")
    with psycopg.connect(postgres_server.url(), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
        hub = Hub(store)
        stop = hub.listen(Watch("panel-1", None), lambda: woken.append(hub.news("panel-1").version))
        hub.catch_up("panel-1")
        assert hub.news("panel-1").version == 1
        append(other, "panel-1", 1)
        admin.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
    wait_until(lambda: woken == [2])
    stop()
    store.close()
    other.close()


def listening() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "news from other processes"}


def test_only_who_has_a_subscriber_listens_and_close_ends_it(url: str) -> None:
    store, before = Store.open(url), listening()
    append(store, "panel-1", 0)
    assert listeners(url) == 0 and listening() == before
    store.subscribe(Heard())
    store.subscribe(Heard())
    wait_until(lambda: listeners(url) == 1)
    assert len(listening() - before) == 1
    store.close()
    assert listening() <= before
    wait_until(lambda: listeners(url) == 0)


def test_many_streams_that_begin_at_once_in_two_processes_all_begin(url: str) -> None:
    """Each locks its own stream first and the register second, so that no two wait for each other."""
    children = [python(BEGIN_MANY, url, name, stdin=subprocess.PIPE) for name in ("p", "q")]
    for child in children:
        assert child.stdout and child.stdout.readline() == "ready\n"
    said = [child.communicate("now\n")[0] for child in children]
    assert [child.returncode for child in children] == [0, 0] and said == ["None\n"] * 2
    store = Store.open(url)
    assert store.verify() == (170, 170, 0, None)
    assert len(store.read("register")) == 170
    assert len(everything(url)["streams"]) == 171
    store.close()
