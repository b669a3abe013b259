"""Wall: the meeting on the projector. Large, calm, whole in the height of its screen, and without the family's names unless
the chair shows them."""

from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import segno
import streamlit as st

from framework import panel as p
from framework.edition import Edition
from framework.light import explain
from framework.light.classification import Classification
from framework.panel import spread as s
from framework.panel.kind import MEETING
from pages.case import evidence
from pages.panel import light, room, seat, strip
from pages.ui import unreadable
from pages.ui.app import hub, workspace
from pages.ui.text import plain

LISTED = 3
"""So many items of a list the wall names; more could not be read across a room."""
FEW = 12
"""Up to so many members are shown with their roles; more, by name only."""
BACK = {"gathering": "Back to gathering", "scoring": "Back to scoring", "revealed": "Back to the answers"}
"""What the wall says of a step back; its reason may hold names and is told to the members only."""

_fit = st.components.v2.component("homeward_wall", js=(Path(__file__).parent / "wall.js").read_text("utf-8"))


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
            known[code] = workspace().meetings.by_code(code, seat.caller_held())
        except p.Refused as refused:
            del st.query_params["code"]  # one wrong code is one try, however often the page is drawn
            st.title("The wall")
            st.error(plain(str(refused)))
            _ask()
            return
    workspace().meetings.edition_of(
        workspace().meetings.view(known[code])
    )  # where it cannot be read, that is said beside the navigation
    st.html('<style>.stSidebar, [data-testid="stExpandSidebarButton"], .stAppHeader { display: none; }</style>')
    _fit(key="wall-fit", height=1)
    with st.container(key="wall-page"):
        _wall(known[code])


def _ask() -> None:
    with st.form("wall"):
        typed = st.text_input("Code from the chair", max_chars=20)
        if st.form_submit_button("Show the meeting", type="primary") and typed.strip():
            st.query_params["code"] = typed
            st.rerun()


@st.fragment(key="wall")
@unreadable.said("The wall")
def _wall(meeting: str) -> None:
    state = workspace().meetings.view(meeting)
    show(state, workspace().meetings.edition_of(state))
    seat.watch(state, None, lambda: None)


def show(state: p.Panel, edition: Edition, heading: str = "h1") -> None:
    """The room's view of a meeting as it stands (or stood). Before the reveal: how many have finished, and no answers."""
    fictional = evidence.fictional() if state.fictional else ""
    state = p.view_for(state, None)
    parts = {"gathering": _gathering, "scoring": _scoring}.get(state.phase, _after)
    st.html(
        f'<div class="hw hw-wall"><{heading} class="hw-walltop">Case {escape(state.case)} · Stage {state.stage} · '
        f"{p.PHASE_WORDS[state.phase]} {fictional}</{heading}>{_back(state)}{parts(state, edition)}</div>"
    )


def _back(state: p.Panel) -> str:
    back = BACK.get(state.phase, "") if state.stepped_back else ""
    return f'<p class="hw-wallback" role="status">{back}</p>' if back else ""


# ── Gathering and scoring ────────────────────────────────────────────────────────────────────────────────────────────


def _gathering(state: p.Panel, edition: Edition) -> str:
    """The code three ways (to read out, to photograph, to type on a laptop), and who is here."""
    join, typed = room.address(f"panel?code={state.code}"), room.address("panel")
    picture = segno.make(join, error="m").svg_data_uri(scale=8, border=2, dark="#000", light="#fff")
    local = urlsplit(join).hostname in ("localhost", "127.0.0.1")
    here = "<p class=quiet>This address works on this machine only.</p>" if local else ""
    missing = "".join(f"<li>{escape(_first_sentence(text))}</li>" for text in p.composition(state, edition))
    lacking = f'<ul class="hw-wallmissing">{missing}</ul>' if missing else ""
    many = " many" if len(state.seated) > FEW else ""
    return (
        f'<div class="hw-wallhalves hw-wallgathering{many}"><div class="hw-walljoin"><p>Join with the code</p>'
        f'<p class="hw-code">{escape(state.code)}</p>'
        f'<img class="hw-wallqr" alt="QR code that opens the page to join this meeting" src="{picture}">'
        f'<p>On a laptop, type<br><strong class="hw-walladdress">{escape(typed).replace("/", "/<wbr>")}</strong><br>'
        f"and then the code.</p>{here}</div>"
        f"<div><h2>Who is here</h2>{_people(state, edition)}{lacking}</div></div>"
    )


