"""What a member says after the reveal, on their own screen: a changed answer, a note, dissent, a view on record."""

import streamlit as st

from framework import panel
from framework.dates import uk_clock
from framework.edition import Edition
from framework.light.classification import Key
from pages.panel.agreeing import field, name
from pages.panel.seat import current
from pages.panel.sending import said, send
from pages.ui.html import html, show_html
from pages.ui.text import plain


def saved(state: panel.Panel, member: str, key: Key) -> dict[str, str]:
    """What the record has of the fields that somebody types in here: widget key → text."""
    own, agreed, view = state.answers.get(member, {}).get(key), panel.agreement(state, key), state.views.get(member)
    notes = _own_notes(state, member, key)
    before = {_note_field(state, key, len(notes) - 1): notes[-1].text} if notes else {}
    return {
        field("agreed", state.meeting, key): agreed.note if agreed else "",
        field("change", state.meeting, key): own.reason if own else "",
        field("dissent", state.meeting, key): state.dissent.get(key, {}).get(member, ""),
        _note_field(state, key, len(notes)): "",
        _view_field(state): view.text if view else "",
        **before,
    }


def _own_notes(state: panel.Panel, member: str, key: Key) -> list[panel.AddedNote]:
    return [note for note in state.notes.get(key, ()) if note.member == member]


def _note_field(state: panel.Panel, key: Key, number: int) -> str:
    """A new field for each note, so that a saved one does not stand there as if it were still to be saved."""
    return f"{field('added', state.meeting, key)}|{number}"


def _view_field(state: panel.Panel) -> str:
    return f"note-view|{state.meeting}"


# ── On the question in discussion ────────────────────────────────────────────────────────────────────────────────────


def on_question(state: panel.Panel, edition: Edition, member: str, key: Key) -> None:
    """For a member who scores: change the answer (or answer apart), add a note, dissent from what is agreed."""
    if state.phase == "revealed":
        _answer(state, edition, member, key)
    if state.phase in ("revealed", "agreed"):
        _note(state, member, key)
        _dissent(state, edition, member, key)


def _answer(state: panel.Panel, edition: Edition, member: str, key: Key) -> None:
    """Change one's own answer after the discussion; the earlier ones stay beside it."""
    own = state.answers.get(member, {}).get(key)
    apart = bool(panel.standing_of(state, state.members[member]))
    place = f"own|{name(key)}"
    verb = "Change my answer" if own else "Answer this question apart" if apart else "Answer this question"
    with st.expander(verb, key=place), st.form(f"change|{name(key)}", border=False):
        options = [one.id for one in edition.choices(*key)]
        st.radio(
            "My answer",
            options,
            index=options.index(own.status) if own else None,
            format_func=lambda one: plain(edition.status_label(key[0], one)),
            horizontal=True,
            key=f"status|{state.meeting}|{name(key)}",
        )
        reason = field("change", state.meeting, key)
        st.text_area("What changed my mind", height=80, max_chars=panel.TEXT_LIMIT, key=reason, disabled=own is None)
        st.form_submit_button(verb, on_click=_send_answer, args=(state.meeting, member, key, own, place))
    said(state.meeting, member, place)


def _send_answer(meeting: str, member: str, key: Key, own: panel.Given | None, place: str) -> None:
    status = st.session_state.get(f"status|{meeting}|{name(key)}")
    if status is None:
        return
    note, evidence = (own.note, own.evidence) if own else ("", ())
    reason = st.session_state.get(field("change", meeting, key), "") if own else ""
    command = panel.Score(*key, status, note, evidence, reason)
    send(meeting, member, command, place=place, done="Your answer is saved.")


