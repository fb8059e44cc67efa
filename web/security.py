"""What every answer carries so that a browser does only what the pages mean it to do."""

from __future__ import annotations

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Own files only; no inline script, no inline style."""

_ONE_YEAR = "max-age=31536000"

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A job's address is its key: no other site may learn it.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def init_security(app: Flask) -> None:
    """Add the security headers to every answer and keep pages out of shared caches."""

    if app.config["BEHIND_HTTPS"]:
        # One proxy of ours, which says who asks and that it was over HTTPS.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers[name] = value
        if app.config["BEHIND_HTTPS"]:
            response.headers["Strict-Transport-Security"] = _ONE_YEAR
        if not response.cache_control.max_age and not response.cache_control.no_store:
            response.headers["Cache-Control"] = "private, no-cache"
        return response
