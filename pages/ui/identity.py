"""Who this session is: the person who is signed in, or in open mode whoever a visitor has chosen to be.

Asked anew at every run and by every command, and never kept in a page's state: a block, a role that ended or a sign-in that has
lasted too long acts at the next of them.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from framework.people import token
from framework.people.model import Person, person_id
from framework.people.roles import OPEN
from framework.streams.kind import NOBODY, Actor, Refused
from framework.streams.store import StoreUnavailable
from framework.workspace import Workspace
from pages.ui import signing_in
from pages.ui.app import settings, workspace

log = logging.getLogger(__name__)

CHOSEN = "identity|chosen"
"""Session key, in open mode: the id of the invented person whom this session is."""
_KNOWN = "identity|known"
"""Session key: the sign-in that the record knows of."""
EVERYBODY = Actor("", "", frozenset({OPEN}))
"""Whoever uses an open app and has chosen nobody."""


class Standing(NamedTuple):
    """Who a session is, or why it is nobody's."""

    actor: Actor
    why_not: str = ""
    """A sentence, where somebody had signed in and may not go on."""
    until: datetime | None = None
    """When the sign-in ends."""


def me() -> Actor:
    """Who this session is now. With a sign-in `id` is the person's, and without one NOBODY; in open mode "" until somebody is chosen.

    Raises StoreUnavailable only where this process has never read the person.
    """
    return standing().actor


def signed_in() -> bool:
    """Whether this session is of somebody who has signed in, and still may be here."""
    return not open_mode() and bool(me().id)


def open_mode() -> bool:
    """Whether the app runs without a sign-in: on invented cases only."""
    return settings().open


def standing() -> Standing:
    """Who this session is, and until when."""
    if open_mode():
        return Standing(_chosen()) if workspace().people.open else Standing(NOBODY)
    return of(st.user.to_dict())


def of(user: Mapping[str, Any], *, as_remembered: bool = False) -> Standing:
    """Who a session is of which Streamlit knows this (`st.user`), where people sign in.

    `as_remembered`: as this process knows them, without a look into the record.
    """
    if not user.get("is_logged_in"):
        return Standing(NOBODY)
    try:
        known = token.read(user, settings(), workspace().now())
        actor = workspace().people.actor(known.person, known.sign_in, as_remembered=as_remembered)
    except (token.TokenRefused, Refused) as refused:
        return Standing(NOBODY, str(refused))
    return Standing(actor, until=known.until)


def arrive() -> Standing:
    """At the beginning of a run: who this session is, once the record knows of somebody who has just signed in.

    Raises OpenRefused where the app runs open and another process has let somebody sign in to its record meanwhile.
    """
    if open_mode() and not workspace().people.open:
        workspace().people.refuse_open()
    if open_mode() or not st.user.get("is_logged_in"):
        return standing()
    try:
        known = token.read(st.user.to_dict(), settings(), workspace().now())
        if st.session_state.get(_KNOWN) != known.sign_in:
            _note(known)
            st.session_state[_KNOWN] = known.sign_in
    except (token.TokenRefused, Refused) as refused:
        return Standing(NOBODY, str(refused))
    return standing()


def _note(known: token.Token) -> None:
    """Write a sign-in down once, and not again for each tab. Raises Refused."""
    people = workspace().people
    person = people.person(known.person)
    again = person.signed_in_at and person.signed_in_at >= known.at
    if not again or set(person.provider_roles) != set(known.roles):
        people.signed_in(known.issuer, known.subject, known.name, known.address, known.roles)


_acted: WeakKeyDictionary[object, Actor] = WeakKeyDictionary()
"""Streamlit's session → who it was at its last message."""


def lost_since(session: object, user: Mapping[str, Any]) -> bool:
    """Whether this session is somebody else's, or may do less, than at its last message.

    It is asked in the server's event loop, where nothing may wait for the database.
    """
    if open_mode():
        return False
    try:
        if not _remembered(user):
            return False
        now = of(user, as_remembered=True).actor
    except StoreUnavailable:  # there has not been a workspace yet
        now = NOBODY
    before = _acted.get(session, now)
    _acted[session] = now
    return before.id != now.id or not before.roles <= now.roles


def _remembered(user: Mapping[str, Any]) -> bool:
    """Whether it can be said without the record who somebody is."""
    if not user.get("is_logged_in"):
        return True
    return workspace().people.remembers(person_id(str(user.get("iss")), str(user.get("sub"))))


def milliseconds_left(standing: Standing) -> float:
    """Until the sign-in has ended; 0 for a session without one."""
    return max(1000.0, (standing.until - workspace().now()).total_seconds() * 1000 + 500) if standing.until else 0


def still_me(standing: Standing) -> Callable[[], bool] | None:
    """Whether a session is still who it is now and may do as much, whenever and from whichever thread that is asked."""
    if open_mode() or not standing.actor.id:
        return None
    user, was = st.user.to_dict(), standing.actor

    def still() -> bool:
        now = of(user).actor
        return now.id == was.id and was.roles <= now.roles

    return still


# ── Open mode ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chosen() -> Actor:
    chosen = chosen_here()
    if not chosen:
        return EVERYBODY
    try:
        return workspace().people.actor(chosen)
    except Refused:
        return EVERYBODY


def chosen_here() -> str:
    """The invented person whom somebody has chosen in this tab; "" for everybody at once."""
    return str(st.session_state.get(CHOSEN, "")) if get_script_run_ctx() else ""


def has_chosen() -> bool:
    """Whether this session has been told whom, or that it is everybody at once."""
    return CHOSEN in st.session_state


def take_up(person: str) -> None:
    """For a callback: go on as whom this tab had chosen before it was loaded anew."""
    if person in {one.id for one in invented()}:
        st.session_state[CHOSEN] = person


def choose(person: str) -> None:
    """For a callback: go on as an invented person, or ("") as everybody at once."""
    if person:
        workspace().people.choose(person)
    st.session_state[CHOSEN] = person


def invented() -> tuple[Person, ...]:
    """The invented people, as this process read them first: they do not change while it runs."""
    return _invented(workspace())


@lru_cache(maxsize=1)
def _invented(work: Workspace) -> tuple[Person, ...]:
    return tuple(work.people.invented())


# ── Signing in and out ───────────────────────────────────────────────────────────────────────────────────────────────


def sign_out() -> None:
    """For on_click: end this sign-in in every tab and process, and at the provider where it offers that."""
    try:
        known = token.read(st.user.to_dict(), settings(), workspace().now())
        workspace().people.sign_out(known.person, known.sign_in)
    except (token.TokenRefused, Refused):
        pass  # it has ended already
    except StoreUnavailable as error:
        log.warning("A sign-in was ended in its browser only: %s", error)
    st.logout()


def sign_in(page: str) -> None:
    """For on_click: to the provider, and back to this page (its `url_path`)."""
    signing_in.go(page, {name: st.query_params.get_all(name) for name in st.query_params})
