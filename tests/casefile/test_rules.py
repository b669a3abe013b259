"""Protects: what cannot be so is refused with a sentence that says what and where; what is only missing is not.

The rules alone, without a store.
"""

from datetime import date

import pytest

from framework.casefile import (
    Add,
    Begin,
    Casefile,
    Change,
    Close,
    Command,
    EditConflict,
    Refused,
    Remove,
    Reopen,
    Restore,
)
from framework.casefile.deciding import years_between
from framework.casefile.model import EVENTS, PART_ROLES, PARTS, Part, Worker, first_day, fold, last_day
from framework.items import Added
from framework.people.roles import ROLES
from framework.streams.kind import Actor, Happened
from tests.casefile.made import CHOSEN, MANAGER, NOW, SECOND, TODAY, WORKER, after, case, child, part, person


def refused(state: Casefile, *commands: Command) -> str:
    with pytest.raises(Refused) as answer:
        after(state, commands)
    return str(answer.value)


# ── Dates of the child ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_birth_date_in_the_future_is_refused() -> None:
    assert refused(case(), child("birth", date(2026, 11, 25))) == (
        "25 November 2026 is still to come. Of a child who is not yet born, leave the date of birth empty."
    )
    assert after(case(), [child("birth", TODAY)]).child.birth == TODAY


def test_a_child_cannot_be_looked_after_before_birth_whichever_is_put_in_first() -> None:
    both = "The child was born on 14 March 2017 and cannot be looked after since 1 March 2017, before that."
    assert refused(case(child("birth", "14/03/2017")), child("looked_after_since", "01/03/2017")).startswith(both)
    assert refused(case(child("looked_after_since", "01/03/2017")), child("birth", "14/03/2017")).startswith(both)
    assert after(case(), [child("birth", "14/03/2017"), child("looked_after_since", "14/03/2017")]).version == 4


def test_a_date_is_saved_as_people_write_it_and_cleared_again() -> None:
    state = case(child("birth", "14 March 2017"))
    assert state.child.birth == date(2017, 3, 14) and after(state, [child("birth", "")]).child.birth is None
    assert 'Date of birth: "soon" is not a date' in refused(case(), child("birth", "soon"))


# ── Legal status ─────────────────────────────────────────────────────────────────────────────────────────────────────


def status(name: str, since: str, until: str = "") -> Add:
    return Add("status", {"status": name, "since": since, "until": until})


def test_statuses_follow_one_another_and_may_share_the_day_on_which_one_gives_way() -> None:
    state = case(
        status("s31", "01/06/2025"),
        status("edge", "01/01/2024", "01/10/2024"),
        status("s20", "01/10/2024", "01/03/2025"),
        status("s38", "01/03/2025", "01/06/2025"),
        status("remand", "01/02/2020", "15/02/2020"),
    )
    assert len(state.statuses) == 5


@pytest.mark.parametrize(
    ("since", "until"),
    [("01/02/2025", ""), ("01/09/2024", "02/10/2024"), ("01/11/2024", "01/12/2024"), ("01/10/2024", "01/10/2024")],
)
def test_statuses_that_overlap_are_refused(since: str, until: str) -> None:
    answer = refused(case(status("s20", "01/10/2024", "01/03/2025")), status("s38", since, until))
    assert "overlaps with Accommodated by agreement (section 20) from 1 October 2024 to 1 March 2025" in answer


def test_a_status_that_is_put_back_or_changed_may_not_overlap_either() -> None:
    state = case(status("s20", "01/10/2024"), Remove("status", "l1"), status("s31", "01/11/2024"))
    assert "overlaps" in refused(state, Restore("status", "l1"))
    state = case(status("s20", "01/10/2024", "01/11/2024"), status("s31", "01/11/2024"))
    assert "overlaps" in refused(state, Change("status", "l1", "until", "02/11/2024"))


def test_a_status_lies_between_birth_and_today_and_does_not_end_before_it_begins() -> None:
    state = case(child("birth", "14/03/2017"))
    assert "before the child was born on 14 March 2017" in refused(state, status("s31", "01/03/2017"))
    assert len(after(state, [status("edge", "01/03/2017")]).statuses) == 1, "work may begin before a birth"
    assert "before it begins on 1 October 2024" in refused(state, status("s20", "01/10/2024", "30/09/2024"))
    assert "is still to come" in refused(state, status("s38", "25/11/2026"))
    assert "before this date of birth" in refused(case(status("s31", "01/03/2017")), child("birth", "14/03/2017"))


