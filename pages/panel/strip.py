"""One question after the reveal, as HTML: a mark for each member under their answer, who stands apart, and what they wrote."""

from collections.abc import Mapping

from markupsafe import Markup

from framework import panel
from framework.dates import uk_clock
from framework.edition import UNKNOWN, Edition
from framework.light import explain
from framework.light.classification import Key
from framework.panel.spread import Spread, ask_how
from pages.ui.html import NOTHING, html


def whole(state: panel.Panel, edition: Edition, spread: Spread) -> Markup:
    """The answers to one question and what members wrote on it."""
    return html(
        '<div class="hw-whole">{strip}{written}</div>',
        strip=strip(state, edition, spread),
        written=written(state, edition, spread),
    )


def strip(state: panel.Panel, edition: Edition, spread: Spread, *, wall: bool = False) -> Markup:
    """The answers to one question. On the wall without the names of the adults at home unless the chair shows them."""
    question = spread.question
    names = state.carers if not wall or state.names_on_wall else panel.carers_without_names(state)
    marks = panel.initials(state.members.values())
    ask = ask_how(spread)
    prompt = html('<p class="hw-ask"><strong>{ask}</strong></p>', ask=ask) if ask else ""
    return html(
        '<section class="hw hw-strip"><h2 tabindex="-1">{subject}</h2>{table}{silent}{apart}{prompt}</section>',
        subject=explain.subject(edition, question, names),
        table=_table(state, edition, spread, marks),
        silent=_silent(spread, marks),
        apart=_apart(state, edition, spread, marks),
        prompt=prompt,
    )


def panels_answer(state: panel.Panel, edition: Edition, key: Key) -> Markup:
    """What the panel agreed on a question and how it came about; that it is still open, otherwise."""
    agreed = panel.agreement(state, key)
    if agreed is None:
        return html('<p class="hw hw-answer" role="status">Not agreed yet.</p>')
    word = edition.status_label(key[0], agreed.status)
    how = panel.how_agreed(state, edition, key, agreed)
    note = f" {agreed.note}" if agreed.note else ""
    return html(
        '<p class="hw hw-answer" role="status">✓ The panel\'s answer: <strong>{word}</strong>. {how}.{note}</p>',
        word=word,
        how=how,
        note=note,
    )


def how(state: panel.Panel, edition: Edition, key: Key) -> Markup:
    """How the panel came to its answer, for the chair, whose line of the answer has no room for it; "" while it is open, or
    where the line says it all."""
    agreed = panel.agreement(state, key)
    said = panel.how_agreed(state, edition, key, agreed) if agreed else ""
    return html("<p>{said}.</p>", said=said) if said not in ("", "All alike") else NOTHING


def in_words(edition: Edition, spread: Spread) -> str:
    """ "Active: Farida, Owen · Improving: Malcolm · No answer: Tess"."""
    said: dict[str, list[str]] = {}
    for member, given in spread.given:
        label = edition.status_label(spread.question.subject, given.status) if given else "No answer"
        said.setdefault(label, []).append(member.name)
    return " · ".join(f"{status}: {', '.join(names)}" for status, names in said.items())


def _chip(member: panel.Member, marks: Mapping[str, str], why: str = "") -> Markup:
    said = f"{member.name} ({why})" if why else member.name
    kind = "hw-chip hw-chip-apart" if why else "hw-chip"
    return html(
        '<span class="{kind}" role="img" aria-label="{said}" title="{said}">{mark}</span>',
        kind=kind,
        said=said,
        mark=marks[member.id],
    )


