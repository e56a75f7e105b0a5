"""The kinds of personal values, and how they go."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a value is; it decides how it is normalised and masked."""

    PHONE = "phone", _("电话")
    NAME = "name", _("姓名")
    CUSTOMER_KEY = "customer_key", _("客户号")
    ID_NUMBER = "id_number", _("证件号")
    ADDRESS = "address", _("地址")
    EMAIL = "email", _("邮箱")
    WECHAT = "wechat", _("微信号")
    BANK_ACCOUNT = "bank_account", _("银行账号")


class PersonalKind(TextChoices):
    """What a column with personal data holds."""

    TOKEN = "token", _("保险箱令牌（号码、证件等）")
    NAME = "name", _("姓名")
    CONTACT = "contact", _("联系方式")
    NETWORK = "network", _("网络地址与设备")
    TEXT = "text", _("可能提到个人的文字")
    CONTENT = "content", _("加密的内容")
    VOICE = "voice", _("录音")
    FILE = "file", _("文件")
    RECORD = "record", _("履历与档案")
    SECRET = "secret", _("登录凭据")


class Erasure(TextChoices):
    """How a column is emptied when the person asks or its time is over."""

    VAULT = "vault", _("销毁保险箱中的值，令牌失去含义")
    SCRUB = "scrub", _("查找并替换为“已删除”")
    FORGET = "forget", _("清空内容，保留记录")
    DELETE = "delete", _("删除")
    EMPLOYEE = "employee", _("随员工档案删除")
    REDACT = "redact", _("遮盖，审计链仍可验证")
