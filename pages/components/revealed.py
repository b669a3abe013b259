"""After the reveal: how the answers compare, and agreeing them one at a time."""

import itertools
from html import escape

import streamlit as st

from framework import explain
from framework import panel as p
from framework import spread as s
from framework.classification import Key
from framework.edition import UNKNOWN, Edition
from pages.components import browser, light
from pages.components.app import workspace
from pages.components.sending import send


def view(meeting: str, member: str) -> None:
    """The three columns of the discussion."""
    middle, right = st.columns([6.4, 3.2], gap="medium")
    with middle.container(key="discussion_column"):
        _discussion(meeting, member)
    with right.container(key="light_column"):
        _panel_light(meeting, member)


def _read(meeting: str) -> tuple[p.Panel, Edition]:
    state = workspace().panel(meeting)
    return state, workspace().edition_of(state)


# ── One question at a time ───────────────────────────────────────────────────────────────────────────────────────────


def _discussion(meeting: str, member: str) -> None:
    state, edition = _read(meeting)
    found = s.spreads(state, edition)
    open_ = set(p.open_questions(state, edition))
    chair = member == state.chair
    total = len(found)
    st.html(
        f'<div class="hw"><p style="margin:0 0 .2rem" role="status">{total - len(open_)} of {total} agreed</p>'
        f'<div class="hw-bar" aria-hidden="true"><span style="width:{100 * (total - len(open_)) / total:.0f}%"></span></div></div>'
    )
    if chair and state.phase == "revealed":
        _chair_steps(state, edition, member, open_)
    by_name = {_name(spread.question.key): spread for spread in found}
    names = list(by_name)
    focus = _name(s.in_discussion(state, found))
    chosen = focus if chair or st.session_state.get("follow", True) else st.session_state.get("question", focus)
    chosen = chosen if chosen in by_name else names[0]

    def label(name: str) -> str:
        # Only what stays the same while the panel talks: an option that changes its words would lose the choice.
        spread = by_name[name]
        differed = " (differed)" if spread.order[1] > 1 else ""
        return explain.subject(edition, spread.question, state.carers) + differed

    st.selectbox(
        "Question in discussion (also on the wall)" if chair else "Question",
        names,
        index=names.index(chosen),
        format_func=label,
        # A new widget for each question: what the browser still holds of an earlier choice cannot undo a newer one.
        key=f"question|{chosen}",
        help="Those that differed most come first.",
        on_change=_look_at,
        args=(meeting, member, chair, chosen),
    )
    if not chair:
        st.toggle("Follow the chair", value=True, key="follow", help="Off: look at any question on your own.")
    spread = by_name[chosen]
    key = spread.question.key
    agreed = p.agreement(state, key)
    browser.keep_notes(chosen, _saved(state, member, key, agreed))
    st.container(key="place_top").html(strip(state, edition, spread))
    if state.phase == "revealed" and chair:
        _agree(state, edition, member, key, agreed)
    elif agreed:
        st.html(_agreed(edition, key, agreed))
    if state.members[member].scores and state.phase == "revealed":
        _own(state, edition, member, key)
    if state.members[member].scores:
        _dissent(state, member, key, agreed)
    if state.phase == "revealed":
        _still_open(state, edition, member, [one for one in found if one.question.key in open_ - {key}])
    with st.expander("All questions", key="all-questions", on_change="rerun") as everything:
        pass
    if everything.open:
        with everything:
            st.html("".join(strip(state, edition, spread) for spread in found))
    with st.expander("The course of the meeting", key="course", on_change="rerun") as course:
        pass
    if course.open:
        with course:
            from pages.components import course as chart

            chart.show(state)


SHOWN_OPEN = 6
"""So many of the questions that are still open are listed under the one in discussion; the choice above has them all."""


