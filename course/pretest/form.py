"""What an item of the diagnostic test is, and the concepts that the test asks about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

#: Concept → its title in reports. Two items ask about each.
CONCEPTS = {
    "goals": "What an attacker wants",
    "privilege": "Least privilege",
    "deserialisation": "Files that run code",
    "signing": "Checksums and signatures",
    "leakage": "Leaks in an evaluation",
    "nonce": "Authenticated encryption and nonces",
    "linkage": "Linking records to people",
    "poisoning": "Poisoned training data",
    "evasion": "Evasion and adaptive attackers",
    "membership": "Measuring membership attacks",
    "trust": "Trusted and untrusted text",
    "incident": "Order and clocks of an incident",
}


@dataclass(frozen=True)
class Item:
    """One question. Forms A and B ask it with other numbers and another story, under the same id.

    A choice and an output have four options. An output is right when it is what `code`, run alone, prints.
    A code task is right when every case holds: called with copies of the arguments, `function` returns a
    value equal to the expected one, or raises it, or a kind of it, where that is an exception class.
    """

    id: str  # "nonce.reuse": concept and key, the same in both forms
    concept: str
    kind: Literal["choice", "output", "code"]
    question: str  # `code` in backticks
    code: str = ""  # shown (output), or the stub to fill (code)
    options: tuple[str, ...] = ()
    answer: int = 0  # the index of the right option
    misconceptions: tuple[str, ...] = ()  # the belief behind each wrong option, in order
    embodied: tuple[str, ...] = ()  # for each of those, an exercise with a wrong answer that holds it, or ""
    function: str = ""  # the name that a code task defines
    cases: tuple[tuple[tuple, Any], ...] = ()  # (arguments, expected value or exception class)
