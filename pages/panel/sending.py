"""Sends commands for the person at this browser, says beside the button what came of it, and keeps what could not be saved.

Everything in the session is kept by meeting, so that nothing said in one turns up in another.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Annotated

import streamlit as st
from pydantic import BaseModel, Field, TypeAdapter

from framework import panel
from framework.edition import UNKNOWN, Question
from framework.light import explain
from framework.panel import Command, Refused, Score
from framework.streams.store import StoreUnavailable
from pages.panel import seat
from pages.panel.seat import current
from pages.ui import browser, identity
from pages.ui.app import workspace
from pages.ui.html import html, show_html
from pages.ui.text import plain


@dataclass(frozen=True, slots=True)
class Said:
    """What came of the last click: shown where it was clicked, until the next click or the next screen."""

    place: str
    text: str
    well: bool
    phase: panel.Phase
    undo: Command | None = None


def send(
    meeting: str,
    member: str,
    command: Command,
    *,
    place: str = "top",
    done: str = "",
    undo: Command | None = None,
    done_at: str = "",
) -> bool:
    """Carry out a command. False if it was refused or could not be saved.

    `place` is where :func:`said` shows what came of it (a success at `done_at`, if its button is gone by then); `done` says
    so in the past tense, and `undo` is what its Undo sends. Only the browser that has the seat's key now may send. An
    answer that the database could not take is kept in this session and tried again.
    """
    forget_said(meeting)
    seen = current(meeting).answers.get(member, {}) if isinstance(command, Score) else {}
    if not seat.holds(current(meeting), member):
        _say(meeting, place, why_not(meeting), well=False)
        return False
    try:
        workspace().meetings.run(meeting, member, command, me=identity.me())
    except Refused as refused:
        _say(meeting, place, str(refused), well=False)
        return False
    except StoreUnavailable as error:
        if isinstance(command, Score):
            _keep(meeting, command, seen.get((command.subject, command.about)))
            st.session_state[f"outage|{meeting}"] = str(error)
        else:
            _say(
                meeting,
                place,
                f"Not saved. {error} Nothing has changed; click again when the record is back.",
                well=False,
            )
        return False
    if isinstance(command, Score):
        waiting(meeting).pop((command.subject, command.about), None)
    if done:
        _say(meeting, done_at or place, done, well=True, undo=undo)
    return True


def why_not(meeting: str) -> str:
    """Why this session sends nothing any more in the name of the seat that it had."""
    return seat.PARTED if seat.standing(current(meeting))[0] == "parted" else seat.OPENED_ELSEWHERE


def _said(meeting: str) -> str:
    return f"said|{meeting}"


def _say(meeting: str, place: str, text: str, *, well: bool, undo: Command | None = None) -> None:
    st.session_state[_said(meeting)] = Said(place, text, well, current(meeting).phase, undo)


def forget_said(meeting: str) -> None:
    """What came of the last click is said no more: another screen has been asked for."""
    st.session_state.pop(_said(meeting), None)


def last_refusal(meeting: str) -> tuple[str, str]:
    """(place, why) of the last click, if it was refused; otherwise two empty texts."""
    last: Said | None = st.session_state.get(_said(meeting))
    return (last.place, last.text) if last and not last.well and last.phase == current(meeting).phase else ("", "")


def said(meeting: str, member: str, place: str) -> None:
    """Say here what came of the last click at this place, with Undo where there is one. A part of its own, always there."""
    last: Said | None = st.session_state.get(_said(meeting))
    with st.container(key=f"said-{place}", horizontal=True, vertical_alignment="center", gap="small"):
        if last is None or last.place != place or last.phase != current(meeting).phase:
            show_html(html('<p class="hw hw-said" role="status" data-place="{place}"></p>', place=place))
        elif last.well:
            show_html(html('<p class="hw hw-said" role="status">✓ {text}</p>', text=last.text))
            if last.undo is not None:
                st.button("Undo", key=f"undo|{place}", type="tertiary", on_click=_undo, args=(meeting, member, last))
        else:
            st.error(plain(last.text), icon=":material/block:")


def _undo(meeting: str, member: str, last: Said) -> None:
    assert last.undo is not None
    send(meeting, member, last.undo, place=last.place, done="Undone.")


# ── Answers that the record could not take yet ───────────────────────────────────────────────────────────────────────


def waiting(meeting: str) -> dict[tuple[str, str], Score]:
    """Answers of this session that are not saved yet, each with the answer that the screen showed before it."""
    return st.session_state.setdefault(f"waiting|{meeting}", {})


class Waiting(BaseModel):
    """An answer that waits, as the tab keeps it."""

    subject: str
    about: str
    status: str | None
    note: str = ""
    evidence: tuple[str, ...] = ()
    reason: str = ""
    seen: panel.Given | None = None

    def command(self) -> Score:
        return Score(**dict(self))


_WAITING: TypeAdapter[list[Waiting]] = TypeAdapter(Annotated[list[Waiting], Field(max_length=500)])


def _in_the_tab(meeting: str, member: str) -> None:
    """What waits is kept in the tab, too: the session is gone with a new start of the server, the tab is not."""
    known, now = f"waiting-known|{meeting}", list(waiting(meeting).values())
    if now:
        st.session_state[known] = True

    def told(text: str) -> None:
        st.session_state[known] = True
        with suppress(ValueError):  # somebody else has written it into the tab
            for one in filter(_is_asked(meeting), _WAITING.validate_json(text)):
                waiting(meeting).setdefault((one.subject, one.about), one.command())

    text = _WAITING.dump_json([Waiting(**asdict(one)) for one in now]).decode() if now else ""
    browser.keep_waiting(f"{meeting}|{member}", text, known=st.session_state.get(known, False), on_kept=told)


def _is_asked(meeting: str) -> Callable[[Waiting], bool]:
    """Whether an answer is one that this meeting asks for, or did: of any other there is nothing to be sent or said."""
    state = current(meeting)
    edition = workspace().meetings.edition_of(state)
    asked = {question.key for question in edition.questions((*state.past_carers, *state.carers))}

    def is_asked(one: Waiting) -> bool:
        key = (one.subject, one.about)
        return key in asked and one.status in {None, UNKNOWN, *(status.id for status in edition.statuses(*key))}

    return is_asked


def _keep(meeting: str, command: Score, seen: panel.Given | None) -> None:
    key = (command.subject, command.about)
    before = waiting(meeting).get(key)
    waiting(meeting)[key] = replace(command, seen=before.seen if before else seen)


def retry(meeting: str, member: str) -> None:
    """Try again to save what is waiting. What is refused is said, never dropped in silence.

    A device whose key was replaced sends nothing any more.
    """
    for key, command in list(waiting(meeting).items()):
        try:
            if not seat.holds(current(meeting), member):
                raise Refused(why_not(meeting))
            workspace().meetings.run(meeting, member, command, me=identity.me())
        except panel.ChangedMeanwhile as refused:
            not_saved(meeting).append(str(refused))  # it names the question
        except Refused as refused:
            not_saved(meeting).append(f"{_not_saved(meeting, command)} {refused}")
        except StoreUnavailable as error:
            st.session_state[f"outage|{meeting}"] = str(error)
            return
        waiting(meeting).pop(key, None)


def _not_saved(meeting: str, command: Score) -> str:
    """“Neglect: your answer “Active” was not saved.”"""
    state = current(meeting)
    edition = workspace().meetings.edition_of(state)
    question = Question(command.subject, command.about, edition.dimension_of(command.subject).id)
    name = explain.subject(edition, question, {**state.past_carers, **state.carers})
    if command.status is None:
        return f"{name}: your answer was not taken back."
    return f"{name}: your answer “{edition.status_label(command.subject, command.status)}” was not saved."


def not_saved(meeting: str) -> list[str]:
    """Why answers that had waited could not be saved in the end; kept until the member has read it."""
    return st.session_state.setdefault(f"not-saved|{meeting}", [])


def messages(meeting: str, member: str) -> None:
    """What the person has to know about the record and what they sent, in a place of its own at the top."""
    if waiting(meeting):
        retry(meeting, member)
    behind, unsaved, lost = st.empty(), st.empty(), st.empty()
    if workspace().outage and not waiting(meeting):
        behind.warning(
            f"**What you see may be behind.** {plain(workspace().outage)} The meeting goes on as soon as the record is back.",
            icon=":material/cloud_off:",
        )
    left = len(waiting(meeting))
    if left:
        answers = "1 answer is" if left == 1 else f"{left} answers are"
        unsaved.warning(
            f"**{answers} not saved yet.** {plain(st.session_state.get(f'outage|{meeting}', ''))} What you entered is kept "
            "here and is saved as soon as that is possible; leave this page open.",
            icon=":material/cloud_off:",
        )
    with lost.container(gap=None):
        what_was_not_saved(meeting)
    said(meeting, member, "top")
    _in_the_tab(meeting, member)
    if waiting(meeting) or workspace().outage:
        _again(meeting, member)


def what_was_not_saved(meeting: str) -> None:
    """Answers that had waited and could not be saved, each with why, until the member has read it."""
    if reasons := not_saved(meeting):
        with st.container(border=True, key="not-saved"):
            for reason in reasons:
                st.error(plain(reason), icon=":material/block:")
            st.button("I have read this", key=f"read|{meeting}", on_click=reasons.clear)


@st.fragment(run_every=3)
def _again(meeting: str, member: str) -> None:
    """While something is not saved or not readable: try again every few seconds, and draw the page anew when it is."""
    current(meeting, fresh=True)
    retry(meeting, member)
    if not waiting(meeting) and not workspace().outage:
        st.rerun()
