"""The questions about a role: which one, and whether somebody who is asked for an independent view has met the family."""

from collections.abc import Collection

import streamlit as st

from framework.edition import Edition
from framework.people.roles import ROLES
from framework.streams.kind import Actor
from pages.ui.text import plain

NO, YES = "No", "Yes"


def fields(
    edition: Edition,
    where: str,
    label: str = "Your role in this meeting",
    *,
    role: str = "",
    met: bool | None = None,
    help_: str = "",
    offered: Collection[str] = (),
) -> None:
    """Ask for a role, among those that are offered (all, where none are). Nothing is preset but what somebody has said already
    (`role`, `met`), and the only one that there is."""
    roles = [one for one in edition.panel_roles if one in offered] or list(edition.panel_roles)
    role = role or (roles[0] if len(roles) == 1 else "")
    chosen = st.selectbox(
        label,
        roles,
        index=roles.index(role) if role in roles else None,
        format_func=edition.role_label,
        placeholder="Choose one",
        key=f"role|{where}",
        help=help_ or None,
    )
    known = edition.panel_roles.get(chosen or "")
    with st.container(key=f"role-help-{where}", gap="small"):
        if known:
            says_so = known.scores or "not score" in known.help
            st.caption(plain(known.help) if says_so else f"{plain(known.help)} Does not score.")
        if known and known.asked_met_family:
            st.radio(
                "Have you met the family?",
                [NO, YES],
                index=None if met is None else int(met),
                horizontal=True,
                key=f"met|{where}|{chosen}",
            )


def of(person: Actor) -> frozenset[str]:
    """The roles at a table that a person's roles go with; none for whoever has none of them, who is asked among all."""
    return frozenset(at for role in person.roles if role in ROLES for at in ROLES[role].at_the_table)


def chosen(where: str) -> tuple[str, bool | None]:
    """(the role chosen, whether they have met the family if they were asked); "" and None where nothing is chosen."""
    role = st.session_state.get(f"role|{where}") or ""
    met = st.session_state.get(f"met|{where}|{role}")
    return role, None if met is None else met == YES
