"""A person as a subject: the row of functions that its door runs."""

from framework.people import access, deciding, model
from framework.people.deciding import Command
from framework.people.model import Person, folded
from framework.people.settings import Settings
from framework.streams.kind import Kind, Pair, tagged


def index(person: Person) -> frozenset[Pair]:
    """ "address": in small letters. "kind": "invented" or "real". "asked": "yes" while a second person is asked about a role.

    "mail": "yes" if they get a line by e-mail.
    """
    pairs = {("kind", "invented" if person.invented else "real")}
    if person.address:
        pairs.add(("address", folded(person.address)))
    if person.blocked:
        pairs.add(("blocked", "yes"))
    if any(grant.waits for grant in person.grants.values()):
        pairs.add(("asked", "yes"))
    if person.mail and not person.blocked:
        pairs.add(("mail", "yes"))
    return frozenset(pairs)


PERSON: Kind[Person, Command, Settings] = Kind(
    name="person",
    noun="person",
    empty=Person(),
    stored=tagged(model.EVENTS),
    fold=model.fold,
    decide=deciding.decide,
    may=access.may,
    view=access.view,
    past=access.past,
    listed=access.listed,
    title=lambda person: person.name,
    index=index,
    relations=access.relations,
)
