"""The states of a delivery."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class DeliveryState(ToneChoices):
    """waiting → delivered | dead; dead → waiting (retried) | discarded."""

    WAITING = "waiting", _("待投递")
    DELIVERED = "delivered", _("已投递")
    DEAD = "dead", _("投递失败")
    DISCARDED = "discarded", _("已放弃")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        return {cls.WAITING: Tone.INFO, cls.DELIVERED: Tone.OK, cls.DEAD: Tone.BAD}
