"""Protects: a run of the tests that is ended, however, leaves no server behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import wait_until

ROOT = Path(__file__).parent.parent
APP = """
import sys, time
from pathlib import Path
from tests.server import AppServer
server = AppServer(Path(sys.argv[1])).start()
print(server.pid, flush=True)
time.sleep(600)
"""


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_app_ends_with_the_killed_run_that_started_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", APP, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        pid = int(run.stdout.readline())
        assert runs(pid)
        run.send_signal(signal.SIGKILL)
    wait_until(lambda: not runs(pid), 60)


WAITS = """
import time
from pathlib import Path

def test_waits(postgres_server):
    Path(__file__).with_name("started").write_text(f"{postgres_server.pid} {postgres_server.folder}")
    time.sleep(600)
"""


def heeds_ctrl_c() -> None:
    """A shell starts what runs in the background with SIGINT ignored, and its children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=lambda how: how.name)
def test_the_servers_of_every_worker_end_with_the_run(how: signal.Signals, tmp_path: Path) -> None:
    """The workers of pytest-xdist are processes of their own, and would go on until their tests are over.

    SIGTERM ends Python as SIGKILL does: neither pytest nor we handle it.
    """
    (tmp_path / "test_waits.py").write_text(WAITS)
    started = tmp_path / "started"
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-n", "1", "-q", str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, preexec_fn=heeds_ctrl_c
    ) as run:
        try:
            wait_until(lambda: started.exists() and " " in started.read_text(), 60)
            run.send_signal(how)
            pid, folder = started.read_text().split()
            wait_until(lambda: not runs(int(pid)), 60)
            wait_until(lambda: not Path(folder).exists(), 60)
        finally:
            run.kill()