def _still_open(state: p.Panel, edition: Edition, member: str, rest: list[s.Spread]) -> None:
    """What comes next, those that differ most first: to be agreed with one click, or taken up."""
    if not rest:
        return
    chair = member == state.chair
    st.header(f"Still to agree after this one ({len(rest)})")
    for spread in rest[:SHOWN_OPEN]:
        key = spread.question.key
        said, do = st.columns([5, 3.2], vertical_alignment="center")
        said.html(
            f'<p class="hw" style="margin:0"><strong>{escape(explain.subject(edition, spread.question, state.carers))}</strong>'
            f"<br>{escape(_in_words(edition, spread))}</p>"
        )
        with do.container(horizontal=True, horizontal_alignment="right", gap="small", key=f"open|{_name(key)}"):
            if chair:
                offer = p.offered(state, edition, key)
                st.button(
                    f"Agree: {edition.status_label(key[0], offer.status)}",
                    key=f"agree-open|{_name(key)}",
                    help=p.OFFER_REASONS[offer.why],
                    on_click=_agree_shown,
                    args=(state.meeting, member, key, offer.status),
                )
            st.button(
                "Discuss" if chair else "Look at it",
                key=f"discuss|{_name(key)}",
                on_click=_take_up,
                args=(state.meeting, member, chair, key),
            )
    if len(rest) > SHOWN_OPEN:
        st.caption(f"And {len(rest) - SHOWN_OPEN} more, in the list of questions above.")


def _agree_shown(meeting: str, member: str, key: Key, status: str) -> None:
    """Record what the button said, whatever has been offered since; refused if another hand was first."""
    send(meeting, member, p.Agree(*key, status))


def _in_words(edition: Edition, spread: s.Spread) -> str:
    """ "Active: Farida, Owen · Improving: Malcolm"."""
    said: dict[str, list[str]] = {}
    for member, given in spread.given:
        said.setdefault(
            edition.status_label(spread.question.subject, given.status) if given else "No answer", []
        ).append(member.name)
    return " · ".join(f"{status}: {', '.join(names)}" for status, names in said.items())


def _take_up(meeting: str, member: str, chair: bool, key: Key) -> None:
    if chair:
        send(meeting, member, p.Focus(key))
    else:
        st.session_state["question"] = _name(key)
        st.session_state["follow"] = False


def _chair_steps(state: p.Panel, edition: Edition, member: str, open_: set[Key]) -> None:
    meeting = state.meeting
    if not open_:
        st.button(
            "Go on: all answers are agreed",
            type="primary",
            key="go-on",
            on_click=_go_on,
            args=(meeting, member),
        )
        return
    offers = p.bulk_offers(state, edition)
    if offers:
        st.button(
            f"Agree the {len(offers)} that nobody sees differently",
            key="agree-together",
            on_click=_agree_many,
            args=(meeting, member, offers),
        )


def _go_on(meeting: str, member: str) -> None:
    send(meeting, member, p.MovePhase("agreed"))


def _saved(state: p.Panel, member: str, key: Key, agreed: p.Agreement | None) -> dict[str, str]:
    """What the record has of the fields that somebody types in here."""
    own = state.answers.get(member, {}).get(key)
    return {
        _field("agreed", state.meeting, key): agreed.note if agreed else "",
        _field("change", state.meeting, key): own.reason if own else "",
        _field("dissent", state.meeting, key): state.dissent.get(key, {}).get(member, ""),
    }


def _field(what: str, meeting: str, key: Key) -> str:
    """The key of a typed field. It names the meeting: what was typed in one must never turn up in another."""
    return f"note-{what}|{meeting}|{_name(key)}"


def _name(key: Key) -> str:
    return f"{key[0]}|{key[1]}"


def _agree_many(meeting: str, member: str, offers: tuple[tuple[Key, str], ...]) -> None:
    send(meeting, member, p.AgreeTogether(offers))


def _look_at(meeting: str, member: str, chair: bool, shown: str) -> None:
    chosen = st.session_state.get(f"question|{shown}", shown)
    if chosen == shown:
        return  # a late message of the browser about a choice that has gone: nobody chose anything
    subject, about = chosen.split("|")
    _take_up(meeting, member, chair, (subject, about))


