"""The kinds of personal values."""

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
