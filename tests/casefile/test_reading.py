"""Protects: what is shown of a case follows from what was entered, and what may not be copied is in no bundle."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from framework.case import Case
from framework.casefile import Add, BreakGlass, Casefile, Change, Close, Refused, Remove, reading
from framework.casefile.model import OUTCOMES, SORTS
from tests.casefile.made import CHOSEN, MANAGER, OFFICER, SECOND, TODAY, after, case, child, part


def entry(since: str, what: str = "Something happened", **values: object) -> Add:
    return Add("entry", {"since": since, "what": what, **CHOSEN, **values})


def status(name: str, since: str, until: str = "") -> Add:
    return Add("status", {"status": name, "since": since, "until": until})


# ── Who this is ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(2026, 11, 24), "0 months"),
        (date(2026, 10, 24), "1 month"),
        (date(2026, 10, 25), "0 months"),
        (date(2024, 11, 25), "23 months"),
        (date(2024, 11, 24), "2 years"),
        (date(2017, 11, 25), "8 years"),
        (date(2027, 1, 1), ""),
    ],
)
def test_an_age_is_in_months_below_two_years(born: date, words: str) -> None:
    assert reading.age(born, TODAY) == words


def test_a_month_ends_on_its_last_day() -> None:
    assert reading.age(date(2026, 1, 31), date(2026, 2, 27)) == "0 months"
    assert reading.age(date(2026, 1, 31), date(2026, 2, 28)) == "1 month"


def test_a_case_is_named_by_initials_and_month_of_birth_never_by_the_day() -> None:
    assert reading.who(case(child("name", "Ash Grey"), child("birth", "14/03/2017")), TODAY) == (
        "A. G., born March 2017, 9 years"
    )
    assert reading.who(case(), TODAY) == "A." and reading.who(Casefile(), TODAY) == ""


# ── Legal status ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_status_on_a_day_is_the_later_one_where_one_gives_way() -> None:
    state = case(status("s31", "01/03/2025"), status("s20", "01/10/2024", "01/03/2025"))
    found = [reading.status_on(state, date(*day)) for day in [(2024, 9, 30), (2025, 2, 28), (2025, 3, 1), (2026, 1, 1)]]
    assert found == [None, "s20", "s31", "s31"]


def test_working_days_looked_after_count_the_first_day_and_not_the_day_asked_for() -> None:
    """Monday 2 November 2026 to Monday 30 November: 20 working days before it."""
    state = case(status("s20", "02/11/2026"), child("looked_after_since", "02/11/2026"))
    assert reading.working_days_looked_after(state, date(2026, 11, 30)) == 20
    assert reading.working_days_looked_after(state, date(2026, 11, 3)) == 1
    assert reading.working_days_looked_after(case(status("edge", "02/11/2026")), TODAY) is None


def test_what_may_be_a_mistake_is_said_and_not_refused() -> None:
    state = case(
        status("s20", "01/10/2024", "01/03/2025"),
        status("s31", "01/03/2025"),
        child("looked_after_since", "01/03/2025"),
    )
    assert reading.look_again(state, TODAY) == [
        "Looked after since 1 March 2025, but the legal statuses say since 1 October 2024."
    ]
    assert reading.look_again(case(child("birth", "24/11/2008")), TODAY) == [
        "By this date of birth the child is 18 years old."
    ]
    assert reading.look_again(case(), TODAY) == []


# ── The team ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_team_has_those_of_today_those_to_come_and_those_before() -> None:
    state = case(
        part(OFFICER, "reviewing_officer", since="01/12/2026"),
        part(SECOND, "second_worker", since="01/01/2026", until="23/11/2026"),
        part(MANAGER, "manager"),
    )
    found = reading.team(state, TODAY)
    assert [[one.part for one in group] for group in found] == [
        ["worker", "manager"],
        ["reviewing_officer"],
        ["second_worker"],
    ]
    assert reading.people(state) == {"p-wanda", "p-iris", "p-sol", "p-mo"}


def test_the_team_is_told_for_four_weeks_who_broke_the_glass() -> None:
    state = after(case(), [BreakGlass("A call at night")], SECOND)
    assert [one.person for one in reading.glass_to_show(state, TODAY + timedelta(days=28))] == [SECOND.id]
    assert reading.glass_to_show(state, TODAY + timedelta(days=29)) == [] and SECOND.id in reading.people(state)


# ── The chronology ───────────────────────────────────────────────────────────────────────────────────────────────────

STORY = (
    entry("2024-06", "Police called", sort="domestic_abuse", basis="fact", source="Police"),
    entry("14/03/2024", "A neighbour says the child is left alone", sort="neglect", basis="said", until="04/2024"),
    entry("2023", "Home again", sort="return", until="2024-02"),
    entry("05/2025", "Lives with foster carers", sort="move", goes_on=True),
    entry("06/2025", "Counsel’s advice on the order", sort="police_court", legal_advice=True),
    entry("07/2025", "An expert’s report to the court", sort="police_court", court=True),
)


def test_the_chronology_is_in_order_and_says_when_as_exactly_as_is_known() -> None:
    assert [reading.when(one) for one in reading.chronology(case(*STORY))] == [
        "2023 to February 2024",
        "14 March 2024 to April 2024",
        "June 2024",
        "since May 2025",
        "June 2025",
        "July 2025",
    ]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"sorts": ["neglect", "move"]}, ["e2", "e4"]),
        ({"bases": ["said"]}, ["e2"]),
        ({"since": date(2024, 6, 30)}, ["e1", "e4", "e5", "e6"]),
        ({"until": date(2024, 3, 14)}, ["e3", "e2"]),
        ({"since": date(2024, 4, 30), "until": date(2024, 5, 31)}, ["e2"]),
        ({"holding": "POLICE called"}, ["e1"]),
        ({"holding": "domestic"}, ["e1"]),
        ({"by": MANAGER.id}, []),
        ({"for_copy": True}, ["e3", "e2", "e1", "e4"]),
    ],
)
def test_the_chronology_is_filtered(filters: dict, ids: list[str]) -> None:
    assert [one.id for one in reading.chronology(case(*STORY), **filters)] == ids


def test_who_wrote_an_entry_stays_when_another_changes_it() -> None:
    state = after(case(entry("2024")), [Change("entry", "e1", "means", "A pattern")], MANAGER)
    assert reading.written_by(state, "entry", "e1") == "p-wanda"


def test_the_chart_has_kinds_in_rows_and_earlier_returns_as_bands() -> None:
    found = reading.timeline(case(*STORY), TODAY)
    assert found.rows == [SORTS[name] for name in ("neglect", "domestic_abuse", "move", "police_court")]
    (band,) = found.returns
    assert (band.start, band.end, band.period) == (date(2023, 1, 1), date(2024, 2, 29), True)
    goes_on = next(one for one in found.marks if one.entry == "e4")
    assert (goes_on.start, goes_on.end) == (date(2025, 5, 1), TODAY)
    month = next(one for one in found.marks if one.entry == "e1")
    assert (month.start, month.end, month.period) == (date(2024, 6, 1), date(2024, 6, 30), False)
    assert (found.start, found.end) == (date(2023, 1, 1), TODAY)
    assert reading.timeline(case(), TODAY) == reading.Timeline([], [], [], None, None)


# ── What is missing, and what comes next ─────────────────────────────────────────────────────────────────────────────


def test_what_is_missing_shows_and_does_not_stand_in_the_way_of_closing() -> None:
    state = case()
    what = [one.what for one in reading.missing(state, TODAY)]
    assert what[0] == "the date of birth" and "the legal status and its dates" in what and "the chronology" in what
    assert "who was second worker" in what and "who was social worker" not in what
    for outcome in OUTCOMES:
        assert after(state, [Close(outcome, TODAY)]).closed


def test_a_whole_record_misses_nothing() -> None:
    state = whole()
    assert reading.missing(state, TODAY) == []
    without = after(state, [Change("adult", "a1", "known", ""), Change("parent", "p1", "responsibility", "")])
    assert [(one.kind, one.id, one.field) for one in reading.missing(without, TODAY)] == [
        ("adult", "a1", "known"),
        ("parent", "p1", "responsibility"),
    ]
    assert [one.what for one in reading.missing(after(state, [entry("2022")]), TODAY)] == [
        "the source of what happened 2022"
    ]


def test_the_next_dates_come_in_order_and_a_review_that_was_missed_is_late() -> None:
    state = case(
        child("birth", "01/02/2009"),
        child("next_review", "20/11/2026"),
        status("s38", "01/11/2026", "15/12/2026"),
        part(SECOND, "second_worker", until="30/11/2026"),
    )
    assert [(one.on.isoformat(), one.what, one.late) for one in reading.next_dates(state, TODAY)] == [
        ("2026-11-20", "Review", True),
        ("2026-11-30", "Last day as second worker", False),
        ("2026-12-15", "Interim care order (section 38) ends", False),
        ("2027-02-01", "18th birthday", False),
    ]
    assert reading.next_dates(after(state, [Close("home", TODAY)]), TODAY) == []


def test_the_first_review_is_due_twenty_working_days_after_the_child_became_looked_after() -> None:
    state = case(status("s20", "20/11/2026"), child("looked_after_since", "20/11/2026"))
    (due,) = reading.next_dates(state, TODAY)
    assert (due.on, due.what, due.source) == (date(2026, 12, 18), "First review, at the latest", "regulation 33(1)")


# ── The bundle ───────────────────────────────────────────────────────────────────────────────────────────────────────


def whole() -> Casefile:
    """A record that misses nothing."""
    fields = {
        "birth": "14/03/2017",
        "sex": "female",
        "ethnicity": "White British",
        "language": "English",
        "communicates_by": "Drawing, and talking while she draws",
        "looked_after_since": "01/05/2025",
        "lives": "foster",
        "school": "Hill School",
        "permanence_plan": "home",
        "next_review": "01/02/2027",
        "summary": "She has been with foster carers since May 2025.",
    }
    return case(
        *(child(name, value) for name, value in fields.items()),
        status("s20", "01/05/2025"),
        Add("home", {"name": "Mum’s flat"}),
        Add("home", {"name": "Dad’s house", "considered": "no"}),
        Add(
            "adult",
            {
                "home": "h1",
                "name": "Jo",
                "relation": "mother",
                "would_care": True,
                "known": "None known",
                "view": "I am ready.",
            },
        ),
        Add("adult", {"home": "h2", "name": "Lee", "relation": "father", "would_care": True}),
        Add("parent", {"name": "Jo", "relation": "mother", "responsibility": "yes"}),
        part(MANAGER, "manager"),
        part(SECOND, "second_worker"),
        part(OFFICER, "reviewing_officer"),
        entry("2024-06", "Police called", source="Police", means="The third call in a year", done="Strategy meeting"),
        entry("2025-05", "She says that she misses her dog", sort="voice", source="Foster carer"),
        entry("06/2025", "Counsel’s advice", sort="police_court", source="Legal", legal_advice=True),
        Add("document", {"title": "Assessment", "where": "Doc 88", "on": "01/06/2026", "source": "Social worker"}),
        Add("document", {"title": "Counsel’s note", "where": "Doc 89", "legal_advice": True}),
    )


def test_a_bundle_is_a_dated_selection_that_says_of_which_version() -> None:
    state = whole()
    found = reading.bundle(replace(state, id="0" * 32), TODAY, ["e1"])
    assert found.taken_from is not None
    assert found.taken_from.model_dump() == {
        "case": "0" * 32,
        "version": state.version,
        "on": TODAY,
        "entries": ("e1",),
    }
    assert [(one.when, one.means, one.done) for one in found.chronology] == [
        ("June 2024", "The third call in a year", "Strategy meeting")
    ]
    assert (found.born, found.as_at, found.age, found.legal_status) == ("2017-03", "2026-11", "9 years", "s20")
    assert found.carers == {"a1": "Jo (mother)"}, (
        "who lives in a home that is not considered does not care for the child"
    )
    assert not found.fictional and not found.level and not found.reference.answers
    assert Case.model_validate_json(found.model_dump_json()) == found


def test_what_is_legal_advice_or_restricted_by_a_court_is_in_no_bundle() -> None:
    state = replace(whole(), id="0" * 32)
    found = reading.bundle(state, TODAY)
    assert len(found.chronology) == 2 and "Counsel" not in found.model_dump_json()
    assert found.child_words.said == ("She says that she misses her dog",)
    with pytest.raises(Refused, match="The entry of June 2025 is legal advice: it may stand in no bundle"):
        reading.bundle(state, TODAY, ["e1", "e3"])
    gone = after(state, [Remove("entry", "e1")])
    with pytest.raises(Refused, match="not in the chronology any more"):
        reading.bundle(gone, TODAY, ["e1"])


def test_a_bundle_says_what_it_needs_first() -> None:
    with pytest.raises(Refused) as refused:
        reading.bundle(case(child("birth", "14/03/2017")), TODAY)
    assert str(refused.value) == (
        "Before a meeting can read this case, put in: the legal status today; an adult of a considered home who would care "
        "for the child."
    )


def test_a_bundle_of_an_invented_case_says_so() -> None:
    assert reading.bundle(replace(whole(), id="0" * 32, invented=True), TODAY).fictional
