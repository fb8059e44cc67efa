"""``python -m web``: serve the form on this computer."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path
from types import FrameType

import click
import waitress

from web import create_app, default_data_folder
from web.data_folder import DataFolder, FolderInUse


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口 / port")
@click.option(
    "--data",
    "data_folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="数据目录 / folder for uploads and plans (default: the user's own)",
)
@click.option(
    "--keep-originals",
    "originals_days",
    type=click.IntRange(0, 3650),
    default=30,
    show_default=True,
    help="含姓名、证号的原件最多保留几天 / days to keep uploaded files that name people",
)
def serve(host: str, port: int, data_folder: Path | None, originals_days: int) -> None:
    """启动开班计划网页 / serve the planning form."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    folder = data_folder or default_data_folder()
    data = DataFolder(folder)
    try:
        data.lock()
    except FolderInUse as error:
        raise click.ClickException(
            f"数据目录 {folder} 正被另一个服务使用。请先关闭它，或用 --data 另选目录。\n"
            f"The data folder {folder} is in use by another server. Close it, or choose another with --data."
        ) from error
    signal.signal(signal.SIGTERM, _leave)
    app = create_app({"DATA_FOLDER": folder, "KEEP_ORIGINALS_DAYS": originals_days})
    try:
        server = waitress.create_server(app, host=host, port=port, threads=8, ident=None)
    except OSError as error:
        raise click.ClickException(
            f"无法在 {host}:{port} 上监听（{error}）。请用 --port 另选端口。\n"
            f"Cannot listen on {host}:{port} ({error}). Choose another port with --port."
        ) from error
    shown_host = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    click.echo(f"请在浏览器打开 / open in the browser: http://{shown_host}:{port}/")
    click.echo(f"数据目录 / data folder: {folder}")
    server.run()


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    serve()
