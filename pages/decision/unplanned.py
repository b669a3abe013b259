"""An unplanned return: the child's safety now, before anything else; the plan for the child at home comes after it."""

import streamlit as st

from framework.decision.model import ENDED_BY, YES_NO
from pages.decision import edit
from pages.decision.edit import Here, offered
from pages.ui.fields import Field


def clock(name: str, label: str) -> Field:
    return Field(name, label, "line", help="Such as 09:30.")


ENDED = (
    (
        Field("ended_by", "Who ended it", "one", offered(ENDED_BY)),
        Field("ended_words", "How it ended", "text"),
    ),
    (
        Field("home_since", "At home since", "day"),
        Field("learned_on", "We learned of it on", "day"),
        clock("learned_at", "At what time"),
    ),
)
SEEN = (
    (
        Field("seen_by", "Who saw the child", "line"),
        Field("seen_on", "When", "day"),
        clock("seen_at", "At what time"),
    ),
    (
        Field("seen_alone", "Was the child seen alone?", "one", offered(YES_NO)),
        Field("seen_words", "What was seen; if not alone, why", "text"),
    ),
)
SECTION_47 = (
    (Field("section_47", "Was there a section 47 discussion?", "one", offered(YES_NO)),),
    (Field("section_47_why", "Why, or why not", "text"),),
)
SAFETY = Field("safety_plan", "Interim safety plan: who does what, and what happens if it is not kept", "text")
SENIOR = (
    (Field("senior", "Which senior manager was told", "line"),),
    (Field("senior_on", "When", "day"), clock("senior_at", "At what time")),
)
ASSESSMENT = Field("assessment_by", "Full assessment, with the child at home, due by", "day")


def show(one: Here) -> None:
    st.info(
        "The child is at home, and the authority did not decide that. What is decided, and approved, here is the plan.",
        icon=":material/home:",
    )
    st.header("The child’s safety now", anchor=False)
    edit.columns(one, one.draft, *ENDED)
    st.subheader("Who saw the child", anchor=False)
    edit.columns(one, one.draft, *SEEN)
    st.subheader("Section 47", anchor=False)
    edit.columns(one, one.draft, *SECTION_47)
    edit.of_draft(one, SAFETY)
    st.subheader("A senior manager is told", anchor=False)
    edit.columns(one, one.draft, *SENIOR)
    edit.of_draft(one, ASSESSMENT)
