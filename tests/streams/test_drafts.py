"""Protects: a text in typing waits beside the log. It is its seat's, moves no version, and is erased with its stream."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from framework.streams.store import Draft, Store, database
from tests.streams.stores import NOON, append, by_hand, everything

SAM = Draft("sam", "neglect|child", "Seen twice", "", NOON)


def test_the_newest_text_of_a_seat_about_one_thing_is_kept_and_moves_no_version(store: Store) -> None:
    append(store, "panel-1", 0)
    heard: list[tuple[str, int]] = []
    later = SAM._replace(text="Seen twice – Zoë", was="Seen", at=NOON + timedelta(seconds=2))
    tess = SAM._replace(seat="tess", text="", at=NOON + timedelta(seconds=1))
    other = SAM._replace(key="growth_faltering|child")
    store.subscribe(lambda stream, version: heard.append((stream, version)) if stream else None)
    for draft in (SAM, tess, later, other):
        store.keep_draft("panel-1", draft)
    store.keep_draft("panel-2", SAM)
    assert store.drafts("panel-1") == [other, tess, later], "the oldest first"
    assert store.drafts("panel-1", "sam", "neglect|child") == [later]
    assert store.drafts("panel-1", "nobody") == [] == store.drafts("panel")
    store.drop_draft("panel-1", "sam", "neglect|child")
    store.drop_draft("panel-1", "sam", "neglect|child")
    assert store.drafts("panel-1") == [other, tess] and store.drafts("panel-2") == [SAM]
    assert store.head("panel-1") == 1 and heard == []
    assert store.verify() == (1, 1, 0, None)


def test_what_is_typed_is_erased_with_its_stream_and_with_no_single_event(store: Store, database_url: str) -> None:
    for stream in ("panel-1", "panel-2"):
        append(store, stream, 0)
        store.keep_draft(stream, SAM)
    store.erase([("panel-1", [1])], actor="officer", at=NOON, reason={})
    assert store.drafts("panel-1") == [SAM]
    store.erase([("panel-1", None)], actor="officer", at=NOON, reason={})
    assert store.drafts("panel-1") == [] and store.drafts("panel-2") == [SAM]
    assert store.verify() == (2, 4, 1, None)
    assert [row[:2] for row in everything(database_url)["drafts"]] == [("panel-2", "sam")]


def test_an_erasure_that_leaves_the_events_alone_takes_what_was_typed_since(store: Store) -> None:
    append(store, "panel-1", 0)
    store.erase([("panel-1", None)], actor="officer", at=NOON, reason={})
    store.keep_draft("panel-1", SAM)
    assert store.erase([("panel-1", None)], actor="officer", at=NOON, reason={})[:2] == (1, 0)
    assert store.drafts("panel-1") == []


def test_a_database_of_the_release_before_gets_the_table_and_keeps_all_else(database_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with by_hand(database_url) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        assert "drafts" not in sa.inspect(connection).get_table_names()
    before = {table: rows for table, rows in everything(database_url).items() if table != "alembic_version"}
    store = Store.open(database_url)
    assert everything(database_url) == {**before, "drafts": [], "alembic_version": [("0003",)]}
    append(store, "panel-1", 0)
    store.keep_draft("panel-1", SAM)
    assert store.drafts("panel-1") == [SAM] and store.verify() == (1, 1, 0, None)
    store.close()
