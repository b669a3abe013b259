"""Protects: the record says what happened at a meeting, in order: who came, went and chaired, who counted, each step.

What members answered on their own is never in it.
"""

from hypothesis import given

from framework import panel
from framework.panel import (
    AllowReturn,
    AskReturn,
    CorrectRole,
    FillRest,
    HandOver,
    Join,
    MovePhase,
    NameCarer,
    NameDeputy,
    RefuseReturn,
    Remove,
    Restore,
    Score,
    ShowLight,
    TakeChair,
    TakeOffCarer,
)
from tests.panel.table import ANY_MEETING, CRUELTY, EDITION, GROWTH, MEETINGS, NEGLECT, Table, mark, meeting_of, seat


def test_a_whole_messy_meeting_is_told_in_order() -> None:
    table = Table("sam", "wes")
    table.do("cora", NameCarer(None, "Carer B (father)"), NameCarer("a", "Carer A (grandmother)"), TakeOffCarer("b"))
    table.do("cora", NameDeputy("sam"), MovePhase("scoring"))
    table.do("sam", FillRest((NEGLECT, GROWTH), "absent"), Score(*CRUELTY, "absent"), ShowLight())
    table.do("wes", FillRest((NEGLECT,), "active"))
    table.do("cora", Remove("sam", "The wrong one"), Restore("sam"))
    table.do("somebody", AskReturn("r1", "wes", "a new key"))
    table.do("cora", AllowReturn("r1"))
    table.do("somebody", AskReturn("r2", "sam", "another new key"))
    table.do("cora", RefuseReturn("r2"), MovePhase("revealed"))
    table.do("late", Join(seat("late")))
    table.do("cora", CorrectRole("wes", "second_worker", True), MovePhase("scoring", "Dad was left out"))
    table.do("cora", NameDeputy("sam"))
    table.do("sam", TakeChair(), MovePhase("revealed"), HandOver("cora"))
    table.to("closed")
    assert table.happened() == [
        "The meeting was opened.",
        "Cora took a seat: other professional.",
        "Sam took a seat: social worker.",
        "Wes took a seat: second worker, has not met the family.",
        "Carer B (father) was added to the parents and home carers.",
        "The name of a parent or home carer was changed from Carer A (mother) to Carer A (grandmother).",
        "Carer B (father) was taken off the parents and home carers.",
        "Sam was named deputy chair.",
        "Scoring began.",
        "Sam looked at their own light before they had finished.",
        "Sam's seat was removed by Cora: The wrong one.",
        "Sam's seat was given back.",
        "Wes was let back in from another device by Cora; the old key is void.",
        "Cora did not let Sam back in.",
        "The scores were revealed. Whose answers count: Sam, Wes.",
        "At the reveal without an answer that counts: Cora.",
        "Sam had filled in 2 answers together with the rest of a section.",
        "Wes had filled in 1 answer together with the rest of a section.",
        "Late took a seat: other professional. They saw the answers before giving any, so theirs never count.",
        "Wes's role was corrected, from second worker, has not met the family to second worker, has met the family.",
        "Cora took the meeting back from revealed to scoring: Dad was left out.",
        "Sam was named deputy chair.",
        "Sam took the chair as deputy; before, Cora chaired.",
        "The scores were revealed. Whose answers count: Sam, Wes.",
        "At the reveal without an answer that counts: Cora, Late.",
        "Sam had filled in 2 answers together with the rest of a section.",
        "Wes had filled in 1 answer together with the rest of a section.",
        "Cora took the chair; before, Sam chaired.",
        "What was agreed was sealed: Between Low and Severe risk. Whose answers counted: Sam, Wes.",
        "All answers were agreed.",
        "The meeting was closed.",
    ]  # fmt: skip


@ANY_MEETING
@given(MEETINGS)
def test_of_any_meeting_the_course_can_be_told_without_a_word_that_members_wrote_on_their_own(
    meeting: tuple[int, int],
) -> None:
    table = meeting_of(meeting)
    said = panel.what_happened(table.record, EDITION)
    assert [one.at for one in said] == sorted(one.at for one in said)
    for one in said:
        assert one.what[:1].isupper() and one.what.endswith((".", "!", "?")), one.what
        assert not any(mark(member) in one.what for member in table.panel.members)