def strip(state: p.Panel, edition: Edition, spread: s.Spread, *, notes: bool = True, wall: bool = False) -> str:
    """HTML of one question: every member's mark under their answer, what was agreed, and their notes."""
    question = spread.question
    statuses = [*(status.id for status in edition.statuses(*question.key)), UNKNOWN]
    marks: dict[str, list[str]] = {status: [] for status in statuses}
    silent = []
    written = []
    for member, given in spread.given:
        initials = escape("".join(word[0] for word in member.name.split() if word[0].isalpha())[:2].upper() or "?")
        chip = f'<span class="hw-chip" title="{escape(member.name)}"><abbr title="{escape(member.name)}">{initials}</abbr></span>'
        if given is None:
            silent.append(chip)
            continue
        marks[given.status].append(chip)
        trail = p.trail(state, member.id, question.key)
        changed = "".join(
            f"<br>Before: {escape(edition.status_label(question.subject, was.status))}. Changed because: {escape(now.reason)}"
            for was, now in itertools.pairwise(trail)
        )
        together = " (filled in together)" if given.together else ""
        kinds = ", ".join(edition.evidence_kinds[kind].label.lower() for kind in given.evidence)
        if given.note or changed or kinds:
            written.append(
                f"<li><strong>{escape(member.name)}</strong>, {escape(edition.status_label(question.subject, given.status))}"
                f"{together}: {escape(given.note)}{f' <span class=quiet>[{escape(kinds)}]</span>' if kinds else ''}{changed}</li>"
            )
    agreed = p.agreement(state, question.key)
    heads = "".join(
        f'<th scope="col">{escape(edition.status_label(question.subject, status))}</th>' for status in statuses
    )
    cells = "".join(
        f"<td{' class=hw-agreed' if agreed and agreed.status == status else ''}>{''.join(marks[status])}"
        f"{'<br><strong>✓ agreed</strong>' if agreed and agreed.status == status else ''}</td>"
        for status in statuses
    )
    quiet = f'<p class="quiet">No answer: {"".join(silent)}</p>' if silent else ""
    names = state.carers if not wall or state.names_on_wall else anonymous(state)
    dissent = "".join(
        f"<li><strong>Dissent, {escape(state.members[who].name)}:</strong> {escape(reason)}</li>"
        for who, reason in state.dissent.get(question.key, {}).items()
    )
    said = f"<ul>{''.join(written)}{dissent}</ul>" if notes and (written or dissent) else ""
    return (
        f'<section class="hw hw-strip"><h2 tabindex="-1">{escape(explain.subject(edition, question, names))}</h2>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="Answers"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody><tr>{cells}</tr></tbody></table></div>{quiet}"
        f"{said}</section>"
    )


def anonymous(state: p.Panel) -> dict[str, str]:
    """Carers without their names, for a screen that everybody sees."""
    return {carer: f"Carer {chr(ord('A') + place)}" for place, carer in enumerate(state.carers)}


def _agreed(edition: Edition, key: Key, agreed: p.Agreement) -> str:
    how = "Recorded by the chair" if agreed.by else "Everybody said the same"
    note = f" {escape(agreed.note)}" if agreed.note else ""
    return f'<p class="hw">✓ The panel\'s answer: <strong>{escape(edition.status_label(key[0], agreed.status))}</strong>. {how}.{note}</p>'


def _agree(state: p.Panel, edition: Edition, member: str, key: Key, agreed: p.Agreement | None) -> None:
    """The chair records the panel's answer: the offered one is one click away."""
    meeting, name = state.meeting, _name(key)
    offer, why = p.offered(state, edition, key)
    if agreed:
        st.html(_agreed(edition, key, agreed))
    st.text_area("Note on the panel's answer", key=_field("agreed", meeting, key), max_chars=p.TEXT_LIMIT, height=80)
    with st.container(horizontal=True, key="agree-buttons"):
        if not agreed or agreed.status != offer:
            st.button(
                f"Agree: {edition.status_label(key[0], offer)}",
                type="primary",
                key=f"agree|{name}",
                help=p.OFFER_REASONS[why],
                on_click=_record,
                args=(meeting, member, key, offer, agreed, state.recorded.get(key)),
            )
        for status in (*(one.id for one in edition.statuses(*key)), UNKNOWN):
            if status != offer and (not agreed or agreed.status != status):
                st.button(
                    edition.status_label(key[0], status),
                    key=f"agree|{name}|{status}",
                    on_click=_record,
                    args=(meeting, member, key, status, agreed, state.recorded.get(key)),
                )
        if state.recorded.get(key):
            st.button(
                "Open it again",
                key=f"reopen|{name}",
                type="tertiary",
                on_click=_record,
                args=(meeting, member, key, None, agreed, state.recorded.get(key)),
            )


