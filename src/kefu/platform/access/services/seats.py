"""The seat: locked after a time without input, opened again by its holder."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.models import SecondFactor, SessionRecord
from kefu.platform.access.services.rates import count_hit
from kefu.platform.access.services.second_factor import verify

_TRIES, _PER_SECONDS = 8, 600


def lock_seat(*, record: SessionRecord) -> None:
    """Lock the session: it opens nothing until ``unlock_seat``."""
    if record.locked_at is None:
        record.locked_at = clock.now()
        SessionRecord.objects.filter(pk=record.pk, locked_at__isnull=True).update(locked_at=record.locked_at)


def unlock_seat(*, record: SessionRecord, secret: str, ip: str) -> None:
    """Open the seat with the password, or with a fresh code of the holder's app; raises ``InvalidInput``."""
    user = record.user
    count_hit(f"access.unlock:{record.pk}", limit=_TRIES, per_seconds=_PER_SECONDS)
    digits = secret.strip()
    if len(digits) == 6 and digits.isdigit() and SecondFactor.objects.filter(user=user, confirmed_at__isnull=False):
        verify(user=user, code=digits, record=None, ip=ip)
    elif not user.has_usable_password() or not check_password(secret, user.password):
        raise InvalidInput(_("密码不正确。"), field="secret", code="wrong_password")
    with transaction.atomic():
        now = clock.now()
        record.locked_at, record.last_seen_at = None, now
        SessionRecord.objects.filter(pk=record.pk).update(locked_at=None, last_seen_at=now)
        auditing.record(
            actor=user.as_actor(ip=ip, session_key=record.session_key),
            action="access.session:unlock",
            target=f"access.user:{user.pk}",
            node_id=user.home_node_id,
        )
