"""After the reveal: how the answers compare, one question in discussion, and the panel's light."""

import streamlit as st
from markupsafe import Markup

from framework import panel
from framework.edition import Edition
from framework.light import explain
from framework.light.classification import Key
from framework.panel.spread import Spread, in_discussion, reliability, spreads
from pages.panel import agreeing, light, own_words, strip
from pages.panel.seat import current
from pages.ui import browser
from pages.ui.app import workspace
from pages.ui.html import NOTHING, html, show_html
from pages.ui.text import plain


def view(meeting: str, member: str) -> None:
    """The discussion, and beside it the panel's light."""
    middle, right = st.columns([6.4, 3.2], gap="medium")
    with middle.container(key="discussion_column"):
        _discussion(meeting, member)
    with right.container(key="light_column"):
        _panel_light(meeting)


def _read(meeting: str) -> tuple[panel.Panel, Edition]:
    state = current(meeting, fresh=True)
    return state, workspace().meetings.edition_of(state)


# ── One question at a time ───────────────────────────────────────────────────────────────────────────────────────────


def _discussion(meeting: str, member: str) -> None:
    state, edition = _read(meeting)
    found = spreads(state, edition)
    by_key = {spread.question.key: spread for spread in found}
    _progress(state, edition, member, len(found))
    if told := panel.standing_of(state, state.members[member]):
        st.info(plain(told))
    key = _choose(state, edition, member, found)
    browser.keep_notes(agreeing.name(key), own_words.saved(state, member, key))
    with st.container(key="place_top"):
        show_html(strip.strip(state, edition, by_key[key]))
    # What members write comes and grows while the chair agrees, so it stands under what the chair clicks.
    agreeing.answer(state, edition, member, key, found)
    chair_agrees = member == state.chair and state.phase == "revealed"  # everybody else reads it beside the answer
    how = strip.how(state, edition, key) if chair_agrees else ""
    said = strip.written(state, edition, by_key[key])
    show_html(html('<div class="hw" aria-label="What was said" role="group">{how}{said}</div>', how=how, said=said))
    agreeing.note(state, member, key)
    if state.members[member].scores:
        own_words.on_question(state, edition, member, key)
    if own_view := panel.may_record_view(state.members[member]):
        own_words.views(state, edition, member)
    if state.phase == "revealed":
        agreeing.still_open(state, edition, member, key, found)
    if not own_view:
        own_words.views(state, edition, member)
    with st.expander("All questions", key=f"all-questions|{meeting}", on_change="rerun") as everything:
        pass
    if everything.open:
        with everything:
            show_html(NOTHING.join(strip.whole(state, edition, spread) for spread in found))
    with st.expander("The course of the meeting", key=f"course|{meeting}", on_change="rerun") as course:
        pass
    if course.open:
        with course:
            from pages.panel import course as chart

            chart.show(state)


def _progress(state: panel.Panel, edition: Edition, member: str, total: int) -> None:
    """How much is agreed; beside it what the chair may agree together. Both are always there, so that nothing moves."""
    done = total - len(panel.open_questions(state, edition))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="agreed-so-far"):
        show_html(
            html(
                '<div class="hw"><p style="margin:0 0 .2rem" role="status">{done} of {total} agreed</p>'
                '<div class="hw-bar" aria-hidden="true"><span style="width:{part}%"></span></div></div>',
                done=done,
                total=total,
                part=f"{100 * done / total:.0f}",
            )
        )
        if member == state.chair and state.phase == "revealed":
            agreeing.together(state, edition, member)


