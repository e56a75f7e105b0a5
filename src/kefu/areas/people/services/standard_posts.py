"""The posts of management and support with which every centre begins; texts are data and stored in Chinese.

Each list has one item a line.
"""

from __future__ import annotations

from typing import NamedTuple


class StandardPost(NamedTuple):
    """A post of the first catalogue; ``superior`` and ``seat`` are codes."""

    code: str
    name: str
    category: str
    superior: str
    duties: str
    authority: str
    standards: str
    measures: str
    skills: dict[str, int]
    seat: str = ""
    is_key: bool = False


MANAGEMENT = (
    StandardPost(
        "centre-manager", "呼叫中心经理", "management", "",
        "制定中心年度目标、预算和人员计划，并分解到职场和部门\n主持周、月经营例会，通报服务水平、成本、质量和员工状况\n建立服务标准、考核和激励办法，保证执行\n协调市场、网络、财务等部门，推动客户问题从根上解决\n处置重大投诉、突发故障和舆情事件\n培养管理骨干和后备人员",
        "审批编制、招聘、晋升、奖惩和离职\n审批预算内支出和重大赔付\n调整业务流程和班次制度\n代表中心对外协调",
        "每月 5 日前发布上月经营分析\n重大事件 30 分钟内到位、24 小时内提交报告\n每季度与全体组长面谈一次\n每月亲自听音不少于 20 通",
        "服务水平、接通率达标\n客户满意度和一次解决率\n单位来电成本\n员工流失率\n重大差错和越级投诉数",
        {"floor": 5, "analysis": 4, "coaching": 4}, is_key=True,
    ),
    StandardPost(
        "site-manager", "职场经理", "management", "centre-manager",
        "负责本职场的人员、现场、质量和安全\n落实中心目标，组织班组达成当月指标\n管理职场环境、设备和信息安全\n组织员工沟通会，掌握思想动态",
        "审批本职场的调班、请假和人员调配\n提出奖惩、晋升和调动建议\n授权内的赔付和应急处置",
        "每日早会通报前一日指标\n每周巡检消防、网络和信息安全\n异常指标当日有原因、有措施",
        "职场服务水平\n职场质检平均分\n出勤率和流失率\n安全事故为零",
        {"floor": 4, "coaching": 4, "analysis": 3}, is_key=True,
    ),
    StandardPost(
        "shift-manager", "值班经理", "management", "site-manager",
        "当班期间统一指挥现场，保证接通和服务水平\n监看大屏和排队，及时调配技能组、暂停小休和培训\n处置话务突增、系统故障和升级投诉，并通报\n检查纪律、交接班和值班日志",
        "当班人员的临时调配和加班召集\n启动应急预案和应急话术\n升级投诉的现场赔付（授权额度内）",
        "排队超过 10 通或服务水平低于目标 5 分钟内处置\n故障 10 分钟内上报并发布话术\n值班日志当班写完，交接签字",
        "当班服务水平和放弃率\n应急响应时间\n升级投诉一次解决率\n日志完整率",
        {"floor": 4, "complaint": 4, "systems": 4}, is_key=True,
    ),
    StandardPost(
        "team-leader", "业务组长", "management", "shift-manager",
        "带领班组完成接通、质量和满意度指标\n每日班前会布置重点，班后点评\n每人每月旁听和辅导不少于两次，建立辅导记录\n处理组员升级来电，跟进遗留工单\n关心组员，做好新员工带教和考勤",
        "组内调休、小休和座位安排\n对组员提出表扬、扣分和调岗建议\n普通投诉的授权赔付",
        "班前会不超过 10 分钟，记录当日上传\n质检不合格录音 2 个工作日内完成辅导\n组员申诉 1 个工作日内答复",
        "班组接通量和平均处理时长\n班组质检平均分\n班组满意度\n组员流失率\n辅导完成率",
        {"coaching": 3, "complaint": 3, "product": 4}, is_key=True,
    ),
    StandardPost(
        "deputy-leader", "副组长", "management", "team-leader",
        "协助组长管理班组，组长不在时代行职责\n分管质量或业务学习，组织案例讨论\n支援组内疑难来电\n带教新员工和学习员",
        "代班期间行使组长的组内安排权\n对组员的日常辅导",
        "每周组织一次案例学习\n代班期间日志、交接完整",
        "分管指标达成\n带教人员上岗合格率\n疑难来电支援及时率",
        {"coaching": 2, "product": 3, "inbound": 3},
    ),
    StandardPost(
        "learner", "学习员", "management", "team-leader",
        "跟随组长学习班组管理，作为后备骨干培养\n协助做报表、考勤和班前会准备\n在指导下辅导一至两名新员工",
        "在指导下安排组内学习",
        "培养期 3 至 6 个月，每月提交小结\n完成管理课程并通过考试",
        "培养计划完成率\n被辅导人员的进步\n结业评估",
        {"inbound": 3, "product": 3},
    ),
)  # fmt: skip

