"""Protects: two hundred open tabs are served also where the shell allows 1,024 descriptors."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from framework import descriptors
from tests.server import AppServer

ROOT = Path(__file__).parent.parent
LIMITED = """
import resource
from framework import descriptors
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
