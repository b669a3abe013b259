"""Protects: a figure that was taken away does not come back with what a browser sends late."""

from pathlib import Path

from tests.load.client import StreamlitClient
from tests.load.live import run
from tests.server import AppServer


def test_a_figure_that_was_reset_stays_reset(tmp_path: Path) -> None:
    """A browser sends what all its widgets show with every message, also before it hears of the reset."""

    async def visit(url: str) -> str:
        async with await StreamlitClient.connect(url, page="costs") as client:
            await client.set("costs-children", "120")
            assert "Support for 120 families" in " ".join(client.texts())
            shown = dict(client._states)
            await client.click("costs-reset-all")
            client._states |= shown
            await client.set("costs-months", "7")
            return " ".join(client.texts())

    with AppServer(tmp_path) as server:
        assert "Support for 80 families" in run(visit(server.url))
