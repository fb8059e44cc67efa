"""Where each sheet of a generated workbook comes from: the sheet 来源说明 and the comments on the sheets."""

from __future__ import annotations

SHEET = "来源说明"

_SOURCES = (
    ("参数", "规划参数默认值；生活补贴40元/人/天：赫章县2025年公开报道", "S/A", "计划年度与最早开班日为示例"),
    (
        "乡镇",
        "名称与区划代码：国家统计局2023年区划代码；县域面积、县城位置：常识",
        "W/M",
        "经纬度、农时类型、偏远、赶集为虚构示例",
    ),
    ("农时", "公开报道与邻近地区农时（逐行注明）；2026年春节", "W/W-analog/M", "占用与参与率为假设"),
    ("群体", "脱贫、易迁为政策群体名称", "S", ""),
    ("年龄段", "40岁以下、40-50岁、50岁以上：昭通市2026年论文的年龄分层", "S", "边界两端均含"),
    ("劳动力", "虚构：在家可参训人数，年龄3:3:4", "A", "不是真实登记数"),
    ("需求", "虚构：各群体愿意参加的课程", "A", "不是真实摸底数；合计大于可参训人数，一人可愿意多门"),
    ("课程", "内置课程目录（逐行注明出处）", "A/W", "每班固定费、设备简称、可下乡、工种归并为假设"),
    ("转化率", "按办班方式的默认表，按课程与适龄程度略作变化", "A", "毛就业率不等于培训效果；净增就业率另列"),
    ("历史", "虚构：以往办班结果", "A", "少数课程不给毛就业率，由此表估计"),
    ("机构", "虚构；数量参照赫章县2025年10家定点机构", "A", "名称均注“虚构”"),
    ("承训", "虚构", "A", ""),
    ("场地", "虚构：每乡镇培训点与县城实训基地", "A", ""),
    ("岗位", "虚构：按季度、工种、去向", "A", "总量约为任务的四分之三，部分工种偏紧"),
    ("资金", "资金名称为现行资金；任务均摊1000元/人、生活补贴约250万元：赫章县规模", "S/A", "数额为示例"),
    ("资金用途", "各资金支付范围的一般规定，简化", "M/A", "以当地办法为准"),
    ("任务", "赫章县2025年7200人任务的规模；其余为示例", "S/A", "硬性任务定得较低，保证有解"),
    ("固定班", "虚构", "A", ""),
    ("教师", "虚构", "A", "姓名均注“虚构”"),
)

_GRADES = "等级：S 来源文献；W 公开网页或公开代码库；W-analog 邻近地区或作物；M 常识，未核实；A 假设，仅为使示例合理"


def provenance_rows(title: str, seed: int, sheets: set[str]) -> list[dict[str, object]]:
    """Return the rows of sheet 来源说明: what the workbook is, then source and grade of each of its sheets."""
    head: dict[str, object] = {
        "工作表": "（全簿）",
        "来源": f"生成的示例：{title}，随机种子{seed}",
        "等级": "A",
        "说明": f"地名真实，人数、机构、场地、岗位、资金数额均为虚构，不得当作真实数据引用。{_GRADES}",
    }
    return [head] + [
        {"工作表": sheet, "来源": source, "等级": grade, "说明": note}
        for sheet, source, grade, note in _SOURCES
        if sheet in sheets
    ]


def comments(sheets: set[str]) -> dict[str, str]:
    """Return a comment for each sheet, by sheet name."""
    return {
        sheet: f"示例数据。来源：{source}。等级：{grade}。{note}"
        for sheet, source, grade, note in _SOURCES
        if sheet in sheets
    }
