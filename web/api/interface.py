"""The application that describes its JSON interface, and the interface put together."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from web.accounts import public
from web.api import errors
from web.api.accounts import accounts
from web.api.comparisons import comparisons
from web.api.data import data
from web.api.demand import demand
from web.api.drawings import drawings
from web.api.jobs import jobs
from web.api.plans import plans
from web.api.results import results
from web.api.service import service
from web.api.sheets import sheets

VERSION = "1"

SECURITY_SCHEMES: dict[str, Any] = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "账号页面上生成的接口密钥 / a key of the account's page",
    },
}


def new_application(name: str) -> OpenAPI:
    """Return a Flask application that can describe its interface."""
    info = Info(
        title="技能培训开班计划接口 / Training plans",
        version=VERSION,
        description="上传需求工作簿、规划、定稿、下载；与网页相同的操作。\n\nUpload demand, plan, publish, download.",
    )
    return OpenAPI(
        name,
        info=info,
        security_schemes=SECURITY_SCHEMES,
        doc_prefix="/openapi",
        validation_error_status=422,
        validation_error_model=errors.Problem,
        validation_error_callback=errors.not_valid,
    )


def init_api(app: OpenAPI) -> None:
    """Add the interface to the application."""
    for blueprint in (jobs, demand, data, sheets, plans, results, drawings, comparisons, accounts, service):
        app.register_api(blueprint)
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith(("openapi.", "swagger.")):
            app.view_functions[endpoint] = _for_everybody(view)


def _for_everybody(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let everybody read the document: it names nobody and no plan."""

    @public
    @wraps(view)
    def open_view(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return open_view
