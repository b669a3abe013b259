"""Protects: a case is seen and listed by the people who work on it; everybody else does not learn that it exists.

- a part counts from its first to its last day, and only with a role that reads cases; a block wins over everything;
- breaking the glass opens a case for a day, tells its team, and gives in vain the same answer whether there is a case or not;
- a link between brothers and sisters shows to those on both;
- who reads is noted, for the manager and the assurer.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from framework.casefile import Add, Casefile, Change, Close, Refused, Remove, Restore
from framework.casefile.access import NOT_HERE, NOT_YOURS
from framework.casefile.casefiles import ANSWERED_AFTER, NOT_OPENED, Casefiles
from framework.casefile.kind import CASEFILE
from framework.streams.kind import NOBODY, Actor, Shows
from framework.streams.store import Store, StoreUnavailable
from tests.casefile.made import (
    ASSURER,
    CHOSEN,
    EVERYWHERE,
    MANAGER,
    OFFICER,
    OTHER_MANAGER,
    PARTS,
    SECOND,
    STRANGER,
    TODAY,
    WORKER,
    Clock,
    child,
    part,
    person,
)
from tests.record import casefiles_in


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def files(store: Store, clock: Clock) -> Casefiles:
    return casefiles_in(store, clock)


@pytest.fixture
def begun(files: Casefiles) -> str:
    """A case with a whole team."""
    case = files.begin(WORKER, "LCS 4711", "Ash")
    for name, who in PARTS.items():
        files.run(case, MANAGER if name == "assurer" else WORKER, part(who, name))
    return case


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return str(refused.value)


def references(files: Casefiles, actor: Actor) -> list[str]:
    return [one.reference for one in files.listing(actor)]


# ── Who works on it ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_everybody_in_the_team_sees_and_lists_the_case(files: Casefiles, begun: str) -> None:
    for name, who in {"worker": WORKER, **PARTS}.items():
        assert files.view(begun, who).called == "Ash"
        assert [(one.id, one.called, one.parts) for one in files.listing(who)] == [(begun, "Ash", {name})]


@pytest.mark.parametrize("who", [STRANGER, OTHER_MANAGER, NOBODY, EVERYWHERE, person("Ada", "administrator")])
def test_nobody_else_learns_that_it_exists(files: Casefiles, begun: str, who: Actor) -> None:
    assert files.view(begun, who) == files.view("none", who) == Casefile()
    assert files.view(begun, who, upto=1) == files.view("none", who, upto=1) == Casefile()
    assert files.listing(who) == [] and files.told(begun, who) == [] and files.siblings(begun, who) == []
    answers = {refusal(lambda id=id: files.run(id, who, child("name", "X"))) for id in (begun, "none")}
    answers |= {refusal(lambda id=id: files.bundle(id, who)) for id in (begun, "none")}
    assert answers == {NOT_HERE}


def test_a_part_counts_from_its_first_to_its_last_day(files: Casefiles, clock: Clock) -> None:
    case = files.begin(WORKER, "LCS 4711", "Ash")
    tomorrow, last = TODAY + timedelta(days=1), TODAY + timedelta(days=3)
    files.run(case, WORKER, part(STRANGER, "approver", since=tomorrow, until=last))
    seen = []
    for _ in range(6):
        seen.append((bool(files.view(case, STRANGER).version), references(files, STRANGER) == ["LCS 4711"]))
        clock.move(days=1)
    assert seen == [(False, False), (True, True), (True, True), (True, True), (False, False), (False, False)]


def test_who_is_new_sees_how_it_stood_before_and_who_has_left_sees_nothing(
    files: Casefiles, begun: str, clock: Clock
) -> None:
    files.run(begun, WORKER, part(STRANGER, "approver"))
    assert files.view(begun, STRANGER, upto=1).called == "Ash" and files.told(begun, STRANGER)
    mine = next(one.id for one in files.view(begun, WORKER).workers.values() if one.person == STRANGER.id)
    files.run(begun, WORKER, Remove("worker", mine))
    assert files.view(begun, STRANGER, upto=clock()) == Casefile() and files.told(begun, STRANGER) == []
    assert files.listing(STRANGER) == []


def test_a_part_counts_only_with_a_role_that_reads_cases(files: Casefiles, begun: str) -> None:
    for roles in (frozenset[str](), frozenset({"administrator"}), frozenset({"data_analyst", "trainer"})):
        lost = WORKER._replace(roles=roles)
        assert files.view(begun, lost) == Casefile() and files.listing(lost) == []
        assert refusal(lambda lost=lost: files.run(begun, lost, child("name", "X"))) == NOT_HERE


def test_the_second_worker_writes_the_chronology_and_no_more(files: Casefiles, begun: str) -> None:
    files.run(begun, SECOND, Add("entry", {"since": "March 2024", "what": "Moved", "source": "School", **CHOSEN}))
    assert refusal(lambda: files.run(begun, SECOND, child("name", "X"))) == NOT_YOURS
    assert (
        refusal(lambda: files.run(begun, OFFICER, Add("entry", {"since": "2024", "what": "Moved", **CHOSEN})))
        == NOT_YOURS
    )


# ── A block ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_block_keeps_a_person_out_in_every_way(files: Casefiles, begun: str) -> None:
    files.run(begun, WORKER, Add("block", {"person": OTHER_MANAGER.id, "why": "The father’s brother"}))
    assert refusal(lambda: files.run(begun, WORKER, part(OTHER_MANAGER, "manager"))).startswith(
        "This person is kept out of the case."
    )
    assert refusal(lambda: files.break_glass(OTHER_MANAGER, "LCS 4711", "An emergency")) == NOT_OPENED
    assert files.view(begun, OTHER_MANAGER) == Casefile() and files.listing(OTHER_MANAGER) == []


def test_a_block_ends_what_the_broken_glass_had_opened(files: Casefiles, begun: str) -> None:
    files.break_glass(STRANGER, "LCS 4711", "An emergency")
    files.run(begun, WORKER, Add("block", {"person": STRANGER.id, "why": "A former partner"}))
    assert files.view(begun, STRANGER) == Casefile() and files.listing(STRANGER) == []


def test_who_works_on_the_case_cannot_be_kept_out_of_it(files: Casefiles, begun: str) -> None:
    block = Add("block", {"person": OFFICER.id, "why": "A relative"})
    assert "Remove them from the team first" in refusal(lambda: files.run(begun, WORKER, block))
    mine = next(one.id for one in files.view(begun, WORKER).workers.values() if one.person == OFFICER.id)
    files.run(begun, WORKER, Remove("worker", mine))
    assert files.run(begun, WORKER, block).blocks


# ── Breaking the glass ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_exact_reference_and_a_reason_open_a_case_for_a_day_and_tell_its_team(
    files: Casefiles, begun: str, clock: Clock
) -> None:
    assert files.break_glass(STRANGER, "lcs4711", "The child rang the duty line") == begun
    assert files.view(begun, STRANGER).called == "Ash"
    assert [one.parts for one in files.listing(STRANGER)] == [{"glass"}]
    assert refusal(lambda: files.run(begun, STRANGER, child("name", "X"))) == NOT_YOURS
    (told,) = files.view(begun, WORKER).glass
    assert (told.person, told.reason, told.until - told.at) == (
        STRANGER.id,
        "The child rang the duty line",
        timedelta(hours=24),
    )
    (read,) = [one for one in files.readings(begun, MANAGER).reads if one.stands_out]
    assert (read.person, read.why) == (STRANGER.id, "The child rang the duty line")
    clock.move(hours=24)
    assert files.view(begun, STRANGER) == Casefile() and files.listing(STRANGER) == []


def test_in_vain_the_answer_is_the_same_whether_there_is_such_a_case_or_not(store: Store) -> None:
    """Also in the time that it takes: measured on a clock that only the pause moves, and a look-up that takes a while."""
    moments, time = list[float](), [0.0]

    def seconds() -> float:
        time[0] += 0.001
        return time[0]

    files = casefiles_in(store, Clock(), seconds=seconds, pause=lambda wait: time.__setitem__(0, time[0] + wait))
    case = files.begin(WORKER, "LCS 4711", "Ash")
    files.run(case, WORKER, Add("block", {"person": STRANGER.id, "why": "A relative"}))
    for reference in ("LCS 4711", "LCS 4712"):
        began = time[0]
        assert refusal(lambda reference=reference: files.break_glass(STRANGER, reference, "An emergency")) == NOT_OPENED
        moments.append(round(time[0] - began, 2))
    assert moments == [ANSWERED_AFTER, ANSWERED_AFTER]


def test_every_try_is_written_down_the_same_whether_there_is_such_a_case_or_not(
    files: Casefiles, begun: str, clock: Clock
) -> None:
    files.run(begun, WORKER, Add("block", {"person": STRANGER.id, "why": "A relative"}))
    for who, reference in ((STRANGER, "LCS 4711"), (STRANGER, "LCS 4712"), (OTHER_MANAGER, "LCS 4711")):
        with suppress(Refused):
            files.break_glass(who, reference, "An emergency")
    auditor = person("Kit", "records_manager")
    kept, missed, opened = files.tries(auditor).tries
    assert kept == missed == (STRANGER.id, tuple(sorted(STRANGER.roles)), "An emergency", clock())
    assert opened.person == OTHER_MANAGER.id and opened[1:] == (("team_manager",), "An emergency", clock())
    assert "471" not in repr(files.tries(auditor)), "it outlives the case"
    assert files.tries(person("Dora", "director")).version == 3
    for who in (person("Ada", "administrator"), MANAGER, WORKER, ASSURER, person("Sal", "strategic_lead")):
        assert not files.tries(who).version


def test_while_nothing_can_be_written_the_answer_is_the_same(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'homeward.db'}")
    files, writes = casefiles_in(store, Clock()), ["ON"]
    begun = files.begin(WORKER, "LCS 4711", "Ash")

    def allowed(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA query_only = {writes[0]}")

    sa.event.listen(store._engine, "checkout", allowed)
    answers = set()
    for reference in ("LCS 4711", "LCS 4712"):
        with pytest.raises(StoreUnavailable) as unavailable:
            files.break_glass(STRANGER, reference, "An emergency")
        answers.add(str(unavailable.value))
    writes[0] = "OFF"
    assert len(answers) == 1 and not files.view(begun, WORKER).glass
    assert files.break_glass(STRANGER, "LCS 4711", "An emergency") == begun
    store.close()


def test_whoever_tries_references_has_to_wait(files: Casefiles, begun: str) -> None:
    for number in range(5):
        assert refusal(lambda number=number: files.break_glass(STRANGER, f"LCS {number}", "x")) == NOT_OPENED
    assert refusal(lambda: files.break_glass(STRANGER, "LCS 4711", "x")).startswith("That was wrong several times.")
    assert files.break_glass(OTHER_MANAGER, "LCS 4711", "An emergency") == begun


def test_the_glass_is_broken_with_a_reason_a_reference_and_a_role(files: Casefiles, begun: str) -> None:
    assert refusal(lambda: files.break_glass(STRANGER, "LCS 4711", " ")) == "Please give the reason."
    assert refusal(lambda: files.break_glass(STRANGER, " ", "x")) == "Please give the reference."
    for who in (person("Dan", "data_analyst"), person("Ada", "administrator"), ASSURER):
        same = {refusal(lambda r=r, who=who: files.break_glass(who, r, "x")) for r in ("LCS 4711", "LCS 4712")}
        assert len(same) == 1 and "role" in same.pop()
    assert not files.view(begun, WORKER).glass


def test_who_sees_the_case_anyway_breaks_no_glass(files: Casefiles, begun: str) -> None:
    assert files.break_glass(MANAGER, "LCS 4711", "x") == begun and not files.view(begun, WORKER).glass


def test_a_manager_who_broke_the_glass_takes_over_a_case_that_nobody_is_left_in(files: Casefiles, clock: Clock) -> None:
    case = files.begin(WORKER, "LCS 4711", "Ash")
    files.break_glass(MANAGER, "LCS 4711", "A call at night")
    assert refusal(lambda: files.run(case, MANAGER, part(MANAGER, "manager"))) == NOT_YOURS
    files.run(case, WORKER, Change("worker", "w1", "until", TODAY))
    clock.move(days=1)
    files.break_glass(MANAGER, "LCS 4711", "Its worker has left")
    assert files.run(case, MANAGER, part(MANAGER, "manager")).workers["w2"].person == MANAGER.id


# ── Two cases with one reference ─────────────────────────────────────────────────────────────────────────────────────


def test_who_begins_a_second_case_of_a_reference_does_not_learn_of_the_first_and_its_team_does(
    files: Casefiles, begun: str, clock: Clock
) -> None:
    clock.move(days=1)
    second = files.begin(STRANGER, "lcs 4711", "Birch")
    assert references(files, STRANGER) == ["lcs 4711"] and files.same_reference(second, STRANGER) == []
    (told,) = files.same_reference(begun, MANAGER)
    assert (told.called, told.parts) == ("", frozenset()) and told.begun_at == clock()
    assert files.same_reference(begun, OFFICER) == files.same_reference(begun, STRANGER) == []
    assert files.break_glass(OTHER_MANAGER, "LCS 4711", "An emergency") == begun, "the one that was first"
    assert len(files.listing(OTHER_MANAGER)) == 2, "and no later one hides it"


def test_who_gives_a_case_of_their_own_another_reference_does_not_learn_whether_it_is_taken(
    files: Casefiles, clock: Clock
) -> None:
    own = files.begin(STRANGER, "LCS 1", "Birch")
    clock.move(days=1)
    hidden = files.begin(WORKER, "LCS 4711", "Ash")
    clock.move(days=1)
    files.run(own, STRANGER, child("reference", "LCS 4711"))
    assert files.same_reference(own, STRANGER) == []
    clock.move(days=1)
    files.begin(OTHER_MANAGER, "LCS 4711", "Elm")
    assert len(files.same_reference(own, STRANGER)) == len(files.same_reference(hidden, WORKER)) == 1, "as ever"


def test_nobody_begins_a_second_case_of_their_own(files: Casefiles, begun: str) -> None:
    assert refusal(lambda: files.begin(WORKER, "LCS  4711", "Ash")).startswith("You work on a case with the reference")
    other = files.begin(WORKER, "LCS 4712", "Elm")
    assert refusal(lambda: files.run(other, WORKER, child("reference", "LCS 4711"))).endswith("Ash. Open that one.")
    files.run(other, WORKER, child("reference", "lcs 4712"))


# ── Brothers and sisters ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_between_brothers_and_sisters_shows_to_those_on_both(files: Casefiles, begun: str) -> None:
    sister = files.begin(WORKER, "LCS 4712", "Elm")
    files.run(begun, WORKER, Add("sibling", {"case": sister, "who": "Sister of eight"}))
    files.run(begun, WORKER, Add("sibling", {"who": "Half-brother, grown up"}))
    assert [one.called for one in files.siblings(begun, WORKER)] == ["Elm"]
    assert [one.called for one in files.siblings(sister, WORKER)] == ["Ash"], "from the other side, too"
    assert [one.who for one in files.view(begun, WORKER).siblings.values()] == [
        "Sister of eight",
        "Half-brother, grown up",
    ]
    for hidden in (files.view(begun, MANAGER), files.view(begun, MANAGER, upto=99)):
        assert [one.who for one in hidden.siblings.values()] == ["Half-brother, grown up"]
        assert "Sister of eight" not in repr(hidden) and sister not in repr(hidden)
    assert files.siblings(begun, MANAGER) == [] and sister not in repr(files.told(begun, MANAGER))
    assert sister in repr(files.told(begun, WORKER))


def test_a_link_that_was_removed_stays_hidden(files: Casefiles, begun: str) -> None:
    sister = files.begin(WORKER, "LCS 4712", "Elm")
    files.run(begun, WORKER, Add("sibling", {"case": sister, "who": "Sister"}))
    (link,) = files.view(begun, WORKER).siblings
    files.run(begun, WORKER, Change("sibling", link, "who", "Sister of eight"))
    files.run(begun, WORKER, Remove("sibling", link))
    assert sister not in repr(files.view(begun, MANAGER)) and "Sister" not in repr(files.told(begun, MANAGER))
    assert sister in repr(files.view(begun, WORKER))


def test_a_hidden_link_leaves_no_gap_and_is_answered_as_one_that_is_not_there(files: Casefiles, begun: str) -> None:
    sister = files.begin(WORKER, "LCS 4712", "Elm")
    files.run(begun, WORKER, Add("sibling", {"case": sister, "who": "Sister"}))
    files.run(begun, MANAGER, Add("sibling", {"who": "Half-brother"}))
    (shown,) = files.view(begun, MANAGER).siblings
    hidden = next(one for one in files.view(begun, WORKER).siblings if one != shown)
    assert not shown[1:].isdigit() and len(shown) == len(hidden) == 17, "no number that counts the others"

    def answer(make: Callable[[str], Any], identifier: str) -> str:
        return refusal(lambda: files.run(begun, MANAGER, make(identifier))).replace(identifier, "…")

    for make in (
        lambda one: Change("sibling", one, "who", "X"),
        lambda one: Remove("sibling", one),
        lambda one: Restore("sibling", one),
    ):
        assert answer(make, hidden) == answer(make, "s" + "0" * 16)
    files.run(begun, WORKER, Remove("sibling", hidden))
    assert "was removed" in answer(lambda one: Restore("sibling", one), hidden)
    assert files.run(begun, WORKER, Restore("sibling", hidden)).siblings.keys() == {shown, hidden}


def test_news_of_a_case_reaches_nobody_whose_part_has_ended(files: Casefiles, begun: str, clock: Clock) -> None:
    files.break_glass(STRANGER, "LCS 4711", "An emergency")
    version = files.view(begun, WORKER).version
    for who in (WORKER, OFFICER, STRANGER):
        assert files.shows(begun, who.id).shown == version
    mine = next(one.id for one in files.view(begun, WORKER).workers.values() if one.person == OFFICER.id)
    files.run(begun, WORKER, Change("worker", mine, "until", TODAY))
    clock.move(days=1)
    files.run(begun, WORKER, child("language", "Urdu"))
    assert files.shows(begun, WORKER.id).shown == version + 2
    for gone in (OFFICER.id, STRANGER.id, OTHER_MANAGER.id, None):
        assert files.shows(begun, gone) == Shows(0)


def test_only_a_case_that_one_works_on_can_be_linked(files: Casefiles, begun: str) -> None:
    other = files.begin(STRANGER, "LCS 4799", "Oak")
    answers = {
        refusal(lambda id=id: files.run(begun, WORKER, Add("sibling", {"case": id}))) for id in (other, "0" * 32)
    }
    assert len(answers) == 1 and answers.pop().startswith("Choose a case that you work on")


# ── Who read what ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reading_is_noted_once_in_half_an_hour_and_changes_no_version(
    files: Casefiles, begun: str, clock: Clock
) -> None:
    version = files.view(begun, OFFICER).version
    for _ in range(3):
        files.view(begun, OFFICER)
    clock.move(minutes=31)
    files.view(begun, OFFICER)
    files.read_by(begun, OFFICER, "a print", "For the review")
    mine = [one for one in files.readings(begun, MANAGER).reads if one.person == OFFICER.id]
    assert [(one.what, one.why, one.parts) for one in mine] == [
        ("the case", "", ("reviewing_officer",)),
        ("the case", "", ("reviewing_officer",)),
        ("a print", "For the review", ("reviewing_officer",)),
    ]
    assert files.view(begun, OFFICER).version == version


def test_the_log_is_read_by_the_manager_and_the_assurer_of_the_case(files: Casefiles, begun: str) -> None:
    assert files.readings(begun, MANAGER).reads and files.readings(begun, ASSURER).reads
    for who in (WORKER, SECOND, OFFICER, STRANGER, OTHER_MANAGER, person("Ada", "administrator"), NOBODY):
        assert not files.readings(begun, who).version
    files.view(begun, STRANGER)
    assert all(one.person != STRANGER.id for one in files.readings(begun, MANAGER).reads), (
        "who saw nothing read nothing"
    )


# ── Without sign-in, closed, erased ──────────────────────────────────────────────────────────────────────────────────


def test_without_sign_in_every_case_is_an_invented_one_and_everybody_sees_it(store: Store) -> None:
    files = casefiles_in(store, Clock(), is_open=True)
    case = files.begin(EVERYWHERE, "HW 1", "Ash")
    files.run(case, EVERYWHERE, child("birth", date(2017, 3, 14)))
    assert files.view(case, EVERYWHERE).invented and references(files, EVERYWHERE) == ["HW 1"]
    assert not files.view(case, EVERYWHERE).workers


def test_a_closed_case_is_read_and_not_changed_and_its_team_can_be(files: Casefiles, begun: str) -> None:
    files.run(begun, MANAGER, Close("home", TODAY))
    assert [one.closed for one in files.listing(WORKER, "closed")] == [True] and files.listing(WORKER, "open") == []
    assert refusal(lambda: files.run(begun, WORKER, child("name", "X"))).startswith(
        "This case was closed on 24 November"
    )
    files.run(begun, MANAGER, part(person("Qi", "quality_assurer"), "assurer"))
    assert files.break_glass(STRANGER, "LCS 4711", "An emergency") == begun


def test_a_case_that_was_erased_is_as_if_it_had_never_been(store: Store, clock: Clock) -> None:
    files = casefiles_in(store, clock)
    case, sister = files.begin(WORKER, "LCS 4711", "Ash"), files.begin(WORKER, "LCS 4712", "Elm")
    files.run(sister, WORKER, Add("sibling", {"case": case, "who": "Brother"}))
    store.erase([(CASEFILE.stream(case), None)], actor="p-rita", at=clock(), reason={"why": "due"})
    afresh = casefiles_in(store, clock)
    for who in (WORKER, STRANGER):
        assert afresh.view(case, who) == afresh.view("none", who) == Casefile()
        assert refusal(lambda who=who: afresh.run(case, who, child("name", "X"))) == NOT_HERE
    assert references(afresh, WORKER) == ["LCS 4712"] and afresh.view(sister, WORKER).siblings == {}
    assert refusal(lambda: afresh.break_glass(STRANGER, "LCS 4711", "x")) == NOT_OPENED


def test_who_changed_a_field_in_the_meantime_is_named(store: Store) -> None:
    files = casefiles_in(store, Clock(), names={MANAGER.id: "Mo"})
    case = files.begin(WORKER, "LCS 4711", "Ash")
    files.run(case, WORKER, part(MANAGER, "manager"))
    files.run(case, MANAGER, child("school", "Hill School"))
    answer = refusal(lambda: files.run(case, WORKER, Change("child", "child", "school", "Dale School", seen="")))
    assert answer == "Mo has changed the school in the meantime; it now says: “Hill School”."


def test_nothing_of_one_case_comes_into_another(files: Casefiles, begun: str) -> None:
    files.run(begun, WORKER, child("birth", date(2017, 3, 14)))
    files.run(begun, WORKER, Add("entry", {"since": "2024", "what": "Moved", **CHOSEN}))
    other = files.view(files.begin(WORKER, "LCS 4712", "Elm"), WORKER)
    assert (other.reference, other.called) == ("LCS 4712", "Elm")
    assert other.child is not None and other.child.model_dump(exclude_defaults=True) == {
        "id": "child",
        "reference": "LCS 4712",
        "name": "Elm",
    }
    assert [kind for kind, items in other.items.here.items() if items] == ["child", "worker"]


def test_an_entry_that_was_erased_is_gone_and_the_case_goes_on(store: Store, clock: Clock) -> None:
    files = casefiles_in(store, clock)
    case = files.begin(WORKER, "LCS 4711", "Ash")
    version = files.run(case, WORKER, Add("entry", {"since": "2024", "what": "About somebody else", **CHOSEN})).version
    files.run(case, WORKER, Change("entry", "e1", "means", "Nothing"))
    files.run(case, WORKER, Add("entry", {"since": "2025", "what": "Moved", **CHOSEN}))
    store.erase([(CASEFILE.stream(case), [version])], actor="p-rita", at=clock(), reason={"why": "asked for"})
    found = casefiles_in(store, clock).view(case, WORKER)
    assert found.erased and [one.what for one in found.entries.values()] == ["Moved"]
    assert "somebody else" not in repr(found)


def test_who_is_shown_nothing_is_noted_nowhere(files: Casefiles, begun: str) -> None:
    before = files.readings(begun, MANAGER).version
    files.read_by(begun, STRANGER, "a print")
    files.read_by("none", STRANGER, "a print")
    assert files.readings(begun, MANAGER).version == before and not files.readings("none", STRANGER).version
