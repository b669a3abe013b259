"""Scoring on one's own: sections, rows, and the member's own light. An answer is one click, saved at once."""

import time
from contextlib import suppress

import streamlit as st
from markupsafe import Markup
from streamlit.errors import StreamlitAPIException

from framework import panel
from framework.edition import CAPACITY, WISHES, Edition, Question
from framework.light import explain
from framework.light.classification import Key
from framework.panel.sections import Section, sections
from pages.case import evidence
from pages.library import page as library
from pages.panel import light, seat, sending
from pages.panel.seat import current
from pages.panel.sending import last_refusal, messages, said, waiting
from pages.ui import browser, widgets
from pages.ui.app import base_path, workspace
from pages.ui.html import html, show_html
from pages.ui.text import plain

PRIVATE = "Private until the reveal: nobody else sees your answers, or your light."
PRIVATE_AGAIN = "Private again until the next reveal: nobody else sees what you change from here on, or your light."
QUICK = 1.2
"""Seconds within which a second click is a slip, as in browser.js."""
REST = "absent"
"""What "the rest of this section" is filled in with: both kinds of factor have it, and it is never "does not apply"."""


@st.fragment(key="form")
def form(meeting: str, member: str) -> None:
    """The scoring form of one member: sections, rows, light. One fragment: what a click changes is drawn together."""
    now = current(meeting)
    if seat.standing(now) != ("in", member):
        st.rerun()  # the seat was removed or has another key: the whole page says so, and the form shows nothing of it
    messages(meeting, member)
    state = panel.view_for(now, member)
    st.session_state[_drawn(meeting)] = state.own.get(member, 0)
    edition = workspace().meetings.edition_of(state)
    found, given = sections(state, edition), state.answers.get(member, {})
    chosen = _chosen(meeting, found)
    _refused_elsewhere(meeting, chosen)
    beside = _top(state)
    left, middle, right = st.columns([2.3, 4.5, 3.1], gap="medium")
    with left.container(key="sections_column"):
        _sections(state, member, found, chosen, given)
    with middle.container(key="rows_column"):
        _rows(state, member, edition, found, chosen, given)
    with right.container(key="light_column"):
        _light(state, member, edition, small=beside)
        if beside:
            _evidence(state)


def _drawn(meeting: str) -> str:
    """Where the session keeps how much of the member's own (`Panel.own`) the form shows."""
    return f"form|{meeting}"


def redraw_if_older(meeting: str, member: str) -> None:
    """On news, in its callback: draw the form, too, if the member has answered on another device since."""
    state, shows = current(meeting), st.session_state.get(_drawn(meeting))
    if state.phase == "scoring" and shows is not None and state.own.get(member, 0) != shows:
        with suppress(StreamlitAPIException):  # the form is not on the page; whatever is there is drawn anyway
            st.rerun(["status", "form"])


def _refused_elsewhere(meeting: str, chosen: Section) -> None:
    """Say at the top why an answer was refused whose question is not on the page any more (a carer who was taken off)."""
    place, why = last_refusal(meeting)
    here = {_row_place(question.key) for question in chosen.questions}
    with st.container(key="refused-elsewhere"):
        if place.startswith("row-") and place not in here:
            st.error(plain(why), icon=":material/block:")


def _top(state: panel.Panel) -> bool:
    """What holds for the whole form. Returns whether the evidence stands beside it."""
    beside = bool(st.session_state.get(_evidence_key(state.meeting)))
    with st.container(key="form-top", horizontal=True, vertical_alignment="center", gap="small"):
        show_html(
            html(
                '<p class="hw hw-private">{private}</p>',
                private=PRIVATE_AGAIN if state.was_revealed else PRIVATE,
            ),
            width="content",
        )
        st.button(
            "Hide the evidence" if beside else "Show the evidence",
            key="evidence-beside",
            icon=":material/menu_book:",
            on_click=_show_evidence,
            args=(state.meeting, not beside),
        )
    return beside


def _evidence_key(meeting: str) -> str:
    return f"evidence-beside|{meeting}"


def _show_evidence(meeting: str, beside: bool) -> None:
    st.session_state[_evidence_key(meeting)] = beside
    _redraw()


def _evidence(state: panel.Panel) -> None:
    """The bundle in the column beside the questions, where it scrolls by itself."""
    with st.container(key="evidence_side"):
        st.button(
            "Close the evidence",
            key="evidence-close",
            icon=":material/close:",
            on_click=_show_evidence,
            args=(state.meeting, False),
        )
        if case := evidence.case_of(state):
            evidence.summary(case)
            evidence.bundle(case)


