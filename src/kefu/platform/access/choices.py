"""Enumerations of access."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class NodeKind(TextChoices):
    """What a scope node stands for; only ``SITE`` has a meaning of its own here (the reach of level *site*)."""

    CENTRE = "centre", _("中心")
    SITE = "site", _("职场")
    DEPARTMENT = "department", _("部门")
    TEAM = "team", _("班组")


class Level(TextChoices):
    """``kernel.permissions.ScopeLevel`` with words for people."""

    OWN = "own", _("本人")
    UNIT = "unit", _("本单位")
    SITE = "site", _("本职场")
    ALL = "all", _("全部")


class Theme(TextChoices):
    """How the pages look; empty means as the device says."""

    AUTO = "", _("跟随系统")
    LIGHT = "light", _("浅色")
    DARK = "dark", _("深色")


class Density(TextChoices):
    """How close the rows stand."""

    COMFORTABLE = "", _("舒适")
    COMPACT = "compact", _("紧凑")


class Language(TextChoices):
    """The languages of the pages; empty means as the browser says."""

    AUTO = "", _("跟随浏览器")
    CHINESE = "zh-hans", "简体中文"
    ENGLISH = "en", "English"


class UserState(ToneChoices):
    """Whether an account can be used."""

    ACTIVE = "active", _("在用")
    MUST_CHANGE = "must_change", _("待改密码")
    INACTIVE = "inactive", _("已停用")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Value → tone."""
        return {cls.ACTIVE: Tone.OK, cls.MUST_CHANGE: Tone.WARN, cls.INACTIVE: Tone.NEUTRAL}


class TokenState(ToneChoices):
    """Whether an API token still opens anything."""

    ACTIVE = "active", _("有效")
    EXPIRED = "expired", _("已过期")
    REVOKED = "revoked", _("已吊销")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Value → tone."""
        return {cls.ACTIVE: Tone.OK, cls.EXPIRED: Tone.WARN, cls.REVOKED: Tone.NEUTRAL}


class SessionEnd(TextChoices):
    """Why a session is over."""

    SIGNED_OUT = "signed_out", _("主动退出")
    REVOKED = "revoked", _("被撤销")
    PASSWORD = "password", _("密码已更改")
    DEACTIVATED = "deactivated", _("账号已停用")
    FACTOR = "factor", _("动态口令已更改")


class DelegationState(ToneChoices):
    """Where a delegation stands."""

    PLANNED = "planned", _("未开始")
    RUNNING = "running", _("进行中")
    OVER = "over", _("已到期")
    ENDED = "ended", _("已提前结束")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Value → tone."""
        return {cls.PLANNED: Tone.INFO, cls.RUNNING: Tone.OK, cls.OVER: Tone.NEUTRAL, cls.ENDED: Tone.NEUTRAL}


class PendingStep(TextChoices):
    """What is still missing after the password; empty means nothing."""

    NONE = "", _("无")
    VERIFY = "verify", _("待验证动态口令")
    ENROL = "enrol", _("待绑定动态口令")


class Obstacle(ToneChoices):
    """What keeps a role that grants a permission from counting."""

    ACCOUNT_CLOSED = "account_closed", _("账号已停用")
    NOT_BEGUN = "not_begun", _("尚未生效")
    NETWORK = "network", _("网络地址不在允许范围")
    ELSEWHERE = "elsewhere", _("不含该单位")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Value → tone."""
        return dict.fromkeys(cls.values, Tone.WARN)
