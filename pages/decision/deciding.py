"""What is still missing, making the decision, and withdrawing it."""

import streamlit as st

from framework.decision.deciding import Decide, Withdraw
from framework.text import TEXT_LIMIT
from pages.decision import edit
from pages.decision.edit import Here
from pages.ui.html import html, show_html
from pages.ui.identity import me


def show(one: Here) -> None:
    st.header("Make the decision", anchor=False)
    gaps = edit.door().missing(one.case, me(), one.decision)
    with st.container(key="decision_gaps"):
        if gaps:
            items = [html("<li>{sentence}</li>", sentence=gap.sentence) for gap in gaps]
            show_html(
                html(
                    '<div class="hw case-calm"><p><strong>Before it can be made:</strong></p><ul>{items}</ul></div>',
                    items=items,
                )
            )
        else:
            st.success("Nothing is missing.", icon=":material/check:")
    if not edit.may(one.case, Decide):
        st.caption("The child’s social worker or their manager records the decision.")
        return
    edit.asks_once(
        f"decide|{one.decision}",
        "Record the decision",
        "Record it as it stands here? It can then be read, and not changed, unless it is sent back.",
        "Yes, record it",
        lambda: _decide(one.case, one.decision),
        primary=True,
    )
    withdrawing(one)


def _decide(case: str, decision: str) -> None:
    edit.send(case, Decide(decision, edit.seen(case)), f"decide|{decision}", done="The decision is recorded.")


def withdrawing(one: Here) -> None:
    """At the foot of a decision, folded: taking it back, with a reason."""
    gone = one.decision in one.state.dropped or (one.made and (one.made.withdrawn or one.made.refused))
    if gone or one.file.closed or not edit.may(one.case, Withdraw):
        return
    with st.expander("Withdraw this decision", icon=":material/undo:", key=f"withdraw-{one.decision}"):
        key = f"note-{one.case}|withdraw-why|{one.decision}"
        st.text_area("Why it is withdrawn", max_chars=TEXT_LIMIT, height=80, key=key)
        edit.asks_once(
            f"withdraw|{one.decision}",
            "Withdraw it",
            "Withdraw it for good? It stays in the record, with your reason, and nothing comes of it.",
            "Yes, withdraw it",
            lambda: _withdraw(one.case, one.decision, key),
        )


def _withdraw(case: str, decision: str, key: str) -> None:
    reason = st.session_state.get(key) or ""
    edit.send(case, Withdraw(decision, reason), f"withdraw|{decision}", done="It is withdrawn.")
