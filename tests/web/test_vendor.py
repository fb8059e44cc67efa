"""Scripts of others that the pages or the tests use: they are what was published, with their licence."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "web" / "static" / "vendor"
OF_TESTS = Path(__file__).parent / "vendor"
PACKAGES = sorted(path for folder in (VENDOR, OF_TESTS) for path in folder.iterdir() if path.is_dir())


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_file_has_the_checksum_it_is_listed_with(package: Path) -> None:
    """Nothing is missing from the list, nothing differs from it."""
    lines = (package / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    listed = {name: checksum for checksum, name in (line.split() for line in lines)}
    files = {path.name for path in package.iterdir()} - {"SHA256SUMS"}
    assert set(listed) == files
    for name, checksum in listed.items():
        assert hashlib.sha256((package / name).read_bytes()).hexdigest() == checksum, name


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_package_has_its_licence_and_version(package: Path) -> None:
    """The folder tells which version it is."""
    assert (package / "LICENSE").is_file()
    assert re.fullmatch(r"[a-z.-]+-\d+\.\d+\.\d+", package.name)


def test_the_chart_library_runs_in_browsers_of_2020() -> None:
    """It declares nothing by let, const, class or async, and chains nothing by a question mark and a dot."""
    source = (VENDOR / "echarts-6.1.0" / "echarts.min.js").read_text(encoding="utf-8")
    newer = r"[;{}](?:let|const|class) [\w$]+[ ={]|async function|\)=>\{|[\w)\]]\?\.[a-z(\[]"
    assert re.search(newer, source) is None
