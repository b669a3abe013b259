"""Scoring on one's own: sections, rows, and the member's own light. An answer is one click, saved at once."""

from html import escape

import streamlit as st
from streamlit.errors import StreamlitAPIException

from framework import explain
from framework import panel as p
from framework.classification import Key
from framework.edition import CAPACITY, UNKNOWN, WISHES, Edition, Question
from framework.sections import Section, sections
from pages import library
from pages.components import browser, light
from pages.components.app import current, workspace
from pages.components.sending import messages, send, waiting
from pages.components.text import plain


@st.fragment(key="form")
def form(meeting: str, member: str) -> None:
    """The scoring form of one member: sections, rows, light. One fragment: what a click changes is drawn together."""
    messages(meeting, member)
    state = p.view_for(current(meeting), member)
    edition = workspace().edition_of(state)
    found, given = sections(state, edition), state.answers.get(member, {})
    left, middle, right = st.columns([2.3, 4.5, 3.1], gap="medium")
    with left.container(key="sections_column"):
        _sections(state, member, found, given)
    with middle.container(key="rows_column"):
        _rows(state, member, edition, found, given)
    with right.container(key="light_column"):
        light.box(edition, p.light_of(state, edition, member), "Your light", state.carers)


def _chosen(found: tuple[Section, ...]) -> Section:
    wanted = st.session_state.get("section")
    return next((section for section in found if section.id == wanted), found[0])


def _sections(state: p.Panel, member: str, found: tuple[Section, ...], given: dict[Key, p.Given]) -> None:
    chosen = _chosen(found)
    answered = sum(section.answered(given) for section in found)
    total = sum(len(section.questions) for section in found)
    st.html(
        f'<div class="hw"><p class="quiet" style="margin:0 0 .2rem" role="status">{answered} of {total} answered · saved</p>'
        f'<div class="hw-bar" aria-hidden="true"><span style="width:{100 * answered / total:.0f}%"></span></div></div>'
    )

    for group in dict.fromkeys(section.group for section in found):
        st.html(f'<h2 class="hw hw-group">{escape(group)}</h2>')
        for section in (section for section in found if section.group == group):
            done, of = section.answered(given), len(section.questions)
            sign = "●" if done == of else "◐" if done else "○"
            # Buttons, which keep no state: what the browser still holds of an earlier choice cannot undo a newer one.
            st.button(
                f"{sign} {section.label} {done}/{of}",
                key=f"section-{section.id}",
                type="secondary" if section is chosen else "tertiary",
                on_click=_go_to,
                args=(section.id,),
            )
    finished = member in state.finished
    everything = "You have answered everything." if answered == total and not finished else ""
    st.html(f'<p class="hw" role="status"><strong>{everything}</strong></p>')
    st.button(
        "Go on scoring" if finished else "I have finished scoring",
        key="finish",
        type="secondary" if finished or answered < total else "primary",
        on_click=_finish,
        args=(state.meeting, member, not finished),
    )


def _finish(meeting: str, member: str, finished: bool) -> None:
    send(meeting, member, p.Finish(finished))
    _redraw()


def _rows(state: p.Panel, member: str, edition: Edition, found: tuple[Section, ...], given: dict[Key, p.Given]) -> None:
    # Each section has a place of its own, and the others are emptied at once. Browsers clear away what is no longer drawn
    # only at the end of a run, and forget to if the next one follows on its heels: nothing may stay from another section.
    meeting, chosen = state.meeting, _chosen(found)
    notes = {_detail("note", _identifier(meeting, q)): given[q.key].note for q in chosen.questions if q.key in given}
    browser.keep_notes(chosen.id, notes)
    with st.container(key="rows_places", gap=None):
        for section in found:
            if section is chosen:
                with st.container(key=f"rows-{section.id}", gap="xsmall"):
                    _section(meeting, member, state, edition, found, section, given)
            else:
                st.empty()


