"""How an answer goes out."""

from __future__ import annotations

from flask import Response, jsonify
from pydantic import BaseModel


def as_json(answer: BaseModel, status: int = 200) -> Response:
    """Return an answer as the body of a response."""
    response = jsonify(answer.model_dump(mode="json"))
    response.status_code = status
    return response
