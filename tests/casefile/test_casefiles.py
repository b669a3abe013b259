"""Protects: who has no part in a case does not learn that it exists, and who has one sees all of it."""

from datetime import UTC, datetime

import pytest

from framework.casefile import Add, Casefile, Change, Refused
from framework.casefile.access import NOT_HERE
from framework.casefile.casefiles import Casefiles
from framework.streams.kind import Actor
from framework.streams.store import Store
from tests.record import casefiles_in

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WORKER = Actor("p-worker", "Wanda Worker", frozenset({"practitioner"}))
MANAGER = Actor("p-manager", "Mo Manager", frozenset({"team_manager"}))
STRANGER = Actor("p-stranger", "Sam Stranger", frozenset({"practitioner"}))


@pytest.fixture
def files(store: Store) -> Casefiles:
    return casefiles_in(store, lambda: NOW)


def test_a_case_is_seen_and_listed_by_those_who_work_on_it_only(files: Casefiles) -> None:
    case = files.begin(WORKER, "LCS 4711", "Ash")
    files.run(case, WORKER, Add("worker", {"person": MANAGER.id, "part": "manager", "since": files.today}))
    files.run(case, WORKER, Change("child", "child", "birth", "14/03/2017"))
    assert [one.reference for one in files.listing(WORKER)] == ["LCS 4711"]
    assert files.listing(MANAGER)[0].parts == {"manager"}
    assert files.view(case, MANAGER).called == "Ash"
    assert files.listing(STRANGER) == [] and files.view(case, STRANGER) == Casefile()
    for identifier in (case, "none"):
        with pytest.raises(Refused) as refused:
            files.run(identifier, STRANGER, Change("child", "child", "name", "X"))
        assert str(refused.value) == NOT_HERE
