"""``python -m web`` as processes of its own: serving, backing up meanwhile, restoring, rescuing an account."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0
SET_UP = {
    "bureau": "某县人社局",
    "name": "王芳",
    "login": "wang",
    "password": "a fine day for planning",
    "again": "a fine day for planning",
}
CHEAP = {"PLANNER_WEB_PASSWORD_HASH_KIBIBYTES": "8", "PLANNER_WEB_PASSWORD_HASH_PASSES": "1"}


class Browser:
    """Keeps cookies and sends the token of the page it last saw."""

    def __init__(self, address: str) -> None:
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        self.page = ""

    def get(self, path: str) -> str:
        """Open a page, following redirections."""
        request = urllib.request.Request(self.address + path, headers={"Accept": "text/html"})
        with self._opener.open(request, timeout=30) as answer:
            self.page = answer.read().decode("utf-8", "replace")
        return self.page

    def post(self, path: str, **form: str) -> str:
        """Send a form."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        data = urllib.parse.urlencode(form | {"csrf_token": token[1] if token else ""}).encode()
        with self._opener.open(self.address + path, data, timeout=30) as answer:
            self.page = answer.read().decode("utf-8", "replace")
        return self.page


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "web", *words],
        cwd=ROOT, env=os.environ | CHEAP | {"PYTHONUTF8": "1"} | environment, capture_output=True, text=True,
        encoding="utf-8", timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip


def a_free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Browser]]:
    """Start services; return a browser in front of each. They are ended afterwards."""
    processes = []

    def start(folder: Path, *words: str, **environment: str) -> Browser:
        port = a_free_port()
        output = (tmp_path / f"output{port}").open("w+", encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "web", "--data", str(folder), "--port", str(port), *words],
            cwd=ROOT, env=os.environ | CHEAP | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"} | environment,
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        processes.append((process, output))
        browser, end = Browser(f"http://127.0.0.1:{port}"), time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                browser.get("/healthz")
                return browser
            except (urllib.error.URLError, ConnectionError):
                said = Path(output.name).read_text(encoding="utf-8")
                assert process.poll() is None and time.monotonic() < end, said
                time.sleep(0.1)

    yield start
    for process, output in processes:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE_SECONDS)
        output.close()


def test_a_backup_of_a_running_service_restores_its_accounts_plans_and_files(
    serve: Callable[..., Browser], tmp_path: Path
) -> None:
    first, second, backup = tmp_path / "first", tmp_path / "second", tmp_path / "backup.zip"
    browser = serve(first)
    browser.get("/")
    assert "还没有计划" in browser.post("/setup", **SET_UP)
    browser.get("/new")
    browser.post("/jobs/bundled", county="demo")
    upload = next((first / "jobs").glob("*/upload/demo.xlsx"))
    made = run("backup", str(backup), "--data", str(first))
    assert made.returncode == 0, made.stderr
    again = run("backup", str(backup), "--data", str(first))
    assert again.returncode == 1 and "已经存在" in again.stderr
    refused = run("restore", str(backup), "--data", str(first), "--replace")
    assert refused.returncode == 1 and "正被运行中的服务使用" in refused.stderr
    assert run("restore", str(backup), "--data", str(second)).returncode == 0
    assert (second / upload.relative_to(first)).read_bytes() == upload.read_bytes()
    restored = serve(second)
    restored.get("/login")
    assert "示例县" in restored.post("/login", login="wang", password=SET_UP["password"])


def test_restoring_over_data_is_refused_and_says_how(tmp_path: Path) -> None:
    folder, backup = tmp_path / "data", tmp_path / "backup.zip"
    assert run("migrate", "--data", str(folder)).returncode == 0
    (folder / "jobs").mkdir()
    assert run("backup", str(backup), "--data", str(folder)).returncode == 0
    refused = run("restore", str(backup), "--data", str(folder))
    assert refused.returncode == 1 and "--replace" in refused.stderr and "pg_dump" in refused.stderr
    assert run("restore", str(backup), "--data", str(folder), "--replace").returncode == 0
    broken = tmp_path / "broken.zip"
    broken.write_bytes(backup.read_bytes()[:100])
    told = run("restore", str(broken), "--data", str(folder), "--replace")
    assert told.returncode == 1 and "不是完整的备份文件" in told.stderr


def test_who_is_locked_out_gets_a_one_time_password_from_the_console(
    serve: Callable[..., Browser], tmp_path: Path
) -> None:
    browser = serve(tmp_path / "data")
    browser.get("/")
    browser.post("/setup", **SET_UP)
    listed = run("account", "list", "--data", str(tmp_path / "data"))
    assert listed.stdout.split("\t")[:3] == ["wang", "王芳", "某县人社局"]
    reset = run("account", "reset", "WANG", "--data", str(tmp_path / "data"))
    password = re.search(r"one-time password: (\S+)", reset.stdout)[1]
    assert "登录" in browser.get("/login")
    assert "这是一次性密码" in browser.post("/login", login="wang", password=password)
    unknown = run("account", "reset", "nobody", "--data", str(tmp_path / "data"))
    assert unknown.returncode == 1 and "account list" in unknown.stderr


def test_a_service_others_can_reach_asks_for_the_code_of_the_console(
    serve: Callable[..., Browser], tmp_path: Path
) -> None:
    browser = serve(tmp_path / "data", "--host", "0.0.0.0")
    assert 'name="code"' in browser.get("/")
    said = next(tmp_path.glob("output*")).read_text(encoding="utf-8")
    code = re.search(r"first set-up: (\d{8})", said)[1]
    assert "还没有计划" in browser.post("/setup", **SET_UP, code=code)


def test_the_folder_of_a_service_is_for_its_user_alone(serve: Callable[..., Browser], tmp_path: Path) -> None:
    browser = serve(tmp_path / "data")
    browser.get("/")
    browser.post("/setup", **SET_UP)
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert {"service.sqlite3", "secret_key", "service.toml"} <= {path.name for path in files}
    assert [path for path in files if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("words", [("backup", "x.zip"), ("account", "list")])
def test_a_folder_without_a_service_is_not_taken_for_an_empty_one(tmp_path: Path, words: tuple[str, ...]) -> None:
    told = run(*words, "--data", str(tmp_path / "mistyped"))
    assert told.returncode == 1 and "不是本系统的数据目录" in told.stderr
    assert not (tmp_path / "mistyped").exists()


def test_wrong_settings_stop_the_start_with_a_sentence(tmp_path: Path) -> None:
    told = run("--data", str(tmp_path / "data"), PLANNER_WEB_THREADS="many")
    assert told.returncode == 1
    assert "环境变量 PLANNER_WEB_THREADS：应为整数，现为“many”。例如 16。" in told.stderr
    assert "Traceback" not in told.stderr


def test_the_log_of_a_service_is_lines_of_json(serve: Callable[..., Browser], tmp_path: Path) -> None:
    browser = serve(tmp_path / "data")
    browser.get("/")
    browser.post("/setup", **SET_UP)
    lines = (tmp_path / "data" / "logs" / "service.jsonl").read_text(encoding="utf-8").splitlines()
    assert "accounts.set_up" in {json.loads(line).get("endpoint") for line in lines}
