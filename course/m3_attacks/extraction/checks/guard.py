"""The check of `extraction.guard`."""

from autograder.exercise import exercise


# TODO: the parts, hints and debrief of your exercise, and the check itself
@exercise(
    minutes=5,
    parts={
        "share": (3, "returns the share of the values that are above the limit"),
        "none": (1, "raises ValueError when there are no values"),
        "inputs": (1, "leaves its input as it was"),
    },
    hints=(
        "Which of the values count?",
        "Count those above the limit, and divide by how many values there are.",
        "no values: ValueError; else (number of values > limit) / (number of values)",
    ),
    debrief=(
        "An attacker stays right at the limit.",
        "A defender says whether the limit itself counts.",
    ),
)
def guard(t, guard):
    for rng in t.cases(5):
        limit = int(rng.integers(3, 8))
        values = [limit, *rng.integers(0, 11, 40).tolist()]  # the limit itself is always among them
        t.given(n=len(values), limit=limit)
        got, after = t.observe(guard, values, limit)
        above = sum(value > limit for value in values)
        at_least = sum(value >= limit for value in values)
        with t.part("share"):
            t.close(
                t.number(got, "the share"),
                above / len(values),
                "the share",
                slips={
                    "You counted; a share is divided by how many values there are.": above,
                    "A value that equals the limit is not above it.": at_least / len(values),
                },
            )
        with t.part("inputs"):
            t.expect(after[0] == values, "Your function changed the list that it was given.")
    with t.part("none"), t.raises(ValueError, "an empty list"):
        guard([], 5)
