"""How an answer goes out."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for
from pydantic import BaseModel

from web.api.answers import JobAnswer
from web.jobs import Job

ANY_FILE: dict[str, Any] = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    "description": "The file",
}
"""How the document describes the answer of a download."""


def as_json(answer: BaseModel, status: int = 200) -> Response:
    """Return an answer as the body of a response."""
    response = jsonify(answer.model_dump(mode="json"))
    response.status_code = status
    return response


def as_new_job(job: Job, status: int = 201) -> Response:
    """Return a job that was just made, with where it is found."""
    response = as_json(JobAnswer.of(job), status)
    response.headers["Location"] = url_for("api_jobs.show", job_id=job.id)
    return response
