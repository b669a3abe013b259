"""The evidence bundle of a case, as the panel reads it."""

import streamlit as st
from markupsafe import Markup

from framework.case.model import Case
from framework.dates import month_words
from framework.panel import Panel, bundle_of
from pages.ui import unreadable
from pages.ui.app import workspace
from pages.ui.html import html, show_html


def fictional() -> Markup:
    """The mark of everything that is made up."""
    return html('<span class="hw-tag">Fictional</span>')


def case_of(state: Panel) -> Case | None:
    """The case of a meeting; None, and a sentence on the page, if it cannot be read: the meeting goes on without."""
    case = None
    with unreadable.said():
        case = bundle_of(state) if state.casefile else workspace().cases.case(state.case)
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
    show_html(
        html(
            '<div class="hw"><p>{fictional}{facts}</p><p>{summary}</p></div>',
            fictional=html("{tag} &nbsp;", tag=fictional()) if case.fictional else "",
            facts=" · ".join(facts),
            summary=case.summary,
        )
    )


def bundle(case: Case) -> None:
    """Chronology, the child's words, each carer's view, reports, and what is missing."""
    names = case.carers
    tabs = st.tabs(["The child's words", "Parents' and home carers' views", "Chronology", "Reports", "What is missing"])
    with tabs[0]:
        said = [html("<blockquote><p>{words}</p></blockquote>", words=words) for words in case.child_words.said]
        show_html(html('<div class="hw">{said}<p class="quiet">{how}</p></div>', said=said, how=case.child_words.how))
    with tabs[1]:
        views = [
            html("<h3>{carer}</h3><p>{text}</p>", carer=names[view.carer], text=view.text) for view in case.carer_view
        ]
        show_html(html('<div class="hw">{views}</div>', views=views))
    with tabs[2]:
        rows = [
            html(
                '<tr><th scope="row">{when}</th><td>{what}</td><td>{source}</td></tr>',
                when=entry.when,
                what=entry.what,
                source=entry.source,
            )
            for entry in case.chronology
        ]
        show_html(
            html(
                '<div class="hw scroll" tabindex="0" role="region" aria-label="Chronology"><table><thead><tr>'
                '<th scope="col">When</th><th scope="col">What</th><th scope="col">Recorded by</th></tr>'
                "</thead><tbody>{rows}</tbody></table></div>",
                rows=rows,
            )
        )
    with tabs[3]:
        reports = [
            html("<h3>{by}, {when}</h3><p>{text}</p>", by=report.by, when=report.when, text=report.text)
            for report in case.report
        ]
        show_html(html('<div class="hw">{reports}</div>', reports=reports))
    with tabs[4]:
        show_html(
            html(
                '<div class="hw"><ul>{items}</ul></div>',
                items=[html("<li>{item}</li>", item=item) for item in case.missing],
            )
        )
