"""Before there is a seat: opening a meeting, joining one, finding one's own seat again, asking to be let back in."""

import streamlit as st

from framework import panel
from framework.case import Case
from framework.panel.meetings import Ticket
from pages.panel import roles, seat, sending
from pages.panel.seat import current
from pages.ui import attempts, identity
from pages.ui.app import workspace
from pages.ui.html import html, show_html
from pages.ui.text import plain


def ask_for_code(refused: str = "") -> None:
    with st.form("code"):
        code = st.text_input("Code from the chair", max_chars=20, placeholder="eight letters and digits")
        pressed = st.form_submit_button("Join", type="primary")
        if refused:
            st.error(plain(refused), icon=":material/block:")
        if pressed and code.strip():
            st.query_params.clear()
            st.query_params["code"] = code
            st.rerun()


# ── Opening ──────────────────────────────────────────────────────────────────────────────────────────────────────────

CHAIR_HELP = "Your own role beside chairing. Choose independent chair if you do not know the family."


@st.fragment(key="opening")
def opening(case: Case) -> None:
    """Open a meeting on a case (a sample, or the bundle of a case file), and chair it."""
    where = f"open|{case.id}"
    seat.ticket(where)
    show_html(html('<p class="hw">You chair the meeting that you open. Chairing is a duty beside your own role.</p>'))
    _who(where)
    roles.fields(workspace().edition, where, "Your own role", help_=CHAIR_HELP, offered=roles.of(identity.me()))
    st.button("Start the meeting", type="primary", key="open-meeting", on_click=_open, args=(case,))
    attempts.refused(where)


def _open(case: Case) -> None:
    where = f"open|{case.id}"

    def act() -> None:
        ticket = seat.offered(where)
        workspace().meetings.open(case, ticket, _name(where), *roles.chosen(where), me=identity.me())
        _sit_down(ticket)
        go_to(ticket.meeting)

    attempts.attempt(where, act)


def _who(where: str) -> None:
    """Whose seat it is to be: of whoever is known, their own name; somebody else is asked."""
    if name := identity.me().name:
        show_html(html('<p class="hw">You sit down as <strong>{name}</strong>.</p>', name=name))
    else:
        st.text_input("Your name", max_chars=panel.NAME_LIMIT, key=f"name|{where}")


def _name(where: str) -> str:
    return identity.me().name or str(st.session_state.get(f"name|{where}", ""))


def _sit_down(ticket: Ticket) -> None:
    """Whoever is known finds the seat as themselves and need not be shown a key."""
    seat.take(ticket, key="known" if identity.me().id else "new")


def go_to(meeting: str) -> None:
    """Put a meeting into the address, where a reload finds it."""
    st.query_params.clear()
    st.query_params["meeting"] = meeting


# ── Joining ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def page(state: panel.Panel, standing: seat.Standing) -> None:
    """Take a seat, or find one's own again."""
    st.title("Join the meeting", anchor=False)
    if standing == "lost":
        st.error(seat.OPENED_ELSEWHERE, icon=":material/devices:")
        sending.retry(state.meeting, "")  # nothing can be sent from here any more: what waits is said
        sending.what_was_not_saved(state.meeting)
    elif standing == "refused":
        st.error("You were not let in. Speak to the chair, then ask again.", icon=":material/block:")
    if state.phase == "closed":
        st.info("This meeting is closed. Only those who sat in it can open it.")
    elif state.casefile:
        # Whoever is shown this works on the case, or knows the code.
        with st.container(border=True, key="new-seat-box"):
            _new_seat(state.meeting)
    elif (state.meeting, state.code) not in seat.may_join():
        st.write("Enter the code that the chair reads out or shows.")
        ask_for_code()
    else:
        if standing == "none":
            with st.container(border=True, key="new-seat-box"):
                _new_seat(state.meeting)
        with st.expander("My key is gone", key="key-gone", expanded=standing != "none"):
            _ask_back(state.meeting)
    with st.expander("I have my seat key", key="have-key"):
        _find_seat(state.meeting)


