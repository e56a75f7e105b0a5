"""Encrypting everything anew under the current data key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import BinaryField, F, Func, Q, QuerySet

from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.platform.access.services import authorise
from kefu.platform.privacy import keys, permissions
from kefu.platform.privacy.models import TokenKey, VaultValue
from kefu.platform.privacy.sealing import SEALED, SealedField, current_mark, seal, unseal

_BATCH = 2_000


def remaining() -> int:
    """How many values and sealed texts are still encrypted under another key than the current one."""
    values = VaultValue.objects.filter(~Q(key_id=keys.current_key_id()), key_id__isnull=False).count()
    return values + sum(_remaining_texts(field) for field in SEALED)


def rotate(*, actor: Actor, progress: Callable[[int], None] = lambda done: None) -> int:
    """Encrypt every value and sealed text that is under a previous key under the current one; returns how many.

    Works in batches that can be interrupted and repeated, beside readers and writers. Afterwards the previous keys
    may be forgotten.
    """
    authorise(actor, permissions.VALUE_ERASE)
    done = 0
    while moved := _rotate_batch():
        done += moved
        progress(done)
    for field in SEALED:
        while moved := _reseal_batch(field):
            done += moved
            progress(done)
    _rewrap_token_key()
    auditing.record(
        actor=actor,
        action="privacy.vault:rotate",
        target=f"privacy.key:{keys.current_key_id():08x}",
        after={"values": done},
    )
    return done


def _rotate_batch() -> int:
    with transaction.atomic():
        rows = list(
            VaultValue.objects.select_for_update(skip_locked=True)
            .filter(~Q(key_id=keys.current_key_id()), key_id__isnull=False)
            .order_by("token")[:_BATCH]
        )
        sealed = []
        for row in rows:
            label = row.kind.encode() + bytes(row.token)
            plain = keys.decrypt(bytes(row.sealed or b""), label, row.key_id or 0)
            sealed.append(keys.encrypt(plain, label))
        if rows:
            with connection.cursor() as cursor:
                cursor.execute(
                    """
                    UPDATE privacy_vaultvalue AS kept SET sealed = fresh.sealed, key_id = %s
                    FROM unnest(%s::bytea[], %s::bytea[]) AS fresh(token, sealed) WHERE kept.token = fresh.token
                    """,
                    [keys.current_key_id(), [bytes(row.token) for row in rows], sealed],
                )
    return len(rows)


def _remaining_texts(field: SealedField) -> int:
    return _outdated(field).count()


def _reseal_batch(field: SealedField) -> int:
    with transaction.atomic():
        rows = list(_outdated(field).select_for_update(of=("self",), skip_locked=True)[:_BATCH])
        for row in rows:
            context = field.context(row)
            setattr(row, field.field, seal(unseal(getattr(row, field.field), context), context))
            row.save(update_fields=[field.field])
    return len(rows)


def _outdated(field: SealedField) -> QuerySet[Any]:
    """The rows whose text is under another key; the key's id is its first four bytes."""
    mark = Func(F(field.field), 1, 4, function="substring", output_field=BinaryField())
    rows = apps.get_model(field.model)._default_manager.annotate(mark=mark)
    return rows.filter(**{f"{field.field}__isnull": False}).exclude(mark=current_mark())


def _rewrap_token_key() -> None:
    with transaction.atomic():
        row = TokenKey.objects.select_for_update().first()
        if row is not None and row.key_id != keys.current_key_id():
            row.wrapped = keys.wrap_token_key(keys.unwrap_token_key(bytes(row.wrapped), row.key_id))
            row.key_id = keys.current_key_id()
            row.save(update_fields=["wrapped", "key_id"])
