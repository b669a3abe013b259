"""Protects: the record of a decision says everything that the decision stood on, as it stood, and only what may be copied.

- who sat and counted, every score as first given and as changed, what was agreed, the departure, the approval: all of it is in the model;
- what is missing is a gap that names it, in the model, on paper and in Word;
- legal advice, what a court restricts and addresses are in no format of any record;
- a record of a past moment holds nothing that came later; each hash on it is found in the log;
- text from people is text in every format, whatever it holds, and the PDF is tagged.
"""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest

from framework import case
from framework.__main__ import main
from framework.decision import record as records
from framework.decision.record import court, model, paper
from framework.decision.record.of_case import of_evidence
from framework.decision.records import FORMATS, SORTS, Sort, as_file
from framework.items import Add, Change, Remove
from framework.letters.deciding import Reply
from framework.streams.kind import Refused
from framework.streams.store import Store
from framework.workspace import Workspace
from tests.casefile.made import CHOSEN
from tests.decision.recorded import ADDRESS, ADVICE, ARABIC, EMOJI, LONG, POLISH, SEALED, TYPED, WELSH, Recorded
from tests.panel.table import EDITION, NEGLECT, Table

WORDS = (POLISH, WELSH, TYPED, LONG, ARABIC)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    made = Recorded(Store.open(f"sqlite:///{tmp_path_factory.mktemp('record')}/homeward.db")).meet()
    made.decide()
    yield made
    made.work.store.close()


@pytest.fixture(scope="module")
def record(held: Recorded) -> model.Record:
    found: model.Record = held.record()
    return found


