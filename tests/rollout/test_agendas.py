"""What a meeting is held with: an agenda with times, pre-reading, open actions and postcards; and a sign-in sheet."""

import io
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import docx
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.rollout import Add, Change, Command, Happened, Meeting, Rollout, Start, agendas, checklist, decide, fold
from framework.rollout.agendas import agenda, sign_in, timetable
from framework.rollout.documents import Block, Report, as_pdf, as_text, as_word

LIST = checklist.load()
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
KINDS = sorted(LIST.agendas)


def do(state: Rollout, *commands: Command) -> Rollout:
    for command in commands:
        state = fold([Happened(event, "Priya", NOW) for event in decide(state, command, LIST, "Priya", NOW)], state)
    return state


@pytest.fixture
def started() -> Rollout:
    """Two meetings of the strategic group, one held; m3 is the practice group's briefing day."""
    return do(
        Rollout(),
        Start("x", "Westmoor"),
        Add("member", {"name": "Ada Bell", "roles": ("assistant_director",)}),
        Add("member", {"name": "Cyrus Dee", "group": "practice", "organisation": "Early help"}),
        Add("meeting", {"agenda": "strategic-1", "on": date(2026, 10, 1), "starts": "09:30", "place": "Room 1"}),
        Change("meeting", "m1", "held", True),
        Add("meeting", {"agenda": "strategic-2", "on": date(2026, 12, 1), "starts": "14:00", "place": "Room 2"}),
        Add("meeting", {"agenda": "briefing", "on": date(2026, 12, 8)}),
        Add("action", {"text": "Ask the courts", "owner": "p1", "meeting": "m1", "due": date(2026, 11, 2)}),
        Add("action", {"text": "Find a room", "owner": "p2", "due": date(2026, 12, 4)}),
        Add("postcard", {"sender": "practice", "on": date(2026, 10, 20), "meeting": "", "requests": "More time"}),
    )


def part(report: Report, title: str) -> list[Block]:
    """The blocks under a heading."""
    titles = [block.text if block.kind == "heading" else "" for block in report.blocks]
    after = report.blocks[titles.index(title) + 1 :]
    ends = next((n for n, block in enumerate(after) if block.kind == "heading"), len(after))
    return list(after[:ends])


def test_an_agenda_has_day_time_place_points_and_what_to_read(started: Rollout) -> None:
    state = do(started, Change("meeting", "m2", "to_read", "Road map, second draft\n\nAnnex 10"))
    paper = agenda(state, LIST, "m2", TODAY)
    assert paper.title == "Agenda: Strategic set 2"
    assert part(paper, "Strategic group")[0].text == f"Ada Bell ({LIST.roles['assistant_director'].label})"
    assert paper.subtitle == "Westmoor. Tuesday 1 December 2026, 14:00 to 16:00. Room 2"
    (points, _) = part(paper, "Agenda")
    assert [row[1] for row in points.rows] == list(LIST.agendas["strategic-2"].items)
    assert points.rows[0][0] == "14:00"
    (papers,) = part(paper, "To read before")
    last = "Action list of Strategic set 1, 1 October 2026 (not sent yet; it was due by 5 October 2026)"
    assert papers.items == ("Road map, second draft", "Annex 10", last)


def test_what_is_not_known_is_named_as_a_gap(started: Rollout) -> None:
    state = do(
        started, Add("meeting", {"agenda": "other", "title": "Visit", "group": "practice", "on": date(2026, 12, 9)})
    )
    said = as_text(agenda(state, LIST, "m4", TODAY))
    for gap in ("time", "place", "agenda", "what to read before"):
        assert f"[still to be filled in: {gap}]" in said
    assert "Postcard from" not in said and "No action is open" not in said


def test_open_actions_are_those_of_the_group_and_late_ones_say_so(started: Rollout) -> None:
    (strategic,) = part(agenda(started, LIST, "m2", TODAY), "Open actions")
    assert strategic.rows == (("Ada Bell", "Ask the courts", "2 Nov 2026 (overdue)", "Strategic set 1"),)
    (practice,) = part(agenda(started, LIST, "m3", TODAY), "Open actions")
    assert [row[1] for row in practice.rows] == ["Find a room"]
    done = do(started, Change("action", "a1", "done", True))
    (nothing,) = part(agenda(done, LIST, "m2", TODAY), "Open actions")
    assert nothing.text == "No action is open."


