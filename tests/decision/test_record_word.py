"""Protects: the Word file holds what the PDF holds, and an authority's own template can ask for what a record has and for nothing else.

- words of every script and what looks like a tag are text; a text from right to left is marked so;
- a field that does not exist is refused with its name, and so is whatever a template may not do; nothing is made then;
- LibreOffice opens it.
"""

import io
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from framework.decision.record import court, model, paper, word
from framework.decision.records import SORTS, Sort, as_file
from framework.streams.store import Store
from tests.decision.recorded import ARABIC, EMOJI, LONG, POLISH, TYPED, WELSH, Recorded
from tests.decision.test_record import pdf_text, squeezed, word_text
from tests.libreoffice import ensure_libreoffice


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[model.Record]:
    made = Recorded(Store.open(f"sqlite:///{tmp_path_factory.mktemp('word')}/homeward.db")).meet()
    made.decide()
    yield made.record()
    made.work.store.close()


def template(*paragraphs: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("sort", SORTS)
def test_it_holds_every_piece_and_what_people_wrote_is_text(sort: Sort, record: model.Record) -> None:
    content = as_file(record, sort, "docx")
    document = docx.Document(io.BytesIO(content))
    made = paper.decision_paper(record) if sort == "decision" else court.court_paper(record)
    headings = [one.text for one in document.paragraphs if one.style and one.style.name == "Heading 2"]
    assert headings == [one["text"] for one in made.blocks if one["kind"] == "heading"]
    assert len(document.tables) == sum(one["kind"] == "table" for one in made.blocks)
    assert all(one.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for one in document.tables)
    assert document.core_properties.title == f"{SORTS[sort]}: Ash"
    text = squeezed(word_text(content))
    for words in (POLISH, WELSH, TYPED, LONG, EMOJI, ARABIC):
        assert squeezed(words) in text, words


def test_a_text_from_right_to_left_is_marked_so(record: model.Record) -> None:
    document = docx.Document(io.BytesIO(as_file(record, "decision", "docx")))
    theirs = [one for one in document.paragraphs if ARABIC in one.text]
    assert theirs and all(
        one._p.pPr.find(qn("w:bidi")) is not None and all(run.font.rtl for run in one.runs) for one in theirs
    )
    others = [one for one in document.paragraphs if POLISH in one.text]
    assert others and not any(one._p.pPr is not None and one._p.pPr.find(qn("w:bidi")) is not None for one in others)


def test_an_own_template_gets_every_field_and_a_gap_where_one_is_empty(record: model.Record) -> None:
    own = template(
        "{{ decision.outcome }}: {{ decision.rationale }}",
        "{% for one in decision.options %}{{ one.name }}; {% endfor %}",
        "{{ case.summary }} {{ light.level }} {{ meeting.people[0].name }}",
    )
    said = squeezed(word_text(word.render(own, word.data_of(record, paper.decision_paper(record)))))
    assert squeezed(f"Return home: {TYPED}") in said and "Homewithsupport;Long-termfostering;" in said
    assert squeezed("[still to be filled in: the summary of the case]") in said and "WandaWorker" in said


def test_a_record_without_a_decision_has_every_field_too(record: model.Record) -> None:
    empty = record.model_copy(update={"decision": model.Decision()})
    own = template("{{ decision.rationale }} {{ decision.child_view.words }} {{ decision.approval.needed }}")
    said = word_text(word.render(own, word.data_of(empty, paper.decision_paper(empty))))
    assert said.count("[still to be filled in:") == 3


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("{{ decision.rationle }}", "“rationle”"),
        ("{{ mother_address }}", "“mother_address”"),
        ("{% if False %}{{ not_there }}{% endif %}", "“not_there”"),
        ("{{ ''.__class__.__mro__ }}", "may not"),
        ("{{ cycler.__init__.__globals__ }}", "may not"),
        ("{{ decision.rationale", "cannot be read"),
        ("{% for one in decision.options %}", "cannot be read"),
    ],
)
def test_a_template_that_asks_for_what_is_not_there_or_not_allowed_is_refused(
    mark: str, said: str, record: model.Record
) -> None:
    with pytest.raises(word.TemplateRefused) as refused:
        word.render(template("Before", mark), word.data_of(record, paper.decision_paper(record)))
    assert said in str(refused.value) and str(refused.value).endswith(".")


@pytest.mark.slow
@pytest.mark.parametrize(("mark", "said"), [("{{ 'x' * 10 ** 10 }}", "more than"), ("{{ rationle }}", "“rationle”")])
def test_what_somebody_brings_is_filled_in_by_a_process_apart(mark: str, said: str, record: model.Record) -> None:
    with pytest.raises(word.TemplateRefused, match=said):
        word.by_own_template(template(mark), record, paper.decision_paper(record))


def test_what_is_no_word_file_or_carries_macros_is_refused(record: model.Record) -> None:
    with_macros = io.BytesIO(template("x"))
    with zipfile.ZipFile(with_macros, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    bursts = io.BytesIO(template("x"))
    with zipfile.ZipFile(bursts, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/x.png", bytes(word.UNPACKED_LIMIT + 1))
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("x.txt", "x")
    for content, said in (
        (b"", "not a Word file"), (b"%PDF-1.7", "not a Word file"), (other.getvalue(), "not a Word file"),
        (with_macros.getvalue(), "macros"), (bursts.getvalue(), "unpacks"), (b"x" * (word.SIZE_LIMIT + 1), "too large"),
    ):  # fmt: skip
        with pytest.raises(word.TemplateRefused, match=said):
            word.by_own_template(content, record, paper.decision_paper(record))


@pytest.mark.slow
def test_libreoffice_opens_both_records(record: model.Record, tmp_path: Path) -> None:
    for sort in SORTS:
        (tmp_path / f"{sort}.docx").write_bytes(as_file(record, sort, "docx"))
    command = [
        ensure_libreoffice(),
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--norestore",
    ]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path), *(str(tmp_path / f"{sort}.docx") for sort in SORTS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    for sort in SORTS:
        text = squeezed(pdf_text((tmp_path / f"{sort}.pdf").read_bytes()))
        assert squeezed(POLISH) in text and squeezed("# not a heading {{ title }}") in text
