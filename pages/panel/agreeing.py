"""Agreeing: the chair records the panel's answer, one at a time or together, and the page stays until the chair goes on.

What a click changes appears where no button was, and no button moves: a second click at the same place does nothing more.
"""

import streamlit as st

from framework import panel
from framework.edition import Edition
from framework.light import explain
from framework.light.classification import Key
from framework.panel.spread import Spread, next_open, spreads
from pages.panel import strip
from pages.panel.seat import current
from pages.panel.sending import said, send
from pages.ui.html import html, show_html
from pages.ui.text import plain

SHOWN_OPEN = 6
"""So many of the questions that are still open are listed under the one in discussion; the choice above has them all."""


def name(key: Key) -> str:
    """A question in the key of a widget."""
    return f"{key[0]}|{key[1]}"


def field(what: str, meeting: str, key: Key) -> str:
    """The key of a typed field. It names the meeting: what was typed in one must never turn up in another."""
    return f"note-{what}|{meeting}|{name(key)}"


def go_to(meeting: str, member: str, key: Key) -> None:
    """Take up another question: for everybody as the chair, for oneself as anybody else."""
    if member == current(meeting).chair:
        send(meeting, member, panel.Focus(key), place="steps")
    else:
        st.session_state[f"question|{meeting}"] = name(key)
        st.session_state[f"follow|{meeting}"] = False


# ── The question in discussion ───────────────────────────────────────────────────────────────────────────────────────


def answer(state: panel.Panel, edition: Edition, member: str, key: Key, found: tuple[Spread, ...]) -> None:
    """The panel's answer to the question in discussion, and for the chair what records it and what comes next."""
    chair = member == state.chair
    agreed = panel.agreement(state, key)
    with st.container(key="answer", horizontal=True, vertical_alignment="center", gap="small"):
        if chair and state.phase == "revealed" and agreed is None:
            _offer(state, edition, member, key)
        elif chair and state.phase == "revealed":
            _recorded(state, edition, member, key)
        else:
            show_html(strip.panels_answer(state, edition, key))
        if chair and state.phase == "revealed" and agreed is not None:
            _what_next(state, member, key, found)
    if chair and state.phase == "revealed":
        _every_answer(state, edition, member, key)
        said(state.meeting, member, _place(key))
        said(state.meeting, member, "steps")


def _place(key: Key) -> str:
    return f"agree|{name(key)}"


def _offer(state: panel.Panel, edition: Edition, member: str, key: Key) -> None:
    offer, why = panel.offered(state, edition, key)
    st.button(
        f"Agree: {plain(edition.status_label(key[0], offer))}",
        type="primary",
        key=f"agree|{name(key)}",
        on_click=_record,
        args=(state.meeting, member, key, offer, None),
    )
    show_html(html('<p class="hw hw-why">Offered because {why}.</p>', why=panel.OFFER_REASONS[why]))


def _recorded(state: panel.Panel, edition: Edition, member: str, key: Key) -> None:
    """ "Recorded: Improving. Undo"; of an answer that all gave alike there is nothing to undo."""
    agreed, recorded = panel.agreement(state, key), state.recorded.get(key)
    assert agreed is not None
    word = edition.status_label(key[0], agreed.status)
    how = "Recorded" if recorded else panel.who_agreed(state, edition, key, agreed)
    show_html(html('<p class="hw hw-answer" role="status">✓ {how}: <strong>{word}</strong>.</p>', how=how, word=word))
    if recorded:
        st.button(
            "Undo",
            key=f"undo-agree|{name(key)}",
            type="tertiary",
            on_click=_open_again,
            args=(state.meeting, member, key, recorded.status, _place(key)),
        )


def _what_next(state: panel.Panel, member: str, key: Key, found: tuple[Spread, ...]) -> None:
    """The next step, at the other end of the line from where "Agree" stood."""
    following = next_open(state, found, key)
    with st.container(key="next-step", horizontal=True, horizontal_alignment="right", width="stretch"):
        if following:
            st.button(
                "Next question",
                key=f"next|{name(key)}",
                type="primary",
                icon=":material/arrow_forward:",
                icon_position="right",
                on_click=go_to,
                args=(state.meeting, member, following),
            )
        else:
            st.button(
                "Go on: all answers are agreed",
                type="primary",
                key="go-on",
                on_click=_go_on,
                args=(state.meeting, member),
            )


