"""The light, the same everywhere: level word, shape and colour together. Never a number."""

from base64 import b64encode
from functools import cache

import streamlit as st
from markupsafe import Markup

from framework.edition import Edition
from framework.light import explain
from framework.light.classification import Classification
from pages.ui.html import NOTHING, html, show_html
from pages.ui.text import plain

# Each shape on a 100 x 100 field, told apart without colour and in print. The outline keeps 3:1 on light and on dark.
_LINE = 'stroke="#6b7674" stroke-width="5"'
_OCTAGON = f'<polygon points="31,4 69,4 96,31 96,69 69,96 31,96 4,69 4,31" fill="{{fill}}" {_LINE}/>'
_SHAPES = {
    "circle": f'<circle cx="50" cy="50" r="45" fill="{{fill}}" {_LINE}/>',
    "triangle": f'<polygon points="50,8 95,90 5,90" fill="{{fill}}" {_LINE} stroke-linejoin="round"/>',
    "octagon": _OCTAGON,
    "octagon_bar": _OCTAGON + '<rect x="20" y="41" width="60" height="18" fill="#fff"/>',
    "ring": '<circle cx="50" cy="50" r="42" fill="none" stroke="#6b7674" stroke-width="8" stroke-dasharray="15 9"/>',
}
_FILLS = {"red": "#d0342c", "amber": "#e09a1a", "green": "#2e8b57"}


@cache
def _image(shape: str, fill: str) -> Markup:
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{_SHAPES[shape].format(fill=fill)}</svg>'
    return html('<img alt="" src="data:image/svg+xml;base64,{drawn}">', drawn=b64encode(drawn.encode()).decode())


def svg(edition: Edition, level: str | None) -> Markup:
    """The shape of a level, an image without words (the word stands beside it); None is the dashed ring of no light yet."""
    if level is None:
        return _image("ring", "none")
    return _image(edition.levels[level].shape, _FILLS[edition.levels[level].light])


def mark(edition: Edition, result: Classification, whose: str = "") -> Markup:
    """HTML of the light: shape and word. What must be said with it (:func:`explain.caveats`) stands under it."""
    return _mark(edition, result, whose)


def small_mark(edition: Edition, result: Classification, whose: str = "") -> Markup:
    """HTML of a light with no room under it: shape, word, and in a few words what no light may stand without."""
    return _mark(edition, result, whose, explain.caveats_in_short(result), small=True)


def _mark(edition: Edition, result: Classification, whose: str, beside: str = "", *, small: bool = False) -> Markup:
    return html(
        '<div class="hw hw-light{small}">{svg}<div>{label}{word}{short}</div></div>',
        small=" small" if small else "",
        svg=svg(edition, result.indicated),
        label=html('<span class="whose">{whose}</span>', whose=whose) if whose else "",
        word=html('<span class="level">{title}</span>', title=explain.title(edition, result)),
        short=html('<span class="beside">{beside}</span>', beside=beside) if beside else "",
    )


def level_mark(edition: Edition, level: str | None, word: str) -> Markup:
    """HTML of a level by itself, in a list or a card."""
    return html(
        '<div class="hw hw-light small">{svg}<div><span class="level">{word}</span></div></div>',
        svg=svg(edition, level),
        word=word,
    )


