"""The posts of agents, one for each seat type, and of the channel operations centre; texts are stored in Chinese."""

from __future__ import annotations

from kefu.areas.people.services.standard_posts import StandardPost

AGENTS = (
    StandardPost(
        "agent", "客服代表", "agent", "team-leader",
        "按规范受理客户来电，准确解答、办理和记录\n不能当场解决的建单流转，并告知时限\n收集客户意见和异常情况，及时上报\n遵守信息安全和现场纪律",
        "按知识库口径答复和办理\n授权内的费用减免",
        "铃响 3 声内应答，先问候再受理\n来电当场记录，话后整理不超过 30 秒\n不确定的内容先查知识再答复",
        "通话质检分\n客户满意度\n平均处理时长\n一次解决率\n遵时率",
        {"inbound": 2, "product": 2, "systems": 2}, seat="inbound",
    ),
    StandardPost(
        "agent-outbound", "客服代表（外呼）", "agent", "team-leader",
        "按名单回访、通知和推荐，如实说明来意\n核实客户身份，尊重拒绝，登记免打扰\n准确记录结果和预约",
        "在话术范围内介绍优惠",
        "只在允许的时段呼出\n同一客户每月不超过规定次数\n承诺事项当场确认",
        "有效联系率\n成功率\n投诉率\n质检分",
        {"outbound": 2, "mandarin": 3}, seat="outbound",
    ),
    StandardPost(
        "agent-complaint", "客服代表（投诉）", "agent", "team-leader",
        "受理升级投诉，安抚情绪，查明事实\n提出并协商解决方案，跟进到办结\n整理典型案例，反馈根因",
        "授权额度内赔付\n要求责任部门限时核查",
        "首次联系不超过 2 小时\n处理过程逐条留痕\n结案前取得客户确认",
        "投诉办结及时率\n投诉满意率\n重复投诉率",
        {"complaint": 3, "inbound": 3}, seat="complaint",
    ),
    StandardPost(
        "agent-vip", "客服代表（VIP）", "agent", "team-leader",
        "优先受理重要客户来电，全程负责\n主动提醒权益、到期和异常\n维护客户偏好记录",
        "优先派单和加急\n授权内的补偿和礼遇",
        "15 秒内接入\n客户事项 4 小时内回复进展",
        "重要客户满意度\n重要客户保有率\n回复及时率",
        {"vip": 3, "inbound": 4, "product": 3}, seat="vip",
    ),
    StandardPost(
        "agent-back-office", "客服代表（后台）", "agent", "team-leader",
        "核查、处理和回复工单\n与责任部门沟通，催办超时事项\n回访确认，关闭工单",
        "按规则派单、退单和关单",
        "工单 30 分钟内接单\n结论注明依据\n临近时限提前升级",
        "工单及时率\n退单率\n回访满意度",
        {"back-office": 2, "typing": 3}, seat="back-office",
    ),
    StandardPost(
        "agent-technical", "客服代表（技术）", "agent", "team-leader",
        "诊断线路、终端和账号故障\n远程指导客户恢复，必要时派修\n跟踪派修结果",
        "远程检测和重置\n派发故障单",
        "按排障步骤逐项记录\n派修前完成远程检测",
        "远程解决率\n误派率\n故障重复率",
        {"technical": 3, "inbound": 2}, seat="technical",
    ),
    StandardPost(
        "agent-trainee", "客服代表（实习）", "agent", "team-leader",
        "在导师指导下学习业务和系统\n先跟听，再在旁听下接听简单来电\n每日写学习小结",
        "在导师在场时受理来电",
        "跟听不少于 40 小时\n上岗考试 80 分以上方可独立接听",
        "学习计划完成率\n上岗考试成绩\n导师评价",
        {"product": 1}, seat="trainee",
    ),
)  # fmt: skip

CHANNEL = (
    StandardPost(
        "channel-manager", "渠道运营主管", "management", "centre-manager",
        "管理渠道运营中心的受理组和配送组\n保证订单受理、库存、资金和配送的衔接\n分析渠道效率，改进流程",
        "渠道人员调配\n异常订单的最终处理",
        "每日核对订单、库存和资金\n异常当日清零",
        "订单及时率\n账实相符率\n配送成功率",
        {"floor": 3, "analysis": 3}, is_key=True,
    ),
    StandardPost(
        "channel-intake", "受理专员", "channel", "channel-manager",
        "受理各渠道订单和变更，核对资料\n与客户确认信息，录入并流转\n跟踪异常订单",
        "退回资料不全的订单",
        "订单 30 分钟内受理\n录入差错率不高于千分之三",
        "受理及时率\n录入准确率\n客户满意度",
        {"back-office": 2, "typing": 3},
    ),
    StandardPost(
        "warehouse-keeper", "库管", "channel", "channel-manager",
        "管理卡、机和物料的入库、出库和盘点\n按单发货，登记串号\n安全库存预警",
        "拒绝手续不全的出库",
        "每日盘点重点物料，每月全盘\n先进先出，账实相符",
        "账实相符率\n发货差错率\n库存周转",
        {"stock": 3},
    ),
    StandardPost(
        "account-keeper", "账管", "channel", "channel-manager",
        "核对收款、退款和代理结算\n管理票据和资金日报\n追查差错和长短款",
        "暂停异常结算",
        "每日 17 点前完成日清\n差错 24 小时内查清",
        "对账准确率\n资金到账及时率\n差错追回率",
        {"accounts": 3},
    ),
    StandardPost(
        "delivery-support", "配送支撑", "channel", "channel-manager",
        "安排配送线路和人员，跟踪在途\n处理拒收、改址和退件\n答复客户配送查询",
        "改派配送人员和承运商",
        "订单 24 小时内发出\n异常件 2 小时内联系客户",
        "配送及时率\n一次妥投率\n配送投诉率",
        {"outbound": 1, "systems": 2},
    ),
)  # fmt: skip