def _record(
    meeting: str, member: str, key: Key, status: str | None, agreed: p.Agreement | None, seen: p.Agreement | None
) -> None:
    note = st.session_state.get(_field("agreed", meeting, key), "")
    recorded = send(meeting, member, p.Agree(*key, status, note, seen))
    if not recorded:
        pass
    elif status is not None:
        state, edition = _read(meeting)
        open_ = set(p.open_questions(state, edition))
        following = next((x.question.key for x in s.spreads(state, edition) if x.question.key in open_), None)
        if following and agreed is None:
            send(meeting, member, p.Focus(following))


def _own(state: p.Panel, edition: Edition, member: str, key: Key) -> None:
    """Change one's own answer after the discussion; the first stays beside it."""
    own = state.answers.get(member, {}).get(key)
    name = _name(key)
    with st.expander("Change my answer", key=f"own|{name}"), st.form(f"change|{name}", border=False):
        options = [*(status.id for status in edition.statuses(*key)), UNKNOWN]
        status = st.radio(
            "My answer",
            options,
            index=options.index(own.status) if own else None,
            format_func=lambda one: edition.status_label(key[0], one),
            horizontal=True,
        )
        reason = st.text_area(
            "What changed my mind", height=80, max_chars=p.TEXT_LIMIT, key=_field("change", state.meeting, key)
        )
        if st.form_submit_button("Change my answer") and status:
            note, evidence = (own.note, own.evidence) if own else ("", ())
            send(state.meeting, member, p.Score(*key, status, note, evidence, reason))
            st.rerun()


def _dissent(state: p.Panel, member: str, key: Key, agreed: p.Agreement | None) -> None:
    """Dissent from the panel's answer, with a reason that is kept."""
    mine = state.dissent.get(key, {}).get(member, "")
    if not agreed and not mine:
        return
    name = _name(key)
    title = "My dissent is recorded" if mine else "I do not share this answer"
    with st.expander(title, key=f"dissent|{name}"), st.form(f"dissent-form|{name}", border=False):
        reason = st.text_area(
            "Why", value=mine, height=80, max_chars=p.TEXT_LIMIT, key=_field("dissent", state.meeting, key)
        )
        if st.form_submit_button("Record my dissent"):
            send(state.meeting, member, p.Dissent(*key, reason))
            st.rerun()


# ── The panel's light ────────────────────────────────────────────────────────────────────────────────────────────────


def _panel_light(meeting: str, member: str) -> None:
    state, edition = _read(meeting)
    light.box(edition, p.panel_light(state, edition), "The panel's light", state.carers)
    with st.expander("The members' own lights", key="members-lights", expanded=True):
        st.html(lights(state, edition))
        st.html(f'<p class="hw quiet">{escape(_reliability(meeting, state.version))}</p>')


def lights(state: p.Panel, edition: Edition) -> str:
    """HTML of each member's own light, side by side."""
    return (
        '<div class="hw">'
        + "".join(
            light.mark(edition, p.light_of(state, edition, one.id), one.name, small=True) for one in state.scorers
        )
        + "</div>"
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _reliability(meeting: str, version: int) -> str:
    state, edition = _read(meeting)
    found = s.reliability(state, edition)
    if found.alpha is None:
        return found.sentence
    return f"{found.sentence} (Krippendorff's alpha {found.alpha:.2f}; 1 is full agreement, 0 what chance gives.)"
