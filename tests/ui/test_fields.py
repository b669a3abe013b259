"""Protects: a field saves one thing, whatever the subject; what somebody types stays, and the other's text is said beside it.

The subject is the made-up diary of visits, of which pages/ui knows nothing. Each AppTest is the browser of one person.
"""

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from framework.items import Add, Change
from framework.streams.store import StoreUnavailable
from tests.test_items import DAY, Desk, Visit


class Shared(Desk):
    """One diary that several browsers show."""

    outage = False

    def __init__(self) -> None:
        super().__init__()
        self.do(Add("visit", {"on": DAY, "by": "w2"}))

    def browser(self, who: str) -> AppTest:
        page = AppTest.from_function(diary)
        page.session_state["desk"], page.session_state["who"] = self, who
        return page.run()

    def run(self, command: Any, who: str) -> None:
        if self.outage:
            raise StoreUnavailable("unreachable")
        self.do(command, by=who)

    @property
    def visit(self) -> Any:
        return self.diary.items.of("visit")["v1"]


@pytest.fixture
def desk() -> Shared:
    return Shared()


def diary() -> None:
    import streamlit as st

    from pages.ui import fields
    from pages.ui.fields import Field, Fields
    from tests.test_items import DAY, WORKED

    desk, who = st.session_state["desk"], st.session_state["who"]
    here = Fields("d", desk.diary.items, lambda command: desk.run(command, who), who == "", ("Wilf only",), str.upper)
    specs = (
        Field("on", "Date", "day"),
        Field("note", "Note", "text"),
        Field("code", "Door code", "line"),
        Field("by", "Visitor", "one", lambda _: {"w1": "Wilf"}, empty="Nobody yet"),
        Field("outcome", "Outcome", "one", lambda _: WORKED, empty="Not yet"),
        Field("announced", "Announced", "yes"),
        Field("rooms", "Rooms", "many", lambda _: {"kitchen": "Kitchen", "garden": "Garden"}),
    )
    for visit in here.items.of("visit").values():
        for spec in specs:
            fields.field(here, visit, spec)
        fields.remove_button(here, "visit", visit.id)
    fields.add_form(here, "visit", specs[:2], "Add the visit", start={"on": DAY})
    fields.history_table((edit.at, edit.by, edit.field or "all") for edit in here.items.edits.get(("visit", "v1"), ()))


def labelled(elements: Any, label: str) -> Any:
    (found,) = [one for one in elements if one.label == label and "new|" not in one.key]
    return found


def said(page: AppTest) -> list[str]:
    """What was refused, as a reader sees it: without the signs that keep Streamlit from reading it as Markdown."""
    return [one.value.replace("\\", "") for one in page.error]


def html(page: AppTest) -> str:
    return " ".join(one.proto.body for one in page.get("html"))


def test_every_form_of_field_saves_what_is_chosen_or_typed(desk: Shared) -> None:
    page = desk.browser("Ada")
    labelled(page.date_input, "Date").set_value(date(2026, 12, 1)).run()
    labelled(page.text_area, "Note").set_value("  Spoke with Mum. ").run()
    labelled(page.text_input, "Door code").set_value("1234").run()
    labelled(page.selectbox, "Visitor").set_value("w1").run()
    labelled(page.selectbox, "Outcome").set_value("seen").run()
    labelled(page.checkbox, "Announced").check().run()
    labelled(page.multiselect, "Rooms").set_value(["garden", "kitchen"]).run()
    assert not page.exception and not said(page)
    assert desk.visit == Visit(
        id="v1",
        on=date(2026, 12, 1),
        note="Spoke with Mum.",
        code="1234",
        by="w1",
        outcome="seen",
        announced=True,
        rooms=("garden", "kitchen"),
    )
    edits = desk.diary.items.edits["visit", "v1"]
    assert {edit.by for edit in edits} == {"Ada"} and len(edits) == 8
    assert html(page).count("<td>Ada</td>") == 8


def test_who_has_typed_keeps_it_when_another_saves_the_same_field_and_may_put_it_there(desk: Shared) -> None:
    ada, ben = desk.browser("Ada"), desk.browser("Ben")
    desk.do(Change("visit", "v1", "note", "Ada's <b>note</b>", ""), by="Ada")
    labelled(ben.text_area, "Note").set_value("Ben's note").run()
    assert desk.visit.note == "Ada's <b>note</b>", "nothing is overwritten unseen"
    assert labelled(ben.text_area, "Note").value == "Ben's note" and not said(ben)
    assert "Ada has changed “Note” in the meantime." in html(ben) and "Ada&#39;s &lt;b&gt;note&lt;/b&gt;" in html(ben)
    ben.run()
    assert labelled(ben.text_area, "Note").value == "Ben's note", "a rerun leaves it there"
    ben.button(key="mine|d|visit|v1|note").click().run()
    assert desk.visit.note == "Ben's note" and "in the meantime" not in html(ben)
    # Who has typed nothing is told, too, and the field changes when they ask for it.
    assert "Ben has changed “Note”" in html(ada.run()) and "not saved" not in html(ada)
    ada.button(key="theirs|d|visit|v1|note").click().run()
    assert labelled(ada.text_area, "Note").value == "Ben's note" and "in the meantime" not in html(ada)


