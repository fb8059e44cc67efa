"""The settings of the service: defaults, then ``service.toml`` in the data folder, then the environment.

Each is declared once here, with its explanation; the file that a first start writes, the checks and the documentation
come from this declaration. A setting that is unknown or wrong is told in a sentence with what is allowed.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

FILE_NAME = "service.toml"
PREFIX = "PLANNER_WEB_"
"""Environment variables are this and the setting's name in capitals, but for those with a name of their own."""

_MEGABYTE = 1024 * 1024
_TRUE, _FALSE = ("1", "true", "yes", "on", "是"), ("0", "false", "no", "off", "否")


def _setting(default: Any, says: str, *, least: float | None = None, most: float | None = None, **more: Any) -> Any:
    """Declare a setting: its default, what it does (Chinese), and the least and most it may be."""
    return field(default=default, metadata={"says": says, "least": least, "most": most} | more)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the service is set to; units stand in the names."""

    host: str = _setting("127.0.0.1", "监听地址。127.0.0.1 只有本机能打开；0.0.0.0 局域网都能打开。")
    port: int = _setting(8000, "端口。", least=1, most=65_535)
    threads: int = _setting(16, "同时应答多少个请求。", least=2, most=256)
    behind_https: bool = _setting(
        False, "前面有提供 HTTPS 的反向代理时设为 true：Cookie 只经 HTTPS 传送，并采信代理给出的访问者地址。"
    )
    session_hours: float = _setting(12.0, "登录后多少小时没有操作就要重新登录。", least=0.1, most=720)
    session_longest_hours: float = _setting(
        168.0, "登录后最多多少小时就要重新登录，一直在用也一样。", least=0.1, most=8760
    )
    sign_ins_per_quarter_hour: int = _setting(10, "同一登录名在同一地址一刻钟内最多输错几次密码。", least=3, most=1000)
    database_url: str = _setting(
        "",
        "数据库地址。留空：数据目录里的 SQLite 文件，不用安装任何东西。PostgreSQL："
        "postgresql://用户:密码@主机:5432/数据库",
        variable="DATABASE_URL",
    )
    plans_at_once: int = _setting(1, "同时规划几个方案。每个大约占满一个处理器核心。", least=1, most=256)
    coordinator: str = _setting(
        "here", "后台任务由谁分派：here 本服务自己；elsewhere 另起的分派进程。", choices=("here", "elsewhere")
    )
    lease_seconds: float = _setting(
        30.0, "分派进程多少秒没有动静，它的任务就由别的分派进程接手，工作进程也停下它的规划。", least=5, most=600
    )
    workforce: str = _setting(
        "workers",
        "后台任务在哪里做：workers 工作进程；in_process 本进程（仅供测试）。",
        choices=("workers", "in_process"),
    )
    dask_scheduler_address: str = _setting(
        "", "已有的 Dask 调度器地址，例如 tls://主机:8786。留空：在本机自己启动。", variable="DASK_SCHEDULER_ADDRESS"
    )
    dask_tls_ca_file: str = _setting("", "连接调度器用的 TLS 根证书文件。")
    dask_tls_cert_file: str = _setting("", "连接调度器用的 TLS 证书文件。")
    dask_tls_key_file: str = _setting("", "连接调度器用的 TLS 私钥文件。")
    planner_memory_megabytes: int = _setting(8192, "一次规划最多用多少内存（MB，0 为不限；仅 Linux）。", least=0)
    examination_seconds: float = _setting(90.0, "检查一个工作簿最多多少秒。", least=0.1)
    reading_seconds: float = _setting(300.0, "读取一次乡镇报表最多多少秒。", least=0.1)
    writing_seconds: float = _setting(180.0, "规划时限之外，读文件、核对、写文件最多再用多少秒。", least=1)
    stopping_seconds: float = _setting(60.0, "要求停止后最多等多少秒，之后强行结束。", least=0.1)
    papers_seconds: float = _setting(900.0, "写一份方案的全部文书最多多少秒。", least=1)
    largest_upload_megabytes: int = _setting(50, "一次最多上传多少 MB。", least=1, most=2000)
    keep_originals_days: float = _setting(30.0, "含姓名、证号的原件最多保留几天。", least=0, most=3650)
    bin_days: int = _setting(30, "回收站里的版本保留几天，到期连同文件删除。", least=1, most=3650)
    least_free_megabytes: int = _setting(500, "磁盘剩余空间少于多少 MB 时，/healthz 报告异常。", least=0)
    metrics_token: str = _setting("", "从别的计算机读取 /metrics 和 /healthz 详情所用的口令。留空：只有本机能读。")
    log_megabytes: int = _setting(10, "运行记录文件写到多少 MB 就换一个新文件。", least=1, most=1000)
    log_files: int = _setting(5, "保留几个旧的运行记录文件。", least=1, most=100)
    password_hash_kibibytes: int = _setting(19_456, "计算密码散列所用内存（KiB）。越大越难破解，登录也越慢。", least=8)
    password_hash_passes: int = _setting(2, "计算密码散列的遍数。", least=1, most=100)

    def as_config(self) -> dict[str, Any]:
        """Return the settings as the application's configuration, by name in capitals, and what Flask makes of them."""
        named = {each.name.upper(): getattr(self, each.name) for each in fields(self)}
        return named | {
            "MAX_CONTENT_LENGTH": self.largest_upload_megabytes * _MEGABYTE,
            "PLANNER_MEMORY_BYTES": self.planner_memory_megabytes * _MEGABYTE,
            "PERMANENT_SESSION_LIFETIME": timedelta(hours=self.session_hours),
            "SESSION_COOKIE_SECURE": self.behind_https,
        }


