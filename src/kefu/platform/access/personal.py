"""What access keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.access.models import SessionRecord
from kefu.platform.privacy.aging import by_age
from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "access.User",
        "username display_name",
        kind=PersonalKind.NAME,
        purpose=_("登录和显示操作人"),
        keep=_("账号存续期间，停用后按员工档案处理"),
        erasure=Erasure.EMPLOYEE,
    )
    personal_field(
        "access.User",
        "password",
        kind=PersonalKind.SECRET,
        purpose=_("验证登录（只存散列）"),
        keep=_("账号存续期间，停用后按员工档案处理"),
        erasure=Erasure.EMPLOYEE,
    )
    personal_field(
        "access.PastPassword",
        "password",
        kind=PersonalKind.SECRET,
        purpose=_("防止重复使用旧密码（只存散列）"),
        keep=_("账号存续期间，停用后按员工档案处理"),
        erasure=Erasure.DELETE,
    )
    personal_field(
        "access.SecondFactor",
        "sealed_secret",
        kind=PersonalKind.SECRET,
        purpose=_("验证动态口令"),
        keep=_("账号存续期间，停用后按员工档案处理"),
        erasure=Erasure.DELETE,
    )
    personal_field(
        "access.SessionRecord",
        "ip user_agent",
        kind=PersonalKind.NETWORK,
        purpose=_("发现异常登录，让本人查看和撤销会话"),
        keep_param="custody.session_days",
        erasure=Erasure.DELETE,
    )
    personal_field(
        "access.ApiToken",
        "name last_used_ip",
        kind=PersonalKind.NETWORK,
        purpose=_("发现令牌被他人使用"),
        keep=_("令牌存续期间"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "access.ExternalIdentity",
        "subject",
        kind=PersonalKind.NAME,
        purpose=_("单点登录时认出本人"),
        keep=_("账号存续期间，停用后按员工档案处理"),
        erasure=Erasure.DELETE,
    )
    personal_field(
        "access.Delegation",
        "reason",
        kind=PersonalKind.TEXT,
        purpose=_("说明代理原因"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "access.Viewing",
        "reason",
        kind=PersonalKind.TEXT,
        purpose=_("说明以他人身份查看的原因"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    not_personal("access.SessionRecord", "session_key", "a random key")
    not_personal("access.Viewing", "session_key", "a random key")
    not_personal(
        "access.IdentityProvider",
        "name issuer client_id sealed_secret scopes username_claim role_map",
        "settings of a provider",
    )
    not_personal("access.Role", "name", "a role of the centre")
    not_personal("access.ScopeNode", "name", "a unit of the centre")
    by_age(
        "access.sessions",
        _("登录会话"),
        "custody.session_days",
        rows=lambda: SessionRecord.objects.filter(ended_at__isnull=False),
        instant="ended_at",
        forget=lambda rows: rows.delete(),
    )
