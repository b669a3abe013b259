"""What lists need is kept beside each stream, in step with its events, and read without folding any."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framework.streams.store import Conflict, IndexChange, NewEvent, Store, StoreUnavailable, index, schema
from tests.streams.stores import NOON, append, by_hand

Pairs = set[tuple[str, str]]


def change(added: Pairs, removed: Pairs | None = None, rules: int = 1) -> IndexChange:
    return IndexChange(frozenset(added), frozenset(removed or ()), rules)


def names(listed: list[index.Listed]) -> list[str]:
    return [one.stream for one in listed]


@pytest.fixture
def meetings(store: Store) -> Store:
    """m0 to m5, each a minute newer; even ones of Ayesha, odd ones of Ben; m1 closed; samples names m4."""
    for number in range(6):
        pairs = {("person", ("ayesha", "ben")[number % 2]), ("code", f"K{number}")}
        if number == 1:
            pairs.add(("closed", "2026-03-01"))
        at = NOON + timedelta(minutes=number)
        append(store, f"m{number}", 0, at=at, index=change(pairs), title=f"Meeting {number}")
    append(store, "samples", 0, kind="samples", index=change({("set_aside", "m4")}))
    return store


def test_a_list_is_newest_first_with_what_it_needs(meetings: Store) -> None:
    first = meetings.listing("panel")[0]
    assert first == ("m5", "panel", "Meeting 5", 1, NOON + timedelta(minutes=5), {("person", "ben"), ("code", "K5")})
    assert names(meetings.listing("panel")) == ["m5", "m4", "m3", "m2", "m1", "m0"]
    assert names(meetings.listing("nothing")) == []


def test_a_list_of_those_that_have_and_have_not(meetings: Store) -> None:
    assert names(meetings.listing("panel", {"person": "ben"})) == ["m5", "m3", "m1"]
    assert names(meetings.listing("panel", {"person": "ben", "code": "K3"})) == ["m3"]
    assert names(meetings.listing("panel", {"person": "ben", "code": "K2"})) == []
    assert names(meetings.listing("panel", {"person": "ben"}, without=["closed"])) == ["m5", "m3"]
    assert names(meetings.listing("panel", without=["closed", "code"])) == []
    assert names(meetings.listing("panel", {"person": "ayesha"}, not_named_under=["set_aside"])) == ["m2", "m0"]
    assert names(meetings.listing("samples", {"set_aside": "m4"})) == ["samples"]
    assert names(meetings.listing("panel", {"set_aside": "m4"})) == []
    assert meetings.count("panel", {"person": "ben"}, without=["closed"]) == 2
    assert meetings.count("panel", not_named_under=["set_aside"]) == 5
    assert meetings.find("person", "ayesha") == ["m0", "m2", "m4"]
    assert meetings.find("set_aside", "m4", "panel") == meetings.find("code", "K9") == []
    assert meetings.find("set_aside", "m4", "samples") == ["samples"]


def test_a_list_can_be_read_page_by_page(meetings: Store) -> None:
    append(meetings, "m6", 0, at=NOON + timedelta(minutes=5))  # of the very same moment as m5
    pages, after = [], None
    while page := meetings.listing("panel", limit=3, after=after):
        pages.append(names(page))
        after = (page[-1].updated_at, page[-1].stream)
    assert pages == [["m6", "m5", "m4"], ["m3", "m2", "m1"], ["m0"]]


def test_a_list_is_the_same_whether_few_or_many_have_a_pair(meetings: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [({"person": "ben"}, 2), ({"person": "ben", "code": "K3"}, None), ({"person": "ayesha"}, 1)]
    few = [
        (names(meetings.listing("panel", where, limit=limit)), meetings.count("panel", where))
        for where, limit in wanted
    ]
    monkeypatch.setattr(index, "FEW", 0)
    assert few == [
        (names(meetings.listing("panel", where, limit=limit)), meetings.count("panel", where))
        for where, limit in wanted
    ]
    assert few == [(["m5", "m3"], 3), (["m3"], 1), (["m4"], 3)]


def test_pairs_change_with_the_events_or_not_at_all(meetings: Store) -> None:
    with pytest.raises(Conflict):
        append(meetings, "m0", 0, index=change({("closed", "now")}, {("code", "K0")}))
    assert meetings.find("code", "K0") == ["m0"] and meetings.find("closed", "now") == []
    append(meetings, "m0", 1, index=change({("closed", "now"), ("code", "K0")}, {("person", "ayesha")}))
    assert meetings.listing("panel", {"code": "K0"})[0].pairs == {("closed", "now"), ("code", "K0")}
    append(meetings, "m0", 2)  # without a word about the index: it stays
    assert meetings.find("closed", "now") == ["m0"]


def test_streams_that_older_rules_indexed_are_found_and_written_anew(meetings: Store) -> None:
    append(meetings, "old", 0)  # a release that knew no index
    assert meetings.behind("panel", 1) == ["old"]
    assert meetings.behind("panel", 2) == ["m0", "m1", "m2", "m3", "m4", "m5", "old"]
    append(meetings, "m0", 1, index=change({("due", "today")}, rules=2))
    assert "m0" in meetings.behind("panel", 2)  # its other rows are still those of the older rules
    assert not meetings.set_index("m0", 1, [("code", "L0")], 2)  # computed before that event
    assert not meetings.set_index("none", 0, [], 2)
    assert meetings.set_index("m0", 2, [("code", "L0")], 2)
    assert meetings.listing("panel", {"code": "L0"})[0].pairs == {("code", "L0")}
    assert "m0" not in meetings.behind("panel", 2)
    append(meetings, "m0", 2, index=change(set(), rules=1))  # an older process that is still running
    assert "m0" in meetings.behind("panel", 2)


PAIRS = st.sets(st.tuples(st.sampled_from("ab"), st.sampled_from(["1", "2", "Zoë 🏠", ""])), max_size=4)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(PAIRS, PAIRS), min_size=1, max_size=4))
def test_any_changes_leave_what_a_set_would_hold(store: Store, changes: list[tuple[Pairs, Pairs]]) -> None:
    held: Pairs = {pair for one in store.listing("panel") for pair in one.pairs}
    for added, removed in changes:
        append(store, "panel-1", store.head("panel-1"), index=change(added, removed))
        held = held - removed | added
        assert store.listing("panel")[0].pairs == held


def test_an_append_whose_index_cannot_be_written_is_no_append(store: Store, database_url: str) -> None:
    append(store, "panel-1", 0)
    with by_hand(database_url) as connection:
        connection.exec_driver_sql("DROP TABLE stream_index")
    with pytest.raises(StoreUnavailable):
        append(store, "panel-1", 1, [NewEvent("noted", "{}")], index=change({("a", "b")}))
    with by_hand(database_url) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.events)).scalar() == 2
    assert store.head("panel-1") == 1 and store.verify().broken is None
