"""Protects: what a meeting leaves behind says who sat there, what was agreed and why, and what was missing.

- the data of the summary is a pure function of the meeting, and nothing that people said is left out;
- the PDF is real and accessible (tagged, PDF/UA-1), and holds every word as text, whatever characters it has;
- a meeting that is not closed says so, and so do fictional people and reconstructed parts of the framework.
"""

import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest

from framework import case, documents, edition, panel
from framework.dates import uk_clock, uk_time
from framework.edition import DEFAULT
from framework.light import classification, explain
from framework.light.classification import Key
from framework.panel import (
    AddNote,
    Agree,
    Command,
    Dissent,
    FillRest,
    HandOver,
    MovePhase,
    NameCarer,
    NameDeputy,
    RecordView,
    Remove,
    Score,
    TakeOffCarer,
)
from framework.panel import summary as record
from framework.panel.meetings import Ticket
from framework.streams.store import NewEvent, Store
from framework.workspace import Workspace
from pages.panel import light
from tests.record import happened as as_read

EDITION = edition.load(DEFAULT)
NEGLECT: Key = ("neglect", "child")
EMPATHY: Key = ("lack_of_empathy", "a")
GROWTH: Key = ("growth_faltering", "child")
CRUELTY: Key = ("sadistic_abuse", "child")
CAPACITY: Key = ("capacity", "a")


