"""Enumerations that carry a label for people and a tone for the screen."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices


class Tone(StrEnum):
    """The colour family of a state; always shown together with an icon shape and a word."""

    NEUTRAL = "neutral"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class ToneChoices(TextChoices):
    """Text choices whose members name a tone in ``tones()``; unnamed members are neutral."""

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Value → tone, overridden by each enumeration."""
        return {}

    @property
    def tone(self) -> Tone:
        """The tone of this member."""
        return type(self).tones().get(self.value, Tone.NEUTRAL)
