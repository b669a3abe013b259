"""What a parent says of a fact, on a phone in the worker's hand and with the keyboard alone, is kept beside it; the child's letter is measured
while it is written."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from framework.casefile import Add as CaseAdd
from framework.items import Add
from framework.letters.reading import last_reply
from framework.people.model import person_id
from framework.workspace import Workspace
from tests.browser import journeys
from tests.server import AppServer


class Papers:
    """An invented case with a mother, a fact about her and a letter that is begun."""

    def __init__(self, work: Workspace) -> None:
        self.work, self.worker = work, work.people.actor(person_id("invented", "practitioner"))
        self.case = work.casefiles.begin(self.worker, f"LCS {time.monotonic_ns()}", "Amy", invented=True)
        work.casefiles.run(self.case, self.worker, CaseAdd("parent", {"name": "Mara", "relation": "mother"}))
        for command in (
            Add("fact", {"person": "parent.p1", "since": "2024-03", "words": "Police came at night."}),
            Add("copy", {"person": "parent.p1", "name": "Mara"}),
            Add("letter", {"name": "Amy", "reader": "young"}),
        ):
            work.letters.run(self.case, self.worker, command)


@pytest.fixture
def papers(server: AppServer) -> Iterator[Papers]:
    work = Workspace.open(server.environment["DATABASE_URL"])
    yield Papers(work)
    work.store.close()


def test_a_parents_correction_is_kept_beside_the_fact(
    phone: Page, papers: Papers, axe_in_both: Callable[[Page], None]
) -> None:
    phone.goto(f"/case?case={papers.case}&view=letters")
    phone.get_by_role("button", name="Let Mara check them here").press("Enter")
    expect(phone.get_by_role("heading", name="Are these facts right?")).to_be_visible()
    expect(phone.get_by_role("heading", name="Amy")).to_have_count(0)
    journeys.settled(phone)
    axe_in_both(phone)
    phone.get_by_role("radio", name="No, this is not right").press("Space")
    words = phone.get_by_role("textbox", name="What it should say, or what you want to add")
    words.press_sequentially("It was *noon* <b>")
    words.press("Tab")
    phone.get_by_role("button", name="Keep my answer to fact 1 of 1").press("Enter")
    expect(phone.get_by_text("Kept: No, this is not right: “It was *noon* <b>”")).to_be_visible()
    journeys.settled(phone)
    phone.get_by_role("button", name="I have finished").press("Enter")
    expect(phone.get_by_text("They say it is not right").first).to_be_visible()
    journeys.settled(phone)
    axe_in_both(phone)
    reply = last_reply(papers.work.letters.view(papers.case, papers.worker, upto=papers.work.now()), "f1")
    assert reply and (reply.answer, reply.words, reply.how) == ("correct", "It was *noon* <b>", "page")
    with phone.expect_download() as download:
        phone.get_by_role("button", name="The copy, draft (PDF)").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_the_letter_is_measured_while_it_is_written(
    page: Page, papers: Papers, axe_in_both: Callable[[Page], None]
) -> None:
    page.goto(f"/case?case={papers.case}&view=letters")
    page.get_by_role("radio", name="Amy’s letter").click()
    why = page.get_by_role("textbox", name="Why", exact=True)
    why.fill("We promise that it was not your mum’s fault.")
    why.press("Tab")
    expect(page.get_by_text("It sounds like a promise: “promise”")).to_be_visible()
    expect(page.get_by_text("It may sound like blame: “fault”")).to_be_visible()
    expect(page.get_by_text("Reading age about").first).to_be_visible()
    journeys.settled(page)
    axe_in_both(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="The letter, draft (Word)").click()
    assert download.value.path().read_bytes().startswith(b"PK")
