"""Protects: the course of a meeting shows how the panel's light moved, from the events alone.

- it begins with the reveal: before, the panel has no light;
- every agreement is a moment of it, and the last moment is the panel's light as it is now;
- a moment says in words what happened, and the table beside the chart says the same as the chart.
"""

from datetime import UTC, datetime, timedelta

from framework import edition, panel
from framework.edition import DEFAULT
from framework.light.classification import Key
from framework.panel import Agree, Dissent, Focus, Join, MovePhase, Open, Panel, Remove, Score, Seat, course
from framework.streams.kind import Happened

EDITION = edition.load(DEFAULT)
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NEGLECT: Key = ("neglect", "child")
GROWTH: Key = ("growth_faltering", "child")


class Meeting:
    """What happened so far, one event a minute."""

    def __init__(self) -> None:
        self.state = Panel()
        self.events: list[Happened] = []
        self.do(
            "cora",
            Open(
                "m", "HW-011", "A case", 2, True, EDITION.hash, "ABC234", {"a": "Carer A"},
                Seat("cora", "Cora", "team_manager", ""),
            ),
        )  # fmt: skip
        self.do("sam", Join(Seat("sam", "Sam", "social_worker", "")))
        self.do("cora", MovePhase("scoring"))

    def do(self, actor: str, *commands: panel.Command) -> None:
        for command in commands:
            for event in panel.decide(self.state, command, actor, EDITION):
                self.events.append(Happened(event, actor, START + timedelta(minutes=len(self.events))))
                self.state = panel.evolve(self.state, event)

    @property
    def course(self) -> tuple[course.Moment, ...]:
        return course.course(self.events, EDITION)

    def answered_alike(self, but: tuple[Key, ...] = ()) -> None:
        """Both give the most favourable answer to everything, except to what is in `but`."""
        for question in EDITION.questions(("a",)):
            if question.key not in but:
                best = EDITION.statuses(*question.key)[0].id
                self.do("cora", Score(*question.key, best))
                self.do("sam", Score(*question.key, best))


def differing() -> Meeting:
    """A meeting, revealed: everything is favourable, and two answers differ."""
    meeting = Meeting()
    meeting.answered_alike(but=(NEGLECT, GROWTH))
    for key in (NEGLECT, GROWTH):
        meeting.do("cora", Score(*key, "active"))
        meeting.do("sam", Score(*key, "improving"))
    meeting.do("cora", MovePhase("revealed"))
    return meeting


def test_the_course_begins_with_the_reveal() -> None:
    meeting = Meeting()
    meeting.answered_alike()
    assert meeting.course == ()
    meeting.do("cora", MovePhase("revealed"))
    (reveal,) = meeting.course
    assert (reveal.what, reveal.version) == ("Revealed", meeting.state.version)
    assert reveal.result == panel.panel_light(meeting.state, EDITION)


def test_the_light_moves_with_every_agreement() -> None:
    meeting = differing()
    assert (meeting.course[0].result.best, meeting.course[0].result.worst) == ("low", "high")
    meeting.do("cora", Agree(*NEGLECT, "improving"))
    meeting.do("cora", Agree(*GROWTH, "active"))
    assert [moment.what for moment in meeting.course] == [
        "Revealed",
        "Agreed: Neglect",
        f"Agreed: {EDITION.factors['growth_faltering'].label}",
    ]
    first, second, third = (moment.result for moment in meeting.course)
    assert first.dimensions["risk"] == (0, 2)
    assert second.dimensions["risk"] == (1, 2)
    assert third.dimensions["risk"] == (2, 2)
    assert third.indicated == third.best == third.worst == "high"


def test_the_last_moment_is_the_panels_light_as_it_is_now() -> None:
    meeting = differing()
    for actor, command in (
        ("cora", Agree(*NEGLECT, "active")),
        ("sam", Score(*GROWTH, "active", "", (), "The weight chart.")),
        ("cora", Agree(*NEGLECT, None, seen=panel.Agreement("active", "", "cora"))),
        ("tess", Join(Seat("tess", "Tess", "team_manager", ""))),
        ("cora", Remove("sam", "Took two seats.")),
        ("cora", MovePhase("scoring", "Something was missed.")),
        ("cora", MovePhase("revealed")),
    ):
        meeting.do(actor, command)
        last = meeting.course[-1]
        if meeting.state.phase in panel.SEEN_BY_ALL:  # while everybody scores again, the panel has no light
            assert last.result == panel.panel_light(meeting.state, EDITION), command
        assert last.at <= meeting.events[-1].at


