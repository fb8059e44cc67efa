"""The form: upload a demand workbook, plan it in a process of its own, read and download the plan.

A small Flask application on top of the planner's command line; ``python -m web`` serves it.
"""

from __future__ import annotations

import atexit
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask_wtf import CSRFProtect

from web.data_folder import DataFolder
from web.demand_pages import demand_pages
from web.jobs import JobStore
from web.language import init_language
from web.pages import init_pages
from web.paper_pages import paper_pages
from web.security import init_security
from web.work.sessions import Database
from web.work.wiring import DEFAULTS, PROJECT_ROOT, wire

_MEGABYTE = 1024 * 1024


def default_data_folder() -> Path:
    """Return the user's own folder for this program's data."""
    return Path(click.get_app_dir("vocational-training-planner"))


def create_app(config: dict[str, Any] | None = None) -> Flask:
    """Make the application.

    Parameters
    ----------
    config
        Flask settings over the defaults, and the form's own: ``DATA_FOLDER``, ``INSTANCES_FOLDER`` (bundled
        counties) and those of background work (:data:`web.work.wiring.DEFAULTS`).
    """
    app = Flask(__name__)
    app.config.from_mapping(
        DATA_FOLDER=default_data_folder(),
        INSTANCES_FOLDER=PROJECT_ROOT / "instances",
        MAX_CONTENT_LENGTH=50 * _MEGABYTE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A form left open over lunch must still be accepted; the session itself ends with the browser.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.config.from_mapping(DEFAULTS)
    app.config.from_mapping(config or {})
    data = DataFolder(Path(app.config["DATA_FOLDER"]))
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = data.secret_key()
    jobs = JobStore(data.root / "jobs.sqlite3")
    works = wire(app.config, Database(f"sqlite:///{data.root / 'errands.sqlite3'}"), jobs, data)
    app.extensions["works"] = works
    init_security(app)
    init_language(app)
    CSRFProtect(app)
    init_pages(app, jobs, data, works.errands, works.orders)
    app.register_blueprint(demand_pages)
    app.register_blueprint(paper_pages)
    if app.config["COORDINATOR"] == "here":
        works.coordinator.start(alone=True)
        atexit.register(works.coordinator.close)
    return app

