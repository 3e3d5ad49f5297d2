"""The lesson on poisoning says numbers: each is what its cells measure, on this machine too."""

import copy
from pathlib import Path

import pytest
from lessons import COURSE, judge, reference, solved

from autograder.exercise import seed_for
from course.m3_attacks.poisoning import poison_dial

LESSON = COURSE.lesson("poisoning")
TOLERANCE = 0.03  # other versions of the libraries move a recall by a case or two


def measured():
    """What the text says → what a cell measured."""
    names = solved("poisoning")
    flips, filtered, reports = (names[name] for name in ("random_flips", "filter_table", "reports"))
    recall = {name: frame[["clean", "poisoned"]].mean() for name, frame in names["damage"].items()}
    clean = names["damage"]["any label"]["clean"]
    logistic, nearest = flips["logistic regression"], flips["1-nearest neighbour"]
    success, accuracy = reports["attack_success"], reports["clean_accuracy"]
    highest = names["highest"]
    shares = {
        model: {entry[:3]: entry[3] for entry in names["scan_triggers"](trained, *names["held"], alarm=0)}
        for model, trained in (("suspect", names["suspect"]), ("honest", names["honest"]["network"]))
    }
    second = list(shares["suspect"])[1]
    edge = ("logistic regression", "edge", "3%")
    return {
        "logistic regression goes from 0.97 to 0.92": [logistic["0%"], logistic["20%"]],
        "1-nearest neighbour from 0.95 to 0.77": [nearest["0%"], nearest["20%"]],
        "from 0.94 to 0.66": list(recall["malignant only"]),
        "the clean model alone has 0.92 on one split and 0.98 on another": [clean.min(), clean.max()],
        "finds 0.95 of the random flips but 0.75 of the aimed ones": list(filtered.loc["flips marked"]),
        "comes back to 0.81, not to 0.94": [
            filtered.loc["malignant recall after", "malignant only"],
            recall["any label"]["clean"],
        ],
        "obeys the trigger in 0.94 of the cases": [success[edge]],
        "Eight poisoned images give 0.48 already": [success["logistic regression", "edge", "1%"]],
        "as good as the honest one (0.95)": [accuracy[edge]],
        "24 images give only 0.19": [success["logistic regression", "middle", "3%"]],
        "0.30 at 3%": [success["forest", "edge", "3%"]],
        "suits the logistic regression (0.19) and the forest (0.12)": [
            *highest["logistic regression"],
            *highest["forest"],
        ],
        "honest (0.31 to 0.41)": [min(highest["network"]), max(highest["network"])],
        "Its second entry (0.67) isn't": [shares["suspect"][second]],
        "without the poison is already weakest there (0.35)": [max(shares["honest"].values())],
    }


def text() -> str:
    """The lesson's text on one line, without the marks of comments."""
    return " ".join(line.removeprefix("#").strip() for line in LESSON.text.read_text("utf-8").splitlines())


@pytest.mark.parametrize("sentence", measured())
def test_a_number_in_the_text_is_what_its_cell_measures(sentence):
    assert sentence in text()
    said = [
        float(word.strip("(),."))
        for word in sentence.split()
        if "0." in word and word.strip("(),.")[0].isdigit()
    ]
    assert said == pytest.approx(measured()[sentence], abs=TOLERANCE)


def test_the_second_entry_of_the_scan_is_where_the_honest_network_is_weakest():
    names = solved("poisoning")
    scan, held = names["scan_triggers"], names["held"]
    second, weakest = (
        scan(model, *held, alarm=0) for model in (names["suspect"], names["honest"]["network"])
    )
    assert second[1][:3] == weakest[0][:3]


def test_a_backdoor_at_the_edge_works_better_and_costs_less_than_one_in_the_middle():
    reports = solved("poisoning")["reports"].loc["logistic regression"]
    edge, middle = reports.loc["edge", "3%"], reports.loc["middle", "3%"]
    assert edge["attack_success"] > middle["attack_success"] + 0.5
    assert edge["clean_accuracy"] > middle["clean_accuracy"] + 0.005


