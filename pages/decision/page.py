"""The decisions on a child, a view of the page of the case: all of them, or one of them from top to bottom."""

import streamlit as st
from markupsafe import Markup

from framework.casefile import Casefile
from framework.decision import shown
from framework.decision.reading import in_effect
from framework.decision.records import Which
from pages.case import edit as of_case
from pages.case import where
from pages.decision import (
    approving,
    beginning,
    choosing,
    deciding,
    edit,
    level,
    made,
    options,
    reasons,
    records,
    telling,
    unplanned,
)
from pages.decision.edit import Here
from pages.ui.html import html, show_html
from pages.ui.identity import me


def show(file: Casefile) -> None:
    state = edit.door().view(file.id, me())
    decision = where.within(file.id, "decision")
    if decision not in state.drafts:
        beginning.show(file, state)
        return
    edit.note_seen(state, file.id)
    one = edit.here(file, state, decision)
    _head(one)
    with st.container(key="decision_body"):
        if one.writable:
            _prepared(one)
        else:
            _made(one)


def _head(one: Here) -> None:
    st.button(
        "All decisions",
        key="all-decisions",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=where.go,
        args=(one.case, "decisions"),
        kwargs={"decision": "", "meeting": ""},
    )
    begun = one.state.opened.get(one.decision)
    show_html(
        html(
            '<div class="hw"><h2 class="decision-title">{called}</h2><p class="quiet">{how}{begun}</p>{standing}</div>',
            called=shown.called(one.draft, one.made),
            how=shown.how_made(one.draft),
            begun=f" Begun by {of_case.name_of(begun.by)}, {shown.day_of(begun.at)}." if begun else "",
            standing=standing(one),
        )
    )


def standing(one: Here) -> Markup:
    """HTML: whether it is in effect. It stands at the top of the decision, whatever else there is to say."""
    if one.made is None:
        gone = one.state.dropped.get(one.decision)
        if gone:
            said = f"Withdrawn before it was made, {shown.day_of(gone.at)}: {gone.words}"
        else:
            said = f"{shown.AT_HOME if one.draft.unplanned else shown.PREPARED}."
        return _banner(False, said)
    found = in_effect(one.made, one.today)
    return _banner(found.in_effect, found.why)


def _banner(in_effect_: bool, said: str) -> Markup:
    return html(
        '<p class="decision-standing {kind}" role="status"><span aria-hidden="true">{sign}</span> <strong>{said}</strong></p>',
        kind="on" if in_effect_ else "off",
        sign="●" if in_effect_ else "◌",
        said=said,
    )


def _prepared(one: Here) -> None:
    """A decision that is being prepared, in the order of the meeting."""
    if one.made and one.made.sent_back:
        approving.was_sent_back(one)
    if one.draft.unplanned:
        unplanned.show(one)
    elif not one.draft.meeting:
        beginning.without_meeting(one)
    level.show(one)
    choosing.show(one)
    options.show(one)
    reasons.show(one)
    deciding.show(one)


def _made(one: Here) -> None:
    """A decision that was made: what it says, and then what happens next."""
    made.show(one)
    if one.made:
        approving.show(one)
        approving.assessment(one)
        telling.show(one)
        _papers(one)
    deciding.withdrawing(one)


def _papers(one: Here) -> None:
    """The records as pictures of their first page, once somebody opens them, and the way to the papers for the family."""
    with st.expander("The records, to look at and take away", key=f"records-{one.decision}", on_change="rerun") as box:
        if box.open:
            records.show(Which(one.draft.meeting, one.case, one.decision))
    st.button(
        "Go on to the papers for the family",
        key="to-letters",
        icon=":material/mail:",
        on_click=where.go,
        args=(one.case, "letters"),
    )
