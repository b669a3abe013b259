"""What the pages of a case show: the cards, what waits for whom, the list, and the picture and paper of the chronology."""

from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
import pytest

from framework.casefile import Casefile, chronology_paper, model, shown
from framework.casefile.model import Begun, Closed, Entry, Parent, Status, Worker
from framework.items import Added, Changed, Removed, Restore, Restored
from framework.streams.kind import Actor, Happened

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
BEGUN = Begun(case="c1", reference="LCS 100", called="Amy", invented=True)


def folded(*events: Any) -> Casefile:
    return model.fold([Happened(event, "p1", NOW) for event in (BEGUN, *events)])


def child(field: str, value: Any) -> Changed:
    return Changed(kind="child", id="child", field=field, value=value)


def entry(number: int, since: str, **values: Any) -> Added[Any]:
    return Added(item=Entry(id=f"e{number}", since=since, **{"what": f"Event {number}", **values}))


def worker(number: int, person: str, part: Any, since: date, until: date | None = None) -> Added[Any]:
    return Added(item=Worker(id=f"w{number}", person=person, part=part, since=since, until=until))


RETURNS = (
    entry(1, "2023-06", until="2024-09", sort="return"),
    entry(2, "2025-02", until="2025-10", sort="return"),
    entry(3, "2025-11", until="2026-05", sort="return"),
    entry(4, "2024-04", sort="school"),
    entry(5, "2026-10", sort="decision", legal_advice=True, what="Counsel’s advice"),
)

# ── Cards, and what waits ────────────────────────────────────────────────────────────────────────────────────────────


def test_each_thing_that_is_missing_stands_on_the_card_where_it_is_filled_in() -> None:
    state = folded(Added(item=Status(id="l1", status="s20", since=date(2026, 5, 4))))
    lacking = shown.missing(state, TODAY)
    assert list(lacking) == list(shown.CARDS)
    assert "the date of birth" in lacking["child"] and "the permanence plan" in lacking["status"]
    assert "since when the child is looked after" in lacking["status"]
    assert lacking["homes"] and lacking["family"]
    assert "the second worker" in lacking["team"], "of an open case: what it lacks, not who was"


def test_what_was_removed_from_a_card_can_be_put_back_once() -> None:
    parent = Parent(id="p1", name="Jo")
    gone = folded(Added(item=parent), Removed(kind="parent", id="p1"))
    (made,) = shown.made(gone, "family")
    assert made.back == Restore("parent", "p1") and made.by == "p1"
    (made,) = shown.made(
        folded(Added(item=parent), Removed(kind="parent", id="p1"), Restored(kind="parent", id="p1")), "family"
    )
    assert made.back is None
    assert not shown.made(gone, "team")


def test_a_birth_is_told_by_month_and_never_by_day() -> None:
    assert shown.born(folded(), TODAY) == "date of birth not recorded"
    assert shown.born(folded(child("birth", "2018-03-09")), TODAY) == "born March 2018, 8 years"


def test_each_date_waits_for_whoever_has_to_act_on_it_and_a_closed_case_for_nobody() -> None:
    events = (
        child("next_review", "2026-12-09"),
        worker(1, "p1", "worker", date(2026, 5, 5)),
        worker(2, "p2", "manager", date(2026, 5, 5), date(2026, 12, 1)),
    )
    found = [(one.whom, one.on) for one in shown.waits(folded(*events), TODAY) if one.on]
    assert found == [("manager", date(2026, 12, 1)), ("reviewing_officer", date(2026, 12, 9))]
    late = shown.waits(folded(child("next_review", "2026-11-01"), *events[1:]), TODAY)
    assert [(one.whom, one.late) for one in late if one.on == date(2026, 11, 1)] == [("worker", True)]
    assert not shown.waits(folded(*events, Closed(outcome="home", on=TODAY)), TODAY)


def test_a_case_without_worker_or_manager_waits_for_somebody_to_name_them() -> None:
    said = [one.what for one in shown.waits(folded(), TODAY)]
    assert "Nobody is its social worker" in said and "Nobody is its team manager" in said


def test_a_list_has_what_waits_earliest_on_top_closed_cases_last_and_is_searched() -> None:
    soon = shown.row(folded(child("next_review", "2026-12-01")), "p1", TODAY)
    later = soon._replace(id="c2", called="Ben", waits=(shown.Waits("Review", "worker", date(2027, 1, 1)),))
    closed = soon._replace(id="c3", called="Cal", closed=True)
    assert [one.id for one in shown.in_order([closed, later, soon])] == ["c1", "c2", "c3"]
    assert [one.id for one in shown.in_order([closed, later, soon], " bEN")] == ["c2"]
    assert len(shown.in_order([closed, later, soon], "lcs 100")) == 3


