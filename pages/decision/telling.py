"""Who was told of a decision, by whom, when and how."""

import streamlit as st

from framework.decision import shown
from pages.decision import edit
from pages.decision.edit import Here
from pages.ui.fields import Field

NEW = (
    Field("who", "Who was told", "line"),
    Field("by", "By whom", "line"),
    Field("on", "When", "day"),
    Field("how", "How", "line", help="Such as: at home, by telephone, in a letter."),
)
MORE = (Field("words", "What they said to it", "text"),)


def show(one: Here) -> None:
    st.header("Who was told", anchor=False)
    if not one.of("told"):
        st.caption("Nobody is recorded as told yet: the child first, then each parent, and all who are to help.")
    edit.listed(
        one,
        "told",
        lambda item: shown.told(item),
        (NEW, MORE),
        NEW,
        "Add who was told",
        start={"on": one.today},
    )
