"""Keeping it going: the rules that warn of drift, and the record of quality assurance, training and reviews."""

import streamlit as st

from framework import dates
from framework.rollout import Rollout, reading
from framework.rollout.checklist import Checklist
from framework.rollout.files import CHECKS
from pages.rollout import edit
from pages.ui.fields import Field
from pages.ui.html import html, show_html
from pages.ui.text import plain

SIGNS = {"warning": "▲ warning", "well": "✓ in order", "not_yet": "○ not yet"}


def _components(_: Rollout, checklist: Checklist) -> dict[str, str]:
    return {component.id: component.text for component in checklist.component}


ON, BY, NOTE = Field("on", "Date", "day"), Field("by", "Who did it", "line"), Field("note", "Note", "text")
FORMS: dict[str, tuple[Field, ...]] = {
    "quality": (
        Field("about", "Which case", "line", help="Your own reference; no name of a child."),
        ON,
        BY,
        Field("missing", "Essential components the case did not show", "many", _components),
        NOTE,
    ),
    "training": (Field("about", "Which training, for whom", "line"), ON, BY, NOTE),
    "review": (Field("about", "What was reviewed", "line"), ON, BY, NOTE),
}
BUTTONS = {"quality": "Record the case", "training": "Record the training", "review": "Record the review"}


def show(state: Rollout, checklist: Checklist) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Signs of drift")
        for view in reading.drift(state, checklist, edit.door().today):
            rule = view.rule
            tag = "Reconstructed" if rule.provenance == "reconstructed" else "Published"
            show_html(
                html(
                    '<div class="hw {look}"><p><strong>{title}: {state}.</strong> {text}</p><details><summary>'
                    'Why this rule</summary><p>{why}</p><p class="quiet"><span class="hw-tag">{tag}</span> '
                    "{source} {provenance_note}</p></details></div>",
                    look="ro-warn" if view.state == "warning" else "ro-calm",
                    title=rule.title,
                    state=SIGNS[view.state],
                    text=view.text,
                    why=rule.why,
                    tag=tag,
                    source=checklist.citations[rule.source],
                    provenance_note=rule.provenance_note,
                )
            )
    with right:
        st.subheader("What was done")
        kind = st.segmented_control(
            "Record", list(CHECKS), format_func=CHECKS.__getitem__, default="quality", required=True, key="check-kind"
        )
        edit.add_form(
            state,
            "check",
            FORMS[kind],
            BUTTONS[kind],
            fixed={"what": kind},
            start={"on": edit.door().today, "by": edit.who()},
            name=kind,
        )
        shown = sorted(edit.still_open(state, "check"), key=lambda check: (check.on, check.id), reverse=True)
        for check in shown[:50]:
            label = f"{CHECKS[check.what]}, {dates.uk(check.on)}: {plain(check.about)}"
            with st.expander(label, key=f"check-{check.id}", on_change="rerun") as box:
                if box.open:
                    edit.removed(state, check)
                    for spec in FORMS[check.what]:
                        edit.field(state, check, spec)
                    edit.remove_button(state, "check", check.id)
