"""Protects: what deploy/ gives to others is what systemd understands. (The HAProxy file is used by test_processes.)"""

import subprocess
import sys
from pathlib import Path

UNIT = Path(__file__).parents[2] / "deploy" / "homeward@.service"


def verified(folder: Path, text: str) -> str:
    """What systemd says about this unit (and not about others), with this test's environment in the place of a server's."""
    environment = Path(sys.executable).parent.parent
    copy = folder / "homeward@8501.service"
    copy.write_text(text.replace("/srv/homeward/.venv", str(environment)))
    command = ["systemd-analyze", "verify", "--man=no", str(copy)]
    said = subprocess.run(command, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True, timeout=60).stdout
    return "\n".join(line for line in said.splitlines() if "homeward" in line)


def test_systemd_has_nothing_to_say_about_the_unit(tmp_path: Path) -> None:
    assert verified(tmp_path, UNIT.read_text("utf-8")) == ""


def test_a_mistake_in_it_would_be_found(tmp_path: Path) -> None:
    wrong = UNIT.read_text("utf-8").replace("PrivateTmp=", "PrivateTemp=").replace("streamlit run", "streamlitt run")
    said = verified(tmp_path, wrong)
    assert "Unknown key" in said and "streamlitt is not executable" in said
