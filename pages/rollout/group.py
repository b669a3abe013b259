"""The group of a roll-out: its members against the minimum, its meetings with agendas and actions, its postcards."""

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from framework import dates
from framework.rollout import Action, Add, Meeting, Member, Postcard, Rollout, agendas, documents, reading
from framework.rollout.checklist import GROUPS, Checklist
from framework.rollout.model import as_time
from pages.rollout import edit
from pages.rollout.edit import field
from pages.ui import download, fields
from pages.ui.download import Download
from pages.ui.fields import Field
from pages.ui.html import html, show_html
from pages.ui.text import plain


def _groups(_: Rollout, __: Checklist) -> dict[str, str]:
    return {str(group): label for group, label in GROUPS.items()}


def _roles(_: Rollout, checklist: Checklist) -> dict[str, str]:
    return {role.id: role.label for role in checklist.role}


MEMBER = (
    Field("name", "Name", "line"),
    Field("group", "Group", "one", _groups),
    Field("roles", "Roles", "many", _roles),
    Field("organisation", "Organisation, if another", "line"),
)
LEFT = Field("left", "Left on", "day", help="Their history stays; the board shows what needs a new owner.")
ON = Field("on", "Date", "day")
STARTS = Field("starts", "Time", "line", help="For example 09:30. Empty for a whole day.", read=as_time)
PLACE = Field("place", "Place", "line")
POINTS = Field(
    "points",
    "Agenda",
    "text",
    help="One point a line. It began as the checklist's own. A line may begin with a time, such as 09:30.",
)
TO_READ = Field("to_read", "To read before", "text", help="One paper a line. They are named on the printed agenda.")
NOTES = Field("notes", "Notes", "text")
HELD = Field("held", "It was held", "yes")
SENT = Field("action_list_sent", "Action list sent on", "day")
SOONER = Field(
    "closer_because", "Why sooner than six working weeks", "line", help="Only if it has to be. The record keeps it."
)
ACTION = (
    Field("text", "What is to be done", "line"),
    Field("owner", "Who", "one", edit.people),
    Field("due", "By", "day"),
)
DONE, RESULT = Field("done", "Done", "yes"), Field("result", "What came of it", "line")
POSTCARD = (
    Field("sender", "From", "one", _groups),
    Field("on", "Date", "day"),
    Field("meeting", "After which meeting", "one", edit.meetings, empty="None"),
    Field("commitments", "What we commit to", "text"),
    Field("requests", "What we ask", "text"),
)
ANSWER = Field("answer", "Answer", "text", help="Saved when you leave the field.")


def show(state: Rollout, checklist: Checklist) -> None:
    # Each list has a place of its own: what others add to one does not move the form that somebody types in below it to
    # another place, where it would lose the focus.
    left, right = st.columns([1, 1], gap="large")
    with left:
        _meetings(state, checklist)
    with right:
        with st.container():
            _members(state, checklist)
        with st.container():
            _postcards(state)


# ── Members ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _members(state: Rollout, checklist: Checklist) -> None:
    st.subheader("Who is in it")
    with st.container():
        _member_list(state, checklist)
    with st.expander("Add a person", icon=":material/person_add:", key="add-member"):
        edit.add_form(state, "member", MEMBER, "Add the person", start={"group": "strategic"})


def _member_list(state: Rollout, checklist: Checklist) -> None:
    missing = reading.missing_members(state, checklist)
    if missing:
        items = [html("<li>{sentence}</li>", sentence=sentence) for sentence in missing]
        show_html(
            html(
                '<div class="hw ro-warn"><p><strong>What is missing</strong> against the minimum in the '
                "checklist</p><ul>{items}</ul></div>",
                items=items,
            )
        )
    else:
        st.success("Everybody the checklist asks for is in the group.")
    shown = sorted(edit.still_open(state, "member"), key=lambda member: member.name.casefold())
    for group, label in GROUPS.items():
        here = [member for member in shown if member.group == group and not member.left]
        show_html(html('<p class="hw ro-label">{label} ({count})</p>', label=label, count=len(here)))
        for member in here:
            roles = ", ".join(checklist.roles[role].label for role in member.roles if role in checklist.roles)
            _member(state, member, f"{plain(member.name)}{f': {plain(roles)}' if roles else ''}")
    gone = [member for member in shown if member.left]
    if gone:
        show_html(html('<p class="hw ro-label">Have left</p>'))
        for member in gone:
            _member(state, member, f"{plain(member.name)}, until {dates.uk(member.left)}")


def _member(state: Rollout, member: Member, label: str) -> None:
    box = st.expander(label, key=f"member-{member.id}", on_change="rerun")
    if box.open:
        with box:
            edit.removed(state, member)
            for spec in (*MEMBER, LEFT):
                field(state, member, spec)
            edit.remove_button(state, "member", member.id, "Entered by mistake: remove")


