"""Notices, how they went out, and what people chose."""

from kefu.platform.notify.models.notices import Dispatch, Notice
from kefu.platform.notify.models.preferences import PersonalSettings, Preference

__all__ = ["Dispatch", "Notice", "PersonalSettings", "Preference"]