def _table(state: panel.Panel, edition: Edition, spread: Spread, marks: Mapping[str, str]) -> Markup:
    """The answers there are, the counting members' marks under them, and under those which one was agreed.

    The line of what was agreed is always there, so that nothing below moves when something is agreed.
    """
    key = spread.question.key
    agreed = panel.agreement(state, key)
    removed = {one.member.id: panel.why_apart(one) for one in spread.apart if one.why == "removed"}
    heads, cells, feet = [], [], []
    for status in (*(one.id for one in edition.statuses(*key)), UNKNOWN):
        chips = [
            _chip(m, marks, removed.get(m.id, "")) for m, given in spread.given if given and given.status == status
        ]
        chosen = agreed is not None and agreed.status == status
        heads.append(html('<th scope="col">{status}</th>', status=edition.status_label(key[0], status)))
        cells.append(html("<td{chosen}>{chips}</td>", chosen=" class=hw-agreed" if chosen else "", chips=chips))
        feet.append(html("<td>{chosen}</td>", chosen=html("<strong>✓ agreed</strong>") if chosen else ""))
    return html(
        '<div class="scroll" tabindex="0" role="region" aria-label="Answers"><table><thead><tr>'
        '{heads}</tr></thead><tbody><tr>{cells}</tr><tr class="hw-foot">{feet}</tr></tbody></table>'
        "</div>",
        heads=heads,
        cells=cells,
        feet=feet,
    )


def _silent(spread: Spread, marks: Mapping[str, str]) -> Markup:
    """Who counts and gave no answer here: not the same as “not known”."""
    silent = [_chip(member, marks) for member, given in spread.given if given is None]
    return html('<p class="quiet">No answer: {silent}</p>', silent=silent) if silent else NOTHING


def _apart(state: panel.Panel, edition: Edition, spread: Spread, marks: Mapping[str, str]) -> Markup:
    """The answers that do not count, and those of seats that were removed, with why."""
    counting = {member.id for member, _ in spread.given}
    groups: dict[tuple[str, str], list[panel.Apart]] = {}
    for one in spread.apart:
        counts = "; the answer still counts" if one.member.id in counting else ""
        groups.setdefault((one.given.status, panel.why_apart(one) + counts), []).append(one)
    items = [
        html(
            "<li>{chips} {names}: <strong>{status}</strong> ({why})</li>",
            chips=[_chip(one.member, marks, panel.why_apart(one)) for one in group],
            names=panel.names_listed(tuple(one.member for one in group)),
            status=edition.status_label(spread.question.subject, status),
            why=why,
        )
        for (status, why), group in groups.items()
    ]
    return html('<div class="hw-apart"><p>Shown apart:</p><ul>{items}</ul></div>', items=items) if items else NOTHING


def written(state: panel.Panel, edition: Edition, spread: Spread) -> Markup:
    """What members wrote on this question, how their answers changed, what they added later, and dissent."""
    key = spread.question.key
    given = [(member, answer) for member, answer in spread.given if answer]
    given += [(one.member, one.given) for one in spread.apart if one.member.id not in {m.id for m, _ in given}]
    items = [line for member, answer in given if (line := _line(state, edition, key, member, answer))]
    items += [
        html(
            "<li><strong>{name}</strong>, added {at}: {text}</li>",
            name=state.members[note.member].name,
            at=uk_clock(note.at),
            text=note.text,
        )
        for note in state.notes.get(key, ())
    ]
    items += [
        html("<li><strong>Dissent, {name}:</strong> {reason}</li>", name=state.members[who].name, reason=reason)
        for who, reason in state.dissent.get(key, {}).items()
    ]
    return html('<ul class="hw hw-written">{items}</ul>', items=items) if items else NOTHING


def _line(state: panel.Panel, edition: Edition, key: Key, member: panel.Member, given: panel.Given) -> Markup:
    # Of an answer that stands apart it is said already that it came after the reveal.
    apart = bool(panel.standing_of(state, member)) and len(panel.trail(state, member.id, key)) == 1
    changed = "" if apart else panel.how_changed(state, edition, member.id, key)
    kinds = panel.evidence_words(edition, given)
    if not (given.note or changed or kinds):
        return NOTHING
    together = " (filled in together)" if given.together else ""
    status = edition.status_label(key[0], given.status)
    note = f": {given.note}" if given.note else ""
    evidence = html(" <span class=quiet>[{kinds}]</span>", kinds=kinds) if kinds else ""
    trail = html("<br>{changed}.", changed=changed[:1].upper() + changed[1:].removesuffix(".")) if changed else ""
    return html(
        "<li><strong>{name}</strong>, {status}{together}{note}{evidence}{trail}</li>",
        name=member.name,
        status=status,
        together=together,
        note=note,
        evidence=evidence,
        trail=trail,
    )