def neglect(record: model.Record) -> model.Answered:
    return next(one for one in record.answers if one.subject == NEGLECT[0])


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def word_text(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def squeezed(text: str) -> str:
    """Without the signs that only say where a line may break."""
    return "".join(sign for sign in text if not sign.isspace() and sign not in "\u200b\u2060")


# ── What it says ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_says_who_sat_and_every_score_as_first_given_and_as_changed(record: model.Record) -> None:
    people = {one.name: one for one in record.meeting.people}
    assert people["Wanda Worker"].chaired and people["Wanda Worker"].counted and not people["Mo Manager"].independent
    wanda = next(one for one in neglect(record).scores if one.who == "Wanda Worker")
    assert (wanda.first, wanda.answer) == ("Improving", "Active") and "The visit" in wanda.changed
    assert wanda.first_note == f"{TYPED} (seen by the worker)" and wanda.note == ""
    assert neglect(record).differed and neglect(record).caution and "Seen in May." in neglect(record).notes[0]
    wish = next(one for one in record.answers if one.subject == "wishes" and one.about == "child")
    assert [one.together for one in wish.scores] == [True]
    capacity = next(one for one in record.answers if one.subject == "capacity")
    assert capacity.dissent == ("Mo Manager: Too early.",)


def test_it_says_the_departure_the_reasons_and_the_approval_with_its_evidence(record: model.Record) -> None:
    decision = record.decision
    assert decision.departs and decision.level == "Medium risk" and decision.departs_why and decision.not_seen
    assert (decision.outcome, decision.rationale) == ("Return home", TYPED)
    assert decision.child_view and decision.child_view.words == ARABIC and EMOJI in decision.views[0].words
    assert [(one.name, one.chosen) for one in decision.options] == [
        ("Home with support", True),
        ("Long-term fostering", False),
    ]
    assert decision.approval.result.startswith("Approved by Nick Officer") and decision.in_effect
    assert decision.approval.conditions and all(one.evidence and one.source for one in decision.approval.conditions)


def test_an_answer_to_an_unknown_about_a_carer_names_the_carer(held: Recorded, record: model.Record) -> None:
    about = {one.about for one in held.work.decisions.view(held.case, held["wanda"]).items.of("answer").values()}
    names = [name for carer, name in held.state.carers.items() if carer in about]
    assert names
    for name in names:
        assert [one for one in record.decision.answers if one.label.endswith(f"({name})")]


def test_what_a_parent_said_to_a_fact_stands_in_both_records(tmp_path: Path) -> None:
    held = Recorded(Store.open(f"sqlite:///{tmp_path}/homeward.db")).meet()
    wanda, letters = held["wanda"], held.work.letters
    held.work.casefiles.run(held.case, wanda, Add("parent", {"id": "p9", "name": "Ali", "relation": "father"}))
    assert says_gap(held)
    letters.run(
        held.case, wanda, Add("fact", {"person": "parent.p9", "since": "2025-03", "words": "Police came twice"})
    )
    letters.run(held.case, wanda, Reply("f1", "correct", "Once only", held.clock().date(), "paper"))
    record = held.record()
    (checked,) = record.checked_facts
    assert (checked.who, checked.when, checked.fact) == ("Ali", "March 2025", "Police came twice")
    assert (checked.answer, checked.words) == ("No, this is not right", "Once only.")
    for sort in SORTS:
        assert "Onceonly" in squeezed(pdf_text(as_file(record, sort, "pdf"))), sort
    assert not says_gap(held)
    held.work.store.close()


def says_gap(held: Recorded) -> bool:
    """Whether the court record names the parents' answers as missing."""
    blocks = court.court_paper(held.record()).blocks
    return any(one["kind"] == "gap" and "what each parent said to the facts" in one["text"] for one in blocks)


def test_it_is_a_decision_that_is_not_in_effect_until_it_is_approved(tmp_path: Path) -> None:
    with_no_approval = Recorded(Store.open(f"sqlite:///{tmp_path}/homeward.db")).meet()
    with_no_approval.decide(approve=False)
    record = with_no_approval.record()
    assert record.decision.in_effect is False and record.decision.approval.result.startswith("Still open")
    for set_ in (paper.decision_paper(record), court.court_paper(record)):
        first = next(one for one in set_.blocks if one["kind"] == "notice" and "effect" in one["text"])
        assert first["text"].startswith("Not in effect")
    with_no_approval.work.store.close()


def test_what_is_missing_is_a_gap_that_names_it_on_every_paper(record: model.Record) -> None:
    missing = {one.where: one.what for one in model.gaps(record)}
    assert missing["case.parents"] == "the parents, also the one who is not considered"
    assert "decision" not in missing and "decision.rationale" not in missing
    listed = next(one for one in paper.decision_paper(record).blocks if one["kind"] == "bullets")
    assert [one[1:] for one in listed["entries"]] == [what[1:] for what in missing.values()]
    assert any(one["text"] == "[still to be filled in: the genogram]" for one in court.court_paper(record).blocks)


@pytest.mark.parametrize("sample", ["HW-011", "HW-014"])
def test_a_meeting_on_a_sample_has_a_record_with_the_decision_as_a_gap(sample: str, tmp_path: Path) -> None:
    work = Workspace(Store.open(f"sqlite:///{tmp_path}/homeward.db"), EDITION)
    work.cases.load_samples()
    meeting = work.meetings.demonstrate({one.id: one for one in case.load_samples(EDITION)}[sample])
    record = work.records.whole(meeting)
    assert model.Gap("decision", model.NO_DECISION) in model.gaps(record) and record.invented
    assert len(record.answers) == len(EDITION.questions(work.meetings.state(meeting).carer_ids))
    notice = next(one for one in paper.decision_paper(record).blocks if one["kind"] == "notice")
    assert notice["text"].startswith("Invented")
    work.store.close()


def test_while_members_answer_on_their_own_it_says_nothing_of_their_answers() -> None:
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, sam="active", tess="improving")
    made = records.of(table.panel, EDITION, table.record, made_at=datetime.now(UTC))
    assert made.answers == () and made.light == model.Light()
    assert model.Gap("light.level", "the level that the panel’s answers indicate") in model.gaps(made)


