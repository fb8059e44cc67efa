"""Workbooks in the forms that office programs save, written by LibreOffice."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed: nothing to save")


def saved_as(workbook: Path, target: Path) -> Path:
    """Open a workbook in LibreOffice and save it in the form that the target's ending says."""
    folder = target.with_name(f"{target.name}.office")
    folder.mkdir()
    copy = folder / f"{target.stem}{workbook.suffix}"
    shutil.copyfile(workbook, copy)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", target.suffix[1:], "--outdir", str(target.parent)]
    subprocess.run([*command, str(copy)], check=True, capture_output=True, timeout=180)
    assert target.is_file()
    shutil.rmtree(folder)
    return target
