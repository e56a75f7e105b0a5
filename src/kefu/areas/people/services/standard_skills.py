"""The skills and seat types with which every centre begins; names are data and stored in Chinese."""

from __future__ import annotations

from typing import NamedTuple


class StandardSkill(NamedTuple):
    """A skill of the first catalogue; ``months``: how long a certificate lasts (``None``: for good)."""

    code: str
    name: str
    category: str
    months: int | None
    description: str


class StandardSeat(NamedTuple):
    """A seat type and the skills that may sit there."""

    code: str
    name: str
    match: str
    skills: dict[str, int]
    description: str


SKILLS = (
    StandardSkill("mandarin", "普通话表达", "language", None, "发音清晰、语速适中，能用规范用语说明业务；三级相当于普通话二级乙等。"),
    StandardSkill("dialect", "方言服务", "language", None, "能用当地方言完成咨询和投诉的受理。"),
    StandardSkill("english", "英语服务", "language", 24, "能用英语完成常见咨询；四级可独立处理英语投诉。"),
    StandardSkill("typing", "文字录入", "tool", 24, "三级每分钟不少于 60 字、正确率 98%；五级每分钟不少于 100 字。"),
    StandardSkill("systems", "系统操作", "tool", 12, "熟练使用话务、工单和知识系统，边听边记，不让客户等待。"),
    StandardSkill("inbound", "呼入受理", "service", 12, "按规范应答、确认需求、一次解决，并完整记录。"),
    StandardSkill("outbound", "外呼沟通", "service", 12, "掌握外呼时段、开场、身份核实和免打扰要求，能处理拒绝。"),
    StandardSkill("complaint", "投诉处理", "service", 12, "能安抚情绪、查清事实、提出方案，把握赔付权限，不推诿。"),
    StandardSkill("vip", "重要客户服务", "service", 12, "了解重要客户的权益和历史，主动提醒，全程跟进到办结。"),
    StandardSkill("retention", "客户挽留", "service", 12, "能听出离网原因，匹配挽留方案，不作超出权限的承诺。"),
    StandardSkill("product", "业务知识", "business", 12, "掌握现行产品、资费和办理规则，能比较并推荐合适方案。"),
    StandardSkill("back-office", "后台处理", "business", 12, "按时限核查、派单、回复，结论有依据，结果可追溯。"),
    StandardSkill("technical", "故障诊断", "business", 12, "能分段排查线路、终端和账号故障，指导客户自助恢复。"),
    StandardSkill("scoring", "质检评分", "management", 12, "按标准评分，校准偏差不超过 5 分，评语指出可改之处。"),
    StandardSkill("coaching", "辅导带教", "management", 24, "能听出差距、当面示范、跟踪改进，带教有记录。"),
    StandardSkill("teaching", "课程讲授", "management", 24, "能按目标设计课程、授课、命题并评估效果。"),
    StandardSkill("planning", "预测排班", "management", 24, "能预测话务、测算人力、编制班表并在当天调整。"),
    StandardSkill("analysis", "数据分析", "tool", 24, "能取数、核对口径、找出原因，用图表说清结论。"),
    StandardSkill("knowledge", "知识编辑", "business", 24, "能把规定改写成一线能直接使用的知识，按期复核。"),
    StandardSkill("floor", "现场管理", "management", 24, "能看懂现场指标，及时调配人员，处置突发和升级事件。"),
    StandardSkill("stock", "库存管理", "business", 24, "收发存账实相符，按先进先出，盘点有差异当日查清。"),
    StandardSkill("accounts", "账务核对", "business", 24, "按日核对收款、退款和结算，差错能追溯到单据。"),
)  # fmt: skip

SEATS = (
    StandardSeat("inbound", "呼入专席", "all", {"inbound": 2, "product": 2, "systems": 2}, "受理客户来电的咨询、查询和办理。"),
    StandardSeat("outbound", "外呼专席", "all", {"outbound": 2, "mandarin": 3}, "回访、通知和营销外呼，遵守免打扰时段。"),
    StandardSeat("complaint", "投诉专席", "all", {"complaint": 3, "inbound": 3}, "受理升级投诉，有先行赔付和越级协调的权限。"),
    StandardSeat("vip", "VIP 专席", "all", {"vip": 3, "inbound": 4, "product": 3}, "为重要客户提供优先接入和专人跟进。"),
    StandardSeat("back-office", "后台专席", "all", {"back-office": 2, "typing": 3}, "处理工单、邮件和需要核查的事项，不接来电。"),
    StandardSeat("technical", "技术专席", "any", {"technical": 3}, "诊断疑难故障，支援一线和上门人员。"),
    StandardSeat("trainee", "实习席", "any", {"inbound": 1, "product": 1}, "跟听和在导师旁听下接听，来电限简单业务。"),
)  # fmt: skip
