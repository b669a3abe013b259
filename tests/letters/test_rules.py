"""Protects: parents check the facts before a copy is filed, a manager checks what is left out, and what was filed never changes."""

import io
from datetime import date, timedelta

import docx
import pytest
from docx.oxml.ns import qn

from framework.items import Add, Change, Remove, Restore
from framework.letters import offering, papers, reading
from framework.letters.deciding import Begin, CheckWithheld, File, Reply
from framework.letters.model import Letter, Letters
from framework.letters.reading import OfDecision
from framework.streams.kind import Refused
from tests.casefile.made import MANAGER, TODAY
from tests.letters.made import BEN, FULL, MARA, after, begun, family, offered

FILE = family()
FACT = Add("fact", {"person": MARA, "since": "03/2024", "words": "Police came at night."})


# ── Facts that parents check ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_fact_is_checked_first_or_it_is_said_why_it_could_not_be() -> None:
    state = after(begun(FILE), FILE, FACT)
    with pytest.raises(Refused, match="1 of its facts was not checked"):
        after(state, FILE, File("copy", "c1"))
    assert after(state, FILE, Reply("f1", "confirm"), File("copy", "c1")).filed
    assert after(state, FILE, Change("copy", "c1", "unchecked_why", "Mara is abroad."), File("copy", "c1")).filed


def test_a_correction_is_dealt_with_and_stays_beside_the_fact() -> None:
    state = after(
        begun(FILE), FILE, FACT, Reply("f1", "correct", "It was the neighbour’s flat", date(2026, 11, 20), "paper")
    )
    with pytest.raises(Refused, match="a fact is not right"):
        after(state, FILE, File("copy", "c1"))
    for command in (
        Change("fact", "f1", "words", "Police came to the house at night."),
        Change("fact", "f1", "stays_why", "The police report names this flat."),
    ):
        filed = after(state, FILE, command, File("copy", "c1")).filed[-1].paper.text
        assert "You, on 20 November 2026: no, this is not right: It was the neighbour’s flat" in filed
        assert "We have changed this since" in filed or "Why we leave it as it is: The police report" in filed


def test_what_was_confirmed_and_then_changed_has_to_be_checked_again() -> None:
    state = after(
        begun(FILE), FILE, FACT, Reply("f1", "confirm"), Change("fact", "f1", "words", "Police came at noon.")
    )
    assert reading.standing(state, state.facts["f1"]) == "open"
    assert state.replies[0].said == "Police came at night."
    with pytest.raises(Refused, match="not checked"):
        after(state, FILE, File("copy", "c1"))


def test_every_answer_is_kept_and_a_second_click_is_none() -> None:
    state = after(
        begun(FILE), FILE, FACT, Reply("f1", "correct", "No"), Reply("f1", "correct", "No"), Reply("f1", "confirm")
    )
    assert [one.answer for one in state.replies] == ["correct", "confirm"]
    state = after(state, FILE, Remove("fact", "f1"))
    assert len(reading.replies_of(state, "f1")) == 2
    with pytest.raises(Refused, match="taken out meanwhile"):
        after(state, FILE, Reply("f1", "confirm"))


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (Reply("f1", "correct"), "Please give what they say"),
        (Reply("f1", "maybe"), "Choose one of the answers"),  # type: ignore[arg-type]
        (Reply("f1", "confirm", on=TODAY + timedelta(days=1)), "still to come"),
        (Add("fact", {"person": "parent.p9", "since": "2024", "words": "X"}), "Choose one of the parents"),
        (Add("fact", {"person": MARA, "since": "2027", "words": "X"}), "a fact has happened"),
        (Add("fact", {"person": MARA, "since": "soon", "words": "X"}), "is not a date such as"),
        (Add("copy", {"person": MARA, "name": "Mara"}), "already"),
        (File("letter", "n9"), "not there any more"),
    ],
)
def test_bad_input_is_refused_with_the_reason(command: object, why: str) -> None:
    state = after(begun(FILE), FILE, FACT)
    with pytest.raises(Refused, match=why):
        after(state, FILE, command)  # type: ignore[arg-type]


# ── What is left out ─────────────────────────────────────────────────────────────────────────────────────────────────

OUT = Add(
    "withheld",
    {"copy_id": "c1", "fact": "f1", "what": "Police came at night.", "section": "worries", "reason": "safety"},
)


def test_what_is_left_out_is_checked_by_a_manager_who_did_not_leave_it_out() -> None:
    state = after(begun(FILE), FILE, FACT, OUT)
    with pytest.raises(Refused, match="has not checked yet"):
        after(state, FILE, File("copy", "c1"))
    with pytest.raises(Refused, match="does not check it"):
        after(state, FILE, CheckWithheld("o1", True))
    with pytest.raises(Refused, match="Please give the reason"):
        after(state, FILE, CheckWithheld("o1", False), actor=MANAGER)
    no = after(state, FILE, CheckWithheld("o1", False, "Mara knows it."), actor=MANAGER)
    with pytest.raises(Refused, match="does not agree"):
        after(no, FILE, File("copy", "c1"))
    text = (
        after(after(no, FILE, CheckWithheld("o1", True), actor=MANAGER), FILE, File("copy", "c1")).filed[-1].paper.text
    )
    assert "Something is left out here. Telling it now could put somebody in danger." in text and "Police" not in text


