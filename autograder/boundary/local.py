"""Both ends of the boundary in one process: a check in a learner's kernel behaves as it does in grading."""

from __future__ import annotations

from typing import Any

from autograder.boundary.agent import Agent
from autograder.boundary.proxy import Link


def link_to(names: dict[str, Any]) -> Link:
    """A link to `names`, with the copying of a real boundary and no process behind it."""
    link: Link
    agent = Agent(names, ask=lambda request: link.answer_back(request))
    link = Link(agent.answer)
    return link


def proxy_for(value: Any) -> Any:
    """`value` as a check sees it: plain data as a copy, anything else as a proxy."""
    return link_to({"value": value}).name("value")
