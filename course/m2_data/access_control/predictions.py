"""Predictions of the lesson `access_control`: asked before the reader sees the answer, no points."""

from __future__ import annotations

from autograder.exercise import Prediction

left_out = Prediction(
    id="access_control.left_out",
    question='A rule says: deny when purpose == "research". It\'s checked with request.get("purpose"). '
    "Everybody else with enough clearance is allowed. A researcher sends the request without a purpose. "
    "What happens?",
    options=(
        "An error: the purpose is missing",
        "It's refused: without a purpose nothing is allowed",
        "It's allowed",
    ),
    answer=2,
    because='get("purpose") gives None, None isn\'t "research", so the deny rule doesn\'t apply and '
    "the allow "
    "rule does. Leaving something out has opened the door.",
)

unused = Prediction(
    id="access_control.unused",
    question="40 people got their rights by copying a colleague's. What share of all 408 grants "
    "is neither break-glass nor was used in 26 weeks?",
    options=("about 5 %", "about 15 %", "about 35 %", "about 70 %"),
    answer=2,
    because="150 of 408 grants, 37 %. The number is this clinic's; yours is a query away.",
)
