"""Facts for a notice, drawn: all known and nothing guessed, then spoilt in the three ways that are judged."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

import numpy as np

from ..material import CHANGES, drawn_moment

SPECULATION = (
    "allegedly", "apparently", "believe", "could", "maybe", "might", "perhaps",
    "possibly", "presumably", "probably", "seems", "suspect",
)  # fmt: skip


LISTS = ("what", "data", "consequences", "measures")


SENTENCES = {
    "what": ["The triage model answered with text of another case.", "The release of 3 May was live.",
             "A training batch had been changed.", "The query log shows 412 answers."],
    "data": ["Letters and record numbers.", "No payment data.", "Names and dates of visits."],
    "consequences": ["Recipients have read letters of others.", "One appointment was moved.",
                     "No treatment was changed."],
    "measures": ["The release was withdrawn.", "The keys were replaced.", "The batch was set aside."],
}  # fmt: skip


#: words of SPECULATION → a sentence in which a space follows them, one in which a sign does, and one in which
#: signs stand on both sides
GUESSES = {
    ("allegedly", "apparently", "maybe", "perhaps", "possibly", "presumably", "probably"): (
        "A former employee {} copied it.",
        "Nobody else was harmed, {}.",
        "A former employee ({}) copied it.",
    ),
    ("believe", "suspect"): (
        "We {} that the supplier knew.",
        "It was a competitor, we {}.",
        "We “{}” the supplier.",
    ),
    ("could", "might"): ("It {} be a competitor.", "More {}, in time, follow.", 'The reply: "{}" be.'),
    ("seems",): (
        "It {} to be a competitor.",
        "Nobody else was harmed, it {}.",
        "It was–it {}–a competitor.",
    ),
}


#: sentences in which a word of SPECULATION is only the beginning, the end or the middle of a word
FACTUAL = (
    "The Mighton Clinic was told.", "The scanner Suspecta ran at noon.", "Makebelieve Ltd hosts the logs.",
    "The courier Allmight was called.", "The shop Unsuspecting was closed.",
)  # fmt: skip


PEOPLE = ("Mara Olsen", "Ivar Brandt", "Noor Salem", "Tess Okoro", "Paul Wirth", "Lena Novak", "Ana Ruiz")


def draft(rng: np.random.Generator) -> dict[str, Any]:
    """Facts in which everything is known, nothing is guessed, and no victim is named."""
    zone = list(CHANGES)[int(rng.integers(len(CHANGES)))]
    aware = drawn_moment(rng, date(2026, 1, 10) + timedelta(days=int(rng.integers(300))), zone)
    due = aware.astimezone(UTC) + timedelta(hours=int(rng.integers(20, 90)))
    names = [str(name) for name in rng.permutation(PEOPLE)[:3]]
    texts = {field: [str(s) for s in rng.permutation(SENTENCES[field])[:2]] for field in LISTS}
    return {
        "reference": f"INC-2026-{int(rng.integers(100, 999))}",
        "zone": zone,
        "aware": aware,
        "sent": due - timedelta(hours=int(rng.integers(1, 9))),
        "due": due,
        "delay_reason": "The lines were down.",  # read when the notice is late, and only then
        **texts,
        "affected": int(rng.integers(2, 5000)),
        "contact": "privacy@clinic.example",
        "records": [
            {
                "name": name,
                "email": f"{name.lower().replace(' ', '+')}@mail.example",
                "number": f"P-{int(rng.integers(10_000, 99_999))}",
            }
            for name in names
        ],
    }


#: in each notice of the part `unknown`: what is None, and which lists are empty
UNKNOWN = (
    (("affected", "aware"), ("what",)),
    ((), ("data", "consequences")),
    (("contact",), ("measures",)),
    (("reference", "what", "contact"), ("consequences",)),
    (("data", "consequences"), ("what",)),
    (("measures",), ()),
    (("aware",), ("what", "measures")),
)


def _spoil_unknown(rng: np.random.Generator, facts: dict, number: int) -> dict:
    nothing, empty = UNKNOWN[number]
    facts["affected"] = int(number % 2 == 0)
    facts |= dict.fromkeys(nothing) | {field: [] for field in empty}
    if number % 3 != 0:
        facts["records"] = []
    return facts


def _spoil_speculation(rng: np.random.Generator, facts: dict, number: int) -> dict:
    for field in ("what", "measures"):
        quiet, loud = (str(word) for word in rng.permutation(SPECULATION)[:2])
        told = loud.upper() if rng.random() < 0.5 else loud.title()
        guesses = [_guess(quiet, 1 + number // 2 % 2).format(quiet), _guess(loud, 0).format(told)]
        guesses = guesses[: (2, 1, 2, 2, 1, 2)[number]]
        sentences = [*facts[field], *guesses, *(str(one) for one in rng.permutation(FACTUAL)[:3])]
        facts[field] = [sentences[i] for i in rng.permutation(len(sentences))]
    if number % 2 == 0:
        facts["consequences"] = ["Fraud is POSSIBLY the aim.", "Patients could not log in."]
    facts["contact"] = "might@clinic.example"  # no sentence: it stands as it is
    return facts


def _guess(word: str, place: int) -> str:
    """A sentence for a word of SPECULATION, of those that GUESSES has for it."""
    return next(sentences[place] for words, sentences in GUESSES.items() if word in words)


def _spoil_victims(rng: np.random.Generator, facts: dict, number: int) -> dict:
    """Values that are part of others, or of what stands around them; one or no record, an empty value.

    Each record has keys of its own.
    """
    first, second, third = facts["records"]
    second["name"] = f"{first['name']}sen"
    third["name"] += " (jr.)"  # ends with no letter; to a regular expression a group
    first["login"] = first["name"].lower()  # as long as the name, and after it in the alphabet
    second["phone"] = f"030 1{second['number'][2:]}"
    first["alias"] = ("Check", "Known", "What")[number % 3]  # what the program itself writes
    if number % 2:
        first["ward"] = f"Ward {second['number'][2:]}"
        facts["consequences"] = []
    facts["measures"].append(
        f"{second['phone']} was called from {first.get('ward', 'home').lower()}, perhaps."
    )
    if number % 2:
        third["email"] = ("Held", "")[
            number // 2 % 2
        ]  # a name, and a part of [withheld]; or nothing is known
    facts["what"].append(f"It quoted a letter of {second['name']} and one of {first['name'].upper()}.")
    facts["what"].append(f"Held was told; {first['name']} and HELD were called.")
    facts["measures"].append(f"Mail to {first['email'].upper()} and {second['email']} was stopped.")
    facts["measures"].append(f"Case {third['number'].lower()} ({third['name']}) was closed to all.")
    facts["reference"] += f"/ID{second['number']}x"
    facts["contact"] = f"{first['email']}, for {third['name']}"
    facts["records"] = facts["records"][: (3, 3, 1, 3, 0, 3)[number]]
    return facts


SPOILS = {"unknown": _spoil_unknown, "speculation": _spoil_speculation, "victims": _spoil_victims}