def _first_sentence(text: str) -> str:
    first, stop, _ = text.partition(". ")
    return first + stop.strip()


def _people(state: p.Panel, edition: Edition) -> str:
    present = hub().present(MEETING.stream(state.meeting))
    few = len(state.seated) <= FEW
    rows = []
    for member in state.seated:
        here = member.id in present or state.demonstration
        role = f", {escape(p.role(state, member.id, edition).partition(',')[0])}" if few else ""
        chair = " (chair)" if member.id == state.chair else ""
        sign = f'<span role="img" aria-label="{"here" if here else "no screen open"}">{"●" if here else "○"}</span>'
        rows.append(f"<li>{sign} <strong>{escape(member.name)}</strong>{role}{chair}</li>")
    signs = '<p class="hw-wallsigns" aria-hidden="true">● here &nbsp; ○ no screen open</p>'
    return f'<ul class="hw-wallpeople">{"".join(rows)}</ul>{signs}'


def _scoring(state: p.Panel, edition: Edition) -> str:
    """How many have finished, as one number, and nothing else."""
    finished, scoring = p.finished_count(state)
    return (
        f'<div class="hw-wallmiddle"><p class="hw-wallnumber" role="status"><strong>{finished} of {scoring}</strong> '
        "have finished</p></div>"
    )


# ── After the reveal ─────────────────────────────────────────────────────────────────────────────────────────────────


def _after(state: p.Panel, edition: Edition) -> str:
    names = state.carers if state.names_on_wall else p.carers_without_names(state)
    result = p.panel_light(state, edition)
    why = explain.sentence(edition, result, names, still_agreeing=bool(p.open_questions(state, edition)))
    left = _question(state, edition) if state.phase == "revealed" else _outcome(state, edition, result, names)
    return (
        f'<div class="hw-wallhalves"><div>{left}</div><div><div class="hw-lightbox">'
        f'{light.mark(edition, result, "The panel")}<p class="why">{escape(why)}</p>'
        f"{caveat(edition, result)}</div>{_members(state, edition)}</div></div>"
    )


def caveat(edition: Edition, result: Classification) -> str:
    """What has to be said with the light: that the rule is reconstructed, and where its typical rows leave a gap."""
    mark = '<span class="hw-tag">As reconstructed here</span> ' if edition.rule.provenance == "reconstructed" else ""
    gap = explain.basis(edition, result) if result.basis == "gap" else ""
    return f'<p class="hw-wallcaveat">{mark}{escape(gap)}</p>' if mark or gap else ""


def _members(state: p.Panel, edition: Edition) -> str:
    """How many members' own answers lead to which level: never whose."""
    counts = "".join(
        f"<li>{light.svg(edition, one.level)} {escape(one.words)}</li>" for one in s.lights_counted(state, edition)
    )
    return f'<h2 class="hw-wallmembers">The members\' own lights</h2><ul class="hw-wallcounts">{counts}</ul>'


def _question(state: p.Panel, edition: Edition) -> str:
    """The question in discussion with its spread, and how much is agreed."""
    spreads = s.spreads(state, edition)
    found = {spread.question.key: spread for spread in spreads}
    agreed = len(found) - len(p.open_questions(state, edition))
    chosen = found[s.in_discussion(state, spreads)]
    return f"<p>{agreed} of {len(found)} agreed</p>{strip.strip(state, edition, chosen, wall=True)}"


def _outcome(state: p.Panel, edition: Edition, result: Classification, names: dict[str, str]) -> str:
    words = "The answers are agreed." if state.phase == "agreed" else "The meeting is closed."
    held = "".join(
        f"<h3>{escape(heading)}</h3><ul>{_items(items)}</ul>"
        for heading, items in explain.holding(edition, result, names)
    )
    return f'<p class="hw-wallbig">{words}</p>{f"<h2>What holds the light there</h2>{held}" if held else ""}'


def _items(items: list[str]) -> str:
    more = f"<li>and {len(items) - LISTED} more</li>" if len(items) > LISTED else ""
    return "".join(f"<li>{escape(item)}</li>" for item in items[:LISTED]) + more