def box(
    edition: Edition,
    result: Classification,
    whose: str,
    names: dict[str, str],
    *,
    still_agreeing: bool = False,
    folded: bool = False,
) -> None:
    """The light with all that a panel must see beside it. `still_agreeing`: the panel's, with questions still open.

    `folded`: of what stands under it only what holds it there is open.
    """
    small_box(edition, result, whose, names, still_agreeing=still_agreeing)
    # Every part is always there: one that comes and goes could stay on a screen for a moment too long, and mislead.
    # What holds it, what would change it and what is not known stand open; whoever wants calm folds them away.
    holding = explain.holding(edition, result, names)
    with st.expander("What holds it there", key="holding", expanded=True):
        nothing = html("<p>Nothing known stands against the best level.</p>")
        show_html(
            html(
                '<div class="hw">{items}</div>',
                items=[html("<h3>{h}</h3>{items}", h=h, items=_list(items)) for h, items in holding] or nothing,
            )
        )
    with st.expander("What would have to be different", key="changes", expanded=not folded):
        show_html(html('<div class="hw">{changes}</div>', changes=_changes(edition, result, names)))
    with st.expander("Find out next", key="find-out", expanded=not folded):
        show_html(html('<div class="hw">{find_out}</div>', find_out=_find_out(edition, result, names)))
    with st.expander(plain(edition.caution.label), key="cautions"):
        show_html(html('<div class="hw">{cautions}</div>', cautions=_cautions(edition, result)))
    with st.expander("The rule, and the row that fits", key="rule"):
        show_html(rule_table(edition, result))


def small_box(
    edition: Edition, result: Classification, whose: str, names: dict[str, str], *, still_agreeing: bool = False
) -> None:
    """The light and the sentences under it; on a phone also the bar at the foot, which opens."""
    lines = _lines(edition, result, names, still_agreeing)
    show_html(
        html(
            '<div class="hw hw-lightbox" role="group" aria-label="{whose}">{mark}{lines}</div>{foot}',
            whose=whose,
            mark=mark(edition, result, whose),
            lines=lines,
            foot=_foot(small_mark(edition, result, whose), lines),
        )
    )


def held_back(begun: bool) -> None:
    """In place of one's own light while it is held back. `begun`: whether there is an answer yet."""
    why = "It is held back so that it does not steer your answers, and shows when you have finished."
    _no_light("Your light is held back until you have finished" if begun else "No light yet", why)


def none_yet() -> None:
    """In place of one's own light before the first answer."""
    _no_light("No light yet", "It shows as soon as you have given an answer.")


def _no_light(title: str, why: str) -> None:
    label = html('<strong class="hw-nolight">{title}</strong>', title=title)
    text = html('<p class="quiet">{why}</p>', why=why)
    show_html(
        html(
            '<div class="hw hw-lightbox" role="group" aria-label="Your light">{label}{text}</div>{foot}',
            label=label,
            text=text,
            foot=_foot(label, text),
        )
    )


def _foot(summary: Markup, text: Markup) -> Markup:
    """HTML of the bar at the foot of a phone."""
    return html(
        '<details class="hw hw-footlight"><summary>{summary}</summary>{text}</details>', summary=summary, text=text
    )


def _lines(edition: Edition, result: Classification, names: dict[str, str], still_agreeing: bool) -> Markup:
    """HTML of the sentences under the light, in their order."""
    why = explain.sentence(edition, result, names, still_agreeing=still_agreeing)
    note = html('<p class="quiet">{still}</p>', still=explain.STILL_AGREEING) if still_agreeing else ""
    said = explain.caveats(edition, result, names, still_agreeing=still_agreeing)
    return html(
        '<p class="why">{why}</p>{caveats}{basis}{note}',
        why=why,
        caveats=[html('<p class="hw-caveat">{text}</p>', text=text) for text in said],
        basis=_basis(edition, result),
        note=note,
    )


def _basis(edition: Edition, result: Classification) -> Markup:
    if result.basis is None:
        return NOTHING
    level = explain.level_name(edition, result.row.level) if result.row else ""
    return html(
        '<p class="quiet">The row for {level} fits. {basis}</p>', level=level, basis=explain.basis(edition, result)
    )


def _changes(edition: Edition, result: Classification, names: dict[str, str]) -> Markup:
    """What would have to be different: for the parents, and apart from it for the authority or others to put right."""
    parts: list[Markup] = []
    for level, ways in explain.changes(edition, result, names):
        start = "all of this" if len(ways) == 1 else "any one of these"
        parts.append(html("<h3>For {level}: {start}</h3>", level=level, start=start))
        for way in ways:
            needs = [_need(need) for need in way.needs]
            apart = html('<p class="quiet">{why}</p>', why=explain.WISHES_APART) if way.wishes else NOTHING
            parts.append(html("<ul>{needs}</ul>{apart}", needs=needs, apart=apart) if needs else apart)
    return NOTHING.join(parts) or html("<p>There is no better level than this one.</p>")