# ── The home ─────────────────────────────────────────────────────────────────────────────────────────────────────────

HOME = Add("home", {"name": "Mum’s flat"})


def adult(**values: object) -> Add:
    return Add("adult", {"home": "h1", "name": "Jo", **values})


def test_only_adults_stand_among_the_adults_of_a_home() -> None:
    answer = "Jo is not yet 18 by this date of birth."
    assert refused(case(HOME), adult(birth="25/11/2008")).startswith(answer)
    assert refused(case(HOME), adult(birth="2009")).startswith(answer)
    for birth in ("24/11/2008", "11/2008", "2008", "1951", ""):
        assert after(case(HOME), [adult(birth=birth)]).adults["a1"].name == "Jo", "18, or perhaps 18 already"
    assert "is still to come" in refused(case(HOME), adult(birth="2027"))


def test_an_adult_lives_in_a_home_that_is_there() -> None:
    assert refused(case(), adult()).startswith("Choose one of the homes of this case.")
    assert refused(case(HOME, adult()), Remove("home", "h1")) == "Jo live in this home. Move or remove them first."
    gone = case(HOME, adult(), Remove("adult", "a1"), Remove("home", "h1"))
    assert refused(gone, Restore("adult", "a1")).startswith("Choose one of the homes of this case.")
    assert "before they moved in in June 2024" in refused(case(HOME), adult(since="06/2024", until="05/2024"))


# ── The team ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_begins_a_case_works_on_it_from_that_day() -> None:
    (mine,) = case().workers.values()
    assert (mine.person, mine.part, mine.since, mine.until) == (WORKER.id, "worker", TODAY, None)
    assert case(actor=MANAGER).workers["w1"].part == "manager"


@pytest.mark.parametrize("other", ["second_worker", "reviewing_officer", "assurer"])
def test_parts_that_look_at_the_work_of_others_are_held_by_others(other: Part) -> None:
    both = person("Bo", "practitioner", *(PART_ROLES[other] - {"team_manager"}))
    begun = case(actor=both)
    assert "One person cannot be" in refused(begun, part(both, other))
    later = [Change("worker", "w1", "until", TODAY), part(both, other, since="25/11/2026")]
    assert len(after(begun, later, both).workers) == 2


def test_a_part_is_held_once_at_a_time_and_ends_after_it_begins() -> None:
    assert "in this case already" in refused(case(), part(WORKER, "worker"))
    answer = refused(case(), part(SECOND, "second_worker", since="02/11/2026", until="01/11/2026"))
    assert answer == "The last day, 1 November 2026, comes before the first, 2 November 2026."
    assert "stays as it is" in refused(case(), Change("worker", "w1", "person", SECOND.id))


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_given_to_somebody_with_a_role_for_it_whoever_gives_it(name: Part) -> None:
    for role in ROLES:
        other, state = person(f"with-{role}", role), case(Change("worker", "w1", "until", TODAY))
        add = part(other, name, since="25/11/2026")
        if role in PART_ROLES[name]:
            assert len(after(state, [add]).workers) == 2
        else:
            answer = refused(state, add)
            assert answer.startswith(f"{PARTS[name]}: this person does not have the role for it (")
    assert "does not have the role" in refused(case(), part(Actor("p-nobody-knows"), name))


def test_two_colleagues_do_not_make_each_other_the_manager_of_a_case() -> None:
    assert "(Team manager)" in refused(case(), part(SECOND, "manager"))
    assert "(Team manager)" in refused(case(part(SECOND, "second_worker")), part(WORKER, "manager"))


def test_a_part_is_put_back_only_while_the_person_has_a_role_for_it() -> None:
    officer = person("Olu", "reviewing_officer")
    gone = case(part(officer, "reviewing_officer"), Remove("worker", "w2"))
    assert len(after(gone, [Restore("worker", "w2")]).workers) == 2
    person("Olu", "practitioner")
    assert "does not have the role" in refused(gone, Restore("worker", "w2"))