def test_what_the_record_writes_in_another_way_is_no_conflict_with_oneself(desk: Shared) -> None:
    """A meeting's 9.30 is kept as 09:30: whoever typed it was told that they themselves had changed it meanwhile."""
    page = AppTest.from_function(spaced)
    page.session_state["desk"] = desk
    labelled(page.run().text_input, "Code").set_value("12 34").run()
    assert desk.visit.code == "1234"
    assert labelled(page.text_input, "Code").value == "12 34" and "in the meantime" not in html(page)
    desk.do(Change("visit", "v1", "code", "5678"), by="Ada")
    assert "Ada has changed “Code” in the meantime." in html(page.run())


def spaced() -> None:
    from dataclasses import replace
    from typing import Any

    import streamlit as st

    from pages.ui import fields
    from pages.ui.fields import Field, Fields

    desk = st.session_state["desk"]

    def read(text: str) -> str:
        return text.replace(" ", "")

    def run(command: Any) -> None:
        desk.do(replace(command, value=read(command.value), seen=read(command.seen)), by="Ben")

    here = Fields("t", desk.diary.items, run, False)
    fields.field(here, desk.visit, Field("code", "Code", "line", read=read))


def test_who_has_typed_may_take_what_the_other_wrote_instead(desk: Shared) -> None:
    ben = desk.browser("Ben")
    desk.do(Change("visit", "v1", "note", "Ada's", ""), by="Ada")
    labelled(ben.text_area, "Note").set_value("Ben's").run()
    ben.button(key="theirs|d|visit|v1|note").click().run()
    assert labelled(ben.text_area, "Note").value == "Ada's" == desk.visit.note
    assert "in the meantime" not in html(ben)


def test_a_choice_made_on_what_another_has_changed_is_refused_below_its_field_and_the_field_shows_theirs(
    desk: Shared,
) -> None:
    ben = desk.browser("Ben")
    desk.do(Change("visit", "v1", "outcome", "seen", ""), by="Ada")
    labelled(ben.selectbox, "Outcome").set_value("nobody_in").run()
    assert said(ben) == ["Ada has changed the outcome in the meantime; it now says: “Everybody was seen”."]
    assert labelled(ben.selectbox, "Outcome").value == "seen" == desk.visit.outcome


def test_choices_one_after_the_other_in_one_field_are_no_conflict_with_oneself(desk: Shared) -> None:
    page = desk.browser("Ada")
    for name in ("seen", "nobody_in", ""):
        labelled(page.selectbox, "Outcome").set_value(name).run()
        assert desk.visit.outcome == name and not said(page)


def test_what_cannot_be_saved_is_said_and_stays_in_the_field(desk: Shared) -> None:
    page = desk.browser("Ada")
    labelled(page.text_input, "Door code").set_value("behind *the* bin").run()
    (sentence,) = said(page)
    assert sentence.startswith("Door code: ") and "is not a row of digits such as 1234." in sentence
    assert labelled(page.run().text_input, "Door code").value == "behind *the* bin" and desk.visit.code == ""
    labelled(page.text_input, "Door code").set_value("12").run()
    assert not said(page) and desk.visit.code == "12"


def test_in_an_outage_what_was_typed_stays_and_is_saved_by_the_next_try(desk: Shared) -> None:
    page = desk.browser("Ada")
    desk.outage = True
    labelled(page.text_area, "Note").set_value("Spoke with Mum.").run()
    assert "Not saved: the record cannot be reached just now." in said(page)[0]
    assert labelled(page.text_area, "Note").value == "Spoke with Mum." and desk.visit.note == ""
    desk.outage = False
    labelled(page.text_area, "Note").set_value("Spoke with Mum. And Dad.").run()
    assert not said(page) and desk.visit.note == "Spoke with Mum. And Dad."


def test_who_can_no_longer_be_chosen_stays_where_they_are(desk: Shared) -> None:
    page = desk.browser("Ada")
    assert labelled(page.selectbox, "Visitor").options == ["Nobody yet", "Wilf", "W2"]
    labelled(page.selectbox, "Visitor").set_value("w1").run()
    assert desk.visit.by == "w1" and labelled(desk.browser("Ben").selectbox, "Visitor").options == [
        "Nobody yet",
        "Wilf",
    ]


def test_an_item_is_added_by_a_form_that_keeps_what_was_refused_and_removed_after_a_second_click(desk: Shared) -> None:
    page = desk.browser("Ada")

    def new(elements: Any) -> Any:
        (found,) = [one for one in elements if "|new|" in (one.key or "")]
        return found

    def add() -> None:
        (button,) = [one for one in page.button if one.label == "Add the visit"]
        button.click().run()

    new(page.text_area).set_value("A second visit")
    new(page.date_input).set_value(None)
    add()
    assert said(page) == ["Please give the date of the visit."] and new(page.text_area).value == "A second visit"
    new(page.date_input).set_value(date(2026, 12, 24))
    add()
    assert desk.diary.items.of("visit")["v2"].note == "A second visit" and not said(page)
    assert new(page.text_area).value == "" and new(page.date_input).value == DAY
    page.button(key="ask-sure|d|visit|v2").click().run()
    assert "v2" in desk.diary.items.of("visit")
    page.button(key="yes-sure|d|visit|v2").click().run()
    assert "v2" not in desk.diary.items.of("visit") and not page.exception


def test_who_may_change_nothing_is_offered_nothing(desk: Shared) -> None:
    page = desk.browser("")
    elements = [*page.text_area, *page.text_input, *page.selectbox, *page.checkbox, *page.multiselect, *page.date_input]
    assert elements and all(one.disabled for one in elements) and all(one.disabled for one in page.button)
