"""The light, the same everywhere: level word, shape and colour together. Never a number."""

from base64 import b64encode
from functools import cache
from html import escape

import streamlit as st

from framework.edition import Edition
from framework.light import explain
from framework.light.classification import Classification
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
def _image(shape: str, fill: str) -> str:
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{_SHAPES[shape].format(fill=fill)}</svg>'
    return f'<img alt="" src="data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}">'


def svg(edition: Edition, level: str | None) -> str:
    """The shape of a level, an image without words (the word stands beside it); None is the dashed ring of no light yet."""
    if level is None:
        return _image("ring", "none")
    return _image(edition.levels[level].shape, _FILLS[edition.levels[level].light])


def mark(edition: Edition, result: Classification, whose: str = "") -> str:
    """HTML of the light: shape and word. What must be said with it (:func:`explain.caveats`) stands under it."""
    return _mark(edition, result, whose)


def small_mark(edition: Edition, result: Classification, whose: str = "") -> str:
    """HTML of a light with no room under it: shape, word, and in a few words what no light may stand without."""
    return _mark(edition, result, whose, explain.caveats_in_short(result), small=True)


def _mark(edition: Edition, result: Classification, whose: str, beside: str = "", *, small: bool = False) -> str:
    label = f'<span class="whose">{escape(whose)}</span>' if whose else ""
    word = f'<span class="level">{escape(explain.title(edition, result))}</span>'
    short = f'<span class="beside">{escape(beside)}</span>' if beside else ""
    kind = "hw hw-light small" if small else "hw hw-light"
    return f'<div class="{kind}">{svg(edition, result.indicated)}<div>{label}{word}{short}</div></div>'


def level_mark(edition: Edition, level: str | None, word: str) -> str:
    """HTML of a level by itself, in a list or a card."""
    return f'<div class="hw hw-light small">{svg(edition, level)}<div><span class="level">{escape(word)}</span></div></div>'


def box(
    edition: Edition, result: Classification, whose: str, names: dict[str, str], *, still_agreeing: bool = False
) -> None:
    """The light with all that a panel must see beside it. `still_agreeing`: the panel's, with questions still open."""
    small_box(edition, result, whose, names, still_agreeing=still_agreeing)
    # Every part is always there: one that comes and goes could stay on a screen for a moment too long, and mislead.
    # What holds it, what would change it and what is not known stand open; whoever wants calm folds them away.
    holding = explain.holding(edition, result, names)
    with st.expander("What holds it there", key="holding", expanded=True):
        nothing = "<p>Nothing known stands against the best level.</p>"
        st.html(
            f'<div class="hw">{"".join(f"<h3>{escape(h)}</h3>{_list(items)}" for h, items in holding) or nothing}</div>'
        )
    with st.expander("What would have to be different", key="changes", expanded=True):
        st.html(f'<div class="hw">{_changes(edition, result, names)}</div>')
    with st.expander("Find out next", key="find-out", expanded=True):
        st.html(f'<div class="hw">{_find_out(edition, result, names)}</div>')
    with st.expander(plain(edition.caution.label), key="cautions"):
        st.html(f'<div class="hw">{_cautions(edition, result)}</div>')
    with st.expander("The rule, and the row that fits", key="rule"):
        st.html(rule_table(edition, result))


def small_box(
    edition: Edition, result: Classification, whose: str, names: dict[str, str], *, still_agreeing: bool = False
) -> None:
    """The light and the sentences under it; on a phone also the bar at the foot, which opens."""
    lines = _lines(edition, result, names, still_agreeing)
    st.html(
        f'<div class="hw hw-lightbox" role="group" aria-label="{escape(whose)}">{mark(edition, result, whose)}{lines}</div>'
        f"{_foot(small_mark(edition, result, whose), lines)}"
    )


def held_back(begun: bool) -> None:
    """In place of one's own light while it is held back. `begun`: whether there is an answer yet."""
    why = "It is held back so that it does not steer your answers, and shows when you have finished."
    _no_light("Your light is held back until you have finished" if begun else "No light yet", why)


def none_yet() -> None:
    """In place of one's own light before the first answer."""
    _no_light("No light yet", "It shows as soon as you have given an answer.")


def _no_light(title: str, why: str) -> None:
    label, text = f'<strong class="hw-nolight">{title}</strong>', f'<p class="quiet">{why}</p>'
    st.html(f'<div class="hw hw-lightbox" role="group" aria-label="Your light">{label}{text}</div>{_foot(label, text)}')


def _foot(summary: str, text: str) -> str:
    """HTML of the bar at the foot of a phone."""
    return f'<details class="hw hw-footlight"><summary>{summary}</summary>{text}</details>'