def _need(need: explain.Need) -> Markup:
    unknown = f" ({explain.number_of(need.unknown, 'answer is', 'answers are')} not known)" if need.unknown else ""
    theirs = _folded("Now against it", need.answers)
    ours = _folded("For the authority or others to put right, not the parents", need.for_authority)
    return html("<li>{text}{unknown}{theirs}{ours}</li>", text=need.text, unknown=unknown, theirs=theirs, ours=ours)


def _folded(heading: str, items: list[str]) -> Markup:
    return (
        html("<details><summary>{heading}</summary>{items}</details>", heading=heading, items=_list(items))
        if items
        else NOTHING
    )


def _find_out(edition: Edition, result: Classification, names: dict[str, str]) -> Markup:
    """What to find out next: what can move the light, and what has to be known for the child's safety in any case."""
    moving = explain.find_out(edition, result, names)
    safety = [one for one in explain.safety_unknown(edition, result, names) if one not in moving]
    parts = [_list(moving)] if moving else []
    if safety:
        parts.append(
            html(
                "<h3>Not known, and about abuse or a caution factor</h3><p>Whatever the light says, find "
                "these out.</p>{safety}",
                safety=_list(safety),
            )
        )
    return NOTHING.join(parts) or html(
        "<p>Everything that bears on the light, on abuse and on the caution factors is answered.</p>"
    )


def _cautions(edition: Edition, result: Classification) -> Markup:
    now = [edition.factors[factor].label for factor in result.cautions]
    history = [edition.factors[factor].label for factor in result.history]
    none = html("<p>None of these factors is there now.</p>")
    past = html("<h3>Resolved, kept as history</h3>{history}", history=_list(history)) if history else ""
    return html("<p>{text}</p>{now}{past}", text=edition.caution.text, now=_list(now) if now else none, past=past)


def rule_table(edition: Edition, result: Classification | None = None) -> Markup:
    """HTML of the rule, with the row that fits marked."""
    heads = [html('<th scope="col">{label}</th>', label=d.label) for d in edition.dimension]
    rows = []
    for row, (level, label, cells) in zip(edition.rule.row, explain.rule_table(edition), strict=True):
        matched = result is not None and result.row == row
        span = html(' colspan="{count}"', count=len(edition.dimension)) if len(cells) == 1 else ""
        body = [html("<td{span}>{cell}</td>", span=span, cell=cell) for cell in cells]
        here = html("<br>This row fits") if matched else ""
        rows.append(
            html(
                '<tr{matched}><th scope="row">{level_mark}{here}</th>{body}</tr>',
                matched=" class=hw-matched" if matched else "",
                level_mark=level_mark(edition, level, label),
                here=here,
                body=body,
            )
        )
    note = (
        html(
            '<p class="quiet"><span class="hw-tag">Reconstructed</span> {provenance_note}</p>',
            provenance_note=edition.rule.provenance_note,
        )
        if edition.rule.provenance == "reconstructed"
        else ""
    )
    return html(
        '<div class="hw">{note}<div class="scroll" tabindex="0" role="region" aria-label="The rule">'
        '<table><thead><tr><th scope="col">Level</th>{heads}</tr></thead><tbody>{rows}</tbody>'
        '</table></div><p class="quiet">Read from the top: the first row that fits gives the level.'
        "</p></div>",
        note=note,
        heads=heads,
        rows=rows,
    )


def _list(items: list[str], shown: int = 5) -> Markup:
    """A list of which the first few are seen, and the rest is one click away."""
    every = [html("<li>{item}</li>", item=item) for item in items]
    first, rest = every[:shown], every[shown:]
    more = (
        html("<details><summary>and {count} more</summary><ul>{rest}</ul></details>", count=len(rest), rest=rest)
        if rest
        else ""
    )
    return html("<ul>{first}</ul>{more}", first=first, more=more)
