"""The vault's tables."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Kind


class VaultValue(models.Model):
    """One personal value, encrypted; rooms keep its 16-byte ``token`` only.

    An erased value has neither ciphertext nor mask: nothing can bring it back.
    """

    token = models.BinaryField(primary_key=True, max_length=16)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    mask = models.CharField(max_length=255)
    key_id = models.IntegerField(null=True)
    sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("个人信息")
        verbose_name_plural = _("个人信息")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True, sealed__isnull=False, key_id__isnull=False)
                | models.Q(erased_at__isnull=False, sealed__isnull=True, key_id__isnull=True, mask=""),
                name="privacy_vault_erased_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.mask}"


class TokenKey(models.Model):
    """The key of the tokens, encrypted under the data key; at most one row, never another key."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    key_id = models.IntegerField()
    wrapped = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="privacy_tokenkey_single")]

    def __str__(self) -> str:
        return f"{self.key_id:08x}"
