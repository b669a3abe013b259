"""Protects: the server may be killed in mid-meeting, as often as it likes, and nothing that was saved is lost."""

from pathlib import Path

from tests.load.faults import meeting_through_kills
from tests.load.live import run

KILLS = 5
"""`make bench-live` kills it twenty times."""


def test_killed_again_and_again_in_mid_meeting_every_acknowledged_score_is_there(tmp_path: Path) -> None:
    assert run(meeting_through_kills(tmp_path, KILLS)) > KILLS
