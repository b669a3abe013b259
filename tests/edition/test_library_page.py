"""Protects: the library says of each factor when it does not apply, who is to act, and whose words these are."""

from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from framework import edition
from pages.library import page as library

EDITION = edition.load(edition.DEFAULT)


@pytest.mark.parametrize("factor", EDITION.factor, ids=lambda factor: factor.id)
def test_a_factor_says_when_it_does_not_apply_who_is_to_act_and_whose_words_these_are(factor: edition.Factor) -> None:
    shown = unescape(library.explained(EDITION, factor))
    assert ("Does not apply" in shown) == factor.may_not_apply
    assert factor.may_not_apply_when in shown
    assert ("something that services do" in shown) == factor.process
    assert ("for the authority or others to put right" in shown) == (factor.put_right_by == "authority")
    assert "What counts as which answer was decided by the makers of Homeward." in shown


def test_what_was_reconstructed_of_the_rule_is_marked_level_by_level_and_dimension_by_dimension() -> None:
    def page() -> None:
        from framework import edition
        from pages.library import page as library

        library._rule(edition.load(edition.DEFAULT))

    app = AppTest.from_function(page).run()
    assert not app.exception
    html = [element.proto.body for element in app.get("html")]
    for level in EDITION.level:
        (about,) = [text for text in html if level.meaning in unescape(text)]
        assert "Reconstructed" in about
    for dimension in EDITION.dimension:
        (about,) = [text for text in html if dimension.question in unescape(text)]
        assert "Reconstructed" in about
    assert any("typical" in text and "Reconstructed" in text for text in html)
