"""The evidence bundle of a case, as the panel reads it."""

from html import escape

import streamlit as st

from framework.case.model import Case
from framework.dates import month_words
from framework.panel import Panel
from pages.ui import unreadable
from pages.ui.app import workspace


def fictional() -> str:
    """The mark of everything that is made up."""
    return '<span class="hw-tag">Fictional</span>'


def case_of(state: Panel) -> Case | None:
    """The case of a meeting; None, and a sentence on the page, if it cannot be read: the meeting goes on without."""
    case = None
    with unreadable.said():
        case = workspace().cases.case(state.case)
    return case


def summary(case: Case) -> None:
    """What a chair would read aloud."""
    facts = [case.standing, f"born {month_words(case.born)}"]
    if case.home_since:
        facts.append(f"looked after from {month_words(case.in_care_since)} to {month_words(case.home_since)}")
    elif case.in_care_since:
        facts.append(f"looked after since {month_words(case.in_care_since)}")
    if case.as_at:
        facts.append(f"as at {month_words(case.as_at)}: {case.age} old")
    st.html(
        f'<div class="hw"><p>{fictional()} &nbsp;{escape(" · ".join(facts))}</p><p>{escape(case.summary)}</p></div>'
    )


def bundle(case: Case) -> None:
    """Chronology, the child's words, each carer's view, reports, and what is missing."""
    names = case.carers
    tabs = st.tabs(["The child's words", "Parents' and home carers' views", "Chronology", "Reports", "What is missing"])
    with tabs[0]:
        said = "".join(f"<blockquote><p>{escape(words)}</p></blockquote>" for words in case.child_words.said)
        st.html(f'<div class="hw">{said}<p class="quiet">{escape(case.child_words.how)}</p></div>')
    with tabs[1]:
        views = "".join(f"<h3>{escape(names[view.carer])}</h3><p>{escape(view.text)}</p>" for view in case.carer_view)
        st.html(f'<div class="hw">{views}</div>')
    with tabs[2]:
        rows = "".join(
            f'<tr><th scope="row">{escape(entry.when)}</th><td>{escape(entry.what)}</td><td>{escape(entry.source)}</td></tr>'
            for entry in case.chronology
        )
        st.html(
            '<div class="hw scroll" tabindex="0" role="region" aria-label="Chronology"><table><thead><tr>'
            '<th scope="col">When</th><th scope="col">What</th><th scope="col">Recorded by</th></tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )
    with tabs[3]:
        reports = "".join(
            f"<h3>{escape(report.by)}, {escape(report.when)}</h3><p>{escape(report.text)}</p>" for report in case.report
        )
        st.html(f'<div class="hw">{reports}</div>')
    with tabs[4]:
        st.html(f'<div class="hw"><ul>{"".join(f"<li>{escape(item)}</li>" for item in case.missing)}</ul></div>')
