"""Protects: periods of care, returns, re-entries and returns under an order are what the definitions say.

Each definition by a worked example, and all of them on generated histories against a second implementation that is slow and obvious.
"""

from datetime import date, timedelta

import numpy as np
import pytest

from framework.outcomes import answers, orders, people
from framework.outcomes.cells import EPOCH
from framework.outcomes.files import Source
from framework.outcomes.rows import EMPTY, OPEN
from framework.outcomes.tables import Unreadable
from tests.outcomes import reference
from tests.outcomes.made import Row, answered, csv_of, histories, history, read, reading


def day(number: int) -> str:
    return (EPOCH + timedelta(days=int(number))).strftime("%d/%m/%Y")


def spans(*rows: Row) -> list[tuple[str, str]]:
    """Start and end of each period of one return."""
    found = history(y2022=rows).periods
    return [(day(a), "open" if b == OPEN else day(b)) for a, b in zip(found.start, found.end, strict=True)]


# Periods


def test_a_gap_of_a_day_is_one_period_and_of_two_days_two() -> None:
    first = ("1", "01/05/2021", "S", "V2", "U6", "01/09/2021", "E4A")
    assert spans(first, ("1", "02/09/2021", "S", "V2", "U6", "", "")) == [("01/05/2021", "open")]
    assert spans(first, ("1", "03/09/2021", "S", "V2", "U6", "", "")) == [
        ("01/05/2021", "01/09/2021"),
        ("03/09/2021", "open"),
    ]


def test_short_breaks_at_the_ends_do_not_count_and_in_the_middle_do() -> None:
    rows = (
        ("1", "01/05/2021", "S", "V3", "U6", "03/05/2021", "X1"),
        ("1", "03/05/2021", "L", "V2", "U6", "01/06/2021", "X1"),
        ("1", "01/06/2021", "L", "V3", "U6", "05/06/2021", "X1"),
        ("1", "05/06/2021", "L", "V2", "U6", "01/07/2021", "E4A"),
        ("1", "01/07/2021", "S", "V4", "U6", "09/07/2021", "E8"),
    )
    assert spans(*rows) == [("03/05/2021", "01/07/2021")]
    assert answered(y2022=rows).by_kind["planned"] == 1


def test_of_overlapping_episodes_the_one_that_ends_last_says_why() -> None:
    found = answered(
        y2022=[
            ("1", "01/05/2021", "S", "V2", "U6", "01/12/2021", "E4A"),
            ("1", "01/06/2021", "P", "V2", "U6", "01/07/2021", "E4B"),
        ]
    )
    assert (found.periods, found.by_kind, found.overlaps) == (1, {"planned": 1, "unplanned": 0, "not_known": 0}, 1)


def test_what_is_left_open_ends_by_31_march_of_the_last_return_that_lists_it() -> None:
    found = history(
        y2020=[("1", "01/06/2019", "S", "V2", "U6", "", "")],
        y2022=[("1", "01/09/2021", "S", "V2", "U6", "", ""), ("2", "01/09/2021", "S", "V2", "U6", "", "")],
    ).periods
    assert [day(end) if end < OPEN else "open" for end in found.end] == ["31/03/2020", "open", "open"]


def test_a_start_on_the_day_after_what_was_left_open_is_a_new_period() -> None:
    returns = {
        "y2021": [("1", "01/06/2020", "S", "V2", "U6", "", "")],
        "y2022": [("1", "05/02/2021", "S", "V2", "U6", "", "")],
    }
    found = history(**returns).periods
    assert [day(end) if end < OPEN else "open" for end in found.end] == ["04/02/2021", "open"]


# Returns and re-entries


def test_a_reentry_is_the_next_period_and_short_breaks_are_none() -> None:
    home = ("1", "01/05/2021", "S", "V2", "U6", "01/08/2021", "E4A")
    only_breaks = answered(y2022=[home, ("1", "01/10/2021", "S", "V3", "U6", "03/10/2021", "E4A")])
    assert (only_breaks.returns, only_breaks.reentries) == (1, 0)
    back = answered(y2022=[home, ("1", "01/10/2021", "S", "V2", "U6", "", "")])
    assert (back.returns, back.reentries) == (1, 1)


def test_a_reason_on_an_open_row_is_no_return() -> None:
    assert answered(y2022=[("1", "01/05/2021", "S", "V2", "U6", "", "E4A")]).returns == 0


def test_what_lies_after_the_extract_date_has_not_happened() -> None:
    rows = [
        ("1", "01/05/2021", "S", "V2", "U6", "01/08/2021", "E4A"),
        ("1", "01/10/2021", "S", "V2", "U6", "", ""),
        ("2", "01/05/2021", "S", "V2", "U6", "01/09/2021", "E4B"),
    ]
    found = history(date(2021, 8, 31), y2022=rows)
    assert [(day(on), back) for on, back in zip(found.returns.on, found.returns.back, strict=True)] == [
        ("01/08/2021", OPEN)
    ]
    assert [flag.kind for flag in found.flagged] == ["after_extract_date"]
    with pytest.raises(Unreadable, match="after 31/03/2022"):
        history(date(2022, 4, 1), y2022=rows)


# Returns under an order

FOSTERED = ("1", "01/05/2021", "S", "C2", "U6", "01/07/2021", "X1")


def under_order(*rows: Row, sixteenth: int = EMPTY) -> tuple[int, int, int]:
    """How many, how many broke down, how many began before these files."""
    found = history(y2022=rows)
    stays = orders.under_order(found, np.full(10, sixteenth, np.int32)).stays
    now = ~stays.before_these_files
    return int(now.sum()), int((stays.broken & now).sum()), int((~now).sum())


