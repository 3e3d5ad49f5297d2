"""Predictions of the lesson `design`: asked before the reader sees the answer, no points."""

from autograder.exercise import Prediction

findings = Prediction(
    id="design.findings",
    question="pytm looks at three elements and two flows, with nothing said about any of them. How many "
    "threats does it list?",
    options=("about 5", "about 20", "about 60", "about 200"),
    answer=2,
    because="58, and 44 of them on the one server. pytm has no way to be told that a server speaks no SQL, "
    "so SQL injection is on the list, and so are LDAP and the Windows registry.",
)


signed = Prediction(
    id="design.signed",
    question="The service loads signed releases only. The training job signs them itself, and an attacker "
    "takes over the training job. What happens to the service?",
    options=(
        "It's safe: the attacker's release has a wrong signature",
        "It falls: the attacker signs with the job's key",
        "It keeps the old release and raises an alarm",
    ),
    answer=1,
    because="A signature says which key signed, not whether the one who used it was honest. The key must lie "
    "where a fallen job can't use it.",
)


updated = Prediction(
    id="design.updated",
    question="Next month somebody adds a page with the day's results, and HTML with it. How many of the "
    "findings that you dropped come back, once the sheet says so?",
    options=("none", "1 or 2", "about 8", "all that were not applicable"),
    answer=2,
    because="8: all that need HTML. If nobody updates the sheet, you miss these eight.",
)
