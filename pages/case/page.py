"""Cases: those that I work with, and one of them: who it is about, where it stands, what is known, and what waits."""

import streamlit as st

from framework import dates
from framework.casefile import Casefile, Close, reading, shown
from framework.casefile.access import NOT_HERE
from framework.casefile.kind import CASEFILE
from framework.casefile.model import OUTCOMES
from framework.decision.model import Decisions
from pages.audit import trail as audit
from pages.case import cards, chronology, closing, edit, evidence, meetings, mine, overview, seen, where
from pages.decision import glance
from pages.decision import page as decisions
from pages.letters import checking, papers
from pages.records import handout
from pages.ui import browser, fields, live, unreadable
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.text import plain


def page() -> None:
    meetings.leave_for_started()
    case = st.query_params.get("case", "")
    if not case:
        mine.show()
        return
    with unreadable.said("Case"):
        if not edit.door().view(case, me()).version:
            st.query_params.clear()
            mine.show(refused=NOT_HERE)
            return
        where.arrive(case)
        _case(case)


@st.fragment(key="case")
@unreadable.said("Case")
def _case(case: str) -> None:
    """All that follows a case: what a click or a piece of news changes is drawn together."""
    state = edit.door().view(case, me())
    if not state.version:
        st.rerun()  # a part that ended meanwhile: the whole page says so
    edit.look_up_parts(case)
    if checking.is_open(case):
        checking.show(state)
        return
    offered = _offered(state)
    view = where.now(case) if where.now(case) in offered else "overview"
    _note_reading(case, view)
    decided = glance.decisions(state)
    _head(state, decided)
    with st.container(horizontal=True, vertical_alignment="center", key="case_view_place"):
        _choose_view(case, view, offered)
        who = me().id or None
        live.watch(CASEFILE.stream(state.id), who, CASEFILE.shows(state, who), lambda: None)
        glance.listen(state, decided)
    with st.container(key="case_body"):
        for one in where.VIEWS:
            if one == view:
                with st.container(key=f"case_view_{one}"):
                    DRAWN[one](state)
            else:
                st.empty()
    browser.keep_notes(f"{case}|{view}", fields.kept(edit.fields_of(state, "child").name))
    where.tell_address(case)


def _note_reading(case: str, view: str) -> None:
    """Once in a session for each view, not at every rerun."""
    noted: set[tuple[str, str, str]] = st.session_state.setdefault("case-read", set())
    if (case, view, me().id) not in noted:
        edit.door().read_by(case, me(), where.VIEWS[view])
        noted.add((case, view, me().id))


# ── The head ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _head(state: Casefile, decided: Decisions) -> None:
    today = edit.door().today
    invented = html("{tag} &nbsp;", tag=evidence.fictional()) if state.invented else ""
    facts = [shown.born(state, today), *shown.standing(state, today)]
    show_html(
        html(
            '<div class="hw"><h1 class="case-title">{called} <span class="case-reference">{reference}</span></h1>'
            "<p>{invented}{facts}</p>{decided}</div>",
            called=state.called,
            reference=state.reference,
            invented=invented,
            facts=" · ".join(facts),
            decided=glance.head(decided),
        )
    )
    with st.container():
        _warnings(state)


def _warnings(state: Casefile) -> None:
    """What whoever opens the case has to know first."""
    if state.closed:
        said = f"Closed on {dates.uk(state.closed.on)}: {OUTCOMES[state.closed.outcome].lower()}."
        st.info(plain(f"{said} It can be read, and not changed."), icon=":material/inventory_2:")
    for other in edit.door().same_reference(state.id, me()):
        when = f", on {dates.uk_time(other.begun_at)}" if other.begun_at else ""
        said = f"Another case was begun with the reference {state.reference}{when}. "
        st.warning(plain(said + "If it is the same child, go on in one of them."), icon=":material/file_copy:")
    if "glass" in edit.parts(state.id):
        st.warning("You broke the glass to see this case. Its team has been told.", icon=":material/visibility:")
    for one in reading.glass_to_show(state, edit.door().today):
        if one.person != me().id:
            st.warning(
                plain(f"{edit.name_of(one.person)} broke the glass on {dates.uk_time(one.at)}: {one.reason}"),
                icon=":material/visibility:",
            )


# ── The views ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _offered(state: Casefile) -> dict[str, str]:
    """The views that whoever is here may have."""
    hidden = set()
    if not seen.may_see(state):
        hidden.add("seen")
    if not handout.may(state.id):
        hidden.add("handout")
    if not edit.may(state.id, Close):
        hidden.add("closing")
    return {view: label for view, label in where.VIEWS.items() if view not in hidden}


def _choose_view(case: str, view: str, offered: dict[str, str]) -> None:
    stem = f"case-view|{case}|choice"
    key = fields.choice(stem, view)
    st.segmented_control(
        "View",
        list(offered),
        format_func=where.VIEWS.__getitem__,
        default=view,
        required=True,
        key=key,
        label_visibility="collapsed",
        on_change=_go_to,
        args=(case, stem, key, view),
    )


def _go_to(case: str, stem: str, key: str, showed: str) -> None:
    if fields.is_user_change(stem, key, showed):
        where.go(case, st.session_state[key])


DRAWN = {
    "overview": overview.show,
    "know": cards.show,
    "chronology": chronology.show,
    "meetings": meetings.show,
    "decisions": decisions.show,
    "letters": papers.show,
    "trail": audit.of_case,
    "seen": seen.show,
    "handout": lambda state: handout.show(state.id),
    "closing": closing.show,
}