def test_a_moment_says_what_happened_and_when() -> None:
    meeting = differing()
    meeting.do("sam", Score(*NEGLECT, "active", "", (), "The school's letter."))
    meeting.do("cora", Agree(*GROWTH, "active"))
    meeting.do("cora", Agree(*GROWTH, None, seen=panel.Agreement("active", "", "cora")))
    growth = EDITION.factors["growth_faltering"].label
    assert [moment.what for moment in meeting.course[1:]] == [
        "Sam changed Neglect",
        f"Agreed: {growth}",
        f"Opened again: {growth}",
    ]
    assert [moment.at for moment in meeting.course] == [one.at for one in meeting.events[-4:]]


def test_what_the_light_does_not_depend_on_is_no_moment() -> None:
    meeting = differing()
    before = meeting.course
    meeting.do("cora", Focus(NEGLECT))
    meeting.do("sam", Dissent(*GROWTH, "I see it otherwise."))
    assert meeting.course == before


def test_the_table_says_the_same_as_the_chart() -> None:
    meeting = differing()
    meeting.do("cora", Agree(*NEGLECT, "improving"), Agree(*GROWTH, "improving"))
    table = course.rows(meeting.course, EDITION)
    assert [row["Step"] for row in table] == [1, 2, 3]
    assert [row["What happened"] for row in table] == [moment.what for moment in meeting.course]
    risk = EDITION.dimensions["risk"]
    assert table[0][risk.label] == f"{risk.values[0]} – {risk.values[2]}"
    assert table[2][risk.label] == risk.values[1]
    assert table[0]["Best it can be"] == EDITION.levels["low"].label
    assert table[0]["Time (UTC)"] == f"{meeting.course[0].at:%H:%M:%S}"
    assert all(row.keys() == table[0].keys() for row in table)


def test_an_empty_course_is_an_empty_table() -> None:
    assert course.rows(Meeting().course, EDITION) == []


def test_the_course_goes_on_at_the_next_reveal_with_what_was_opened_again() -> None:
    meeting = differing()
    meeting.do("cora", Agree(*NEGLECT, "improving"), Agree(*GROWTH, "improving"))
    meeting.do("cora", MovePhase("scoring", "The weight chart came in."))
    before = meeting.course
    meeting.do("sam", Score(*GROWTH, "absent"))
    assert meeting.course == before
    meeting.do("cora", MovePhase("revealed"))
    assert meeting.course[-1].what == "Revealed"
    assert before[-1].result.dimensions["risk"] == (1, 1)
    assert meeting.course[-1].result.dimensions["risk"] == (1, 2), "growth is open again"


def test_who_comes_or_goes_after_the_reveal_moves_no_light() -> None:
    meeting = differing()
    meeting.do("cora", Agree(*NEGLECT, "improving"), Agree(*GROWTH, "active"))
    before = meeting.course
    meeting.do("late", Join(Seat("late", "Late", "other_professional", "")))
    meeting.do("late", Score(*NEGLECT, "active"))
    meeting.do("cora", Remove("sam", "Called away."), MovePhase("agreed"))
    assert [moment.result for moment in meeting.course[len(before) :]] == [before[-1].result] * 2


def test_nobodys_wish_is_called_the_worst_on_the_chart() -> None:
    """Each dimension runs from what speaks for a return to what speaks against one."""
    drawn = [point for point in course.points(differing().course, EDITION) if point["Series"] != "The light"]
    assert {point["Series"] for point in drawn} == {dimension.label for dimension in EDITION.dimension}
    for point in drawn:
        assert isinstance(point["ranks"], list)
        assert (point["ranks"][0], point["ranks"][-1]) == ("for", "against")
