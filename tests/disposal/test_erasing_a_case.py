"""Protects: what two people have decided is erased, all of it and in one step, and nothing else; what stays can be proved.

- no word of the case is in any table, or in SQLite's files; every hash chain still holds;
- brothers' and sisters' cases keep theirs;
- an open meeting, an open case, a legal hold, and a disposal on which one person alone has decided are refused with a sentence;
- a process that is killed in the middle has erased nothing.
"""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from framework.casefile import Add, Casefile, Refused, Reopen
from framework.disposal import backups, keeping
from framework.disposal.deciding import Confirm, TurnDown, Withdraw
from framework.disposal.kind import DISPOSAL
from framework.panel.meetings import Ticket
from framework.streams.kind import Unreadable
from framework.streams.store import ERASED, Store
from tests.disposal.made import MARK, Held, other_process, whole
from tests.streams.stores import ROOT, by_hand, everything, on_sqlite


def said(url: str) -> str:
    return repr(everything(url))


def test_after_an_erasure_no_word_of_the_case_is_in_any_table_and_the_chains_hold(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    held = whole(store)
    held.work.disposals.keep(held["kit"], keeping.ChooseClass(held.case, "long", f"An inquiry named {MARK}."))
    held.work.handouts.leave_out(held.case, held["kit"], "entry/e1", "", f"It names the aunt of {MARK}.")
    held.work.handouts.hand_out(held.case, held["kit"], f"{MARK} himself", "He asked for it.")
    other = other_process(held.work, database_url)
    assert other.casefiles.view(held.case, held["wanda"]).called == MARK  # it remembers the case from now on
    disposal = held.decided()
    assert MARK in said(database_url)

    plan = held.work.disposals.plan(disposal)
    names = {stream.partition(":")[0] for stream in plan.streams}
    assert names == {"casefile", "reading", "handout", "retention", "panel"}
    done = held.work.disposals.carry_out(plan)

    assert (done.streams, done.left) == (5, ())
    assert MARK.casefold() not in said(database_url).casefold()
    verified = store.verify()
    assert verified.broken is None and verified.erased == done.events
    if on_sqlite(database_url):
        assert done.wiped
        store.close()
        assert not any(MARK.encode() in file.read_bytes() for file in tmp_path.iterdir())
    for work in (held.work, other):
        assert work.casefiles.view(held.case, held["kit"]) == Casefile()
        with pytest.raises((Refused, Unreadable)):
            work.meetings.view(held.meeting, held.chair.member, me=held["wanda"])
    other.store.close()


def test_what_stays_says_who_decided_what_and_when(store: Store, database_url: str) -> None:
    held = whole(store)
    disposal = held.decided()
    held.work.disposals.carry_out(held.work.disposals.plan(disposal))
    state = held.work.disposals.view(disposal, held["dora"])
    assert (state.standing, state.ground, state.streams) == ("carried_out", "mistake", 3)
    assert state.proposed and state.decided and state.carried_out_at == held.clock()
    assert (state.proposed.by, state.decided.by) == (held.ids["kit"], held.ids["dora"])
    last = store.read(f"casefile:{held.case}")[-1]
    assert (last.type, last.actor) == (ERASED, held.ids["dora"])
    assert json.loads(last.text)["by_decision"] == DISPOSAL.stream(disposal)


def test_brothers_and_sisters_keep_their_case(store: Store, database_url: str) -> None:
    held = whole(store)
    brother = held.sibling()
    before = {one: store.read(one) for one in (f"casefile:{brother}", f"reading:{brother}")}
    held.work.disposals.carry_out(held.work.disposals.plan(held.decided()))
    assert {one: store.read(one) for one in before} == before
    seen = held.work.casefiles.view(brother, held["wanda"])
    assert seen.called == "Brother" and not seen.erased
    assert [one.id for one in held.work.casefiles.listing(held["wanda"])] == [brother]


def refusal(held: Held, disposal: str) -> str:
    """Why it is not carried out; nothing of the record was changed."""
    before = held.work.store.heads()
    with pytest.raises(Refused) as refused:
        held.work.disposals.carry_out(held.work.disposals.plan(disposal))
    assert held.work.store.heads() == before
    return str(refused.value)


def test_what_stands_in_the_way_is_said_and_nothing_is_erased(store: Store) -> None:
    held = whole(store)
    assert "There is no such disposal" in refusal(held, "0123456789abcdef")
    proposed = held.work.disposals.propose(held["kit"], held.case, "mistake", "Entered twice.")
    assert "nobody has confirmed it" in refusal(held, proposed)
    held.work.disposals.decide(proposed, held["dora"], Confirm("Checked."))

    held.work.disposals.keep(held["kit"], keeping.PlaceHold(held.case, "An inquest was opened."))
    assert refusal(held, proposed).startswith("A legal hold is on this case: An inquest was opened.")
    held.work.disposals.keep(held["kit"], keeping.LiftHold(held.case, "The inquest is over."))

    held.work.casefiles.run(held.case, held["mo"], Reopen("He came back."))
    assert "This case is open" in refusal(held, proposed)
    held.close_case()

    held.work.disposals.decide(proposed, held["kim"], TurnDown("The court asked for it."))
    assert "turned down" in refusal(held, proposed)
    again = held.decided()
    held.work.disposals.decide(again, held["kit"], Withdraw("Not now."))
    assert "withdrawn" in refusal(held, again)


def test_an_open_meeting_stands_in_the_way(store: Store) -> None:
    held = Held(store)
    held.close_case()
    with pytest.raises(Refused, match="a meeting that is not closed yet"):
        held.work.disposals.propose(held["kit"], held.case, "mistake", "Entered twice.")
    held.meet()
    disposal = held.decided()
    held.work.casefiles.run(held.case, held["mo"], Reopen("Another look."))
    held.work.meetings.open(held.bundle(), Ticket.new(), "Wanda Worker", "social_worker", me=held["wanda"])
    held.close_case()
    assert "a meeting that is not closed yet" in refusal(held, disposal)


def test_it_is_carried_out_once(store: Store, database_url: str) -> None:
    held = whole(store)
    disposal = held.decided()
    held.work.disposals.carry_out(held.work.disposals.plan(disposal))
    assert "carried out on 24 November 2026. There is nothing left to erase." in refusal(held, disposal)
    with pytest.raises(Refused, match="what was erased cannot come back"):
        held.work.disposals.decide(disposal, held["kit"], Withdraw("Too late."))


def test_whoever_changes_the_case_or_withdraws_meanwhile_stops_it(store: Store) -> None:
    held = whole(store)
    disposal = held.decided()
    for meanwhile in (
        lambda: held.work.casefiles.run(
            held.case,
            held["mo"],
            Add("worker", {"person": held.ids["sam"], "part": "second_worker", "since": "24/11/2026"}),
        ),
        lambda: held.work.disposals.decide(disposal, held["kit"], Withdraw("Not yet.")),
    ):
        plan = held.work.disposals.plan(disposal)
        meanwhile()
        with pytest.raises(Refused, match="at the same moment"):
            held.work.disposals.carry_out(plan)
        assert held.work.casefiles.view(held.case, held["wanda"]).called == MARK


def test_a_damaged_chain_is_not_erased(store: Store, database_url: str) -> None:
    held = whole(store)
    disposal = held.decided()
    with by_hand(database_url) as connection:
        connection.exec_driver_sql(
            f"UPDATE events SET digest = 'x' WHERE stream = 'panel:{held.meeting}' AND version = 2"
        )
    assert "is not whole at version 2" in refusal(held, disposal)


def test_the_backups_that_may_still_hold_it_are_named(store: Store, tmp_path: Path) -> None:
    backups.note(store, tmp_path / "before.db")
    held = whole(store)
    held.clock.move(days=400)
    disposal = held.decided()
    # Noted by the clock of the machine, later than the case of these tests began.
    backups.note(store, tmp_path / "monday.db", tmp_path / "monday.db", tmp_path / "tuesday.db")
    plan = held.work.disposals.plan(disposal)
    named = [Path(one.file).name for one in plan.backups]
    assert named[-2:] == ["monday.db", "tuesday.db"] and len(named) == len(set(named))
    held.work.disposals.carry_out(plan)
    assert held.work.disposals.view(disposal, held["dora"]).backups == tuple(one.file for one in plan.backups)


KILLED = """
import sys
from datetime import UTC, datetime
from framework.streams.store import Store, erasing
from framework.streams.store import log
calls = []
usual = erasing.erase_stream
def slow(connection, stream, *rest):
    done = usual(connection, stream, *rest)
    print(stream, flush=True)
    if len(calls) == 1:
        sys.stdin.read()
    calls.append(stream)
    return done
erasing.erase_stream = slow
store = Store.open(sys.argv[1])
store.erase([(one, None) for one in sys.argv[2:]], actor="o", at=datetime.now(UTC), reason={})
"""


def test_a_process_that_is_killed_in_the_middle_has_erased_nothing(store: Store, database_url: str) -> None:
    held = whole(store)
    disposal = held.decided()
    before = everything(database_url)
    streams = sorted(held.work.disposals.plan(disposal).streams)
    killed = subprocess.Popen(
        [sys.executable, "-c", KILLED, database_url, *streams], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert killed.stdout
    assert [killed.stdout.readline().decode().strip() for _ in range(2)] == streams[:2]
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert everything(database_url) == before
    held.work.disposals.carry_out(held.work.disposals.plan(disposal))
    assert MARK not in said(database_url)
