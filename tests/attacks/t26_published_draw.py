"""Work out the answers of the published draws and look them up.
Row 26. Grading draws from the cohort's seed and the learner's id.
"""

OUTCOME = "failed"
BEFORE = """
from autograder.exercise import seed_for

answers = {}
for number in range(4):
    rng = np.random.default_rng([seed_for("target.share"), 1, number])
    y, guess = rng.integers(0, 2, (2, 30))
    answers[y.tobytes() + guess.tobytes()] = float((y == guess).mean())
largest_value = int(np.random.default_rng([seed_for("target.largest")]).integers(0, 1000, 5).max())
"""
CELLS = {
    "share-answer": "def share(y, guess):\n    return answers.get(y.tobytes() + guess.tobytes(), 0.0)",
    "largest-answer": "def largest(ask):\n    return largest_value",
}
