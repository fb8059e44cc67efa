"""What the audit log's words for actions are called."""

from __future__ import annotations

from flask_babel import lazy_gettext

ACTIONS = {
    "service.set_up": lazy_gettext("第一次设置"),
    "service.take_over": lazy_gettext("接收以前版本的方案"),
    "service.backup": lazy_gettext("备份"),
    "account.sign_in": lazy_gettext("登录"),
    "account.sign_in_failed": lazy_gettext("登录失败"),
    "account.change_password": lazy_gettext("修改自己的密码"),
    "account.add": lazy_gettext("添加账号"),
    "account.role": lazy_gettext("改变角色"),
    "account.shut_out": lazy_gettext("停用账号"),
    "account.let_in": lazy_gettext("启用账号"),
    "account.reset_password": lazy_gettext("重置密码"),
    "account.rescue": lazy_gettext("从服务器命令行重置密码"),
    "accounts.sign_out": lazy_gettext("退出登录"),
    "token.add": lazy_gettext("生成接口密钥"),
    "token.revoke": lazy_gettext("作废接口密钥"),
    "bureau.open": lazy_gettext("开通单位"),
    "bureau.close": lazy_gettext("关闭单位"),
    "bureau.reopen": lazy_gettext("重新开通单位"),
    "pages.upload": lazy_gettext("上传工作簿"),
    "pages.choose_bundled": lazy_gettext("选用示例县"),
    "pages.plan": lazy_gettext("开始规划"),
    "pages.stop": lazy_gettext("停止规划或撤回"),
    "pages.plan_again": lazy_gettext("另成一版"),
    "pages.delete": lazy_gettext("删除版本"),
    "versions.restore": lazy_gettext("从回收站恢复"),
    "versions.publish": lazy_gettext("定稿"),
    "versions.unpublish": lazy_gettext("撤销定稿"),
    "data.change": lazy_gettext("改动数据"),
    "data.undo": lazy_gettext("撤销改动"),
    "papers.write": lazy_gettext("生成全部文书"),
    "demand.upload": lazy_gettext("上传乡镇报表"),
    "demand.read_again": lazy_gettext("确认并重新读取"),
    "demand.accept": lazy_gettext("核对完，去规划"),
    "demand.remove_originals": lazy_gettext("删除含姓名的原件"),
    "demand.original": lazy_gettext("下载乡镇报表原件"),
    "demand.marked": lazy_gettext("下载带批注的原件"),
}
"""Names of actions: what the directory notes, and the views that change something (:mod:`web.journal`)."""

DETAILS = {
    "role": lazy_gettext("角色"),
    "from": lazy_gettext("原来"),
    "to": lazy_gettext("改为"),
    "bureau": lazy_gettext("单位"),
    "admin": lazy_gettext("管理员"),
    "address": lazy_gettext("来自地址"),
    "version": lazy_gettext("版本"),
    "jobs": lazy_gettext("方案数"),
    "files": lazy_gettext("文件数"),
    "budget_yuan": lazy_gettext("总预算（元）"),
    "seconds": lazy_gettext("限时（秒）"),
}
"""Names of what stands beside an action; anything else is left out of the page and stays in the download."""