# ── What may not be in it, and what it is of ─────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("form", FORMATS)
def test_legal_advice_what_a_court_restricts_and_addresses_are_in_no_copy(
    sort: Sort, form: Any, record: model.Record
) -> None:
    content = as_file(record, sort, form)
    text = {"json": lambda: content.decode(), "pdf": lambda: pdf_text(content), "docx": lambda: word_text(content)}[
        form
    ]()
    for secret in (ADVICE, SEALED, ADDRESS):
        assert squeezed(secret) not in squeezed(text)
    assert record.case.left_out == 3 and (
        form == "json" or "three items marked as legal advice" in " ".join(text.split())
    )


def test_a_past_moment_holds_nothing_that_came_later(held: Recorded, record: model.Record) -> None:
    past = held.record(upto=held.before_decision)
    assert past.decision == model.Decision() and past.answers == record.answers and past.stood_at
    assert {one.version for one in past.proof.events}.isdisjoint(
        one.version for one in record.proof.events if one.what == "the decisions of the case"
    )
    with pytest.raises(Refused, match="nothing of this meeting"):
        held.work.records.whole(held.meeting, held.before_decision - timedelta(days=400))


def test_what_is_marked_later_is_in_no_record_of_an_earlier_moment(tmp_path: Path) -> None:
    held = Recorded(Store.open(f"sqlite:///{tmp_path}/homeward.db"))

    def run(command: Any) -> None:
        held.work.casefiles.run(held.case, held["wanda"], command)

    said, advice, sealed = "I will not say it twice", "Counsel wrote of the hearing", "Judgment that is sealed"
    run(Add("entry", CHOSEN | {"id": "later1", "since": "2025-06", "sort": "voice", "what": said}))
    run(Add("entry", CHOSEN | {"id": "later2", "since": "2025-07", "sort": "police_court", "what": advice}))
    run(Add("document", {"id": "later3", "title": sealed, "where": "LCS 44"}))
    held.meet()
    moment = held.before_decision
    before = held.record(upto=moment)
    assert said in before.case.child_said and any(sealed in one for one in before.case.information)
    for which, identifier, mark in (("entry", "later1", "court"), ("entry", "later2", "legal_advice")):
        run(Change(which, identifier, mark, True))
    run(Change("document", "later3", "court", True))
    run(Remove("document", "later3"))
    for made in (held.record(upto=moment), held.work.records.whole(held.meeting, moment)):
        text = json.dumps(made.model_dump(mode="json"), ensure_ascii=False)
        assert not [words for words in (said, advice, sealed) if words in text]
        assert made.case.left_out == before.case.left_out + 3
        assert not [one for one in made.case.not_known if "July 2025" in one]
    held.work.store.close()


def test_each_hash_on_it_is_of_this_log(held: Recorded, record: model.Record) -> None:
    assert [one.what for one in record.proof.events] == ["the meeting", "the decisions of the case", "the case"]
    for one in record.proof.events:
        assert [found.version for found in held.work.store.with_hash(one.hash)] == [one.version]
    assert held.work.store.verify().broken is None
    text = "".join(pdf_text(as_file(record, "decision", "pdf")).split())
    assert record.proof.events[0].hash in text and record.proof.record_hash in text


def test_whoever_has_no_part_in_the_case_gets_nothing_of_the_decision(held: Recorded) -> None:
    for who in ("sam", "rita", "nobody"):
        with pytest.raises(Refused):
            held.work.records.of(held.which, held[who])
    assert held.work.records.of(held.which, held["nick"]).decision.rationale == TYPED


def test_the_moments_that_a_record_can_be_of_are_those_of_the_meeting_and_the_decision(held: Recorded) -> None:
    said = [one.what for one in held.work.records.moments(held.which, held["wanda"], held.seats["wanda"].member)]
    assert said[:3] == ["Approved", "Decided: Return home", "Meeting: closed"]


# ── The court's headings ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_court_record_has_the_headings_and_the_checklist_and_no_score_up_front(record: model.Record) -> None:
    made = court.court_paper(record)
    headings = [one["text"] for one in made.blocks if one["kind"] == "heading"]
    assert [one.partition(".")[0] for one in headings[:11]] == [str(number) for number in range(1, 12)]
    assert not [one for one in made.blocks if one["kind"] in ("light", "answer")]
    aid = headings.index("About the aid that the panel used")
    assert aid > 10, "what the tool indicated comes last"
    checklist = next(one for one in made.blocks if one["kind"] == "table" and one["head"][0] == "Point")
    assert [row[0][:2] for row in checklist["rows"]] == [f"{letter}." for letter in "abcdefg"]


