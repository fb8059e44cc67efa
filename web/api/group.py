"""A group of operations of the interface: what all of them have in common."""

from __future__ import annotations

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from web.api.errors import COMMON

GROUPS = {
    "jobs": "方案的各版本 / versions of plans",
    "demand": "乡镇报表 / township files",
    "data": "数据与改动 / data and changes",
    "plans": "方案 / plans",
    "results": "规划出的方案 / finished plans",
    "drawings": "方案的数字与图 / figures, chart and map of a plan",
    "comparisons": "对比 / comparisons",
    "accounts": "账号与单位 / accounts and bureaus",
    "service": "系统状态（运维） / the service, for operators",
}
"""What the operations under each tag are about, as the document says it."""


def operations(name: str, tag: str = "") -> APIBlueprint:
    """Return the blueprint ``api_<name>`` for operations under a tag, that of the same name if none is given."""
    tag = tag or name
    return APIBlueprint(
        f"api_{name}",
        __name__,
        url_prefix="/api/v1",
        abp_tags=[Tag(name=tag, description=GROUPS[tag])],
        abp_security=[{"key": []}],
        abp_responses=COMMON,
    )
