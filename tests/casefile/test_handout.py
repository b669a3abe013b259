"""Protects: everything that is held about a child can be handed out, readable and in order of time, with what was left out and why.

- nothing that is held is missing, also what was changed or removed; each item has its source, about whom it is, and who wrote it;
- legal advice and what a court restricts are never in it, whatever anybody chose, and say so in their place;
- what else is left out has a visible reason, and nothing of it is in the document; a hand-out can be made again as it was;
- who hands out is a records manager or the manager of the case, and nobody else learns by it that the case is there.
"""

import hashlib
import io
import json
from typing import Any

import pypdf
import pytest

from framework.casefile import Add, Change, Refused, Remove
from framework.casefile.access import NOT_HERE
from framework.casefile.handout import KNOWN, READ, TIME, Held, reasons
from framework.casefile.released import LeaveOut, PutBack
from framework.streams.kind import NOBODY
from framework.streams.store import Store
from tests.disposal import made
from tests.disposal.made import MARK, whole

FIELDS = {
    "interpreter": "yes",
    "communicates_by": "Draws what he cannot say",
    "school": "Hill School",
    "permanence_words": "Home by the summer",
}


@pytest.fixture
def held(store: Store) -> made.Held:
    return whole(store)


def items(held: made.Held, who: str = "kit") -> tuple[Held, ...]:
    return held.work.handouts.prepare(held.case, held[who]).items


def data(held: made.Held, number: int = 0) -> dict[str, Any]:
    made_: dict[str, Any] = json.loads(held.work.handouts.json(held.case, held["kit"], number))
    return made_