# ── The light ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _light(state: panel.Panel, member: str, edition: Edition, *, small: bool) -> None:
    # Two places, one of them empty: what is shown in the one is never drawn over what stood in the other.
    held_back, shown = st.container(key="light-held"), st.container(key="light-shown")
    if panel.light_held_back(state, member):
        with held_back:
            begun = bool(state.answers.get(member))
            light.held_back(begun)
            if begun:
                st.button(
                    "Show it now (this is recorded)",
                    key="show-light",
                    on_click=_show_light,
                    args=(state.meeting, member),
                )
            said(state.meeting, member, "light")
        return
    with shown:
        said(state.meeting, member, "light")
        if not state.answers.get(member):
            light.none_yet()
        elif small:
            light.small_box(edition, panel.light_of(state, edition, member), "Your light", state.carers)
        else:
            light.box(edition, panel.light_of(state, edition, member), "Your light", state.carers)


def _show_light(meeting: str, member: str) -> None:
    done = "The record says that you looked at your light before you had finished."
    _send(meeting, member, panel.ShowLight(), place="light", done=done)
    _redraw()


# ── Sections, and having finished ────────────────────────────────────────────────────────────────────────────────────


def _section_key(meeting: str) -> str:
    return f"section|{meeting}"


def _chosen(meeting: str, found: tuple[Section, ...]) -> Section:
    """The section to show: the one last gone to, or the one that the address names (a reload, a link)."""
    wanted = st.session_state.get(_section_key(meeting)) or st.query_params.get("section")
    return next((section for section in found if section.id == wanted), found[0])


def _sections(
    state: panel.Panel, member: str, found: tuple[Section, ...], chosen: Section, given: dict[Key, panel.Given]
) -> None:
    answered = sum(section.answered(given) for section in found)
    total = sum(len(section.questions) for section in found)
    show_html(
        html(
            '<div class="hw"><p class="quiet" style="margin:0 0 .2rem" role="status">{answered} of '
            '{total} answered · saved</p><div class="hw-bar" aria-hidden="true">'
            '<span style="width:{percent}%"></span></div></div>',
            answered=answered,
            total=total,
            percent=f"{100 * answered / total:.0f}",
        )
    )
    with st.container(key="section-list"):
        for group in dict.fromkeys(section.group for section in found):
            show_html(html('<h2 class="hw hw-group">{group}</h2>', group=group))
            for section in (section for section in found if section.group == group):
                done, of = section.answered(given), len(section.questions)
                sign = "●" if done == of else "◐" if done else "○"
                # Buttons, which keep no state: what the browser still holds of an earlier choice cannot undo a newer one.
                st.button(
                    f"{sign} {plain(section.label)} {done}/{of}",
                    key=f"section-{section.id}",
                    type="secondary" if section is chosen else "tertiary",
                    on_click=_go_to,
                    args=(state.meeting, section.id),
                )
    finished = member in state.finished
    how_far = "You have finished." if finished else "You have answered everything." if answered == total else ""
    with st.container(key="finish_left"):
        show_html(html('<p class="hw" role="status"><strong>{how_far}</strong></p>', how_far=how_far))
        _finish_button(state, member, total - answered, "finish")


def _finish_button(state: panel.Panel, member: str, open_: int, place: str) -> None:
    """“I have finished scoring”, and the question that it asks while something is open. `place` is its key."""
    finished = member in state.finished
    if finished:
        st.session_state.setdefault(_since(state.meeting), time.monotonic())
    else:
        st.session_state.pop(_since(state.meeting), None)
    st.button(
        "Go on scoring" if finished else "I have finished scoring",
        key=place,
        type="secondary" if finished or open_ else "primary",
        on_click=_finish,
        args=(state.meeting, member, not finished, open_, place),
    )
    if open_ and not finished and st.session_state.get(_asking(state.meeting)) == place:
        with st.container(key=f"{place}-ask", border=True, gap="small"):
            are = "question is still open; it counts" if open_ == 1 else "questions are still open; they count"
            show_html(html('<p class="hw" role="alert">{count} {are} as not known.</p>', count=open_, are=are))
            with st.container(horizontal=True, gap="small"):
                st.button(
                    "Finish all the same",
                    key=f"{place}-yes",
                    on_click=_finish,
                    args=(state.meeting, member, True, 0, place),
                )
                st.button("Not yet", key=f"{place}-no", type="tertiary", on_click=_not_yet, args=(state.meeting,))
    said(state.meeting, member, place)


def _since(meeting: str) -> str:
    """Since when (monotonic seconds) this session has offered “Go on scoring”."""
    return f"finished-since|{meeting}"


