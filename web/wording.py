"""The office's words for what the program calls by its own names."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from web.jobs import JobState
from web.originals import Removal, Removed

STATES = {
    JobState.EXAMINING: lazy_gettext("检查中"),
    JobState.REVIEW: lazy_gettext("待核对"),
    JobState.READY: lazy_gettext("待规划"),
    JobState.QUEUED: lazy_gettext("排队中"),
    JobState.RUNNING: lazy_gettext("规划中"),
    JobState.DONE: lazy_gettext("已完成"),
    JobState.FAULTY: lazy_gettext("文件有误"),
    JobState.INFEASIBLE: lazy_gettext("要求有冲突"),
    JobState.NO_PLAN: lazy_gettext("未找到方案"),
    JobState.FAILED: lazy_gettext("出错"),
    JobState.INTERRUPTED: lazy_gettext("已中断"),
}
"""What a job's state is called in the list of plans."""

FAILURES = {
    "examination_timeout": lazy_gettext("检查文件超时。文件可能过大，或者表中有大片空白但带格式的区域。"),
    "examination_crashed": lazy_gettext("检查程序读取这个文件时意外退出，文件可能已损坏或不是真正的表格文件。"),
    "reading_timeout": lazy_gettext("读取乡镇报表超时。文件可能过多或过大，请分几次上传。"),
    "reading_crashed": lazy_gettext("读取程序意外退出。请用 Excel 或 WPS 打开各乡镇报表，另存为新的 .xlsx 后再上传。"),
    "planning_crashed": lazy_gettext("规划程序意外退出，没有得到方案。您的文件没有受影响。"),
    "planning_overdue": lazy_gettext("规划程序超过了规定时间仍未结束，已被终止，没有得到方案。您的文件没有受影响。"),
    "papers_refused": lazy_gettext("没有写出文书，原因如下："),
    "papers_crashed": lazy_gettext("写文书的程序意外退出，没有写出文书。方案没有受影响。"),
    "papers_overdue": lazy_gettext("写文书用时过长，已被终止，没有写出文书。方案没有受影响。"),
    "papers_interrupted": lazy_gettext("写文书时服务被关闭或重启，文书没有写完。方案没有受影响。"),
    "compare_faulty": lazy_gettext("情景表有误，没有测算。请按列出的位置改正。"),
    "compare_overdue": lazy_gettext("测算超过了规定的时间，已被终止。请选快速，或少选几项。方案没有受影响。"),
    "compare_stopped": lazy_gettext("测算被停止，没有算完任何一项。方案没有受影响。"),
    "compare_refused": lazy_gettext("没有测算，原因如下："),
    "compare_crashed": lazy_gettext("测算程序意外退出，没有结果。方案没有受影响。"),
    "explain_refused": lazy_gettext("没有写出说明，原因如下："),
    "explain_crashed": lazy_gettext("说明程序意外退出，没有写出说明。方案没有受影响。"),
    "explain_overdue": lazy_gettext("说明用时过长，已被终止，没有写出说明。方案没有受影响。"),
    "server_stopped": lazy_gettext("规划进行中服务被关闭或重启，这次规划没有做完。您的文件没有受影响。"),
    "disk_full": lazy_gettext("服务器的磁盘已满，这一步没有做完。您的文件没有受影响。请联系管理员清出空间后再试。"),
    "lost_too_often": lazy_gettext("计算程序连续几次意外中断，这一步没有做完。您的文件没有受影响。请稍后再试。"),
    "job_gone": lazy_gettext("这个方案已被删除，这一步没有做。"),
    "internal": lazy_gettext("本系统出错，这一步没有做完。您的文件没有受影响。"),
}
"""Why a job failed, in a sentence."""

FORMS = {"集中": lazy_gettext("集中"), "分散": lazy_gettext("分散")}
"""Full-time and part-time classes."""

COST_KINDS = {
    "培训补贴": lazy_gettext("培训补贴"),
    "考证费": lazy_gettext("考证费"),
    "生活补贴": lazy_gettext("生活补贴"),
    "办班费": lazy_gettext("办班费"),
}
"""The four kinds of cost, in the order of the tables."""