def _note(state: panel.Panel, member: str, key: Key) -> None:
    """Add a note to one's own answer; it is shown with its time."""
    place, typed = f"note|{name(key)}", _note_field(state, key, len(_own_notes(state, member, key)))
    with st.expander("Add a note", key=f"add-note|{name(key)}"), st.form(f"note-form|{name(key)}", border=False):
        st.text_area("My note (shown to everybody, with the time)", height=80, max_chars=panel.TEXT_LIMIT, key=typed)
        st.form_submit_button("Add this note", on_click=_send_note, args=(state.meeting, member, key, typed, place))
    said(state.meeting, member, place)


def _send_note(meeting: str, member: str, key: Key, typed: str, place: str) -> None:
    text = st.session_state.get(typed, "")
    send(meeting, member, panel.AddNote(*key, text), place=place, done="Your note is saved.")


def _dissent(state: panel.Panel, edition: Edition, member: str, key: Key) -> None:
    """Dissent from the panel's answer, with a reason that is kept: offered open to whoever answered otherwise."""
    agreed, mine = panel.agreement(state, key), state.dissent.get(key, {}).get(member, "")
    if not agreed and not mine:
        return
    own = state.answers.get(member, {}).get(key)
    differs = agreed is not None and own is not None and own.status != agreed.status
    title = "My dissent is recorded" if mine else "I do not share this answer"
    place = f"dissent|{name(key)}"
    with st.expander(title, key=place, expanded=differs and not mine):
        if agreed and own and differs and not mine:
            show_html(
                html(
                    '<p class="hw">You answered <strong>{own}</strong>; the panel recorded <strong>'
                    "{agreed}</strong>. If you do not share that, say why: it is kept with your name.</p>",
                    own=edition.status_label(key[0], own.status),
                    agreed=edition.status_label(key[0], agreed.status),
                )
            )
        with st.form(f"dissent-form|{name(key)}", border=False):
            typed = field("dissent", state.meeting, key)
            st.text_area("Why", value=mine, height=80, max_chars=panel.TEXT_LIMIT, key=typed)
            st.form_submit_button(
                "Record my dissent", on_click=_send_dissent, args=(state.meeting, member, key, typed, place)
            )
    said(state.meeting, member, place)


def _send_dissent(meeting: str, member: str, key: Key, typed: str, place: str) -> None:
    reason = st.session_state.get(typed, "").strip()
    if not reason and not current(meeting).dissent.get(key, {}).get(member):
        return
    done = "Your dissent is recorded." if reason else "Your dissent is withdrawn."
    send(meeting, member, panel.Dissent(*key, reason), place=place, done=done)


# ── On the whole ─────────────────────────────────────────────────────────────────────────────────────────────────────


def views(state: panel.Panel, edition: Edition, member: str) -> None:
    """The views on record, for everybody; and for a member who does not score, a field for their own."""
    mine = panel.may_record_view(state.members[member])
    if not state.views and not mine:
        return
    st.header("Views on record")
    items = [
        html(
            "<li><strong>{name}</strong>, {role}{at}: {text}</li>",
            name=state.members[who].name,
            role=panel.role(state, who, edition),
            at=f", {uk_clock(view.at)}" if view.at else "",
            text=view.text,
        )
        for who, view in state.views.items()
    ]
    show_html(
        html('<ul class="hw hw-written">{items}</ul>', items=items) if items else html('<p class="hw">None yet.</p>')
    )
    if not mine or state.phase == "closed":
        return
    said_before, typed = state.views.get(member), _view_field(state)
    with st.form("view-form"):
        st.text_area(
            "My view on record",
            value=said_before.text if said_before else "",
            height=110,
            max_chars=panel.TEXT_LIMIT,
            key=typed,
            help="You do not score. What you write here is shown to everybody and stands in the summary.",
        )
        st.form_submit_button("Put it on record", on_click=_send_view, args=(state.meeting, member, typed))
    said(state.meeting, member, "view")


def _send_view(meeting: str, member: str, typed: str) -> None:
    text = st.session_state.get(typed, "")
    done = "Your view is on record." if text.strip() else "Your view is withdrawn."
    send(meeting, member, panel.RecordView(text), place="view", done=done)
