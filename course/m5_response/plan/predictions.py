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
    question="A clock of 96 hours starts in Berlin on Friday, 23 October 2026, at 16:05. What does the wall "
    "clock there show when it runs out?",
    options=("Tuesday, 15:05", "Tuesday, 16:05", "Tuesday, 17:05"),
    answer=0,
    because="In the night to Sunday the clocks in Berlin go back, and that day has 25 hours. So 96 hours are "
    "over an hour before the clock shows 16:05 for the fourth time.",
)


link = Prediction(
    id="plan.link",
    question="The EU's AI Act asks for a report of a serious incident. Five days after you became aware you "
    "find that the model is its likely cause. What does that do to the deadline?",
    options=(
        "Nothing: the period counts from becoming aware",
        "A new period starts on that day",
        "The report is due at once",
    ),
    answer=2,
    because="The row ai_act.serious below has two clocks, and the earlier end counts. The one from becoming "
    "aware is only the outer limit; the other starts with the likely link and runs for no time.",
)