def _go_on(meeting: str, member: str) -> None:
    send(meeting, member, panel.MovePhase("agreed"), place="steps")


def _every_answer(state: panel.Panel, edition: Edition, member: str, key: Key) -> None:
    """Every answer there is, always in the same place: to record another than the offered one, or to change what is recorded."""
    show_html(html('<p class="hw hw-or">Or record another answer:</p>'))
    with st.container(horizontal=True, gap="small", key="agree-buttons"):
        for status in (one.id for one in edition.choices(*key)):
            st.button(
                plain(edition.status_label(key[0], status)),
                key=f"agree|{name(key)}|{status}",
                on_click=_record,
                args=(state.meeting, member, key, status, state.recorded.get(key)),
            )


def note(state: panel.Panel, member: str, key: Key) -> None:
    """The chair's note on the panel's answer."""
    if member != state.chair or state.phase != "revealed":
        return
    agreed = panel.agreement(state, key)
    st.text_area(
        "Note on the panel's answer (saved with it)",
        value=agreed.note if agreed else "",
        key=field("agreed", state.meeting, key),
        max_chars=panel.TEXT_LIMIT,
        height=80,
    )
    st.button(
        "Save the note",
        key=f"save-note|{name(key)}",
        disabled=agreed is None,
        on_click=_record,
        args=(state.meeting, member, key, agreed.status if agreed else None, state.recorded.get(key)),
        kwargs={"place": _note_place(key), "done": "The note is saved."},
    )
    said(state.meeting, member, _note_place(key))


def _note_place(key: Key) -> str:
    return f"agreed-note|{name(key)}"


def _record(
    meeting: str, member: str, key: Key, status: str, seen: panel.Agreement | None, *, place: str = "", done: str = ""
) -> None:
    """Record an answer. The question is taken up first, so that the room stays with it when it is no longer open."""
    place = place or _place(key)
    if current(meeting).focus != key and not send(meeting, member, panel.Focus(key), place=place):
        return
    text = st.session_state.get(field("agreed", meeting, key), "")
    if send(meeting, member, panel.Agree(*key, status, text, seen), place=place, done=done):
        st.session_state[_before(meeting, key)] = seen


def _before(meeting: str, key: Key) -> str:
    """Where the session keeps what was recorded for a question before its chair recorded something else."""
    return f"recorded-before|{meeting}|{name(key)}"


def _open_again(meeting: str, member: str, key: Key, status: str, place: str) -> None:
    """Undo: what was recorded before stands again; the question is open again where nothing was."""
    before: panel.Agreement | None = st.session_state.pop(_before(meeting, key), None)
    now = current(meeting).recorded.get(key)
    if before is None or now is None or now.status != status:
        send(meeting, member, panel.OpenAgain(((key, status),)), place=place)
    else:
        send(meeting, member, panel.Agree(*key, before.status, before.note, now), place=place)


# ── Together ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def together(state: panel.Panel, edition: Edition, member: str) -> None:
    """Agree at once where nobody's known answer differs, after a look at the list. Always in the same place."""
    offers = panel.bulk_offers(state, edition)
    label = f"Agree the {len(offers)} where the known answers are the same" if offers else "Nothing to agree together"
    with st.popover(label, key="together"):
        said(state.meeting, member, "together")
        if not offers:
            show_html(html('<p class="hw">Every open question needs to be talked about.</p>'))
            return
        st.button(
            f"Agree these {len(offers)}" if len(offers) > 1 else "Agree this one",
            key=f"agree-together|{state.version}",
            type="primary",
            on_click=_agree_these,
            args=(state.meeting, member, offers),
        )
        found = {spread.question.key: spread for spread in spreads(state, edition)}
        items = [
            html(
                "<li><strong>{subject}: {status}</strong><br>{answers}</li>",
                subject=explain.subject(edition, found[key].question, state.carers),
                status=edition.status_label(key[0], status),
                answers=strip.in_words(edition, found[key]),
            )
            for key, status in offers
        ]
        show_html(
            html(
                '<div class="hw hw-list" tabindex="0" role="region" aria-label="What would be agreed"><ul>'
                "{items}</ul></div>",
                items=items,
            )
        )


