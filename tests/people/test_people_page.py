"""Protects: the page of people and roles shows who may what, does what an administrator asks, and says why it does not.

It is drawn as in an open app, by invented people: what they may do is what people of their roles may who sign in.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import copy

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from framework.people import AskRole
from framework.people.model import Person
from framework.people.settings import Settings
from pages.ui import app, identity

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"


@pytest.fixture(autouse=True)
def record(tmp_path: Path, started_once: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An app of its own for each test."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{copy(started_once, tmp_path / 'homeward.db')}")
    app.forget()
    yield
    app.workspace().store.close()
    app.forget()


def invented(role: str) -> Person:
    return next(one for one in app.workspace().people.invented() if one.own_roles == (role,))


def visit(role: str = "") -> AppTest:
    """The page, for an invented person of this role; "" for everybody at once."""
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page._page_hash = calc_hash("people")
    if role:
        page.session_state[identity.CHOSEN] = invented(role).id
    return shown(page.run())


def shown(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def html(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def choose(page: AppTest, person: Person) -> AppTest:
    return shown(page.selectbox(key="people-chosen").set_value(person.id).run())


def click(page: AppTest, label: str, *, at: str = "") -> AppTest:
    (button,) = [one for one in page.button if one.label == label and at in one.key]
    return shown(button.click().run())


def propose(role: str, about: Person) -> None:
    """An administrator proposes a role for somebody."""
    work = app.workspace()
    lena, today = work.people.actor(invented("administrator").id), work.people.today
    work.people.run(about.id, lena, AskRole(role, today, today + timedelta(days=10), "Covers <b>leave</b>."))


def test_an_administrator_sees_everybody_with_their_roles() -> None:
    page = visit("administrator")
    body = html(page)
    assert all(one.name in body for one in app.workspace().people.invented())
    (row,) = [line for line in body.split("<tr>") if 'scope="row">Dev Placeholder' in line]
    assert "Reviewing officer" in row
    found = shown(page.text_input(key="people-search").set_value("aSha").run())
    assert "Asha Example" in html(found) and "Ben Sample</th>" not in html(found)
    nobody = shown(page.text_input(key="people-search").set_value("xyz").run())
    assert any("Nobody has that" in one.value for one in nobody.info)


def test_an_administrator_gives_a_role_and_a_second_person_confirms_it() -> None:
    trainer = invented("trainer")
    page = choose(visit("administrator"), trainer)
    (role,) = [one for one in page.selectbox if one.key.startswith("give-") and one.key.endswith("-role")]
    page = shown(role.set_value("practitioner").run())
    refused = click(page, "Give this role")
    assert [one.value for one in refused.error] == ["Please give the reason."]
    (why,) = [one for one in refused.text_area if one.key.startswith("give-")]
    done = click(shown(why.set_value("Covers a colleague’s leave.").run()), "Give this role")
    assert "Practitioner for Iris Story is in the record." in html(done)
    assert not [one for one in done.button if one.label.startswith("Confirm")], "not by whoever proposed it"
    assert app.workspace().people.actor(trainer.id).roles == {"trainer"}

    director = visit("director")
    confirmed = click(director, "Confirm Practitioner for Iris Story", at="waiting")
    assert "Practitioner for Iris Story is confirmed." in html(confirmed)
    assert app.workspace().people.actor(trainer.id).roles == {"trainer", "practitioner"}
    (row,) = [line for line in html(confirmed).split("<tr>") if 'scope="row">Iris Story' in line]
    assert "Practitioner, Trainer" in row


def test_a_second_person_refuses_a_role_with_a_reason() -> None:
    trainer = invented("trainer")
    propose("practitioner", trainer)
    page = visit("director")
    assert "Covers &lt;b&gt;leave" in html(page), "what people write is shown as they wrote it"
    said = click(page, "Refuse Practitioner for Iris Story", at="waiting")
    assert "Please give the reason." in [one.value for one in said.error]
    (why,) = [one for one in said.text_input if one.key.startswith("decide-waiting") and one.key.endswith("-why")]
    click(shown(why.set_value("Not in this team.").run()), "Refuse Practitioner for Iris Story", at="waiting")
    (grant,) = app.workspace().people.person(trainer.id).grants.values()
    assert grant.refused and grant.refused.why == "Not in this team."


def test_a_role_ends_and_a_person_is_blocked_and_let_in_again() -> None:
    analyst = invented("data_analyst")
    propose("trainer", analyst)
    page = choose(visit("administrator"), analyst)
    (why,) = [one for one in page.text_input if one.label == "Why end the role Trainer?"]
    page = click(shown(why.set_value("Has another post.").run()), "End the role Trainer")
    assert app.workspace().people.actor(analyst.id).roles == {"data_analyst"}
    (why,) = [one for one in page.text_input if one.label == "Why block this person?"]
    page = click(shown(why.set_value("Device was stolen.").run()), "Block this person")
    (warned,) = [one.value for one in page.warning if one.value.startswith("Blocked on")]
    assert "by Lena Imagined" in warned and "Device was stolen." in warned
    (why,) = [one for one in page.text_input if one.label == "Why unblock this person?"]
    page = click(shown(why.set_value("Has a new one.").run()), "Unblock this person")
    assert not app.workspace().people.person(analyst.id).blocked
    assert "Ended the role Trainer: Has another post." in html(page) and "Lena Imagined" in html(page)


def test_nobody_is_offered_to_change_their_own_roles() -> None:
    page = choose(visit("administrator"), invented("administrator"))
    assert any("Nobody gives a role to themselves" in one.value for one in page.caption)
    assert not [one for one in page.button if one.label in ("Give this role", "Block this person")]


def test_a_director_gives_no_role_and_others_do_not_see_the_page() -> None:
    page = choose(visit("director"), invented("trainer"))
    assert not [one for one in page.button if one.label in ("Give this role", "Block this person")]
    practitioner = visit("practitioner")
    assert practitioner.title[0].value == "Not for your role" and "Lena Imagined" not in html(practitioner)


def test_it_says_what_a_role_may_do_and_shows_the_settings_without_secrets() -> None:
    page = visit("administrator")
    shown(page.selectbox(key="people-role").set_value("administrator").run())
    assert "Give somebody else a role" in html(page) and "Begin a case" not in html(page)
    shown(page.selectbox(key="people-role").set_value("practitioner").run())
    assert "Begin a case" in html(page) and "Give somebody else a role" not in html(page)
    assert "HOMEWARD_SIGN_IN_CLIENT_SECRET" in html(page) and "not set: Homeward runs open" in html(page)


def test_home_asks_whether_somebody_wants_a_line_by_mail_where_a_server_is_set_and_says_why_not() -> None:
    home = visit("practitioner")
    home._page_hash = calc_hash("")
    assert not [one for one in shown(home.run()).checkbox if "by e-mail" in one.label]
    work = app.workspace()
    work.settings = work.people.settings = Settings(mail_server="mail.example.org", mail_sender="h@example.org")
    (box,) = [one for one in shown(home.run()).checkbox if "by e-mail" in one.label]
    shown(box.check().run())
    assert "Homeward knows no e-mail address of" in home.error[0].value
    (box,) = [one for one in home.checkbox if "by e-mail" in one.label]
    assert not box.value
