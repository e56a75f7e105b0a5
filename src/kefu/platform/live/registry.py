"""Who may read which topics: one rule per topic prefix, registered by the room that answers for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kefu.kernel.actor import Actor
from kefu.kernel.registry import Registry

Authorise = Callable[[Actor, str], bool]


@dataclass(frozen=True, slots=True)
class TopicRule:
    """Topics that begin with ``prefix`` may be read by those for whom ``authorise(actor, topic)`` holds."""

    prefix: str
    authorise: Authorise


RULES: Registry[TopicRule] = Registry("topic rules", lambda r: r.prefix)


def topic_rule(prefix: str, *, authorise: Authorise) -> TopicRule:
    """Register who may read the topics that begin with ``prefix``."""
    return RULES.register(TopicRule(prefix, authorise))


def may_read(actor: Actor, topic: str) -> bool:
    """Whether the actor may read the topic; without a rule nobody may. The longest prefix decides."""
    rules = [rule for rule in RULES if topic.startswith(rule.prefix)]
    return bool(rules) and max(rules, key=lambda r: len(r.prefix)).authorise(actor, topic)
