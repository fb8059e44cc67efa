"""The JSON interface under ``/api/v1``: what the pages can do, for programs.

``/openapi/openapi.json`` describes it (OpenAPI 3.1) and ``/openapi/swagger`` shows it, both without the internet. A
program brings a key of an account's own page as ``Authorization: Bearer …``. Every error has one shape
(:class:`web.api.errors.Problem`), in Chinese, or in English for ``Accept-Language: en``.
"""