def test_a_move_to_parents_under_an_order_counts_and_without_one_does_not() -> None:
    assert under_order(FOSTERED, ("1", "01/07/2021", "P", "C2", "P1", "", "")) == (1, 0, 0)
    assert under_order(FOSTERED, ("1", "01/07/2021", "B", "V2", "P1", "", "")) == (0, 0, 0)


def test_the_first_placement_is_no_move_even_after_a_temporary_one() -> None:
    assert under_order(("1", "01/05/2021", "S", "C2", "P1", "", "")) == (0, 0, 0)
    hospital = ("1", "01/05/2021", "S", "C2", "T1", "08/05/2021", "X1")
    assert under_order(hospital, ("1", "08/05/2021", "P", "C2", "P1", "", "")) == (0, 0, 0)


def test_a_move_before_these_files_is_counted_apart() -> None:
    assert under_order(("1", "01/05/2021", "L", "C2", "P1", "", "")) == (0, 0, 1)


def test_it_breaks_down_on_the_day_that_the_first_of_what_follows_begins() -> None:
    rows = (
        FOSTERED,
        ("1", "01/07/2021", "P", "C2", "P1", "01/09/2021", "X1"),
        ("1", "01/09/2021", "P", "C2", "T1", "08/09/2021", "X1"),
        ("1", "08/09/2021", "P", "C2", "U6", "", ""),
    )
    stays = orders.under_order(history(y2022=rows), np.full(1, EMPTY, np.int32)).stays
    assert [day(on) for on in stays.ended_on] == ["01/09/2021"]


def test_independence_at_16_is_no_breakdown_and_earlier_it_is() -> None:
    rows = (
        FOSTERED,
        ("1", "01/07/2021", "P", "C2", "P1", "01/09/2021", "X1"),
        ("1", "01/09/2021", "P", "C2", "H5", "", ""),
    )
    on = (date(2021, 9, 1) - EPOCH).days
    assert under_order(*rows, sixteenth=on) == (1, 0, 0)
    assert under_order(*rows, sixteenth=on + 1) == (1, 1, 0)


def test_who_was_at_home_under_the_order_already_is_a_return_and_shown_apart() -> None:
    found = answered(y2022=[FOSTERED, ("1", "01/07/2021", "P", "C2", "P1", "01/09/2021", "E4A")])
    assert (found.returns, found.under_order.already_at_home, found.under_order.broken_down) == (1, 1, 0)


# Ages


def test_children_without_a_date_of_birth_are_said_to_be_followed_past_18() -> None:
    rows = [(child, "01/05/2021", "S", "V2", "U6", "", "") for child in ("1", "2", "3")]
    header = Source("2022/header.csv", b"CHILD,SEX,DOB,ETHNIC\n1,1,01/05/2010,WBRI\n2,1,,WBRI\n9,1,,WBRI\n")
    notes = read(Source("2022/episodes.csv", csv_of(rows)), header).notes
    assert any(note.startswith("Of 2 of the children no date of birth was found") for note in notes)


def test_who_is_born_on_29_february_is_older_on_1_march() -> None:
    born = np.array([(date(2004, 2, 29) - EPOCH).days], np.int32)
    assert day(people.birthdays(born, 18)[0]) == "01/03/2022"
    before, after = (np.array([(date(2022, *when) - EPOCH).days], np.int32) for when in ((2, 28), (3, 1)))
    assert (people.ages(born, before)[0], people.ages(born, after)[0]) == (17, 18)


# The slow implementation


@pytest.mark.parametrize("seed", range(12))
def test_the_fast_and_the_slow_implementation_agree(seed: int) -> None:
    returns = histories(seed, 300)
    for extract in (date(2023, 3, 31), date(2021, 11, 5)):
        found, slow = history(extract, **returns), reference.count(returns, extract)
        made = reading(**returns)
        home = found.returns
        ours = [
            (made.ids[child], day(on), ("planned", "unplanned", "not_known")[kind], None if back == OPEN else day(back))
            for child, on, kind, back in zip(home.child, home.on, home.kind, home.back, strict=True)
        ]
        theirs = [
            (child, on.strftime("%d/%m/%Y"), kind, back and back.strftime("%d/%m/%Y"))
            for child, on, kind, back in slow.returns
        ]
        assert sorted(ours, key=str) == sorted(theirs, key=str)
        stays = orders.under_order(found, np.full(len(made.ids), EMPTY, np.int32)).stays
        now = ~stays.before_these_files
        assert (len(found.episodes), len(found.periods)) == (slow.episodes, slow.periods)
        assert (int(now.sum()), int((stays.broken & now).sum()), int((~now).sum())) == (
            slow.orders,
            slow.broken,
            slow.before,
        )


def test_sex_is_one_group_whichever_way_a_return_writes_it() -> None:
    """1 and 2 became M and F with the returns of 2024-25."""
    sources = []
    for year, codes_of_year in ((2024, "12"), (2025, "MF")):
        home = [
            (f"{year}{number}", f"01/05/{year - 1}", "S", "V2", "U6", f"01/08/{year - 1}", "E4A") for number in range(2)
        ]
        header = "CHILD,SEX,DOB\n" + "".join(
            f"{year}{number},{sex},01/05/2015\n" for number, sex in enumerate(codes_of_year)
        )
        sources += [Source(f"{year}/episodes.csv", csv_of(home)), Source(f"{year}/header.csv", header.encode())]
    found = answers.answer(read(*sources)).breakdowns["sex"]
    assert [(group.name, group.returns) for group in found.groups] == [("female", 2), ("male", 2)]
