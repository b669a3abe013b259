"""What a sign-in adds to a page: Home drawn again, in an app without a sign-in and for somebody who has signed in at a real provider."""

import asyncio
import statistics
from pathlib import Path

from tests.bench import percentiles, say
from tests.oidc import Somebody, person, provider
from tests.postgres import free_port
from tests.server import AppServer

RUNS = 60
PIA = person("Pia Practitioner", "Homeward.Practitioner")


def measure(folder: Path) -> None:
    """Alternating, so that a machine that slows down slows both."""
    (folder / "open").mkdir()
    (folder / "signed-in").mkdir()
    port = free_port()
    with provider([PIA]) as idp, AppServer(folder / "open") as open_app:
        given = idp.environment | {"HOMEWARD_ADDRESS": f"http://localhost:{port}"}
        with AppServer(folder / "signed-in", given, port) as app:
            one = Somebody(app)
            one.sign_in(PIA.sub)
            without, with_it = asyncio.run(_both(Somebody(open_app), one))
    added = (statistics.median(with_it) - statistics.median(without)) * 1000
    say("a page drawn again for somebody who has signed in", "ms", **percentiles([1000 * one for one in with_it]))
    say("what the sign-in adds to that page (it has fewer links in its sidebar)", "ms", 10, value=round(added, 2))


async def _both(nobody: Somebody, somebody: Somebody) -> tuple[list[float], list[float]]:
    nobody.page()
    without, with_it = [], []
    async with nobody.tab() as one, somebody.tab() as two:
        assert "Signed in as" in " ".join(two.texts())
        for _ in range(RUNS):
            without.append((await one.rerun()).seconds)
            with_it.append((await two.rerun()).seconds)
    return without, with_it
