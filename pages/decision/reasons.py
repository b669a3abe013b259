"""Why it is decided so: the views of child, parents and others, the rationale, support, conditions, dissent, and what supervision asks."""

import streamlit as st

from framework.decision import shown
from framework.decision.model import WHOSE
from pages.decision import edit
from pages.decision.edit import Here, offered
from pages.ui.fields import Field
from pages.ui.html import html, show_html
from pages.ui.identity import me

WHOSE_VIEW = Field("whose", "Whose view it is", "one", offered(WHOSE))
VIEW_NEW = (
    WHOSE_VIEW,
    Field("who", "Name", "line"),
    Field("words", "In their own words", "text"),
)
VIEW_LEFT = (*VIEW_NEW, Field("given_on", "Given on", "day"))
VIEW_RIGHT = (Field("weight", "What weight it had, and why", "text"),)
RATIONALE = Field("rationale", "Rationale: why this is decided", "text")
SUPPORT = (Field("what", "What help", "line"), Field("who", "Who gives it", "line"))
SUPPORT_MORE = (Field("since", "From", "day"),)
CONDITION = (Field("words", "What must be so", "text"),)
CONDITION_MORE = (Field("by", "By", "day"),)
DISSENT = (Field("who", "Who does not share the decision", "line"), Field("words", "Why", "text"))
DISPUTE = (Field("words", "What the reviewing officer disputes", "text"), Field("begun_on", "Begun on", "day"))
DISPUTE_MORE = (Field("ended_on", "Ended on", "day"), Field("outcome", "How it ended", "text"))
ASKED = {
    "would_change": Field("would_change", "What would change our mind?", "text"),
    "fact_or_said": Field("fact_or_said", "What is fact, and what was only said?", "text"),
    "not_asked": Field("not_asked", "Who was not asked?", "text"),
    "placement_failed": Field("placement_failed", "Are we returning the child because a placement failed?", "text"),
    "not_known": Field("not_known", "What do we not know?", "text"),
}


def show(one: Here) -> None:
    st.header("Views", anchor=False)
    views(one)
    st.header("Reasons and support", anchor=False)
    edit.of_draft(one, RATIONALE)
    _support(one)
    _conditions(one)
    st.header("What supervision would ask", anchor=False)
    st.caption("No answer is asked for: what is left open is shown as open in the record.")
    edit.columns(
        one,
        one.draft,
        (ASKED["would_change"], ASKED["fact_or_said"], ASKED["not_known"]),
        (ASKED["not_asked"], ASKED["placement_failed"]),
    )
    st.header("Dissent", anchor=False)
    edit.listed(
        one,
        "dissent",
        lambda item: f"Dissent: {item.who}",
        (DISSENT[:1], DISSENT[1:]),
        DISSENT,
        "Add a dissent",
    )


def views(one: Here) -> None:
    _still_to_ask(one)
    edit.listed(
        one,
        "view",
        lambda item: shown.view(item),
        (VIEW_LEFT, VIEW_RIGHT),
        VIEW_NEW,
        "Add a view",
        start={"whose": "child"},
    )
    disputes(one)


def disputes(one: Here) -> None:
    edit.listed(
        one,
        "dispute",
        lambda item: "Formal dispute of the reviewing officer" + (" (ended)" if item.ended_on else ""),
        (DISPUTE, DISPUTE_MORE),
        DISPUTE,
        "Add a formal dispute of the reviewing officer",
    )


def _still_to_ask(one: Here) -> None:
    """Whose view is not here yet."""
    asked = [it for it in edit.door().prompts(one.case, me(), one.decision) if it.field == "view" and not it.answered]
    with st.container():
        if asked:
            items = [html("<li>{question}</li>", question=it.question) for it in asked]
            show_html(
                html(
                    '<div class="hw case-calm"><p><strong>Not heard here yet:</strong></p><ul>{items}</ul></div>',
                    items=items,
                )
            )


def _support(one: Here) -> None:
    edit.listed(
        one,
        "support",
        lambda item: shown.support(item),
        (SUPPORT, SUPPORT_MORE),
        (*SUPPORT, *SUPPORT_MORE),
        "Add help that the family gets",
    )


def _conditions(one: Here) -> None:
    edit.listed(
        one,
        "condition",
        lambda item: shown.condition(item),
        (CONDITION, CONDITION_MORE),
        (*CONDITION, *CONDITION_MORE),
        "Add a condition",
    )