def test_what_is_left_out_stands_nowhere_else_in_the_copy() -> None:
    state = after(
        after(begun(FILE, help="We know that police came at night."), FILE, FACT, OUT),
        FILE,
        CheckWithheld("o1", True),
        actor=MANAGER,
    )
    with pytest.raises(Refused, match="what is left out of it"):
        after(state, FILE, File("copy", "c1"))


def test_a_changed_part_is_checked_anew() -> None:
    state = after(after(begun(FILE), FILE, FACT, OUT), FILE, CheckWithheld("o1", True), actor=MANAGER)
    state = after(state, FILE, Change("withheld", "o1", "reason", "court"))
    assert state.checks == {}
    with pytest.raises(Refused, match="has not checked yet"):
        after(state, FILE, File("copy", "c1"))


def test_a_second_click_takes_no_entry_twice_and_leaves_no_fact_out_twice() -> None:
    taken = Add("fact", {"person": MARA, "since": "2024-03", "words": "Police came.", "entry": "e2"})
    state = after(begun(FILE), FILE, taken, OUT)
    with pytest.raises(Refused, match="a fact about this person already"):
        after(state, FILE, taken)
    with pytest.raises(Refused, match="left out of the copy already"):
        after(state, FILE, OUT)
    again = after(state, FILE, Remove("withheld", "o1"), OUT, Remove("fact", "f1"), taken)
    for command in (Restore("fact", "f1"), Restore("withheld", "o1")):
        with pytest.raises(Refused, match="already"):
            after(again, FILE, command)
    assert after(state, FILE, Add("fact", {**taken.values, "person": BEN})).facts["f2"].person == BEN


# ── Filing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_filed_version_never_changes_and_a_newer_one_takes_its_place() -> None:
    state = after(begun(FILE), FILE, File("copy", "c1"))
    first = state.filed[0]
    state = after(state, FILE, File("copy", "c1"), Change("copy", "c1", "decided", "We decided to wait."))
    assert state.filed == (first,)  # a second click filed nothing
    with pytest.raises(Refused, match="Nothing in it has changed"):
        after(after(begun(FILE), FILE, File("copy", "c1")), FILE, File("copy", "c1", seen=1))
    state = after(state, FILE, File("copy", "c1", seen=1))
    assert state.filed[0] == first and reading.versions(state, "c1")[0].paper.text != first.paper.text
    assert [reading.edition(state, one) for one in state.filed] == [1, 2]


def test_what_is_missing_is_named_as_a_gap_and_keeps_it_from_being_filed() -> None:
    state = begun(FILE, help="", complain="")
    assert papers.copy(state, state.copies["c1"], FILE, OfDecision()).gaps == (
        "which help we give, and from when",
        "how to complain, and where to get advice",
    )
    with pytest.raises(Refused, match="still lacks: which help we give, and from when; how to complain"):
        after(state, FILE, File("copy", "c1"))


def test_the_childs_letter_waits_for_its_reader_and_its_reasons() -> None:
    state = after(begun(FILE), FILE, Add("letter", {"name": "Ash", "decided": "You can go home.", "signed": "Wanda"}))
    with pytest.raises(Refused, match=r"why it was decided.*for which age"):
        after(state, FILE, File("letter", "n1"))
    texts = {
        "why": "Mum has help now.",
        "view": "You said you miss the dog.",
        "next": "We meet on Friday.",
        "ask": "Ask Wanda.",
        "reader": "young",
    }
    state = after(
        state, FILE, *(Change("letter", "n1", name, text) for name, text in texts.items()), File("letter", "n1")
    )
    assert state.filed[-1].person == "" and "Dear Ash," in state.filed[-1].paper.text


def test_nothing_is_written_on_a_closed_case() -> None:
    from framework.casefile import Close
    from tests.casefile.made import after as case_after

    closed = case_after(FILE, [Close("home", TODAY)])
    with pytest.raises(Refused, match="closed"):
        after(begun(FILE), closed, FACT)


def test_events_are_read_as_they_were_written() -> None:
    state = after(
        begun(FILE),
        FILE,
        FACT,
        Reply("f1", "comment", "More"),
        Change("copy", "c1", "unchecked_why", "x"),
        File("copy", "c1"),
    )
    from framework.letters.kind import LETTERS
    from framework.letters.model import Filed

    one = state.filed[0]
    event = Filed(sort=one.sort, id=one.id, decision="", person=one.person, paper=one.paper)
    assert LETTERS.stored.read([LETTERS.stored.write(event)]) == [event]


