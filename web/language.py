"""Chinese is the pages' own language; English comes from ``translations/en/LC_MESSAGES/messages.po``.

The catalogue is compiled in memory when it is first needed, so the repository holds no binary file and a changed
sentence needs no build step. ``pybabel extract -F web/translations/extract.cfg -k lazy_gettext web`` lists the
sentences; a test fails when the catalogue lacks one.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request, session
from flask_babel import Babel, Domain, get_locale

LANGUAGES = {"zh": "中文", "en": "English"}
"""Languages of the pages, each under its own name."""

CATALOGUE = Path(__file__).parent / "translations" / "en" / "LC_MESSAGES" / "messages.po"


class CatalogueDomain(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Flask-Babel's domain, reading the text catalogue itself instead of a compiled copy."""

    def get_translations(self) -> NullTranslations:
        """Return the translations of the request's language; Chinese needs none."""
        return _read_catalogue(CATALOGUE) if current_language() == "en" else NullTranslations()


@cache
def _read_catalogue(path: Path) -> Translations:
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale="en"))
    compiled.seek(0)
    return Translations(compiled)


def current_language() -> str:
    """Return ``zh`` or ``en``."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else "zh"


def _chosen_language() -> str:
    chosen = session.get("language") or ("en" if _asks_in_english() else "zh")
    return "en" if chosen == "en" else "zh_CN"


def _asks_in_english() -> bool:
    """Whether a program of the JSON interface asks for English; browsers choose on the page."""
    return request.path.startswith("/api/") and request.accept_languages.best_match(("zh", "en"), "zh") == "en"


def init_language(app: Flask) -> None:
    """Let the application speak the language chosen in the session."""
    domain = CatalogueDomain()
    Babel(app, default_locale="zh_CN", default_timezone="Asia/Shanghai", locale_selector=_chosen_language)

    @app.before_request
    def speak() -> None:
        domain.as_default()

    @app.context_processor
    def languages() -> dict[str, object]:
        return {"languages": LANGUAGES, "language": current_language()}