def test_the_line_to_copy_counts_cases_and_names_none() -> None:
    row = shown.row(folded(child("next_review", "2026-12-01")), "p1", TODAY)
    found = shown.soon([row], TODAY)
    assert found.line == "Homeward: 1 case waits for you, the earliest by 1 December 2026."
    assert "Amy" not in found.line and "LCS" not in found.line
    far = row._replace(waits=(shown.Waits("Review", "worker", date(2027, 3, 1)),))
    assert shown.soon([far, row._replace(closed=True)], TODAY) == shown.Soon((), "")


# ── The picture ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_three_returns_are_bands_and_the_title_says_how_long_each_lasted() -> None:
    picture = shown.picture(folded(*RETURNS), TODAY)
    assert picture.title == "Three times at home before: for 16 months, 9 months and 7 months"
    assert [band.label for band in picture.bands] == ["Home 1", "Home 2", "Home 3"]
    assert picture.bands[0].said == "first time at home: June 2023 to September 2024, 16 months"
    assert all(band.ended for band in picture.bands)


def test_a_picture_can_be_taken_away_so_what_nobody_may_copy_is_not_in_it() -> None:
    state = folded(*RETURNS)
    assert "Counsel" not in str(shown.picture(state, TODAY)) and shown.restricted(state) == "1 entry"
    assert shown.marks_of(state.entries["e5"]) == ("Legal advice",)
    assert "Counsel" not in str(chronology_paper.report(state, TODAY, "Record 1"))
    assert "1 entry under legal advice" in str(chronology_paper.report(state, TODAY, "Record 1"))


def test_a_child_who_is_at_home_now_has_a_band_that_has_not_ended() -> None:
    picture = shown.picture(folded(entry(1, "2026-08", goes_on=True, sort="return")), TODAY)
    assert picture.bands[0].last == TODAY and not picture.bands[0].ended
    assert "at home before" not in picture.title


def test_the_title_of_a_single_event_speaks_of_one() -> None:
    assert shown.picture(folded(entry(1, "2021-06", sort="move")), TODAY).title == "One event: where the child lived"


def test_a_return_of_which_no_length_is_known_is_a_mark_in_a_row_of_its_own() -> None:
    picture = shown.picture(folded(entry(1, "2024-03", sort="return")), TODAY)
    assert picture.rows == ("Return home",) and len(picture.marks) == 1 and not picture.bands


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), "1 day"),
        (date(2026, 1, 1), date(2026, 1, 21), "3 weeks"),
        (date(2026, 1, 1), date(2026, 3, 31), "3 months"),
        (date(2025, 1, 1), date(2026, 3, 31), "15 months"),
    ],
)
def test_a_length_is_said_roughly(first: date, last: date, said: str) -> None:
    assert shown.length(first, last) == said


@pytest.mark.parametrize("when", ["2026", "2026-11", "2026-11-24"])
def test_what_is_shown_in_a_field_is_read_back_as_it_was(when: str) -> None:
    assert shown.read_typed(shown.typed_when(when)) == when


def test_what_cannot_be_read_as_a_date_stays_as_it_was_typed() -> None:
    assert shown.read_typed("some time in spring") == "some time in spring"


# ── The paper ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_chronology_is_printed_with_its_picture_and_says_that_it_is_invented() -> None:
    from pages.case import charts

    state = folded(*RETURNS)
    made = chronology_paper.pdf(state, TODAY, "Record 4f2a", charts.for_paper(shown.picture(state, TODAY), TODAY))
    pages = pypdfium2.PdfDocument(made)
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
    assert (
        "Chronology: Amy" in text and "Event 4" in text and "Record 4f2a" in text and "nobody in this is real" in text
    )
    assert "Counsel" not in text


def test_whoever_has_no_part_may_change_nothing() -> None:
    nurse = Actor("p9", "Nia", frozenset({"practitioner"}))
    assert shown.may(model.Child, nurse, frozenset({"worker"}))
    assert not shown.may(model.Child, nurse)
    assert not shown.may(model.Child, nurse, frozenset({"reviewing_officer"}))
    assert shown.may(Entry, nurse, frozenset({"second_worker"}))
