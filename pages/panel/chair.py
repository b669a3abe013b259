"""What only the chair can do: the chair's menu, and what is asked before each step that others will notice."""

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitAPIException

from framework import panel
from framework.dates import uk_clock
from framework.light import explain
from pages.panel import asking, carers, roles, room, sending, wall
from pages.panel.seat import current
from pages.ui import widgets
from pages.ui.app import workspace
from pages.ui.html import html, show_html
from pages.ui.text import plain

MENU = "chair-menu"
"""Where the menu says what came of a click in it."""


def menu(state: panel.Panel, member: str) -> None:
    meeting = state.meeting
    with st.popover("Chair", icon=":material/gavel:", key=f"chair|{meeting}"), st.container(key="chair-menu"):
        room.code(state, width=110)
        if state.phase != "closed":
            _wall(state, member)
        if not state.casefile:
            st.toggle(
                "Show the names of parents and home carers on the wall",
                value=state.names_on_wall,
                key=f"wall-names|{meeting}",
                on_change=_show_names,
                args=(meeting, member),
            )
        if state.phase == "scoring":
            with st.expander("Parents and home carers", key=f"carers|{meeting}"):
                carers.editor(state, member)
        _somebody(state, member)
        sending.said(meeting, member, MENU)
        if state.phase not in ("gathering", "closed"):
            st.divider()
            st.button(
                f"Go back to {panel.PHASE_WORDS[_before(state)].lower()}",
                key="go-back",
                icon=":material/undo:",
                on_click=asking.ask,
                args=(meeting, "back"),
            )


def _wall(state: panel.Panel, member: str) -> None:
    """The wall in this browser, or on another screen with a code that works once."""
    st.link_button(
        "Open the wall screen", room.address(f"wall?{wall.GRANT}={wall.grant(state.meeting)}"), icon=":material/tv:"
    )
    offered = workspace().meetings.wall_code(state)
    if offered is None:
        used = state.wall is not None and state.wall.screen
        if used:
            st.caption("A screen shows the wall.")
        label = "Code for one more screen" if used else "Code for another screen"
        st.button(label, key="wall-code", icon=":material/pin:", on_click=_offer_wall, args=(state.meeting, member))
        return
    link = room.address(f"wall?code={offered.code}")
    show_html(
        html(
            '<div class="hw hw-joincode"><p>Wall on another screen: open {address} there and type<br><span class="hw-code">{code}</span></p>'
            "{qr_image}<p>For one screen, until {until}.</p>{only_here}</div>",
            address=room.address("wall"),
            code=offered.code,
            qr_image=room.qr_image(link, "QR code that shows the wall on another screen", 110),
            until=uk_clock(offered.at + panel.WALL_CODE_HOLDS) if offered.at else "",
            only_here=room.only_here(link),
        )
    )


def _offer_wall(meeting: str, member: str) -> None:
    sending.send(meeting, member, workspace().meetings.new_wall(), place=MENU)
    redraw()


def redraw() -> None:
    """Draw the menus after a change in them; a browser that reports it together with news would ask for the news only."""
    with suppress(StreamlitAPIException):  # where the menus are part of something larger, that is drawn anyway
        st.rerun("menus")


def _show_names(meeting: str, member: str) -> None:
    # As the switch stands, never "the other way": two quick clicks must not leave the names up behind a switch that is off.
    shown = st.session_state[f"wall-names|{meeting}"]
    state = current(meeting)
    if state.chair != member or state.names_on_wall == shown:
        return  # a browser reports a switch once more when its menu goes, after a hand-over say; nobody switched anything
    if not sending.send(meeting, member, panel.ShowNames(shown), place=MENU):
        st.session_state[f"wall-names|{meeting}"] = not shown  # the switch says what the wall does, not what was wished
    redraw()


def _before(state: panel.Panel) -> panel.Phase:
    return panel.PHASES[panel.PHASES.index(state.phase) - 1]


# ── Somebody else's seat ─────────────────────────────────────────────────────────────────────────────────────────────


