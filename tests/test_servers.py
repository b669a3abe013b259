"""Protects: a run of the tests that is interrupted or killed leaves no server behind."""

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
print(server.pid, "-", flush=True)
time.sleep(600)
"""
POSTGRES = """
import time
from tests.postgres import PostgresServer
server = PostgresServer()
server.start()
pid = (server._data / "postmaster.pid").read_text().split()[0]
print(pid, server._folder, flush=True)
time.sleep(600)
"""


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("script", [APP, POSTGRES], ids=["app", "postgres"])
def test_a_server_ends_with_the_killed_run_that_started_it(script: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout
        pid, folder = run.stdout.readline().split()
        assert runs(int(pid))
        run.send_signal(signal.SIGKILL)
    wait_until(lambda: not runs(int(pid)))
    wait_until(lambda: not Path(folder).exists())