def _section(
    meeting: str,
    member: str,
    state: p.Panel,
    edition: Edition,
    found: tuple[Section, ...],
    section: Section,
    given: dict[Key, p.Given],
) -> None:
    st.container(key="place_top").html(
        f'<div class="hw"><h2 tabindex="-1" style="font-size:1.35rem;margin:0;padding:0">{escape(section.group)}: {escape(section.label)}</h2>'
        f'<p class="quiet">{escape(section.intro)}</p></div>'
    )
    about = None
    for question in section.questions:
        if section.id not in (CAPACITY, WISHES) and question.about in state.carers and question.about != about:
            about = question.about
            st.html(f'<h3 class="hw" style="margin:0.4rem 0 0;padding:0">{escape(state.carers[about])}</h3>')
        _row(meeting, member, state, edition, question, given.get(question.key))
    open_ = [q.key for q in section.questions if q.key not in given]
    together = section.filled_together(given)
    with st.container(horizontal=True, key="section-actions"):
        if section.id not in (CAPACITY, WISHES):
            st.button(
                "Rest of this section: not there",
                key="fill-rest",
                disabled=not open_,
                help="Each of these answers is marked as filled in together.",
                on_click=_fill,
                args=(meeting, member, tuple(open_)),
            )
            st.button(
                "Take back those filled in together",
                key="take-back",
                disabled=not together,
                on_click=_take_back,
                args=(meeting, member, together),
            )
        following = found.index(section) + 1
        if following < len(found):
            st.button(
                f"Next: {found[following].label}",
                key="next-section",
                type="primary",
                icon=":material/arrow_forward:",
                icon_position="right",
                on_click=_go_to,
                args=(found[following].id,),
            )


def _row(
    meeting: str, member: str, state: p.Panel, edition: Edition, question: Question, answer: p.Given | None
) -> None:
    identifier = _identifier(meeting, question)
    options = [*(status.id for status in edition.statuses(*question.key)), UNKNOWN]
    unsaved = waiting(meeting).get(question.key)  # what the record could not take yet stays as it was clicked
    widget = _showing(identifier, unsaved.status if unsaved else answer.status if answer else None)
    st.segmented_control(
        _label(state, edition, question),
        options,
        format_func=lambda status: edition.status_label(question.subject, status),
        key=widget,
        required=True,
        on_change=_answer,
        args=(meeting, member, question.key, identifier),
    )
    marks = [
        *(["Note written"] if answer and answer.note else ()),
        *(["Filled in together"] if answer and answer.together else ()),
    ]
    st.html(f'<p class="hw hw-marks">{" · ".join(marks)}</p>')
    # The label stays the same: a new one would be a new part of the page, closed again under somebody's hands.
    detail = st.expander("Meaning, note and evidence", key=f"detail|{identifier}", on_change=_redraw)
    if not detail.open:
        return
    with detail:
        st.html(_meaning(edition, question))
        with st.container():
            # Given as starting values: set in the session, they would empty the field of somebody who is typing when the
            # server has been started again.
            st.text_area(
                "Note",
                answer.note if answer else _early(identifier)[0],
                key=_detail("note", identifier),
                max_chars=p.TEXT_LIMIT,
                help="What you know that speaks for your answer. Saved with your answer when you leave the field.",
                on_change=_answer,
                args=(meeting, member, question.key, identifier),
            )
            st.pills(
                "Kind of evidence",
                [kind.id for kind in edition.evidence],
                selection_mode="multi",
                default=list(answer.evidence if answer else _early(identifier)[1]),
                format_func=lambda kind: edition.evidence_kinds[kind].label,
                key=_detail("evidence", identifier),
                on_change=_answer,
                args=(meeting, member, question.key, identifier),
            )
            if answer:
                st.button(
                    "Clear this answer",
                    key=f"clear|{identifier}",
                    on_click=_clear,
                    args=(meeting, member, question.key, identifier),
                )
            else:
                st.caption("The note is saved together with your answer.")


def _identifier(meeting: str, question: Question) -> str:
    return f"{meeting}|{question.subject}|{question.about}"


