"""Protects: how the panel came to an answer is said in full, the same on screen, on the wall and on paper.

A removed seat never turns “differed” into “all alike” without a word, and who stands apart is said with the reason.
"""

import pytest

from framework import panel
from framework.dates import uk_clock
from framework.panel import Agree, CorrectRole, Join, MovePhase, Remove, Score, TakeOffCarer
from tests.panel.table import EDITION, WISH, Table, seat


def discussed(**wishes: str) -> Table:
    """Revealed after these answers on the child's wish."""
    table = Table("sam", "tess").to("scoring")
    table.score(WISH, **wishes)
    table.do("cora", MovePhase("revealed"))
    return table


def test_all_alike_is_said_where_all_who_count_said_the_same() -> None:
    table = discussed(cora="wants", sam="wants", tess="wants")
    assert table.how(WISH) == "All alike"
    table.do("cora", Remove("sam", "Called away."))
    assert table.how(WISH) == "All alike", "the removed seat said the same"


def test_what_the_chair_records_is_said_to_be_recorded() -> None:
    table = discussed(cora="wants", sam="ambivalent", tess="wants")
    table.do("cora", Agree(*WISH, "ambivalent"))
    assert table.how(WISH) == "Recorded by the chair"


def test_what_was_recorded_before_somebody_changed_their_answer_is_said_to_be() -> None:
    table = discussed(cora="wants", sam="ambivalent", tess="wants")
    table.do("cora", Agree(*WISH, "ambivalent"))
    table.do("sam", Score(*WISH, "opposed", reason="She told me today."))
    assert panel.changed_since_recorded(table.panel, WISH)
    assert table.how(WISH) == "Recorded by the chair, before an answer that counts was changed"
    table.to("agreed")
    assert table.how(WISH) == "Recorded by the chair, before an answer that counts was changed"
    table.back_to("revealed")
    confirmed = Agree(*WISH, "ambivalent", seen=table.panel.recorded[WISH])
    assert table.do("cora", confirmed), "the chair can record the same answer once more"
    assert table.do("cora", confirmed) == []
    assert table.how(WISH) == "Recorded by the chair"
    table.do("late", Join(seat("late")), Score(*WISH, "wants"))
    assert not panel.changed_since_recorded(table.panel, WISH), "a latecomer's answer does not count"
    assert table.how(WISH).startswith("Recorded by the chair; the other professional Late ")


def test_a_removed_seat_that_said_otherwise_is_named_with_the_time_and_its_answer() -> None:
    table = discussed(cora="wants", sam="ambivalent", tess="wants")
    table.do("cora", Remove("sam", "Called away."))
    when = uk_clock(table.panel.members["sam"].removed_at)
    assert panel.agreement(table.panel, WISH) is None, "it still differs, until the chair records an answer"
    table.do("cora", Agree(*WISH, "wants"))
    assert table.how(WISH) == (
        f"Recorded by the chair, alike among those still seated; the social worker (seat removed {when}) said Ambivalent"
    )
    table.to("agreed")
    assert "said Ambivalent" in table.how(WISH)


def test_a_seat_that_was_removed_before_the_reveal_is_named_too() -> None:
    table = Table("sam", "tess").to("scoring")
    table.score(WISH, cora="wants", sam="ambivalent", tess="wants")
    table.do("cora", Remove("sam", "Called away."), MovePhase("revealed"))
    when = uk_clock(table.panel.members["sam"].removed_at)
    assert table.how(WISH) == f"Alike among those still seated; the social worker (seat removed {when}) said Ambivalent"


def test_the_chair_may_record_what_nobody_still_seated_said_and_no_words_claim_otherwise() -> None:
    table = discussed(cora="wants", sam="ambivalent", tess="wants")
    table.do("cora", Remove("sam", "Called away."), Agree(*WISH, "opposed"))
    assert table.how(WISH).startswith("Recorded by the chair; the social worker (seat removed ")