def _somebody(state: panel.Panel, member: str) -> None:
    """Choose a person, then what to do. Nobody is chosen beforehand, and nobody afterwards."""
    meeting = state.meeting
    names = {one.id: one.name for one in state.seated if one.id != member}
    if not names:
        return
    st.divider()
    chosen = st.selectbox(
        "Somebody else's seat",
        list(names),
        index=None,
        format_func=lambda one: names.get(one, ""),
        placeholder="Choose a person",
        key=widgets.key_of(f"person|{meeting}"),
        on_change=redraw,
    )
    if chosen not in names:
        return
    deputy = state.deputy == chosen
    with st.container(horizontal=True, gap="small", key="person-actions"):
        for what, label in (
            ("correct", "Correct the role"),
            ("hand-over", "Hand over the chair"),
            ("remove", "Remove this seat"),
        ):
            st.button(label, key=f"{what}|{chosen}", on_click=asking.ask, args=(meeting, what, chosen))
        st.button(
            "Deputy no longer" if deputy else "Name as deputy chair",
            key=f"no-deputy|{chosen}" if deputy else f"deputy|{chosen}",
            help="The deputy can take the chair, and let you back in, if your device fails.",
            on_click=_name_deputy,
            args=(meeting, member, None if deputy else chosen, names[chosen]),
        )


def _choose_nobody(meeting: str) -> None:
    widgets.reset_widget(f"person|{meeting}")


def _name_deputy(meeting: str, member: str, deputy: str | None, name: str) -> None:
    done = f"{name} is the deputy chair." if deputy else "There is no deputy chair any more."
    sending.send(meeting, member, panel.NameDeputy(deputy), place=MENU, done=done)
    redraw()


def ask_to_remove(state: panel.Panel, member: str, about: str) -> None:
    meeting, name = state.meeting, state.members[about].name

    def body() -> None:
        counts = (
            "Whose answers count was fixed at the reveal and stays so."
            if state.was_revealed and state.counting is not None
            else "They do not count at the reveal."
        )
        st.write(
            f"{plain(name)} leaves the table and sees nothing of the meeting any more. The answers that {plain(name)} has given "
            f"are kept in the record. {counts} The meeting gets a new code; the one before opens nothing any more. You can give the seat "
            "back."
        )
        st.text_input("Reason (kept in the record, and shown to this person)", key=f"remove-reason|{meeting}|{about}",
                      max_chars=200)  # fmt: skip
        st.button("Remove this seat", type="primary", key="remove-now", on_click=_remove, args=(meeting, member, about))
        asking.refused(meeting, member)

    asking.dialog(meeting, f"Remove {name}'s seat?", body)


def _remove(meeting: str, member: str, about: str) -> None:
    name = current(meeting).members[about].name
    command = panel.Remove(about, st.session_state.get(f"remove-reason|{meeting}|{about}", ""))
    if asking.confirm(meeting, member, command, done=f"{name}'s seat was removed.", undo=panel.Restore(about)):
        _choose_nobody(meeting)
        st.rerun()


def ask_to_hand_over(state: panel.Panel, member: str, about: str) -> None:
    meeting, name = state.meeting, state.members[about].name

    def body() -> None:
        st.write(
            f"{plain(name)} then leads the meeting: reveals, records what the panel agrees, and closes it. You keep your seat "
            f"and your role. Only {plain(name)} can hand the chair back."
        )
        st.button(
            "Hand over the chair",
            type="primary",
            key="hand-over-now",
            on_click=_hand_over,
            args=(meeting, member, about),
        )
        asking.refused(meeting, member)

    asking.dialog(meeting, f"Hand over the chair to {name}?", body)


def _hand_over(meeting: str, member: str, about: str) -> None:
    name = current(meeting).members[about].name
    if asking.confirm(meeting, member, panel.HandOver(about), done=f"{name} chairs the meeting now."):
        _choose_nobody(meeting)
        st.rerun()


def ask_for_role(state: panel.Panel, member: str, about: str) -> None:
    """Correct one's own role, or as chair somebody else's."""
    meeting, one = state.meeting, state.members[about]
    where = f"correct|{meeting}|{about}"

    def body() -> None:
        st.write("Everybody sees the new role, and the record says that it was corrected.")
        roles.fields(workspace().meetings.edition_of(state), where, "Role", role=one.role, met=one.has_met_family)
        st.button(
            "Save the role", type="primary", key="role-now", on_click=_correct, args=(meeting, member, about, where)
        )
        asking.refused(meeting, member)

    asking.dialog(meeting, "Correct your role" if about == member else f"Correct {one.name}'s role", body)


