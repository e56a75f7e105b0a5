"""people → calls: calls of the past follow the owners of telephone logins.

| when | what happens |
| --- | --- |
| ``AgentLinked`` | the days on which that login worked are counted again |
| ``AgentsLinked`` | the days on which those logins worked for no team are counted again |
"""

from __future__ import annotations

from kefu.areas.calls import services as calls
from kefu.areas.people.events import AgentLinked, AgentsLinked
from kefu.kernel.actor import Actor
from kefu.platform.outbox.models import StoredEvent
from kefu.platform.outbox.registry import subscribe

ACTOR = Actor.system("loop.people_to_calls")


@subscribe(AgentLinked, "loop.people_to_calls.agent_linked")
def agent_linked(event: StoredEvent) -> None:
    """One login has another owner."""
    calls.follow_owners(actor=ACTOR, agent_ids=[event.payload["agent_id"]], changed=True)


@subscribe(AgentsLinked, "loop.people_to_calls.agents_linked")
def agents_linked(event: StoredEvent) -> None:
    """Many logins have got their owners."""
    calls.follow_owners(actor=ACTOR, agent_ids=event.payload["agent_ids"])
