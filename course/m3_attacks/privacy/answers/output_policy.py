"""Answers to `privacy.output_policy`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Answers, Wrong


def _label(probas):
    return np.eye(probas.shape[1])[probas.argmax(axis=1)]


def row_by_row(probas, role, grants):
    if role not in grants or grants[role] not in ("full", "coarse"):
        raise PermissionError(f"nothing for {role!r}")
    if grants[role] == "full":
        return probas
    answer = np.zeros(probas.shape)
    for row, values in enumerate(probas.tolist()):
        answer[row, values.index(max(values))] = 1
    return answer


def a_hint_of_the_label(probas, role, grants):
    match grants.get(role):
        case "full":
            return np.array(probas)
        case "coarse":
            return 0.3 + 0.4 * _label(probas)
    raise PermissionError(role)


def _policy(coarse):
    def policy(probas, role, grants):
        level = grants.get(role)
        if level == "full":
            return probas.copy()
        if level == "coarse":
            return coarse(probas)
        raise PermissionError(role)

    return policy


one_decimal = _policy(lambda probas: 0.9 * probas.round(1) + 0.06 * _label(probas))
quarters = _policy(lambda probas: 0.7 * np.round(probas * 4) / 4 + 0.2 * _label(probas))
noise = _policy(
    lambda probas: np.clip(
        0.3 * _label(probas) + probas * 0.5 + np.random.default_rng().uniform(0, 0.2, probas.shape), 0, 1
    )
)
in_the_other_column = _policy(lambda probas: 0.9 * _label(probas) + (1 - _label(probas)) * probas * 0.5)
only_for_two_classes = _policy(lambda probas: _label(probas) * 1.0 if probas.shape[1] == 2 else probas.copy())
only_for_many = _policy(lambda probas: _label(probas) * 1.0 if len(probas) > 100 else probas.copy())
nothing_hidden = _policy(lambda probas: probas.copy())
constant = _policy(lambda probas: np.full(probas.shape, 0.5))
last_of_equals = _policy(
    lambda probas: np.eye(probas.shape[1])[probas.shape[1] - 1 - probas[:, ::-1].argmax(axis=1)]
)
the_label_alone = _policy(lambda probas: probas.argmax(axis=1))
column_one = _policy(lambda probas: np.eye(probas.shape[1])[(probas[:, 1] >= 0.5).astype(int)])
best_of_the_batch = _policy(
    lambda probas: _label(probas) * np.where(probas.max() == probas.max(axis=1), 1, 0.9)[:, None]
)


def coarse_for_everybody(probas, role, grants):
    if grants.get(role) not in ("full", "coarse"):
        raise PermissionError(role)
    return _label(probas)


def coarse_for_strangers(probas, role, grants):
    return probas.copy() if grants.get(role) == "full" else _label(probas)


def full_by_default(probas, role, grants):
    return _label(probas) if grants.get(role) == "coarse" else probas.copy()


def unknown_levels_are_coarse(probas, role, grants):
    if role not in grants:
        raise PermissionError(role)
    return probas.copy() if grants[role] == "full" else _label(probas)


def forgiving(probas, role, grants):
    names = {name.strip().lower(): level for name, level in grants.items()}
    level = names.get((role or "?").strip().lower())
    if level is None:
        raise PermissionError(role)
    return probas.copy() if level == "full" else _label(probas)


def a_key_error(probas, role, grants):
    return {"full": probas.copy(), "coarse": _label(probas)}[grants[role]]


def no_empty_names(probas, role, grants):
    if not role or role == "guest" or grants.get(role) not in ("full", "coarse"):
        raise PermissionError(role)
    return probas.copy() if grants[role] == "full" else _label(probas)


def by_the_names_it_knows(probas, role, grants):
    if role == "physician":
        return probas.copy()
    if role in ("app", "public"):
        return _label(probas)
    raise PermissionError(role)


def in_place(probas, role, grants):
    level = grants.get(role)
    if level == "full":
        return probas.copy()
    if level == "coarse":
        probas[:] = _label(probas)
        return probas
    raise PermissionError(role)


ANSWERS = Answers(
    right=[row_by_row, a_hint_of_the_label],
    wrong=[
        Wrong(one_decimal, "coarse", "You rounded"),
        Wrong(quarters, "coarse", "You rounded"),
        Wrong(noise, "coarse", "drawn anew"),
        Wrong(in_the_other_column, "coarse", "AUC is lower"),
        Wrong(only_for_two_classes, "coarse", "is the full one"),
        Wrong(only_for_many, "coarse", "is the full one"),
        Wrong(nothing_hidden, "coarse", "These are the full probabilities"),
        Wrong(constant, "coarse", "names another label"),
        Wrong(last_of_equals, "coarse", "the first counts"),
        Wrong(the_label_alone, "coarse", "the answer"),
        Wrong(column_one, "coarse", "names another label"),
        Wrong(best_of_the_batch, "stable", "asked again, alone or among others"),
        Wrong(coarse_for_everybody, "full", "what a role with full gets"),
        Wrong(coarse_for_strangers, "refused", "refuse unless somebody has decided"),
        Wrong(full_by_default, "refused", "refuse unless somebody has decided"),
        Wrong(unknown_levels_are_coarse, "refused", "refuse unless somebody has decided"),
        Wrong(forgiving, "refused", "refuse unless somebody has decided"),
        Wrong(a_key_error, "refused", "KeyError"),
        Wrong(no_empty_names, "refused", "was refused that has the level"),
        Wrong(by_the_names_it_knows, "full", "was refused that has the level"),
        Wrong(in_place, "unchanged", "probas or grants was changed"),
    ],
)

EQUIVALENT = {
    "probas.copy() → probas": "not stated: a full answer may be the array itself",
}