STAGES = {
    "准备数据": lazy_gettext("准备数据"),
    "编译求解程序（仅首次运行需要，约半分钟）": lazy_gettext("编译求解程序（仅首次运行需要，约半分钟）"),
    "精确求解": lazy_gettext("精确求解"),
    "测算上限": lazy_gettext("测算上限"),
    "搜索开班方案": lazy_gettext("搜索开班方案"),
    "优化生源人数": lazy_gettext("优化生源人数"),
    "压缩成本": lazy_gettext("压缩成本"),
    "对照原方案减少改动": lazy_gettext("对照原方案减少改动"),
    "编排课表": lazy_gettext("编排课表"),
    "为排上课调整方案": lazy_gettext("为排上课调整方案"),
    "完成": lazy_gettext("正在核对并写出文件"),
}
"""What the planner is doing, by its own name of the stage."""

PAPER_STAGES = {
    "读工作簿和方案": lazy_gettext("读工作簿和方案"),
    "核对方案": lazy_gettext("核对方案"),
    "写 Excel 表格": lazy_gettext("写 Excel 表格"),
    "写 PDF 文书": lazy_gettext("写 PDF 文书"),
    "写日历": lazy_gettext("写日历"),
    "写系统导入表": lazy_gettext("写系统导入表"),
    "打包": lazy_gettext("打包"),
}
"""What the planner is doing while it writes papers, by its own name of the stage."""

PAPER_KINDS = {
    "xlsx": lazy_gettext("Excel 表格"),
    "pdf": lazy_gettext("PDF 文书"),
    "ics": lazy_gettext("日历"),
    "csv": lazy_gettext("系统导入表"),
}
"""Kinds of papers by the suffix of their files, in the order of the page."""

COUNTY_PAPERS = {
    ".pdf": lazy_gettext("报批稿，一页结论在前"),
    ".xlsx": lazy_gettext("全县各表，可直接打印"),
    ".ics": lazy_gettext("全县各班、考核和督查"),
}
"""The bureau's own papers by the suffix of their file: what each is for."""

TIMETABLE_POINTS = {
    "market_mornings": (lazy_gettext("安排在赶集日的上午"), 4),
    "extra_teachers": (lazy_gettext("教师多于必需（人次）"), 2),
    "uneven_days": (lazy_gettext("教师授课天数超出平均（天）"), 1),
    "idle_days": (lazy_gettext("集中班中途停课（工作日）"), 1),
    "moved": (lazy_gettext("与已公布的课表不同（处）"), 6),
}
"""What counts against a timetable, by the record's key: its words and the points of each."""

REASONS = {
    "年龄段不适合该课程": lazy_gettext("年龄段不适合该课程"),
    "愿意的人已安排在其他班": lazy_gettext("愿意的人已安排在其他班"),
    "没有机构能承训该课程": lazy_gettext("没有机构能承训该课程"),
    "可达范围内没有能开班的场地": lazy_gettext("可达范围内没有能开班的场地"),
    "季节窗口或计划期内排不下": lazy_gettext("季节窗口或计划期内排不下"),
    "固定班要求禁止开": lazy_gettext("固定班要求禁止开"),
    "任务的上限已满": lazy_gettext("任务的上限已满"),
    "能来的周次都是农忙": lazy_gettext("能来的周次都是农忙"),
    "附近愿意的人全来也不够最小班额": lazy_gettext("附近愿意的人全来也不够最小班额"),
    "附近尚未安排的人不够再开一个班": lazy_gettext("附近尚未安排的人不够再开一个班"),
    "机构班次或教室已排满": lazy_gettext("机构班次或教室已排满"),
    "资金不够": lazy_gettext("资金不够"),
    "没有空缺岗位，再开班不增加得分": lazy_gettext("没有空缺岗位，再开班不增加得分"),
    "还排得下，本方案没有排进": lazy_gettext("还排得下，本方案没有排进"),
}
"""Why a wish is not met, by the planner's sentence."""

FIELDS = {
    "乡镇": lazy_gettext("乡镇"),
    "村": lazy_gettext("村"),
    "年龄段": lazy_gettext("年龄段"),
    "人员类别": lazy_gettext("人员类别"),
    "课程": lazy_gettext("课程"),
    "有意愿人数": lazy_gettext("有意愿人数"),
    "课程人数": lazy_gettext("课程人数（表头是课程名）"),
    "年龄段人数": lazy_gettext("年龄段人数（表头是年龄段）"),
    "群体人数": lazy_gettext("群体人数（表头是群体名）"),
    "分组人数": lazy_gettext("分组人数"),
    "劳动力总数": lazy_gettext("劳动力总数"),
    "其他课程人数": lazy_gettext("其他课程人数"),
    "姓名": lazy_gettext("姓名"),
    "身份证号": lazy_gettext("身份证号"),
    "年龄": lazy_gettext("年龄"),
    "出生日期": lazy_gettext("出生日期"),
    "培训意愿": lazy_gettext("是否愿意培训"),
    "意愿课程": lazy_gettext("意愿课程"),
    "已培训课程": lazy_gettext("已培训课程"),
    "标签": lazy_gettext("标签"),
    "死亡情况": lazy_gettext("死亡情况"),
    "户编号": lazy_gettext("户编号"),
    "不使用": lazy_gettext("不使用"),
}
"""What a column of a township file can be read as, by the reader's word."""

