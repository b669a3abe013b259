"""What is decided at this stage, in plain options; for a return, its legal footing and who would have to approve it."""

import streamlit as st
from markupsafe import Markup

from framework.dates import uk
from framework.decision import preparing, shown
from framework.decision.approval import InvalidFacts
from framework.decision.model import AREAS, CHOICES, YES_NO, Route
from framework.decision.reading import choices
from framework.items import Change
from pages.decision import edit
from pages.decision.edit import Here, offered
from pages.ui import fields
from pages.ui.fields import Field
from pages.ui.html import html, show_html
from pages.ui.text import plain

EFFECT = Field(
    "effective_on", "First day on which it is in effect", "day", help="Leave empty if it is the day of the decision."
)
HOME = Field("to_home", "To which home", "one", lambda one: shown.homes(one.file), empty="Not chosen")
FOOTING = Field(
    "legal_outcome",
    "Legal footing",
    "one",
    lambda one: {str(name): label for name, label in preparing.legal_choices(one.draft, one.file, one.today).items()},
    empty="Choose what it is in law",
    help="Those that the child’s legal status allows.",
)
ASKED = (
    Field("key_stage_4_move", "Is schooling in Year 10 or 11 disrupted?", "one", offered(YES_NO)),
    Field("out_of_area", "Where the home is", "one", offered(AREAS)),
    Field("ward_of_court", "Is the child a ward of court?", "one", offered(YES_NO)),
)
AGAINST = Field("sits_badly_why", "Why it is right for this child all the same", "text")
NO_ORDER = Field("why_not_supervision", "Why not a supervision order, or no order", "text")


def show(one: Here) -> None:
    st.header("The decision", anchor=False)
    with st.container(key="decision_choice"):
        _choose(one)
        with st.container():
            if one.draft.outcome:
                _of_choice(one)
        if preparing.asks_law(one.draft):
            _of_return(one)
        with st.container(key="decision_route"):
            _route(one)


def _choose(one: Here) -> None:
    where, now = edit.fields_of(one, "draft"), one.draft.outcome or None
    stem = f"{where.name}|draft|{one.decision}|outcome"
    key = fields.choice(stem, now)
    offers = choices(one.draft.stage, one.draft.unplanned)
    st.radio(
        shown.asked_at(one.draft),
        list(offers),
        index=list(offers).index(now) if now in offers else None,
        format_func=lambda name: plain(offers[name]),
        key=key,
        disabled=where.closed,
        on_change=_chosen,
        args=(where.run, one.decision, key, stem, now),
    )
    fields.message(stem)


def _chosen(run: fields.Run, decision: str, key: str, stem: str, showed: str | None) -> None:
    value = st.session_state[key]
    if fields.is_user_change(stem, key, showed):
        fields.save_choice(
            run, stem, value or "", showed or "", lambda seen: Change("draft", decision, "outcome", value or "", seen)
        )


def _of_choice(one: Here) -> None:
    """The day that it cannot do without, and the question where it sits badly with the level."""
    choice = CHOICES[one.draft.outcome]
    label = f"{choice.until[:1].upper()}{choice.until[1:]}" if choice.until else "Review date"
    edit.of_draft(one, Field("review_on", label, "day"))
    lights = one.sat.lights if one.sat else shown.lights(one.edition)
    if sentence := preparing.sits_badly(one.draft, lights):
        st.warning(plain(sentence), icon=":material/help:")
        edit.of_draft(one, AGAINST)


def _of_return(one: Here) -> None:
    edit.columns(one, one.draft, (FOOTING, HOME, EFFECT), ASKED)
    if preparing.at_home_under_care_order(one.draft, one.file, one.today):
        edit.of_draft(one, NO_ORDER)


# ── Who would have to approve it ─────────────────────────────────────────────────────────────────────────────────────


def _route(one: Here) -> None:
    if not one.draft.outcome:
        return
    try:
        _, route = preparing.route(one.draft, one.file, one.today)
    except InvalidFacts as impossible:
        show_html(
            html(
                '<div class="hw case-calm"><p><strong>Who must approve it cannot be said yet.</strong> {why}</p></div>',
                why=str(impossible),
            )
        )
        return
    if route is None:
        st.caption("By this decision the child does not go home, so the law asks for no approval.")
        return
    show_html(route_html(route))


def route_html(route: Route, *, with_conditions: bool = True) -> Markup:
    """HTML: who must approve, why, and on which conditions; with the day on which the law was last checked."""
    conditions = [
        html(
            "<li>{text}<span class=quiet>{mark}</span></li>",
            text=one.text,
            mark=shown.provenance(one.provenance),
        )
        for one in route.conditions
    ]
    return html(
        '<div class="hw case-calm"><h3>{who}</h3><p>{basis}</p>{conditions}<p class="quiet">The law was last checked on {day}.</p></div>',
        who=shown.who_approves(route),
        basis=route.basis,
        conditions=html("<p>To be answered one by one:</p><ul>{items}</ul>", items=conditions)
        if conditions and with_conditions
        else "",
        day=uk(route.law_checked_on),
    )
