"""Protects the audit trail: every event has words, nobody reads in it what their view does not allow, and verifying it says what it found."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest
import sqlalchemy as sa

from framework import case, edition
from framework.audit import reading
from framework.audit.reading import Trail
from framework.casefile import Add, Change, Remove, released
from framework.casefile import in_words as of_case
from framework.casefile import model as casefile
from framework.casefile.access import NOT_HERE
from framework.casefile.readers import Read
from framework.decision.deciding import Open
from framework.disposal import in_words as of_disposal
from framework.disposal import keeping
from framework.disposal import model as disposal
from framework.items import Added, Changed, Removed, Restored
from framework.letters import in_words as of_letters
from framework.letters import model as letters
from framework.panel import MovePhase, Score
from framework.panel import in_words as of_meeting
from framework.panel import model as meeting
from framework.streams.kind import Erased, Happened, Refused
from framework.streams.store import Store
from tests.casefile.made import CHOSEN
from tests.casefile.made import case as case_of
from tests.disposal.made import MARK, Held, entry
from tests.panel.table import NEGLECT

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
NAMES = {"p-wanda": "Wanda", "p-nick": "Nick"}
EDITION = edition.load()
SEAT: dict[str, Any] = {"name": "Cora", "role": "social_worker", "key_hash": "hash of a key", "scores": True}
OF: dict[str, Any] = {"subject": "neglect", "about": "child"}


def happened(events: list[tuple[Any, str]], actor: str = "p-wanda") -> list[Happened]:
    return [Happened(one, actor, AT) for one, _ in events]


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────────

STATUS = casefile.Status(id="l1", status="s20", since=date(2025, 2, 1))
OF_CASE: list[tuple[Any, str]] = [
    (casefile.Begun(case="c", reference="LCS 1", called="Ash", invented=False), "Began the case LCS 1, of a child who is called Ash here."),
    (Added(item=STATUS), "Added a legal status. Legal status: "),
    (Changed(kind="child", id="child", field="birth", value="2017-03-14"), "Changed the date of birth of the child: from nothing to March 2017."),
    (Changed(kind="child", id="child", field="birth", value="2017-03-15"), "from March 2017 to March 2017 (another day)."),
    (Removed(kind="status", id="l1", reason="Entered twice"), "”: Entered twice."),
    (Restored(kind="status", id="l1"), "Put back the legal status “"),
    (casefile.Closed(outcome="home", on=date(2026, 11, 20), words="Settled"), "Closed the case on 20 November 2026: "),
    (casefile.Reopened(reason="Another look"), "Opened the case again: Another look."),
    (casefile.GlassBroken(person="p-nick", reason="The duty line rang", until=AT), "Broke the glass, until "),
    (Erased("added"), "What this entry said was erased."),
]  # fmt: skip
OF_HANDING_OUT: list[tuple[Any, str]] = [
    (released.ItemLeftOut(case="c", key="entry/e1", reason="", words="Her own matter"), "Chose to leave something out of the next hand-out: Her own matter."),
    (released.ItemPutBack(case="c", key="entry/e1"), "Chose not to leave it out"),
    (released.HandedOut(case="c", to="Ash", why="Asked", version=1, held=9, left_out={"k": "r"}, digest="d"), "Handed out 9 items to Ash, 1 of them left out with a reason: Asked."),
]  # fmt: skip
OF_DISPOSAL: list[tuple[Any, str]] = [
    (keeping.ClassChosen(case="c", class_id="inquiry", reason="An inquiry"), "Gave the case the class “inquiry”: An inquiry."),
    (keeping.DeathNoted(case="c", on=date(2026, 1, 2), reason="Told"), "Noted that the child died on 2 January 2026: Told."),
    (keeping.HoldPlaced(case="c", reason="An inquest"), "Put a legal hold on the case: An inquest."),
    (keeping.HoldLifted(case="c", reason="Over"), "Lifted the legal hold: Over."),
    (disposal.Proposed(disposal="d", case="c", ground="mistake", class_id="", kept_until=None, why="w", reason="Twice"), "Proposed to dispose of the case (mistake): Twice."),
    (disposal.Confirmed(reason="Checked"), "Confirmed the disposal: Checked."),
    (disposal.TurnedDown(reason="No"), "Turned the disposal down: No."),
    (disposal.Withdrawn(reason="No"), "Withdrew the proposal to dispose of it: No."),
    (disposal.CarriedOut(streams=2, events=9), "9 entries of 2 records were erased."),
]  # fmt: skip
FACT = letters.Fact(id="f1", person="parent.p1", since="2024-03", words="Police came at night")
OF_LETTERS: list[tuple[Any, str]] = [
    (letters.Begun(case="c"), "Began to write for the family."),
    (Added(item=FACT), "Added a fact. Person: a parent; Worry or strength: "),
    (Changed(kind="fact", id="f1", field="since", value="2024-04"), "from March 2024 to April 2024."),
    (letters.Replied(fact="f1", said="Police came", answer="correct", words="Only once", on=date(2026, 11, 20), how="paper"), "Kept what was said on 20 November 2026, on paper, of the fact “Police came”: No, this is not right. “Only once”"),
    (letters.Checked(withheld="o1", agreed=False, words="They know"), "Did not agree that a part is left out: They know."),
    (letters.Filed(sort="letter", id="n1", decision="", person="", paper=letters.Paper(sort="letter", title="T")), "Filed the child’s letter."),
    (Removed(kind="fact", id="f1", reason="Wrong"), "”: Wrong."),
    (Restored(kind="fact", id="f1"), "Put back the fact “"),
    (Erased("added"), "What this entry said was erased."),
]  # fmt: skip
OF_MEETING: list[tuple[Any, str]] = [
    (meeting.Opened(meeting="m", case="HW-001", title="T", stage=2, fictional=True, edition="e", code="CODE2345", chair="cora"), "The meeting was opened."),
    (meeting.Joined(member="cora", **SEAT), "Cora took a seat: social worker."),
    (meeting.CarersNamed(carers={"a": "Dana"}), "Parents and home carers: Dana."),
    (meeting.SeatAsked(request="r1", member="gil", **SEAT | {"name": "Gil"}), "Gil asked to be let in."),
    (meeting.ReturnRefused(request="r1", by="cora"), "Cora did not let Gil in."),
    (meeting.Joined(member="tess", **SEAT | {"name": "Tess"}), "Tess took a seat"),
    (meeting.RoleCorrected(member="tess", role="team_manager", has_met_family=None, scores=True), "role was corrected"),
    (meeting.DeputyNamed(member="tess"), "Tess was named deputy chair."),
    (meeting.ReturnAsked(request="r2", member="tess", key_hash="another"), "Somebody asked for Tess’s seat back"),
    (meeting.ReturnSupported(request="r2", by="cora"), "Cora said that it is Tess."),
    (meeting.KeyReplaced(request="r2", member="tess", key_hash="another", by=("cora",)), "Tess was let back in"),
    (meeting.WallOffered(code="WALL42"), "Asked for a code for the wall."),
    (meeting.WallOpened(screen="hash of a screen"), "A screen was made the wall."),
    (meeting.NamesShown(shown=True), "Let the wall show the names"),
    (meeting.PhaseMoved(to="scoring"), "Scoring began."),
    (meeting.Scored(member="cora", status="active", note="At night", evidence=("seen",), **OF), "Answered Neglect: Active. Evidence: "),
    (meeting.LightShown(member="cora"), "looked at their own light"),
    (meeting.Finished(member="cora", finished=True), "Said that they have finished."),
    (meeting.PhaseMoved(to="revealed", counting=("cora",)), "The scores were revealed."),
    (meeting.Scored(member="cora", status="improving", reason="Read again", **OF), "Changed the answer to Neglect, from Active to Improving. Reason: Read again."),
    (meeting.NoteAdded(member="cora", text="One more thing", **OF), "Added a note to Neglect: One more thing."),
    (meeting.Focused(subject="neglect", about="child"), "Turned the room to Neglect."),
    (meeting.Agreed(status="improving", note="All of us", **OF), "Recorded the panel’s answer to Neglect: Improving. Note: All of us."),
    (meeting.Dissented(member="tess", reason="I saw more", **OF), "Does not share the panel’s answer to Neglect: I saw more."),
    (meeting.ViewRecorded(member="tess", text="Wait"), "Put a view on record: Wait."),
    (meeting.Outcome(counting=("cora",), answers=(), indicated=None, best="low", worst="high", basis=None), "What was agreed was written down."),
    (meeting.HandedOver(member="tess"), "Tess took the chair"),
    (meeting.Removed(member="cora", reason="Left"), "seat was removed"),
    (meeting.Restored(member="cora"), "seat was given back."),
]  # fmt: skip


def classes(union: Any) -> set[type]:
    """The classes of a union of events; of one that is generic its origin."""
    return {getattr(one, "__pydantic_generic_metadata__", {}).get("origin") or one for one in get_args(union)}


def test_every_event_of_every_subject_has_words() -> None:
    said = {
        casefile.Event: (OF_CASE, of_case.told(happened(OF_CASE), casefile.Casefile(), NAMES)),
        released.Event: (OF_HANDING_OUT, of_case.handed_out(happened(OF_HANDING_OUT), NAMES)),
        keeping.Event | disposal.Event: (OF_DISPOSAL, of_disposal.told(happened(OF_DISPOSAL), NAMES, None)),
        letters.Event: (OF_LETTERS, of_letters.told(happened(OF_LETTERS), casefile.Casefile(), NAMES)),
        meeting.Event: (OF_MEETING, of_meeting.told(happened(OF_MEETING, "cora"), EDITION)),
    }
    for events, (expected, found) in said.items():
        assert classes(events) <= {type(one) for one, _ in expected}
        told = [(one.what, words) for one, (_, words) in zip(found, expected, strict=True)]
        assert [one for one in told if one[1] not in one[0]] == []
    for secret in ("hash of", "CODE2345", "WALL42"):
        assert secret not in repr(said[meeting.Event][1]), "no key, and no code"


def test_what_was_marked_as_a_courts_leaves_the_copy_of_the_trail_wherever_the_papers_for_the_family_hold_it() -> None:
    court = "The judge said that this stays between us"
    file = case_of(Add("entry", CHOSEN | {"since": "2024-04", "what": court, "court": True}))
    fact = {"person": "parent.p1", "since": "2024-04"}
    events: list[Any] = [
        letters.Begun(case="c"),
        Added(item=letters.Fact(id="f1", words="A hearing that nobody may tell of", entry="e1", **fact)),
        Added(item=letters.Fact(id="f2", words=court, **fact)),
        Changed(kind="fact", id="f2", field="words", value="Somebody spoke"),
        letters.Replied(
            fact="f1", said="A hearing that nobody may tell of", answer="comment", words="Yes", on=AT.date(), how="page"
        ),
        Added(item=letters.Withheld(id="o1", copy_id="c1", fact="f1", what="Nobody may tell of it")),
        Removed(kind="fact", id="f1", reason="Nobody may tell of it"),
        Added(item=letters.Fact(id="f3", words="Police came at night", **fact)),
    ]
    said = of_letters.told([Happened(one, "p-wanda", AT) for one in events], file, NAMES)
    assert [one.restricted for one in said] == [False, True, True, True, True, True, True, False]
    copied = reading.as_csv(reading.part("For the family", "letters:c", said).lines).decode()
    assert "nobody may" not in copied.casefold() and court not in copied and "Police came at night" in copied


def test_that_something_was_read_says_by_whom_as_what_and_why() -> None:
    read = Read("p-wanda", ("worker", "glass"), "the case", "The duty line rang", AT)
    (said,) = of_case.reads([read], NAMES)
    assert (said.who, said.what) == (
        "Wanda",
        "Read “the case”, as social worker, having broken the glass: The duty line rang.",
    )


# ── Who sees what ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def held(store: Store) -> Held:
    return Held(store)


def trail(held: Held, who: str) -> Trail:
    return held.work.trails.of_case(held.case, held[who])


def labels(held: Held, who: str) -> set[str]:
    return {part.label for part in trail(held, who).parts}


MEETING = "Meeting of 24 November 2026, stage 2"


def test_nothing_of_what_members_answer_is_in_it_before_the_reveal(held: Held) -> None:
    held.sit_down("mo", "team_manager")
    held.do("wanda", MovePhase("scoring"))
    held.do("mo", Score(*NEGLECT, "active", "Secret and never shown."))
    held.do("mo", Score(*NEGLECT, "improving", "Secret until the reveal."))
    works = held.work.trails

    def nothing() -> None:
        for who in ("wanda", "mo"):
            assert MEETING not in labels(held, who) and "Secret" not in repr(trail(held, who))
            assert trail(held, who).notes == (
                "What happens at the meeting of stage 2 that goes on can be read once its answers are on the table.",
            )
            assert MEETING not in {one.label for one in works.verify_case(held.case, held[who])}, (
                "how many entries there are would tell that others have answered"
            )
            member = held.seats[who].member
            assert works.of_meeting(held.meeting, member, held[who]) == Trail()
            assert works.verify_meeting(held.meeting, member, held[who]) == []

    nothing()
    held.do("wanda", MovePhase("revealed"))
    for found in (trail(held, "wanda"), works.of_meeting(held.meeting, held.seats["wanda"].member, held["wanda"])):
        told = [line.what for line in found.lines if line.who == "Mo Manager" and "Neglect" in line.what]
        assert told == [
            "Answered Neglect: Improving. Note: Secret until the reveal.",
            "Answered Neglect, and changed that before the reveal.",
        ]
    held.do("wanda", MovePhase("scoring", "Look again."))
    nothing()


def test_a_guest_has_none_of_a_meeting_that_is_closed_and_a_stranger_has_none_at_all(store: Store) -> None:
    from tests.disposal.made import whole

    held = whole(store)
    assert {"Case", MEETING} <= labels(held, "mo")
    for who in ("sam", "rita", "kit", "nobody"):
        assert trail(held, who) == Trail() and held.work.trails.verify_case(held.case, held[who]) == []
        assert held.work.trails.of_meeting(held.meeting, None, held[who]) == Trail()
        with pytest.raises(Refused, match=NOT_HERE[:30]):
            held.work.trails.csv(held.case, held[who], (), (), "")
    assert trail(held, "mo").parts and held.work.trails.of_case("0" * 32, held["mo"]) == Trail()


def test_each_part_is_for_those_only_who_may_see_it(held: Held) -> None:
    held.write()
    held.work.handouts.hand_out(held.case, held["mo"], "Ash", "Asked for it.")
    held.work.disposals.keep(held["kit"], keeping.PlaceHold(held.case, "An inquest."))
    held.work.decisions.run(held.case, held["wanda"], Open("d1", "4"))
    assert labels(held, "mo") == {"Case", "Reading", "Decisions", "Hand-outs"}
    assert labels(held, "wanda") == {"Case", "Decisions"}, "who read it is for its manager; who keeps it, for records"
    (part,) = [one for one in trail(held, "wanda").parts if one.label == "Decisions"]
    assert [(one.who, one.what.partition(".")[0]) for one in part.lines] == [
        ("Wanda Worker", "Began to prepare a decision without a meeting")
    ]
    held.part("dora", "approver")
    assert {"Case", "Retention"} <= labels(held, "dora") and "Reading" not in labels(held, "dora")


def test_a_link_to_a_case_that_one_does_not_see_is_in_no_trail(held: Held) -> None:
    brother = held.work.casefiles.begin(held["wanda"], "LCS 99", "Brother")
    held.work.casefiles.run(held.case, held["wanda"], Add("sibling", {"case": brother, "who": "A brother of eight"}))
    assert "A brother of eight" in repr(trail(held, "wanda")) and "A brother of eight" not in repr(trail(held, "mo"))
    assert brother not in repr(trail(held, "wanda").lines), "an id says nothing to a reader"


# ── Filter, copy, proof ──────────────────────────────────────────────────────────────────────────────────────────────


def rows(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))


def test_a_copy_has_what_is_shown_but_no_legal_advice_and_nothing_of_a_court_and_is_noted(held: Held) -> None:
    held.write()
    run = held.work.casefiles.run
    run(held.case, held["wanda"], Add("entry", CHOSEN | {"since": "2020", "what": "Counsel rang.", "source": "A call"}))
    run(held.case, held["wanda"], Change("entry", "e4", "legal_advice", True))
    run(held.case, held["wanda"], Remove("entry", "e4"))
    run(held.case, held["wanda"], entry("2020", "=cmd()"))
    made = held.work.trails.csv(held.case, held["mo"], ("Case",), ("Wanda Worker",), "")
    told = rows(made)
    assert told[0] == ["When (UK time)", "Who", "Of which part", "What"] and told[1][0].startswith("2026-11-24 10:00")
    assert {row[1] for row in told[1:]} == {"Wanda Worker"} and {row[2] for row in told[1:]} == {"Case"}
    assert "Counsel" not in made.decode() and "A judge spoke" not in made.decode(), "marked now, from its first word on"
    assert sum(row[3] == reading.NOT_IN_A_COPY for row in told) == 5
    assert "Counsel rang." in repr(trail(held, "mo")), "on the screen whoever sees the case reads it"
    assert held.work.casefiles.readings(held.case, held["mo"]).reads[-1].what == "the audit trail, to take it away"
    assert "moved in with an aunt" in made.decode() and MARK in made.decode()


def test_lines_are_filtered_by_part_person_and_words() -> None:
    lines = [
        reading.Line(AT, "Wanda", "Case", "Added a home. Name: “Mum’s flat”."),
        reading.Line(AT, "Mo", "Case", "Closed the case."),
        reading.Line(AT, "Mo", "Reading", "Read the case."),
    ]
    assert reading.filtered(lines, (), (), "") == lines
    assert reading.filtered(lines, ("Case",), ("Mo",), "") == lines[1:2]
    assert reading.filtered(lines, (), (), "THE case mo") == lines[1:]
    assert reading.filtered(lines, ("Case",), (), "read") == []


def test_verifying_says_which_part_is_not_whole_and_what_that_means(held: Held, database_url: str) -> None:
    held.write()
    held.work.decisions.run(held.case, held["wanda"], Open("d1", "4"))
    before = {one.label: one for one in held.work.trails.verify_case(held.case, held["wanda"])}
    assert before.keys() == {"Case", "Decisions"} and all(one.whole for one in before.values())
    assert before["Case"].meaning == reading.WHOLE
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        changed = "UPDATE events SET payload = replace(payload, 'aunt', 'uncle') WHERE stream = :stream"
        connection.execute(sa.text(changed), {"stream": f"casefile:{held.case}"})
    engine.dispose()
    after = {one.label: one for one in held.work.trails.verify_case(held.case, held["wanda"])}
    assert after["Decisions"].whole and not after["Case"].whole
    assert (
        after["Case"].meaning.startswith("not whole. At entry ")
        and "Do not rely on this part." in after["Case"].meaning
    )


def test_a_whole_demonstration_can_be_read_event_by_event(store: Store) -> None:
    held = Held(store)
    shown = held.work.meetings.demonstrate(case.load_samples(EDITION)[0])
    found = held.work.trails.of_meeting(shown, None)
    (part,) = found.parts
    assert len(part.lines) == held.work.meetings.state(shown).version
    assert all(line.what and "no words" not in line.what and line.who for line in part.lines)
    assert found.lines[0].at >= found.lines[-1].at
