"""``python -m web`` serves; ``backup``, ``restore``, ``account`` and ``migrate`` look after what it keeps, and
``coordinate`` hands out background work.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import click
import waitress

from web import create_app, default_data_folder, logs
from web.accounts.access import is_loopback
from web.accounts.directory import Directory, Refused
from web.accounts.passwords import HashCost, Passwords
from web.data_folder import DataFolder, FolderInUse
from web.housekeeping import Housekeeping
from web.settings import BadSettings, Settings, read_settings, write_sample
from web.store.backup import BadBackup, Contents, NotEmpty, make_backup, restore_backup
from web.store.database import Database, sqlite_url
from web.store.migrate import NewerDatabase
from web.store.migrate import migrate as migrate_database
from web.work.command import hand_out
from web.work.wiring import Works

Command = TypeVar("Command", bound=Callable[..., Any])

_CODE_DIGITS = 8


def with_data_folder(command: Command) -> Command:
    """Give a command the option that names the data folder."""
    return click.option(
        "--data",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        default=None,
        help="数据目录 / folder for uploads and plans (default: the user's own)",
    )(command)


@click.group(invoke_without_command=True)
@click.option("--host", default=None, help="监听地址 / address to listen on  [127.0.0.1]")
@click.option("--port", default=None, type=click.IntRange(1, 65535), help="端口 / port  [8000]")
@with_data_folder
@click.option(
    "--keep-originals",
    "originals_days",
    type=click.IntRange(0, 3650),
    default=None,
    help="含姓名、证号的原件最多保留几天 / days to keep uploaded files that name people  [30]",
)
@click.pass_context
def main(
    context: click.Context, host: str | None, port: int | None, folder: Path | None, originals_days: int | None
) -> None:
    """启动开班计划服务 / serve the planning service."""
    context.obj = folder
    if context.invoked_subcommand is None:
        serve(_folder(folder), host=host, port=port, keep_originals_days=originals_days)


def serve(folder: Path, **given: Any) -> None:
    """Serve until stopped."""
    os.umask(0o077)  # what the service writes is for its own user only
    data = DataFolder(folder)
    try:
        data.lock()
    except FolderInUse as error:
        raise click.ClickException(
            f"数据目录 {folder} 正被另一个服务使用。请先关闭它，或用 --data 另选目录。\n"
            f"The data folder {folder} is in use by another server. Close it, or choose another with --data."
        ) from error
    write_sample(folder)
    settings = _settings(folder, **given)
    logs.configure(folder, settings.log_megabytes, settings.log_files)
    signal.signal(signal.SIGTERM, _leave)
    # Whoever opens a fresh service first becomes its administrator: this computer's user, or who was told the code.
    code = "" if is_loopback(settings.host) and not settings.behind_https else _new_code()
    _migrate(settings, folder)
    app = create_app(settings.as_config() | {"DATA_FOLDER": folder, "SETUP_CODE": code})
    try:
        server = waitress.create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident=None,
            # Above the application's own limit, which answers with a page that says what to do.
            max_request_body_size=4 * app.config["MAX_CONTENT_LENGTH"],
        )
    except OSError as error:
        raise click.ClickException(
            f"无法在 {settings.host}:{settings.port} 上监听（{error}）。请用 --port 另选端口。\n"
            f"Cannot listen on {settings.host}:{settings.port} ({error}). Choose another port with --port."
        ) from error
    _greet(settings, folder, "" if app.extensions["directory"].is_set_up() else code)
    directory: Directory = app.extensions["directory"]
    housekeeping = Housekeeping(app.extensions["desk"].jobs, data, settings.bin_days, directory)
    housekeeping.start()
    works: Works = app.extensions["works"]
    preparation = works.preparation if settings.coordinator == "here" else None
    if preparation is not None:
        preparation.start()
    try:
        server.run()
    finally:
        housekeeping.close()
        if preparation is not None:
            preparation.close()
        works.coordinator.close()


def _greet(settings: Settings, folder: Path, code: str) -> None:
    shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    click.echo(f"请在浏览器打开 / open in the browser: http://{shown}:{settings.port}/")
    click.echo(f"数据目录 / data folder: {folder}")
    if code:
        click.echo(f"第一次使用的设置码 / code for the first set-up: {code}")


def _new_code() -> str:
    return "".join(secrets.choice("0123456789") for _ in range(_CODE_DIGITS))


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


# --- backups ---------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_data_folder
@click.pass_context
def backup(context: click.Context, file: Path, folder: Path | None) -> None:
    """备份到 FILE（.zip），服务不用停 / back everything up to FILE while the service runs."""
    folder = _folder(folder or context.obj)
    settings = _settings(folder)
    if file.exists():
        raise click.ClickException(f"{file} 已经存在。请换一个文件名。\n{file} exists. Choose another name.")
    _check_present(settings, folder)
    try:
        made = make_backup(_url(settings, folder), folder, file)
    except OSError as error:
        raise click.ClickException(f"备份没有做成（{error}）。请检查磁盘空间和权限。\nNo backup was made.") from error
    click.echo(f"已备份到 / backed up to {file}：{_told(made)}")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="数据目录里已有的东西移到 replaced/ / move aside what is there")
@with_data_folder
@click.pass_context
def restore(context: click.Context, file: Path, replace: bool, folder: Path | None) -> None:
    """从 FILE 恢复，先要停止服务 / restore from FILE; stop the service first."""
    folder = _folder(folder or context.obj)
    settings = _settings(folder)
    data = DataFolder(folder, make=False)
    try:
        data.lock()
        held = restore_backup(file, _url(settings, folder), folder, replace=replace)
    except FolderInUse as error:
        raise click.ClickException(
            f"数据目录 {folder} 正被运行中的服务使用。请先停止它。\nStop the service that uses {folder} first."
        ) from error
    except NotEmpty as error:
        raise click.ClickException(
            f"这里已有数据：{error}。没有改动。要换成备份里的内容，请加 --replace：数据目录里原有的文件移到 replaced/；"
            "PostgreSQL 的表会删除，请先用 pg_dump 另存。\n"
            "There is data already; nothing was changed. Add --replace to move it aside "
            "(PostgreSQL's tables are dropped: save them with pg_dump first)."
        ) from error
    except BadBackup as error:
        raise click.ClickException(f"{error}\nThe backup cannot be used; nothing was changed.") from error
    click.echo(f"已恢复 / restored：{_told(held)}")


def _told(contents: Contents) -> str:
    rows = sum(contents.rows.values())
    return f"{contents.made_at}，{rows} 行 / rows，{contents.files} 个文件 / files，{contents.size_bytes / 1e6:.1f} MB"


# --- accounts --------------------------------------------------------------------------------------------------------


@main.group()
def account() -> None:
    """账号：忘了密码、锁在外面时用 / accounts, for those who are locked out."""


@account.command("list")
@with_data_folder
@click.pass_context
def list_accounts(context: click.Context, folder: Path | None) -> None:
    """列出全部账号 / list all accounts."""
    for each in _directory(context, folder).everyone():
        state = "" if each.active else "  （停用 / disabled）"
        click.echo(f"{each.login}\t{each.name}\t{each.bureau_name}\t{each.role}{state}")


@account.command()
@click.argument("login")
@with_data_folder
@click.pass_context
def reset(context: click.Context, login: str, folder: Path | None) -> None:
    """给 LOGIN 一个一次性密码，并启用它 / give LOGIN a one-time password and enable it."""
    try:
        rescued, password = _directory(context, folder).rescue(login)
    except Refused as error:
        raise click.ClickException(
            f"没有登录名为 {login} 的账号。用 python -m web account list 查看。\nThere is no account {login}."
        ) from error
    click.echo(f"{rescued.bureau_name} {rescued.name}（{rescued.login}）")
    click.echo(f"一次性密码 / one-time password: {password}")


def _directory(context: click.Context, folder: Path | None) -> Directory:
    folder = _folder(folder or context.find_root().obj)
    settings = _settings(folder)
    _check_present(settings, folder)
    _migrate(settings, folder)
    cost = HashCost(settings.password_hash_kibibytes, settings.password_hash_passes)
    return Directory(Database(_url(settings, folder)), Passwords(cost))


# --- tables ----------------------------------------------------------------------------------------------------------


@main.command()
@with_data_folder
@click.pass_context
def migrate(context: click.Context, folder: Path | None) -> None:
    """把数据表改到本版本，启动时也会自动做 / bring the tables to this version; starting does it, too."""
    folder = _folder(folder or context.obj)
    folder.mkdir(parents=True, exist_ok=True)
    before, after = _migrate(_settings(folder), folder)
    click.echo(f"{before or '（新 / new）'} → {after}")


def _migrate(settings: Settings, folder: Path) -> tuple[str, str]:
    try:
        return migrate_database(_url(settings, folder))
    except NewerDatabase as error:
        raise click.ClickException(
            f"数据库是更新的版本（{error}）写的，本版本读不了。请升级本系统，或恢复旧备份。\n"
            "The database was written by a newer version. Upgrade, or restore an older backup."
        ) from error


# --- background work -------------------------------------------------------------------------------------------------


@main.command()
@with_data_folder
@click.pass_context
def coordinate(context: click.Context, folder: Path | None) -> None:
    """另起一个后台任务的分派进程 / hand out background work from a process of its own (coordinator = elsewhere)."""
    folder = _folder(folder or context.obj)
    settings = _settings(folder)
    _check_present(settings, folder)
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    hand_out(settings.as_config() | {"DATA_FOLDER": folder})


# --- where -----------------------------------------------------------------------------------------------------------


def _folder(folder: Path | None) -> Path:
    return (folder or default_data_folder()).resolve()


def _url(settings: Settings, folder: Path) -> str:
    return settings.database_url or sqlite_url(folder)


def _settings(folder: Path, **given: Any) -> Settings:
    try:
        return read_settings(folder, **given)
    except BadSettings as error:
        text = "\n".join(f"  {fault}" for fault in error.faults)
        raise click.ClickException(f"设置有误 / settings are wrong：\n{text}") from error


def _check_present(settings: Settings, folder: Path) -> None:
    """Refuse a folder that holds no service, so that a mistyped one is not taken for an empty one."""
    if not (folder / "jobs").is_dir():
        raise click.ClickException(
            f"{folder} 不是本系统的数据目录。请用 --data 指明。\n{folder} is no data folder; name it with --data."
        )


if __name__ == "__main__":
    logging.captureWarnings(True)
    main(prog_name="python -m web")
