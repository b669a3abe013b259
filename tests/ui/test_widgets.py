"""Protects: a widget shows what the record says or what somebody entered, and never what an old message of a browser says.

The app stands in for a page: a record, one choice that follows it, and one text that keeps what was typed until it is saved.
"""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from pages.ui import widgets

    record = st.session_state.setdefault("record", {"choice": "a", "text": "before"})

    def choose(key: str) -> None:
        if widgets.is_current("choice", key) and not st.session_state.get("refuse"):
            record["choice"] = st.session_state[key]

    key = widgets.widget_for("choice", record["choice"])
    st.segmented_control("Choice", ["a", "b", "c"], default=record["choice"], key=key, on_change=choose, args=(key,))
    if not st.session_state.get("folded"):
        key = widgets.widget_for("text", record["text"], keep_entered=True)
        st.text_area("Text", record["text"], key=key)
    st.caption(str(widgets.entered("text", record["text"])))
    st.button("New", on_click=widgets.reset_widget, args=("text",))


@pytest.fixture
def visit() -> AppTest:
    return AppTest.from_function(page).run()


def record(visit: AppTest, **values: Any) -> AppTest:
    """Somebody else changes the record."""
    visit.session_state["record"] |= values
    return visit.run()


def shown(visit: AppTest) -> tuple[Any, str]:
    assert not visit.exception
    return visit.segmented_control[0].value, visit.text_area[0].value


def test_a_choice_and_a_text_follow_the_record(visit: AppTest) -> None:
    assert shown(visit) == ("a", "before")
    assert shown(record(visit, choice="c", text="changed")) == ("c", "changed")
    assert shown(record(visit, choice="b", text="again")) == ("b", "again")


def test_ones_own_choice_keeps_its_widget(visit: AppTest) -> None:
    key = visit.segmented_control[0].key
    assert shown(visit.segmented_control[0].set_value("b").run())[0] == "b"
    assert visit.session_state["record"]["choice"] == "b"
    assert visit.segmented_control[0].key == key


def test_a_refused_choice_shows_the_record_again(visit: AppTest) -> None:
    visit.session_state["refuse"] = True
    assert shown(visit.segmented_control[0].set_value("b").run())[0] == "a"


def test_what_a_browser_still_sends_under_an_old_key_changes_nothing(visit: AppTest) -> None:
    old = visit.segmented_control[0]
    visit.session_state["record"]["choice"] = "c"
    visit.run()
    old.set_value("b").run()
    assert shown(visit)[0] == "c"
    assert visit.session_state["record"]["choice"] == "c"


def test_typed_text_is_kept_whatever_the_record_says(visit: AppTest) -> None:
    visit.text_area[0].set_value("mine").run()
    assert shown(record(visit, text="theirs"))[1] == "mine"
    assert visit.caption[0].value == "mine"
    assert shown(record(visit, text="mine"))[1] == "mine"  # it is saved, and from here on it is the record's
    assert shown(record(visit, text="theirs at last"))[1] == "theirs at last"


def test_white_space_alone_is_no_change(visit: AppTest) -> None:
    key = visit.text_area[0].key
    visit.text_area[0].set_value("before \n").run()
    assert visit.text_area[0].key == key
    assert visit.caption[0].value == "before"


def test_reset_gives_up_what_was_typed(visit: AppTest) -> None:
    visit.text_area[0].set_value("mine").run()
    assert shown(visit.button[0].click().run())[1] == "before"
    assert shown(record(visit, text="theirs"))[1] == "theirs"


def test_a_field_that_was_not_drawn_for_a_while_comes_back_with_the_record(visit: AppTest) -> None:
    visit.text_area[0].set_value("saved").run()
    record(visit, text="saved")
    visit.session_state["folded"] = True
    assert not visit.run().text_area
    visit.session_state["folded"] = False
    assert shown(visit.run())[1] == "saved"
    visit.session_state["folded"] = True
    record(visit, text="changed meanwhile")
    visit.session_state["folded"] = False
    assert shown(visit.run())[1] == "changed meanwhile"
