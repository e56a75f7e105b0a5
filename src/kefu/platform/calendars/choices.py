"""The kinds of special day."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class DayKind(ToneChoices):
    """Why a day differs from its weekday."""

    HOLIDAY = "holiday", _("节假日")
    MAKE_UP = "make_up", _("调休上班")
    SPECIAL = "special", _("特别安排")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """A holiday stands out, a make-up day wants attention."""
        return {cls.HOLIDAY: Tone.BAD, cls.MAKE_UP: Tone.WARN, cls.SPECIAL: Tone.INFO}