class BadSettings(Exception):
    """Settings that are unknown or wrong; ``faults`` says of each where it stands, what was found and what to do."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def read_settings(folder: Path, environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Return the settings of a data folder; ``given`` (options of the command line) goes before everything else.

    Raises
    ------
    BadSettings
        When the file cannot be read, or a setting is unknown or wrong; all of them at once.
    """
    environment = os.environ if environment is None else environment
    values, faults = _from_file(folder / FILE_NAME)
    for name, (value, fault) in _from_environment(environment).items():
        if fault:
            faults.append(fault)
        else:
            values[name] = value
    if faults:
        raise BadSettings(faults)
    return Settings(**values | {name: value for name, value in given.items() if value is not None})


def _declared() -> dict[str, Field[Any]]:
    return {each.name: each for each in fields(Settings)}


def variable_of(name: str) -> str:
    """Return the environment variable of a setting."""
    own: str | None = _declared()[name].metadata.get("variable")
    return own or PREFIX + name.upper()


def _from_file(path: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError) as error:
        remedy = "请按 名称 = 值 每行写一项，文字加英文引号；或删去这个文件用默认设置。"
        return {}, [f"{path} 读不出来（{error}）。{remedy}"]
    values, faults = {}, []
    for name, given in found.items():
        value, fault = _checked(name, given, f"{path.name} 中的 {name}")
        if fault:
            faults.append(fault)
        else:
            values[name] = value
    return values, faults


def _from_environment(environment: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    names = {variable_of(name): name for name in _declared()}
    found = {}
    for variable, text in environment.items():
        if variable in names:
            found[names[variable]] = _checked(names[variable], text, f"环境变量 {variable}")
        elif variable.startswith(PREFIX):
            found[variable] = _checked(variable.removeprefix(PREFIX).lower(), text, f"环境变量 {variable}")
    return found


def _checked(name: str, given: Any, place: str) -> tuple[Any, str]:
    """Return a setting's value as its type, and what is wrong with it in a sentence."""
    declared = _declared().get(name)
    if declared is None:
        close = difflib.get_close_matches(name, _declared(), 1)
        hint = f"是不是 {close[0]}？" if close else f"可用的名称：{'、'.join(_declared())}。"
        return None, f"{place}：没有这项设置。{hint}"
    try:
        value = _typed(given, str(declared.type))
    except (ValueError, TypeError):
        return None, f"{place}：应为{_KINDS[str(declared.type)]}，现为“{given}”。例如 {shown(declared.default)}。"
    least, most, choices = (declared.metadata.get(key) for key in ("least", "most", "choices"))
    if choices and value not in choices:
        return None, f"{place}：只能是 {'、'.join(choices)}，现为“{given}”。"
    if (least is not None and value < least) or (most is not None and value > most):
        allowed = f"在 {least:g} 至 {most:g} 之间" if most is not None else f"不小于 {least:g}"
        return None, f"{place}：应{allowed}，现为 {given}。"
    return value, ""


_KINDS = {"str": "文字", "int": "整数", "float": "数", "bool": "true 或 false"}


def _typed(given: Any, kind: str) -> Any:
    if kind == "bool":
        text = str(given).strip().lower()
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        raise ValueError(given)
    if kind == "str":
        if not isinstance(given, str):
            raise TypeError(given)
        return given.strip()
    if isinstance(given, bool):
        raise TypeError(given)
    if kind == "int":
        return int(given) if not isinstance(given, float) else _whole(given)
    value = float(given)
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(given)
    return value


def _whole(number: float) -> int:
    if not number.is_integer():
        raise ValueError(number)
    return int(number)


def shown(value: Any) -> str:
    """Return a value as the file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


def write_sample(folder: Path) -> None:
    """Write the file with every setting explained and none set, unless there is a file already."""
    path = folder / FILE_NAME
    if path.exists():
        return
    lines = ["# 开班计划服务的设置。去掉行首的 # 并改值，重新启动后生效。", "# 也可用环境变量，优先于本文件。", ""]
    for each in fields(Settings):
        lines += [f"# {each.metadata['says']}", f"# 环境变量 {variable_of(each.name)}"]
        lines += [f"# {each.name} = {shown(each.default)}", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