@st.fragment(key="new-seat")
def _new_seat(meeting: str) -> None:
    state, where = current(meeting), f"join|{meeting}"
    if not state.version:
        st.rerun()  # the meeting has a new code, or whoever this is may not know of it any more
    seat.ticket(where, meeting)
    asks = _must_ask(state)
    st.header("Ask to be let in" if asks else "Take a seat", anchor=False)
    what = "A meeting on a case" if asks else f"{panel.called(state)} · Stage {state.stage}"
    show_html(html('<p class="hw">{what} · {phase}</p>', what=what, phase=panel.PHASE_WORDS[state.phase]))
    if asks:
        st.write("The chair is told your name and lets you in. Until then you see nothing of the meeting.")
    _who(where)
    offered = () if asks else roles.of(identity.me())
    roles.fields(workspace().meetings.edition_of(state), where, offered=offered)
    if state.phase in panel.SEEN_BY_ALL:
        st.caption("The answers are on the table already. What you answer stands apart, marked, and does not count.")
    label = "Ask to be let in" if asks else "Take a seat"
    st.button(label, type="primary", key="take-seat", on_click=_join, args=(meeting,))
    attempts.refused(where)


def _must_ask(state: panel.Panel) -> bool:
    """Whether all that this session receives of a meeting is that it is there."""
    return bool(state.casefile) and not state.chair


def _join(meeting: str) -> None:
    where = f"join|{meeting}"

    def act() -> None:
        ticket = seat.offered(where)
        workspace().meetings.join(ticket, _name(where), *roles.chosen(where), me=identity.me())
        _sit_down(ticket)

    attempts.attempt(where, act)


@st.fragment(key="find-seat")
def _find_seat(meeting: str) -> None:
    st.text_input(
        "Your seat key",
        key=f"typed-key|{meeting}",
        help="The 12 letters and digits that you were shown with your seat.",
    )
    st.button("Find my seat", key="find-my-seat", on_click=_find, args=(meeting,))
    attempts.refused(f"find|{meeting}")


def _find(meeting: str) -> None:
    def act() -> None:
        key = st.session_state.get(f"typed-key|{meeting}", "")
        member = workspace().meetings.seat_or_refuse(meeting, key, seat.caller_held(), identity.me())
        seat.take(Ticket(meeting, member, key), key="known")

    attempts.attempt(f"find|{meeting}", act)


@st.fragment(key="ask-back")
def _ask_back(meeting: str) -> None:
    state, where = current(meeting), f"back|{meeting}"
    show_html(
        html(
            '<p class="hw">Is your device lost or broken? Choose your name. Once you are let back in you '
            "have your seat and all your answers, and a new key. The old key opens nothing any more.</p>"
        )
    )
    names = {member.id: member.name for member in state.seated}
    st.selectbox(
        "Who are you?",
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder="Choose your name",
        key=f"who|{where}",
    )
    st.button("Ask to be let back in", key="ask-back", on_click=_ask, args=(meeting,))
    attempts.refused(where)


def _ask(meeting: str) -> None:
    where = f"back|{meeting}"

    def act() -> None:
        member = st.session_state.get(f"who|{where}")
        if member is None:
            raise panel.Refused("Choose your name first.")
        # A key for each person: who chose a wrong name first must not be let in under it, nor two seats have one key.
        ticket = Ticket(meeting, member, seat.ticket(f"{where}|{member}", meeting).key)
        workspace().meetings.ask_back(ticket, identity.me())
        seat.take(ticket, key="back")

    attempts.attempt(where, act)


# ── Waiting, or without a seat any more ──────────────────────────────────────────────────────────────────────────────


