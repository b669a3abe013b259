"""Wall: the meeting on the projector. Large, calm, and without the family's names unless the chair shows them."""

from html import escape

import streamlit as st

from framework import explain
from framework import panel as p
from framework import spread as s
from framework.edition import Edition
from framework.workspace import panel_stream
from pages.components import evidence, light, live, revealed, room, seat
from pages.components.app import workspace
from pages.components.text import plain

LISTED = 4
"""So many items of a list the wall names; more could not be read across a room."""


def page() -> None:
    known: dict[str, str] = st.session_state.setdefault("wall_codes", {})
    code = st.query_params.get("code", "")
    if not code:
        st.title("The wall")
        st.html(
            '<p class="hw">The screen for the projector. The chair has its link; or enter the code of the meeting.</p>'
        )
        _ask()
        return
    if code not in known:
        try:
            known[code] = workspace().meeting_by_code(code, seat.caller())
        except p.Refused as refused:
            del st.query_params["code"]  # one wrong code is one try, however often the page is drawn
            st.title("The wall")
            st.error(plain(str(refused)))
            _ask()
            return
    st.html(
        '<style>.stSidebar, [data-testid="stExpandSidebarButton"] { display: none; } '
        ".stMainBlockContainer { max-width: none; padding-top: 1.6rem; }</style>"
    )
    _wall(known[code])


def _ask() -> None:
    with st.form("wall"):
        typed = st.text_input("Code from the chair", max_chars=20)
        if st.form_submit_button("Show the meeting", type="primary") and typed.strip():
            st.query_params["code"] = typed
            st.rerun()


@st.fragment(key="wall")
def _wall(meeting: str) -> None:
    state = workspace().panel(meeting)
    show(state, workspace().edition_of(state))
    live.watch(panel_stream(meeting), None, state.version, lambda: None)


def show(state: p.Panel, edition: Edition, heading: str = "h1") -> None:
    """The room's view of a meeting as it stands (or stood). Before the reveal: how far each has got, and no answers."""
    fictional = evidence.fictional() if state.fictional else ""
    st.html(
        f'<div class="hw hw-wall"><{heading} class="hw-walltop">Case {escape(state.case)} · Stage {state.stage} · '
        f"{p.PHASE_WORDS[state.phase]} {fictional}</{heading}></div>"
    )
    if state.phase == "gathering":
        left, right = st.columns([1, 1])
        with left.container(key="wall-code"):
            room.code(state, width=360)
        with right.container(key="wall-people"):
            st.header("Who is here")
            room.people(state)
            room.missing(state)
    elif state.phase == "scoring":
        done = p.progress(state, edition)
        finished = sum(one.finished for one in done)
        st.html(f'<div class="hw hw-wall"><p class="hw-wallbig">{finished} of {len(done)} have finished</p></div>')
        st.html(f'<div class="hw-wall">{room.progress(state)}</div>')
    else:
        _after(p.view_for(state, None), edition)


def _after(state: p.Panel, edition: Edition) -> None:
    names = state.carers if state.names_on_wall else revealed.anonymous(state)
    result = p.panel_light(state, edition)
    left, right = st.columns([3, 2], gap="large")
    with right:
        st.html(
            f'<div class="hw hw-wall hw-lightbox">{light.mark(edition, result, "The panel")}'
            f'<p class="why">{escape(explain.sentence(edition, result, names))}</p></div>'
        )
        st.html(f'<div class="hw-wall">{revealed.lights(state, edition)}</div>')
    with left:
        spreads = s.spreads(state, edition)
        found = {spread.question.key: spread for spread in spreads}
        open_ = set(p.open_questions(state, edition))
        if state.phase == "revealed":
            st.html(f'<div class="hw hw-wall"><p>{len(found) - len(open_)} of {len(found)} agreed</p></div>')
            chosen = s.in_discussion(state, spreads)
            st.html(
                f'<div class="hw-wall">{revealed.strip(state, edition, found[chosen], notes=False, wall=True)}</div>'
            )
            still = [found[key].question for key in found if key in open_ and key != chosen]
            if still:
                items = _items([explain.subject(edition, question, names) for question in still])
                st.html(f'<div class="hw hw-wall"><h2>Still to agree</h2><ul>{items}</ul></div>')
        else:
            words = "The answers are agreed." if state.phase == "agreed" else "The meeting is closed."
            held = "".join(
                f"<h3>{escape(heading)}</h3><ul>{_items(items)}</ul>"
                for heading, items in explain.holding(edition, result, names)
            )
            st.html(
                f'<div class="hw hw-wall"><p class="hw-wallbig">{words}</p>'
                f"{f'<h2>What holds the light there</h2>{held}' if held else ''}</div>"
            )


def _items(items: list[str]) -> str:
    more = f"<li>and {len(items) - LISTED} more</li>" if len(items) > LISTED else ""
    return "".join(f"<li>{escape(item)}</li>" for item in items[:LISTED]) + more
