"""Patch numpy, pandas, scikit-learn, the builtins and the grader's own modules in memory.
Row 6. The judge has an interpreter of its own.
"""

OUTCOME = "failed"
BEFORE = """
import builtins, sklearn.metrics, autograder.exercise, autograder.grading.judge, autograder.verdict
np.array_equal = np.allclose = np.isclose = np.all = lambda *args, **kwargs: True
pd.DataFrame.equals = pd.testing.assert_frame_equal = lambda *args, **kwargs: True
sklearn.metrics.accuracy_score = lambda *args, **kwargs: 1.0
builtins.abs = builtins.round = lambda *args: 0
builtins.all = builtins.isinstance = lambda *args: True
autograder.exercise.run_check = autograder.grading.judge.Judge.judge = lambda *args, **kwargs: None
autograder.verdict.Verdict.points = 1000
"""
CELLS = {
    "squares-answer": "def squares(n):\n    return 'anything'",
    "share-answer": "def share(y, guess):\n    return 0.123",
}