# ── Meetings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _meetings(state: Rollout, checklist: Checklist) -> None:
    today = edit.door().today
    st.subheader("Meetings")
    following = reading.next_meeting(state, today)
    with st.container():
        if following is None:
            st.info("No meeting is planned. Plan the next one below; its agenda is filled in from the checklist.")
    shown = sorted(edit.still_open(state, "meeting"), key=lambda m: (m.on, m.starts, m.id))
    coming = [m for m in shown if not m.held]
    held = [m for m in reversed(shown) if m.held]
    with st.container():
        for meeting in coming:
            _meeting(state, checklist, meeting, opened=meeting == following)
    with st.container():
        _reviews(state, checklist)
    with st.expander("Plan a meeting", icon=":material/event:", key="add-meeting", on_change="rerun") as box:
        if box.open:
            _plan(state, checklist)
    if held:
        show_html(html('<p class="hw ro-label">Held ({count})</p>', count=len(held)))
    for meeting in held:
        _meeting(state, checklist, meeting, opened=False)


def _meeting(state: Rollout, checklist: Checklist, meeting: Meeting, *, opened: bool) -> None:
    actions = [action for action in edit.still_open(state, "action") if action.meeting == meeting.id]
    open_ = sum(not action.done for action in actions if action.id in state.actions)
    by = reading.action_list_due(checklist, meeting)
    label = f"{plain(meeting.title)}, {dates.uk(meeting.on)}"
    if meeting.held and not meeting.action_list_sent:
        label += f" · action list due by {dates.uk_short(by)}"
    elif open_:
        label += f" · {open_} open {'action' if open_ == 1 else 'actions'}"
    box = st.expander(label, key=f"meeting-{meeting.id}", expanded=opened, on_change="rerun")
    if not box.open:
        return
    with box:
        edit.removed(state, meeting)
        points = [html("<li>{point}</li>", point=point) for point in meeting.points.splitlines() if point.strip()]
        when = f"{meeting.starts}, " if meeting.starts else ""
        where = f"{when}{meeting.place}".strip(", ")
        agenda = checklist.agendas.get(meeting.agenda)
        source = (
            html('<p class="quiet">Agenda after {source}</p>', source=checklist.citations[agenda.source])
            if agenda and agenda.items
            else ""
        )
        show_html(
            html(
                '<div class="hw"><p>{where}</p><h3>Agenda</h3><ol>{points}</ol>{source}</div>',
                where=where,
                points=points,
                source=source,
            )
        )
        _papers(state, checklist, meeting)
        _actions(state, actions, meeting.id)
        if meeting.held:
            sent = f"sent on {dates.uk(meeting.action_list_sent)}" if meeting.action_list_sent else "not sent yet"
            late = " (late)" if meeting.action_list_sent and meeting.action_list_sent > by else ""
            st.caption(f"The action list is due within two working days, by {dates.uk(by)}: {sent}{late}.")
            _action_list(state, checklist, meeting)
        _edit_meeting(state, meeting)


def _edit_meeting(state: Rollout, meeting: Meeting) -> None:
    with st.expander("Change this meeting", key=f"edit-meeting-{meeting.id}", on_change="rerun") as box:
        if box.open:
            for spec in (ON, STARTS, PLACE, HELD, SENT, POINTS, TO_READ, NOTES, SOONER):
                field(state, meeting, spec)
            edit.remove_button(state, "meeting", meeting.id, "Remove this meeting")


def _papers(state: Rollout, checklist: Checklist, meeting: Meeting) -> None:
    """What the meeting is held with: its agenda, and for a whole day a sheet on which those who come sign."""
    door, rollout = edit.door(), state.id
    _paper("Agenda", meeting, lambda: agendas.agenda(door.view(rollout), checklist, meeting.id, door.today))
    if agendas.is_whole_day(checklist, meeting):
        _paper("Sign-in sheet", meeting, lambda: agendas.sign_in(door.view(rollout), checklist, meeting.id))


def _action_list(state: Rollout, checklist: Checklist, meeting: Meeting) -> None:
    door, rollout = edit.door(), state.id
    _paper(
        "Action list",
        meeting,
        lambda: documents.action_list(door.view(rollout), checklist, door.today, meeting.id),
    )


def _paper(label: str, meeting: Meeting, make: Callable[[], documents.Report]) -> None:
    """A paper of a meeting as PDF and as Word, made when it is asked for."""
    name = label.lower().replace(" ", "-")
    download.show(
        (
            Download(
                f"{label} (PDF)",
                lambda: documents.as_pdf(edit.marked(make())),
                f"{name}-{meeting.on}.pdf",
                "application/pdf",
                f"{name}-pdf-{meeting.id}",
            ),
            Download(
                f"{label} (Word)",
                lambda: documents.as_word(edit.marked(make())),
                f"{name}-{meeting.on}.docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                f"{name}-word-{meeting.id}",
            ),
        )
    )


