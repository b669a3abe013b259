"""Wall: the meeting on the projector. Large, calm, whole in the height of its screen, and without the family's names unless
the chair shows them; at a meeting on a case file without any name, and gone when the meeting closes.

It needs no sign-in. The chair's own browser opens it with a click; another screen with a code, which works for ten minutes and binds
the wall to that screen's browser.
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import segno
import streamlit as st
from markupsafe import Markup

from framework import panel
from framework.edition import Edition
from framework.light import explain
from framework.light.classification import Classification
from framework.panel.kind import MEETING
from framework.panel.meetings import normal
from framework.panel.spread import in_discussion, lights_counted
from framework.panel.spread import spreads as spread_spreads
from framework.streams.live import TOKEN_SECONDS
from pages.case import evidence
from pages.panel import light, room, seat, strip
from pages.ui import unreadable
from pages.ui.app import BROWSER, hub, tokens, workspace
from pages.ui.html import NOTHING, html, show_html
from pages.ui.text import plain

LISTED = 3
"""So many items of a list the wall names; more could not be read across a room."""
FEW = 12
"""Up to so many members are shown with their roles; more, by name only."""
BACK = {"gathering": "Back to gathering", "scoring": "Back to scoring", "revealed": "Back to the answers"}
"""What the wall says of a step back; its reason may hold names and is told to the members only."""

_fit = st.components.v2.component("homeward_wall", js=(Path(__file__).parent / "wall.js").read_text("utf-8"))


GRANT = "wall"
"""In the address: a token that this browser may show the wall of a meeting. It outlasts a change of the code, as after a removal."""


def page() -> None:
    code = st.query_params.get("code", "")
    meeting, refused = _granted(), ""
    if code and not meeting:
        meeting, refused = _by_code(code)
    if meeting:
        state = workspace().meetings.wall(meeting)
        workspace().meetings.edition_of(state)  # where it cannot be read, that is said beside the navigation
        if state.casefile and state.phase == "closed":
            _over()
            return
        if _may_show(state, code):
            if st.query_params.get(GRANT) != (given := grant(meeting)):
                st.query_params[GRANT] = given
            if state.casefile and code:
                del st.query_params["code"]  # it was for once
            _fit(key="wall-fit", height=1)
            with st.container(key="wall-page"):
                _wall(meeting, code)
            return
        refused = (
            "The chair removed your seat at this meeting, and its code has changed. Ask the chair for the new one."
        )
    st.title("The wall")
    if refused:
        st.error(plain(refused))
    else:
        show_html(
            html(
                '<p class="hw">The screen for the projector. The chair has a code for it, under “Chair”: type it here. It works for '
                "ten minutes, and for one screen.</p>"
            )
        )
    _ask()


def _by_code(code: str) -> tuple[str, str]:
    """The meeting that this code shows the wall of, or why there is none. One code is one try, however often the page is drawn."""
    known: dict[str, str] = st.session_state.setdefault("wall_codes", {})
    if code not in known:
        try:
            known[code] = workspace().meetings.open_wall(code, _screen(), seat.caller_held())
        except panel.Refused as refused:
            del st.query_params["code"]
            return "", str(refused)
    return known[code], ""


def _screen() -> str:
    """What tells this screen's browser from others."""
    return str(st.user.get(BROWSER) or st.session_state.setdefault("caller", secrets.token_hex(8)))


def _granted() -> str:
    """The meeting that the grant in the address is for, if it is this browser's."""
    match tokens().read(st.query_params.get(GRANT, ""), GRANT, TOKEN_SECONDS):
        case [str(meeting), str(browser)] if browser == _screen():
            return meeting
    return ""


def grant(meeting: str) -> str:
    """What lets this browser show the wall of a meeting: the grant in the address while it is good; else the session's own."""
    if _granted() == meeting:
        return str(st.query_params[GRANT])
    made: dict[str, str] = st.session_state.setdefault("wall_grants", {})
    if tokens().read(made.get(meeting, ""), GRANT, TOKEN_SECONDS / 2) is None:
        made[meeting] = tokens().make(GRANT, meeting, _screen())
    return made[meeting]