def _agree_these(meeting: str, member: str, offers: tuple[tuple[Key, str], ...]) -> None:
    done = "1 answer recorded." if len(offers) == 1 else f"{len(offers)} answers recorded."
    send(meeting, member, panel.AgreeTogether(offers), place="together", done=done, undo=panel.OpenAgain(offers))


# ── Still to agree ───────────────────────────────────────────────────────────────────────────────────────────────────


def still_open(state: panel.Panel, edition: Edition, member: str, chosen: Key, found: tuple[Spread, ...]) -> None:
    """What comes next, those that differ most first: to be agreed with one click, or taken up.

    The list stays as it was when the question in discussion was taken up, and says what became of each of its rows.
    """
    open_ = {key for key in panel.open_questions(state, edition) if key != chosen}
    by_key = {spread.question.key: spread for spread in found}
    listed = [by_key[key] for key in _listed(state, chosen, [k for k in by_key if k in open_]) if key in by_key]
    if not listed:
        return
    st.header(f"Still to agree after this one ({len(open_)})")
    for spread in listed[:SHOWN_OPEN]:
        _row(state, edition, member, spread)
    shown = {spread.question.key for spread in listed[:SHOWN_OPEN]}
    more = len(open_ - shown)
    if more:
        st.caption(f"And {more} more, in the list of questions above.")


def _listed(state: panel.Panel, chosen: Key, open_: list[Key]) -> list[Key]:
    """The questions that were open when this one was taken up, and after them those that were opened again since."""
    place, now = f"listed|{state.meeting}", (chosen, len(state.reveals))
    kept, before = st.session_state.get(place, (None, []))
    keys = before if kept == now else []
    keys = [*keys, *(key for key in open_ if key not in keys)]
    st.session_state[place] = (now, keys)
    return keys


def _row(state: panel.Panel, edition: Edition, member: str, spread: Spread) -> None:
    key = spread.question.key
    place = f"row|{name(key)}"
    words, do = st.columns([5, 3.4], vertical_alignment="center")
    why = panel.OFFER_REASONS[panel.offered(state, edition, key).why] if member == state.chair else ""
    with words:
        show_html(
            html(
                '<p class="hw hw-row"><strong>{subject}</strong><br>{answers}{why}</p>',
                subject=explain.subject(edition, spread.question, state.carers),
                answers=strip.in_words(edition, spread),
                why=html("<br><span class=quiet>Offered because {why}.</span>", why=why) if why else "",
            )
        )
    row = f"open|{name(key)}"
    with do.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small", key=row):
        if agreed := panel.agreement(state, key):
            _row_agreed(state, edition, member, key, agreed, place)
        else:
            _row_open(state, edition, member, key, place)
    if member == state.chair:
        said(state.meeting, member, place)


def _row_open(state: panel.Panel, edition: Edition, member: str, key: Key, place: str) -> None:
    chair = member == state.chair
    if chair:
        offer = panel.offered(state, edition, key).status
        st.button(
            f"Agree: {plain(edition.status_label(key[0], offer))}",
            key=f"agree-open|{name(key)}",
            on_click=_agree_shown,
            args=(state.meeting, member, key, offer, place),
        )
    st.button(
        "Discuss" if chair else "Look at it",
        key=f"discuss|{name(key)}",
        on_click=go_to,
        args=(state.meeting, member, key),
    )


def _row_agreed(
    state: panel.Panel, edition: Edition, member: str, key: Key, agreed: panel.Agreement, place: str
) -> None:
    """ "Recorded: Improving · Undo", in the row's place: the words where "Agree" stood, Undo where "Discuss" did."""
    recorded = state.recorded.get(key)
    word = "Recorded" if recorded else panel.who_agreed(state, edition, key, agreed)
    show_html(
        html(
            '<p class="hw hw-answer" role="status">✓ {word}: <strong>{status}</strong></p>',
            word=word,
            status=edition.status_label(key[0], agreed.status),
        ),
        width="content",
    )
    if recorded and member == state.chair:
        st.button(
            "Undo",
            key=f"undo-row|{name(key)}",
            type="tertiary",
            on_click=_open_again,
            args=(state.meeting, member, key, recorded.status, place),
        )


def _agree_shown(meeting: str, member: str, key: Key, status: str, place: str) -> None:
    """Record what the button said, whatever has been offered since; refused if an answer was recorded meanwhile."""
    send(meeting, member, panel.Agree(*key, status), place=place)
