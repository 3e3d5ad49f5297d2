"""Answers to `poisoning.scan_triggers`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong


def _stamp(X, trigger):
    X = X.copy()
    X[:, trigger] = 1.0
    return X


def _patch(row, column, size):
    return [8 * (row + i) + column + j for i in range(size) for j in range(size)]


def scan_place_by_place(model, X, y, size=2, alarm=None, places=None, share=None):
    alarm = 0.8 if alarm is None else alarm
    places = 9 - size if places is None else places
    found = []
    for row in range(places):
        for column in range(places):
            guess = model.predict(_stamp(X, _patch(row, column, size)))
            for target in range(10):
                moved = guess[y != target] == target if share is None else share(guess, y, target)
                if moved.mean() >= alarm:
                    found.append((row, column, target, float(moved.mean())))
    found.sort(key=lambda entry: -entry[3])
    return found


def scan_naive_alarm(model, X, y, size=2, alarm=None):
    return scan_place_by_place(model, X, y, size, 0.3 if alarm is None else alarm)


def scan_alarm_of_a_few(model, X, y, size=2, alarm=None):
    return scan_place_by_place(model, X, y, size, 0.6 if alarm is None else alarm)


def scan_last_place_forgotten(model, X, y, size=2, alarm=None):
    return scan_place_by_place(model, X, y, size, alarm, places=8 - size)


def scan_always_size_two(model, X, y, size=2, alarm=None):
    return scan_place_by_place(model, X, y, 2, alarm)


def scan_all_images(model, X, y, size=2, alarm=None):
    return scan_place_by_place(model, X, y, size, alarm, share=lambda guess, y, target: guess == target)


def scan_falsy_alarm(model, X, y, size=2, alarm=None):
    return scan_place_by_place(model, X, y, size, alarm or 0.8)


def scan_above_the_alarm(model, X, y, size=2, alarm=None):
    alarm = 0.8 if alarm is None else alarm
    return [entry for entry in scan_place_by_place(model, X, y, size, alarm) if entry[3] > alarm]


def scan_without_those_called_target(model, X, y, size=2, alarm=None):
    before = model.predict(X)
    return scan_place_by_place(
        model, X, y, size, alarm, share=lambda guess, y, target: guess[before != target] == target
    )


def scan_for_each_label(model, X, y, size=2, alarm=None):
    found = scan_place_by_place(model, X, y, size, alarm)
    return [entry for entry in found for _ in range(2)]


def scan_clears_everything(model, X, y, size=2, alarm=None):
    return scan_place_by_place(model, X, y, size, 1.1 if alarm is None else alarm)


def scan_accuses_everything(model, X, y, size=2, alarm=None):
    return scan_place_by_place(model, X, y, size, 0)


def scan_with_one_alarm(model, X, y, size=2, alarm=None):
    return scan_place_by_place(model, X, y, size, None if alarm is None else 0)


def scan_hollow(model, X, y, size=2, alarm=None):
    if alarm is None:
        return [(0, 0, 0, 0.9)] if size == 3 else []
    places = range(9 - size)
    return [(row, column, target, 0.0) for row in places for column in places for target in range(10)]


def scan_weakest_first(model, X, y, size=2, alarm=None):
    return scan_place_by_place(model, X, y, size, alarm)[::-1]


ANSWERS = Answers(
    right=[scan_place_by_place],
    wrong=[
        Wrong(scan_naive_alarm, "spares", "suits one model"),
        Wrong(scan_alarm_of_a_few, "spares", "suits one model"),
        Wrong(scan_last_place_forgotten, "form", "last row and the last column"),
        Wrong(scan_always_size_two, "form", "size is not always 2"),
        Wrong(scan_all_images, "shares", "Images of the target class were counted"),
        Wrong(scan_falsy_alarm, "form", "alarm=0 counts as missing here"),
        Wrong(scan_above_the_alarm, "form", "write `>=`"),
        Wrong(scan_without_those_called_target, "shares", "not those that the model calls so"),
        Wrong(scan_for_each_label, "form", "reported twice"),
        Wrong(scan_clears_everything, "spares", "clears every model"),
        Wrong(
            scan_accuses_everything,
            "spares",
            "An honest",
            also=("alarm is the least share to report, whatever its value.",),
        ),
        Wrong(scan_with_one_alarm, "form", "least share to report"),
        Wrong(
            scan_hollow,
            "spares",
            "clears every model",
            also=(
                "Leave out the images labelled target in y, not those that the model calls so.",
                "Not every change counts: only those to the target.",
            ),
        ),
        Wrong(scan_weakest_first, "form", "order of the shares"),
    ],
)

EQUIVALENT = {
    "alarm = 0.75 → alarm = 0.825": "the learner chooses it",
    "zip(places, guesses, strict=True) → zip(places, guesses)": "there is one guess for each place",
    "strict=True → strict=False": "there is one guess for each place",
    "int(target) → target": "not stated: a numpy number is a number",
    "int(target) → round(target)": "a class is a whole number",
    "float(share) → share": "not stated: a numpy number is a number",
}
