"""The group of a roll-out without a browser: what is being typed stays on the page."""

from datetime import date

from framework.rollout import Add, Change, Remove
from pages.ui import app
from tests.test_pages import opened, record, whole, words

__all__ = ["record"]


def test_an_unfolded_member_who_has_left_stays_on_the_page_when_somebody_removes_them() -> None:
    """Only those who are still in the group did: a text that was being typed about the others went with its field."""
    door = app.workspace().rollouts
    rollout = door.start("North", "Ayesha").id
    door.run(rollout, "Ayesha", Add("member", {"name": "Ada Fictional"}))
    door.run(rollout, "Ayesha", Change("member", "p1", "left", date(2026, 1, 5)))
    page = opened("rollout", rollout=rollout, view="group")
    page.session_state["member-p1"] = True
    whole(page.run())
    door.run(rollout, "Tom", Remove("member", "p1"))
    assert "Tom removed this member" in words(whole(page.run()))
