"""Setting up the SMS gateway, and trying a channel out."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, RuleBroken
from kefu.platform.access import services as access
from kefu.platform.delivery import rules, transports, wording
from kefu.platform.delivery.adapters import targets
from kefu.platform.delivery.choices import BodyKind, Channel, Method, SuccessKind
from kefu.platform.delivery.models import Message, SmsGateway
from kefu.platform.delivery.permissions import CHANNEL_MANAGE
from kefu.platform.delivery.services.messages import send
from kefu.platform.privacy import sealing
from kefu.platform.privacy.services import tokenise

HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,19}")
PLAIN_FIELDS = (
    "is_active",
    "url",
    "method",
    "headers",
    "body_kind",
    "body",
    "success_kind",
    "success_path",
    "success_value",
    "id_path",
    "idempotency_header",
    "timeout_seconds",
)
TESTS_PER_HOUR = 20


def save_gateway(
    *, actor: Actor, values: dict[str, Any], secret: str | None = None, expected_version: int | None = None
) -> SmsGateway:
    """Set up the gateway. ``secret`` ``None`` keeps the present one, ``""`` removes it.

    Raises ``InvalidInput`` with what is wrong per field, ``Conflict`` when somebody saved since ``expected_version``.
    """
    access.authorise(actor, CHANNEL_MANAGE)
    given = {name: values[name] for name in PLAIN_FIELDS if name in values}
    with transaction.atomic():
        gateway = SmsGateway.objects.select_for_update(of=("self",)).filter(pk=1).first()
        is_new = gateway is None
        if gateway is None:
            gateway = SmsGateway(pk=1, version=0)
        if expected_version is not None and expected_version != gateway.version:
            raise Conflict(_("短信网关刚被别人修改过，您的修改没有保存。请查看最新的设置后再改。"))
        before = {} if is_new else _shown(gateway)
        for name, value in given.items():
            setattr(gateway, name, value.strip() if isinstance(value, str) else value)
        _check(gateway)
        if secret is not None:
            gateway.sealed_secret = sealing.seal(secret, gateway.seal_context) if secret else None
        gateway.version += 1
        gateway.updated_at = clock.now()
        gateway.updated_by_id = actor.user_id
        gateway.save(force_insert=is_new)
        auditing.record(
            actor=actor,
            action="delivery.gateway:change",
            target="delivery.gateway:sms",
            before=before or None,
            after={**_shown(gateway), "secret_changed": secret is not None},
        )
    return gateway


def send_test(*, actor: Actor, channel: str, to: str) -> Message:
    """Send a short test message to an address or number typed in by an administrator; it stands in the log."""
    access.authorise(actor, CHANNEL_MANAGE)
    to = to.strip()
    if channel == Channel.MAIL:
        try:
            validate_email(to)
        except ValidationError:
            raise InvalidInput(_("请输入完整的邮箱地址，例如 name@example.com。"), field="to") from None
    elif not PHONE.fullmatch(to):
        raise InvalidInput(_("请输入完整的手机号。"), field="to")
    if not transports.is_configured(channel):
        raise RuleBroken(wording.not_configured(channel), code="not_configured")
    access.count_hit(f"delivery.test:{actor.user_id}", limit=TESTS_PER_HOUR, per_seconds=3600)
    kind = "email" if channel == Channel.MAIL else "phone"
    with transaction.atomic():
        message = send(
            channel=channel,
            to_token=tokenise(kind, [to])[to],
            subject=_("客服运营平台测试邮件"),
            body=_("这是一条测试消息，由 %(who)s 发出。收到即表示设置正确。") % {"who": actor.label},
            dedupe_key=f"test:{get_random_string(24)}",
            origin="delivery.test",
        )
        auditing.record(
            actor=actor,
            action="delivery.message:test",
            target=f"delivery.message:{message.pk}",
            after={"channel": channel, "to": auditing.digest(to)},
        )
    return message


def _check(gateway: SmsGateway) -> None:
    errors: dict[str, str] = {}
    why = targets.refusal(rules.PLACEHOLDER.sub("x", gateway.url))
    if why:
        errors["url"] = wording.refused_target(why)
    if gateway.method not in Method.values:
        errors["method"] = _("不支持这种请求方法。")
    headers = gateway.headers
    if not isinstance(headers, dict) or not all(
        HEADER_NAME.fullmatch(str(name)) and isinstance(value, str) and "\n" not in value and "\r" not in value
        for name, value in headers.items()
    ):
        errors["headers"] = _("请求头每行一个，写成“名称: 值”。")
        headers = {}
    if gateway.body_kind not in BodyKind.values or not rules.is_valid_body(gateway.body_kind, gateway.body):
        errors["body"] = (
            _("参数模板不是合法的 JSON。")
            if gateway.body_kind == BodyKind.JSON
            else _("参数模板每行一个，写成“名称=值”。")
        )
    elif "{{phone}}" not in _closed(gateway.body + gateway.url) or "{{text}}" not in _closed(
        gateway.body + gateway.url
    ):
        errors["body"] = _("模板里要有 {{phone}}（手机号）和 {{text}}（内容）。")
    for field, text in (("url", gateway.url), ("headers", "\n".join(headers.values())), ("body", gateway.body)):
        if unknown := rules.unknown_placeholders(text):
            errors.setdefault(field, _("没有这个占位符：%(names)s。") % {"names": "、".join(unknown)})
    if gateway.success_kind not in SuccessKind.values:
        errors["success_kind"] = _("请选择成功条件。")
    elif gateway.success_kind == SuccessKind.JSON and not (gateway.success_path and gateway.success_value):
        errors["success_path"] = _("请写明看返回 JSON 的哪一项、等于什么值才算成功。")
    elif gateway.success_kind == SuccessKind.TEXT and not gateway.success_value:
        errors["success_value"] = _("请写明返回内容包含什么文字才算成功。")
    if gateway.idempotency_header and not HEADER_NAME.fullmatch(gateway.idempotency_header):
        errors["idempotency_header"] = _("请求头的名称只能有字母、数字和连字符。")
    if not 1 <= int(gateway.timeout_seconds) <= 60:
        errors["timeout_seconds"] = _("超时为 1 到 60 秒。")
    if errors:
        raise InvalidInput(_("短信网关没有保存，请改正标红的几项。"), errors=errors)


def _closed(template: str) -> str:
    """The template with its placeholders written without blanks."""
    return rules.PLACEHOLDER.sub(lambda match: "{{" + match[1] + "}}", template)


def _shown(gateway: SmsGateway) -> dict[str, Any]:
    """What the audit may hold: no secret, and no header values (they may carry one)."""
    shown = {name: getattr(gateway, name) for name in PLAIN_FIELDS}
    shown["headers"] = sorted(gateway.headers)
    return shown
