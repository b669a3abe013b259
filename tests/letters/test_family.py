"""Protects: whoever has no part in a case receives no paper of it, on any way; the papers are erased with the case and handed out with it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import docx
import pypdf
import pytest

from framework.casefile import Add as CaseAdd
from framework.disposal import held
from framework.items import Add, Change, Remove
from framework.letters.deciding import CheckWithheld, File, Reply
from framework.letters.model import Letters
from framework.streams.kind import Actor, Refused
from framework.streams.live import Watch
from framework.workspace import Workspace
from tests.letters.made import FULL, MARA
from tests.people.settled import acting, opened

WORDS = "Police — “cofiwch”, żółw, مرحبا, 👋 # {{ name }} <b> " + "x" * 120


class There:
    """A real case with a worker and a manager, and somebody who has no part in it."""

    def __init__(self, work: Workspace) -> None:
        self.work = work
        self.worker, self.other = (
            acting(work, "Wanda", "Homeward.Practitioner"),
            acting(work, "Sam", "Homeward.Practitioner"),
        )
        self.case = work.casefiles.begin(self.worker, "LCS 1", "Ash")
        work.casefiles.run(self.case, self.worker, CaseAdd("parent", {"name": "Mara", "relation": "mother"}))

    def run(self, *commands: object, actor: Actor | None = None) -> Letters:
        for command in commands:
            state = self.work.letters.run(self.case, actor or self.worker, command)  # type: ignore[arg-type]
        return state

    def write(self) -> Letters:
        return self.run(
            Add("fact", {"person": MARA, "since": "2024-03", "words": WORDS}),
            Reply("f1", "correct", "No. " + WORDS),
            Change("fact", "f1", "stays_why", "It is in the report."),
            Add("copy", {"person": MARA, "name": "Mara", **FULL}),
            File("copy", "c1"),
        )


@pytest.fixture
def there(tmp_path: Path) -> Iterator[There]:
    work = opened(tmp_path / "homeward.db")
    yield There(work)
    work.store.close()


def test_a_stranger_to_the_case_receives_no_paper_of_it(there: There) -> None:
    there.write()
    letters = there.work.letters
    assert letters.view(there.case, there.other) == Letters() == letters.view(there.case, there.other, upto=1)
    assert letters.known(there.case, there.other) == {}
    for attempt in (
        lambda: letters.run(there.case, there.other, Add("copy", {"person": MARA, "name": "M"})),
        lambda: letters.run("no-such-case", there.other, Add("copy", {"person": MARA, "name": "M"})),
        lambda: letters.draft(there.case, there.other, "c1"),
        lambda: letters.pdf(there.case, there.other, 1),
        lambda: letters.word(there.case, there.other, "c1"),
        lambda: letters.stops(there.case, there.other, "c1"),
    ):
        with pytest.raises(Refused, match="There is no such case"):
            attempt()


def test_whoever_only_reads_writes_nothing_and_a_worker_checks_nothing(there: There) -> None:
    there.work.casefiles.run(
        there.case, there.worker, CaseAdd("worker", {"person": there.other.id, "part": "second_worker"})
    )
    there.write()
    there.run(Add("withheld", {"copy_id": "c1", "what": "X", "reason": "court"}))
    assert there.work.letters.view(there.case, there.other).filed
    for actor, command in (
        (there.other, File("copy", "c1")),
        (there.other, Reply("f1", "confirm")),
        (there.worker, CheckWithheld("o1", True)),
    ):
        with pytest.raises(Refused, match="Your part in this case does not allow this"):
            there.run(command, actor=actor)


def test_the_papers_belong_to_the_case_to_be_erased_and_handed_out(there: There) -> None:
    there.write()
    assert f"letters:{there.case}" in held.streams(there.work.store, there.case)
    found = there.work.letters.held(there.case, there.work.now(), there.work.casefiles.view(there.case, there.worker))
    said = [(one.what, " ".join(text for _, text in one.lines)) for one in found]
    assert any("to check" in what and WORDS in text and "No. " in text for what, text in said)
    assert any("filed" in what and FULL["decided"] in text for what, text in said)


def test_facts_that_tell_what_is_not_theirs_are_given_to_nobody(there: There) -> None:
    there.work.casefiles.run(
        there.case, there.worker, CaseAdd("parent", {"name": "Ben", "relation": "father", "lives": "9 Oak Street"})
    )
    there.run(Add("fact", {"person": MARA, "since": "2024-03", "words": "Ben moved to 9 Oak Street."}))
    assert there.work.letters.stops(there.case, there.worker, MARA)
    for take in (there.work.letters.pdf, there.work.letters.word, there.work.letters.draft):
        with pytest.raises(Refused, match=r"The fact “Ben moved to 9 Oak Street\.” tells where Ben lives"):
            take(there.case, there.worker, MARA)
    there.run(Change("fact", "f1", "words", "Ben moved out."))
    assert there.work.letters.stops(there.case, there.worker, MARA) == []
    assert there.work.letters.draft(there.case, there.worker, MARA).paper.sort == "facts"


def test_whoever_leaves_the_case_hears_no_more_of_its_papers(there: There) -> None:
    there.work.casefiles.run(
        there.case, there.worker, CaseAdd("worker", {"person": there.other.id, "part": "second_worker"})
    )
    there.write()
    watch = Watch(f"letters:{there.case}", there.other.id)
    assert there.work.still_hears(watch)
    there.work.casefiles.run(there.case, there.worker, Remove("worker", "w2", "Left"))
    assert not there.work.still_hears(watch)


@pytest.mark.slow
def test_a_paper_is_tagged_marked_as_draft_or_filed_and_text_stays_text(there: There) -> None:
    there.write()
    for what, mark in (("c1", "Draft: not filed yet"), (1, "Filed on")):
        pdf = pypdf.PdfReader(BytesIO(there.work.letters.pdf(there.case, there.worker, what)))
        text = "".join(page.extract_text() for page in pdf.pages)
        root = pdf.trailer["/Root"]
        assert mark in text and "{{ name }}" in text and "<b>" in text and "żółw" in text
        assert (
            root["/MarkInfo"]["/Marked"]
            and root["/Lang"].startswith("en")
            and pdf.metadata
            and pdf.metadata.title == "About Ash: your copy"
        )
        word = docx.Document(BytesIO(there.work.letters.word(there.case, there.worker, what)))
        assert any(WORDS in one.text for one in word.paragraphs) and any(mark in one.text for one in word.paragraphs)
    there.run(Change("copy", "c1", "decided", "We decided to wait."), File("copy", "c1", 1))
    assert "A newer version has taken its place" in there.work.letters.filed(there.case, there.worker, 1).mark
