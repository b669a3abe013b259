"""The realistic options, compared as a whole: each with its strengths, its risks, what the risk rests on and what was tried."""

import streamlit as st
from markupsafe import Markup

from framework.decision import shown
from framework.decision.model import Option
from framework.decision.preparing import options_for
from framework.items import LINE_LIMIT, Add
from pages.decision import edit
from pages.decision.edit import Here
from pages.ui import fields
from pages.ui.fields import Field
from pages.ui.html import html, show_html
from pages.ui.text import plain

OWN = "Another one, in our own words"
LEFT = (
    Field("name", "What the option is called", "line"),
    Field("strengths", "Strengths", "text"),
    Field("risks", "Risks", "text"),
    Field("chosen", "This one was chosen", "yes"),
)
RIGHT = (
    Field("risk_rests_on", "What the risk rests on", "text", help="Seen, told by whom, or feared?"),
    Field("tried", "What was tried", "text"),
    Field("would_work", "What would make it work", "text"),
)


def show(one: Here) -> None:
    st.header("The realistic options, compared as a whole", anchor=False)
    where = edit.fields_of(one, "option")
    with st.container():
        for option in fields.still_open(where, "option"):
            if option.decision == one.decision:
                _option(one, option)
    if not where.closed:
        with st.container(border=True, key="decision-add-option"):
            _add(one)
    with st.container():
        if found := one.of("option"):
            show_html(table(found))


def _option(one: Here, option: Option) -> None:
    where = edit.fields_of(one, "option")
    with st.expander(plain(shown.option(option)), key=f"option-{option.id}", on_change="rerun") as box:
        if box.open:
            fields.removed(where, option, "option")
            edit.columns(one, option, LEFT, RIGHT)
            if not where.closed:
                fields.remove_button(where, "option", option.id)


def _add(one: Here) -> None:
    """One of those that are offered, or another one."""
    there = {option.name for option in one.of("option")}
    offers = [name for name in options_for(one.draft.stage) if name not in there]
    stem = f"add-option|{one.decision}|{len(there)}"
    with st.form(stem, border=False, enter_to_submit=False):
        left, right = st.columns(2, vertical_alignment="bottom")
        with left:
            st.selectbox("An option to compare", [*offers, OWN], key=f"{stem}|offered")
        with right:
            st.text_input(OWN, max_chars=LINE_LIMIT, key=f"{stem}|own")
        st.form_submit_button("Compare this option", on_click=_send, args=(one.case, one.decision, stem))
    fields.message(stem)


def _send(case: str, decision: str, stem: str) -> None:
    offered, own = st.session_state.get(f"{stem}|offered", OWN), st.session_state.get(f"{stem}|own", "")
    name = own or ("" if offered == OWN else offered)
    if not name.strip():
        fields.say(stem, "Choose an option, or say in your own words what it is.")
        return
    edit.send(case, Add("option", {"decision": decision, "name": name}), stem, done="Added.")


ROWS = {
    "strengths": "Strengths",
    "risks": "Risks",
    "risk_rests_on": "What the risk rests on",
    "tried": "What was tried",
    "would_work": "What would make it work",
}


def table(options: list[Option]) -> Markup:
    """The options side by side, so that none is judged by itself."""
    heads = [
        html('<th scope="col">{name}{chosen}</th>', name=one.name, chosen=html("<br>✓ chosen") if one.chosen else "")
        for one in options
    ]
    rows = [
        html(
            '<tr><th scope="row">{label}</th>{cells}</tr>',
            label=label,
            cells=[html('<td class="decision-words">{words}</td>', words=getattr(one, name) or "–") for one in options],
        )
        for name, label in ROWS.items()
    ]
    return html(
        '<div class="hw scroll" tabindex="0" role="region" aria-label="The options side by side"><table class="decision-options">'
        '<thead><tr><th scope="col">Compared</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>',
        heads=heads,
        rows=rows,
    )
