"""Protects: two hundred open tabs are served also where the shell allows 1,024 descriptors."""

import resource
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from framework import descriptors
from tests.load.client import StreamlitClient
from tests.load.live import run
from tests.server import AppServer

ROOT = Path(__file__).parent.parent
LIMITED = """
import resource
from framework import descriptors
from tests.load.client import StreamlitClient
from tests.load.live import run
soft, hard = {limits}
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
print(descriptors.raise_limit(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(("limits", "left"), [("256, 2048", 2048), ("2048, 2048", 2048)])
def test_a_process_takes_what_it_may_have(limits: str, left: int) -> None:
    code = LIMITED.format(limits=limits)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(left), str(left)]
    assert "No more than 2048 files and connections" in done.stderr


def test_the_app_that_is_started_with_few_has_more(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))  # what is started from here has as many
    try:
        with AppServer(tmp_path) as server:
            limits = Path(f"/proc/{server.pid}/limits").read_text("utf-8")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    (line,) = [one for one in limits.splitlines() if one.startswith("Max open files")]
    assert int(line.split()[3]) == min(hard, descriptors.WANTED)


def test_a_tab_takes_one_descriptor_for_what_it_asks(tmp_path: Path) -> None:
    async def taken(server: AppServer) -> int:
        open_now = Path(f"/proc/{server.pid}/fd")
        async with AsyncExitStack() as tabs:
            await tabs.enter_async_context(await StreamlitClient.connect(server.url, page="framework"))
            before = len(list(open_now.iterdir()))
            for _ in range(10):
                await tabs.enter_async_context(await StreamlitClient.connect(server.url, page="framework"))
            return len(list(open_now.iterdir())) - before

    with AppServer(tmp_path) as server:
        assert run(taken(server)) <= 12
        assert "Traceback" not in server.log
