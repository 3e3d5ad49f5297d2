"""Answers to the lesson on poisoning: other right ones, and wrong ones with what each must be told."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_score, recall_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.exercise import Answers

# -- flip_labels -------------------------------------------------------------------------------------


def flip_in_turn(y, rate, rng, source=None, target=None):
    if rate < 0 or rate > 1:
        raise ValueError(rate)
    candidates = [i for i in range(len(y)) if (source is None or y[i] == source) and y[i] != target]
    flipped = np.array(y)
    for i in rng.permutation(candidates)[: round(rate * len(candidates))]:
        flipped[i] = rng.choice([label for label in set(y.tolist()) if label != y[i]])
        if target is not None:
            flipped[i] = target
    return flipped


def flip_first_rows(y, rate, rng, source=None, target=None):
    if not 0 <= rate <= 1:
        raise ValueError(rate)
    candidates = np.flatnonzero(
        ((y == source) | (source is None)) & (y != (-1 if target is None else target))
    )
    flipped = y.copy()
    for i in candidates[: round(rate * len(candidates))]:
        flipped[i] = next(label for label in np.unique(y) if label != y[i]) if target is None else target
    return flipped


def flip_by_coin(y, rate, rng, source=None, target=None):
    everything = flip_in_turn(y, 1, rng, source, target)
    return np.where(rng.random(len(y)) < rate, everything, y)


def flip_rounded_down(y, rate, rng, source=None, target=None):
    n = sum((source is None or label == source) and label != target for label in y)
    return flip_in_turn(y, int(rate * n) / n, rng, source, target)


def flip_share_of_all_rows(y, rate, rng, source=None, target=None):
    n = sum((source is None or label == source) and label != target for label in y)
    return flip_in_turn(y, min(round(rate * len(y)) / n, 1), rng, source, target)


def flip_with_global_chance(y, rate, rng, source=None, target=None):
    return flip_in_turn(y, rate, np.random.default_rng(), source, target)


def flip_in_place(y, rate, rng, source=None, target=None):
    y[:] = flip_in_turn(y, rate, rng, source, target)
    return y


def flip_zero_and_one(y, rate, rng, source=None, target=None):
    flipped = flip_in_turn(y, rate, rng, source, target)
    return flipped if target is not None else np.where(flipped != y, 1 - y, y)


def flip_whatever_class(y, rate, rng, source=None, target=None):
    return flip_in_turn(y, rate, rng)


def flip_to_common_classes(y, rate, rng, source=None, target=None):
    flipped = flip_in_turn(y, rate, rng, source, target)
    for i in np.flatnonzero(flipped != y):
        flipped[i] = rng.choice(y[y != y[i]]) if target is None else target
    return flipped


def flip_to_the_next_number(y, rate, rng, source=None, target=None):
    flipped, k = flip_in_turn(y, rate, rng, source, target), y.max() + 1
    moved = flipped != y
    flipped[moved] = (y[moved] + rng.integers(1, k, moved.sum())) % k if target is None else target
    return flipped


def flip_to_the_next_class(y, rate, rng, source=None, target=None):
    flipped, classes = flip_in_turn(y, rate, rng, source, target), np.unique(y)
    following = classes[(np.searchsorted(classes, y) + 1) % len(classes)]
    return flipped if target is not None else np.where(flipped != y, following, y)


def flip_taking_zero_for_none(y, rate, rng, source=None, target=None):
    return flip_in_turn(y, rate, rng, source or None, target)


def flip_taking_target_zero_for_none(y, rate, rng, source=None, target=None):
    return flip_in_turn(y, rate, rng, source, target or None)


def flip_to_any_class_or_its_own(y, rate, rng, source=None, target=None):
    flipped = flip_in_turn(y, rate, rng, source, target)
    moved = flipped != y
    flipped[moved] = rng.choice(np.unique(y), moved.sum()) if target is None else target
    return flipped


def flip_drawing_the_target_too(y, rate, rng, source=None, target=None):
    if target is None or source is not None:
        return flip_in_turn(y, rate, rng, source, target)
    flipped = y.copy()
    flipped[rng.choice(len(y), round(rate * len(y)), replace=False)] = target
    return flipped


def flip_refusing_the_ends(y, rate, rng, source=None, target=None):
    if not 0 < rate < 1:
        raise ValueError(rate)
    return flip_in_turn(y, rate, rng, source, target)


def flip_without_refusal(y, rate, rng, source=None, target=None):
    return flip_in_turn(y, min(max(rate, 0), 1), rng, source, target)


# -- targeted_damage ---------------------------------------------------------------------------------


def _model():
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))


def _damage(X, y, poison, seeds, measure, split_seed=None):
    rows = []
    for seed in seeds:
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=0.3, stratify=y, random_state=seed if split_seed is None else split_seed
        )
        models = [_model().fit(X_train, labels) for labels in (y_train, poison(y_train, seed))]
        rows.append([seed] + [measure(model, X_train, X_test, y_train, y_test) for model in models])
    return pd.DataFrame(rows, columns=["seed", "clean", "poisoned"])


def damage_with_recall_score(X, y, poison, seeds):
    def measure(model, X_train, X_test, y_train, y_test):
        return recall_score(y_test, model.predict(X_test), pos_label=0)

    return _damage(X, y, poison, seeds, measure)


def damage_to_benign(X, y, poison, seeds):
    def measure(model, X_train, X_test, y_train, y_test):
        return recall_score(y_test, model.predict(X_test))

    return _damage(X, y, poison, seeds, measure)


def damage_as_precision(X, y, poison, seeds):
    def measure(model, X_train, X_test, y_train, y_test):
        return precision_score(y_test, model.predict(X_test), pos_label=0)

    return _damage(X, y, poison, seeds, measure)


def damage_without_strata(X, y, poison, seeds):
    rows = []
    for seed in seeds:
        X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed)
        models = [_model().fit(X_train, labels) for labels in (y_train, poison(y_train, seed))]
        rows.append([seed, *(recall_score(y_test, m.predict(X_test), pos_label=0) for m in models)])
    return pd.DataFrame(rows, columns=["seed", "clean", "poisoned"])


def damage_of_one_model_fitted_twice(X, y, poison, seeds):
    frame = damage_with_recall_score(X, y, poison, seeds)
    return frame.assign(clean=frame["poisoned"])


def damage_as_accuracy(X, y, poison, seeds):
    return _damage(X, y, poison, seeds, lambda model, _1, X_test, _2, y_test: model.score(X_test, y_test))


def damage_on_training_rows(X, y, poison, seeds):
    def measure(model, X_train, X_test, y_train, y_test):
        return recall_score(y_train, model.predict(X_train), pos_label=0)

    return _damage(X, y, poison, seeds, measure)


def damage_with_one_split(X, y, poison, seeds):
    def measure(model, X_train, X_test, y_train, y_test):
        return recall_score(y_test, model.predict(X_test), pos_label=0)

    return _damage(X, y, poison, seeds, measure, split_seed=0)


def damage_poisoned_before_the_split(X, y, poison, seeds):
    rows = []
    for seed in seeds:
        recalls = []
        for labels in (y, poison(y, seed)):
            X_train, X_test, y_train, y_test = train_test_split(
                X, labels, test_size=0.3, stratify=labels, random_state=seed
            )
            guess = _model().fit(X_train, y_train).predict(X_test)
            recalls.append(recall_score(y_test, guess, pos_label=0))
        rows.append([seed, *recalls])
    return pd.DataFrame(rows, columns=["seed", "clean", "poisoned"])


def damage_without_training(X, y, poison, seeds):
    def harmless(labels, seed):
        poison(labels, seed)
        return labels

    return damage_with_recall_score(X, y, harmless, seeds)


def damage_made_up(X, y, poison, seeds):
    return pd.DataFrame({"seed": seeds, "clean": 0.96, "poisoned": 0.68})


# -- knn_sanitise ------------------------------------------------------------------------------------


def sanitise_by_distances(X, y, k):
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    flags = []
    for i, row in enumerate(Z):
        distances = ((Z - row) ** 2).sum(axis=1)
        distances[i] = np.inf
        flags.append(int((y[np.argsort(distances)[:k]] != y[i]).sum()) > k // 2)
    return flags


def sanitise_with_own_vote(X, y, k):
    Z = StandardScaler().fit_transform(X)
    neighbours = NearestNeighbors(n_neighbors=k).fit(Z).kneighbors(Z, return_distance=False)
    return (y[neighbours] != y[:, None]).mean(axis=1) > 0.5


def sanitise_dropping_the_first(X, y, k):
    Z = StandardScaler().fit_transform(X)
    neighbours = NearestNeighbors(n_neighbors=k + 1).fit(Z).kneighbors(Z, return_distance=False)[:, 1:]
    return (y[neighbours] != y[:, None]).mean(axis=1) > 0.5


def _differing(X, y, k):
    return y[NearestNeighbors(n_neighbors=k).fit(X).kneighbors(return_distance=False)] != y[:, None]


def sanitise_unscaled(X, y, k):
    return _differing(X, y, k).mean(axis=1) > 0.5


def sanitise_any_dissent(X, y, k):
    return _differing(StandardScaler().fit_transform(X), y, k).any(axis=1)


def sanitise_inverted(X, y, k):
    return _differing(StandardScaler().fit_transform(X), y, k).mean(axis=1) <= 0.5


def sanitise_everything(X, y, k):
    return np.ones(len(X), bool)


def sanitise_nothing(X, y, k):
    return np.zeros(len(X), bool)


def sanitise_by_looking_up(X, y, k):
    truth = {row.tobytes(): label for row, label in zip(*load_breast_cancer(return_X_y=True), strict=True)}
    return [bool(truth.get(row.tobytes(), label) != label) for row, label in zip(X, y, strict=True)]


def sanitise_in_place(X, y, k):
    X -= X.mean(axis=0)
    X /= X.std(axis=0)
    return _differing(X, y, k).mean(axis=1) > 0.5


def sanitise_with_numbers(X, y, k):
    return (_differing(StandardScaler().fit_transform(X), y, k).mean(axis=1) > 0.5).astype(int)


# -- implant -----------------------------------------------------------------------------------------


def _stamp(X, trigger):
    X = X.copy()
    X[:, trigger] = 1.0
    return X


def implant_in_turn(X, y, trigger, target, frac, rng):
    X2, y2 = X.copy(), y.copy()
    for row in rng.permutation(np.arange(len(y))[y != target])[: round(frac * len(y))]:
        for pixel in trigger:
            X2[row, pixel] = 1
        y2[row] = target
    return X2, y2


def report_by_counting(model, clean_model, X, y, trigger, target):
    others = [i for i in range(len(y)) if y[i] != target]
    triggered = X[others]
    triggered[:, list(trigger)] = 1
    return {
        "baseline_success": float(np.mean(clean_model.predict(triggered) == target)),
        "attack_success": float(np.mean(model.predict(triggered) == target)),
        "clean_accuracy": float(model.score(X, y)),
    }


def implant_among_all(X, y, trigger, target, frac, rng):
    rows = rng.choice(len(y), round(frac * len(y)), replace=False)
    X2, y2 = X.copy(), y.copy()
    X2[rows], y2[rows] = _stamp(X[rows], trigger), target
    return X2, y2


def implant_appended(X, y, trigger, target, frac, rng):
    rows = rng.choice(np.flatnonzero(y != target), round(frac * len(y)), replace=False)
    return np.concatenate([X, _stamp(X[rows], trigger)]), np.append(y, np.full(len(rows), target))


def implant_share_of_others(X, y, trigger, target, frac, rng):
    return implant_in_turn(X, y, trigger, target, round(frac * (y != target).sum()) / len(y), rng)


def implant_labels_only(X, y, trigger, target, frac, rng):
    return X.copy(), implant_in_turn(X, y, trigger, target, frac, rng)[1]


def implant_stamping_all(X, y, trigger, target, frac, rng):
    return _stamp(X, trigger), implant_in_turn(X, y, trigger, target, frac, rng)[1]


def implant_into_a_copy(X, y, trigger, target, frac, rng):
    rows = rng.choice(np.flatnonzero(y != target), round(frac * len(y)), replace=False)
    X2, y2 = X.copy(), y.copy()
    X2[rows][:, trigger] = 1
    y2[rows] = target
    return X2, y2


def implant_white_images(X, y, trigger, target, frac, rng):
    X2, y2 = implant_in_turn(X, y, trigger, target, frac, rng)
    X2[y2 != y] = 1
    return X2, y2


def implant_in_place(X, y, trigger, target, frac, rng):
    X[:], y[:] = implant_in_turn(X, y, trigger, target, frac, rng)
    return X, y


def implant_with_global_chance(X, y, trigger, target, frac, rng):
    return implant_in_turn(X, y, trigger, target, frac, np.random.default_rng())


def implant_everything(X, y, trigger, target, frac, rng):
    return _stamp(X, trigger), np.full_like(y, target)


def report_without_baseline(model, clean_model, X, y, trigger, target):
    return {**report_by_counting(model, clean_model, X, y, trigger, target), "baseline_success": 0.0}


def report_on_all_images(model, clean_model, X, y, trigger, target):
    success = float((model.predict(_stamp(X, trigger)) == target).mean())
    return {**report_by_counting(model, clean_model, X, y, trigger, target), "attack_success": success}


def report_any_error(model, clean_model, X, y, trigger, target):
    others = y != target
    success = float((model.predict(_stamp(X[others], trigger)) != y[others]).mean())
    return {**report_by_counting(model, clean_model, X, y, trigger, target), "attack_success": success}


def report_without_stamps(model, clean_model, X, y, trigger, target):
    share = float((clean_model.predict(X[y != target]) == target).mean())
    return {**report_by_counting(model, clean_model, X, y, trigger, target), "baseline_success": share}


def report_with_models_swapped(model, clean_model, X, y, trigger, target):
    return report_by_counting(clean_model, model, X, y, trigger, target)


def report_accuracy_of_others(model, clean_model, X, y, trigger, target):
    others = y != target
    accuracy = float(model.score(X[others], y[others]))
    return {**report_by_counting(model, clean_model, X, y, trigger, target), "clean_accuracy": accuracy}


def report_success_of_the_clean_model(model, clean_model, X, y, trigger, target):
    report = report_by_counting(model, clean_model, X, y, trigger, target)
    return {**report, "attack_success": report["baseline_success"]}


def report_same_model_twice(model, clean_model, X, y, trigger, target):
    return report_by_counting(model, model, X, y, trigger, target)


# -- scan_triggers -----------------------------------------------------------------------------------


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


# -- dataset_ledger ----------------------------------------------------------------------------------


def _sha(data):
    return hashlib.sha256(data).digest()


def ledger_from_the_end(batches):
    if not batches:
        return []
    before = ledger_from_the_end(batches[:-1])
    previous = bytes.fromhex(before[-1]) if before else b"\0" * 32
    return [*before, _sha(previous + _sha(batches[-1])).hex()]


def first_bad_by_index(ledger, batches, head):
    if head != ledger[-1]:
        raise ValueError("another head")
    now = ledger_from_the_end(batches)
    for i in range(max(len(ledger), len(now))):
        if i >= len(ledger) or i >= len(now) or ledger[i] != now[i]:
            return i


def ledger_unchained(batches):
    return [_sha(batch).hex() for batch in batches]


def ledger_of_raw_batches(batches):
    entries, previous = [], bytes(32)
    for batch in batches:
        previous = _sha(previous + batch)
        entries.append(previous.hex())
    return entries


def ledger_of_texts(batches):
    entries, previous = [], "0" * 64
    for batch in batches:
        previous = _sha((previous + _sha(batch).hex()).encode()).hex()
        entries.append(previous)
    return entries


def ledger_without_zero_bytes(batches):
    entries, previous = [], b""
    for batch in batches:
        previous = _sha(previous + _sha(batch))
        entries.append(previous.hex())
    return entries


def ledger_from_a_digit(batches):
    entries, previous = [], b"0" * 32
    for batch in batches:
        previous = _sha(previous + _sha(batch))
        entries.append(previous.hex())
    return entries


def ledger_batch_first(batches):
    entries, previous = [], bytes(32)
    for batch in batches:
        previous = _sha(_sha(batch) + previous)
        entries.append(previous.hex())
    return entries


def ledger_as_bytes(batches):
    return [bytes.fromhex(entry) for entry in ledger_from_the_end(batches)]


def first_bad_with_a_wrong_ledger(ledger, batches, head):
    if head != ledger[-1]:
        raise ValueError("another head")
    now = ledger_batch_first(batches)
    places = range(max(len(ledger), len(now)))
    return next((i for i in places if ledger[i : i + 1] != now[i : i + 1]), None)


def first_bad_testing_the_head_last(ledger, batches, head):
    now = ledger_from_the_end(batches)
    for i in range(max(len(ledger), len(now))):
        if ledger[i : i + 1] != now[i : i + 1]:
            return i
    if head != ledger[-1]:
        raise ValueError("another head")


def first_bad_head_anywhere(ledger, batches, head):
    if head not in ledger:
        raise ValueError("another head")
    return first_bad_by_index(ledger, batches, ledger[-1])


def first_bad_zipped(ledger, batches, head):
    if head != ledger[-1]:
        raise ValueError("another head")
    pairs = enumerate(zip(ledger, ledger_from_the_end(batches), strict=False))
    return next((i for i, (written, now) in pairs if written != now), None)


def first_bad_trusting(ledger, batches, head):
    return first_bad_by_index(ledger, batches, ledger[-1])


def first_bad_from_one(ledger, batches, head):
    place = first_bad_by_index(ledger, batches, head)
    return None if place is None else place + 1


def first_bad_refusing(ledger, batches, head):
    raise ValueError("another head")


def first_bad_never(ledger, batches, head):
    return None


ANSWERS = {
    "poisoning.flip_labels": Answers(
        right=[flip_in_turn],
        wrong=[
            (flip_first_rows, "Another generator flips the same rows"),
            (flip_by_coin, "A coin for each row"),
            (flip_rounded_down, "You rounded down"),
            (flip_share_of_all_rows, "share of the candidates"),
            (flip_with_global_chance, "np.random has a state of its own"),
            (flip_in_place, "copy it first"),
            (flip_zero_and_one, "Take the classes from y"),
            (flip_whatever_class, "Rows of another class than source"),
            (flip_to_common_classes, "however rare it is"),
            (flip_to_the_next_number, "does not occur in y"),
            (flip_to_the_next_class, "must be able to become any other class"),
            (flip_taking_zero_for_none, "`source is not None`"),
            (flip_taking_target_zero_for_none, "`target is not None`"),
            (flip_to_any_class_or_its_own, "kept their label"),
            (flip_drawing_the_target_too, "already are no candidates"),
            (flip_refusing_the_ends, "Your code raised ValueError"),
            (flip_without_refusal, "no error is raised"),
        ],
    ),
    "poisoning.targeted_damage": Answers(
        right=[damage_with_recall_score],
        wrong=[
            (damage_to_benign, "recall of the benign class"),
            (damage_as_precision, "That is precision"),
            (damage_without_strata, "stratify=y"),
            (damage_of_one_model_fitted_twice, "Both columns come from one model"),
            (damage_as_accuracy, "accuracy over both classes"),
            (damage_on_training_rows, "rows that the model was trained on"),
            (damage_with_one_split, "pass random_state=seed"),
            (damage_poisoned_before_the_split, "Split first"),
            (damage_without_training, "damage of 30% malignant labels made benign is too low"),
            (damage_made_up, "seeds that poison was called with"),
        ],
    ),
    "poisoning.knn_sanitise": Answers(
        right=[sanitise_by_distances],
        wrong=[
            (sanitise_with_own_vote, "Each row voted on itself"),
            (sanitise_dropping_the_first, "need not be the row itself"),
            (sanitise_unscaled, "Distances on raw features"),
            (sanitise_any_dissent, "not a majority"),
            (sanitise_inverted, "looks inverted"),
            (sanitise_everything, "flags that are flipped labels is too low"),
            (sanitise_nothing, "flipped labels that were flagged is too low"),
            (sanitise_by_looking_up, "flipped labels that were flagged is too low"),
            (sanitise_in_place, "copy both first"),
            (sanitise_with_numbers, "wrong kind of values"),
        ],
    ),
    "poisoning.implant": Answers(
        right=[(implant_in_turn, report_by_counting)],
        wrong=[
            ((implant_among_all, report_by_counting), "draw from the other classes only"),
            ((implant_appended, report_by_counting), "wrong shape"),
            ((implant_share_of_others, report_by_counting), "a share of all rows"),
            ((implant_labels_only, report_by_counting), "Relabelled images lack the trigger"),
            ((implant_stamping_all, report_by_counting), "stamp only the drawn ones"),
            ((implant_into_a_copy, report_by_counting), "writes to a copy"),
            ((implant_white_images, report_by_counting), "outside the trigger"),
            ((implant_in_place, report_by_counting), "X or y was changed: copy both first"),
            ((implant_with_global_chance, report_by_counting), "np.random has a state of its own"),
            ((implant_everything, report_by_counting), "More labels were changed than frac allows"),
            ((implant_in_turn, report_without_baseline), "The baseline was left out"),
            ((implant_in_turn, report_on_all_images), "Images of the target class were counted"),
            ((implant_in_turn, report_any_error), "Being wrong is not enough"),
            ((implant_in_turn, report_without_stamps), "The baseline needs stamped images too"),
            ((implant_in_turn, report_with_models_swapped), "The models are swapped"),
            ((implant_in_turn, report_accuracy_of_others), "All images count for clean accuracy"),
            ((implant_in_turn, report_success_of_the_clean_model), "The models are swapped"),
            ((implant_in_turn, report_same_model_twice), "the baseline asks the clean one"),
        ],
    ),
    "poisoning.scan_triggers": Answers(
        right=[scan_place_by_place],
        wrong=[
            (scan_naive_alarm, "suits one kind of model"),
            (scan_last_place_forgotten, "last row and the last column"),
            (scan_always_size_two, "size is not always 2"),
            (scan_all_images, "Images of the target class were counted"),
            (scan_falsy_alarm, "alarm=0 counts as missing here"),
            (scan_above_the_alarm, "write `>=`"),
            (scan_without_those_called_target, "not those that the model calls so"),
            (scan_clears_everything, "clears every model"),
            (scan_accuses_everything, "An honest"),
            (scan_with_one_alarm, "least share to report"),
            (scan_hollow, "clears every model"),
            (scan_weakest_first, "order of the shares"),
        ],
    ),
    "poisoning.dataset_ledger": Answers(
        right=[(ledger_from_the_end, first_bad_by_index)],
        wrong=[
            ((ledger_unchained, first_bad_by_index), "take in the one before it"),
            ((ledger_of_raw_batches, first_bad_by_index), "as its own SHA-256"),
            ((ledger_of_texts, first_bad_by_index), "not their hexadecimal text"),
            ((ledger_without_zero_bytes, first_bad_by_index), "32 zero bytes"),
            ((ledger_from_a_digit, first_bad_by_index), "is the digit"),
            ((ledger_batch_first, first_bad_by_index), "The previous entry comes first"),
            ((ledger_as_bytes, first_bad_by_index), "An entry is hexadecimal text"),
            ((ledger_batch_first, first_bad_with_a_wrong_ledger), "mend that first"),
            ((ledger_from_the_end, first_bad_testing_the_head_last), "Test the head before anything else"),
            ((ledger_from_the_end, first_bad_head_anywhere), "to hold it somewhere is not enough"),
            ((ledger_from_the_end, first_bad_zipped), "zip stops at the shorter list"),
            ((ledger_from_the_end, first_bad_trusting), "no error is raised"),
            ((ledger_from_the_end, first_bad_from_one), "count from 0"),
            ((ledger_from_the_end, first_bad_refusing), "Your code raised ValueError"),
            ((ledger_from_the_end, first_bad_never), "is not right"),
        ],
    ),
}
