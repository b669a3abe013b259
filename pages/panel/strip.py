"""One question after the reveal, as HTML: a mark for each member under their answer, who stands apart, and what they wrote."""

from collections.abc import Mapping
from html import escape

from framework import panel as p
from framework.dates import uk_clock
from framework.edition import UNKNOWN, Edition
from framework.light import explain
from framework.light.classification import Key
from framework.panel import spread as s


def whole(state: p.Panel, edition: Edition, spread: s.Spread) -> str:
    """The answers to one question and what members wrote on it."""
    return f'<div class="hw-whole">{strip(state, edition, spread)}{written(state, edition, spread)}</div>'


def strip(state: p.Panel, edition: Edition, spread: s.Spread, *, wall: bool = False) -> str:
    """The answers to one question. On the wall without the names of the adults at home unless the chair shows them."""
    question = spread.question
    names = state.carers if not wall or state.names_on_wall else p.carers_without_names(state)
    marks = p.initials(state.members.values())
    ask = s.ask_how(spread)
    prompt = f'<p class="hw-ask"><strong>{escape(ask)}</strong></p>' if ask else ""
    return (
        f'<section class="hw hw-strip"><h2 tabindex="-1">{escape(explain.subject(edition, question, names))}</h2>'
        f"{_table(state, edition, spread, marks)}{_silent(spread, marks)}"
        f"{_apart(state, edition, spread, marks)}{prompt}</section>"
    )


def panels_answer(state: p.Panel, edition: Edition, key: Key) -> str:
    """What the panel agreed on a question and how it came about; that it is still open, otherwise."""
    agreed = p.agreement(state, key)
    if agreed is None:
        return '<p class="hw hw-answer" role="status">Not agreed yet.</p>'
    word = escape(edition.status_label(key[0], agreed.status))
    how = escape(p.how_agreed(state, edition, key, agreed))
    note = f" {escape(agreed.note)}" if agreed.note else ""
    return f'<p class="hw hw-answer" role="status">✓ The panel\'s answer: <strong>{word}</strong>. {how}.{note}</p>'


def how(state: p.Panel, edition: Edition, key: Key) -> str:
    """How the panel came to its answer, for the chair, whose line of the answer has no room for it; "" while it is open, or
    where the line says it all."""
    agreed = p.agreement(state, key)
    said = p.how_agreed(state, edition, key, agreed) if agreed else ""
    return f"<p>{escape(said)}.</p>" if said not in ("", "All alike") else ""


def in_words(edition: Edition, spread: s.Spread) -> str:
    """ "Active: Farida, Owen · Improving: Malcolm · No answer: Tess"."""
    said: dict[str, list[str]] = {}
    for member, given in spread.given:
        label = edition.status_label(spread.question.subject, given.status) if given else "No answer"
        said.setdefault(label, []).append(member.name)
    return " · ".join(f"{status}: {', '.join(names)}" for status, names in said.items())


def _chip(member: p.Member, marks: Mapping[str, str], why: str = "") -> str:
    said = escape(f"{member.name} ({why})" if why else member.name)
    kind = "hw-chip hw-chip-apart" if why else "hw-chip"
    return f'<span class="{kind}" role="img" aria-label="{said}" title="{said}">{escape(marks[member.id])}</span>'


def _table(state: p.Panel, edition: Edition, spread: s.Spread, marks: Mapping[str, str]) -> str:
    """The answers there are, the counting members' marks under them, and under those which one was agreed.

    The line of what was agreed is always there, so that nothing below moves when something is agreed.
    """
    key = spread.question.key
    agreed = p.agreement(state, key)
    removed = {one.member.id: p.why_apart(one) for one in spread.apart if one.why == "removed"}
    heads, cells, feet = [], [], []
    for status in (*(one.id for one in edition.statuses(*key)), UNKNOWN):
        chips = [
            _chip(m, marks, removed.get(m.id, "")) for m, given in spread.given if given and given.status == status
        ]
        chosen = agreed is not None and agreed.status == status
        heads.append(f'<th scope="col">{escape(edition.status_label(key[0], status))}</th>')
        cells.append(f"<td{' class=hw-agreed' if chosen else ''}>{''.join(chips)}</td>")
        feet.append(f"<td>{'<strong>✓ agreed</strong>' if chosen else ''}</td>")
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Answers"><table>'
        f"<thead><tr>{''.join(heads)}</tr></thead><tbody><tr>{''.join(cells)}</tr>"
        f'<tr class="hw-foot">{"".join(feet)}</tr></tbody></table></div>'
    )


def _silent(spread: s.Spread, marks: Mapping[str, str]) -> str:
    """Who counts and gave no answer here: not the same as “not known”."""
    silent = [_chip(member, marks) for member, given in spread.given if given is None]
    return f'<p class="quiet">No answer: {"".join(silent)}</p>' if silent else ""


def _apart(state: p.Panel, edition: Edition, spread: s.Spread, marks: Mapping[str, str]) -> str:
    """The answers that do not count, and those of seats that were removed, with why."""
    counting = {member.id for member, _ in spread.given}
    groups: dict[tuple[str, str], list[p.Apart]] = {}
    for one in spread.apart:
        counts = "; the answer still counts" if one.member.id in counting else ""
        groups.setdefault((one.given.status, p.why_apart(one) + counts), []).append(one)
    items = "".join(
        f"<li>{''.join(_chip(one.member, marks, p.why_apart(one)) for one in group)} "
        f"{escape(p.names_listed(tuple(one.member for one in group)))}: "
        f"<strong>{escape(edition.status_label(spread.question.subject, status))}</strong> ({escape(why)})</li>"
        for (status, why), group in groups.items()
    )
    return f'<div class="hw-apart"><p>Shown apart:</p><ul>{items}</ul></div>' if items else ""


def written(state: p.Panel, edition: Edition, spread: s.Spread) -> str:
    """What members wrote on this question, how their answers changed, what they added later, and dissent."""
    key = spread.question.key
    given = [(member, answer) for member, answer in spread.given if answer]
    given += [(one.member, one.given) for one in spread.apart if one.member.id not in {m.id for m, _ in given}]
    items = [line for member, answer in given if (line := _line(state, edition, key, member, answer))]
    items += [
        f"<li><strong>{escape(state.members[note.member].name)}</strong>, added {uk_clock(note.at)}: {escape(note.text)}</li>"
        for note in state.notes.get(key, ())
    ]
    items += [
        f"<li><strong>Dissent, {escape(state.members[who].name)}:</strong> {escape(reason)}</li>"
        for who, reason in state.dissent.get(key, {}).items()
    ]
    return f'<ul class="hw hw-written">{"".join(items)}</ul>' if items else ""


def _line(state: p.Panel, edition: Edition, key: Key, member: p.Member, given: p.Given) -> str:
    # Of an answer that stands apart it is said already that it came after the reveal.
    apart = bool(p.standing_of(state, member)) and len(p.trail(state, member.id, key)) == 1
    changed = "" if apart else p.how_changed(state, edition, member.id, key)
    kinds = p.evidence_words(edition, given)
    if not (given.note or changed or kinds):
        return ""
    together = " (filled in together)" if given.together else ""
    status = escape(edition.status_label(key[0], given.status))
    note = f": {escape(given.note)}" if given.note else ""
    evidence = f" <span class=quiet>[{escape(kinds)}]</span>" if kinds else ""
    trail = f"<br>{escape(changed[:1].upper() + changed[1:].removesuffix('.'))}." if changed else ""
    return f"<li><strong>{escape(member.name)}</strong>, {status}{together}{note}{evidence}{trail}</li>"
