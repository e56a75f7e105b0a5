"""The enumerations of the people room."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class UnitKind(TextChoices):
    """What a unit is; the values are those of the scope tree's nodes."""

    CENTRE = "centre", _("中心")
    SITE = "site", _("职场")
    DEPARTMENT = "department", _("部门")
    TEAM = "team", _("班组")


class LeadKind(TextChoices):
    """How somebody leads a unit."""

    LEADER = "leader", _("负责人")
    DEPUTY = "deputy", _("副职")


class EmployeeState(ToneChoices):
    """Whether somebody works here; derived from the dates."""

    COMING = "coming", _("待入职")
    EMPLOYED = "employed", _("在职")
    LEFT = "left", _("已离职")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """At work is good."""
        return {cls.COMING: Tone.INFO, cls.EMPLOYED: Tone.OK}


class AgentState(ToneChoices):
    """Whether a login identity is in use and whose it is."""

    LINKED = "linked", _("已关联员工")
    UNLINKED = "unlinked", _("未关联")
    RETIRED = "retired", _("已停用")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """A login without an owner wants a look."""
        return {cls.LINKED: Tone.OK, cls.UNLINKED: Tone.WARN}


class Gender(TextChoices):
    """As the person's papers say."""

    FEMALE = "female", _("女")
    MALE = "male", _("男")


class Education(TextChoices):
    """The highest finished education, from the shortest to the longest."""

    JUNIOR = "junior", _("初中及以下")
    SENIOR = "senior", _("高中")
    VOCATIONAL = "vocational", _("中专")
    COLLEGE = "college", _("大专")
    BACHELOR = "bachelor", _("本科")
    MASTER = "master", _("硕士")
    DOCTOR = "doctor", _("博士")


class EmploymentType(TextChoices):
    """Under which kind of contract somebody works."""

    REGULAR = "regular", _("正式员工")
    DISPATCHED = "dispatched", _("劳务派遣")
    OUTSOURCED = "outsourced", _("外包")
    FIXED_TERM = "fixed_term", _("定期工作")
    INTERN = "intern", _("实习")


class PostCategory(TextChoices):
    """What kind of work a post is."""

    MANAGEMENT = "management", _("管理")
    SUPPORT = "support", _("运营支持")
    AGENT = "agent", _("一线坐席")
    CHANNEL = "channel", _("渠道运营")


class RatioKind(TextChoices):
    """How a staffing rule counts."""

    PER = "per", _("按比例")
    MINIMUM = "minimum", _("最少人数")


class RatioBasis(TextChoices):
    """Whom a staffing rule counts."""

    IN_POST = "in_post", _("在编在岗")
    ON_DUTY = "on_duty", _("当天当班")


class SkillCategory(TextChoices):
    """What kind of ability a skill is."""

    SERVICE = "service", _("服务")
    BUSINESS = "business", _("业务")
    LANGUAGE = "language", _("语言")
    TOOL = "tool", _("工具")
    MANAGEMENT = "management", _("管理")


class SeatMatch(TextChoices):
    """How many of a seat's skills somebody needs."""

    ALL = "all", _("具备全部技能")
    ANY = "any", _("具备其中一项")


class CertificateMethod(TextChoices):
    """How a skill was proven."""

    EXAM = "exam", _("考试认证")
    LEADER = "leader", _("组长认证")


class CertificateState(ToneChoices):
    """Whether a certificate counts today."""

    VALID = "valid", _("有效")
    EXPIRING = "expiring", _("即将到期")
    EXPIRED = "expired", _("已过期")
    REPLACED = "replaced", _("已更新")
    REVOKED = "revoked", _("已撤销")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """What lapses wants a look."""
        return {cls.VALID: Tone.OK, cls.EXPIRING: Tone.WARN, cls.EXPIRED: Tone.BAD}


class MeritKind(ToneChoices):
    """What an entry of the rewards ledger is."""

    REWARD = "reward", _("奖励")
    PENALTY = "penalty", _("处罚")
    PRAISE = "praise", _("客户表扬")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """A reward is good, a penalty is not."""
        return {cls.REWARD: Tone.OK, cls.PENALTY: Tone.BAD, cls.PRAISE: Tone.INFO}


class PraiseChannel(TextChoices):
    """How a customer praised somebody."""

    BANNER = "banner", _("锦旗")
    LETTER = "letter", _("表扬信")
    CALL = "call", _("来电表扬")
    ONLINE = "online", _("线上表扬")
    MEDIA = "media", _("媒体报道")