def _lines(edition: Edition, result: Classification, names: dict[str, str], still_agreeing: bool) -> str:
    """HTML of the sentences under the light, in their order."""
    why = escape(explain.sentence(edition, result, names, still_agreeing=still_agreeing))
    note = f'<p class="quiet">{explain.STILL_AGREEING}</p>' if still_agreeing else ""
    said = explain.caveats(edition, result, names, still_agreeing=still_agreeing)
    caveats = "".join(f'<p class="hw-caveat">{escape(text)}</p>' for text in said)
    return f'<p class="why">{why}</p>{caveats}{_basis(edition, result)}{note}'


def _basis(edition: Edition, result: Classification) -> str:
    if result.basis is None:
        return ""
    level = escape(explain.level_name(edition, result.row.level)) if result.row else ""
    return f'<p class="quiet">The row for {level} fits. {escape(explain.basis(edition, result))}</p>'


def _changes(edition: Edition, result: Classification, names: dict[str, str]) -> str:
    """What would have to be different: for the parents, and apart from it for the authority or others to put right."""
    parts = []
    for level, ways in explain.changes(edition, result, names):
        start = "all of this" if len(ways) == 1 else "any one of these"
        parts.append(f"<h3>For {escape(level)}: {start}</h3>")
        for way in ways:
            needs = "".join(_need(need) for need in way.needs)
            apart = f'<p class="quiet">{escape(explain.WISHES_APART)}</p>' if way.wishes else ""
            parts.append(f"<ul>{needs}</ul>{apart}" if needs else apart)
    return "".join(parts) or "<p>There is no better level than this one.</p>"


def _need(need: explain.Need) -> str:
    unknown = f" ({explain.number_of(need.unknown, 'answer is', 'answers are')} not known)" if need.unknown else ""
    theirs = _folded("Now against it", need.answers)
    ours = _folded("For the authority or others to put right, not the parents", need.for_authority)
    return f"<li>{escape(need.text)}{unknown}{theirs}{ours}</li>"


def _folded(heading: str, items: list[str]) -> str:
    return f"<details><summary>{escape(heading)}</summary>{_list(items)}</details>" if items else ""


def _find_out(edition: Edition, result: Classification, names: dict[str, str]) -> str:
    """What to find out next: what can move the light, and what has to be known for the child's safety in any case."""
    moving = explain.find_out(edition, result, names)
    safety = [one for one in explain.safety_unknown(edition, result, names) if one not in moving]
    parts = [_list(moving)] if moving else []
    if safety:
        parts.append(
            "<h3>Not known, and about abuse or a caution factor</h3><p>Whatever the light says, find these out.</p>"
            + _list(safety)
        )
    return (
        "".join(parts) or "<p>Everything that bears on the light, on abuse and on the caution factors is answered.</p>"
    )


def _cautions(edition: Edition, result: Classification) -> str:
    now = [edition.factors[factor].label for factor in result.cautions]
    history = [edition.factors[factor].label for factor in result.history]
    none = "<p>None of these factors is there now.</p>"
    past = f"<h3>Resolved, kept as history</h3>{_list(history)}" if history else ""
    return f"<p>{escape(edition.caution.text)}</p>{_list(now) if now else none}{past}"


def rule_table(edition: Edition, result: Classification | None = None) -> str:
    """HTML of the rule, with the row that fits marked."""
    heads = "".join(f'<th scope="col">{escape(d.label)}</th>' for d in edition.dimension)
    rows = []
    for row, (level, label, cells) in zip(edition.rule.row, explain.rule_table(edition), strict=True):
        matched = result is not None and result.row == row
        span = f' colspan="{len(edition.dimension)}"' if len(cells) == 1 else ""
        body = "".join(f"<td{span}>{escape(cell)}</td>" for cell in cells)
        here = "<br>This row fits" if matched else ""
        rows.append(
            f'<tr{" class=hw-matched" if matched else ""}><th scope="row">{level_mark(edition, level, label)}{here}</th>{body}</tr>'
        )
    note = (
        f'<p class="quiet"><span class="hw-tag">Reconstructed</span> {escape(edition.rule.provenance_note)}</p>'
        if edition.rule.provenance == "reconstructed"
        else ""
    )
    return (
        f'<div class="hw">{note}<div class="scroll" tabindex="0" role="region" aria-label="The rule"><table>'
        f'<thead><tr><th scope="col">Level</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
        '<p class="quiet">Read from the top: the first row that fits gives the level.</p></div>'
    )


def _list(items: list[str], shown: int = 5) -> str:
    """A list of which the first few are seen, and the rest is one click away."""
    first, rest = ("".join(f"<li>{escape(item)}</li>" for item in part) for part in (items[:shown], items[shown:]))
    more = f"<details><summary>and {len(items) - shown} more</summary><ul>{rest}</ul></details>" if rest else ""
    return f"<ul>{first}</ul>{more}"
