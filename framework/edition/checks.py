"""What must hold of an edition beside the types of its fields."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from framework.edition.model import (
    CAPACITY,
    DIMENSIONS,
    NOT_APPLICABLE,
    UNKNOWN,
    WISHES,
    Combination,
    Dimension,
    Edition,
    Factor,
)

Problems = Iterator[tuple[str, str]]
"""(key, sentence) for each thing wrong."""


def problems(edition: Edition) -> Problems:
    """What pydantic cannot see: (key, sentence) for each thing wrong, worst first. Source: domain rules 2 and 3."""
    named: dict[str, tuple[Any, ...]] = {
        "source": edition.source,
        "level": edition.level,
        "dimension": edition.dimension,
        "chapter": edition.chapter,
        "evidence": edition.evidence,
        "factor": edition.factor,
        "stage": edition.stage,
        "message": edition.message,
        "panel_role": edition.panel_role,
    }
    for kind, items in named.items():
        for name, times in Counter(item.id for item in items).items():
            if times > 1:
                yield f'{kind} "{name}"', f"this id is used {times} times; each must be used once."
    for (polarity, name), times in Counter((d.polarity, d.id) for d in edition.domain).items():
        if times > 1:
            yield f'domain "{name}"', f"this {polarity} domain is listed {times} times."
    for kind, items in named.items():
        for item in items:
            cited = getattr(item, "source", None)
            if cited is not None and cited not in edition.sources:
                yield f'{kind} "{item.id}" → source', f'"{cited}" is not in sources.toml.'
    for key, cited_by in (("based_on", edition.based_on), ("caution → sources", edition.caution.sources)):
        for cited in cited_by:
            if cited not in edition.sources:
                yield key, f'"{cited}" is not in sources.toml.'
    if edition.panel_role and not any(role.scores for role in edition.panel_role):
        yield "panel_role", "no role scores, so there could be no meeting."
    if (rules := edition.panel_rules_of_its_own) and rules.source not in edition.sources:
        yield "panel_rules → source", f'"{rules.source}" is not in sources.toml.'
    if edition.rule.source not in edition.sources:
        yield "rule → source", f'"{edition.rule.source}" is not in sources.toml.'
    domains = {(d.polarity, d.id) for d in edition.domain}
    for factor in edition.factor:
        if factor.id in (CAPACITY, WISHES):
            yield f'factor "{factor.id}"', "this name is kept for the other questions; choose another."
        if (factor.polarity, factor.domain) not in domains:
            yield f'factor "{factor.id}" → domain', f'there is no {factor.polarity} domain "{factor.domain}".'
        yield from _marking_problems(edition, factor)
    for polarity in ("risk", "protective"):
        if not any(f.polarity == polarity for f in edition.factor):
            yield "factor", f"there is no {polarity} factor."
        elif all(f.may_not_apply for f in edition.factor if f.polarity == polarity):
            yield (
                "factor",
                f"every {polarity} factor is marked may_not_apply; one at least must be one that applies to everybody.",
            )
    for domain in edition.domain:
        if not any((f.polarity, f.domain) == (domain.polarity, domain.id) for f in edition.factor):
            yield f'domain "{domain.id}"', f"no {domain.polarity} factor stands in it."
    numbers = [stage.number for stage in edition.stage]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "stage", f"the numbers must count 1, 2, 3 and so on; they are {', '.join(map(str, numbers))}."
    for message in edition.message:
        for factor_id in message.about:
            if factor_id not in edition.factors:
                yield f'message "{message.id}" → about', f'there is no factor "{factor_id}".'
    yield from _rule_problems(edition)


def _marking_problems(edition: Edition, factor: Factor) -> Problems:
    at = f'factor "{factor.id}"'
    if factor.caution and factor.polarity != "risk":
        yield f"{at} → caution", "only a risk factor can ask for caution."
    if factor.process and factor.polarity != "protective":
        yield f"{at} → process", "only a protective factor can be something that services do."
    if factor.put_right_by != "parents" and factor.polarity != "risk":
        yield f"{at} → put_right_by", "only a risk factor is there to be put right."
    if factor.may_not_apply != bool(factor.may_not_apply_when.strip()):
        yield (
            f"{at} → may_not_apply_when",
            "says when the factor cannot apply, where may_not_apply is true and only there.",
        )
    if factor.may_not_apply and not any(s.only_where for s in edition.dimension_of(factor.id).status):
        yield (
            f"{at} → may_not_apply",
            f'needs an answer for it: a status with only_where = "may_not_apply" in the dimension '
            f'"{edition.dimension_of(factor.id).id}" of classification.toml.',
        )


def _status_problems(dimension: Dimension) -> Problems:
    for name, times in Counter(status.id for status in dimension.status).items():
        if times > 1:
            yield f'dimension "{dimension.id}" → status "{name}"', f"this id is used {times} times."
    if any(status.id == UNKNOWN for status in dimension.status):
        yield f'dimension "{dimension.id}" → status', '"unknown" is added to every question; leave it out here.'
    # The value that moves nothing: 0 where the least favourable answer decides, the worst where the most favourable does.
    neutral = dimension.worst if dimension.combine == "most_favourable" else 0
    for status in dimension.status:
        at = f'dimension "{dimension.id}" → status "{status.id}"'
        if (status.id == NOT_APPLICABLE) != (status.only_where is not None):
            yield f"{at} → only_where", f'"may_not_apply" belongs to the answer "{NOT_APPLICABLE}", and to no other.'
        elif status.only_where and dimension.id in (CAPACITY, WISHES):
            yield f"{at} → only_where", "only a factor can be marked so."
        elif status.only_where and status.value != neutral:
            yield f"{at} → value", f"must be {neutral}: what does not apply counts as what is not there."
    values = [status.value for status in dimension.status]
    if values != sorted(values):
        yield f'dimension "{dimension.id}" → status', "the answers must go from the most favourable to the least."


def _rule_problems(edition: Edition) -> Problems:
    lights = [("green", "amber", "red").index(level.light) for level in edition.level]
    if lights != sorted(lights):
        yield "level", "the lights must go from green to red, as the levels go from the most favourable to the least."
    for label, times in Counter(level.label for level in edition.level).items():
        if times > 1:
            yield "level", f'{times} levels have the label "{label}"; each needs its own.'
    if edition.rule.provenance == "reconstructed" and not edition.rule.provenance_note.strip():
        yield "rule → provenance_note", "is missing: what is reconstructed has to say how."
    if tuple(d.id for d in edition.dimension) != DIMENSIONS:
        yield "dimension", f"the dimensions must be {', '.join(DIMENSIONS)}, in this order."
        return
    for dimension in edition.dimension:
        combine = "most_favourable" if dimension.id == "protection" else "least_favourable"
        if dimension.combine != combine:
            yield f'dimension "{dimension.id}" → combine', f'must be "{combine}": the app says so everywhere in words.'
        # Without those for some only: whoever is asked must be able to give the best and the worst answer.
        values = {status.value for status in dimension.status if not (status.only_about or status.only_where)}
        if values != set(range(dimension.worst + 1)):
            yield (
                f'dimension "{dimension.id}" → status',
                f"the values must be every number from 0 to {dimension.worst}, as `values` describes; they are "
                f"{', '.join(map(str, sorted(values)))}. Answers for the child only, or for what may not apply, do not count.",
            )
            return
        yield from _status_problems(dimension)
    for row in (*edition.rule.row, *edition.rule.typical):
        if row.level not in edition.levels:
            yield "rule", f'a row gives the level "{row.level}", which is not among the levels.'
            return
        for dimension in edition.dimension:
            for value in getattr(row, dimension.id):
                if not 0 <= value <= dimension.worst:
                    yield (
                        f"rule → {dimension.id}",
                        f"the row for {row.level} accepts {value}, but the dimension goes from 0 to {dimension.worst}.",
                    )
                    return
    for combination in edition.combinations:
        if not any(row.fits(combination) for row in edition.rule.row):
            yield "rule", f"is not total: no row fits {_combination(combination)}."
            return
    for number, row in enumerate(edition.rule.row, 1):
        if not any(edition.row_for[combination] is row for combination in edition.combinations):
            yield "rule", f"row {number} ({row.level}) can never apply: the rows above it take all that it accepts."
    for better in edition.combinations:
        for index, dimension in enumerate(edition.dimension):
            if better[index] == dimension.worst:
                continue
            worse: Combination = (*better[:index], better[index] + 1, *better[index + 1 :])  # type: ignore[assignment]
            levels = edition.row_for[better].level, edition.row_for[worse].level
            if edition.rank[levels[1]] < edition.rank[levels[0]]:
                yield (
                    "rule",
                    f"is not monotone: {_combination(worse)} gives {levels[1]}, but the more favourable "
                    f"{_combination(better)} gives {levels[0]}.",
                )
                return
    for row in edition.rule.typical:
        for combination in edition.combinations:
            if row.fits(combination) and edition.row_for[combination].level != row.level:
                yield (
                    "rule → typical",
                    f"says {row.level} for {_combination(combination)}, but the rows give "
                    f"{edition.row_for[combination].level}.",
                )
                return


def _combination(combination: Combination) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(DIMENSIONS, combination, strict=True))