def _asking(meeting: str) -> str:
    return f"asking-finish|{meeting}"


def _finish(meeting: str, member: str, finished: bool, open_: int, place: str) -> None:
    """`open_`: so many questions are open that have not been asked about.

    A second click on “I have finished” comes with the arguments of the button as it was drawn last, which take that back. What
    comes so soon after that drawing was clicked before anybody could read it.
    """
    if not finished and time.monotonic() - st.session_state.get(_since(meeting), 0.0) < QUICK:
        return
    if finished and open_:
        st.session_state[_asking(meeting)] = place
    else:
        st.session_state.pop(_asking(meeting), None)
        done = "The table sees that you have finished." if finished else "You are scoring again."
        _send(meeting, member, panel.Finish(finished), place=place, done=done)
    _redraw()


def _not_yet(meeting: str) -> None:
    st.session_state.pop(_asking(meeting), None)
    _redraw()


def _go_to(meeting: str, section: str) -> None:
    st.session_state[_section_key(meeting)] = section
    st.session_state.pop(_asking(meeting), None)
    sending.forget_said(meeting)
    _redraw()


# ── One section ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(
    state: panel.Panel,
    member: str,
    edition: Edition,
    found: tuple[Section, ...],
    chosen: Section,
    given: dict[Key, panel.Given],
) -> None:
    # Each section has a container of its own, and the others are emptied at once. The browser removes stale elements only
    # when a run ends, and not at all if the next run begins before that: rows of another section would stay on the page.
    meeting = state.meeting
    with st.container(key="rows_places", gap=None):
        for section in found:
            if section is chosen:
                with st.container(key=f"rows-{section.id}", gap="xsmall"):
                    _section(state, member, edition, found, section, given)
            else:
                st.empty()
    # After the rows: only then is it known which key each field has.
    fields = {}
    for question in chosen.questions:
        saved = given[question.key].note if question.key in given else None
        fields[widgets.key_of(f"note|{_identifier(meeting, question)}")] = (
            f"{question.subject}|{question.about}",
            saved,
        )
    browser.keep_form(
        chosen.id,
        seat=f"{meeting}|{member}",
        path=f"{base_path()}/draft/{seat.token(meeting, member)}",
        fields=fields,
        own=state.own.get(member, 0),
    )


def _section(
    state: panel.Panel,
    member: str,
    edition: Edition,
    found: tuple[Section, ...],
    section: Section,
    given: dict[Key, panel.Given],
) -> None:
    with st.container(key="place_top"):
        show_html(
            html(
                '<div class="hw"><h2 tabindex="-1" style="font-size:1.35rem;margin:0;padding:0">{group}: '
                '{label}</h2><p class="quiet">{intro}</p></div>',
                group=section.group,
                label=section.label,
                intro=section.intro,
            )
        )
    about = None
    for question in section.questions:
        if section.id not in (CAPACITY, WISHES) and question.about in state.carers and question.about != about:
            about = question.about
            show_html(html('<h3 class="hw" style="margin:0.4rem 0 0;padding:0">{name}</h3>', name=state.carers[about]))
        _row(state, member, edition, question, given.get(question.key))
    _actions(state, member, edition, found, section, given)


def _actions(
    state: panel.Panel,
    member: str,
    edition: Edition,
    found: tuple[Section, ...],
    section: Section,
    given: dict[Key, panel.Given],
) -> None:
    """What can be done with a whole section, and the way on: to the next, or out of the form after the last."""
    meeting = state.meeting
    open_ = tuple(q.key for q in section.questions if q.key not in given)
    together = section.filled_together(given)
    following = found.index(section) + 1
    with st.container(horizontal=True, key="section-actions"):
        if section.id not in (CAPACITY, WISHES):
            st.button(
                f"Rest of this section: {plain(edition.status_label(section.questions[0].subject, REST).lower())}",
                key="fill-rest",
                disabled=not open_,
                help="Each of these answers is marked as filled in together.",
                on_click=_fill,
                args=(meeting, member, open_),
            )
            st.button(
                "Take back those filled in together",
                key="take-back",
                disabled=not together,
                on_click=_take_back,
                args=(meeting, member, together),
            )
        if following < len(found):
            st.button(
                f"Next: {plain(found[following].label)}",
                key="next-section",
                type="primary",
                icon=":material/arrow_forward:",
                icon_position="right",
                on_click=_go_to,
                args=(meeting, found[following].id),
            )
    said(meeting, member, "section")
    if following == len(found):
        left = sum(q.key not in given for one in found for q in one.questions)
        with st.container(key="finish_end"):
            _finish_button(state, member, left, "finish-end")