def test_a_latecomer_who_says_otherwise_is_marked_and_changes_nothing() -> None:
    table = discussed(cora="wants", sam="wants", tess="wants")
    table.do("late", Join(seat("late")), Score(*WISH, "opposed"))
    assert table.how(WISH) == (
        "All alike; the other professional Late (joined after the reveal, saw the answers) said Opposed"
    ), "with the name, since Cora has the same role"


def test_whose_role_was_corrected_is_called_by_the_role_they_have_now() -> None:
    table = discussed(cora="wants", sam="wants", tess="wants")
    table.do("cora", CorrectRole("tess", "reviewing_officer"))
    assert table.how(WISH) == "All alike", "their answer counted at the reveal and counts on"
    table.back_to("scoring").do("cora", Score(*WISH, "opposed"), MovePhase("revealed"))
    table.do("cora", Agree(*WISH, "opposed"))
    assert table.how(WISH) == (
        "Recorded by the chair; the Independent Reviewing Officer (does not score) said Wants it"
    ).replace("Wants it", EDITION.status_label("wishes", "wants"))


@pytest.mark.parametrize(
    ("names", "said"), [(("sam",), "Sam"), (("sam", "tess"), "Sam and Tess"), (("cora", "sam", "tess"), "Cora, Sam and Tess")]
)  # fmt: skip
def test_members_are_listed_in_plain_english(names: tuple[str, ...], said: str) -> None:
    members = Table("sam", "tess").panel.members
    assert panel.names_listed(tuple(members[name] for name in names)) == said


def test_every_reason_for_standing_apart_has_words() -> None:
    table = Table("sam").to("revealed")
    for why in panel.NOT_COUNTED:
        one = panel.Apart(table.panel.members["sam"], panel.Given("active"), why)
        assert panel.standing(table.panel, EDITION, one) == f"the social worker ({panel.NOT_COUNTED[why]})"


def test_every_answer_given_on_the_table_is_kept_a_latecomers_first_one_too() -> None:
    table = discussed(cora="wants", sam="wants", tess="wants")
    table.do("late", Join(seat("late")), Score(*WISH, "opposed"))
    table.do("late", Score(*WISH, "ambivalent", reason="She told me on Monday."))
    assert panel.how_changed(table.panel, EDITION, "late", WISH) == (
        "first said Opposed, when the answers were on the table, then Ambivalent: She told me on Monday."
    )
    table.do("tess", Score(*WISH, "opposed", reason="His letter."), Score(*WISH, "ambivalent", reason="The visit."))
    assert panel.how_changed(table.panel, EDITION, "tess", WISH) == (
        "first said Wants it, then Opposed: His letter, then Ambivalent: The visit."
    )
    before = panel.how_changed(table.panel, EDITION, "tess", WISH)
    table.do("cora", MovePhase("scoring", "Once more."))
    assert panel.trail(panel.view_for(table.panel, "sam"), "tess", WISH) == (), "private until the next reveal"
    table.do("cora", MovePhase("revealed"))
    assert panel.how_changed(table.panel, EDITION, "tess", WISH) == before


def test_the_wall_tells_carers_apart_without_their_names() -> None:
    table = Table(carers={"a": "Ann (mother)", "b": "Bob (father)", "c": "Gran"})
    table.do("cora", TakeOffCarer("b"))
    assert panel.carers_without_names(table.panel) == {"a": "adult A", "c": "adult B"}


def test_the_kinds_of_evidence_are_named_in_the_order_they_were_given() -> None:
    seen, told = EDITION.evidence[0], EDITION.evidence[1]
    given = panel.Given("active", evidence=(told.id, seen.id, "a kind of another edition"))
    assert panel.evidence_words(EDITION, given) == f"{told.label.lower()}, {seen.label.lower()}"
    assert panel.evidence_words(EDITION, panel.Given("active")) == ""
