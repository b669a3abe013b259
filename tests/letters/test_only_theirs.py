"""Protects: a paper holds what concerns its reader and nothing of anybody else: not where others live, not what was said of them or by
them, not the child's words without the child's yes, nothing that is legal advice or a court's.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.casefile import Casefile
from framework.casefile import Remove as CaseRemove
from framework.items import Add, Change, Remove, Restore
from framework.letters import for_record, held, papers, reading
from framework.letters.deciding import Begin, File, Reply
from framework.letters.model import COPY, Letter, Letters
from framework.letters.reading import OfDecision
from framework.streams.kind import Refused
from tests.casefile.made import CHOSEN, case, child
from tests.casefile.made import after as case_after
from tests.letters.made import BEN, FULL, GRAN, MARA, after, begun, family, offered

WHO = ("ann", "bob", "cat")
"""Two parents and somebody in a home, each with words of their own that nobody else's texts hold."""
KINDS = ("fact", "view", "lives", "birth", "reply", "note")


def own(who: str, kind: str, number: int = 0) -> str:
    """Six words in a row that belong to one person."""
    return " ".join(f"{who}{kind}{number}{letter}" for letter in "abcdef")


def a_family(entries: list[tuple[str, bool, bool, bool]]) -> Casefile:
    """`entries`: (sort, legal advice, a court's, somebody else's) of each event of the chronology."""
    return case(
        *(
            Add("parent", {"name": who, "relation": relation, "lives": own(who, "lives"), "view": own(who, "view"), "note": own(who, "note")})
            for who, relation in (("ann", "mother"), ("bob", "father"))
        ),
        Add("home", {"name": "A house", "address": own("cat", "lives")}),
        Add("adult", {"home": "h1", "name": "cat", "would_care": True, "view": own("cat", "view"), "note": own("cat", "note")}),
        *(
            Add("entry", CHOSEN | {"since": "2024", "sort": sort, "what": own("entry", "", n), "legal_advice": legal, "court": court, "third_party": third})
            for n, (sort, legal, court, third) in enumerate(entries)
        ),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["voice", "harm", "school"]), st.booleans(), st.booleans(), st.booleans()), max_size=6
    ),
    st.lists(st.tuples(st.sampled_from(WHO), st.sampled_from(["confirm", "correct", "comment", ""])), max_size=6),
    st.sampled_from(["", "yes", "no"]),
)
def test_every_paper_is_made_of_its_readers_own(
    entries: list[tuple[str, bool, bool, bool]], facts: list[tuple[str, str]], agreed: str
) -> None:
    file = a_family(entries)
    ids = {one.name: one.id for one in reading.people(file)}
    known = OfDecision(
        views=(("mother", own("ann", "said")), ("father", own("bob", "said")), ("child", own("child", "said"))),
        conditions=tuple((f"{who}: {own(who, 'must')}", None) for who in WHO),
        supports=tuple((f"{own(who, 'help')} for {who}", "", None) for who in WHO),
    )
    state = after(Letters(), file, Begin("c1"))
    for n, (who, answer) in enumerate(facts):
        state = after(
            state, file, Add("fact", {"id": f"f{n}", "person": ids[who], "since": "2024", "words": own(who, "fact", n)})
        )
        if answer:
            state = after(state, file, Reply(f"f{n}", answer, own(who, "reply", n)))
    for who, identifier in ids.items():
        texts = offered(file, state, identifier, known)
        values = {
            "person": identifier,
            "name": who,
            "child_said": own("child", "words"),
            "child_agreed": agreed,
            **texts,
        }
        state = after(state, file, Add("copy", values))
    for copy in state.copies.values():
        others = [who for who, identifier in ids.items() if identifier != copy.person]
        for paper in (papers.copy(state, copy, file, known), papers.facts(state, copy.person, file)):
            assert not [word for word in paper.text.split() for who in others if word.startswith(who) and word != who]
            assert "entry" not in paper.text and "childsaid" not in paper.text
            assert ("childwords" in paper.text) == (agreed == "yes" and paper.sort == "copy")
        assert not reading.facts_stops(state, copy.person, file, [known])
        assert not set(
            reading.leaks(
                " ".join(offered(file, state, copy.person, known).values()), reading.secrets(state, copy, file, known)
            )
        )


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([*COPY]),
    st.sampled_from(
        [
            ("9 oak street", "where Ben lives"),
            ("FLAT 3,\n9 Oak  Street.", "where Ben lives"),
            ("the flat at 9 Oak Street", "where Ben lives"),
            ("Rose Cottage, Mill Lane, Otley", "where Gran’s house is"),
            ("am scared when they shout at", "what the child said"),
            ("the judge said that this stays between us", "under a court’s restriction"),
            ("Ash is happier where he is", "what is about somebody else"),
        ]
    ),
    st.sampled_from(["", "We think that "]),
)
def test_what_is_somebody_elses_cannot_be_filed_wherever_it_was_typed(
    section: str, secret: tuple[str, str], before: str
) -> None:
    file = family()
    state = begun(file, MARA, **{section: f"{before}{secret[0]}"})
    with pytest.raises(Refused, match=f"It tells .*{secret[1]}"):
        after(state, file, File("copy", "c1"))
    fact = Add("fact", {"person": MARA, "since": "2024", "words": f"{before}{secret[0]}"})
    (stop,) = reading.facts_stops(after(begun(file, MARA), typed(file), fact), MARA, file)
    assert secret[1] in stop, "nor given on paper or on screen to check"