@pytest.mark.parametrize(("status", "said"), [("s38", True), ("s20", False)])
def test_where_there_are_proceedings_nothing_is_disclosed_without_leave(
    status: str, said: bool, record: model.Record
) -> None:
    sample = case.load_samples(EDITION)[0].model_copy(update={"legal_status": status, "home_since": ""})
    made = court.court_paper(record.model_copy(update={"case": of_evidence(sample)}))
    assert made.footer.startswith(court.LEAVE) == said
    assert made.blocks[0]["text"].startswith(court.LEAVE) == said and court.LEAVE[1:] in made.blocks[0]["text"]


def test_what_is_not_published_carries_its_mark(record: model.Record) -> None:
    def marked(made: paper.Paper, mark: str) -> bool:
        return any(mark in json.dumps(one, default=list) for one in made.blocks)

    for made in (paper.decision_paper(record), court.court_paper(record)):
        assert marked(made, "[reconstructed]") and marked(made, "[product]") and marked(made, "[to check]")


# ── PDF ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def tags(node: Any) -> Iterator[str]:
    """The types of the structure elements, from the top down."""
    found = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(found, list):
        for one in found:
            yield from tags(one)
    elif isinstance(found, dict):
        if "/S" in found:
            yield str(found["/S"])
        if "/K" in found:
            yield from tags(found["/K"])


@pytest.mark.slow
@pytest.mark.parametrize("sort", SORTS)
def test_the_pdf_is_tagged_and_has_its_language_title_headings_and_table_headers(
    sort: Sort, record: model.Record
) -> None:
    reader = pypdf.PdfReader(io.BytesIO(as_file(record, sort, "pdf")))
    root = reader.trailer["/Root"]
    assert reader.metadata and reader.metadata.title == f"{SORTS[sort]}: Ash"
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en-GB" and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    found = list(tags(root["/StructTreeRoot"]))
    assert found.count("/H1") == 1 and found.count("/H2") >= 11 and "/H3" in found
    made = paper.decision_paper(record) if sort == "decision" else court.court_paper(record)
    tables = [one for one in made.blocks if one["kind"] == "table"]
    assert found.count("/Table") == len(tables) and found.count("/TH") == sum(len(one["head"]) for one in tables)
    text = squeezed(pdf_text(as_file(record, sort, "pdf")))
    for words in (POLISH, WELSH, TYPED):
        assert squeezed(words) in text
    assert squeezed("[emoji: party popper]") in text


# ── The command line ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_line_writes_a_record_whole_and_nothing_over(
    held: Recorded, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    out, url = tmp_path / "record.json", f"sqlite:///{held.work.store.folder}/homeward.db"

    def run(*more: str) -> tuple[int, bytes, bytes]:
        status = main(["record", held.meeting, "--format", "json", "--out", str(out), "--database", url, *more])
        return status, *capfdbinary.readouterr()

    status, said, _ = run()
    made = json.loads(out.read_bytes())
    assert status == 0 and json.loads(said)["hashes"]["the meeting"] == made["proof"]["events"][0]["hash"]
    assert made["decision"]["rationale"] == TYPED and made["version"] == 1
    status, said, why = run()
    assert (status, said) == (2, b"") and b"nothing is written over" in why and json.loads(out.read_bytes()) == made
    out.unlink()
    assert run("--as-of", "2026-11-24T11:00")[0] == 0 and not json.loads(out.read_bytes())["decision"]["id"]
    out.unlink()
    for wrong in ("yesterday", "1999-01-01"):
        status, said, why = run("--as-of", wrong)
        assert (status, said) == (2, b"") and why.count(b"\n") == 1 and not list(tmp_path.iterdir())