def _correct(meeting: str, member: str, about: str, where: str) -> None:
    if asking.confirm(meeting, member, panel.CorrectRole(about, *roles.chosen(where)), done="The role was corrected."):
        _choose_nobody(meeting)
        st.rerun()


# ── Steps of the meeting ─────────────────────────────────────────────────────────────────────────────────────────────

BACK = {
    "gathering": "All answers stay. Nobody scores until you start the scoring again, and “finished” is cleared for everybody.",
    "scoring": "All answers stay, and everybody scores on their own again without seeing the others' answers. “Finished” is "
    "cleared for everybody. The next reveal makes a new list of whose answers count; the last one stays in the record.",
    "revealed": "All answers stay, and so does what the panel has agreed. It can be changed again.",
}


def ask_to_go_back(state: panel.Panel, member: str, _: str) -> None:
    meeting, back = state.meeting, _before(state)

    def body() -> None:
        st.write(BACK[back])
        st.text_input(
            "Reason (everybody sees it, and it is kept in the record)", key=f"back-reason|{meeting}", max_chars=400
        )
        label = f"Go back to {panel.PHASE_WORDS[back].lower()}"
        st.button(label, type="primary", key="back-now", on_click=_go_back, args=(meeting, member, back))
        asking.refused(meeting, member)

    asking.dialog(meeting, f"Go back to {panel.PHASE_WORDS[back].lower()}?", body)


def _go_back(meeting: str, member: str, back: panel.Phase) -> None:
    if asking.confirm(meeting, member, panel.MovePhase(back, st.session_state.get(f"back-reason|{meeting}", ""))):
        st.rerun()


def reveal_button(state: panel.Panel, member: str) -> None:
    st.button(
        "Reveal all scores",
        key="reveal",
        icon=":material/visibility:",
        type="primary" if panel.all_finished(state) else "secondary",
        on_click=asking.ask,
        args=(state.meeting, "reveal"),
    )


def ask_to_reveal(state: panel.Panel, member: str, _: str) -> None:
    meeting = state.meeting

    def body() -> None:
        now = current(meeting)
        finished, scoring = panel.finished_count(now)
        without = panel.would_not_count(now)
        open_ = [one.name for one in panel.would_count(now) if one.id not in now.finished]
        st.write(
            f"**{finished} of {scoring} have finished.**"
            + (f" Not yet: {plain(explain.listed(open_))}." if open_ else "")
        )
        for late, why in ((False, "without an answer"), (True, "joined after the reveal")):
            if names := [one.name for one in without if one.late == late]:
                st.warning(f"Will not count, {why}: {plain(explain.listed(names))}.", icon=":material/person_off:")
        st.write(
            "Everybody then sees everybody's answers, and whose answers count is fixed. A changed answer keeps the first one "
            "beside it."
        )
        st.button(
            "Reveal all scores",
            type="primary",
            key="reveal-now",
            on_click=_reveal,
            args=(meeting, member, tuple(one.id for one in without)),
        )
        asking.refused(meeting, member)

    asking.dialog(meeting, "Reveal all scores?", body)


def _reveal(meeting: str, member: str, without: tuple[str, ...]) -> None:
    if asking.confirm(meeting, member, panel.MovePhase("revealed", without=without)):
        st.rerun()


def ask_to_close(state: panel.Panel, member: str, _: str) -> None:
    meeting = state.meeting

    def body() -> None:
        st.write(
            "A closed meeting is locked for everybody: nothing in it can be changed any more, and it cannot be opened again. "
            "Everybody who sat in it can then download the summary."
        )
        st.button("Close the meeting", type="primary", key="close-now", on_click=_close, args=(meeting, member))
        asking.refused(meeting, member)

    asking.dialog(meeting, "Close the meeting?", body)


def _close(meeting: str, member: str) -> None:
    if asking.confirm(meeting, member, panel.MovePhase("closed")):
        st.rerun()