NAME_KINDS = {
    "乡镇": lazy_gettext("乡镇"),
    "课程": lazy_gettext("课程"),
    "群体": lazy_gettext("群体"),
    "年龄段": lazy_gettext("年龄段"),
}
"""Kinds of names that are asked for."""

LEVELS = {
    "error": lazy_gettext("错误"),
    "warning": lazy_gettext("提醒"),
    "understood": lazy_gettext("读法"),
    "default": lazy_gettext("默认值"),
}
"""How much a finding about a township file matters."""

LAYOUTS = {
    "实名台账": lazy_gettext("实名台账"),
    "汇总表": lazy_gettext("汇总表"),
    "未读": lazy_gettext("未读"),
    "不读": lazy_gettext("不读"),
}
"""What a sheet of a township file was taken for."""

MEASURES = {"人数": lazy_gettext("人数"), "班数": lazy_gettext("班数")}
"""What a target counts, by the workbook's word."""

CHOICES = {
    "必须": lazy_gettext("必须"),
    "尽量": lazy_gettext("尽量"),
    "毛就业": lazy_gettext("毛就业"),
    "净增": lazy_gettext("净增"),
    ">=": lazy_gettext("至少"),
    "<=": lazy_gettext("至多"),
}
"""Answers that a field of the page of data offers, by the workbook's word."""

TIME_LIMITS = {
    60: (lazy_gettext("快速"), lazy_gettext("1 分钟")),
    180: (lazy_gettext("标准"), lazy_gettext("3 分钟")),
    600: (lazy_gettext("精细"), lazy_gettext("10 分钟")),
}
"""Choices of planning time in seconds: name and length."""

DOWNLOADS = {
    "plan.xlsx": (lazy_gettext("开班计划"), lazy_gettext("Excel 工作簿，可直接打印")),
    "calendar.ics": (lazy_gettext("开班日历"), lazy_gettext("导入手机或 Outlook 日历")),
    "plan.json": (lazy_gettext("方案记录"), lazy_gettext("供其他系统读取和核对")),
    "input.xlsx": (lazy_gettext("本次规划所用的工作簿"), lazy_gettext("含本次采用的总预算")),
}
"""Files of a finished plan: title and what each is for."""


def too_many_files(most: int) -> str:
    """Say that too many township files were sent at once."""
    return str(gettext("一次最多上传 %(count)s 个文件。请把它们装进一个 .zip 再上传。", count=most))


def counted(number: str, measure: str) -> str:
    """Return a number with the unit of what a target counts: people, or classes."""
    if measure == "班数":
        return str(gettext("%(number)s 个班", number=number))
    return str(gettext("%(count)s 人", count=number)) if measure == "人数" else number


def finding(jobs: str, improvable: str) -> str:
    """Say how good the best plan so far is."""
    if not improvable:
        return str(gettext("已找到方案：预计就业（折算）%(jobs)s 人", jobs=jobs))
    return str(
        gettext("已找到方案：预计就业（折算）%(jobs)s 人；最多还可能提高 %(share)s", jobs=jobs, share=improvable)
    )


def proved_best(jobs: str) -> str:
    """Say that no plan can be better."""
    return str(gettext("已找到方案：预计就业（折算）%(jobs)s 人；已证明没有更好的方案", jobs=jobs))


def removed(gone: Removed) -> str:
    """Say which township files are no longer there, since when and why."""
    said = {"names": "、".join(gone.files), "day": gone.day}
    if gone.why is Removal.ACCEPTED:
        return str(gettext("含姓名、身份证号的原件（%(names)s）已于 %(day)s 去规划时删除。", **said))
    if gone.why is Removal.EXPIRED:
        return str(gettext("含姓名、身份证号的原件（%(names)s）到期，已于 %(day)s 自动删除。", **said))
    return str(gettext("含姓名、身份证号的原件（%(names)s）已于 %(day)s 按您的要求删除。", **said))
