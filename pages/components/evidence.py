"""The evidence bundle of a case, as the panel reads it."""

from html import escape

import streamlit as st

from framework.case import LEGAL_STATUS, Case


def fictional() -> str:
    """The mark of everything that is made up."""
    return '<span class="hw-tag">Fictional</span>'


def summary(case: Case) -> None:
    """What a chair would read aloud."""
    st.html(
        f'<div class="hw"><p>{fictional()} &nbsp;{escape(LEGAL_STATUS[case.legal_status])} · born {_month(case.born)} · '
        f"in care since {_month(case.in_care_since)}</p><p>{escape(case.summary)}</p></div>"
    )


def bundle(case: Case) -> None:
    """Chronology, the child's words, each carer's view, reports, and what is missing."""
    names = case.carers
    tabs = st.tabs(["The child's words", "Carers' views", "Chronology", "Reports", "What is missing"])
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


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def _month(year_month: str) -> str:
    """ "2019-04" as "April 2019"."""
    year, month = year_month.split("-")
    return f"{_MONTHS[int(month) - 1]} {year}"
