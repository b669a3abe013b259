"""Framework: the library of factors, the rule, the stages and the research, with their sources."""

from html import escape

import streamlit as st

from framework.edition import NOT_APPLICABLE, Edition, Factor, library
from framework.light import explain
from pages.panel import light
from pages.ui.app import workspace
from pages.ui.text import plain

SCOPES = {
    "child": "Scored once, about the child",
    "household": "Scored once, about the home",
    "carer": "Scored for each parent or home carer",
}
GUIDANCE = {
    "published": "What counts as which answer is published too.",
    "reconstructed": "What counts as which answer was worked out from other publications.",
    "product": "What counts as which answer was decided by the makers of Homeward.",
    "to_check": "What counts as which answer has still to be checked.",
}
RECONSTRUCTED = '<span class="hw-tag">Reconstructed</span>'


def page() -> None:
    edition = workspace().edition
    st.title("The framework")
    st.html(f'<p class="hw" style="max-width:46rem">{escape(edition.summary)} {escape(edition.note)}</p>')
    factors, rule, stages, research, about, sources = st.tabs(
        ["Factors", "The rule", "The stages", "Research", "About the framework", "Sources"]
    )
    with factors:
        _factors(edition)
    with rule:
        _rule(edition)
    with stages:
        _stages(edition)
    with research:
        _research(edition)
    with about:
        _about(edition)
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
        f'<div class="hw">{mark}<p>{escape(factor.definition)}</p>{_markings(edition, factor)}{caution}'
        f"<details{' open' if opened else ''}><summary>What to look for, and what counts as evidence</summary>"
        f"<h3>Look for</h3>{_list(factor.look_for)}<h3>Counts as evidence</h3>{_list(factor.evidence)}"
        f"<h3>Is not evidence</h3>{_list(factor.not_evidence)}</details>"
        f"{f'<h3>Research</h3><ul>{research}</ul>' if research else ''}"
        f'<p class="quiet">{SCOPES[factor.scope]}. Named in: {escape(source.citation)} '
        f"{GUIDANCE[factor.guidance_provenance]}</p></div>"
    )


def _markings(edition: Edition, factor: Factor) -> str:
    """HTML: when a factor does not apply, and where it is not for the family to act."""
    markings = []
    if factor.may_not_apply:
        label = escape(edition.status_label(factor.id, NOT_APPLICABLE))
        markings.append(f"<strong>{label}:</strong> {escape(factor.may_not_apply_when)}")
    if factor.process:
        markings.append(
            "This is something that services do. It counts. Where nothing else protects, a sentence beside the light says so."
        )
    if factor.put_right_by == "authority":
        markings.append("This is for the authority or others to put right, and not for the parents.")
    return "".join(f"<p>{marking}</p>" for marking in markings)


def _rule(edition: Edition) -> None:
    st.header("Four levels, three lights")
    for level in edition.level:
        mark = RECONSTRUCTED if level.meaning_provenance == "reconstructed" else ""
        st.html(
            f'{light.level_mark(edition, level.id, explain.level_name(edition, level.id))}<p class="hw">{escape(level.meaning)} '
            f'{mark} <span class="quiet">Source: {escape(edition.sources[level.source].citation)}</span></p>'
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
            mark = RECONSTRUCTED if dimension.provenance == "reconstructed" else ""
            st.html(
                f'<div class="hw">{mark}<p>{escape(dimension.question)}</p><table><thead><tr><th scope="col">Answer</th>'
                f'<th scope="col">Means</th><th scope="col">Counts as</th></tr></thead><tbody>{rows}</tbody></table></div>'
            )
    st.header("The rule")
    st.html(light.rule_table(edition))
    if edition.rule.typical_provenance == "reconstructed":
        st.html(
            f'<p class="hw">{RECONSTRUCTED} Which combinations count as typical was worked out too. Anything between them '
            "is called a gap, and there the panel's own judgement matters most.</p>"
        )
    st.html(
        '<p class="hw">The level never follows from a sum: one active risk is enough to leave Medium risk behind. An '
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


PARTS = {
    "framework": "What the framework is",
    "practice": "Putting it into practice",
    "people": "What people said of it",
}


def _about(edition: Edition) -> None:
    """What the publications say about the framework itself: its purpose, its core messages, how people found it."""
    for part, heading in PARTS.items():
        chapters = [chapter for chapter in edition.chapter if chapter.part == part]
        if chapters:
            st.header(heading)
            told = "".join(
                f"<section><h3>{escape(chapter.title)} {RECONSTRUCTED if chapter.provenance == 'reconstructed' else ''}</h3>"
                f"{_line(chapter.intro)}{_list(chapter.points)}{_line(chapter.caveat, 'quiet')}"
                f"{_line(f'Source: {edition.sources[chapter.source].citation}', 'quiet')}</section>"
                for chapter in chapters
            )
            st.html(f'<div class="hw hw-chapters">{told}</div>')


def _line(text: str, how: str = "") -> str:
    return f'<p class="{how}">{escape(text)}</p>' if text else ""


def _list(items: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