def test_the_facts_to_check_hold_nothing_that_a_copy_of_theirs_leaves_out() -> None:
    file = family()
    state = begun(file, MARA)
    for words in ("Police came at night.", "You rang every day.", "The police came at night to the flat."):
        state = after(state, file, Add("fact", {"person": MARA, "since": "2024", "words": words}))
    out = Add("withheld", {"copy_id": "c1", "fact": "f1", "what": "Police", "reason": "safety"})
    state = after(state, file, out)
    assert [one.id for one in reading.shown_facts(state, MARA)] == ["f2", "f3"]
    assert "1. 2024: You rang" in papers.facts(state, MARA, file).text
    (stop,) = reading.facts_stops(state, MARA, file)
    assert "to the flat.” tells what is left out" in stop, "the same in another fact"


def test_a_fact_that_concerns_both_parents_may_be_checked_by_both() -> None:
    file = family()
    state = begun(file, MARA)
    for who in (MARA, BEN):
        state = after(state, file, Add("fact", {"person": who, "since": "2024", "words": "Police came to you both."}))
    assert not reading.facts_stops(state, MARA, file) and not reading.facts_stops(state, BEN, file)


def test_the_childs_letter_tells_where_no_parent_lives_but_where_the_child_lives() -> None:
    def stops(words: str, file: Casefile) -> list[str]:
        letter = Letter(id="n1", name="Ash", reader="teen", next=words)
        return [
            one
            for one in reading.letter_stops(letter, file, papers.letter(letter, file, OfDecision()))
            if "tells" in one
        ]

    assert stops("Mum lives at 12 Elm Road now.", family()) == ["It tells where Mara lives. Take that out."]
    assert stops("Dad is in Flat 3.", family()) == ["It tells where Ben lives. Take that out."]
    home = case(
        child("lives_at", "12 Elm Road, Leeds"),
        Add("parent", {"name": "Mara", "relation": "mother", "lives": "12 Elm Road"}),
    )
    assert stops("You stay at 12 Elm Road.", home) == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("The judge said that this stays between us", "under a court’s restriction"),
        ("I am scared when they shout at night", "what the child said"),
        ("Ash is happier where he is now", "what is about somebody else"),
    ],
)
def test_what_is_kept_back_stays_so_when_it_is_typed_whole_as_a_fact(words: str, why: str) -> None:
    file = family()
    copy = {"unchecked_why": "She is abroad."}
    state = after(
        begun(file, MARA, **copy), typed(file), Add("fact", {"person": MARA, "since": "2024", "words": words})
    )
    with pytest.raises(Refused, match=why):
        after(state, file, File("copy", "c1"))


COURT = "The judge said that this stays between us"


def test_what_is_marked_as_a_courts_after_it_was_taken_as_a_fact_stays_nowhere() -> None:
    """The fact is in words of its own; its entry, or the same words, are marked afterwards."""
    file = family()
    for values in ({"words": "There was a hearing.", "entry": "e3"}, {"words": f"Somebody wrote: {COURT}"}):
        state = after(
            begun(file, MARA),
            typed(file),
            Add("fact", {"person": MARA, "since": "2024-04", **values}),
            Reply("f1", "comment", "I know"),
            Add("withheld", {"copy_id": "c1", "fact": "f1", "what": "That", "reason": "court"}),
        )
        for gone in (state, after(state, file, Remove("fact", "f1"))):
            assert for_record.checked_facts(gone, typed(file)) and not for_record.checked_facts(gone, file)
            marked = {one.key: one.restricted for one in held.held(gone, file, {})}
            assert marked == {"letters/f1": "court", "letters/o1": "court"}
            no_entry = case_after(file, [CaseRemove("entry", "e3")])
            assert reading.restricted(reading.any_fact(gone, "f1"), no_entry) == "court"  # type: ignore[arg-type]
        printed = after(state, typed(file), Remove("withheld", "o1"))
        with pytest.raises(Refused, match="One of its facts is legal advice"):
            after(printed, file, Change("copy", "c1", "unchecked_why", "Abroad"), File("copy", "c1"))
        (stop,) = reading.facts_stops(printed, MARA, file)
        assert "is legal advice, or under a court’s restriction. Take it out." in stop
        with pytest.raises(Refused, match="may be no fact"):
            after(after(state, file, Remove("fact", "f1")), file, Restore("fact", "f1"))


