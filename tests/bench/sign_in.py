"""What a sign-in adds to a page: the wall's first page, which asks for no sign-in, drawn for nobody and for somebody who has signed in at a
real provider. What it adds is who they are, and what the sidebar has for them."""

import asyncio
import statistics
from pathlib import Path

from tests.bench import percentiles, say
from tests.oidc import Somebody, person, provider
from tests.postgres import free_port
from tests.server import AppServer

RUNS = 100
PIA = person("Pia Practitioner", "Homeward.Practitioner")


def measure(folder: Path) -> None:
    """In turns, so that a machine that slows down slows both."""
    port = free_port()
    with provider([PIA]) as idp:
        given = idp.environment | {"HOMEWARD_ADDRESS": f"http://localhost:{port}"}
        with AppServer(folder, given, port) as app:
            nobody, somebody = Somebody(app), Somebody(app)
            nobody.page()
            somebody.sign_in(PIA.sub)
            without, with_it = asyncio.run(_both(nobody, somebody))
    added = statistics.median(with_it) - statistics.median(without)
    say("a page drawn again for nobody", "ms", **percentiles(without))
    say("the same page for somebody who has signed in", "ms", **percentiles(with_it))
    say("what the sign-in adds to a page, between the middle ones", "ms", 10, value=round(added, 2))


async def _both(nobody: Somebody, somebody: Somebody) -> tuple[list[float], list[float]]:
    without, with_it = [], []
    async with nobody.tab("wall") as one, somebody.tab("wall") as two:
        assert "Signed in as" in " ".join(two.texts())
        for _ in range(RUNS):
            without.append(1000 * (await one.rerun()).seconds)
            with_it.append(1000 * (await two.rerun()).seconds)
    return without, with_it