def _may_show(state: panel.Panel, code: str) -> bool:
    """Whoever was removed may not go on looking by what their browser was given before, but may with the new code."""
    if state.casefile:
        return True
    return normal(code) == state.code or seat.standing(state)[0] != "removed"


def _over() -> None:
    st.title("The meeting is closed", anchor=False)
    st.write("Nothing of it is shown here any more. You can switch this screen off.")


def _ask() -> None:
    with st.form("wall"):
        typed = st.text_input("Code from the chair", max_chars=20, placeholder="six letters and digits")
        if st.form_submit_button("Show the meeting", type="primary") and typed.strip():
            st.query_params.from_dict({"code": typed})
            st.rerun()


@st.fragment(key="wall")
@unreadable.said("The wall")
def _wall(meeting: str, code: str) -> None:
    state = workspace().meetings.wall(meeting)
    if not _may_show(state, code) or (state.casefile and state.phase == "closed"):
        st.rerun()
    show(state, workspace().meetings.edition_of(state))
    seat.watch(state, None, lambda: None)


def show(state: panel.Panel, edition: Edition, heading: str = "h1") -> None:
    """The room's view of a meeting as it stands (or stood). Before the reveal: how many have finished, and no answers."""
    fictional = evidence.fictional() if state.fictional else ""
    state = panel.view_for(state, None)
    parts = {"gathering": _gathering, "scoring": _scoring}.get(state.phase, _after)
    show_html(
        html(
            '<div class="hw hw-wall"><{heading} class="hw-walltop">{what} · Stage {stage} · {phase} '
            "{fictional}</{heading}>{back}{parts}</div>",
            heading=heading,
            what=f"Case {state.case}" if state.case else "Decision meeting",
            stage=state.stage,
            phase=panel.PHASE_WORDS[state.phase],
            fictional=fictional,
            back=_back(state),
            parts=parts(state, edition),
        )
    )


def _back(state: panel.Panel) -> Markup:
    back = BACK.get(state.phase, "") if state.stepped_back else ""
    return html('<p class="hw-wallback" role="status">{back}</p>', back=back) if back else NOTHING


# ── Gathering and scoring ────────────────────────────────────────────────────────────────────────────────────────────


def _gathering(state: panel.Panel, edition: Edition) -> Markup:
    """The code three ways (to read out, to photograph, to type on a laptop), and who is here."""
    join, typed = room.address(f"panel?code={state.code}"), room.address("panel")
    picture = segno.make(join, error="m").svg_data_uri(scale=8, border=2, dark="#000", light="#fff")
    local = urlsplit(join).hostname in ("localhost", "127.0.0.1")
    here = html("<p class=quiet>This address works on this machine only.</p>") if local else ""
    missing = [
        html("<li>{sentence}</li>", sentence=_first_sentence(text)) for text in panel.composition(state, edition)
    ]
    lacking = html('<ul class="hw-wallmissing">{missing}</ul>', missing=missing) if missing else ""
    many = " many" if len(state.seated) > FEW else ""
    return html(
        '<div class="hw-wallhalves hw-wallgathering{many}"><div class="hw-walljoin"><p>Join with the '
        'code</p><p class="hw-code">{code}</p>'
        '<img class="hw-wallqr" alt="QR code that opens the page to join this meeting" src="{picture}">'
        '<p>On a laptop, type<br><strong class="hw-walladdress">{typed}</strong><br>and then the '
        "code.</p>{here}</div><div><h2>Who is here</h2>{people}{lacking}</div></div>",
        many=many,
        code=state.code,
        picture=picture,
        typed=Markup("/<wbr>").join(typed.split("/")),
        here=here,
        people=_people(state, edition),
        lacking=lacking,
    )


def _first_sentence(text: str) -> str:
    first, stop, _ = text.partition(". ")
    return first + stop.strip()


def _people(state: panel.Panel, edition: Edition) -> Markup:
    present = hub().present(MEETING.stream(state.meeting))
    few = len(state.seated) <= FEW
    rows = []
    for member in state.seated:
        here = member.id in present or state.demonstration
        few = few and not state.casefile  # where the wall calls each by their role anyway
        role = f", {panel.role(state, member.id, edition).partition(',')[0]}" if few else ""
        chair = " (chair)" if member.id == state.chair else ""
        sign = html(
            '<span role="img" aria-label="{said}">{sign}</span>',
            said="here" if here else "no screen open",
            sign="●" if here else "○",
        )
        rows.append(
            html(
                "<li>{sign} <strong>{name}</strong>{role}{chair}</li>",
                sign=sign,
                name=member.name,
                role=role,
                chair=chair,
            )
        )
    signs = html('<p class="hw-wallsigns" aria-hidden="true">● here &nbsp; ○ no screen open</p>')
    return html('<ul class="hw-wallpeople">{rows}</ul>{signs}', rows=rows, signs=signs)