# ── First texts ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_first_texts_come_from_the_decision_and_name_nobody_else() -> None:
    known = OfDecision(
        outcome="phased_return",
        on=date(2026, 11, 24),
        waits_for="nominated_officer",
        conditions=(("Mara goes to the clinic", date(2026, 12, 1)), ("Ben stays away at night", None)),
        supports=(("A family worker", "Leeds", date(2026, 12, 1)),),
        review_on=date(2027, 1, 15),
    )
    mara, ben = offered(FILE, Letters(), MARA, known), offered(FILE, Letters(), BEN, known)
    assert mara["decided"] == "On 24 November 2026 we decided that Ash can go home, step by step."
    assert mara["who_decides"] == "We look at it again on 15 January 2027."
    assert "- Mara goes to the clinic, by 1 December 2026" in mara["change"] and "Ben" not in mara["change"]
    assert "Ben stays away" in ben["change"] and "Mara" not in ben["change"]
    assert "starting on 1 December 2026" in mara["help"] and "15 January 2027" in mara["who_decides"]


DECIDED = OfDecision(outcome="return_home", on=TODAY, waits_for="nominated_officer")
NOW = DECIDED._replace(stands="in_effect", waits_for="")
ENDED = DECIDED._replace(stands="ended")


@pytest.mark.parametrize(
    ("known", "says", "to_child"),
    [
        (
            DECIDED,
            "It does not count yet. A senior manager has to agree before it counts.",
            "It does not count yet. Somebody else still has to agree.",
        ),
        (NOW, "This counts now.", "This counts now."),
        (DECIDED._replace(stands="to_come", since=date(2027, 1, 5)), "This counts from 5 January 2027.", "This counts from 5 January 2027."),
        (ENDED, "This does not count any more.", "This does not count any more."),
    ],
)  # fmt: skip
def test_both_papers_say_whether_the_decision_counts_as_it_is_when_they_are_filed(
    known: OfDecision, says: str, to_child: str
) -> None:
    """They were begun while it waited."""
    texts = FULL | offered(FILE, Letters(), MARA, DECIDED)
    letter = {
        "why": "So.",
        "view": "You said so.",
        "next": "We meet.",
        "reader": "teen",
        "signed": "Wanda",
        "name": "Ash",
    }
    letter |= offering.letter(FILE, DECIDED)
    state = after(Letters(), FILE, Begin("c1"), known=DECIDED)
    state = after(state, FILE, Add("copy", {"person": MARA, "name": "Mara", "decision": "d1"} | texts), known=DECIDED)
    state = after(state, FILE, Add("letter", letter | {"decision": "d1"}), known=DECIDED)
    state = after(state, FILE, File("copy", "c1"), File("letter", "n1"), known=known)
    for version, line in zip(state.filed, (says, to_child), strict=True):
        assert line in [one.text for one in version.paper.pieces]
        assert all(one in line for one in offering.standing_in(version.paper.text, "Ash")), "and nothing else"


def test_what_somebody_wrote_of_how_it_stands_is_taken_out_once_it_is_not_so() -> None:
    """A copy that was begun when the sentence still stood in the text."""
    text = "We decided that Ash can go home. It does not count yet."
    who = "A senior manager has to agree before it counts."
    values = {"person": MARA, "name": "Mara", "decision": "d1"} | FULL | {"decided": text, "who_decides": who}
    state = after(Letters(), FILE, Begin("c1"), Add("copy", values), known=DECIDED)
    with pytest.raises(Refused, match=r"says “It does not count yet\.”.*says “A senior manager has to agree"):
        after(state, FILE, File("copy", "c1"), known=NOW)
    filed = after(state, FILE, File("copy", "c1"), known=DECIDED).filed[-1].paper.text
    assert filed.count(who) == 2, "below what was decided, and where it was written"
    state = after(
        state, FILE, Change("copy", "c1", "who_decides", "Nick."), Change("copy", "c1", "decided", "This counts now.")
    )
    with pytest.raises(Refused, match="“This counts now"):
        after(state, FILE, File("copy", "c1"), known=None)  # sent back meanwhile


def test_what_is_written_from_right_to_left_is_marked_so_in_word() -> None:
    arabic = "مرحبا بكم"
    fact = Add("fact", {"person": MARA, "since": "2024-03", "words": "Police came at night."})
    state = after(begun(FILE, well=f"- {arabic}", you_said=arabic), FILE, fact)
    letter = Letter(id="n1", name="Ash", why=arabic, reader="teen")
    for paper, many in (
        (papers.copy(state, state.copies["c1"], FILE, OfDecision()), 2),
        (papers.letter(letter, FILE, OfDecision()), 1),
    ):
        document = docx.Document(io.BytesIO(papers.word(paper, papers.DRAFT)))
        marked = [
            one for one in document.paragraphs if one._p.pPr is not None and one._p.pPr.find(qn("w:bidi")) is not None
        ]
        assert [one.text for one in marked] == [arabic] * many
        assert all(run.font.rtl for one in marked for run in one.runs)