def test_a_part_that_was_given_before_roles_were_asked_for_is_read_as_it_was_and_can_be_ended() -> None:
    wrong = Worker(id="w9", person=SECOND.id, part="manager", since=TODAY)
    state = fold([Happened(Added(item=wrong), WORKER.id, NOW)], case())
    assert state.workers["w9"].part == "manager"
    assert after(state, [Change("worker", "w9", "until", TODAY)]).workers["w9"].until == TODAY
    assert "w9" not in after(state, [Remove("worker", "w9")]).workers


def test_a_manager_may_stand_in_as_worker() -> None:
    assert len(after(case(), [part(MANAGER, "manager")], MANAGER).workers) == 2
    assert len(after(case(actor=MANAGER), [part(MANAGER, "worker")], MANAGER).workers) == 2, "a manager may stand in"


def test_a_block_is_taken_back_with_a_reason_only() -> None:
    state = case(Add("block", {"person": SECOND.id, "why": "A cousin"}))
    assert refused(state, Add("block", {"person": SECOND.id, "why": "A cousin"})).endswith("already.")
    assert refused(state, Remove("block", "b1")).startswith("Say why this person is no longer kept out.")
    lifted = after(state, [Remove("block", "b1", "Mistaken for somebody else"), part(SECOND, "second_worker")])
    assert "works on the case" in refused(lifted, Restore("block", "b1"))


# ── The chronology ───────────────────────────────────────────────────────────────────────────────────────────────────


def entry(since: str, until: str = "", **values: object) -> Add:
    return Add("entry", {"since": since, "until": until, "what": "Something happened", **CHOSEN, **values})