def text(held: made.Held, number: int = 0) -> str:
    reader = pypdf.PdfReader(io.BytesIO(held.work.handouts.pdf(held.case, held["kit"], number)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


# ── All of it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_value_of_every_item_is_in_it(held: made.Held) -> None:
    case, mo = held.case, held["mo"]
    held.work.casefiles.run(case, mo, made.reopen())
    for field, value in FIELDS.items():
        held.work.casefiles.run(case, mo, Change("child", "child", field, value))
    held.work.casefiles.run(case, mo, Add("home", {"name": "Aunt’s flat", "address": "Over the shop"}))
    held.work.casefiles.run(case, mo, Add("document", {"title": "Assessment", "where": "DOC 12", "on": "03/05/2024"}))
    told = json.dumps(data(held), ensure_ascii=False)
    for words in (
        *("Draws what he cannot say", "Hill School", "Home by the summer", "Aunt’s flat", "Over the shop", "DOC 12"),
        *(
            "14 March 2017",
            "1 February 2025",
            "Dana Example",
            "A relative.",
            "Mo Manager",
            "Wanda Worker",
            "Rita Relative",
        ),
        *(f"{MARK} moved in with an aunt.", f"{MARK} is at home.", f"To prepare for {MARK}."),
    ):
        assert words in told, words


def test_what_was_changed_and_what_was_removed_is_held_too(held: made.Held) -> None:
    held.work.casefiles.run(held.case, held["mo"], made.reopen())
    held.work.casefiles.run(held.case, held["mo"], Change("entry", "e1", "means", "He was safe there."))
    held.work.casefiles.run(held.case, held["mo"], Change("entry", "e1", "means", "Nobody knows."))
    held.work.casefiles.run(held.case, held["mo"], Remove("entry", "e1", "Of another child."))
    one = next(one for one in items(held) if one.key == "entry/e1")
    assert one.what == "Something else (removed)" and ("What it means", "Nobody knows.") in one.lines
    assert any("it was: He was safe there.; by Mo Manager" in line for line in one.written)
    assert any(line.startswith("Removed by Mo Manager") for line in one.written)
    name = next(one for one in items(held) if one.key == "child/child")
    assert any("it was: Ash; by Wanda Worker" in line for line in name.written)


def test_it_is_in_order_of_time_and_who_read_it_comes_last(held: made.Held) -> None:
    parts = [one.part for one in items(held)]
    assert parts == sorted(parts, key=(KNOWN, TIME, READ).index)
    days = [one.day for one in items(held) if one.part == TIME]
    assert days == sorted(days) and days[0] == "2019-04" and len(set(days)) > 3
    assert {one.key.partition("/")[0] for one in items(held) if one.part == TIME} == {
        *("entry", "status", "closed", "meeting"),
    }


def test_each_item_says_where_it_comes_from_and_about_whom_it_is(held: made.Held) -> None:
    found = {one.key: one for one in items(held)}
    assert all(one.source and one.about for one in found.values())
    assert found["entry/e1"].source == "A record of the time" and found["entry/e1"].third_party
    assert found["adult/a1"].about == ("Another adult",) and found["adult/a1"].third_party
    assert not found["status/l1"].third_party


def test_a_meeting_says_who_sat_there_and_what_was_said_and_agreed(held: made.Held) -> None:
    meeting = next(one for one in items(held) if one.key.startswith("meeting/"))
    said = " ".join(text for _, text in meeting.lines)
    for words in ("Wanda Worker", "Social worker", "Closed", f"{MARK} said so.", "Improving", "Not known"):
        assert words.casefold() in said.casefold(), words


# ── What is left out ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_legal_advice_and_what_a_court_restricts_are_never_in_it_and_say_so(held: made.Held) -> None:
    held.work.handouts.put_back(held.case, held["kit"], "entry/e2")
    for told in (json.dumps(data(held), ensure_ascii=False), text(held)):
        assert "Counsel advised" not in told and "A judge spoke" not in told
        for one in reasons().always:
            assert one.text in told and reasons().citation(one.source) in told
    assert items(held)[0].what == "The child"
    assert data(held)["left_out"] == 2
    gone = [one for one in data(held)["items"] if one["left_out"]]
    assert [set(one) for one in gone] == [{"part", "day", "left_out"}] * 2 and {one["day"] for one in gone} == {
        "2021",
        "2022",
    }


def test_what_is_left_out_has_its_reason_in_its_place_and_nothing_else(held: made.Held) -> None:
    kit = held["kit"]
    held.work.handouts.leave_out(held.case, kit, "entry/e1", "somebody_else", "The aunt was asked and said no.")
    held.work.handouts.leave_out(held.case, kit, "parent/p1", "", "Her solicitor objects.")
    for told in (json.dumps(data(held), ensure_ascii=False), text(held)):
        assert "moved in with an aunt" not in told and f"Dana {MARK}" not in told
        assert "The aunt was asked and said no." in told and "Her solicitor objects." in told
        assert reasons().reason[0].text in told
    held.work.handouts.put_back(held.case, kit, "entry/e1")
    assert "moved in with an aunt" in json.dumps(data(held))


@pytest.mark.parametrize(
    ("key", "reason", "words", "refused"),
    [
        ("entry/e1", "", " ", "Say why this is left out"),
        ("entry/e1", "because", "", "Choose one of the reasons"),
        ("entry/e9", "crime", "", "not (or no longer) among what is held"),
        ("entry/e1", "crime", "x" * 4001, "4,000"),
    ],
)
def test_a_reason_is_needed_and_something_that_is_held(
    key: str, reason: str, words: str, refused: str, held: made.Held
) -> None:
    with pytest.raises(Refused) as said:
        held.work.handouts.leave_out(held.case, held["kit"], key, reason, words)
    assert refused in str(said.value)


# ── Handing out ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_handed_out_to_whom_is_kept_and_can_be_made_again_as_it_was(held: made.Held) -> None:
    kit = held["kit"]
    held.work.handouts.leave_out(held.case, kit, "entry/e1", "crime")
    given = held.work.handouts.hand_out(held.case, kit, "Ash himself", "He asked for it on 3 November.")
    before = data(held, 1)
    assert (given.number, given.to, given.by, given.at) == (1, "Ash himself", kit.id, held.clock())
    assert set(given.left_out) == {"entry/e1", "entry/e2", "entry/e3"} and given.held == len(before["items"])
    assert before["handed_out_to"] == "Ash himself" and before["handed_out_by"] == "Kit Records"
    held.clock.move(days=3)
    held.work.casefiles.run(held.case, held["mo"], made.reopen())
    held.work.casefiles.run(held.case, held["mo"], made.entry("2020", "Written later."))
    held.work.handouts.put_back(held.case, kit, "entry/e1")
    assert data(held, 1) == before
    assert "Written later." in json.dumps(data(held))
    assert hashlib.sha256(held.work.handouts.json(held.case, kit, 1)).hexdigest() == given.digest
    with pytest.raises(Refused, match="no such hand-out"):
        held.work.handouts.pdf(held.case, kit, 2)


def test_to_whom_and_why_is_asked(held: made.Held) -> None:
    for to, why in ((" ", "Asked for it."), ("Ash", "")):
        with pytest.raises(Refused, match="Please give"):
            held.work.handouts.hand_out(held.case, held["kit"], to, why)
    assert held.work.handouts.prepare(held.case, held["kit"]).released.given == ()


def test_a_records_manager_and_the_manager_of_the_case_hand_out_and_nobody_else(held: made.Held) -> None:
    assert [held.work.handouts.may(held.case, held[who]) for who in ("kit", "mo")] == [True, True]
    for who in ("wanda", "sam", "dora", "ana", "rita"):
        assert not held.work.handouts.may(held.case, held[who])
        for case in (held.case, "none"):
            with pytest.raises(Refused) as refused:
                held.work.handouts.prepare(case, held[who])
            if who != "wanda":
                assert str(refused.value) == NOT_HERE
    assert not held.work.handouts.may(held.case, NOBODY)
    assert not held.work.handouts.may("none", held["kit"])


def test_the_door_knows_the_parts_of_whoever_hands_out_from_the_first_command_on(held: made.Held) -> None:
    door = held.work._doors["handout"]
    for nobody in ("wanda", "carl"):
        with pytest.raises(Refused):
            door.run(held.case, held[nobody], LeaveOut(held.case, "a key", "", "Of somebody else."))
    assert "a key" in door.run(held.case, held["mo"], LeaveOut(held.case, "a key", "", "Of somebody else.")).left_out
    assert not door.run(held.case, held["mo"], PutBack(held.case, "a key")).left_out


def test_whoever_is_kept_out_of_the_case_does_not_hand_it_out(held: made.Held) -> None:
    held.work.casefiles.run(held.case, held["mo"], Add("block", {"person": held.ids["kit"], "why": "An uncle."}))
    with pytest.raises(Refused) as refused:
        held.work.handouts.prepare(held.case, held["kit"])
    assert str(refused.value) == NOT_HERE
    assert [one.id for one in held.work.disposals.by_reference(held["kit"], f"LCS {MARK}")] == []
    assert [one.id for one in held.work.disposals.by_reference(held["kim"], f"LCS {MARK}")] == [held.case]


def test_that_it_was_read_to_be_handed_out_is_noted(held: made.Held) -> None:
    held.work.handouts.prepare(held.case, held["kit"])
    reads = held.work.casefiles.readings(held.case, held["mo"]).reads
    assert (held.ids["kit"], "all that is held, to hand it out") in {(one.person, one.what) for one in reads}


def test_the_document_is_tagged_and_has_its_headings(held: made.Held) -> None:
    reader = pypdf.PdfReader(io.BytesIO(held.work.handouts.pdf(held.case, held["kit"])))
    assert reader.metadata and reader.metadata.title == f"What is held about {MARK}"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] and reader.trailer["/Root"]["/Lang"] == "en-GB"
    assert [one.title for one in reader.outline if not isinstance(one, list)] == [f"What is held about {MARK}"]
    told = text(held)
    for heading in ("How to read this", KNOWN, TIME, READ):
        assert heading in told
