"""Webhook endpoints: who is told about which events, and making calls again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound, RuleBroken
from kefu.kernel.events import EVENTS
from kefu.platform.access import services as access
from kefu.platform.delivery import wording
from kefu.platform.delivery.adapters import targets
from kefu.platform.delivery.choices import CallState, EndpointState
from kefu.platform.delivery.models import WebhookCall, WebhookEndpoint
from kefu.platform.delivery.permissions import WEBHOOK_MANAGE
from kefu.platform.delivery.tasks import defer_call
from kefu.platform.outbox.models import StoredEvent
from kefu.platform.privacy import sealing

PING = "delivery.ping"
"""The code of the call that tries an endpoint out; no event has it."""
MOST_REPLAYS = 200


def add_endpoint(*, actor: Actor, name: str, url: str, events: Sequence[str]) -> tuple[WebhookEndpoint, str]:
    """Register an address for some kinds of events; returns it with its secret, which is not shown again."""
    access.authorise(actor, WEBHOOK_MANAGE)
    name, url, codes = _checked(name, url, events)
    endpoint = WebhookEndpoint(
        uid=uuid.uuid4(), name=name, url=url, events=codes, created_at=clock.now(), created_by_id=actor.user_id
    )
    secret = _new_secret(endpoint)
    with transaction.atomic():
        _save_named(endpoint)
        _audit(actor, "create", endpoint, after=_shown(endpoint))
    return endpoint, secret


def change_endpoint(
    *,
    actor: Actor,
    endpoint_id: int,
    name: str,
    url: str,
    events: Sequence[str],
    expected_version: int | None = None,
) -> WebhookEndpoint:
    """Change name, address and events; raises ``Conflict`` when somebody saved since ``expected_version``."""
    access.authorise(actor, WEBHOOK_MANAGE)
    name, url, codes = _checked(name, url, events)
    with transaction.atomic():
        endpoint = _locked(endpoint_id)
        if expected_version is not None and expected_version != endpoint.version:
            raise Conflict(_("推送地址刚被别人修改过，您的修改没有保存。请查看最新的内容后再改。"))
        before = _shown(endpoint)
        endpoint.name, endpoint.url, endpoint.events = name, url, codes
        endpoint.version += 1
        _save_named(endpoint)
        _audit(actor, "change", endpoint, before=before, after=_shown(endpoint))
    return endpoint


def renew_secret(*, actor: Actor, endpoint_id: int) -> tuple[WebhookEndpoint, str]:
    """Give the endpoint a new secret, at once; returns it, once."""
    access.authorise(actor, WEBHOOK_MANAGE)
    with transaction.atomic():
        endpoint = _locked(endpoint_id)
        secret = _new_secret(endpoint)
        endpoint.save(update_fields=["sealed_secret"])
        _audit(actor, "renew_secret", endpoint)
    return endpoint, secret


def pause_endpoint(*, actor: Actor, endpoint_id: int) -> WebhookEndpoint:
    """Stop calling the endpoint; what happens meanwhile is kept for it."""
    access.authorise(actor, WEBHOOK_MANAGE)
    with transaction.atomic():
        endpoint = _locked(endpoint_id)
        if endpoint.state == EndpointState.ACTIVE:
            endpoint.state, endpoint.paused_at = EndpointState.PAUSED, clock.now()
            endpoint.save(update_fields=["state", "paused_at"])
            _audit(actor, "pause", endpoint)
    return endpoint


def resume_endpoint(*, actor: Actor, endpoint_id: int) -> int:
    """Call the endpoint again, beginning with what was kept for it; returns how many calls that is."""
    access.authorise(actor, WEBHOOK_MANAGE)
    with transaction.atomic():
        endpoint = _locked(endpoint_id)
        if endpoint.state != EndpointState.ACTIVE:
            endpoint.state, endpoint.paused_at, endpoint.failed_in_a_row = EndpointState.ACTIVE, None, 0
            endpoint.save(update_fields=["state", "paused_at", "failed_in_a_row"])
            _audit(actor, "resume", endpoint)
        held = list(
            WebhookCall.objects.select_for_update(of=("self",))
            .filter(endpoint=endpoint, state=CallState.HELD)
            .order_by("id")
        )
        for call in held:
            call.state, call.next_attempt_at = CallState.QUEUED, None
            call.queue_job_id = defer_call(call.pk)
        WebhookCall.objects.bulk_update(held, ["state", "next_attempt_at", "queue_job_id"], batch_size=500)
    return len(held)


def remove_endpoint(*, actor: Actor, endpoint_id: int) -> None:
    """Forget the address for good; the record of its calls stays."""
    access.authorise(actor, WEBHOOK_MANAGE)
    with transaction.atomic():
        endpoint = _locked(endpoint_id)
        now = clock.now()
        endpoint.removed_at = now
        endpoint.save(update_fields=["removed_at"])
        WebhookCall.objects.filter(endpoint=endpoint, state__in=(CallState.QUEUED, CallState.HELD)).update(
            state=CallState.FAILED, finished_at=now, error="endpoint_removed"
        )
        _audit(actor, "remove", endpoint, before=_shown(endpoint))


def replay_calls(*, actor: Actor, ids: Iterable[int]) -> int:
    """Make finished calls again, as new calls of the same events; returns how many."""
    access.authorise(actor, WEBHOOK_MANAGE)
    with transaction.atomic():
        found = (
            WebhookCall.objects.select_related("endpoint")
            .filter(
                pk__in=list(ids)[:MOST_REPLAYS],
                state__in=(CallState.DELIVERED, CallState.FAILED),
                endpoint__removed_at__isnull=True,
            )
            .order_by("id")
        )
        done = 0
        for call in found:
            again = _queue(
                WebhookCall(
                    endpoint=call.endpoint,
                    event_uid=call.event_uid,
                    event_code=call.event_code,
                    event_version=call.event_version,
                    payload=call.payload,
                    occurred_at=call.occurred_at,
                    replay_of_id=call.replay_of_id or call.pk,
                )
            )
            auditing.record(
                actor=actor,
                action="delivery.call:replay",
                target=f"delivery.call:{again.pk}",
                after={"endpoint": call.endpoint_id, "event": str(call.event_uid), "of": call.pk},
            )
            done += 1
    return done


def send_ping(*, actor: Actor, endpoint_id: int) -> WebhookCall:
    """Make a call that stands for no event, to try the endpoint out."""
    access.authorise(actor, WEBHOOK_MANAGE)
    with transaction.atomic():
        endpoint = _locked(endpoint_id)
        if endpoint.state != EndpointState.ACTIVE:
            raise RuleBroken(_("推送地址已暂停，请先恢复。"), code="endpoint_paused")
        call = _queue(
            WebhookCall(
                endpoint=endpoint,
                event_uid=uuid.uuid4(),
                event_code=PING,
                event_version=1,
                payload={},
                occurred_at=clock.now(),
            )
        )
        _audit(actor, "ping", endpoint)
    return call


def tell_endpoints(event: StoredEvent) -> None:
    """Write down a call for every endpoint that wants this event, in the transaction that publishes it."""
    wanting = WebhookEndpoint.objects.filter(removed_at__isnull=True, events__contains=[event.code])
    for endpoint in wanting:
        _queue(
            WebhookCall(
                endpoint=endpoint,
                event_uid=event.uid,
                event_code=event.code,
                event_version=event.version,
                payload=event.payload,
                occurred_at=event.created_at,
            )
        )


def _queue(call: WebhookCall) -> WebhookCall:
    call.created_at = clock.now()
    if call.endpoint.state != EndpointState.ACTIVE:
        call.state = CallState.HELD
    call.save(force_insert=True)
    if call.state == CallState.QUEUED:
        call.queue_job_id = defer_call(call.pk)
        call.save(update_fields=["queue_job_id"])
    return call


def _new_secret(endpoint: WebhookEndpoint) -> str:
    secret = f"whsec_{get_random_string(40)}"
    endpoint.sealed_secret = sealing.seal(secret, endpoint.seal_context)
    return secret


def _checked(name: str, url: str, events: Sequence[str]) -> tuple[str, str, list[str]]:
    errors: dict[str, str] = {}
    name, url = name.strip(), url.strip()
    if not 1 <= len(name) <= 100:
        errors["name"] = _("请填写名称，最多 100 个字。")
    if len(url) > 500:
        errors["url"] = _("地址最多 500 个字符。")
    elif why := targets.refusal(url):
        errors["url"] = wording.refused_target(why)
    codes = sorted(set(events))
    unknown = [code for code in codes if code not in EVENTS]
    if unknown:
        errors["events"] = _("没有这种事件：%(codes)s。") % {"codes": "、".join(unknown)[:200]}
    elif not codes:
        errors["events"] = _("请至少选择一种事件。")
    if errors:
        raise InvalidInput(_("推送地址没有保存，请改正标红的几项。"), errors=errors)
    return name, url, codes


def _save_named(endpoint: WebhookEndpoint) -> None:
    try:
        with transaction.atomic():
            endpoint.save()
    except IntegrityError:
        text = _("已有同名的推送地址，请换一个名称。")
        raise InvalidInput(text, errors={"name": text}) from None


def _locked(endpoint_id: int) -> WebhookEndpoint:
    endpoint = (
        WebhookEndpoint.objects.select_for_update(of=("self",)).filter(pk=endpoint_id, removed_at__isnull=True).first()
    )
    if endpoint is None:
        raise NotFound(_("没有这个推送地址。"))
    return endpoint


def _shown(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {"name": endpoint.name, "url": endpoint.url, "events": endpoint.events}


def _audit(
    actor: Actor,
    verb: str,
    endpoint: WebhookEndpoint,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    auditing.record(
        actor=actor,
        action=f"delivery.endpoint:{verb}",
        target=f"delivery.endpoint:{endpoint.pk}",
        before=before,
        after=after,
    )


def unknown_call() -> str:
    """What to say about a call that there is not."""
    return _("没有这条推送记录。")