class Meeting:
    """A meeting in a store, with a clock that goes on a minute with every step."""

    def __init__(self, work: Workspace, sample: str = "HW-011") -> None:
        self.work = work
        self.now = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
        work.now = self._clock
        found = work.cases.case(sample)
        assert found is not None
        self.seats: dict[str, Ticket] = {"Cora": work.meetings.open(found, Ticket.new(), "Cora", "other_professional")}
        self.id = self.seats["Cora"].meeting

    def _clock(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def join(self, name: str, role: str, has_met_family: bool | None = None) -> None:
        self.seats[name] = self.work.meetings.join(Ticket.new(self.id), name, role, has_met_family)

    def do(self, name: str, *commands: Command) -> None:
        for command in commands:
            self.work.meetings.run(self.id, self.seats[name].member, command)

    def clock_of(self, name: str) -> str:
        """When this seat was removed."""
        return uk_clock(self.state.members[self.seats[name].member].removed_at)

    @property
    def state(self) -> panel.Panel:
        return self.work.meetings.state(self.id)

    @property
    def summary(self) -> dict[str, Any]:
        return record.summary(self.state, EDITION, self.work.meetings.history(self.id))

    def answer(self, key: Key) -> dict[str, Any]:
        """What the summary says about one question."""
        label = explain.subject(EDITION, panel_question(self.state, key), self.state.carers)
        return next(answer for answer in self.summary["answers"] if answer["question"] == label)

    def to_the_end(self) -> "Meeting":
        self.do("Cora", *(Agree(*key, "unknown") for key in panel.open_questions(self.state, EDITION)))
        self.do("Cora", MovePhase("agreed"))
        self.do("Cora", MovePhase("closed"))
        return self


def panel_question(state: panel.Panel, key: Key) -> edition.Question:
    return next(q for q in EDITION.questions(state.carer_ids) if q.key == key)


@pytest.fixture
def work(tmp_path: Path, started_once: Path) -> Iterator[Workspace]:
    file = shutil.copy(started_once, tmp_path / "homeward.db")
    opened = Workspace(Store.open(f"sqlite:///{file}"), EDITION)
    yield opened
    opened.store.close()


@pytest.fixture
def meeting(work: Workspace) -> Meeting:
    """Cora, Sam and Tess have scored three questions, and everybody sees them."""
    held = Meeting(work)
    held.join("Sam", "social_worker")
    held.join("Tess", "team_manager")
    held.do("Cora", MovePhase("scoring"))
    held.do("Cora", Score(*NEGLECT, "improving"), Score(*GROWTH, "absent"), Score(*CRUELTY, "absent"))
    held.do("Sam", Score(*NEGLECT, "active", "Home was cold on three visits.", ("seen",)), Score(*CRUELTY, "absent"))
    held.do("Tess", Score(*NEGLECT, "improving"), Score(*CRUELTY, "absent", "No sign of it anywhere."))
    held.do("Cora", MovePhase("revealed"))
    return held


# The data


def test_it_says_who_sat_in_which_role_and_who_left(meeting: Meeting) -> None:
    meeting.join("Wes", "second_worker", False)
    meeting.join("Olive", "observer")
    meeting.do("Cora", Remove(meeting.seats["Tess"].member, "Called away."))
    meeting.do("Cora", HandOver(meeting.seats["Sam"].member))
    meeting.do("Sam", NameDeputy(meeting.seats["Cora"].member))
    assert meeting.summary["members"] == [
        {"name": "Cora", "role": "Other professional, deputy chair", "removed": ""},
        {"name": "Sam", "role": "Social worker, in the chair", "removed": ""},
        {"name": "Tess", "role": "Team manager", "removed": f"{meeting.clock_of('Tess')}: Called away."},
        {
            "name": "Wes",
            "role": "Second worker, has not met the family; joined after the reveal, saw the answers",
            "removed": "",
        },
        {"name": "Olive", "role": "Observer; does not score", "removed": ""},
    ]


def test_a_missing_second_worker_is_said_plainly(meeting: Meeting) -> None:
    assert any("no second worker" in sentence for sentence in meeting.summary["composition"])
    meeting.join("Wes", "second_worker", True)
    assert any("has met the family" in sentence for sentence in meeting.summary["composition"])
    meeting.join("Will", "second_worker", False)
    assert meeting.summary["composition"] == []


def test_an_answer_shows_how_it_came_about(meeting: Meeting) -> None:
    alike = meeting.answer(CRUELTY)
    assert (alike["answer"], alike["how"]) == ("Not there", "All alike")
    assert meeting.answer(NEGLECT)["answer"] == "still open"
    meeting.do("Cora", Agree(*NEGLECT, "active", "The visits decide it."))
    recorded = meeting.answer(NEGLECT)
    assert (recorded["answer"], recorded["how"], recorded["note"]) == (
        "Active",
        "Recorded by the chair",
        "The visits decide it.",
    )


def test_every_members_note_is_kept_with_their_name(meeting: Meeting) -> None:
    assert meeting.answer(NEGLECT)["notes"] == ["Sam (seen by the worker): Home was cold on three visits."]
    assert meeting.answer(CRUELTY)["notes"] == ["Tess: No sign of it anywhere."]


def test_where_members_differ_it_says_who_gave_which_answer(meeting: Meeting) -> None:
    assert meeting.answer(NEGLECT)["given"] == ["Improving: Cora, Tess", "Active: Sam"]
    assert meeting.answer(CRUELTY)["given"] == []
    meeting.do("Tess", Score(*NEGLECT, "unknown", reason="I was not there."))
    assert meeting.answer(NEGLECT)["given"] == ["Improving: Cora", "Active: Sam", "Not known: Tess"]


def test_dissent_is_kept_with_name_and_reason_until_it_is_withdrawn(meeting: Meeting) -> None:
    meeting.do("Cora", Agree(*NEGLECT, "active"))
    meeting.do("Tess", Dissent(*NEGLECT, "The visits were in a strike week."))
    assert meeting.answer(NEGLECT)["dissent"] == ["Tess: The visits were in a strike week."]
    meeting.do("Tess", Dissent(*NEGLECT, ""))
    assert meeting.answer(NEGLECT)["dissent"] == []


def test_a_changed_answer_stands_beside_the_first_with_its_reason(meeting: Meeting) -> None:
    meeting.do("Tess", Score(*NEGLECT, "active", reason="Sam's visits."))
    assert meeting.answer(NEGLECT)["changed"] == ["Tess first said Improving, then Active: Sam's visits."]
    meeting.do("Tess", Score(*NEGLECT, "unknown", reason="I was not there."))
    assert meeting.answer(NEGLECT)["changed"] == [
        "Tess first said Improving, then Active: Sam's visits, then Not known: I was not there."
    ]


def happened(meeting: Meeting) -> list[str]:
    return [one["what"] for one in meeting.summary["proceedings"]]


def test_an_answer_that_was_given_only_when_the_others_were_on_the_table_is_said_to_be(meeting: Meeting) -> None:
    meeting.do("Sam", Score(*GROWTH, "active"))
    assert meeting.answer(GROWTH)["changed"] == ["Sam said Active only when the answers were on the table"]


def test_first_answers_are_kept_for_everybody_when_they_score_again(meeting: Meeting) -> None:
    meeting.do("Cora", MovePhase("scoring", "The school's report came in."))
    meeting.do("Cora", Score(*NEGLECT, "active"), Score(*CRUELTY, None))
    meeting.do("Tess", Score(*GROWTH, "absent"))
    meeting.do("Cora", MovePhase("revealed"))
    meeting.do("Tess", Score(*GROWTH, "improving", reason="The chart."))
    assert meeting.answer(NEGLECT)["changed"] == [
        "Cora first said Improving, then Active (while everybody scored again)"
    ]
    assert meeting.answer(GROWTH)["changed"] == ["Tess first said Not there, then Improving: The chart."]
    assert meeting.answer(CRUELTY)["changed"] == ["Cora first said Not there, then took it back"]
    assert meeting.answer(CRUELTY)["given"] == ["Not there: Sam, Tess", "No answer: Cora"]


def test_who_gave_no_answer_never_stands_without_what_the_others_said(meeting: Meeting) -> None:
    """Growth was answered by Cora alone, and nothing else is to be told of it: its row says who is missing."""
    meeting.do("Cora", Agree(*GROWTH, "absent"))
    growth, cruelty = meeting.answer(GROWTH), meeting.answer(CRUELTY)
    assert growth["given"] == ["Not there: Cora", "No answer: Sam, Tess"]
    assert (growth["alike"], growth["silent"]) == (True, ["Sam", "Tess"])
    assert not cruelty["alike"] and cruelty["notes"] and cruelty["silent"] == []
    assert not meeting.answer(NEGLECT)["alike"]
    meeting.do("Cora", Agree(*CRUELTY, "improving"))
    assert not meeting.answer(CRUELTY)["alike"]


def test_what_was_filled_in_together_is_marked_with_its_name_and_counted(meeting: Meeting) -> None:
    meeting.do("Cora", MovePhase("scoring", "Tess had no time."))
    meeting.do("Tess", FillRest((GROWTH, ("severe_physical_abuse", "child")), "resolved"))
    meeting.do("Cora", MovePhase("revealed"))
    assert meeting.answer(GROWTH)["given"] == [
        "Not there: Cora",
        "Resolved: Tess (filled in together)",
        "No answer: Sam",
    ]
    assert "Tess had filled in 2 answers together with the rest of a section." in happened(meeting)


def test_a_latecomers_answer_stands_apart_and_is_marked(meeting: Meeting) -> None:
    meeting.join("Wes", "second_worker", False)
    meeting.do("Wes", Score(*CRUELTY, "active", "I read it so."))
    said = meeting.answer(CRUELTY)
    assert (said["answer"], said["how"]) == (
        "Not there",
        "All alike; the second worker (joined after the reveal, saw the answers) said Active",
    )
    assert said["given"] == [
        "Not there: Cora, Sam, Tess",
        "Active: Wes (joined after the reveal, saw the answers)",
    ]
    assert "Wes: I read it so." in said["notes"]


def test_an_answer_of_a_removed_seat_is_kept_with_the_time_of_the_removal(meeting: Meeting) -> None:
    meeting.do("Cora", Remove(meeting.seats["Sam"].member, "Called away."))
    at = meeting.clock_of("Sam")
    meeting.do("Cora", Agree(*NEGLECT, "improving"))
    said = meeting.answer(NEGLECT)
    assert said["how"] == (
        f"Recorded by the chair, alike among those still seated; the social worker (seat removed {at}) said Active"
    )
    assert said["given"] == ["Improving: Cora, Tess", f"Active: Sam (seat removed {at})"]
    assert "Sam (seen by the worker): Home was cold on three visits." in said["notes"]


def test_it_says_why_a_member_did_not_count(work: Workspace) -> None:
    held = Meeting(work)
    for name, role in (
        ("Sam", "social_worker"),
        ("Tess", "team_manager"),
        ("Olive", "observer"),
        ("Pat", "other_professional"),
    ):
        held.join(name, role)
    held.do("Cora", MovePhase("scoring"))
    for name in ("Cora", "Pat"):
        held.do(name, Score(*NEGLECT, "active"))
    held.do("Cora", Remove(held.seats["Pat"].member, "Twice at the table."))
    held.do("Cora", MovePhase("revealed"), panel.Restore(held.seats["Pat"].member))
    held.do("Cora", Remove(held.seats["Tess"].member, "Called away."))
    roles = {member["name"]: member["role"] for member in held.summary["members"]}
    assert roles == {
        "Cora": "Other professional, in the chair",
        "Sam": "Social worker; had given no answer at the reveal",
        "Tess": "Team manager; did not count at the reveal",
        "Olive": "Observer; does not score",
        "Pat": "Other professional; had no scoring seat at the reveal",
    }


def test_notes_that_were_added_after_the_reveal_carry_their_time(meeting: Meeting) -> None:
    meeting.do("Sam", AddNote(*NEGLECT, "The fourth visit was warm."))
    at = uk_clock(meeting.work.meetings.history(meeting.id)[-1].at)
    assert meeting.answer(NEGLECT)["notes"] == [
        "Sam (seen by the worker): Home was cold on three visits.",
        f"Sam, added after the reveal, {at}: The fourth visit was warm.",
    ]


def test_a_reviewing_officers_view_is_on_record(meeting: Meeting) -> None:
    meeting.join("Iris", "reviewing_officer")
    meeting.do("Iris", RecordView("The child should be seen alone first."))
    assert meeting.summary["views"] == [
        {"who": "Iris", "role": "Independent Reviewing Officer", "text": "The child should be seen alone first."}
    ]


def test_who_was_taken_off_the_carers_is_named_with_what_was_said_about_them(work: Workspace) -> None:
    held = Meeting(work, "HW-013")
    held.do("Cora", MovePhase("scoring"))
    held.do("Cora", Score("capacity", "b", "none", "Hit her again."), Score(*NEGLECT, "active"))
    held.do("Cora", TakeOffCarer("b"))
    assert held.summary["past_carers"] == [{"name": "Carer B (mother's partner)", "answers": []}], "still private"
    held.do("Cora", MovePhase("revealed"))
    (gone,) = held.summary["past_carers"]
    (said,) = gone["answers"]
    assert said == f"Cora on capacity to change: {EDITION.status_label('capacity', 'none')} (Hit her again.)"
    assert not any("mother's partner" in answer["question"] for answer in held.summary["answers"])
    assert letters("Hit her again.") in letters(read(record.pdf(held.summary)))


def test_the_course_of_the_meeting_is_told_with_its_times(meeting: Meeting) -> None:
    meeting.join("Wes", "second_worker", False)
    meeting.do("Cora", Remove(meeting.seats["Tess"].member, "Called away."))
    meeting.do("Cora", MovePhase("scoring", "The school's report came in"), HandOver(meeting.seats["Sam"].member))
    meeting.do("Sam", MovePhase("revealed"))
    assert happened(meeting) == [
        "The meeting was opened.",
        "Cora took a seat: other professional.",
        "Sam took a seat: social worker.",
        "Tess took a seat: team manager.",
        "Scoring began.",
        "The scores were revealed. Whose answers count: Cora, Sam, Tess.",
        "Wes took a seat: second worker, has not met the family. They saw the answers before giving any, so theirs "
        "never count.",
        "Tess's seat was removed by Cora: Called away.",
        "Cora took the meeting back from revealed to scoring: The school's report came in.",
        "Sam took the chair; before, Cora chaired.",
        "The scores were revealed. Whose answers count: Cora, Sam.",
        "At the reveal without an answer that counts: Wes.",
    ]
    told = meeting.summary["proceedings"]
    assert told[0]["at"] == meeting.summary["opened"]
    assert len({one["at"] for one in told[2:6]}) == 4, "each with its own minute"


def test_while_everybody_scores_it_says_nothing_that_anybody_answered(meeting: Meeting) -> None:
    meeting.join("Iris", "reviewing_officer")
    meeting.do("Cora", Agree(*NEGLECT, "active", "A note of the chair's."))
    meeting.do("Sam", AddNote(*NEGLECT, "A note of Sam's."), Dissent(*NEGLECT, "A dissent of Sam's."))
    meeting.do("Iris", RecordView("A view of Iris's."))
    meeting.do("Cora", MovePhase("scoring", "Once more."))
    said = str(meeting.summary["answers"]) + str(meeting.summary["views"])
    for words in ("A note", "A dissent", "A view", "Home was cold", "Sam", "No answer"):
        assert words not in said
    assert {answer["answer"] for answer in meeting.summary["answers"]} == {"still open"}


def test_what_was_agreed_stands_in_the_summary_whoever_comes_or_goes_afterwards(meeting: Meeting) -> None:
    meeting.do("Cora", Agree(*NEGLECT, "active"))
    for key in panel.open_questions(meeting.state, EDITION):
        meeting.do("Cora", Agree(*key, "unknown"))
    meeting.do("Cora", MovePhase("agreed"))
    before = meeting.summary
    meeting.join("Late", "other_professional")
    meeting.do("Cora", Remove(meeting.seats["Sam"].member, "Called away."))
    after = meeting.summary
    for part in ("level", "shape", "sentence", "basis", "dimensions", "row", "holding", "unknown", "cautions"):
        assert after[part] == before[part]
    assert [a["answer"] for a in after["answers"]] == [a["answer"] for a in before["answers"]]


def test_a_meeting_of_release_0_2_0_has_a_summary(tmp_path: Any) -> None:
    written = json.loads((Path(__file__).parents[1] / "releases" / "0.2.0" / "meeting.json").read_text("utf-8"))
    store = Store.open(f"sqlite:///{tmp_path}/old.db")
    for version, row in enumerate(written["events"]):
        new = NewEvent(row["type"], row["payload"])
        store.append(
            "panel:old", version, [new], actor=row["actor"], at=datetime.fromisoformat(row["at"]), kind="panel"
        )
    stored = as_read(store.read("panel:old"))
    said = record.summary(panel.replay(stored), EDITION, stored)
    store.close()
    assert said["level"] == explain.level_name(EDITION, written["light_when_agreed"]["indicated"])
    assert said["members"][0]["role"] == "Chair"
    assert said["members"][5]["role"] == "Other professional; joined after the reveal, saw the answers"
    assert not any(answer["answer"] == "still open" for answer in said["answers"])
    assert "Lena" in read(record.pdf(said))


def test_the_light_is_the_panels_with_its_row_and_what_holds_it(meeting: Meeting) -> None:
    best = {q.key: EDITION.statuses(*q.key)[0].id for q in EDITION.questions(meeting.state.carer_ids)}
    for key, status in (best | {NEGLECT: "active"}).items():
        seen = meeting.state.recorded.get(key)
        meeting.do("Cora", Agree(*key, status, "", seen))
    light = panel.panel_light(meeting.state, EDITION)
    said = meeting.summary
    assert said["level"] == f"{EDITION.levels[light.indicated or ''].label} risk"
    assert said["shape"] == EDITION.levels[light.indicated or ""].shape
    assert said["sentence"] == explain.sentence(EDITION, light, meeting.state.carers)
    assert said["dimensions"][0]["value"] == EDITION.dimensions["risk"].values[2]
    assert [item for group in said["holding"] for item in group["items"]] == ["Neglect: Active"]
    assert said["unknown"] == []
    row = EDITION.rule.row.index(light.row)
    accepted = "; ".join(explain.rule_table(EDITION)[row][2])
    assert said["row"] == f"The row of the rule for High risk fits. In the order of this table: {accepted}."
    assert said["cautions"] == ["Neglect"]


def test_the_row_is_found_whichever_copy_of_an_edition_was_read_first() -> None:
    """Results are remembered by an edition's hash: another copy of it gets the row of the first."""
    first, second = (edition.parse_stored(f"{EDITION.text}# Read twice\n") for _ in range(2))
    whole = next(
        sample.reference
        for sample in case.load_samples(EDITION)
        if classification.classify(EDITION, sample.reference).row
    )
    said = record._row(first, classification.classify(first, whole))
    assert record._row(second, classification.classify(second, whole)) == said
    assert light.rule_table(second, classification.classify(second, whole)).count("This row fits") == 1


def test_without_all_answers_it_names_both_ends_and_what_was_unknown(meeting: Meeting) -> None:
    said = meeting.summary
    assert said["level"].startswith("Between ")
    assert said["shape"] == "ring"
    assert said["row"] == "No one row fits yet: the answers allow more than one level."
    assert said["basis"] == "Some of what the rule looks at is not known yet, so no typical row can be named."
    assert all(part["value"].startswith("Not known: from ") for part in said["dimensions"])
    named = [*said["unknown"], *said["safety_unknown"]]
    assert len(named) == len(set(named)) == len(EDITION.questions(meeting.state.carer_ids)) - 1
    assert "Neglect" in said["safety_unknown"] and "Deliberate cruelty" not in named


def test_a_reconstructed_rule_is_marked_as_such(meeting: Meeting) -> None:
    assert EDITION.rule.provenance == "reconstructed"
    assert meeting.summary["rule_note"] == EDITION.rule.provenance_note != ""


def test_times_are_those_of_a_clock_in_england() -> None:
    assert uk_time(datetime(2026, 11, 22, 14, 5, tzinfo=UTC)) == "22 November 2026, 14:05"
    assert uk_time(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026, 00:30"


def test_it_can_be_traced_to_the_record_and_the_edition(meeting: Meeting) -> None:
    said = meeting.summary
    assert (said["meeting"], said["edition_hash"]) == (meeting.id, EDITION.hash)
    assert said["events"] == len(meeting.work.meetings.history(meeting.id)) == meeting.state.version
    assert said["opened"] == "22 November 2026, 14:06"


def test_the_same_meeting_gives_the_same_summary(meeting: Meeting) -> None:
    assert meeting.summary == meeting.summary
    before = meeting.state
    stored = meeting.work.meetings.history(meeting.id)
    meeting.do("Cora", Agree(*NEGLECT, "active"))
    as_it_was = record.summary(meeting.work.meetings._door.at(meeting.id, before.version), EDITION, stored)
    assert as_it_was == record.summary(before, EDITION, stored)


# The PDF


def read(pdf: bytes) -> str:
    """What stands on its pages, with every run of white space as one space, and without what only allows a line to break."""
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.replace("\u00ad", "").replace("\u200b", "").split())


def letters(text: str) -> str:
    """Text without its white space, since lines break anywhere in a long word."""
    return re.sub(r"[\s\u00ad-]", "", text)


def test_the_pdf_is_tagged_and_says_that_it_is_accessible(meeting: Meeting) -> None:
    paper = pypdf.PdfReader(io.BytesIO(record.pdf(meeting.summary)))
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()
    assert paper.metadata is not None
    assert paper.metadata.title == "Summary of the meeting on case HW-011"
    assert not any("/JS" in str(page) or "/AA" in page for page in paper.pages)


def test_the_pdf_says_what_the_data_says(meeting: Meeting) -> None:
    meeting.do("Tess", Score(*NEGLECT, "active", reason="Sam's visits."))
    meeting.do("Cora", Agree(*GROWTH, "absent", "One weight is enough."))
    meeting.do("Sam", Dissent(*GROWTH, "Two weights are needed."))
    meeting.to_the_end()
    said, text = meeting.summary, read(record.pdf(meeting.summary))
    for words in (
        said["level"],
        said["sentence"],
        said["row"],
        said["rule_note"],
        *said["composition"],
        *(member["role"] for member in said["members"]),
        "Note by Sam (seen by the worker): Home was cold on three visits.",
        "Members' answers: Improving: Cora. Active: Sam, Tess.",
        f"Opened on {said['opened']}, last changed on {said['ended']}. Now: closed.",
        "Changed: Tess first said Improving, then Active: Sam's visits.",
        "Panel's note: One weight is enough.",
        "Dissent by Sam: Two weights are needed.",
        "Closed".lower(),
        said["opened"],
        said["ended"],
        f"{said['events']} recorded events",
        "Fictional: made up for training.",
        "It adds up no points, predicts nothing and decides nothing.",
    ):
        assert letters(plain(words)) in letters(plain(text)), words
    for answer in said["answers"]:
        assert letters(plain(answer["question"])) in letters(plain(text)), answer


def test_the_pdf_tells_who_came_and_went_and_why_the_panel_went_back(meeting: Meeting) -> None:
    meeting.join("Iris", "reviewing_officer")
    meeting.do("Iris", RecordView("The child should be seen alone first."))
    meeting.do("Sam", AddNote(*NEGLECT, "The fourth visit was warm."))
    meeting.do("Cora", Remove(meeting.seats["Tess"].member, "Called away."))
    meeting.do("Cora", MovePhase("scoring", "The school's report came in."), MovePhase("revealed"))
    meeting.do("Cora", HandOver(meeting.seats["Sam"].member))
    said, text = meeting.summary, letters(plain(read(record.pdf(meeting.summary))))
    for one in said["proceedings"]:
        assert letters(plain(one["at"])) in text
        assert letters(plain(one["what"])) in text, one
    for member in said["members"]:
        assert letters(plain(member["role"])) in text
    assert letters(f"seat removed: {meeting.clock_of('Tess')}: Called away.") in text
    assert letters("Iris (Independent Reviewing Officer): The child should be seen alone first.") in text
    assert letters("Note by Sam, added after the reveal,") in text


def plain(text: str) -> str:
    """Text with typographic and typewriter quotation marks alike."""
    return text.translate(str.maketrans("‘’“”", "''\"\""))


def test_a_meeting_that_is_still_open_says_so(meeting: Meeting) -> None:
    sentence = letters("The meeting is not closed: this is how it stood at the time of printing.")
    assert sentence in letters(read(record.pdf(meeting.summary)))
    meeting.to_the_end()
    assert sentence not in letters(read(record.pdf(meeting.summary)))


HOSTILE = (
    '#import "x"',
    "#panic()",
    '#read("/etc/passwd")',
    "</b><script>alert(1)</script>",
    "$x$ and $ sum_1^2 $",
    "*not bold* _not italic_ `not code` = no heading",
    "// no comment /* nor here */ \\ no escape ] no end [",
    "<label> @reference ~tilde",
    "{{ braces }} {% percent %} %s %(name)s",
    "Ünïcode – “quotes” ½ £2,218,104 Łódź Ελλάδα Київ",
)


@pytest.mark.parametrize("texts", [HOSTILE[:5], HOSTILE[5:]], ids=["code", "signs"])
def test_whatever_people_write_is_text(work: Workspace, texts: tuple[str, ...]) -> None:
    """Five texts everywhere in one meeting: a meeting has eight carers at most, and one for each text would show no more."""
    held = Meeting(work)
    carers = ["a", *(None for _ in texts[1:])]
    held.do("Cora", *(NameCarer(id_, f"Carer {text}"[:80]) for id_, text in zip(carers, texts, strict=True)))
    for text in texts:
        held.join(text[:80], "social_worker")
    questions = dict(zip(texts, panel.open_questions(held.state, EDITION), strict=False))
    held.do("Cora", MovePhase("scoring"))
    held.do("Cora", *(Score(*key, "active", text) for text, key in questions.items()), MovePhase("revealed"))
    for text, key in questions.items():
        name = text[:80]
        held.do("Cora", Agree(*key, "active", text))
        held.do(name, Dissent(*key, text), Score(*key, "improving", text))
        held.do(name, Score(*key, "active", text, reason=text))
        held.do("Cora", Remove(held.seats[name].member, text))
    shown = letters(plain(read(record.pdf(held.summary))))
    for text in texts:
        # Carer, member, panel's note, dissent, the member's note, and why the seat was removed.
        assert shown.count(letters(plain(text))) >= 6, text


def test_very_long_notes_are_all_there_and_stay_on_the_page(meeting: Meeting) -> None:
    long = ("Word " * 800, "x" * 4000, "Donaudampfschifffahrt" * 190, "line\n" * 800)
    for key, text in zip((NEGLECT, GROWTH, CRUELTY, EMPATHY), long, strict=True):
        meeting.do("Cora", Agree(*key, "active", text))
    pdf = record.pdf(meeting.summary)
    shown = letters(without_footers(pdf))
    for text in long:
        assert letters(text) in shown, text[:8]
    assert inside_the_page(pdf)


def test_long_notes_of_many_members_on_one_question_are_all_there_and_stay_on_the_page(work: Workspace) -> None:
    held = Meeting(work)
    for name in ("Sam", "Tess", "Wes"):
        held.join(name, "other_professional")
    held.do("Cora", MovePhase("scoring"))
    for name in held.seats:
        held.do(name, Score(*NEGLECT, "active", f"{name} begins. {'word ' * 780} {name} ends."))
    held.do("Cora", MovePhase("revealed"))
    pdf = record.pdf(held.summary)
    for name in held.seats:
        assert letters(f"{name} ends.") in letters(without_footers(pdf))
    assert inside_the_page(pdf)


def without_footers(pdf: bytes) -> str:
    """The running text alone: a note that goes over several pages is not broken up by what stands at their foot."""
    text = ""
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        text += re.split(r"Fictional: made up|Case HW-\d+ · Meeting", page.extract_text())[0]
    return text


def inside_the_page(pdf: bytes) -> bool:
    """No letter begins right of the margin or below the foot of its page."""
    inside = True

    def look(text: str, cm: list[float], tm: list[float], *_: Any) -> None:
        nonlocal inside
        x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
        inside &= not text.strip() or (0 <= x <= width and 0 <= y <= height)

    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        page.extract_text(visitor_text=look)
    return inside


def test_a_meeting_in_its_first_minute_has_a_summary_too(work: Workspace) -> None:
    held = Meeting(work)
    text = read(record.pdf(held.summary))
    assert "The meeting is not closed" in text
    assert "no second worker" in text


def test_thirty_seats_and_eight_carers_fit(work: Workspace) -> None:
    held = Meeting(work)
    held.do(
        "Cora",
        NameCarer("a", "Carer A " + "W" * 70),
        *(NameCarer(None, f"Carer {letter} " + "W" * 70) for letter in "BCDEFGH"),
    )
    for number in range(29):
        held.join(f"Member {number} " + "M" * 68, "other_professional")
    held.do("Cora", MovePhase("scoring"), Score(*NEGLECT, "active"), MovePhase("revealed"))
    pdf = record.pdf(held.summary)
    assert inside_the_page(pdf)
    assert "Member 28" in read(pdf)


def test_a_whole_demonstration_becomes_a_summary(work: Workspace) -> None:
    sample = case.load_samples(EDITION)[3]
    meeting = work.meetings.demonstrate(sample)
    said = record.summary(work.meetings.state(meeting), EDITION, work.meetings.history(meeting))
    text = letters(plain(read(record.pdf(said))))
    for member in sample.member:
        for differs in member.differs:
            assert letters(plain(differs.note)) in text


def test_a_name_in_urdu_and_an_emoji_do_not_end_the_summary(work: Workspace) -> None:
    """A font that lacked one sign of one name ended the summary for ever."""
    held = Meeting(work)
    held.join("ڈاکٹر ہیں 🎉", "social_worker")
    held.do("Cora", NameCarer("a", "রহিমা খাতুন"), MovePhase("scoring"))
    held.do("ڈاکٹر ہیں 🎉", Score(*NEGLECT, "active", "\ud83d ਗੁਰਪ੍ਰੀਤ 王"))
    held.do("Cora", MovePhase("revealed"))
    pdf = record.pdf(held.summary)
    text = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
    shown = letters(re.sub("[\x02\ufffe]", "", text))  # PDFium's signs for a hyphen at the end of a line
    for word in ("ڈاکٹر", "ہیں", documents.printable("🎉").strip("[]"), "রহিমা", "ਗੁਰਪ੍ਰੀਤ", documents.printable("王")):
        assert letters(word) in shown, word
