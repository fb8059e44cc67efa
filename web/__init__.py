"""The service that bureaus share: upload demand, plan it in a process of its own, read, keep and download plans.

A small Flask application on top of the planner's command line; ``python -m web`` serves it.
"""

from __future__ import annotations

import atexit
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from flask import Flask

from web import workbench
from web.accounts import wording as account_words
from web.accounts.access import init_access
from web.accounts.directory import Directory
from web.accounts.pages import accounts
from web.accounts.passwords import HashCost, Passwords
from web.accounts.throttle import init_throttle
from web.county_data import Asking, CountyData
from web.data_folder import DataFolder
from web.data_pages import data_pages
from web.data_view import any_in, sum_of
from web.demand_pages import demand_pages
from web.jobs import JobStore
from web.language import init_language
from web.pages import init_pages
from web.paper_pages import paper_pages
from web.security import init_security
from web.store.database import Database, sqlite_url
from web.store.migrate import migrate
from web.version_pages import version_pages
from web.work.wiring import DEFAULTS, PROJECT_ROOT, wire
from web.work.workforce import rooms_of

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
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        # A form left open over lunch must still be accepted, as long as the session lasts.
        WTF_CSRF_TIME_LIMIT=None,
        DATABASE_URL="",
        BIN_DAYS=30,
        PASSWORD_HASH_KIBIBYTES=HashCost().memory_kibibytes,
        PASSWORD_HASH_PASSES=HashCost().passes,
        SIGN_INS_PER_QUARTER_HOUR=10,
        SETUP_CODE="",
    )
    app.config.from_mapping(DEFAULTS)
    app.config.from_mapping(config or {})
    data = DataFolder(Path(app.config["DATA_FOLDER"]))
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = data.secret_key()
    url = app.config["DATABASE_URL"] or sqlite_url(data.root)
    migrate(url)
    database = app.extensions["database"] = Database(url)
    jobs = JobStore(database)
    cost = HashCost(int(app.config["PASSWORD_HASH_KIBIBYTES"]), int(app.config["PASSWORD_HASH_PASSES"]))
    directory = Directory(database, Passwords(cost))
    works = app.extensions["works"] = wire(app.config, database, jobs, data)
    init_security(app)
    init_language(app)
    init_access(app, directory)
    init_pages(app, jobs, data, works.errands, works.orders)
    app.register_blueprint(demand_pages)
    app.register_blueprint(paper_pages)
    app.register_blueprint(data_pages)
    app.jinja_env.filters.update(sum_of=sum_of, any_in=any_in)
    app.extensions["county_data"] = CountyData(
        Asking(
            tuple(app.config["PLANNER_COMMAND"]),
            int(app.config["PLANNER_MEMORY_BYTES"]),
            float(app.config["EXAMINATION_SECONDS"]),
            rooms_of(data.root),
        )
    )
    app.register_blueprint(version_pages)
    app.register_blueprint(accounts)
    init_throttle(app)
    app.jinja_env.globals.update(account_words=account_words, bench=workbench)
    if app.config["COORDINATOR"] == "here":
        works.coordinator.start(alone=True)
        atexit.register(works.coordinator.close)
    return app

