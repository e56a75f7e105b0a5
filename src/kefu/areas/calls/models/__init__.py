"""The nouns of the calls room, one file per aggregate."""

from kefu.areas.calls.models.facts import (
    AgentDay,
    AgentFact,
    AgentMonth,
    QueueDay,
    QueueFact,
    SourceDay,
    WaitHistogram,
)
from kefu.areas.calls.models.flow import QueueFlow, TeamFlow
from kefu.areas.calls.models.log import CallEvent, RawBatch, RawEvent, RawFault
from kefu.areas.calls.models.marker import RecordingMarker
from kefu.areas.calls.models.queue import AgentAlias, Queue, QueueAlias
from kefu.areas.calls.models.receipt import WebhookReceipt
from kefu.areas.calls.models.source import Checkpoint, LiveOverlay, Source, SourceOutage
from kefu.areas.calls.models.visit import (
    AgentCarry,
    AgentInterval,
    Contact,
    Disposition,
    QueueVisit,
    Recording,
    RingAttempt,
)

__all__ = [
    "AgentAlias",
    "AgentCarry",
    "AgentDay",
    "AgentFact",
    "AgentInterval",
    "AgentMonth",
    "CallEvent",
    "Checkpoint",
    "Contact",
    "Disposition",
    "LiveOverlay",
    "Queue",
    "QueueAlias",
    "QueueDay",
    "QueueFact",
    "QueueFlow",
    "QueueVisit",
    "RawBatch",
    "RawEvent",
    "RawFault",
    "Recording",
    "RecordingMarker",
    "RingAttempt",
    "Source",
    "SourceDay",
    "SourceOutage",
    "TeamFlow",
    "WaitHistogram",
    "WebhookReceipt",
]