class MeritState(ToneChoices):
    """Where an entry of the rewards ledger stands."""

    STANDING = "standing", _("已生效")
    APPEALED = "appealed", _("申诉中")
    UPHELD = "upheld", _("申诉后维持")
    CHANGED = "changed", _("申诉后变更")
    CANCELLED = "cancelled", _("已撤销")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """An open appeal wants a decision."""
        return {cls.STANDING: Tone.OK, cls.APPEALED: Tone.WARN, cls.UPHELD: Tone.OK, cls.CHANGED: Tone.INFO}


class AppealVerdict(TextChoices):
    """How an appeal was decided."""

    UPHELD = "upheld", _("维持原决定")
    CHANGED = "changed", _("变更金额或积分")
    CANCELLED = "cancelled", _("撤销原决定")


class CodeState(ToneChoices):
    """Where a version of the staff code stands."""

    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("现行")
    REPLACED = "replaced", _("已被替代")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """The version in force is good."""
        return {cls.DRAFT: Tone.INFO, cls.PUBLISHED: Tone.OK}


class HonourLevel(TextChoices):
    """Who honoured a team."""

    TEAM = "unit", _("部门级")
    CENTRE = "centre", _("中心级")
    COMPANY = "company", _("公司级")
    INDUSTRY = "industry", _("行业及以上")


class MovementKind(ToneChoices):
    """What happened to somebody or a unit on a day."""

    JOINED = "joined", _("入职")
    TRANSFERRED = "transferred", _("调动")
    POSTED = "posted", _("岗位变更")
    APPOINTED = "appointed", _("任职")
    DISMISSED = "dismissed", _("免职")
    LEFT = "left", _("离职")
    UNIT_MOVED = "unit_moved", _("单位调整")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Coming is good; leaving is neutral."""
        return {
            cls.JOINED: Tone.OK, cls.TRANSFERRED: Tone.INFO, cls.POSTED: Tone.INFO, cls.APPOINTED: Tone.INFO,
            cls.UNIT_MOVED: Tone.INFO,
        }  # fmt: skip


class IdKind(TextChoices):
    """Which paper proves who somebody is."""

    RESIDENT = "resident", _("居民身份证")
    PASSPORT = "passport", _("护照")
    PERMIT = "permit", _("港澳台居民居住证")
    FOREIGN = "foreign", _("外国人永久居留证")


class Relation(TextChoices):
    """Who an emergency contact is to the employee."""

    SPOUSE = "spouse", _("配偶")
    PARENT = "parent", _("父母")
    CHILD = "child", _("子女")
    SIBLING = "sibling", _("兄弟姐妹")
    RELATIVE = "relative", _("其他亲属")
    FRIEND = "friend", _("朋友")


class ContractKind(TextChoices):
    """What was signed with an employee."""

    FIXED = "fixed", _("固定期限劳动合同")
    OPEN = "open", _("无固定期限劳动合同")
    TASK = "task", _("以完成一定任务为期限的劳动合同")
    SEASONAL = "seasonal", _("定期工作协议书")
    DISPATCH = "dispatch", _("劳务派遣协议")
    INTERN = "intern", _("实习协议")
    SERVICE = "service", _("劳务协议")
    SECRECY = "secrecy", _("保密协议")
    TRAINING = "training", _("培训服务期协议")


class ContractState(ToneChoices):
    """Where a contract stands on a day."""

    COMING = "coming", _("未生效")
    RUNNING = "running", _("履行中")
    ENDING = "ending", _("即将到期")
    OVER = "over", _("已到期")
    ENDED = "ended", _("已终止")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """What ends wants a look."""
        return {cls.COMING: Tone.INFO, cls.RUNNING: Tone.OK, cls.ENDING: Tone.WARN}


class DocumentPurpose(TextChoices):
    """Why a document is kept in somebody's file."""

    ID_COPY = "id_copy", _("证件复印件")
    DIPLOMA = "diploma", _("学历学位证明")
    CREDENTIAL = "credential", _("资格证书")
    CONTRACT = "contract", _("合同与协议")
    HEALTH = "health", _("入职体检")
    EVIDENCE = "evidence", _("变更证明")
    OTHER = "other", _("其他")


class ChangeState(ToneChoices):
    """Where a change that somebody asked for in their own file stands."""

    PENDING = "pending", _("待审核")
    APPLIED = "applied", _("已生效")
    DECLINED = "declined", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """An open change wants an answer."""
        return {cls.PENDING: Tone.WARN, cls.APPLIED: Tone.OK, cls.DECLINED: Tone.BAD}


class FormKind(TextChoices):
    """The forms that are printed from the file."""

    APPLICATION = "application", _("应聘登记表")
    REGISTRATION = "registration", _("在职人员登记表")
    ARCHIVE = "archive", _("员工档案表")
