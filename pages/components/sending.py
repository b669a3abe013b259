"""Sends commands for the person at this browser, keeps what could not be saved, and says so."""

import streamlit as st

from framework.panel import Command, Refused, Score
from framework.store import StoreUnavailable
from pages.components.app import workspace
from pages.components.text import plain


def send(meeting: str, member: str, command: Command) -> bool:
    """Carry out a command. False if it was refused or could not be saved; `messages` says why.

    An answer that the database could not take is kept in this session and tried again.
    """
    try:
        workspace().run(meeting, member, command)
    except Refused as refused:
        st.session_state["refused"] = str(refused)
        return False
    except StoreUnavailable as error:
        if isinstance(command, Score):
            waiting(meeting)[command.subject, command.about] = command
            st.session_state["outage"] = str(error)
        else:
            st.session_state["refused"] = f"Not saved. {error}"
        return False
    st.session_state.pop("refused", None)
    if isinstance(command, Score):
        waiting(meeting).pop((command.subject, command.about), None)
    return True


def do(meeting: str, member: str, command: Command) -> None:
    """As :func:`send`, for a click that leads to nothing else."""
    send(meeting, member, command)


def waiting(meeting: str) -> dict[tuple[str, str], Score]:
    """Answers of this session that are not saved yet."""
    return st.session_state.setdefault(f"waiting-{meeting}", {})


def retry(meeting: str, member: str) -> None:
    """Try again to save what is waiting."""
    for command in list(waiting(meeting).values()):
        if not send(meeting, member, command):
            if (command.subject, command.about) in waiting(meeting) and "refused" in st.session_state:
                waiting(meeting).pop((command.subject, command.about))
            return
    st.session_state.pop("outage", None)


def messages(meeting: str, member: str) -> None:
    """What the person has to know about what they sent, in a place of its own."""
    if waiting(meeting):
        retry(meeting, member)
    behind, unsaved, said = st.empty(), st.empty(), st.empty()
    if workspace().outage and not waiting(meeting):
        behind.warning(
            f"**What you see may be behind.** {workspace().outage} The meeting goes on as soon as the record is back.",
            icon=":material/cloud_off:",
        )
    if left := len(waiting(meeting)):
        answers = "1 answer is" if left == 1 else f"{left} answers are"
        unsaved.warning(
            f"**{answers} not saved yet.** {st.session_state.get('outage', '')} What you entered is kept here and is "
            "saved as soon as that is possible; leave this page open.",
            icon=":material/cloud_off:",
        )
    if refused := st.session_state.get("refused"):
        said.error(plain(refused), icon=":material/block:")
    if waiting(meeting) or workspace().outage:
        _again(meeting, member)


@st.fragment(run_every=3)
def _again(meeting: str, member: str) -> None:
    """While something is not saved or not readable: try again every few seconds, and draw the page anew when it is."""
    workspace().panel(meeting)
    retry(meeting, member)
    if not waiting(meeting) and not workspace().outage:
        st.rerun()
