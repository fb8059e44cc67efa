"""The office's words for roles and for what the directory refuses."""

from __future__ import annotations

from flask_babel import lazy_gettext

from web.accounts.directory import Refusal
from web.store.models import Role

ROLES = {
    Role.ADMIN: lazy_gettext("管理员"),
    Role.PLANNER: lazy_gettext("规划员"),
    Role.VIEWER: lazy_gettext("查看"),
}
"""What a role is called."""

ROLE_HINTS = {
    Role.ADMIN: lazy_gettext("可以做全部事情，并管理本单位的账号"),
    Role.PLANNER: lazy_gettext("可以上传、规划、定稿、删除"),
    Role.VIEWER: lazy_gettext("只能看和下载，不能改动"),
}
"""What a role may do."""

REFUSALS = {
    Refusal.LOGIN_TAKEN: lazy_gettext("这个登录名已经有人用了。请换一个，例如在后面加上部门或数字。"),
    Refusal.LOGIN_FORM: lazy_gettext("登录名要 2 至 60 个字符，只用汉字、字母、数字和 . _ - @，中间不留空格。"),
    Refusal.NAME_MISSING: lazy_gettext("请填写姓名。"),
    Refusal.BUREAU_TAKEN: lazy_gettext("已经有同名的单位。请换一个名称。"),
    Refusal.BUREAU_MISSING: lazy_gettext("请填写单位名称。"),
    Refusal.LAST_ADMIN: lazy_gettext("这是本单位最后一个管理员，不能停用或改为别的角色。请先让另一个账号成为管理员。"),
    Refusal.OWN_BUREAU: lazy_gettext("不能关闭您自己所在的单位。"),
    Refusal.UNKNOWN: lazy_gettext("没有这个账号或单位，可能刚被别人改动。请刷新后再试。"),
    Refusal.SET_UP: lazy_gettext("系统已经设置过了。请直接登录。"),
}
"""What to say, and what to do, when the directory did not do something."""