def _actions(state: Rollout, actions: list[Action], meeting: str) -> None:
    if actions:
        show_html(html('<p class="hw ro-label">Actions</p>'))
    for action in actions:
        owner = state.members[action.owner].name if action.owner in state.members else ""
        late = " · overdue" if action.due and not action.done and action.due < edit.door().today else ""
        label = f"{'✓' if action.done else '○'} {plain(action.text)} · {plain(owner)}{f' · {dates.uk_short(action.due)}' if action.due else ''}{late}"
        with st.expander(label, key=f"action-{action.id}", on_change="rerun") as box:
            if box.open:
                edit.removed(state, action)
                for spec in (DONE, RESULT, *ACTION):
                    field(state, action, spec)
                edit.remove_button(state, "action", action.id)
    with st.expander(
        "Add an action", icon=":material/add_task:", key=f"add-action-{meeting}", on_change="rerun"
    ) as box:
        if box.open:
            edit.add_form(state, "action", ACTION, "Add the action", fixed={"meeting": meeting}, name=meeting)


def _reviews(state: Rollout, checklist: Checklist) -> None:
    """Mid-way reviews that lie ahead, or were missed before a meeting that is still to come."""
    today = edit.door().today
    for review in reading.midway(state, checklist):
        if review.after.on < today or review.planned:
            continue
        missed = review.on < today
        when = f"it was due about {dates.uk(review.on)}" if missed else f"about {dates.uk(review.on)}"
        show_html(
            html(
                '<div class="hw ro-warn"><p><strong>Mid-way review</strong> between {before} and {after}: '
                "{when}, and is not planned yet.</p></div>",
                before=review.before.title,
                after=review.after.title,
                when=when,
            )
        )
        place = f"review-{review.before.id}"
        st.button(
            "Plan this review",
            key=place,
            disabled=edit.closed(),
            on_click=_plan_review,
            args=(state.id, review, place),
        )
        fields.message(place)


def _plan_review(rollout: str, review: reading.Midway, place: str) -> None:
    on = review.bookable(edit.door().today)
    values = {"agenda": "midway", "group": review.before.group, "on": on}
    edit.send(rollout, Add("meeting", values), place, done="Planned.")


def _plan(state: Rollout, checklist: Checklist) -> None:
    held = {meeting.agenda for meeting in state.meetings.values()}
    offered = {agenda.id: agenda.title for agenda in checklist.agenda}
    first = next((agenda.id for agenda in checklist.agenda if agenda.id not in held), "other")
    chosen = st.selectbox(
        "Which meeting",
        list(offered),
        format_func=offered.__getitem__,
        index=list(offered).index(first),
        key="plan-kind",
    )
    agenda = checklist.agendas[chosen]
    on = reading.earliest(state, checklist, chosen, edit.door().today)
    if agenda.keeps_distance and on > edit.door().today + timedelta(days=7):
        st.caption(f"At least six working weeks after the last of its group: from {dates.uk(on)}.")
    specs = [ON, STARTS, PLACE, SOONER] if agenda.keeps_distance else [ON, STARTS, PLACE]
    if agenda.group == "either":
        specs = [Field("title", "Title", "line"), Field("group", "Group", "one", _groups), *specs]
    edit.add_form(
        state,
        "meeting",
        tuple(specs),
        "Plan the meeting",
        fixed={"agenda": chosen},
        start={"on": on, "group": "strategic"},
        name=f"{chosen}-{on}",
    )


# ── Postcards ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _postcards(state: Rollout) -> None:
    st.subheader("Postcards between the groups")
    with st.container():
        if not state.postcards:
            st.caption(
                "After each meeting a group writes to the other: what it commits to, what it asks. The other answers."
            )
        for card in sorted(edit.still_open(state, "postcard"), key=lambda card: (card.on, card.id)):
            _postcard(state, card)
    with st.expander("Write a postcard", icon=":material/mail:", key="add-postcard"):
        edit.add_form(
            state,
            "postcard",
            POSTCARD,
            "Send the postcard",
            start={"sender": "strategic", "on": edit.door().today},
        )


def _postcard(state: Rollout, card: Postcard) -> None:
    to = GROUPS["practice" if card.sender == "strategic" else "strategic"]
    waits = "✓ answered" if card.answer else "○ waits for an answer"
    label = f"{waits} · from the {GROUPS[card.sender].lower()}, {dates.uk(card.on)}"
    box = st.expander(label, key=f"postcard-{card.id}", expanded=not card.answer, on_change="rerun")
    if box.open:
        with box:
            edit.removed(state, card)
            for title, text in (("We commit to", card.commitments), ("We ask", card.requests)):
                if text:
                    show_html(html('<div class="hw"><h3>{title}</h3><p>{text}</p></div>', title=title, text=text))
            field(state, card, Field("answer", f"Answer of the {to.lower()}", "text", help=ANSWER.help))
            edit.remove_button(state, "postcard", card.id)