def _choose(state: panel.Panel, edition: Edition, member: str, found: tuple[Spread, ...]) -> Key:
    """Which question this screen shows: the one in discussion, or the one that a member looks at on their own."""
    meeting, chair = state.meeting, member == state.chair
    by_name = {agreeing.name(spread.question.key): spread for spread in found}
    names = list(by_name)
    focus = agreeing.name(in_discussion(state, found))
    follows = chair or st.session_state.get(f"follow|{meeting}", True)
    chosen = focus if follows else st.session_state.get(f"question|{meeting}", focus)
    chosen = chosen if chosen in by_name else names[0]

    def label(one: str) -> str:
        # Only what stays the same while the panel talks: an option that changes its words would lose the choice.
        spread = by_name[one]
        differed = " (differed)" if spread.differed else ""
        return explain.subject(edition, spread.question, state.carers) + differed

    st.selectbox(
        "Question in discussion (also on the wall)" if chair else "Question",
        names,
        index=names.index(chosen),
        format_func=label,
        # A new widget for each question: what the browser still holds of an earlier choice cannot undo a newer one.
        key=f"question|{meeting}|{chosen}",
        help="Those that differed most come first.",
        on_change=_look_at,
        args=(meeting, member, chosen),
    )
    if not chair:
        st.toggle(
            "Follow the chair", value=True, key=f"follow|{meeting}", help="Off: look at any question on your own."
        )
    return by_name[chosen].question.key


def _look_at(meeting: str, member: str, shown: str) -> None:
    chosen = st.session_state.get(f"question|{meeting}|{shown}", shown)
    if chosen == shown:
        return  # a late message of the browser about a choice that has gone: nobody chose anything
    subject, about = chosen.split("|")
    agreeing.go_to(meeting, member, (subject, about))


# ── The panel's light ────────────────────────────────────────────────────────────────────────────────────────────────


def _panel_light(meeting: str) -> None:
    state, edition = _read(meeting)
    if state.phase == "scoring":
        return  # gone back meanwhile: each session sees its own answers only, and the page's next run shows the form
    still = bool(panel.open_questions(state, edition))
    light.box(edition, panel.panel_light(state, edition), "The panel's light", state.carers, still_agreeing=still)
    with st.expander("The members' own lights", key="members-lights", expanded=True):
        show_html(_lights(meeting, state.version, state, edition))
        show_html(_reliability(meeting, state.version, state, edition))


@st.cache_data(max_entries=64, show_spinner=False)
def _lights(meeting: str, version: int, _state: panel.Panel, _edition: Edition) -> Markup:
    """As `lights`. Worked out once a version: after the reveal it says the same on every screen of the meeting.

    Of the state that is shown (a name with an underscore is no part of the key): read again here it could be a newer one, in
    which the panel has gone back to scoring and each session sees its own answers only.
    """
    return lights(_state, _edition)


def lights(state: panel.Panel, edition: Edition) -> Markup:
    """HTML of each counting member's own light, side by side; of the others who answered, apart and with why."""
    counting = panel.counting_members(state)
    own = [light.small_mark(edition, panel.light_of(state, edition, one.id), one.name) for one in counting]
    apart = [
        light.small_mark(edition, panel.light_of(state, edition, one.id), f"{one.name} ({panel.why_not(state, one)})")
        for one in panel.answered_apart(state)
    ]
    return html(
        '<div class="hw">{own}{apart}</div>',
        own=own,
        apart=html("<h3>Apart, not counted</h3>{apart}", apart=apart) if apart else "",
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _reliability(meeting: str, version: int, _state: panel.Panel, _edition: Edition) -> Markup:
    """HTML: how far the members saw the case alike, in a sentence; the measure behind it is folded away."""
    found = reliability(_state, _edition)
    sentence = html("<p>{sentence}</p>", sentence=found.sentence)
    if found.alpha is None:
        return html('<div class="hw quiet">{sentence}</div>', sentence=sentence)
    return html(
        '<div class="hw quiet">{sentence}<details><summary>How this is measured</summary><p>'
        "Krippendorff's alpha compares the answers that the members gave on their own. It is {alpha} "
        "here: 1 is full agreement, 0 what chance gives. It says how alike the answers are, not "
        "whether they are right.</p></details></div>",
        sentence=sentence,
        alpha=f"{found.alpha:.2f}",
    )
