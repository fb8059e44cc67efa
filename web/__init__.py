"""The service that bureaus share: upload demand, plan it in a process of its own, read, keep and download plans.

A small Flask application on top of the planner's command line; ``python -m web`` serves it.
"""

from __future__ import annotations

import atexit
from pathlib import Path
from typing import Any

import click
from flask import Flask

from web import result_wording, workbench
from web.accounts import wording as account_words
from web.accounts.access import init_access
from web.accounts.directory import Directory, Lasting
from web.accounts.pages import accounts
from web.accounts.passwords import HashCost, Passwords
from web.accounts.throttle import init_throttle
from web.admin.backups import Backups
from web.admin.pages import admin_pages
from web.api.interface import init_api, new_application
from web.compare_pages import compare_pages
from web.county_data import Asking, CountyData
from web.data_folder import DataFolder
from web.data_pages import data_pages
from web.data_view import any_in, sum_of
from web.demand_pages import demand_pages
from web.health import init_health
from web.jobs import JobStore
from web.journal import init_journal
from web.language import init_language
from web.logs import init_request_log
from web.pages import init_pages
from web.paper_pages import paper_pages
from web.result_pages import results
from web.security import init_security
from web.sheet_pages import sheet_pages
from web.static_files import init_static_files
from web.store.database import Database, sqlite_url
from web.store.migrate import migrate
from web.version_pages import version_pages
from web.work.wiring import DEFAULTS, PROJECT_ROOT, wire
from web.work.workforce import rooms_of


def default_data_folder() -> Path:
    """Return the user's own folder for this program's data."""
    return Path(click.get_app_dir("vocational-training-planner"))


def create_app(config: dict[str, Any] | None = None) -> Flask:
    """Make the application.

    Parameters
    ----------
    config
        Flask's settings and the service's own (:class:`web.settings.Settings`, by their names in capitals), and
        ``DATA_FOLDER``, ``INSTANCES_FOLDER`` (bundled counties), those of background work
        (:data:`web.work.wiring.DEFAULTS`) and ``SETUP_CODE`` (asked for at the first start; empty for none).
    """
    app = new_application(__name__)
    app.config.from_mapping(
        DEFAULTS,
        DATA_FOLDER=default_data_folder(),
        INSTANCES_FOLDER=PROJECT_ROOT / "instances",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A form left open over lunch must still be accepted, as long as the session lasts.
        WTF_CSRF_TIME_LIMIT=None,
        SETUP_CODE="",
    )
    app.config.from_mapping(config or {})
    data = DataFolder(Path(app.config["DATA_FOLDER"]))
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = data.secret_key()
    url = app.config["DATABASE_URL"] or sqlite_url(data.root)
    migrate(url)
    database = app.extensions["database"] = Database(url)
    jobs = JobStore(database)
    cost = HashCost(int(app.config["PASSWORD_HASH_KIBIBYTES"]), int(app.config["PASSWORD_HASH_PASSES"]))
    lasting = Lasting(float(app.config["SESSION_HOURS"]), float(app.config["SESSION_LONGEST_HOURS"]))
    directory = Directory(database, Passwords(cost), lasting)
    works = app.extensions["works"] = wire(app.config, database, jobs, data)
    app.extensions["backups"] = Backups(url, data.root)
    init_security(app)
    init_static_files(app)
    init_request_log(app)
    init_health(app)
    init_language(app)
    init_access(app, directory)
    init_journal(app)
    init_pages(app, jobs, data, works.errands, works.orders)
    app.register_blueprint(demand_pages)
    app.register_blueprint(paper_pages)
    app.register_blueprint(compare_pages)
    app.register_blueprint(results)
    app.register_blueprint(data_pages)
    app.register_blueprint(sheet_pages)
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
    app.register_blueprint(admin_pages)
    init_api(app)
    init_throttle(app)
    app.jinja_env.globals.update(account_words=account_words, bench=workbench, result_words=result_wording)
    if app.config["COORDINATOR"] == "here":
        works.coordinator.start(alone=True)
        atexit.register(works.coordinator.close)
    return app
