"""What the rule indicates and what holds it, each caution and unknown that matters answered, and the panel's own classification."""

import streamlit as st
from markupsafe import Markup

from framework.decision import preparing, shown
from framework.decision.deciding import Classify
from framework.decision.model import Classing
from framework.items import Add, Change
from framework.light import explain
from framework.panel import Panel, panel_light
from framework.streams.kind import Refused, Unreadable
from framework.text import TEXT_LIMIT
from pages.decision import edit
from pages.decision.edit import Here
from pages.panel import light
from pages.ui import fields
from pages.ui.app import workspace
from pages.ui.fields import Field
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.text import plain

DEPARTS = (
    Field("departs_why", "Why the panel departs from what is indicated", "text"),
    Field("not_seen", "What the rule did not see", "text"),
)


def show(one: Here) -> None:
    if one.sat is None:
        return  # only a panel classifies; the meeting that follows does
    st.header("The level", anchor=False)
    with st.container():
        _indicated(one)
    with st.container():
        _answers(one)
    with st.container(key="decision_level"):
        _classification(one)


# ── What is indicated ────────────────────────────────────────────────────────────────────────────────────────────────


def _indicated(one: Here) -> None:
    panel = _meeting(one.draft.meeting)
    left, right = st.columns(2, gap="large")
    with left:
        if panel is None:
            st.info("The meeting itself cannot be shown to you. What it agreed is in the record of the decision.")
        else:
            result = panel_light(panel, one.edition)
            light.box(
                one.edition,
                result,
                "What the rule indicates, as reconstructed here",
                {**panel.past_carers, **panel.carers},
                folded=True,
            )
    with right:
        _compared(one)


def _meeting(meeting: str) -> Panel | None:
    try:
        found = workspace().meetings.view(meeting, me=me())
    except (Refused, Unreadable):
        return None
    return found if found.version and found.phase in ("agreed", "closed") else None


def _compared(one: Here) -> None:
    """The last classification of this child: what moved since, and what did not."""
    moved = edit.door().compared(one.case, me(), one.decision)
    st.subheader("Compared with the last time", anchor=False)
    if moved is None:
        st.caption("This child is classified here for the first time.")
        return
    before = shown.level_name(one.edition, moved.level_before)
    lines = shown.moved(one.edition, moved)
    show_html(
        html(
            '<div class="hw"><p>{when}: <strong>{before}</strong>{departed}.</p>{lines}<p class="quiet">{same}</p></div>',
            when=shown.day_of(moved.last.at),
            before=before,
            departed=", by departing from the rule" if moved.last.classified.departs else "",
            lines=html("<ul>{items}</ul>", items=[html("<li>{line}</li>", line=line) for line in lines])
            if lines
            else html("<p>No answer has moved since.</p>"),
            same=shown.unmoved(moved),
        )
    )


# ── Cautions and unknowns ────────────────────────────────────────────────────────────────────────────────────────────


def _answers(one: Here) -> None:
    asked = edit.door().must_answer(one.case, me(), one.decision)
    if not asked:
        return
    st.subheader("Each caution, and each unknown that matters for safety", anchor=False)
    done = sum(must.answer is not None for must in asked)
    st.caption(f"{done} of {len(asked)} answered. The panel classifies when it has answered all of them.")
    for first in range(0, len(asked), 2):  # row by row, so that a phone shows them in their order
        for place, must in zip(st.columns(2, gap="large"), asked[first : first + 2], strict=False):
            with place.container(key=f"must-{must.subject}-{must.about}"):
                _answer(one, must)


def _answer(one: Here, must: preparing.Must) -> None:
    """A field that begins the answer with the first word that is written into it."""
    where = edit.fields_of(one, "answer")
    there = next((it for it in one.of("answer") if (it.subject, it.about) == (must.subject, must.about)), None)
    stem = f"{where.name}|answer|{one.decision}|{must.subject}|{must.about}|words"
    now = there.words if there else ""

    def save(text: str, seen: str) -> Add | Change:
        if there:
            return Change("answer", there.id, "words", text, seen)
        return Add("answer", {"decision": one.decision, "subject": must.subject, "about": must.about, "words": text})

    typed = fields.typed(stem, now)
    saving = (stem, typed.key, save, where.run)
    st.text_area(
        plain(f"{must.label} ({WHY[must.why]})"),
        typed.begins,
        max_chars=TEXT_LIMIT,
        height="content",
        key=typed.key,
        disabled=where.closed,
        on_change=fields.save_typed,
        args=saving,
    )
    by = lambda: where.named(where.items.last_by("answer", there.id, "words") if there else "")  # noqa: E731
    fields.conflict(stem, typed, must.label, now, by, save, where.run)
    fields.message(stem)


WHY = {"caution": "take great care", "unknown": "not known, and it matters for safety"}


# ── The panel's classification ───────────────────────────────────────────────────────────────────────────────────────


def _classification(one: Here) -> None:
    st.subheader("The panel’s classification" if one.sat else "The level, if it can be said", anchor=False)
    indicated = one.sat.indicated if one.sat else None
    if one.sat and indicated is None:
        st.write(
            "The answers allow more than one level, so the rule indicates none. The panel classifies by its own judgement and says why."
        )
    _choose(one, indicated)
    if one.sat and preparing.departs(one.draft, one.sat):
        edit.of_draft(one, *DEPARTS)
    if one.sat:
        _record(one)


def _choose(one: Here, indicated: str | None) -> None:
    where, now = edit.fields_of(one, "draft"), one.draft.level or None
    stem = f"{where.name}|draft|{one.decision}|level"
    key = fields.choice(stem, now)
    levels = list(one.edition.levels)
    names = {name: shown.level_choice(one.edition, name, indicated) for name in levels}
    st.radio(
        "Confirm the indicated level, or depart from it" if indicated else "Level",
        levels,
        index=levels.index(now) if now in levels else None,
        format_func=lambda name: plain(names[name]),
        key=key,
        disabled=where.closed,
        on_change=_chosen,
        args=(where.run, one.decision, key, stem, now),
    )
    fields.message(stem)


def _chosen(run: fields.Run, decision: str, key: str, stem: str, showed: str | None) -> None:
    value = st.session_state[key]
    if fields.is_user_change(stem, key, showed):
        fields.save_choice(
            run, stem, value or "", showed or "", lambda seen: Change("draft", decision, "level", value or "", seen)
        )


def _record(one: Here) -> None:
    """Record the classification by itself; deciding records it, too."""
    place = f"classify|{one.decision}"
    recorded = shown.recorded_level(one.state, one.decision)
    if recorded and recorded.classified.level == one.draft.level:
        show_html(html('<div class="hw">{mark}</div>', mark=classified(one, recorded)))
    elif edit.may(one.case, Classify) and one.draft.level:
        st.button(
            "Record the classification",
            key=place,
            on_click=_classify,
            args=(one.case, one.decision, place),
        )
    fields.message(place)


def _classify(case: str, decision: str, place: str) -> None:
    edit.send(case, Classify(decision, edit.seen(case)), place, done="The classification is recorded.")


def classified(one: Here, recorded: Classing) -> Markup:
    """HTML: the recorded level, and that it departs wherever it does."""
    event = recorded.classified
    departs = (
        html('<span class="hw-tag">{words}</span>', words=shown.departs(one.edition, event)) if event.departs else ""
    )
    return html(
        "{mark}<p>{departs} <span class=quiet>✓ Recorded {at}.</span></p>",
        mark=light.level_mark(one.edition, event.level, explain.level_name(one.edition, event.level)),
        departs=departs,
        at=fields.moment(recorded.at),
    )
