"""Protects: the section with the records shows what may be taken away, of the moment that was chosen, and says why where nothing may."""

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from streamlit.testing.v1 import AppTest

from framework.streams.store import Store
from pages.decision.records import ANOTHER, NOW
from pages.ui import app
from tests.decision.recorded import Recorded
from tests.panel.case_meeting import PROVIDER, SETTINGS
from tests.people.settled import ENVIRONMENT

pytestmark = pytest.mark.slow


def _section(meeting: str) -> None:
    from framework.decision.records import Which
    from pages.decision import records

    records.show(Which(meeting))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    file: Path = tmp_path_factory.mktemp("page") / "homeward.db"
    made = Recorded(Store.open(f"sqlite:///{file}")).meet()
    made.decide()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv("HOMEWARD_SIGN_IN", SETTINGS.sign_in)
        patch.setenv("HOMEWARD_SIGN_IN_ROLES", ", ".join(f"{one}={role}" for one, role in SETTINGS.roles.items()))
        patch.setenv("DATABASE_URL", f"sqlite:///{file}")
        app.forget()
        app.workspace().now = made.clock
        yield made
        app.workspace().store.close()
        app.forget()
    made.work.store.close()


def visit(held: Recorded, who: str) -> AppTest:
    page = AppTest.from_function(_section, default_timeout=60, args=(held.meeting,))
    page.user = {
        "is_logged_in": True, "iss": PROVIDER, "sub": who, "aud": ENVIRONMENT["HOMEWARD_SIGN_IN_CLIENT_ID"], "iat": int(held.clock().timestamp()),
        "email": f"{who}@example.org", "name": who,
    }  # fmt: skip
    return shown(page.run())


def shown(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    said = [*page.error, *page.info, *page.subheader]
    return " ".join([*(one.value for one in said), *(one.proto.body for one in page.get("html"))])


def template(text: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def test_both_records_with_their_first_page_and_each_format(held: Recorded) -> None:
    page = visit(held, "wanda")
    assert [one.value for one in page.subheader] == ["Decision record", "Court record"]
    assert words(page).count("<img") == 2 and "In effect since 24 November 2026" in words(page)
    labels = [one.label for one in page.get("download_button")]
    assert labels == [f"{sort} record: {form}" for sort in ("Decision", "Court") for form in ("PDF", "Word", "JSON")]


def test_a_past_moment_can_be_chosen_and_one_before_the_meeting_says_why_not(held: Recorded) -> None:
    page = visit(held, "wanda")
    (moment,) = [one for one in page.selectbox if one.label == "As it stood"]
    assert moment.value == NOW
    closed = next(one for one in moment.options if "closed" in one).replace("\\", "")  # as it is before it is drawn
    shown(moment.select(closed).run())
    assert "This is how the record stood on" in words(page) and "In effect since" not in words(page)
    shown(page.selectbox[0].select(ANOTHER).run())
    shown(page.date_input[0].set_value("2025-01-01").run())
    assert "nothing of this meeting or decision was recorded yet" in words(page) and not page.get("download_button")


def test_an_own_template_is_refused_with_the_name_of_the_field_and_taken_when_it_is_mended(held: Recorded) -> None:
    page = visit(held, "wanda")
    shown(
        page.file_uploader[0]
        .upload("court.docx", template("{{ decision.rationle }}"), "application/octet-stream")
        .run()
    )
    assert "“rationle”" in words(page) and "your template" not in str(
        [one.label for one in page.get("download_button")]
    )
    shown(
        page.file_uploader[0]
        .upload("court.docx", template("{{ decision.rationale }}"), "application/octet-stream")
        .run()
    )
    assert [one.label for one in page.get("download_button")][-2:] == [
        "Decision record: your template",
        "Court record: your template",
    ]


def test_whoever_has_no_part_in_the_case_is_told_so(held: Recorded) -> None:
    for who in ("sam", "rita"):
        page = visit(held, who)
        assert not page.get("download_button") and "not for you" in words(page)