def _scoring(state: panel.Panel, edition: Edition) -> Markup:
    """How many have finished, as one number, and nothing else."""
    finished, scoring = panel.finished_count(state)
    return html(
        '<div class="hw-wallmiddle"><p class="hw-wallnumber" role="status"><strong>{finished} of '
        "{scoring}</strong> have finished</p></div>",
        finished=finished,
        scoring=scoring,
    )


# ── After the reveal ─────────────────────────────────────────────────────────────────────────────────────────────────


def _after(state: panel.Panel, edition: Edition) -> Markup:
    names = state.carers if state.names_on_wall else panel.carers_without_names(state)
    result = panel.panel_light(state, edition)
    still = bool(panel.open_questions(state, edition))
    why = explain.sentence(edition, result, names, still_agreeing=still)
    said = explain.caveats(edition, result, names, still_agreeing=still)
    left = _question(state, edition) if state.phase == "revealed" else _outcome(state, edition, result, names)
    return html(
        '<div class="hw-wallhalves"><div>{left}</div><div><div class="hw-lightbox">{mark}'
        '<p class="why">{why}</p>{caveats}{caveat}</div>{members}</div></div>',
        left=left,
        mark=light.mark(edition, result, "The panel"),
        why=why,
        caveats=[html('<p class="hw-caveat">{text}</p>', text=text) for text in said],
        caveat=caveat(edition, result),
        members=_members(state, edition),
    )


def caveat(edition: Edition, result: Classification) -> Markup:
    """What has to be said with the light: that the rule is reconstructed, and where its typical rows leave a gap."""
    mark = (
        html('<span class="hw-tag">As reconstructed here</span> ') if edition.rule.provenance == "reconstructed" else ""
    )
    gap = explain.basis(edition, result) if result.basis == "gap" else ""
    return html('<p class="hw-wallcaveat">{mark}{gap}</p>', mark=mark, gap=gap) if mark or gap else NOTHING


def _members(state: panel.Panel, edition: Edition) -> Markup:
    """How many members' own answers lead to which level: never whose."""
    counts = [
        html("<li>{svg} {words}</li>", svg=light.svg(edition, one.level), words=one.words)
        for one in lights_counted(state, edition)
    ]
    return html(
        '<h2 class="hw-wallmembers">The members\' own lights</h2><ul class="hw-wallcounts">{counts}</ul>', counts=counts
    )


def _question(state: panel.Panel, edition: Edition) -> Markup:
    """The question in discussion with its spread, and how much is agreed."""
    spreads = spread_spreads(state, edition)
    found = {spread.question.key: spread for spread in spreads}
    agreed = len(found) - len(panel.open_questions(state, edition))
    chosen = found[in_discussion(state, spreads)]
    return html(
        "<p>{agreed} of {count} agreed</p>{strip}",
        agreed=agreed,
        count=len(found),
        strip=strip.strip(state, edition, chosen, wall=True),
    )


def _outcome(state: panel.Panel, edition: Edition, result: Classification, names: dict[str, str]) -> Markup:
    words = "The answers are agreed." if state.phase == "agreed" else "The meeting is closed."
    held = [
        html("<h3>{heading}</h3><ul>{items}</ul>", heading=heading, items=_items(items))
        for heading, items in explain.holding(edition, result, names)
    ]
    return html(
        '<p class="hw-wallbig">{words}</p>{held}',
        words=words,
        held=html("<h2>What holds the light there</h2>{held}", held=held) if held else "",
    )


def _items(items: list[str]) -> str:
    more = html("<li>and {count} more</li>", count=len(items) - LISTED) if len(items) > LISTED else ""
    return html("{items}", items=[html("<li>{item}</li>", item=item) for item in items[:LISTED]]) + more
