"""Who may keep and see an edition. It is published; the app alone keeps the one that it runs with. Provenance: product."""

from framework.edition.model import EditionText
from framework.people.roles import EVERYBODY, THE_APP
from framework.streams.kept import Kept
from framework.streams.policy import Allowed, See, applied

POLICY = (
    Allowed("keep the edition that the app runs with", (EditionText,), frozenset({THE_APP})),
    Allowed("read the framework", (See,), EVERYBODY),
)
_NONE: Kept[EditionText] = Kept()
may, view, past, listed = applied(POLICY, _NONE)
