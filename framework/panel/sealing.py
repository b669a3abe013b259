"""The light of a meeting as it is written when the panel agrees, and read back from there."""

from collections.abc import Iterable
from dataclasses import replace

from framework.edition import Edition, Question
from framework.light.classification import Answer, Classification, Key
from framework.panel.model import Outcome, OutcomeAnswer, OutcomeLight


def outcome(
    counting: tuple[str, ...], answers: Iterable[OutcomeAnswer], found: Classification, edition: Edition
) -> Outcome:
    """The event that holds these answers and what the edition's rule makes of them."""
    return Outcome(
        counting=counting,
        answers=tuple(answers),
        indicated=found.indicated,
        best=found.best,
        worst=found.worst,
        basis=found.basis,
        edition=edition.hash,
        edition_id=edition.id,
        light=OutcomeLight(
            colour=found.light,
            dimensions=found.dimensions,
            row=edition.rule.row.index(found.row) if found.row else None,
            holding=tuple((*answer.question.key, answer.status) for answer in found.holding),
            held_by=found.held_by,
            unknown=tuple((*question.key, narrows) for question, narrows in found.unknown),
            unknown_for_safety=tuple(question.key for question in found.unknown_for_safety),
            cautions=found.cautions,
            history=found.history,
            only_process=found.only_process,
        ),
    )


def as_sealed(sealed: Outcome, edition: Edition, found: Classification) -> Classification:
    """The classification that an outcome holds. `found` is what the rule gives for its answers now.

    What would change the level is not sealed: it is taken from `found`, and left out where `found` is another result, since
    it would be said by another rule than the one that gave the level. An outcome without its light seals nothing.
    """
    if sealed.light is None:
        return found

    def asked(key: Key) -> Question:
        return Question(*key, edition.dimension_of(key[0]).id)

    light = sealed.light
    read = replace(
        found,
        best=sealed.best,
        worst=sealed.worst,
        basis=sealed.basis,
        light=light.colour,
        dimensions=light.dimensions,
        row=None if light.row is None else edition.rule.row[light.row],
        holding=tuple(Answer(asked((subject, about)), status) for subject, about, status in light.holding),
        held_by=light.held_by,
        unknown=tuple((asked((subject, about)), narrows) for subject, about, narrows in light.unknown),
        unknown_for_safety=tuple(asked(key) for key in light.unknown_for_safety),
        cautions=light.cautions,
        history=light.history,
        only_process=light.only_process,
    )
    return read if read == found else replace(read, changes={})