def _fill(meeting: str, member: str, keys: tuple[Key, ...]) -> None:
    done = f"{explain.number_of(len(keys), 'answer', 'answers').capitalize()} filled in together."
    _send(meeting, member, panel.FillRest(keys, REST), place="section", done=done, undo=panel.TakeBack(keys))
    _redraw()


def _take_back(meeting: str, member: str, keys: tuple[Key, ...]) -> None:
    done = f"{explain.number_of(len(keys), 'answer', 'answers').capitalize()} taken back."
    _send(meeting, member, panel.TakeBack(keys), place="section", done=done)
    _redraw()


# ── One question ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _choices(edition: Edition, question: Question) -> list[str]:
    """The answers that are offered, in their order."""
    return [answer.id for answer in edition.choices(*question.key)]


def _row(state: panel.Panel, member: str, edition: Edition, question: Question, answer: panel.Given | None) -> None:
    meeting, identifier = state.meeting, _identifier(state.meeting, question)
    shown = _shown(meeting, question.key, answer)
    status = shown.status if shown else None
    show_html(_asked(state, edition, question, answer, unsaved=question.key in waiting(meeting)))
    st.segmented_control(
        plain(_label(state, edition, question)),
        _choices(edition, question),
        format_func=lambda status: plain(edition.status_label(question.subject, status)),
        default=status,
        key=widgets.widget_for(f"answer|{identifier}", status),
        required=True,
        label_visibility="collapsed",  # it stands above, with what it means
        on_change=_answer,
        args=(meeting, member, question.key, identifier, "status"),
    )
    # The label stays the same: with another one the expander would be a new element, drawn closed while somebody works in it.
    detail = st.expander("Note, evidence and meaning", key=f"detail|{identifier}", on_change=_redraw)
    if detail.open:
        with detail:
            _detail(meeting, member, edition, question, identifier, shown)


