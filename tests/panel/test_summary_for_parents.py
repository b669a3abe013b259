"""Protects: a parent who is handed the summary of a meeting can read it, finds what protects, and is not blamed.

- what protects the child is there, what services do apart from what the family does;
- what is for the authority to put right never stands among the family's risks;
- a wish that holds the light comes with the sentence that nobody should be asked to change it;
- every answer that is printed is explained, and that something is not known is no finding.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from framework import case, edition
from framework.edition import DEFAULT
from framework.panel import summary as record
from framework.streams.store import Store
from framework.workspace import Workspace

EDITION = edition.load(DEFAULT)
SAMPLES = {one.id: one for one in case.load_samples(EDITION)}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder: Path = tmp_path_factory.mktemp("summaries")
    opened = Workspace(Store.open(f"sqlite:///{folder}/homeward.db"), EDITION)
    yield opened
    opened.store.close()


@pytest.fixture(params=SAMPLES)
def summary(request: pytest.FixtureRequest, work: Workspace) -> dict[str, Any]:
    """The summary of a whole meeting on a sample case."""
    meeting = work.meetings.demonstrate(SAMPLES[request.param])
    return record.summary(work.meetings.state(meeting), EDITION, work.meetings.history(meeting))


def items(groups: list[dict[str, Any]]) -> list[str]:
    return [item for group in groups for item in group["items"]]


def test_what_protects_is_what_was_agreed_and_nothing_else(summary: dict[str, Any]) -> None:
    good = {EDITION.status_label("neglect", "absent"): False, "Present": True, "Emerging": True}
    agreed = [
        f"{answer['question']}: {answer['answer']}"
        for answer in summary["answers"]
        if answer["dimension"] == EDITION.dimensions["protection"].label and good.get(answer["answer"], False)
    ]
    assert sorted(items(summary["protecting"])) == sorted(agreed)
    services = {EDITION.factors[factor].label for factor in EDITION.process_ids}
    for group in summary["protecting"]:
        theirs = [
            item.split(":")[0].split(",")[0] in {label.split(",")[0] for label in services} for item in group["items"]
        ]
        assert set(theirs) == {group["label"] == "What services do"}


def test_what_the_authority_has_to_put_right_is_not_among_the_familys_risks(summary: dict[str, Any]) -> None:
    theirs = {factor.label for factor in EDITION.factor if factor.put_right_by == "authority"}
    for group in summary["holding"]:
        found = [item.split(":")[0] in theirs for item in group["items"]]
        assert set(found) == {group["label"].endswith("for the authority or others to put right")}, group


def test_a_wish_that_holds_the_light_is_heard_and_not_to_be_changed(summary: dict[str, Any]) -> None:
    holds = any(item.startswith("Wishes, ") for item in items(summary["holding"]))
    assert ("nobody should be asked to change them" in summary["wishes_apart"]) == holds


def test_every_answer_that_is_printed_is_explained(summary: dict[str, Any]) -> None:
    explained = {group["label"]: {item["label"] for item in group["items"]} for group in summary["words"]}
    for answer in summary["answers"]:
        assert answer["answer"] in explained[answer["dimension"]], answer["question"]
    assert all(item["help"] for group in summary["words"] for item in group["items"])


BLAMES = re.compile(r"\b(?:incapable|unfit|incompetent|poor parenting|lack of empathy|special needs)\b", re.IGNORECASE)


def test_on_paper_it_is_no_verdict_and_what_is_not_known_is_no_finding(summary: dict[str, Any]) -> None:
    pages = pypdf.PdfReader(io.BytesIO(record.pdf(summary))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "no verdict on anybody as a parent" in text
    assert "What protects the child" in text and "What the answers mean" in text
    assert ("does not mean that it happened" in text) == bool(summary["unknown"] or summary["safety_unknown"])
    people_said = str([answer["notes"] for answer in summary["answers"]])
    assert not [hit[0] for hit in BLAMES.finditer(text) if hit[0] not in people_said]
