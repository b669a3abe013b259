"""Who may read the invented sample cases, and load the sample data again. Provenance: product."""

from framework.case.model import Aside, Case, Reset
from framework.people.roles import MEETS, THE_APP
from framework.streams.kept import Kept
from framework.streams.policy import Allowed, Find, See, applied

POLICY = (
    Allowed("keep a sample case", (Case,), frozenset({THE_APP})),
    Allowed("read and list the sample cases", (See, Find), MEETS | {THE_APP}),
    Allowed("load the sample data again, which sets meetings on sample cases aside", (Reset,), frozenset({"trainer"})),
)
_NONE: Kept[Case] = Kept()
may, view, past, listed = applied(POLICY, _NONE)
OF_SAMPLES = applied(POLICY, Aside())
