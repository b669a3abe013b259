"""Handing over at once what somebody who leaves does in all their open cases: who, to whom, from when; a preview; one click."""

from datetime import date

import streamlit as st

from framework import dates
from framework.casefile import Casefile, handover
from framework.casefile.handover import LATEST, Asked, Done, Plan
from framework.casefile.model import PARTS
from framework.items import LINE_LIMIT
from framework.streams.kind import Refused
from framework.streams.store import StoreUnavailable
from framework.tables import Table
from pages.ui.app import workspace
from pages.ui.charts import table_html
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.text import plain

DONE, PROBLEM = "hand-over-done", "hand-over-problem"


def show() -> None:
    """The whole section."""
    st.header("Hand over", anchor=False)
    st.caption(
        "For somebody who leaves: all their open cases at once. You hand over your own, and as team manager those of your team."
    )
    _said()
    cases, today = workspace().casefiles.open_ones(me()), workspace().casefiles.today
    names = _names(handover.people(cases, me(), today))
    if not names:
        st.info("There is no open case in which you could hand something over.")
        return
    asked = _asked(names, cases, today)
    try:
        plan = handover.plan(cases, me(), asked, workspace().casefiles.rules, workspace().now())
    except Refused as refused:
        st.info(plain(str(refused)))
        return
    _preview(plan, asked, names)


def _names(people: set[str]) -> dict[str, str]:
    """Those people with their names, in the order of these; oneself first."""
    known = workspace().people.names(people)
    return {
        one: known.get(one, "Somebody") for one in sorted(people, key=lambda one: (one != me().id, known.get(one, "")))
    }


# ── What is asked ────────────────────────────────────────────────────────────────────────────────────────────────────


def _asked(names: dict[str, str], cases: list[Casefile], today: date) -> Asked:
    left, right = st.columns(2)
    with left:
        person = st.selectbox(
            "Who hands over", list(names), format_func=lambda one: plain(names[one]), key="hand-over-from"
        )
        others = {one: name for one, name in workspace().people.colleagues(me()).items() if one != person}
        to = st.selectbox(
            "To whom", list(others), index=None, format_func=lambda one: plain(others[one]), key="hand-over-to"
        )
        why = st.text_input("Reason (optional)", key="hand-over-why", max_chars=LINE_LIMIT)
    with right:
        day = st.date_input(
            "First day of whoever takes over", today, today, today + LATEST, format="DD/MM/YYYY", key="hand-over-day"
        )
        part = st.selectbox(
            "Part in the case",
            [None, *PARTS],
            format_func=lambda one: PARTS[one] if one else "Every part",
            key="hand-over-part",
        )
        called = {case.id: handover.name(case.reference, case.called) for case in cases if _works(case, person)}
        without = st.multiselect(
            "Leave as they are",
            list(called),
            format_func=lambda one: plain(called[one]),
            placeholder="None: all are handed over",
            key="hand-over-not",
        )
    return Asked(person or "", to or "", day, part, frozenset(without), why=why)


def _works(case: Casefile, person: str | None) -> bool:
    return any(one.person == person for one in case.workers.values())


# ── The preview ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _preview(plan: Plan, asked: Asked, names: dict[str, str]) -> None:
    if plan.in_the_way:
        st.error(
            "Nothing can be handed over yet. Choose somebody else, or leave these cases as they are.",
            icon=":material/block:",
        )
        _table("What is in the way", ("Case", "Why"), [(name, why) for _, name, why in plan.in_the_way])
        return
    if not plan.moves:
        st.info(plain(f"{names[asked.person]} has no such part in an open case after that day."))
        return
    rows = [(handover.name(one.reference, one.called), handover.words(one.parts)) for one in plan.moves]
    _table(f"What would be handed over ({len(rows)})", ("Case", "As"), rows)
    count = "this case" if len(rows) == 1 else f"these {len(rows)} cases"
    st.button(
        f"Hand over {count} from {dates.uk(asked.day)}",
        type="primary",
        key="hand-over-go",
        on_click=_go,
        args=(plan, asked),
    )


def _table(title: str, head: tuple[str, str], rows: list[tuple[str, str]]) -> None:
    table = table_html(Table(head, tuple(rows)), title, "text")
    show_html(html('<div class="hw"><h3>{title}</h3></div>{table}', title=title, table=table))


# ── Carried out, and taken back ──────────────────────────────────────────────────────────────────────────────────────


def _go(plan: Plan, asked: Asked) -> None:
    """For on_click."""
    files, actor = workspace().casefiles, me()
    try:
        done = handover.carry_out(plan, lambda case, command: files.run(case, actor, command))
    except (Refused, StoreUnavailable) as error:
        st.session_state[PROBLEM] = str(error)
    else:
        st.session_state[DONE] = (done, asked)


def _back(done: Done, asked: Asked) -> None:
    """For on_click: hand the same cases back."""
    files = workspace().casefiles
    try:
        cases = files.open_ones(me())
        returned = handover.back(asked, done.moves, cases, files.today)
        plan = handover.plan(cases, me(), returned, workspace().casefiles.rules, workspace().now())
    except (Refused, StoreUnavailable) as error:
        st.session_state[PROBLEM] = str(error)
        return
    if plan.moves or plan.in_the_way:
        _go(plan, returned)
    else:
        st.session_state[PROBLEM] = (
            "You have no part in these cases any more. Whoever has them now, or their team manager, hands them back."
        )


def _said() -> None:
    """What the last click led to, with the way back."""
    if problem := st.session_state.pop(PROBLEM, ""):
        st.error(plain(problem), icon=":material/block:")
    if DONE not in st.session_state:
        return
    done, asked = st.session_state[DONE]
    known = workspace().people.names({asked.person, asked.to})
    who, to = known.get(asked.person, "Somebody"), known.get(asked.to, "somebody")
    count = f"{len(done.moves)} case{'' if len(done.moves) == 1 else 's'}"
    said = f"{count} handed over from {who} to {to}, from {dates.uk(asked.day)}."
    show_html(html('<p class="hw" role="status">✓ {said}</p>', said=said))
    if done.left:
        st.warning("These changed meanwhile and stay as they are:", icon=":material/warning:")
        _table("Not handed over", ("Case", "Why"), list(done.left))
    st.button("Take it back", key="hand-over-back", on_click=_back, args=(done, asked))