@pytest.mark.parametrize(
    "command",
    [
        Add("fact", {"person": MARA, "since": "2024-04", "words": COURT}),
        Add("fact", {"person": MARA, "since": "2024-04", "words": "A hearing", "entry": "e3"}),
        Change("fact", "f1", "words", f"It is so: {COURT}"),
        Change("fact", "f1", "stays_why", COURT),
    ],
)
def test_what_is_a_courts_becomes_no_fact(command: Add | Change) -> None:
    file = family()
    state = after(
        begun(file), file, Add("fact", {"person": MARA, "since": "2024-03", "words": "Police came at night."})
    )
    with pytest.raises(Refused, match="it may be no fact"):
        after(state, file, command)


def typed(file: Casefile) -> Casefile:
    """The case before anything in it was marked as a court's: what is typed then is in the papers when the mark comes."""
    here = file.items.here | {"entry": {}}
    return replace(file, items=replace(file.items, here=here))


def test_what_a_parent_said_themselves_may_stand_in_their_copy_even_if_the_child_said_it() -> None:
    file = family()
    fact = Add("fact", {"person": MARA, "since": "2024-03", "words": "Police came at night."})
    said = Reply("f1", "comment", "Ash told me: I am scared when they shout at night")
    assert after(begun(file, MARA), file, fact, said, File("copy", "c1")).filed
    court = Reply("f1", "comment", "The judge said that this stays between us")
    with pytest.raises(Refused, match="under a court’s restriction"):
        after(begun(file, MARA), file, fact, court, File("copy", "c1"))


def test_a_postcode_alone_gives_an_address_away_with_a_space_or_without() -> None:
    file = family()
    for text in ("He lives near LS1 4AB.", "It is ls14ab"):
        with pytest.raises(Refused, match="where Mara lives"):
            after(begun(file, BEN, what_if=text), file, File("copy", "c1"))


def test_ones_own_address_and_own_words_may_stand_in_ones_copy() -> None:
    file = family()
    texts = {
        "help": "A worker comes to 12 Elm Road, LS1 4AB.",
        "you_said": "You told us: “I have stopped drinking for good”",
    }
    assert after(begun(file, MARA, **texts), file, File("copy", "c1")).filed
    house = case(
        *(
            Add("parent", {"name": who, "relation": relation, "lives": "5 Ash Way, York"})
            for who, relation in (("Jo", "mother"), ("Al", "father"))
        )
    )
    assert after(begun(house, MARA, help="We come to 5 Ash Way."), house, File("copy", "c1")).filed


def test_a_grandmother_at_home_may_read_her_own_address_and_a_parent_may_not() -> None:
    file = family()
    text = {"help": "We come to Rose Cottage, Mill Lane, Otley."}
    assert after(begun(file, GRAN, **text), file, File("copy", "c1")).filed
    with pytest.raises(Refused, match="where Gran’s house is"):
        after(begun(file, BEN, **text), file, File("copy", "c1"))


def test_the_childs_words_need_the_childs_yes() -> None:
    file, said = family(), "I am scared when they shout at night"
    state = begun(file, MARA, child_said=said)
    assert "scared" not in papers.copy(state, state.copies["c1"], file, OfDecision()).text
    with pytest.raises(Refused, match="the child agreed"):
        after(state, file, File("copy", "c1"))
    state = after(state, file, Change("copy", "c1", "child_agreed", "yes"), File("copy", "c1"))
    assert said in state.filed[-1].paper.text


def test_what_is_not_this_persons_is_not_even_offered_from_the_chronology() -> None:
    file = family()
    assert [file.entries[one].what for one in reading.offered_entries(file, Letters(), MARA)] == [
        "Police came after shouting at night"
    ]
    taken = after(
        begun(file), file, Add("fact", {"person": MARA, "since": "2024-03", "words": "Police came", "entry": "e2"})
    )
    assert reading.offered_entries(file, taken, MARA) == [] and reading.offered_entries(file, taken, BEN)


def test_a_full_copy_has_no_gap() -> None:
    assert set(FULL) == set(COPY)