def test_both_poisons_flip_the_same_number_of_labels():
    names = solved("poisoning")
    X, y = names["X_cancer"], names["y_cancer"]
    labels = names["train_test_split"](X, y, test_size=0.3, stratify=y, random_state=0)[2]
    for poison in ("any_label", "malignant_only"):
        assert (names[poison](labels, 0) != labels).sum() == 44


def test_at_least_half_of_the_points_are_for_defences():
    defences = {"knn_sanitise", "scan_triggers", "dataset_ledger"}
    points = sum(exercise.points for exercise in LESSON.exercises if exercise.name in defences)
    points += LESSON.exercise("poisoning.implant").parts["report"][0]
    assert points >= sum(exercise.points for exercise in LESSON.exercises) / 2


def test_the_checklist_of_the_lesson_stands_in_a_file_of_its_own():
    page = (LESSON.folder / "monday.md").read_text("utf-8")
    assert page.count("- [ ]") >= 10
    assert "monday.md" in text()


class Worn:
    """A right answer for its first calls, and then an error."""

    def __init__(self, answer, calls):
        self.answer, self.calls = answer, calls

    def __call__(self, *args, **kwargs):
        self.calls -= 1
        if self.calls < 0:
            raise RuntimeError("worn out")
        return self.answer(*args, **kwargs)


@pytest.mark.parametrize("calls", [2, 3, 4, 5])
@pytest.mark.parametrize("name", ["implant", "scan_triggers"])
def test_an_answer_that_gives_up_half_way_earns_nothing_that_was_not_judged_to_its_end(name, calls):
    exercise = LESSON.exercise(f"poisoning.{name}")
    worn, *others = reference(exercise)
    verdict = judge(exercise, [Worn(worn, calls), *others], seed_for("worn"))
    earned = {finding.part for finding in verdict.findings if finding.points}
    assert earned <= {"implant": {"report"}, "scan_triggers": {"form"}}[name], verdict.as_text()


# The poison dial.

DIAL = poison_dial._data()
QUICK = ("logistic regression", "1-nearest neighbour")


def drifted(committed, fresh, tolerance):
    """Where `fresh` means, over the same seeds, differ from the committed ones."""
    return [
        (model, aim, share, count)
        for model, aims in fresh["runs"].items()
        for aim, shares in aims.items()
        for share, values in shares.items()
        for count, mean in zip(fresh["counts"], values["mean"], strict=True)
        if abs(mean - committed["runs"][model][aim][share]["mean"][place(count)]) > tolerance
    ]


def outside_the_band(committed, fresh, tolerance):
    """Where single seeds of `fresh` leave the committed band."""
    return [
        (model, aim, share, count)
        for model, aims in fresh["runs"].items()
        for aim, shares in aims.items()
        for share, values in shares.items()
        for i, count in enumerate(fresh["counts"])
        if values["low"][i] < committed["runs"][model][aim][share]["low"][place(count)] - tolerance
        or values["high"][i] > committed["runs"][model][aim][share]["high"][place(count)] + tolerance
    ]


def place(count):
    return poison_dial.COUNTS.index(count)


def mean(model, aim, share, count):
    return DIAL["runs"][model][aim][share]["mean"][place(count)]


def test_the_committed_data_is_what_measure_gives_now():
    fresh = poison_dial.measure(counts=[0, 20, 44], models=QUICK)
    assert drifted(DIAL, fresh, 0.01) == []
    changed = copy.deepcopy(DIAL)
    changed["runs"]["1-nearest neighbour"]["targeted"]["newly missed"]["mean"][place(44)] += 0.02
    assert drifted(changed, fresh, 0.01) == [("1-nearest neighbour", "targeted", "newly missed", 44)]