def _detail(
    meeting: str, member: str, edition: Edition, question: Question, identifier: str, shown: panel.Given | None
) -> None:
    """What opens under an answer: the note first, then how it is known, then what the question means."""
    note, kinds = (shown.note, shown.evidence) if shown else _before_answer(identifier)
    note_key, first = widgets.widget_for(f"note|{identifier}", note, keep_entered=True), note
    if shown is None and not note and note_key not in st.session_state:  # typed before this page was opened again
        first = workspace().meetings.draft(meeting, member, question.key) or ""
    # Given as starting values: set in the session, they would empty the field of somebody who is typing when the server has
    # been started again.
    st.text_area(
        "Note",
        first,
        key=note_key,
        max_chars=panel.TEXT_LIMIT,
        placeholder="What you know that speaks for your answer",
        on_change=_answer,
        args=(meeting, member, question.key, identifier, "note"),
    )
    st.pills(
        "How do you know?",
        [kind.id for kind in edition.evidence],
        selection_mode="multi",
        default=list(kinds),
        format_func=lambda kind: plain(edition.evidence_kinds[kind].label),
        key=widgets.widget_for(f"evidence|{identifier}", kinds, keep_entered=True),
        on_change=_answer,
        args=(meeting, member, question.key, identifier, "evidence"),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if shown:
            st.button(
                "Clear this answer",
                key=f"clear|{identifier}",
                on_click=_clear,
                args=(meeting, member, question.key, identifier),
            )
        else:
            st.caption("The note is saved together with your answer.")
        if not last_refusal(meeting)[1]:  # that stands above the answers
            said(meeting, member, _row_place(question.key))
    show_html(_meaning(edition, question))


def _row_place(key: Key) -> str:
    """Where what came of a click on this question is said."""
    return f"row-{key[0]}-{key[1]}"


def _identifier(meeting: str, question: Question) -> str:
    return f"{meeting}|{question.subject}|{question.about}"


def _shown(meeting: str, key: Key, answer: panel.Given | None) -> panel.Given | None:
    """The answer to show: what the record could not take yet stays as it was clicked."""
    unsaved = waiting(meeting).get(key)
    if unsaved is None:
        return answer
    return panel.Given(unsaved.status, unsaved.note, unsaved.evidence) if unsaved.status else None


def _asked(
    state: panel.Panel, edition: Edition, question: Question, answer: panel.Given | None, *, unsaved: bool
) -> Markup:
    """HTML of what stands above the answers: the question, what it means in a line, and what is known of the answer."""
    factor = edition.factors.get(question.subject)
    caution = (
        html('<span class="hw-tag">{label}</span>', label=edition.caution.label) if factor and factor.caution else ""
    )
    marks = [
        *(["Not saved yet"] if unsaved else ()),
        *(["Note written"] if answer and answer.note else ()),
        *(["Filled in together"] if answer and answer.together else ()),
    ]
    meaning = explain.gist(factor.definition) if factor else edition.dimension_of(question.subject).gist
    gist = html('<p class="hw-gist">{meaning}</p>', meaning=meaning) if meaning else ""
    place, why = last_refusal(state.meeting)
    refused = html('<p class="hw-refused" role="alert">{why}</p>', why=why) if place == _row_place(question.key) else ""
    # A screen reader hears the question as the name of its group of answers; here it is for the eye.
    return html(
        '<div class="hw hw-asked"><p class="hw-question"><span aria-hidden="true">{subject}</span> '
        '{caution}<span class="hw-marks">{marks}</span></p>{gist}{refused}</div>',
        subject=explain.subject(edition, question, state.carers),
        caution=caution,
        marks=" · ".join(marks),
        gist=gist,
        refused=refused,
    )


def _label(state: panel.Panel, edition: Edition, question: Question) -> str:
    """The label of a row, in words only: a screen reader is given it as it stands."""
    caution = question.subject in edition.factors and edition.factors[question.subject].caution
    mark = f" ({edition.caution.label.lower()})" if caution else ""
    return explain.subject(edition, question, state.carers) + mark


def _meaning(edition: Edition, question: Question) -> Markup:
    if question.subject not in (CAPACITY, WISHES):
        explained = library.explained(edition, edition.factors[question.subject])
        return html(
            '<div class="hw"><details class="hw-meaning"><summary>Meaning in full, what to look for, '
            "what counts as evidence</summary>{explained}</details></div>",
            explained=explained,
        )
    rows = [
        html("<li><strong>{label}.</strong> {help}</li>", label=status.label, help=status.help)
        for status in edition.statuses(*question.key)
    ]
    return html(
        '<div class="hw"><details class="hw-meaning" open><summary>What each answer means</summary>'
        "<ul>{rows}</ul></details></div>",
        rows=rows,
    )


def _before_answer(identifier: str) -> tuple[str, tuple[str, ...]]:
    """A note and kinds of evidence that were given before the answer: they are saved with it, even if folded away by then."""
    return st.session_state.get(f"before-answer|{identifier}", ("", ()))


# ── What clicks do ───────────────────────────────────────────────────────────────────────────────────────────────────


def _redraw() -> None:
    """Draw the form, and nothing else, after a click.

    Streamlit runs one fragment a message: if a click and the listener's trigger arrive together, the click's fragment is
    skipped, so it is asked for here.
    """
    try:
        st.rerun("form")
    except StreamlitAPIException:  # the page is being drawn anew, or has moved on
        st.rerun()


def _send(
    meeting: str, member: str, command: panel.Command, *, place: str, done: str = "", undo: panel.Command | None = None
) -> bool:
    """As `sending.send`; what came of it is said at the top if the form is not on the screen that comes now."""
    state = current(meeting)
    there = state.phase == "scoring" and member in state.members and state.members[member].scores
    return sending.send(meeting, member, command, place=place if there else "top", done=done, undo=undo)


def _answer(meeting: str, member: str, key: Key, identifier: str, what: str) -> None:
    shown = _shown(meeting, key, current(meeting).answers.get(member, {}).get(key))
    note, kinds = (shown.note, shown.evidence) if shown else _before_answer(identifier)
    note = widgets.entered(f"note|{identifier}", note)
    kinds = tuple(widgets.entered(f"evidence|{identifier}", kinds))
    clicked = st.session_state.get(widgets.key_of(f"answer|{identifier}")) if what == "status" else None
    status = clicked or (shown.status if shown else None)
    if status is None:
        st.session_state[f"before-answer|{identifier}"] = (note, kinds)
        return
    if _send(meeting, member, panel.Score(*key, status, note, kinds), place=_row_place(key)):
        st.session_state.pop(f"before-answer|{identifier}", None)  # it must not come back once the answer was cleared
    _redraw()


def _clear(meeting: str, member: str, key: Key, identifier: str) -> None:
    answer = _shown(meeting, key, current(meeting).answers.get(member, {}).get(key))
    undo = panel.Score(*key, answer.status, answer.note, answer.evidence) if answer else None
    if _send(meeting, member, panel.Score(*key, None), place=_row_place(key), done="Cleared.", undo=undo):
        st.session_state.pop(f"before-answer|{identifier}", None)
    _redraw()
