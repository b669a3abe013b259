"""Stakeholders whom a roll-out has to win (Annex 10), and gaps in services that it has to close (Annex 11)."""

import streamlit as st

from framework import dates
from framework.rollout import Rollout
from framework.rollout.checklist import Checklist
from pages.rollout import edit
from pages.rollout.edit import field
from pages.ui.fields import Field
from pages.ui.html import html, show_html
from pages.ui.text import plain


def _gaps(_: Rollout, checklist: Checklist) -> dict[str, str]:
    return {gap.id: gap.text for gap in checklist.gap}


STAKEHOLDER = (
    Field("name", "Who", "line"),
    Field("needs", "What they need to know", "text"),
    Field("gains", "What they gain", "text"),
    Field("resistance", "What they may resist", "text"),
    Field("response", "How you meet that", "text"),
    Field("channel", "How to reach them", "line", help="A briefing, a seminar, a team meeting, a newsletter."),
    Field("owner", "Who keeps in touch", "one", edit.people, empty="Nobody yet"),
    Field("next_contact", "Next contact", "day"),
)
GAP = (
    Field("gap", "Kind of gap", "one", _gaps),
    Field("service", "Service", "line"),
    Field("families", "For whom it is missing", "text"),
    Field("asked", "What was asked", "text"),
    Field("asked_of", "Of whom", "line"),
    Field("asked_on", "Asked on", "day"),
    Field("result", "Result", "text"),
    Field("settled", "Settled", "yes"),
)


def show(state: Rollout, checklist: Checklist) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        _stakeholders(state, checklist)
    with right:
        _service_gaps(state, checklist)


def _stakeholders(state: Rollout, checklist: Checklist) -> None:
    st.subheader("Stakeholders")
    prompts = [html("<li>{text}</li>", text=prompt.text) for prompt in checklist.prompt]
    show_html(
        html(
            '<div class="hw"><details><summary>Questions for the engagement plan</summary><ul>{prompts}'
            '</ul><p class="quiet">After Annex 10 of {source}</p></details></div>',
            prompts=prompts,
            source=checklist.citations[checklist.prompt[0].source],
        )
    )
    with st.container():
        # Never above an expander in which somebody types: the browser takes the moved one for a new one.
        if not (shown := edit.still_open(state, "stakeholder")):
            st.info("Nobody is listed yet. Begin with those whom the pilot needs.")
        for one in sorted(shown, key=lambda s: (s.next_contact is None, s.next_contact or dates.FAR)):
            late = " (overdue)" if one.next_contact and one.next_contact < edit.door().today else ""
            label = f"{plain(one.name)}{f' · next contact {dates.uk_short(one.next_contact)}{late}' if one.next_contact else ''}"
            with st.expander(label, key=f"stakeholder-{one.id}", on_change="rerun") as box:
                if box.open:
                    edit.removed(state, one)
                    for spec in STAKEHOLDER:
                        field(state, one, spec)
                    edit.remove_button(state, "stakeholder", one.id)
    with st.expander("Add a stakeholder", icon=":material/add:", key="add-stakeholder"):
        edit.add_form(state, "stakeholder", STAKEHOLDER, "Add the stakeholder")


def _service_gaps(state: Rollout, checklist: Checklist) -> None:
    st.subheader("Gaps in services")
    st.caption("Which service is missing for whom, who was asked to change it, and what came of that.")
    with st.container():
        if not (shown := edit.still_open(state, "gap")):
            st.info("No gap is recorded yet.")
        for gap in sorted(shown, key=lambda g: g.settled):
            kind = checklist.gaps[gap.gap].text if gap.gap in checklist.gaps else gap.gap
            label = f"{'✓ settled' if gap.settled else '○ open'} · {plain(gap.service)}: {plain(kind)}"
            with st.expander(label, key=f"gap-{gap.id}", on_change="rerun") as box:
                if box.open:
                    edit.removed(state, gap)
                    for spec in GAP:
                        field(state, gap, spec)
                    edit.remove_button(state, "gap", gap.id)
    with st.expander("Add a gap", icon=":material/add:", key="add-gap"):
        edit.add_form(state, "gap", GAP, "Add the gap", start={"gap": checklist.gap[0].id})
