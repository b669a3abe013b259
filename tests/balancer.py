"""Two app processes on one PostgreSQL behind HAProxy, with the configuration that deploy/ gives to others."""

import os
import secrets
import shutil
import subprocess
import time
from pathlib import Path
from typing import Self

import httpx

from tests.postgres import free_port
from tests.server import ROOT, AppServer
from tests.watchdog import Watchdog

CONFIGURATION = ROOT / "deploy" / "haproxy.cfg"
START_SECONDS = 20.0


class Balanced:
    """`with Balanced(folder, database) as balanced:` starts the processes `a` and `b` and HAProxy at `url`, and ends them."""

    def __init__(self, folder: Path, database: str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = {
            "DATABASE_URL": database,
            "HOMEWARD_SECRET": secrets.token_urlsafe(32),
            "HOMEWARD_ADDRESS": self.url,
            "HOMEWARD_PROXY": "127.0.0.1",
        }
        self.nodes: dict[str, AppServer] = {}
        for name in ("a", "b"):
            (folder / name).mkdir()
            self.nodes[name] = AppServer(folder / name, self.environment)
        self._log = folder / "haproxy.log"

    def __enter__(self) -> Self:
        try:
            for server in self.nodes.values():
                server.start()
            self._start()
        except BaseException:
            for server in self.nodes.values():
                server.stop()
            raise
        return self

    def _start(self) -> None:
        program = shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        assert program, "These tests need HAProxy: install it, on Debian with `apt-get install haproxy`."
        ports = {f"HOMEWARD_PORT_{name.upper()}": str(server.port) for name, server in self.nodes.items()}
        environment = os.environ | ports | {"HOMEWARD_BIND": f"127.0.0.1:{self.port}"}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-db", "-f", str(CONFIGURATION)], env=environment, stdout=log, stderr=log
            )
        self._watchdog = Watchdog(f"kill -KILL {self._process.pid}")
        deadline = time.monotonic() + START_SECONDS
        while not self._healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._end()
                raise RuntimeError(f"HAProxy did not start:\n{self._log.read_text()}")
            time.sleep(0.05)

    def _healthy(self) -> bool:
        try:
            return httpx.get(f"{self.url}/_stcore/health", timeout=5, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def _end(self) -> None:
        self._watchdog.call_off()
        self._process.kill()
        self._process.wait()

    def __exit__(self, *_: object) -> None:
        self._end()
        for server in self.nodes.values():
            server.stop()