def test_a_postcard_stays_on_the_agenda_until_it_is_answered_and_the_next_meeting_is_over(started: Rollout) -> None:
    title = "Postcard from the practice group, 20 October 2026"
    assert [b.text for b in part(agenda(started, LIST, "m2", TODAY), title)] == [
        "They ask: More time",
        "Answer: [still to be filled in: our answer]",
    ]
    answered = do(started, Change("postcard", "c1", "answer", "Two hours a week"))
    assert part(agenda(answered, LIST, "m2", TODAY), title)[-1].text == "Answer: Two hours a week"
    assert title not in as_text(agenda(started, LIST, "m3", TODAY)), "a group does not get its own postcard"
    later = do(
        answered,
        Change("meeting", "m2", "on", date(2026, 11, 20)),
        Change("meeting", "m2", "held", True),
        Add("meeting", {"agenda": "strategic-3", "on": date(2027, 2, 1)}),
    )
    assert title not in as_text(agenda(later, LIST, "m4", TODAY))


def test_a_briefing_day_has_a_timetable_with_breaks_though_it_has_no_time(started: Rollout) -> None:
    paper = agenda(started, LIST, "m3", TODAY)
    assert "Tuesday 8 December 2026, 09:30 to 16:30." in paper.subtitle
    points = part(paper, "Agenda")[0]
    assert [row[1] for row in points.rows if row[1] in ("Break", "Lunch")] == ["Break", "Lunch", "Break"]
    assert len(points.rows) == len(LIST.agendas["briefing"].items) + 3
    assert points.rows[0][0] == "09:30" and agendas.is_whole_day(LIST, started.meetings["m3"])
    assert not agendas.is_whole_day(LIST, started.meetings["m2"])


def test_a_time_that_stands_in_the_agenda_is_kept(started: Rollout) -> None:
    state = do(started, Change("meeting", "m3", "points", "9.30 Welcome\n10:15: The framework\nLunch"))
    points = part(agenda(state, LIST, "m3", TODAY), "Agenda")[0]
    assert [row[:2] for row in points.rows] == [("09:30", "Welcome"), ("10:15", "The framework"), ("", "Lunch")]


@given(
    st.sampled_from(KINDS),
    st.lists(st.text("abc ", min_size=1, max_size=8), max_size=100),
    st.sampled_from(["", "00:00", "09:30", "23:55"]),
)
def test_a_timetable_holds_every_point_once_and_fills_the_meeting(kind: str, points: list[str], starts: str) -> None:
    meeting = Meeting(id="m1", agenda=kind, title="T", on=TODAY, starts=starts, points="\n".join(points))
    slots = timetable(LIST, meeting)
    given_points = [point.strip() for point in points if point.strip()]
    whole = LIST.agendas[kind].whole_day
    if not slots:
        assert not given_points or not (starts or whole) or len(given_points) > 24
        return
    assert [slot.point for slot in slots if slot.point not in ("Break", "Lunch")] == given_points
    assert all(slot.minutes >= 5 and slot.minutes % 5 == 0 for slot in slots)
    assert all(one.begins + timedelta(minutes=one.minutes) == next_.begins for one, next_ in pairwise(slots))
    assert sum(slot.minutes for slot in slots) == (7 * 60 if whole else 2 * 60)


def test_a_sign_in_sheet_has_the_group_and_room_for_others(started: Rollout) -> None:
    paper = sign_in(started, LIST, "m3")
    (sheet,) = paper.blocks
    assert sheet.head[-1] == "Signature" and sheet.rows[0][:2] == ("Cyrus Dee", "Early help")
    assert len(sheet.rows) == 1 + agendas.EMPTY_ROWS and "Ada Bell" not in as_text(paper)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["agenda", "sign-in"])
def test_both_papers_are_set_as_pdf_and_as_word(started: Rollout, name: str) -> None:
    paper = agenda(started, LIST, "m3", TODAY) if name == "agenda" else sign_in(started, LIST, "m3")
    pages = pypdf.PdfReader(io.BytesIO(as_pdf(paper))).pages
    printed = " ".join(" ".join(page.extract_text() for page in pages).split())
    word = docx.Document(io.BytesIO(as_word(paper)))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert len(pages) == 1 and paper.title in printed and paper.title in [p.text for p in word.paragraphs]
    for row in (row for block in paper.blocks for row in block.rows):
        assert set(row) - {""} <= {*cells, agendas.TO_SIGN, agendas.TO_WRITE} and row[0] in printed