def _widget(identifier: str) -> str:
    """The key of the widget that stands for an answer now: see `_showing`."""
    turn = st.session_state.get(f"turn|{identifier}", 0)
    return f"answer|{identifier}" + (f"|{turn}" if turn else "")


def _showing(identifier: str, status: str | None) -> str:
    """The key of a widget that shows this answer: a new one if the last was clicked to something else.

    A browser sends what its widgets show with every message. One that is told of another answer (taken back, cleared,
    filled in together, changed on another device) may still send the old one with its next message, and Streamlit would
    take that for a click: the answer that was just taken back would be given again.
    """
    if st.session_state.get(_widget(identifier), status) != status:
        st.session_state[f"turn|{identifier}"] = st.session_state.get(f"turn|{identifier}", 0) + 1
    st.session_state[_widget(identifier)] = status
    return _widget(identifier)


def _detail(what: str, identifier: str) -> str:
    """The key of the field for a note or for evidence: an empty one after the answer was cleared."""
    cleared = st.session_state.get(f"cleared|{identifier}", 0)
    return f"{what}|{identifier}" + (f"|{cleared}" if cleared else "")


def _label(state: p.Panel, edition: Edition, question: Question) -> str:
    """The label of a row: plain words, because a screen reader is given them as they stand."""
    caution = question.subject in edition.factors and edition.factors[question.subject].caution
    mark = f" ({edition.caution.label.lower()})" if caution else ""
    return plain(explain.subject(edition, question, state.carers)) + mark


def _meaning(edition: Edition, question: Question) -> str:
    if question.subject not in (CAPACITY, WISHES):
        return library.explained(edition, edition.factors[question.subject], opened=False)
    rows = "".join(
        f"<li><strong>{escape(status.label)}.</strong> {escape(status.help)}</li>"
        for status in edition.statuses(*question.key)
    )
    return f'<div class="hw"><ul>{rows}</ul></div>'


def _redraw() -> None:
    """Draw the form, and nothing else, after a click.

    Said aloud because a browser that reports a click and a piece of news in one breath asks for one of their parts only.
    """
    try:
        st.rerun("form")
    except StreamlitAPIException:  # the page is being drawn anew, or has moved on
        st.rerun()


# ── What clicks do ───────────────────────────────────────────────────────────────────────────────────────────────────


def _answer(meeting: str, member: str, key: Key, identifier: str) -> None:
    known = current(meeting).answers.get(member, {}).get(key)
    before = (known.note, known.evidence) if known else _early(identifier)
    note = st.session_state.get(_detail("note", identifier), before[0])
    evidence = tuple(st.session_state.get(_detail("evidence", identifier), before[1]))
    status = st.session_state.get(_widget(identifier)) or (known.status if known else None)
    if status is None:
        st.session_state[f"early|{identifier}"] = (note, evidence)
        return
    if send(meeting, member, p.Score(*key, status, note, evidence)):
        st.session_state.pop(f"early|{identifier}", None)  # it must not come back once the answer was cleared
    _redraw()


def _early(identifier: str) -> tuple[str, tuple[str, ...]]:
    """A note and kinds of evidence that were given before the answer: they are saved with it, even if folded away by then."""
    return st.session_state.get(f"early|{identifier}", ("", ()))


def _clear(meeting: str, member: str, key: Key, identifier: str) -> None:
    if send(meeting, member, p.Score(*key, None)):
        st.session_state[f"cleared|{identifier}"] = st.session_state.get(f"cleared|{identifier}", 0) + 1
    _redraw()


def _fill(meeting: str, member: str, keys: tuple[Key, ...]) -> None:
    send(meeting, member, p.FillRest(keys, "absent"))
    _redraw()


def _take_back(meeting: str, member: str, keys: tuple[Key, ...]) -> None:
    send(meeting, member, p.TakeBack(keys))
    _redraw()


def _go_to(section: str) -> None:
    st.session_state["section"] = section
    _redraw()
