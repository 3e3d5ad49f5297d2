"""The questions that `plan` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

unknown = Prediction(
    id="plan.unknown",
    question="Your severity form asks whether personal data left. Nobody knows yet. How should the plan "
    "count that?",
    options=(
        "As no: raise the severity once it is confirmed",
        "Leave it out: rate what is known",
        "As yes: lower the severity once it is ruled out",
    ),
    answer=2,
    because="Raising late costs hours that the victims and the clocks do not give back. Lowering late costs "
    "some people an evening.",
)


weekend = Prediction(
    id="plan.weekend",
    question="A clock of 96 hours starts in Berlin on Friday, 23 October 2026, at 23:40. What does the wall "
    "clock there show when it runs out?",
    options=("Tuesday, 22:40", "Tuesday, 23:40", "Wednesday, 00:40"),
    answer=0,
    because="In the night to Sunday the clocks in Berlin go back, and that day has 25 hours. So 96 hours are "
    "over an hour before the clock shows 23:40 for the fourth time.",
)


classified = Prediction(
    id="plan.classified",
    question="The payment team is bound by DORA, the EU's law for finance. You became aware at 23:40. At "
    "01:10 the team decides that the incident is a major one. What does that do to the deadline of its first "
    "report?",
    options=(
        "Nothing: the period counts from becoming aware",
        "It moves back: the period starts again at 01:10",
        "It comes closer: a second, shorter clock starts at 01:10",
    ),
    answer=2,
    because="The row dora.initial below has two clocks, and the earlier end counts. The one from becoming "
    "aware is the outer limit; the one from your own decision is much shorter.",
)
