"""The pages of a case without a browser: what they show, to whom, and that nothing typed is lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from framework.casefile import Add, Change, Close
from framework.casefile.sample import SAMPLE
from framework.streams.kind import Actor
from framework.streams.policy import OPEN
from pages.ui import app, identity
from tests.casefile.made import CHOSEN
from tests.test_pages import button, opened, record, whole, words

__all__ = ["record"]

EVERYBODY = Actor("", "", frozenset({OPEN}))
CARDS = ("child", "status", "homes", "family", "team")


def begun(called: str = "Amy", reference: str = "LCS 100", by: Actor = EVERYBODY) -> str:
    return app.workspace().casefiles.begin(by, reference, called, invented=True)


def run(case: str, command: Any, by: Actor = EVERYBODY) -> Any:
    return app.workspace().casefiles.run(case, by, command)


def view(case: str) -> Any:
    return app.workspace().casefiles.view(case, EVERYBODY)


def invented(role: str) -> Actor:
    """An invented person who has this role and no other."""
    people = app.workspace().people
    return next(actor for one in people.colleagues(EVERYBODY) if role in (actor := people.actor(one)).roles)


def as_person(visit: AppTest, actor: Actor) -> AppTest:
    visit.session_state[identity.CHOSEN] = actor.id
    return whole(visit.run())


def labelled(elements: Any, label: str, new: bool = False) -> Any:
    """The field of this label: of a form for something new, or of what is there."""
    found = [one for one in elements if one.label == label and ("|new|" in (one.key or "")) == new]
    assert found, f"{label}: {[one.label for one in elements]}"
    return found[0]


def card(visit: AppTest, name: str) -> AppTest:
    chosen = next(one for one in visit.segmented_control if one.label == "Card")
    return whole(chosen.set_value(name).run())


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_list_says_what_to_do() -> None:
    visit = as_person(opened("case"), invented("panel_chair"))
    assert "You work on no case here yet." in words(visit) and "Search in my cases" not in words(visit)


def test_a_case_is_begun_and_opens_on_its_first_card() -> None:
    visit = opened("case")
    labelled(visit.text_input, "What the child is called here").set_value("Amy")
    labelled(visit.text_input, "Reference in your own system").set_value("LCS 100")
    button(visit, "Begin this case")
    assert labelled(visit.text_input, "Called here").value == "Amy"
    assert "the date of birth" in words(visit) and "Fictional" in words(visit)


def test_beginning_without_a_reference_is_refused_in_a_sentence_and_what_was_typed_stays() -> None:
    visit = opened("case")
    labelled(visit.text_input, "What the child is called here").set_value("Amy")
    button(visit, "Begin this case")
    assert "the reference" in words(visit)
    assert labelled(visit.text_input, "What the child is called here").value == "Amy"
    assert [one.id for one in app.workspace().casefiles.listing(EVERYBODY)] == [SAMPLE]


def test_the_list_is_searched_by_name_and_reference_and_text_stays_text() -> None:
    begun("<b>Amy</b> *x*", "LCS 100")
    begun("Ben", "LCS 200")
    visit = opened("case")
    assert "<b>Amy</b> *x* · LCS 100" in words(visit) and "Ben · LCS 200" in words(visit)
    found = whole(labelled(visit.text_input, "Search in my cases").set_value("200").run())
    assert "Ben · LCS 200" in words(found) and "LCS 100" not in words(found)
    found = whole(labelled(visit.text_input, "Search in my cases").set_value("nobody").run())
    assert "None of your cases has that name or reference." in words(found)


def test_a_list_is_no_reading_and_opening_a_case_is_one() -> None:
    case = begun()
    opened("case")
    casefiles = app.workspace().casefiles
    assert not casefiles.readings(case, EVERYBODY).reads
    visit = opened("case", case=case)
    read = [one.what for one in casefiles.readings(case, EVERYBODY).reads]
    assert "Overview" in read
    whole(visit.run())
    assert [one.what for one in casefiles.readings(case, EVERYBODY).reads] == read, "a rerun is no reading"


# ── Need to know ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_one_may_not_see_and_one_that_is_not_there_give_the_same_page() -> None:
    case = begun(by=invented("practitioner"))
    pages = []
    for asked in (case, "0" * 32):
        visit = opened("case", case=asked)
        visit = as_person(visit, invented("reviewing_officer"))
        visit.query_params["case"] = asked
        pages.append(words(whole(visit.run())))
    assert pages[0] == pages[1] and "There is no such case" in pages[0] and "Amy" not in pages[0]


def test_who_may_only_read_gets_no_form_and_no_open_field() -> None:
    worker, officer = invented("practitioner"), invented("reviewing_officer")
    case = begun(by=worker)
    today = app.workspace().casefiles.today
    run(case, Add("worker", {"person": officer.id, "part": "reviewing_officer", "since": today}), worker)
    visit = as_person(opened("case", case=case, view="know"), officer)
    visit.query_params["case"] = case
    whole(visit.run())
    assert labelled(visit.text_input, "Called here").disabled
    assert not [one for one in visit.button if one.label == "Add this parent"]
    views = next(one for one in visit.segmented_control if one.label == "View").options
    assert "Closing" not in views and "Who has seen it" not in views


def test_breaking_the_glass_asks_once_opens_the_case_and_tells_the_team() -> None:
    worker, director = invented("practitioner"), invented("director")
    case = begun(by=worker)
    visit = as_person(opened("case"), director)
    assert "Amy" not in words(visit)
    labelled(visit.text_input, "Exact reference").set_value("LCS 100")
    button(visit, "Ask to open it")
    assert "Say why you need to see it now." in words(visit)
    labelled(visit.text_input, "Exact reference").set_value("LCS 100")
    labelled(visit.text_area, "Why you need to see it now").set_value("Child at the door tonight.")
    button(visit, "Ask to open it")
    assert not view(case).glass, "it is asked first"
    button(visit, "Yes, open it")
    assert "You broke the glass to see this case." in words(visit) and "Amy" in words(visit)
    team = as_person(opened("case", case=case), worker)
    assert f"{director.name} broke the glass" in words(team) and "Child at the door tonight." in words(team)


# ── The five cards ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_card_is_filled_in_field_by_field_and_says_what_it_lacks() -> None:
    case = begun()
    visit = opened("case", case=case, view="know")
    labelled(visit.date_input, "Date of birth").set_value(date(2018, 3, 9)).run()
    labelled(visit.selectbox, "Sex").set_value("female").run()
    labelled(visit.text_input, "First language").set_value("Urdu").run()
    child = view(case).child
    assert (child.birth, child.sex, child.language) == (date(2018, 3, 9), "female", "Urdu")
    assert "born March 2018" in words(whole(visit.run())) and "9 March 2018" not in words(visit)
    card(visit, "homes")
    labelled(visit.text_input, "What this home is called here", new=True).set_value("Mum’s flat")
    button(visit, "Add this home")
    assert "the adults in Mum’s flat" in words(visit)
    labelled(visit.text_input, "Name", new=True).set_value("Ray Miller")
    button(visit, "Add this adult")
    assert [one.name for one in view(case).adults.values()] == ["Ray Miller"]


def test_the_team_is_chosen_from_the_people_here_and_one_who_is_kept_out_cannot_be_on_it() -> None:
    case, worker = begun(), invented("practitioner")
    visit = card(opened("case", case=case, view="know"), "team")
    person = labelled(visit.selectbox, "Person", new=True)
    assert worker.name in person.options
    person.set_value(worker.id)
    button(visit, "Add to the team")
    assert "Please give the part in the case" in words(visit) and not view(case).workers, (
        "no part is chosen for anybody"
    )
    labelled(visit.selectbox, "Part in this case", new=True).set_value("worker")
    button(visit, "Add to the team")
    assert [one.person for one in view(case).workers.values()] == [worker.id]
    assert f"Social worker: {worker.name}" in words(visit)
    labelled([one for one in visit.selectbox if "|block|" in (one.key or "")], "Person", new=True).set_value(worker.id)
    labelled([one for one in visit.text_area if "|block|" in (one.key or "")], "Why", new=True).set_value("Relative")
    button(visit, "Keep this person out")
    assert visit.error and not view(case).blocks


def test_a_partly_known_date_is_read_as_people_write_it_and_is_no_conflict_with_oneself() -> None:
    case = begun()
    run(case, Add("parent", {"name": "Jo", "relation": "mother"}))
    visit = card(opened("case", case=case, view="know"), "family")
    visit.session_state["parent-p1"] = True
    whole(visit.run())
    whole(labelled(visit.text_input, "Date of birth").set_value("March 1990").run())
    assert view(case).parents["p1"].birth == "1990-03"
    assert "in the meantime" not in words(visit) and labelled(visit.text_input, "Date of birth").value == "March 1990"
    whole(labelled(visit.text_input, "Date of birth").set_value("soon").run())
    assert "is not a date such as" in words(visit) and labelled(visit.text_input, "Date of birth").value == "soon"


def test_a_change_is_undone_unless_something_else_stands_there_by_now() -> None:
    case = begun()
    visit = opened("case", case=case, view="know")
    whole(labelled(visit.text_input, "First language").set_value("Urdu").run())
    visit.session_state["changed-child"] = True
    whole(visit.run())
    assert "Language: from nothing to “Urdu”" in words(visit)
    button(visit, "Undo")
    assert view(case).child.language == "" and labelled(visit.text_input, "First language").value == ""
    run(case, Change("child", "child", "language", "Polish"))
    whole(visit.run())
    assert "Language: from nothing to “Urdu”" in words(visit)
    assert len([one for one in visit.button if one.label == "Undo"]) == 1, "only the last one"


def test_a_linked_brother_leads_to_his_case_and_what_may_be_a_mistake_is_said() -> None:
    case, brother = begun(), begun("Ben", "LCS 200")
    run(case, Add("sibling", {"case": brother, "who": "Ben"}))
    visit = opened("case", case=case, view="know")
    run(case, Change("child", "child", "birth", date(2001, 1, 1)))
    assert "Please look again: By this date of birth the child is" in words(whole(visit.run()))
    assert "Open the case of Ben" in words(card(visit, "family"))


def test_two_people_in_one_field_are_told_by_name() -> None:
    ada, ben = invented("practitioner"), invented("team_manager")
    case = begun(by=ada)
    run(case, Add("worker", {"person": ben.id, "part": "manager", "since": date(2026, 1, 1)}), ada)
    visit = as_person(opened("case", case=case, view="know"), ada)
    run(case, Change("child", "child", "language", "Polish"), ben)
    whole(labelled(visit.text_input, "First language").set_value("Urdu").run())
    assert f"{ben.name} has changed “First language” in the meantime." in words(visit)
    assert labelled(visit.text_input, "First language").value == "Urdu" and view(case).child.language == "Polish"


# ── The chronology ───────────────────────────────────────────────────────────────────────────────────────────────────

EVENTS: tuple[dict[str, Any], ...] = (
    {"since": "11/2022", "sort": "harm", "what": "Hurt in a row.", "source": "Hospital"},
    {"since": "06/2023", "until": "09/2024", "sort": "return", "what": "First return.", "source": "Record"},
    {"since": "04/2024", "sort": "school", "what": "Tired.", "source": "School", "basis": "said"},
    {"since": "10/2026", "sort": "decision", "what": "Counsel’s advice.", "source": "Legal", "legal_advice": True},
)


@pytest.fixture
def written() -> str:
    case = begun()
    for values in EVENTS:
        run(case, Add("entry", CHOSEN | values))
    return case


def test_a_second_case_of_one_reference_is_told_to_who_works_on_the_first() -> None:
    case = begun(by=invented("practitioner"))
    begun("Another", "lcs100", by=invented("team_manager"))
    visit = as_person(opened("case", case=case), invented("practitioner"))
    assert "Another case was begun with the reference LCS 100" in words(visit)


def test_the_chronology_is_filtered_and_marks_what_nobody_may_copy(written: str) -> None:
    visit = opened("case", case=written, view="chronology")
    said = words(visit)
    assert "Once at home before: for 16 months" in said and "Legal advice" in said
    assert "1 entry under legal advice or a court’s restriction: only in the list." in said
    found = whole(labelled(visit.multiselect, "Kinds of event").set_value(["school"]).run())
    assert "1 of 4 entries." in words(found) and "Hurt in a row." not in words(found)


def test_an_event_is_added_and_a_date_that_is_none_is_refused_with_the_text_still_there() -> None:
    case = begun()
    visit = opened("case", case=case, view="chronology")
    labelled(visit.text_input, "Date, or when it began", new=True).set_value("31/02/2024")
    labelled(visit.text_area, "What happened", new=True).set_value("Moved in with an aunt.")
    button(visit, "Add this event")
    assert visit.error and not view(case).entries
    assert labelled(visit.text_area, "What happened", new=True).value == "Moved in with an aunt."
    labelled(visit.text_input, "Date, or when it began", new=True).set_value("2/2024")
    button(visit, "Add this event")
    assert "Choose the kind of event." in words(visit) and not view(case).entries
    labelled(visit.selectbox, "Kind of event", new=True).set_value("move")
    button(visit, "Add this event")
    assert "a fact, an opinion or said only" in words(visit) and not view(case).entries
    labelled(visit.selectbox, "Is it", new=True).set_value("said")
    button(visit, "Add this event")
    added = [(one.since, one.what, one.sort, one.basis) for one in view(case).entries.values()]
    assert added == [("2024-02", "Moved in with an aunt.", "move", "said")]


# ── Closing, meetings, who has seen it, Home ─────────────────────────────────────────────────────────────────────────


def test_closing_shows_what_is_missing_and_does_not_mind_and_the_case_can_be_reopened() -> None:
    case = begun()
    visit = opened("case", case=case, view="closing")
    assert "What is not recorded." in words(visit) and "the date of birth" in words(visit)
    button(visit, "Close this case")
    assert "Choose what became of it, and the day." in words(visit) and not view(case).closed
    labelled(visit.selectbox, "What became of it").set_value("kinship")
    button(visit, "Close this case")
    assert view(case).closed.outcome == "kinship" and "It can be read, and not changed." in words(visit)
    visit = opened("case", case=case, view="closing")
    assert "the date of birth" in words(visit) and "does not keep you from closing" not in words(visit)
    labelled(visit.text_area, "Why it is opened again").set_value("Home again after all.")
    button(visit, "Reopen this case")
    assert view(case).closed is None and "Home again after all." in words(visit)


def test_a_meeting_needs_what_it_reads_and_then_reads_a_selection(written: str) -> None:
    visit = opened("case", case=written, view="meetings")
    assert "Before a meeting can read this case, put in:" in words(visit)
    today = app.workspace().casefiles.today
    run(written, Change("child", "child", "birth", date(2014, 3, 9)))
    run(written, Add("status", {"status": "s20", "since": today}))
    run(written, Add("home", {"name": "Flat"}))
    run(written, Add("adult", {"home": "h1", "name": "Jo", "would_care": True}))
    visit = opened("case", case=written, view="meetings")
    whole(labelled(visit.multiselect, "Events that are left out of the evidence").set_value(["e1"]).run())
    assert "Entries that are read: 2 of 4." in words(visit)
    labelled(visit.text_input, "Your name").set_value("Sam Reed")
    labelled(visit.selectbox, "Your own role").set_value("team_manager").run()
    button(visit, "Start the meeting")
    (meeting,) = app.workspace().meetings.on_casefile(written, EVERYBODY)
    bundle = app.workspace().meetings.state(meeting.meeting).bundle
    assert [one["what"] for one in bundle["chronology"]] == ["First return.", "Tired."]


def test_the_manager_sees_who_has_read_it_and_the_worker_does_not() -> None:
    worker, manager = invented("practitioner"), invented("team_manager")
    case = begun(by=worker)
    run(case, Add("worker", {"person": manager.id, "part": "manager", "since": date(2026, 1, 1)}), worker)
    as_person(opened("case", case=case), worker)
    visit = as_person(opened("case", case=case, view="seen"), manager)
    assert worker.name in words(visit) and "Social worker" in words(visit)
    assert "The case" in words(visit)
    visit = as_person(opened("case", case=case, view="seen"), worker)
    assert "Who has seen it" not in words(visit)


def test_home_says_what_waits_and_offers_a_line_that_names_no_child() -> None:
    manager = invented("team_manager")
    case = begun("Amy", "LCS 100", by=manager)
    today = app.workspace().casefiles.today
    run(case, Change("child", "child", "next_review", today + timedelta(days=3)), manager)
    visit = as_person(opened(), manager)
    assert "What waits for you" in words(visit) and "Amy · LCS 100" in words(visit)
    (line,) = [one.value for one in visit.code]
    assert line.startswith("Homeward: ") and "the earliest by " in line
    assert "Amy" not in line and "LCS" not in line
    run(case, Close("home", today), manager)
    assert "Amy · LCS 100" not in words(as_person(opened(), manager)), "a closed case waits for nobody"


def test_home_starts_a_meeting_on_a_case_that_one_works_on_and_shows_a_role_what_it_may_do() -> None:
    worker = invented("practitioner")
    case = begun(by=worker)
    begun("Somebody else", "LCS 200", by=invented("team_manager"))
    visit = as_person(opened(), worker)
    cases = visit.selectbox(key="start-case").options
    assert cases[0] == "Amy, LCS 100" and any(one.startswith("HW-011") for one in cases)
    assert not any("LCS 200" in one for one in cases)
    visit.selectbox(key="start-case").select_index(0)
    button(visit, "Read the case and start")
    assert (visit.query_params["case"], visit.query_params["view"]) == (case, "meetings")
    for role in ("data_analyst", "records_manager", "administrator"):
        home = as_person(opened(), invented(role))
        assert "Join a meeting" in words(home) and "sample case" not in words(home)
        assert not [one for one in home.selectbox if one.key == "start-case"]
    assert "Try a sample case" in words(as_person(opened(), invented("trainer")))


def test_where_things_stand_says_so_while_nobody_has_written_it() -> None:
    case = begun()
    visit = opened("case", case=case)
    assert "Nobody has said it in a few sentences yet." in words(visit)
    run(case, Change("child", "child", "summary", "Looked after since May."))
    assert "Nobody has said it" not in words(whole(visit.run())) and "Looked after since May." in words(visit)
