"""People and roles: who has which role, what waits for a second person, who is blocked, what a role may do, the settings."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import streamlit as st

from framework import dates, who_may_what
from framework.people import (
    ROLES,
    AskRole,
    Block,
    ConfirmRole,
    EndRole,
    Grant,
    Person,
    RefuseRole,
    ReleaseAddress,
    Unblock,
    words,
)
from framework.people.access import POLICY
from framework.people.deciding import WHY_LIMIT, ChooseMail, Command
from framework.people.people import InList, People
from framework.streams.kind import Actor, Happened, Refused
from framework.streams.policy import allows
from framework.tables import Table
from pages.ui import attempts, identity
from pages.ui.app import settings, workspace
from pages.ui.charts import table_html
from pages.ui.html import html, show_html
from pages.ui.text import plain

SHOWN, HISTORY = 50, 100
"""People, and entries of what happened, in one table."""
GIVEN_FOR = timedelta(days=180)
"""What a role is proposed for."""
CHOSEN, DONE = "people-chosen", "people|done"


def page() -> None:
    st.title("People and roles", anchor=False)
    if identity.open_mode():
        st.info(
            "This Homeward runs open: everybody in it is invented, and nobody signs in. Try here what an administrator does. "
            "“You are”, at the side, makes you one of them.",
            icon=":material/theater_comedy:",
        )
    if done := st.session_state.pop(DONE, ""):
        show_html(html('<p class="hw" role="status">✓ {done}</p>', done=done))
    people, waiting, roles, configured = st.tabs(
        ["People", "Waiting for a second person", "What a role may do", "Settings"]
    )
    listed = _people().listing(identity.me())
    with people:
        _all(listed)
    with waiting:
        _waiting([one for one in listed if one.asked])
    with roles:
        _role()
    with configured:
        _settings()


def _people() -> People:
    return workspace().people


# ── Everybody ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _all(listed: list[InList]) -> None:
    asked = st.text_input("Part of a name or an address", key="people-search").strip().casefold()
    found = [one for one in listed if asked in one.name.casefold() or asked in one.address]
    if not found:
        st.info("Nobody has that in their name or address." if asked else "Nobody has signed in yet.")
        return
    st.caption(f"{min(len(found), SHOWN)} of {len(listed)} people" + (", by name" if len(found) > 1 else ""))
    show_html(table_html(_table(found[:SHOWN]), "People and their roles", "text"))
    if len(found) > SHOWN:
        st.caption(f"{len(found) - SHOWN} more. Write part of a name to find them.")
    names = {one.id: one for one in found}
    if st.session_state.get(CHOSEN) not in names:
        st.session_state[CHOSEN] = found[0].id
    chosen = st.selectbox("Person", list(names), format_func=lambda one: plain(_named(names[one])), key=CHOSEN)
    with st.container(border=True, key="person"):
        _person(_people().view(chosen, identity.me()))


def _named(one: InList) -> str:
    return f"{one.name} ({one.address})" if one.address else one.name


def _table(found: list[InList]) -> Table:
    me, people = identity.me(), _people()
    rows = []
    for one in found:
        person = people.view(one.id, me)
        effective = people.roles(person)
        rows.append(
            (
                person.name,
                ", ".join(words.label(role) for role in ROLES if role in effective) or "none",
                dates.uk_time(person.signed_in_at) if person.signed_in_at else "never",
                ". ".join(words.notes(person, people.today)) or "–",
            )
        )
    return Table(("Person", "Roles now", "Signed in last", "To note"), tuple(rows))


# ── One person ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _person(person: Person) -> None:
    people, me = _people(), identity.me()
    effective = people.roles(person)
    st.header(plain(person.name), anchor=False)
    facts = [person.address, person.about, f"signed in {person.sign_ins} times" if person.sign_ins > 1 else ""]
    show_html(html('<p class="hw quiet">{facts}</p>', facts=" · ".join(filter(None, facts)) or "No address is known."))
    if person.blocked:
        st.warning(
            plain(f"Blocked on {dates.uk_time(person.blocked.at)} by {_who(person.blocked.by)}: {person.blocked.why}"),
            icon=":material/block:",
        )
    held = people.held(person)
    lines = [
        html(
            "<li><strong>{role}</strong>, {source}{without}</li>",
            role=words.label(one.role),
            source=words.source(one),
            without="" if one.role in effective else ". Without effect, since an administrator never reads a case",
        )
        for one in held
    ]
    show_html(
        html('<div class="hw"><ul>{lines}</ul></div>', lines=lines) if lines else html('<p class="hw">No role now.</p>')
    )
    for grant in person.grants.values():
        if grant.waits:
            _decide(person, grant)
        elif not grant.ended and not grant.refused and grant.until >= people.today and _may(me, EndRole, person):
            _end(person, grant)
    if people.settings.mail_server and person.address and _may(me, ChooseMail, person):
        _line_by_mail(person)
    if me.id == person.id:
        st.caption("This is you. Nobody gives a role to themselves, or blocks themselves.")
    elif _may(me, AskRole, person):
        _give(person)
        _block(person)
    _history(people.told(person.id, me), person)


def _line_by_mail(person: Person) -> None:
    stem = f"mail-{person.id}"
    done = f"{person.name} gets {'no line any more' if person.mail else 'a line a day'} by e-mail."
    st.button(
        "Stop the line by e-mail" if person.mail else "Send a line by e-mail",
        key=f"{stem}-{person.version}",
        help="At most once a day, while something waits for them. It names no child.",
        on_click=_run,
        args=(stem, person, ChooseMail(not person.mail), done),
    )
    attempts.refused(stem)


def _may(me: Actor, command: type, person: Person) -> bool:
    """Whether a button is worth showing. Whether its command is carried out, the door decides."""
    return allows(POLICY, command, me.roles, frozenset({"self" if me.id == person.id else "other"}))


def _who(identifier: str) -> str:
    return {"": words.SOMEBODY, "app": "Homeward"}.get(identifier) or _people().called(identifier)


def _give(person: Person) -> None:
    today, stem = _people().today, f"give-{person.id}-{person.version}"
    with st.expander("Give a role", key=f"box-{stem}"):
        st.selectbox("Role", list(ROLES), format_func=lambda one: plain(ROLES[one].label), key=f"{stem}-role")
        first, last = st.columns(2)
        first.date_input("First day", today, format="DD/MM/YYYY", key=f"{stem}-since")
        last.date_input(
            "Last day",
            today + GIVEN_FOR,
            format="DD/MM/YYYY",
            key=f"{stem}-until",
            help="At most a year after the first.",
        )
        st.text_area("Why", key=f"{stem}-why", max_chars=WHY_LIMIT, height=68)
        role = st.session_state[f"{stem}-role"]
        if ROLES[role].reads_cases:
            st.caption(
                "This role reads cases, so it begins when a second person confirms it: another administrator, or a director."
            )
        st.button("Give this role", key=f"{stem}-now", type="primary", on_click=_given, args=(person, stem))
        attempts.refused(stem)


def _given(person: Person, stem: str) -> None:
    role, why = str(st.session_state[f"{stem}-role"]), str(st.session_state.get(f"{stem}-why", ""))
    since, until = st.session_state.get(f"{stem}-since"), st.session_state.get(f"{stem}-until")
    if since and until:
        _run(stem, person, AskRole(role, since, until, why), f"{words.label(role)} for {person.name} is in the record.")
    else:
        attempts.attempt(stem, _no_days)


def _no_days() -> None:
    raise Refused("Please give the first and the last day of the role.")


def _decide(person: Person, grant: Grant, where: str = "person") -> None:
    """What waits for a second person. It stands with the person, and in the list of all that waits (`where`)."""
    stem, me = f"decide-{where}-{person.id}-{grant.number}", identity.me()
    show_html(
        html(
            '<p class="hw"><strong>{role}</strong>, {until}. {by} proposed it on {at}: {why}</p>',
            role=words.label(grant.role),
            until=words.until(grant),
            by=_who(grant.asked.by),
            at=dates.uk_time(grant.asked.at),
            why=grant.asked.why,
        )
    )
    if grant.asked.by == me.id or not _may(me, ConfirmRole, person):
        st.caption("Somebody else confirms this: another administrator, or a director.")
        return
    st.text_input("Why not (only to refuse)", key=f"{stem}-why", max_chars=WHY_LIMIT)
    confirm, refuse = st.columns(2)
    confirm.button(
        plain(f"Confirm {words.label(grant.role)} for {person.name}"),
        key=f"{stem}-confirm",
        type="primary",
        on_click=_run,
        args=(stem, person, ConfirmRole(grant.number), f"{words.label(grant.role)} for {person.name} is confirmed."),
    )
    refuse.button(
        plain(f"Refuse {words.label(grant.role)} for {person.name}"),
        key=f"{stem}-refuse",
        on_click=_refused,
        args=(person, grant, stem),
    )
    attempts.refused(stem)


def _refused(person: Person, grant: Grant, stem: str) -> None:
    why = st.session_state.get(f"{stem}-why", "")
    _run(stem, person, RefuseRole(grant.number, why), f"{words.label(grant.role)} for {person.name} is refused.")


def _end(person: Person, grant: Grant) -> None:
    role = words.label(grant.role)
    _with_reason(
        person,
        f"end-{person.id}-{grant.number}",
        f"End the role {role}",
        partial(EndRole, grant.number),
        f"{person.name} is {role} no more.",
    )


def _block(person: Person) -> None:
    stem = f"block-{person.id}-{person.version}"
    if not person.blocked:
        note = "They are refused at their next click, on every device, and cannot sign in."
        _with_reason(person, stem, "Block this person", Block, f"{person.name} is blocked.", note)
        return
    _with_reason(person, stem, "Unblock this person", Unblock, f"{person.name} can sign in again.")
    if person.address:
        note = "Only where the organisation has given it to somebody else: two people cannot have one address."
        _with_reason(person, f"free-{stem}", "Free this address", ReleaseAddress, "The address is free.", note)


def _with_reason(
    person: Person, stem: str, title: str, make: Callable[[str], Command], done: str, note: str = ""
) -> None:
    """A button that asks for a reason first."""
    with st.expander(plain(title), key=f"box-{stem}"):
        if note:
            st.caption(note)
        st.text_input(plain(f"Why {title[0].lower()}{title[1:]}?"), key=f"{stem}-why", max_chars=WHY_LIMIT)
        st.button(plain(title), key=f"{stem}-now", on_click=_reasoned, args=(person, stem, make, done))
        attempts.refused(stem)


def _reasoned(person: Person, stem: str, make: Callable[[str], Command], done: str) -> None:
    _run(stem, person, make(st.session_state.get(f"{stem}-why", "")), done)


def _run(stem: str, person: Person, command: Command, done: str) -> None:
    """For on_click: carry it out as whoever this session is now."""

    def act() -> None:
        _people().run(person.id, identity.me(), command)
        st.session_state[DONE] = done

    attempts.attempt(stem, act)


def _history(told: list[Happened], person: Person) -> None:
    if not told:
        return
    rows = tuple(
        (dates.uk_time(one.at), _who(one.actor), words.happened(one, person.grants))
        for one in reversed(told[-HISTORY:])
    )
    with st.expander(f"What happened ({len(told)})", key=f"history-{person.id}"):
        show_html(table_html(Table(("When", "Who", "What"), rows), f"What happened: {person.name}", "text"))


# ── What waits, what a role may do, the settings ─────────────────────────────────────────────────────────────────────


def _waiting(asked: list[InList]) -> None:
    if not asked:
        st.info("Nothing waits. A role that reads cases stands here until a second person confirms or refuses it.")
    for one in asked:
        person = _people().view(one.id, identity.me())
        st.header(plain(person.name), anchor=False)
        for grant in person.grants.values():
            if grant.waits:
                _decide(person, grant, "waiting")


def _role() -> None:
    role = st.selectbox("Role", list(ROLES), format_func=lambda one: plain(ROLES[one].label), key="people-role")
    about, chairs = ROLES[role], workspace().edition.panel_roles
    at_the_table = ", ".join(chairs[one].label for one in about.at_the_table if one in chairs)
    show_html(
        html(
            '<p class="hw">{about} At a panel’s table: {at_the_table}.</p>',
            about=about.about,
            at_the_table=at_the_table or "no seat, but at meetings on sample cases",
        )
    )
    rows = tuple((one.subject, one.what, one.parts) for one in who_may_what.rows(role))
    show_html(
        table_html(Table(("Subject", "May", "Who has one of these parts in it"), rows), "What this role may do", "text")
    )


def _settings() -> None:
    st.write("Read when Homeward starts, from the environment of its server. They cannot be changed here.")
    rows = tuple((about, value, variable) for variable, about, value in settings().shown())
    show_html(table_html(Table(("Setting", "Value", "Variable"), rows), "Settings of sign-in", "text"))
