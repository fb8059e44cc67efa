"""Settings come from the file and the environment; a wrong one is told in a sentence."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from web.data_folder import DataFolder
from web.jobs import JobStore
from web.settings import BadSettings, Settings, read_settings, shown, variable_of, write_sample
from web.store.database import Database, sqlite_url
from web.work.wiring import DEFAULTS, wire


def settings(folder: Path, text: str = "", **environment: str) -> Settings:
    """Read the settings of a folder with such a file and environment."""
    if text:
        (folder / "service.toml").write_text(text, encoding="utf-8")
    return read_settings(folder, environment)


def test_without_file_and_environment_the_defaults_hold(tmp_path: Path) -> None:
    assert settings(tmp_path) == Settings()


def test_the_environment_goes_before_the_file_and_the_command_line_before_both(tmp_path: Path) -> None:
    text = "port = 9000\nthreads = 4\nbin_days = 7\n"
    (tmp_path / "service.toml").write_text(text, encoding="utf-8")
    read = read_settings(tmp_path, {"PLANNER_WEB_PORT": "9001", "PLANNER_WEB_THREADS": "5"}, port=9002, host=None)
    assert (read.port, read.threads, read.bin_days, read.host) == (9002, 5, 7, "127.0.0.1")


def test_the_database_and_the_scheduler_have_the_names_their_own_programs_use(tmp_path: Path) -> None:
    read = settings(tmp_path, DATABASE_URL="postgresql://x@y/z", DASK_SCHEDULER_ADDRESS="tcp://a:8786")
    assert (read.database_url, read.dask_scheduler_address) == ("postgresql://x@y/z", "tcp://a:8786")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("prot = 8000", "没有这项设置。是不是 port？"),
        ("quite_something_else = 1", "可用的名称：host、port"),
        ('port = "abc"', "应为整数，现为“abc”。例如 8000。"),
        ("port = 80.5", "应为整数，现为“80.5”"),
        ("port = true", "应为整数"),
        ("port = 70000", "应在 1 至 65535 之间，现为 70000"),
        ("plans_at_once = 0", "应在 1 至 256 之间，现为 0"),
        ("examination_seconds = -1", "应不小于 0.1，现为 -1"),
        ("examination_seconds = nan", "应为数，现为“nan”"),
        ("behind_https = 3", "应为true 或 false，现为“3”"),
        ("host = 7", "应为文字"),
        ('coordinator = "there"', "只能是 here、elsewhere，现为“there”"),
        ("port 8000", "service.toml 读不出来"),
    ],
)
def test_a_wrong_setting_is_told_with_place_value_and_remedy(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadSettings) as error:
        settings(tmp_path, text)
    assert sentence in str(error.value) and "service.toml" in str(error.value)


def test_all_wrong_settings_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as error:
        settings(tmp_path, "port = 0\nprot = 1\n", PLANNER_WEB_THREADS="many", PLANNER_WEB_THREDS="3")
    assert len(error.value.faults) == 4
    assert "环境变量 PLANNER_WEB_THREDS：没有这项设置。是不是 threads？" in error.value.faults


@pytest.mark.parametrize(("text", "value"), [("true", True), ("1", True), ("是", True), ("no", False), ("OFF", False)])
def test_yes_and_no_are_understood(tmp_path: Path, text: str, value: bool) -> None:
    assert settings(tmp_path, PLANNER_WEB_BEHIND_HTTPS=text).behind_https is value


def test_a_file_saved_by_notepad_is_read(tmp_path: Path) -> None:
    (tmp_path / "service.toml").write_bytes("\ufeff# 设置\r\nport = 8080\r\n".encode())
    assert settings(tmp_path).port == 8080


def test_the_sample_explains_every_setting_and_sets_none(tmp_path: Path) -> None:
    write_sample(tmp_path)
    text = (tmp_path / "service.toml").read_text(encoding="utf-8")
    assert settings(tmp_path) == Settings()
    for each in fields(Settings):
        assert each.metadata["says"] in text and variable_of(each.name) in text
    switched_on = "\n".join(line.removeprefix("# ") for line in text.splitlines() if " = " in line)
    assert tomllib.loads(switched_on) == {each.name: each.default for each in fields(Settings)}


def test_a_file_that_is_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "service.toml").write_text("port = 1", encoding="utf-8")
    write_sample(tmp_path)
    assert (tmp_path / "service.toml").read_text(encoding="utf-8") == "port = 1"


def test_the_documentation_names_every_setting_with_its_default() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
    missing = [each.name for each in fields(Settings) if f"| `{each.name}` | `{shown(each.default)}` |" not in page]
    assert missing == []


def test_the_lease_is_a_setting_of_everybody_who_hands_out_work(tmp_path: Path) -> None:
    """The coordinator's own leases and the patience of the workers follow it."""
    config = settings(tmp_path, "lease_seconds = 45\n").as_config()
    database = Database(sqlite_url(tmp_path))
    works = wire(DEFAULTS | config, database, JobStore(database), DataFolder(tmp_path))
    coordinator = works.coordinator
    assert (coordinator._errands.lease_seconds, coordinator._workforce._patience_seconds) == (45.0, 45.0)
    coordinator.close()
    database.close()
