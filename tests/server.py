"""The real app, as a process of its own: what the browser tests, the benchmarks and the screenshots talk to."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import httpx

from tests.postgres import free_port
from tests.watchdog import Watchdog

ROOT = Path(__file__).parent.parent
START_SECONDS = 60.0


class AppServer:
    """`streamlit run app.py`, with its record and its log in a folder of the caller's.

    `with AppServer(tmp_path) as server:` starts it and stops it. `environment` adds to this process's own; without a
    DATABASE_URL in it, the record is a SQLite file in the folder. A server can be started again after `stop` or
    `kill`: it has the same port, record and log. `script` is another app than Homeward's.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        port: int | None = None,
        script: Path = ROOT / "app.py",
        wire_port: int | None = None,
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = {"DATABASE_URL": f"sqlite:///{folder / 'homeward.db'}", **(environment or {})}
        self.wire_port = wire_port
        """Where a `Wire` to it listens, if it is reached through one, too."""
        self._script = script
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: Watchdog | None = None

    def start(self, seconds: float = START_SECONDS) -> Self:
        """Start it and return as soon as it answers."""
        assert self._process is None, "it runs already"
        command = [sys.executable, "-m", "streamlit", "run", str(self._script), f"--server.port={self.port}"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._watchdog = Watchdog(f"kill -KILL {self._process.pid}")
        deadline = time.monotonic() + seconds
        while not self.healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"The app did not start:\n{self.log}")
            time.sleep(0.01)
        return self

    def healthy(self) -> bool:
        """Whether it answers now."""
        try:
            return httpx.get(f"{self.url}/_stcore/health", timeout=5, trust_env=False).is_success
        except httpx.TransportError:
            return False

    @property
    def pid(self) -> int:
        assert self._process is not None, "it does not run"
        return self._process.pid

    @property
    def log(self) -> str:
        """What it has printed, over all its starts."""
        return self._log.read_text("utf-8", errors="replace") if self._log.exists() else ""

    def stop(self) -> None:
        """End it as Ctrl+C does."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a power cut does: nothing of its own runs any more."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        assert self._watchdog
        self._watchdog.call_off()
        self._process.send_signal(how)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