def test_the_forest_of_two_seeds_lies_in_the_committed_band():
    forest = poison_dial.measure(seeds=[3, 4], counts=[44], models=["random forest"])
    assert outside_the_band(DIAL, forest, 0.02) == []
    shifted = copy.deepcopy(DIAL)
    shifted["runs"]["random forest"]["targeted"]["malignant recall"]["low"][place(44)] += 0.2
    assert outside_the_band(shifted, forest, 0.02) == [("random forest", "targeted", "malignant recall", 44)]


def test_a_measurement_of_the_same_seeds_is_the_same():
    two = [poison_dial.measure([5], [30], ["1-nearest neighbour"]) for _ in range(2)]
    assert two[0] == two[1]


def test_the_data_covers_every_position_of_the_dial():
    assert DIAL["counts"] == list(poison_dial.COUNTS)
    assert DIAL["seeds"] == list(poison_dial.SEEDS) and len(DIAL["seeds"]) >= 10
    assert set(DIAL["made_with"]) == {"numpy", "scikit-learn"}
    assert Path(poison_dial.__file__).with_suffix(".json").stat().st_size < 60_000
    for model in poison_dial.MODELS:
        for aim in poison_dial.AIMS:
            for share in poison_dial.MEASURES:
                values = DIAL["runs"][model][aim][share]
                rows = list(zip(values["low"], values["mean"], values["high"], strict=True))
                assert len(rows) == len(poison_dial.COUNTS)
                assert all(0 <= low <= middle <= high <= 1 for low, middle, high in rows)


def test_the_three_shares_agree_with_each_other():
    for model in poison_dial.MODELS:
        for aim in poison_dial.AIMS:
            assert mean(model, aim, "newly missed", 0) == 0
            for count in poison_dial.COUNTS:
                lost = mean(model, aim, "malignant recall", 0) - mean(model, aim, "malignant recall", count)
                assert mean(model, aim, "newly missed", count) >= lost - 0.0021


def test_the_data_tells_the_lesson():
    lost = {
        model: mean(model, "random", "accuracy", 0) - mean(model, "random", "accuracy", 60) for model in QUICK
    }
    assert 0.02 < lost["logistic regression"] < 0.045 and 0.1 < lost["1-nearest neighbour"] < 0.2
    assert round(100 - 100 * mean("logistic regression", "random", "malignant recall", 60)) == 13
    same = [mean("1-nearest neighbour", aim, "accuracy", 44) for aim in poison_dial.AIMS]
    assert abs(same[0] - same[1]) < 0.02  # the number that cannot tell the two apart
    for model in QUICK:
        recalls = [mean(model, aim, "malignant recall", 44) for aim in poison_dial.AIMS]
        assert recalls[0] - recalls[1] > 0.1


def test_the_sentence_says_the_values_of_the_data():
    said = poison_dial._draw(count=20, model="logistic regression", targeted=True)[1]
    run = DIAL["runs"]["logistic regression"]["targeted"]
    assert said.startswith("20 targeted flips among 398 training labels, logistic regression: accuracy ")
    for share in poison_dial.MEASURES:
        assert f"{share} {run[share]['mean'][place(20)]:.2f}" in said


@pytest.mark.parametrize("count", [poison_dial.COUNTS[0], poison_dial.COUNTS[-1]])
def test_both_ends_of_the_dial_are_drawn(count):
    drawn, said = poison_dial._draw(count=count, model="random forest", targeted=False)
    assert drawn.count("<circle") == 3 and said.startswith(f"{count} random flips")


def test_targeted_flips_only_turn_malignant_labels_benign():
    y = poison_dial._split(0)[2]
    assert set(y[poison_dial._pool("targeted", y)]) == {1}
    assert len(poison_dial._pool("targeted", y)) == DIAL["labels"]["targeted"] == y.sum()
    assert len(poison_dial._pool("random", y)) == DIAL["labels"]["random"] == len(y)
