"""Framework: the library of factors, the rule, the stages and the research, with their sources."""

import streamlit as st
from markupsafe import Markup

from framework.edition import NOT_APPLICABLE, Edition, Factor, library
from framework.light import explain
from pages.panel import light
from pages.ui.app import workspace
from pages.ui.html import NOTHING, html, show_html
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
RECONSTRUCTED = html('<span class="hw-tag">Reconstructed</span>')


def page() -> None:
    edition = workspace().edition
    st.title("The framework")
    show_html(
        html('<p class="hw" style="max-width:46rem">{summary} {note}</p>', summary=edition.summary, note=edition.note)
    )
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
        show_html(
            html(
                '<div class="hw"><ul>{items}</ul></div>',
                items=[
                    html(
                        "<li>{citation} <span class=quiet>{note}</span></li>",
                        citation=source.citation,
                        note=source.note,
                    )
                    for source in edition.source
                ],
            )
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
                    show_html(explained(edition, factor))


def explained(edition: Edition, factor: Factor, *, opened: bool = True) -> Markup:
    """HTML of a factor: what it is, what to look for, what counts as evidence and what does not, and its source."""
    source = edition.sources[factor.source]
    mark = RECONSTRUCTED if factor.provenance == "reconstructed" else ""
    caution = (
        html("<p><strong>{label}.</strong> {text}</p>", label=edition.caution.label, text=edition.caution.text)
        if factor.caution
        else ""
    )
    research = [
        html(
            "<li>{text} <span class=quiet>{citation}</span></li>",
            text=message.text,
            citation=edition.sources[message.source].citation,
        )
        for message in library.messages_about(edition, factor.id)
    ]
    return html(
        '<div class="hw">{mark}<p>{definition}</p>{markings}{caution}<details{opened}><summary>What '
        "to look for, and what counts as evidence</summary><h3>Look for</h3>{look_for}<h3>Counts as "
        "evidence</h3>{evidence}<h3>Is not evidence</h3>{not_evidence}</details>{research}"
        '<p class="quiet">{scope}. Named in: {citation} {guidance_provenance}</p></div>',
        mark=mark,
        definition=factor.definition,
        markings=_markings(edition, factor),
        caution=caution,
        opened=" open" if opened else "",
        look_for=_list(factor.look_for),
        evidence=_list(factor.evidence),
        not_evidence=_list(factor.not_evidence),
        research=html("<h3>Research</h3><ul>{research}</ul>", research=research) if research else "",
        scope=SCOPES[factor.scope],
        citation=source.citation,
        guidance_provenance=GUIDANCE[factor.guidance_provenance],
    )


def _markings(edition: Edition, factor: Factor) -> Markup:
    """HTML: when a factor does not apply, and where it is not for the family to act."""
    markings: list[str] = []
    if factor.may_not_apply:
        label = edition.status_label(factor.id, NOT_APPLICABLE)
        markings.append(
            html(
                "<strong>{label}:</strong> {may_not_apply_when}",
                label=label,
                may_not_apply_when=factor.may_not_apply_when,
            )
        )
    if factor.process:
        markings.append(
            "This is something that services do. It counts. Where nothing else protects, a sentence beside the light says so."
        )
    if factor.put_right_by == "authority":
        markings.append("This is for the authority or others to put right, and not for the parents.")
    return NOTHING.join(html("<p>{marking}</p>", marking=marking) for marking in markings)


def _rule(edition: Edition) -> None:
    st.header("Four levels, three lights")
    for level in edition.level:
        mark = RECONSTRUCTED if level.meaning_provenance == "reconstructed" else ""
        show_html(
            html(
                '{level_mark}<p class="hw">{meaning} {mark} <span class="quiet">Source: {citation}</span></p>',
                level_mark=light.level_mark(edition, level.id, explain.level_name(edition, level.id)),
                meaning=level.meaning,
                mark=mark,
                citation=edition.sources[level.source].citation,
            )
        )
    show_html(
        html(
            '{level_mark}<p class="hw">The answers so far allow more than one level. The light then says '
            "between which levels it lies, and what to find out next.</p>",
            level_mark=light.level_mark(edition, None, "Not yet"),
        )
    )
    st.header("What the rule looks at")
    for dimension in edition.dimension:
        with st.expander(plain(dimension.label), key=f"dimension-{dimension.id}"):
            rows = [
                html(
                    '<tr><th scope="row">{label}</th><td>{help}</td><td>{value}</td></tr>',
                    label=status.label,
                    help=status.help,
                    value=dimension.values[status.value],
                )
                for status in dimension.status
            ]
            mark = RECONSTRUCTED if dimension.provenance == "reconstructed" else ""
            show_html(
                html(
                    '<div class="hw">{mark}<p>{question}</p><table><thead><tr><th scope="col">Answer</th>'
                    '<th scope="col">Means</th><th scope="col">Counts as</th></tr></thead><tbody>{rows}</tbody>'
                    "</table></div>",
                    mark=mark,
                    question=dimension.question,
                    rows=rows,
                )
            )
    st.header("The rule")
    show_html(light.rule_table(edition))
    if edition.rule.typical_provenance == "reconstructed":
        show_html(
            html(
                '<p class="hw">{reconstructed} Which combinations count as typical was worked out too. '
                "Anything between them is called a gap, and there the panel's own judgement matters most.</p>",
                reconstructed=RECONSTRUCTED,
            )
        )
    show_html(
        html(
            '<p class="hw">The level never follows from a sum: one active risk is enough to leave Medium '
            "risk behind. An answer that is not known is taken both ways until somebody finds out.</p>"
        )
    )


def _stages(edition: Edition) -> None:
    for stage in edition.stage:
        with st.expander(
            f"Stage {stage.number}: {plain(stage.label)}", key=f"stage-{stage.number}", expanded=stage.number == 1
        ):
            mark = (
                html(
                    '<p class="quiet">{reconstructed} {provenance_note}</p>',
                    reconstructed=RECONSTRUCTED,
                    provenance_note=stage.provenance_note,
                )
                if stage.provenance == "reconstructed"
                else ""
            )
            light_here = html("<p>The traffic light is set in this stage.</p>") if stage.classifies else ""
            show_html(
                html(
                    '<div class="hw"><p>{purpose}</p>{light_here}<h2>What is done</h2>{tasks}<h2>Who</h2>{people}'
                    '<h2>Watch for</h2>{watch_for}{mark}<p class="quiet">Source: {citation}</p></div>',
                    purpose=stage.purpose,
                    light_here=light_here,
                    tasks=_list(stage.tasks),
                    people=_list(stage.people),
                    watch_for=_list(stage.watch_for),
                    mark=mark,
                    citation=edition.sources[stage.source].citation,
                )
            )


@st.fragment
def _research(edition: Edition) -> None:
    query = st.text_input("Search the research", placeholder="for example: months, treatment", key="research-search")
    found = library.find_messages(edition, query)
    if not found:
        st.info("No message has these words. Try fewer or other words.")
    for message in found:
        figure = (
            html('<strong style="font-size:1.5rem">{figure}</strong> ', figure=message.figure) if message.figure else ""
        )
        caveat = html("<br>{caveat}", caveat=message.caveat) if message.caveat else ""
        mark = RECONSTRUCTED if message.provenance == "reconstructed" else ""
        show_html(
            html(
                '<div class="hw" style="max-width:46rem"><p>{figure}{text} {mark}<br><span class="quiet">'
                "{citation}{caveat}</span></p></div>",
                figure=figure,
                text=message.text,
                mark=mark,
                citation=edition.sources[message.source].citation,
                caveat=caveat,
            )
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
            told = [
                html(
                    "<section><h3>{title} {reconstructed}</h3>{intro}{points}{caveat}{part}</section>",
                    title=chapter.title,
                    reconstructed=RECONSTRUCTED if chapter.provenance == "reconstructed" else "",
                    intro=_line(chapter.intro),
                    points=_list(chapter.points),
                    caveat=_line(chapter.caveat, "quiet"),
                    part=_line(f"Source: {edition.sources[chapter.source].citation}", "quiet"),
                )
                for chapter in chapters
            ]
            show_html(html('<div class="hw hw-chapters">{told}</div>', told=told))


def _line(text: str, how: str = "") -> Markup:
    return html('<p class="{how}">{text}</p>', how=how, text=text) if text else NOTHING


def _list(items: tuple[str, ...]) -> Markup:
    return html("<ul>{items}</ul>", items=[html("<li>{item}</li>", item=item) for item in items])
