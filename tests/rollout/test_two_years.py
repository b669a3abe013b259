"""What a lead sees first in a roll-out of two years, at month 1, 6, 14 and 24."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from framework.rollout import reading
from framework.streams.store import Store
from tests.record import rollouts_in
from tests.rollout.two_years import Walk

BEGINS = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def test_what_matters_comes_first_at_every_age_of_a_rollout(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'walk.db'}")
    walk = Walk(lambda clock: rollouts_in(store, clock), BEGINS, "Two years")
    checklist, warnings = walk.door.checklist, []
    for before, week in pairwise((0, 4, 26, 61, 104)):
        walk.walk(week - before, first=before)
        seen = reading.attention(walk.state, checklist, walk.day)
        ranks = [reading.RANKS.index(note.kind) for note in seen.overdue]
        assert ranks == sorted(ranks) and ranks[0] == 0, "the first that is seen is a task"
        assert sum(note.kind in ("meeting", "postcard") for note in seen.overdue) <= 4, (
            "what was overtaken is in one line"
        )
        warnings.append(sum(one.state == "warning" for one in reading.drift(walk.state, checklist, walk.day)))
        assert not reading.quiet_words(walk.state, walk.day)
    assert warnings[0] == 0 and warnings[-1] == 4
    assert walk.state.version > 5000
    walk.walk(13, first=1000)
    assert "Nothing has been changed here since" in reading.quiet_words(walk.state, walk.day)
