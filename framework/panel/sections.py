"""The scoring form in sections: each domain of the edition, then capacity to change and wishes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from framework.edition import CAPACITY, WISHES, Edition, Question
from framework.light.classification import Key
from framework.panel import Given, Panel


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that are shown together."""

    id: str
    group: str
    """"Risk factors", "Protective factors" or "Change and wishes"."""
    label: str
    intro: str
    questions: tuple[Question, ...]

    def answered(self, given: Mapping[Key, Given]) -> int:
        """How many of its questions have an answer."""
        return sum(question.key in given for question in self.questions)

    def filled_together(self, given: Mapping[Key, Given]) -> tuple[Key, ...]:
        """Its questions whose answers were filled in together."""
        return tuple(q.key for q in self.questions if q.key in given and given[q.key].together)


def sections(panel: Panel, edition: Edition) -> tuple[Section, ...]:
    """Every section, in the order of the edition; within one, a carer's questions stand together."""
    return _sections(edition, panel.carer_ids)


@lru_cache(maxsize=64)
def _sections(edition: Edition, carer_ids: tuple[str, ...]) -> tuple[Section, ...]:
    questions = edition.questions(carer_ids)
    carers = {carer: place for place, carer in enumerate(carer_ids)}
    found = []
    for domain in edition.domain:
        here = [
            question
            for question in questions
            if question.subject in edition.factors
            and (edition.factors[question.subject].polarity, edition.factors[question.subject].domain)
            == (domain.polarity, domain.id)
        ]
        here.sort(key=lambda question: carers.get(question.about, -1))
        group = edition.dimensions["risk" if domain.polarity == "risk" else "protection"].label
        found.append(Section(f"{domain.polarity}-{domain.id}", group, domain.label, domain.intro, tuple(here)))
    for subject in (CAPACITY, WISHES):
        dimension = edition.dimensions[subject]
        here = [question for question in questions if question.subject == subject]
        found.append(Section(subject, "Change and wishes", dimension.label, dimension.question, tuple(here)))
    return tuple(found)
