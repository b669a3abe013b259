"""LibreOffice Calc, to recalculate workbooks in tests. Installed from Debian where it is missing and we may."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

# Recalculate every formula of a file that is opened, whatever results it carries.
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def ensure_libreoffice() -> str:
    """The path of soffice. Installs it if it is missing and this is root on Debian; otherwise fails the test."""
    if found := shutil.which("soffice"):
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "libreoffice-calc"]):
            subprocess.run(["apt-get", *command], env=environment, capture_output=True, timeout=900, check=False)
        if found := shutil.which("soffice"):
            return found
    pytest.fail(
        "LibreOffice Calc is needed and could not be installed here (Debian: apt-get install libreoffice-calc)."
    )


def recalculate(files: Sequence[Path], into: Path, profile: Path) -> None:
    """Open every workbook, recalculate it and save it under the same name in `into`; one start for all of them."""
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_ALWAYS, "utf-8")
    command = [ensure_libreoffice(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(into), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
