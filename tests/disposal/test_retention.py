"""Protects: how long a case is kept, by the class that it belongs to and the day from which that counts; and what is due.

- 75th birthday for a child who was looked after at any time, 15 years from a death before 18 (SI 2010/959, regulations 49 and 50);
- what no law sets is the authority's, and what the law sets cannot be made shorter;
- an open case, and one of which a date is missing, is never due; nothing goes because it is due.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from framework.casefile import Refused
from framework.disposal import keeping
from framework.disposal.retention import Facts, RetentionError, class_of, kept, load
from framework.streams.store import Store
from tests.disposal.made import MARK, whole

BORN, CLOSED = date(2017, 3, 14), date(2026, 11, 24)
LOOKED_AFTER = Facts(BORN, True, CLOSED, False)
EDGE = LOOKED_AFTER._replace(looked_after=False)


@pytest.mark.parametrize(
    ("facts", "class_", "until"),
    [
        (LOOKED_AFTER, "looked_after", date(2092, 3, 14)),
        (EDGE, "edge", date(2092, 3, 14)),
        (LOOKED_AFTER._replace(birth=date(2016, 2, 29)), "looked_after", date(2091, 3, 1)),
        (LOOKED_AFTER._replace(died_on=date(2026, 12, 1)), "died", date(2041, 12, 1)),
        (EDGE._replace(died_on=date(2026, 12, 1)), "died", date(2041, 12, 1)),
        (LOOKED_AFTER._replace(died_on=date(2035, 3, 13)), "died", date(2050, 3, 13)),
        (LOOKED_AFTER._replace(died_on=date(2035, 3, 14)), "looked_after", date(2092, 3, 14)),  # the 18th birthday
        (LOOKED_AFTER._replace(chosen="long"), "long", date(2117, 3, 14)),
        (LOOKED_AFTER._replace(chosen="edge"), "looked_after", date(2092, 3, 14)),  # nobody can choose it
        (Facts(None, False, CLOSED, True), "invented", CLOSED),
    ],
)
def test_the_class_and_the_last_day(facts: Facts, class_: str, until: date) -> None:
    found = kept(facts, load())
    assert (found.class_.id, found.until) == (class_, until)
    assert not found.is_due(until) and found.is_due(until.replace(year=until.year + 1))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (LOOKED_AFTER._replace(closed_on=None), "The case is open, so it is not due."),
        (LOOKED_AFTER._replace(birth=None), "The date of birth is missing"),
        (LOOKED_AFTER._replace(birth=None, died_on=CLOSED), "The date of birth is missing"),
        (Facts(None, False, None, True), "The case is open"),
    ],
)
def test_without_a_day_a_case_is_never_due_and_says_why(facts: Facts, words: str) -> None:
    found = kept(facts, load())
    assert found.until is None and words in found.why and not found.is_due(date(2200, 1, 1))


def test_every_class_and_ground_has_its_source_and_how_sure_it_is() -> None:
    rules = load()
    for one in rules.class_:
        assert rules.citation(one.source) != one.source and one.provenance in ("to_check", "product", "published")
        assert one.local or one.id == "invented" or one.provenance != "product", one.id
    assert [one.id for one in rules.ground if not one.before_due] == ["due"]


# ── The authority's own ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        file = tmp_path / "ours.toml"
        file.write_text(text, "utf-8")
        load.cache_clear()
        return file

    return write


EDGE_25 = '[[class]]\nid = "edge"\nyears = 25\nsource = "Our schedule, line 14"\n'
INQUIRY = '[[class]]\nid = "inquiry"\nlabel = "Named by an inquiry"\nyears = 20\nsource = "Our schedule, line 20"\n'


def test_an_authority_sets_what_the_law_does_not(own: Callable[[str], Path]) -> None:
    rules = load(own(EDGE_25 + INQUIRY))
    assert kept(EDGE, rules).until == date(2042, 3, 14)
    assert rules.classes["edge"].provenance == "authority" and rules.citation("Our schedule, line 14")
    assert kept(EDGE._replace(chosen="inquiry"), rules).until == date(2037, 3, 14)
    assert load().classes["edge"].years == 75


def test_a_class_that_was_given_never_makes_the_time_of_the_law_shorter(own: Callable[[str], Path]) -> None:
    found = kept(LOOKED_AFTER._replace(chosen="inquiry"), load(own(INQUIRY)))
    assert (found.class_.id, found.until) == ("looked_after", date(2092, 3, 14))
    died = LOOKED_AFTER._replace(chosen="inquiry", died_on=date(2030, 1, 1))
    assert class_of(died, load(own(INQUIRY))).id == "died"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[class]]\nid = "looked_after"\nyears = 10\nsource = "Ours"\n', "the law sets this class"),
        ('[[class]]\nid = "new"\nyears = 10\nsource = "Ours"\n', "label: is missing"),
        ('[[class]]\nid = "edge"\nyears = -1\nsource = "Ours"\n', "years"),
        ('[[class]]\nid = "edge"\nyears = 25\n', "source: is missing"),
        ('[[class]]\nid = "edge"\nyears = 25\nrule = "death"\nsource = "Ours"\n', "rule"),
        ("class = 3", "class"),
        ("[[class", "is not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_in_a_sentence(text: str, words: str, own: Callable[[str], Path]) -> None:
    with pytest.raises(RetentionError) as refused:
        load(own(text))
    assert "ours.toml" in str(refused.value) and words in str(refused.value)


# ── What is due ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_is_listed_from_the_day_after_the_last_one(store: Store) -> None:
    held = whole(store)
    assert held.work.disposals.due(held["kit"]) == []
    for day, there in ((date(2092, 3, 14), 0), (date(2092, 3, 15), 1)):
        held.clock.time = held.clock.time.replace(year=day.year, month=day.month, day=day.day)
        assert len(held.work.disposals.due(held["kit"])) == there
    found = held.work.disposals.due(held["kit"])[0]
    assert (found.id, found.kept.class_.id, found.birth) == (held.case, "looked_after", BORN)
    for who in ("wanda", "mo", "ana", "sam"):
        assert held.work.disposals.due(held[who]) == [] == held.work.disposals.unclear(held[who])
        assert held.work.disposals.by_reference(held[who], f"LCS {MARK}") == []


def test_a_case_is_found_by_its_exact_reference_only(store: Store) -> None:
    held = whole(store)
    find = held.work.disposals.by_reference
    assert [one.id for one in find(held["kit"], f" lcs {MARK.upper()}")] == [held.case]
    assert find(held["kit"], "LCS") == find(held["kit"], "") == []


def test_what_is_chosen_for_a_case_counts_and_is_noted(store: Store) -> None:
    held = whole(store)
    disposals, kit = held.work.disposals, held["kit"]
    disposals.keep(kit, keeping.NoteDeath(held.case, date(2026, 11, 20), "Told by the hospital."))
    assert disposals.by_reference(kit, f"LCS {MARK}")[0].kept.until == date(2041, 11, 20)
    disposals.keep(kit, keeping.NoteDeath(held.case, None, "It was another child."))
    disposals.keep(kit, keeping.ChooseClass(held.case, "long", "An inquiry."))
    disposals.keep(kit, keeping.PlaceHold(held.case, "An inquiry."))
    found = disposals.by_reference(kit, f"LCS {MARK}")[0]
    assert (found.kept.class_.id, found.hold) == ("long", True)
    assert (
        disposals.known(held.case, held["dora"]).hold and disposals.known(held.case, held["sam"]) == keeping.Keeping()
    )
    for command, words in (
        (keeping.NoteDeath(held.case, date(2026, 11, 25), "Soon."), "still to come"),
        (keeping.NoteDeath(held.case, date(2016, 1, 1), "Typed wrong."), "before the birth"),
        (keeping.ChooseClass(held.case, "looked_after", "Why not."), "Choose one of the classes"),
        (keeping.LiftHold(held.case, " "), "Please give the reason"),
        (keeping.PlaceHold("none", "An inquiry."), "There is no such case"),
    ):
        with pytest.raises(Refused, match=words):
            disposals.keep(kit, command)
    for who in ("dora", "mo", "sam"):
        with pytest.raises(Refused, match="role"):
            disposals.keep(held[who], keeping.PlaceHold(held.case, "An inquiry."))