@st.fragment(key="waiting")
def waiting(meeting: str) -> None:
    """Somebody who asks to be let in, or back in: this moves on by itself."""
    state = _as_it_stands(meeting, "waiting")
    _, member = seat.standing(state)
    if member not in state.members:
        _waiting_for_the_chair(state)
        return
    others = panel.who_lets_back_in(state, next(one for one in state.requests.values() if one.member == member))
    st.title("Waiting to be let back in", anchor=False)
    if not others:
        ask = "Nobody who sits here may let you back in. Your seat key opens your seat, if you still have it"
    elif member == state.chair:
        deputy = f"{state.members[state.deputy].name}, the deputy, or two" if state.deputy else "Two"
        ask = (
            f"{deputy} of those at the table have to agree" if len(others) > 1 else "Somebody at the table has to agree"
        )
    else:
        ask = f"Waiting for {_names(others, ' or ')} to let you back in"
    show_html(
        html(
            '<div class="hw" role="status"><p>{name}, your request is on their screens. {ask}.</p><p>'
            "Leave this page open: it moves on by itself.</p></div>",
            name=state.members[member].name,
            ask=ask,
        )
    )
    st.button("Give up", key="give-up", on_click=_give_up, args=(meeting,))
    attempts.refused(f"give-up|{meeting}")
    seat.watch(state, None, lambda: None)


def _waiting_for_the_chair(state: panel.Panel) -> None:
    """A guest: whom they wait for, and who else is there, is not said."""
    st.title("Waiting to be let in", anchor=False)
    show_html(
        html(
            '<div class="hw" role="status"><p>The chair has been told that you are here, and lets you in.</p><p>Leave this page '
            "open: it moves on by itself.</p></div>"
        )
    )
    st.button("Give up", key="give-up", on_click=_give_up, args=(state.meeting,))
    attempts.refused(f"give-up|{state.meeting}")
    seat.watch(state, None, lambda: None)


def over() -> None:
    """A guest of a meeting that was closed meanwhile, and of which they see nothing any more."""
    st.title("The meeting is closed", anchor=False)
    st.write("Thank you for your part in it. What you said is in its record.")
    st.write(
        "The meeting belongs to the child’s file now, so nothing of it is shown here any more. If you need its outcome for your own work, "
        "ask the chair. You can close this page."
    )


@st.fragment(key="parted")
def parted(meeting: str) -> None:
    """Somebody who had a part in the case and a seat, and has the part no more. If they are given one, this moves on by itself."""
    state = _as_it_stands(meeting, "parted")
    st.title("Panel", anchor=False)
    st.error(plain(seat.PARTED))
    sending.what_was_not_saved(meeting)
    seat.watch(state, None, lambda: None)


@st.fragment(key="removed")
def removed(meeting: str) -> None:
    """Somebody whose seat was removed. If the chair gives it back, this moves on by itself."""
    state = _as_it_stands(meeting, "removed")
    _, member = seat.standing(state)
    st.title("Panel", anchor=False)
    st.error(f"The chair removed your seat: {plain(state.members[member].removed or '')}")
    st.write("Ask the chair if that is a mistake: the chair can give it back, with all your answers.")
    if not identity.me().id:
        st.button("Join with another seat", key="another-seat", on_click=_leave, args=(meeting,))
    seat.watch(state, None, lambda: None)


def _as_it_stands(meeting: str, expected: seat.Standing) -> panel.Panel:
    """The meeting; the whole page is drawn anew if this session stands to it in another way by now."""
    state = current(meeting)
    if seat.standing(state)[0] != expected:
        st.rerun()
    return state


def _give_up(meeting: str) -> None:
    def act() -> None:
        workspace().meetings.give_up(meeting, seat.key_of(meeting), identity.me())
        seat.forget(meeting)

    attempts.attempt(f"give-up|{meeting}", act)


def _leave(meeting: str) -> None:
    seat.forget(meeting)
    st.rerun()


def _names(members: tuple[panel.Member, ...], between: str) -> str:
    return between.join(member.name for member in members) or "the chair"