SUPPORT = (
    StandardPost(
        "operations-analyst", "运营分析", "support", "centre-manager",
        "编制日、周、月运营报告，解释变化的原因\n维护指标口径和目标，核对各系统数据\n分析来电原因，提出减少重复来电的建议\n跟踪改进项目的效果",
        "调取各系统运营数据\n要求部门核对和解释异常数据",
        "日报 10 点前、月报每月 3 日前发布\n数据差错当日更正并说明",
        "报告及时率和准确率\n建议采纳数\n改进项目收益",
        {"analysis": 4, "systems": 3},
    ),
    StandardPost(
        "data-analyst", "数据分析师", "support", "centre-manager",
        "建设话务、质量和客户数据模型\n支持预测、分群和专题研究\n保证数据安全和脱敏使用",
        "按授权使用脱敏数据\n制定取数规范",
        "专题结论可复算、有样本和方法说明\n取数需求 2 个工作日内答复",
        "专题完成率\n模型预测误差\n数据安全零事故",
        {"analysis": 5},
    ),
    StandardPost(
        "quality", "质检员", "support", "centre-manager",
        "按抽样计划听音评分，发现服务和业务差错\n撰写质量分析，指出共性问题\n组织校准，处理质检申诉\n收集优秀和典型录音供培训使用",
        "对录音、工单和文字服务评分\n判定致命差错并要求整改",
        "每人每日完成计划抽检量\n申诉 3 个工作日内复核\n每月至少参加一次校准",
        "抽检完成率\n校准一致率\n申诉成立率\n质量改进建议数",
        {"scoring": 3, "product": 4},
    ),
    StandardPost(
        "trainer", "培训师", "support", "centre-manager",
        "调查培训需求，编制年度和月度培训计划\n讲授新员工、业务和技能课程，组织考试\n编写教材、案例和题库\n跟踪培训后上岗表现",
        "安排培训场地和课时（与排班协商）\n判定培训考试是否合格",
        "新业务上线前完成培训\n课后一周内完成效果评估\n教材每半年复核",
        "培训计划完成率\n考试合格率\n学员满意度\n上岗后质检分提升",
        {"teaching": 3, "product": 4},
    ),
    StandardPost(
        "planner", "排班专员", "support", "centre-manager",
        "预测话务量，测算人力需求\n编制并发布班表，处理调班、请假\n监控当日到岗和遵时，提出调整\n分析排班吻合度，改进班次",
        "在规则内编制和调整班表\n否决影响服务水平的调班",
        "月班表提前 7 天发布\n当日缺口 15 分钟内提出方案",
        "预测准确率\n排班吻合度\n遵时率\n员工对班表的满意度",
        {"planning": 3, "analysis": 3},
    ),
    StandardPost(
        "knowledge-lead", "知识主管", "support", "centre-manager",
        "管理知识库的结构、审核和发布\n组织业务部门提供并确认内容\n分析搜索和反馈，补齐缺口\n管理知识管理员的工作",
        "审核、发布和下架知识\n要求业务部门限期提供口径",
        "新政策生效前发布知识\n差错反馈 4 小时内更正\n全部知识每年至少复核一次",
        "知识准确率\n搜索命中率\n反馈处理及时率",
        {"knowledge": 4, "product": 4},
    ),
    StandardPost(
        "knowledge-editor", "知识管理员", "support", "knowledge-lead",
        "采编、改写和维护知识条目\n制作流程图、话术和常见问答\n处理一线的知识反馈",
        "编辑知识并提交审核",
        "一般知识 1 个工作日内完成采编\n反馈 4 小时内答复",
        "采编数量和合格率\n反馈处理及时率",
        {"knowledge": 3},
    ),
    StandardPost(
        "account-manager", "客户经理", "support", "centre-manager",
        "维护重点客户，定期回访\n了解需求，推荐合适的产品和方案\n协调解决重点客户的问题，跟进到满意\n提示流失风险并实施挽留",
        "重点客户的优惠申请\n协调各部门优先处理",
        "每位重点客户每季度至少联系一次\n客户问题 24 小时内有进展回复",
        "重点客户保有率\n重点客户满意度\n收入增长",
        {"vip": 4, "retention": 3},
    ),
    StandardPost(
        "technical-support", "技术支持专员", "support", "shift-manager",
        "支援一线解决疑难故障\n编写排障手册和工具\n与网络、平台部门联动，跟踪群障\n维护坐席终端和话务系统的日常使用",
        "升级故障单并要求限时处理\n发布故障公告和临时话术",
        "一线求助 3 分钟内响应\n群障 10 分钟内发布公告",
        "疑难故障解决率\n支援响应时间\n重复故障率",
        {"technical": 4, "systems": 4}, seat="technical",
    ),
    StandardPost(
        "customer-relations", "客户关系专员", "support", "centre-manager",
        "处理重大和重复投诉，回访并修复关系\n分析投诉根因，推动流程改进\n组织客户座谈和满意度调查\n管理锦旗、表扬信和客户建议",
        "授权内赔付和关怀方案\n召集相关部门会商",
        "重大投诉 2 小时内首次联系\n每月发布投诉分析",
        "投诉满意率\n重复投诉率\n改进建议落地数",
        {"complaint": 4, "retention": 3},
    ),
    StandardPost(
        "people-officer", "人事专员", "support", "centre-manager",
        "维护员工档案、岗位和编制\n办理入职、转正、调动和离职\n管理合同、考勤和奖惩记录\n接待员工咨询和申诉",
        "核对并更正员工档案\n退回不符合编制的用人申请",
        "入离职手续当日录入\n合同到期前 30 天发起续签",
        "档案准确率\n招聘到岗及时率\n员工满意度",
        {"systems": 3},
    ),
    StandardPost(
        "auditor", "审计专员", "support", "centre-manager",
        "检查权限、奖惩、赔付和数据使用是否合规\n核对审计记录，提出整改意见并跟踪",
        "查阅全部业务记录（只读）\n要求被检查部门说明情况",
        "每季度完成一次例行检查\n整改意见 30 天内复查",
        "检查计划完成率\n整改完成率",
        {"analysis": 3},
    ),
    StandardPost(
        "system-admin", "系统管理员", "support", "centre-manager",
        "维护账号、权限、参数和数据源\n监控系统运行，处理告警\n做好备份和恢复演练",
        "按审批开通和回收权限\n紧急情况下停用账号",
        "告警 10 分钟内响应\n每日检查备份，每季度演练恢复",
        "系统可用率\n权限差错数\n恢复演练合格率",
        {"systems": 5},
    ),
)  # fmt: skip
