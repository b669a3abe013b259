"""Finding things in an edition: factors and research messages by their words."""

from collections.abc import Sequence

from framework.edition import Edition, Factor, Message
from framework.tables import csv_bytes


def find(edition: Edition, words: str, kind: str = "All") -> list[Factor]:
    """Factors whose text holds every word; `kind` is All, Risk, Protective or Caution."""
    return [
        factor
        for factor in edition.factor
        if (kind == "All" or (factor.caution if kind == "Caution" else factor.polarity == kind.lower()))
        and _holds(words, factor.id, factor.label, factor.definition, *factor.look_for, *factor.evidence)
    ]


def find_messages(edition: Edition, words: str) -> list[Message]:
    """Research messages whose text or source holds every word."""
    return [
        message
        for message in edition.message
        if _holds(words, message.text, message.figure, message.topic, edition.sources[message.source].citation)
    ]


def messages_about(edition: Edition, factor: str) -> list[Message]:
    """What research says about a factor."""
    return [message for message in edition.message if factor in message.about]


def as_csv(edition: Edition, factors: Sequence[Factor]) -> bytes:
    """Factors as a table, for a spreadsheet."""
    head = ("Factor", "Kind", "Scored about", "Take great care", "Definition", "Source", "Provenance")
    rows = (
        (
            factor.label,
            factor.polarity,
            factor.scope,
            "yes" if factor.caution else "no",
            factor.definition,
            edition.sources[factor.source].citation,
            factor.provenance,
        )
        for factor in factors
    )
    return csv_bytes((head, *rows))


def _holds(words: str, *texts: str) -> bool:
    text = " ".join(texts).casefold()
    return all(word in text for word in words.casefold().split())