@pytest.mark.parametrize(
    ("typed", "kept", "first", "last"),
    [
        ("24/11/2025", "2025-11-24", date(2025, 11, 24), date(2025, 11, 24)),
        ("24 Nov 2025", "2025-11-24", date(2025, 11, 24), date(2025, 11, 24)),
        ("2/2024", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("Feb 2024", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("February 2024", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("1987", "1987", date(1987, 1, 1), date(1987, 12, 31)),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(typed: str, kept: str, first: date, last: date) -> None:
    since = case(entry(typed)).entries["e1"].since
    assert (since, first_day(since), last_day(since)) == (kept, first, last)


@pytest.mark.parametrize("typed", ["31/02/2024", "2024-02-31", "13/2024", "spring 2024", "24", "02024", "3000"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    assert refused(case(), entry(typed)).endswith("is not a date such as 24/11/2026, 11/2026 or 2026.")


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    assert refused(case(), entry("03/2024", "02/2024")).startswith(
        "This period would end in February 2024, before it begins in March 2024."
    )
    for since, until in (("03/2024", "2024"), ("2024", "03/2024"), ("15/03/2024", "03/2024")):
        assert case(entry(since, until)).entries, "as far as is known, it may"


def test_the_chronology_holds_what_has_happened() -> None:
    assert "is still to come" in refused(case(), entry("25/11/2026"))
    assert "is still to come" in refused(case(), entry("2024", "12/2026"))
    assert "has no end yet" in refused(case(), entry("2024", "2025", goes_on=True))
    assert case(entry("11/2026", goes_on=True)).entries


def test_nothing_is_chosen_for_whoever_writes_an_event_or_a_parent_down() -> None:
    event = {"since": "2024", "what": "Moved"}
    assert refused(case(), Add("entry", event | {"basis": "fact"})) == "Choose the kind of event."
    assert "a fact, an opinion or said only" in refused(case(), Add("entry", event | {"sort": "move"}))
    assert "related to the child" in refused(case(), Add("parent", {"name": "Jo"}))


def test_an_event_needs_its_date_what_happened_and_what_it_is_and_nothing_more() -> None:
    assert refused(case(), Add("entry", {"since": "2024", "what": ""})) == "Please give the event of the entry."
    assert refused(case(), Add("entry", {"what": "Moved"})) == "Please give the date of the entry."
    assert case(Add("entry", {"since": "2024", "what": "Moved", **CHOSEN})).entries["e1"].basis == "fact"


def test_a_brother_or_sister_is_a_case_or_words() -> None:
    assert refused(case(), Add("sibling", {})) == "Say who the brother or sister is, or choose their case."
    assert refused(case(), Add("sibling", {"case": "c1"})) == "A case cannot be linked to itself."
    assert (
        refused(case(Add("sibling", {"case": "c2"})), Add("sibling", {"case": "c2"})) == "This case is linked already."
    )


# ── Beginning, closing, reopening ────────────────────────────────────────────────────────────────────────────────────


def test_a_case_begins_with_a_reference_and_a_name_and_no_real_one_without_sign_in() -> None:
    for reference, called in ((" ", "Ash"), ("LCS 1", "")):
        assert "Please give the" in refused(Casefile(), Begin("c", reference, called, False))
    with pytest.raises(Refused, match="takes invented cases only"):
        after(Casefile(), [Begin("c", "LCS 1", "Ash", False)], is_open=True)
    assert after(Casefile(), [Begin("c", "LCS 1", "Ash", True)], is_open=True).invented
    assert refused(case(), Begin("c1", "LCS 1", "Ash", False)) == "This case has begun already."


def test_a_case_with_nothing_in_it_can_be_closed_and_a_closed_one_is_not_changed() -> None:
    closed = case(Close("moved", TODAY, "To Northtown"))
    assert closed.closed is not None and closed.closed[:3] == ("moved", TODAY, "To Northtown")
    for command in (child("name", "X"), entry("2024"), Close("home", TODAY), Remove("entry", "e1")):
        assert refused(closed, command) == (
            "This case was closed on 24 November 2026: it can be read, and not changed. Reopen it first."
        )
    assert after(closed, [Close("moved", TODAY, "To Northtown")]) == closed, "a second click changes nothing"
    assert len(after(closed, [part(SECOND, "second_worker")]).workers) == 2
    assert "is still to come" in refused(case(), Close("home", date(2026, 11, 25)))
    assert "choose one of: Returned home" in refused(case(), Close("gone", TODAY))  # type: ignore[arg-type]


def test_a_case_is_reopened_with_a_reason_and_keeps_how_it_was_closed() -> None:
    closed = case(entry("2024"), Close("home", TODAY))
    assert refused(closed, Reopen(" ")) == "Please give the reason."
    again = after(closed, [Reopen("Came back into care"), Close("not_returned", TODAY)])
    assert again.closed is not None and again.closed.outcome == "not_returned" and again.entries == closed.entries
    assert [(one.closing.outcome, one.reason, one.by) for one in again.reopened] == [
        ("home", "Came back into care", WORKER.id)
    ]
    assert after(case(), [Reopen("x")]) == case()


def test_a_case_keeps_its_one_child() -> None:
    assert "Each case has one child" in refused(case(), Add("child", {"reference": "x", "name": "y"}))
    assert "Each case has one child" in refused(case(), Remove("child", "child"))
    assert refused(case(), child("name", "")) == "Please give the name used here of the child."


def test_two_who_change_different_fields_lose_nothing_and_of_one_field_the_second_is_told() -> None:
    state = case(child("school", "Hill School"), Change("child", "child", "faith", "None", seen=""))
    assert (state.child.school, state.child.faith) == ("Hill School", "None")
    with pytest.raises(EditConflict):
        after(state, [Change("child", "child", "school", "Dale School", seen="")])


@pytest.mark.parametrize(
    ("day", "years"),
    [(date(2026, 2, 28), 17), (date(2026, 3, 1), 18), (date(2028, 2, 28), 19), (date(2028, 2, 29), 20)],
)
def test_a_birthday_on_29_february_is_on_1_march_in_other_years(day: date, years: int) -> None:
    assert years_between(date(2008, 2, 29), day) == years


def test_what_is_written_today_reads_the_same_when_it_comes_back() -> None:
    texts = [
        '{"type":"begun","case":"c1","reference":"R","called":"A","invented":false}',
        '{"type":"added","item":{"id":"e1","kind":"entry","since":"2024-02","what":"Moved"}}',
        '{"type":"changed","kind":"child","id":"child","field":"birth","value":"2017-03-14"}',
    ]
    events = EVENTS.validate_json(f"[{','.join(texts)}]")
    assert [event.type for event in events] == ["begun", "added", "changed"]
