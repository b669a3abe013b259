"""Framework: the library of factors, the rule, the stages and the research, with their sources."""

from html import escape

import streamlit as st

from framework import library
from framework.edition import Edition, Factor
from pages.components import light
from pages.components.app import workspace
from pages.components.text import plain

SCOPES = {
    "child": "Scored once, about the child",
    "household": "Scored once, about the home",
    "carer": "Scored for each carer",
}
RECONSTRUCTED = '<span class="hw-tag">Reconstructed</span>'


def page() -> None:
    edition = workspace().edition
    st.title("The framework")
    st.html(f'<p class="hw" style="max-width:46rem">{escape(edition.summary)} {escape(edition.note)}</p>')
    factors, rule, stages, research, sources = st.tabs(["Factors", "The rule", "The stages", "Research", "Sources"])
    with factors:
        _factors(edition)
    with rule:
        _rule(edition)
    with stages:
        _stages(edition)
    with research:
        _research(edition)
    with sources:
        st.html(
            '<div class="hw"><ul>'
            + "".join(
                f"<li>{escape(source.citation)} <span class=quiet>{escape(source.note)}</span></li>"
                for source in edition.source
            )
            + "</ul></div>"
        )


@st.fragment
def _factors(edition: Edition) -> None:
    words, which = st.columns([3, 2], vertical_alignment="bottom")
    query = words.text_input(
        "Search the factors", placeholder="for example: alcohol, school, conflict", key="factor-search"
    )
    kind = which.segmented_control(
        "Show", ["All", "Risk", "Protective", "Caution"], default="All", required=True, key="factor-kind"
    )
    found = library.find(edition, query, kind)
    if not found:
        st.info(f"No factor has the words “{plain(query)}”. Try fewer or other words.")
        return
    shown = f"{len(found)} of {len(edition.factor)} factors"
    st.caption(shown)
    st.download_button(
        "Download these factors (CSV)", library.as_csv(edition, found), "factors.csv", "text/csv", on_click="ignore"
    )
    for domain in edition.domain:
        here = [f for f in found if (f.polarity, f.domain) == (domain.polarity, domain.id)]
        if here:
            kind_word = "Risk" if domain.polarity == "risk" else "Protective"
            st.header(f"{kind_word}: {plain(domain.label)}")
            for factor in here:
                mark = " :material/warning: take great care" if factor.caution else ""
                with st.expander(f"{plain(factor.label)}{mark}", key=f"factor-{factor.id}"):
                    st.html(explained(edition, factor))


def explained(edition: Edition, factor: Factor, *, opened: bool = True) -> str:
    """HTML of a factor: what it is, what to look for, what counts as evidence and what does not, and its source."""
    source = edition.sources[factor.source]
    mark = RECONSTRUCTED if factor.provenance == "reconstructed" else ""
    caution = (
        f"<p><strong>{escape(edition.caution.label)}.</strong> {escape(edition.caution.text)}</p>"
        if factor.caution
        else ""
    )
    research = "".join(
        f"<li>{escape(message.text)} <span class=quiet>{escape(edition.sources[message.source].citation)}</span></li>"
        for message in library.messages_about(edition, factor.id)
    )
    return (
        f'<div class="hw">{mark}<p>{escape(factor.definition)}</p>{caution}'
        f"<details{' open' if opened else ''}><summary>What to look for, and what counts as evidence</summary>"
        f"<h3>Look for</h3>{_list(factor.look_for)}<h3>Counts as evidence</h3>{_list(factor.evidence)}"
        f"<h3>Is not evidence</h3>{_list(factor.not_evidence)}</details>"
        f"{f'<h3>Research</h3><ul>{research}</ul>' if research else ''}"
        f'<p class="quiet">{SCOPES[factor.scope]}. Named in: {escape(source.citation)}</p></div>'
    )


def _rule(edition: Edition) -> None:
    st.header("Four levels, three lights")
    for level in edition.level:
        st.html(
            f'{light.level_mark(edition, level.id, level.label)}<p class="hw">{escape(level.meaning)} '
            f'<span class="quiet">Source: {escape(edition.sources[level.source].citation)}</span></p>'
        )
    st.html(
        f'{light.level_mark(edition, None, "Not yet")}<p class="hw">The answers so far allow more than one level. '
        "The light then says between which levels it lies, and what to find out next.</p>"
    )
    st.header("What the rule looks at")
    for dimension in edition.dimension:
        with st.expander(plain(dimension.label), key=f"dimension-{dimension.id}"):
            rows = "".join(
                f'<tr><th scope="row">{escape(status.label)}</th><td>{escape(status.help)}</td>'
                f"<td>{escape(dimension.values[status.value])}</td></tr>"
                for status in dimension.status
            )
            st.html(
                f'<div class="hw"><p>{escape(dimension.question)}</p><table><thead><tr><th scope="col">Answer</th>'
                f'<th scope="col">Means</th><th scope="col">Counts as</th></tr></thead><tbody>{rows}</tbody></table></div>'
            )
    st.header("The rule")
    st.html(light.rule_table(edition))
    st.html(
        '<p class="hw">The level never follows from a sum: one active risk is enough to leave Medium behind, and an '
        "answer that is not known is taken both ways until somebody finds out.</p>"
    )


def _stages(edition: Edition) -> None:
    for stage in edition.stage:
        with st.expander(
            f"Stage {stage.number}: {plain(stage.label)}", key=f"stage-{stage.number}", expanded=stage.number == 1
        ):
            mark = (
                f'<p class="quiet">{RECONSTRUCTED} {escape(stage.provenance_note)}</p>'
                if stage.provenance == "reconstructed"
                else ""
            )
            light_here = "<p>The traffic light is set in this stage.</p>" if stage.classifies else ""
            st.html(
                f'<div class="hw"><p>{escape(stage.purpose)}</p>{light_here}<h2>What is done</h2>{_list(stage.tasks)}'
                f"<h2>Who</h2>{_list(stage.people)}<h2>Watch for</h2>{_list(stage.watch_for)}{mark}"
                f'<p class="quiet">Source: {escape(edition.sources[stage.source].citation)}</p></div>'
            )


@st.fragment
def _research(edition: Edition) -> None:
    query = st.text_input("Search the research", placeholder="for example: months, treatment", key="research-search")
    found = library.find_messages(edition, query)
    if not found:
        st.info("No message has these words. Try fewer or other words.")
    for message in found:
        figure = f'<strong style="font-size:1.5rem">{escape(message.figure)}</strong> ' if message.figure else ""
        caveat = f"<br>{escape(message.caveat)}" if message.caveat else ""
        mark = RECONSTRUCTED if message.provenance == "reconstructed" else ""
        st.html(
            f'<div class="hw" style="max-width:46rem"><p>{figure}{escape(message.text)} {mark}<br>'
            f'<span class="quiet">{escape(edition.sources[message.source].citation)}{caveat}</span></p></div>'
        )


def _list(items: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
