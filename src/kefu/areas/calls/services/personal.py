"""What calls keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.areas.calls.services import forgetting
from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import (
    RETENTIONS,
    SUBJECT_PARTS,
    Retention,
    SubjectPart,
    not_personal,
    personal_field,
)


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "calls.QueueVisit",
        "caller_token caller_name_token",
        kind=PersonalKind.TOKEN,
        purpose=_("识别重复来电、回拨客户"),
        keep_param="custody.caller_days",
        erasure=Erasure.VAULT,
    )
    personal_field(
        "calls.Contact",
        "caller_token",
        kind=PersonalKind.TOKEN,
        purpose=_("识别重复来电"),
        keep_param="custody.caller_days",
        erasure=Erasure.VAULT,
    )
    personal_field(
        "calls.CallEvent",
        "data",
        kind=PersonalKind.TOKEN,
        purpose=_("重算通话"),
        keep_param="custody.caller_days",
        erasure=Erasure.VAULT,
    )
    personal_field(
        "calls.QueueVisit",
        "transfer_target reason disposition_note",
        kind=PersonalKind.TEXT,
        purpose=_("了解来电结果"),
        keep_param="custody.caller_days",
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "calls.RawEvent",
        "text",
        kind=PersonalKind.TEXT,
        purpose=_("原始话务日志，用于重算"),
        keep_param="custody.caller_days",
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "calls.RawFault",
        "text",
        kind=PersonalKind.TEXT,
        purpose=_("改正不合格的话务记录"),
        keep_param="custody.upload_days",
        erasure=Erasure.DELETE,
    )
    personal_field(
        "calls.Recording",
        "file",
        kind=PersonalKind.VOICE,
        purpose=_("质检和处理争议"),
        keep_param="custody.recording_days",
        erasure=Erasure.DELETE,
    )
    personal_field(
        "calls.Recording",
        "reference",
        kind=PersonalKind.TEXT,
        purpose=_("找到来源系统中的录音"),
        keep_param="custody.recording_days",
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "calls.RecordingMarker",
        "text created_by_label",
        kind=PersonalKind.TEXT,
        purpose=_("标注录音"),
        keep_param="custody.recording_days",
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "calls.LiveOverlay",
        "data",
        kind=PersonalKind.TOKEN,
        purpose=_("显示正在进行的来电"),
        keep=_("来电结束为止"),
        erasure=Erasure.SCRUB,
    )
    not_personal("calls.Contact", "call_key", "an id of the source")
    not_personal("calls.QueueVisit", "call_key", "an id of the source")
    not_personal("calls.AgentAlias", "name", "a login of the telephone system")
    not_personal("calls.AgentCarry", "agent_key state last_key", "states of a login")
    not_personal("calls.AgentInterval", "agent_key reason", "states of a login")
    not_personal("calls.CallEvent", "line_hash call_key queue_key agent_key", "ids of the source")
    not_personal("calls.Checkpoint", "stream state", "places in files")
    not_personal("calls.Disposition", "name", "a code")
    not_personal("calls.LiveOverlay", "key", "an id of the source")
    not_personal("calls.Queue", "name", "a queue")
    not_personal("calls.QueueAlias", "name", "a queue")
    not_personal("calls.RawBatch", "origin", "the name of a stream")
    not_personal("calls.RawEvent", "line_hash", "a hash")
    not_personal("calls.RawFault", "line_hash origin reason", "a hash, a stream, a reason of ours")
    not_personal("calls.Recording", "peaks", "a wave form")
    not_personal("calls.Source", "name options secret last_error", "settings of a source")
    not_personal("calls.SourceOutage", "reason", "about a source")
    not_personal("calls.WebhookReceipt", "signature", "a hash")
    SUBJECT_PARTS.register(SubjectPart("calls.caller", _("话务"), erase=forgetting.erase, read=forgetting.read))
    for code, label in (
        ("calls.recordings", _("录音")),
        ("calls.lines", _("原始话务记录中的号码")),
        ("calls.faults", _("搁置的话务记录")),
    ):
        SUBJECT_PARTS.register(SubjectPart(code, label))
    RETENTIONS.register(
        Retention(
            "calls.callers", _("来电号码"), "custody.caller_days", forgetting.callers_due, forgetting.erase_callers
        )
    )
    RETENTIONS.register(
        Retention(
            "calls.recordings",
            _("录音"),
            "custody.recording_days",
            forgetting.recordings_due,
            forgetting.erase_recordings,
        )
    )
    RETENTIONS.register(
        Retention(
            "calls.faults", _("搁置的话务记录"), "custody.upload_days", forgetting.faults_due, forgetting.erase_faults
        )
    )
