"""The clinic's attack surface: what an attacker can do, what each step needs, and what it gives.

Ids and names are those of MITRE ATLAS 5.6.0. What a technique needs and gives is our reading for this clinic,
as it stands before anybody has written a requirement. `needs` is a list of ways, one of which is enough.
"""

from __future__ import annotations

#: what an attacker may start with, and what it means
ACCESS = {
    "none": "reaches the network, like everybody",
    "query": "may ask the scoring service",
    "weights": "has a copy of the model",
    "data": "may add rows to the training data",
    "store": "may write to the model store",
}


def _technique(
    number: str, name: str, stage: str, needs: list[list[str]], gives: tuple[str, ...] = ()
) -> dict:
    return {"id": f"AML.{number}", "name": name, "stage": stage, "needs": needs, "gives": list(gives)}


ASK, COPY = [["query"]], [["query"], ["weights"]]

#: later steps stand before the earlier ones now and then, as in any catalogue
CATALOGUE = [
    _technique("T0006", "Active Scanning", "service", [[]], ("query",)),
    _technique("T0015", "Evade AI Model", "service", [["query", "crafted"]]),
    _technique("T0018.000", "Poison AI Model", "store", [["store"]], ("backdoor",)),
    _technique("T0018.002", "Embed Malware", "store", [["store"]], ("weights", "data")),
    _technique("T0020", "Poison Training Data", "training", [["data"]], ("backdoor",)),
    _technique("T0024.000", "Infer Training Data Membership", "service", COPY),
    _technique("T0024.001", "Invert AI Model", "service", COPY),
    _technique("T0024.002", "Extract AI Model", "service", ASK, ("weights",)),
    _technique("T0029", "Denial of AI Service", "service", ASK),
    _technique("T0031", "Erode AI Model Integrity", "training", [["data"]]),
    _technique("T0035", "AI Artifact Collection", "store", [["store"]], ("weights",)),
    _technique("T0043.000", "White-Box Optimization", "service", [["weights"]], ("crafted",)),
    _technique("T0043.001", "Black-Box Optimization", "service", ASK, ("crafted",)),
    _technique("T0043.004", "Insert Backdoor Trigger", "service", [["query", "backdoor"]]),
    _technique("T0049", "Exploit Public-Facing Application", "service", ASK, ("store", "data")),
]

#: a promise that the clinic could make → the techniques that it stops, as long as it is kept
PROMISES = {
    "nothing": (),
    "R1 verify every file before it is loaded": ("AML.T0018.000", "AML.T0018.002"),
    "R2 ship no release that fails the gate": ("AML.T0020",),
    "R3 write down every answer": (),
    "R4 roll a bad release back": ("AML.T0031",),
    "R5 patch what is being exploited": ("AML.T0049",),
    "R6 ask every caller who it is": ("AML.T0006",),
}
