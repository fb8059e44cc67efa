"""Errors of the interface in one shape."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, NoReturn

from flask import Response, abort, jsonify, make_response, request
from flask_babel import gettext
from pydantic import BaseModel, Field, ValidationError
from werkzeug.exceptions import HTTPException

PREFIX = "/api/"


class Fault(BaseModel):
    """One thing that is wrong with the question."""

    place: str = Field(description="Which part of the question, such as body.time_limit_seconds")
    problem: str = Field(description="What is wrong with it")
    found: str = Field(description="The value found, cut to 200 characters")


class Problem(BaseModel):
    """Why the question was not answered."""

    code: str = Field(description="A word for programs: not_found, not_valid, not_now …")
    message: str = Field(description="A sentence for people, with what to do")
    faults: list[Fault] = Field(default_factory=list)


Answers = dict[str | int | HTTPStatus, type[BaseModel] | dict[Any, Any] | None]


def responses(*statuses: int) -> Answers:
    """Return the entries of the document for errors with these status codes."""
    return {status: Problem for status in statuses}


COMMON = responses(401, 403, 422, 500)
"""Errors that any operation may answer."""

_CODES = {
    400: "not_readable",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "no_such_operation",
    409: "not_now",
    413: "too_large",
    415: "wrong_type",
    422: "not_valid",
    429: "too_often",
    503: "no_answer",
    507: "disk_full",
}


def of_interface() -> bool:
    """Whether the present request is one of the interface."""
    return request.path.startswith(PREFIX)


def answer(error: HTTPException) -> Response:
    """Answer an error of the interface."""
    status = error.code or 500
    return _problem(status, _sentence(status))


def failing(status: int, message: str) -> Response:
    """Answer that the service cannot do it now, whatever was asked."""
    return _problem(status, message)


def not_now(message: str) -> NoReturn:
    """Refuse what is not possible as things stand (409), with a sentence."""
    abort(_problem(409, message))


def wrong(place: str, problem: str, found: str) -> NoReturn:
    """Refuse a value that is well formed but not possible (422)."""
    not_possible([Fault(place=place, problem=problem, found=found[:200])])


def not_possible(faults: list[Fault]) -> NoReturn:
    """Refuse values that are well formed but not possible (422), all at once."""
    abort(_problem(422, _sentence(422), faults))


def no_answer(message: str) -> NoReturn:
    """Say that the planner did not answer and nothing was changed (503), with a sentence."""
    abort(_problem(503, message))


def not_valid(error: ValidationError) -> Response:
    """Answer a question that does not have the shape of the document; all faults at once."""
    faults = [
        Fault(
            place=".".join(str(part) for part in fault["loc"]),
            problem=fault["msg"],
            found=repr(fault.get("input"))[:200],
        )
        for fault in error.errors(include_url=False, include_context=False)
    ]
    return _problem(422, _sentence(422), faults)


def _problem(status: int, message: str, faults: list[Fault] | None = None) -> Response:
    code = _CODES.get(status, "failed" if status >= 500 else HTTPStatus(status).name.lower())
    problem = Problem(code=code, message=message, faults=faults or [])
    return make_response(jsonify(problem.model_dump()), status)


def _sentence(status: int) -> str:
    sentences = {
        400: gettext("请求看不懂：正文不是完整的 JSON 或表单。请检查后再发。"),
        401: gettext("没有登录，或接口密钥无效、已停用。请在“我的账号”页面生成密钥，放在 Authorization 头中。"),
        403: gettext("这个账号无权做这一步。请联系本单位管理员。"),
        404: gettext("没有这一项，或它不属于本单位。"),
        405: gettext("这个地址没有这种操作。请对照接口文档。"),
        413: gettext("文件太大。"),
        415: gettext("正文的类型不对。请按接口文档设置 Content-Type。"),
        422: gettext("有内容不符合要求，见 faults 各项。"),
        429: gettext("请求太频繁。请稍后再试。"),
    }
    return str(sentences.get(status, gettext("系统出错，这一步没有完成，已有的文件没有受影响。请稍后再试。")))
