"""Servers of the tests end with the run that started them, also with one that is interrupted or killed."""

import subprocess
from pathlib import Path


class Watchdog:
    """Runs a shell command as soon as this process has ended, however it ended, unless it is called off before."""

    def __init__(self, command: str) -> None:
        # `read` returns when the other end of the pipe is closed, which the system does when this process ends. In a session
        # of its own, it hears no Ctrl+C.
        self._process = subprocess.Popen(
            ["sh", "-c", f"read _; {command}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=Path("/"),
            start_new_session=True,
        )

    def call_off(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdin
        self._process.stdin.close()
