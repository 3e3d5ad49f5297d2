"""The lesson on detection: its numbers are what its cells and its workbench measure; its stream is honest."""

import copy
import math
import re
from pathlib import Path

import numpy as np
import pytest
from lessons import COURSE, judge, solved

from autograder.catalog import load_module
from autograder.exercise import seed_for
from autograder.verdict import Outcome
from course.m4_monitoring.detection import alert_workbench
from course.m4_monitoring.detection.traffic import COLUMNS, SHOPS, SPREADS, Drift, Probing, World

LESSON = COURSE.lesson("detection")
SCORECARD = load_module(LESSON.check_file("scorecard"))
BENCH = alert_workbench._data()


def text():
    """The lesson's text on one line, without the marks of comments."""
    return " ".join(line.removeprefix("#").strip() for line in LESSON.text.read_text("utf-8").splitlines())


def bench(history, window, share, threshold=0.1):
    return BENCH["runs"][history][str(window)][share][BENCH["thresholds"].index(threshold)]


def measured():
    """What the text says → the numbers in it, as a cell or the workbench measured them."""
    names = solved("detection")
    small, season, cards = names["small"], names["season"], names["cards"]
    named, limit, hidden = names["spread_out"], names["limit"], names["hidden"]
    one_a_week = np.mean(np.array(names["quiet_scores"]) > names["thresholds"][1 / 7])
    return {
        "give a PSI of 0.34 although nothing changed": [small[40]],
        "1,000 values give 0.01": [1000, small[1000]],
        'the night "drifts" with a PSI of 0.57': [season.loc["night, 0 to 8", "against all hours"]],
        "a threshold of 0.1 raises 4.8 alerts a day": [0.1, bench("all hours", 1, "alerts a day")],
        "its recall is 0.10": [bench("all hours", 1, "recall")],
        "At 0.2 it raises 14.4 a day": [0.2, bench("all hours", 1, "alerts a day", 0.2)],
        "every drift without any noise, after 11 hours": [bench("all hours", 24, "time to detect")],
        "At 0.2 they make no noise and take 7.5 hours": [0.2, bench("same hours", 12, "time to detect", 0.2)],
        "At 0.1 they take 5, and the noise is 0.3 a week: that's about 16 alerts a year": [
            0.1,
            bench("same hours", 12, "time to detect"),
            noise := bench("same hours", 12, "noise a week"),
            365 / 7 * noise,
        ],
        "stand among 16 of noise": [365 / 7 * noise],
        "0.1 gains 2.5 hours, worth 25,000, with": [
            0.1,
            gain := bench("same hours", 12, "time to detect", 0.2)
            - bench("same hours", 12, "time to detect"),
            10_000 * gain,
        ],
        "1 of its 300 alerts is right": [300 * cards.loc["shouts", "precision"], 300],
        "it takes eight honest queries per probe, and the mean names nobody": [
            min(each for each, s in names["diluted"].items() if s <= limit)
        ],
        "half a percent": [one_a_week],
        "sends 270 queries in a day, and the busiest of our 30 shops sends 82": [
            hidden[8]["queries"],
            SHOPS,
            names["world"].events_a_day.max(),
        ],
        "names the first: 12 in 100 of its queries are far": [hidden[8]["far in 100"], 100],
        "With 15 honest queries per probe, 8 in 100 are far": [15, hidden[15]["far in 100"], 100],
        "Two accounts have 12 far ones in 100 each": [named.loc[2, "far in 100"], 100],
        "Four accounts have 7.7 in 100": [named.loc[4, "far in 100"], 100],
    }


WORDS = {"eight": "8", "half a percent": "0.005"}


@pytest.mark.parametrize("sentence", measured())
def test_a_number_in_the_text_is_what_was_measured(sentence):
    assert sentence in text()
    digits = sentence
    for words, number in WORDS.items():
        digits = digits.replace(words, number)
    said = [
        float(word.strip("(),.").replace(",", ""))
        for word in digits.split()
        if word.strip("(),.")[:1].isdigit()
    ]
    assert said == pytest.approx(measured()[sentence], rel=0.08, abs=0.01)


def test_a_copy_of_nine_in_ten_takes_about_200_queries():
    names = solved("detection")

    def agreement(queries):
        made_up = names["probes"](np.random.default_rng(0), queries)
        copy = names["RandomForestClassifier"](50, random_state=0)
        copy.fit(made_up, names["service"].predict(made_up))
        return (copy.predict(names["today"]) == names["service"].predict(names["today"])).mean()

    assert agreement(30) < agreement(100) < 0.9 < agreement(200)
    assert 0.65 < 1 - names["service"].predict(names["today"]).mean() < 0.75
    assert "About 200 queries are enough" in text() and "already agrees on seven of ten" in text()


def test_the_worked_examples_are_what_the_solutions_give():
    names = solved("detection")
    assert names["psi"](np.array([1.0, 2, 3, 4]), np.array([2.0, 3, 3, 9]), 2) == pytest.approx(
        0.275, abs=5e-4
    )
    careful = names["cards"].loc["careful"].tolist()
    assert careful == [0.4, 1.0, 0.5, 7.5]
    assert names["alert_threshold"](np.array([9.0, 7, 7, 4, 1]), 2, 1) == 7
    far, total, sums = [False, True, False, True, False], 0.0, []
    for is_far in far:
        total = names["add_up"](total, is_far)
        sums.append(round(total, 2))
    history, queries = np.array([[0.0, 0], [1, 1], [2, 2]]), np.array([[1.0, 1], [0, 2]])
    assert names["KDTree"](history).query(queries)[0] == pytest.approx([0, 1.41], abs=5e-3)
    assert names["suspicion"](history, np.array([5, 8]), queries) == pytest.approx({5: 0, 8: 1.73}, abs=5e-3)
    assert "client 8 gets 1.73" in text()
    assert sums == [0, 1.90, 1.70, 3.60, 3.41]
    assert "| 3 | no | −0.19 | 1.70 |" in text() and "| 5 | no | −0.19 | 3.41 |" in text()


def test_the_workbench_has_the_setting_that_its_task_asks_for():
    solved_by = [
        (history, window, threshold)
        for history in alert_workbench.HISTORIES
        for window in alert_workbench.WINDOWS
        for threshold in BENCH["thresholds"]
        if bench(history, window, "noise a week", threshold) < 1
        and (bench(history, window, "time to detect", threshold) or math.inf) <= 6
    ]
    assert {key[:2] for key in solved_by} == {("same hours", 12)}
    assert "less than one alert of noise a week that finds the drift within 6 hours" in text()


def test_nearly_all_alerts_of_the_hasty_alarm_are_noise_and_none_of_the_patient_ones():
    assert bench("all hours", 1, "precision") < 0.01
    assert bench("all hours", 24, "precision") == bench("all hours", 24, "recall") == 1
    assert bench("same hours", 12, "precision", 0.2) == bench("same hours", 12, "recall", 0.2) == 1


def test_your_score_beats_the_forest_and_the_oddest_query():
    aucs = solved("detection")["aucs"]
    assert aucs["your suspicion"] > 0.98
    assert aucs.drop("your suspicion").max() < aucs["your suspicion"] - 0.02


def test_the_detector_finds_both_incidents_and_the_sum_loses_a_campaign_that_is_spread_thin():
    names = solved("detection")
    assert sorted(alert[1:] for alert in names["log"]) == [("client", 3), ("drift", 4)]
    named = names["spread_out"]["named"]
    assert named[1] == 1 and named[2] == 2 and named[8] == 0
    assert names["spread_out"].loc[2, "hours to first"] < 24
    assert math.isinf(names["spread_out"].loc[8, "hours to first"])


def test_the_sum_names_the_customer_whom_the_mean_lets_pass_and_stays_under_its_limit_in_a_quiet_week():
    names = solved("detection")
    mean, hours = (next(k for k in names["hidden"][8] if k.startswith(what)) for what in ("mean", "named"))
    assert all(names["hidden"][each][mean] < names["limit"] for each in (8, 15))
    assert names["hidden"][8][hours] < 24 and math.isinf(names["hidden"][15][hours])
    assert max(names["highest"].values()) < 8


def test_the_sum_of_a_group_finds_the_campaign_that_none_of_its_accounts_shows():
    groups = solved("detection")["groups"]
    assert (groups["highest S"] > 10).tolist() == [True, False, False]
    assert groups["highest S"].iloc[1:].max() < 5
    up, down = math.log(0.06 / 0.03), math.log(0.94 / 0.97)
    assert -down / (up - down) == pytest.approx(0.043, abs=0.0005) and "rises from 4.3 in 100 on" in text()


def test_four_of_the_six_shops_that_probe_in_the_comparison_are_smaller_than_the_typical_shop():
    names = solved("detection")
    volume = names["world"].events_a_day
    assert (volume[:6] < np.median(volume)).sum() == 4
    assert names["aucs"]["number of queries"] < 0.5


def test_s_rises_from_9_2_far_queries_in_100_on_and_not_below():
    add_up = solved("detection")["add_up"]
    up, down = add_up(50, True) - 50, add_up(50, False) - 50
    assert up == pytest.approx(1.90, abs=0.01) and down == pytest.approx(-0.19, abs=0.01)
    assert (
        -down / (up - down) == pytest.approx(0.092, abs=0.0005) and "more than 9.2 in 100 queries" in text()
    )
    hidden = solved("detection")["hidden"]
    assert hidden[8]["far in 100"] > 9.2 > hidden[15]["far in 100"]


def test_an_error_in_an_hour_without_traffic_names_the_hour():
    exercise = LESSON.exercise("detection.Detector")
    answer = load_module(LESSON.answers_file("Detector")).WholeHourDetector
    findings = judge(exercise, [answer], seed_for("tests", "0")).findings
    assert {"IndexError" in finding.message for finding in findings} == {True}
    assert all("hour without traffic" in f.case and "m = 0" in f.case for f in findings)


def test_a_log_of_four_incidents_tells_the_median_from_the_middle_entries():
    for number in range(20):
        rng = np.random.default_rng(number)
        alerts, incidents, days = SCORECARD._log(rng, count=4)
        delays = SCORECARD._delays(alerts, incidents, SCORECARD._belongs)
        assert len(incidents) == 4 and sum(map(math.isfinite, delays)) == 3
        median = SCORECARD._our_card(alerts, incidents, days)["hours_to_detect"]
        assert sorted(delays)[1] < median < sorted(delays)[2]


@pytest.mark.parametrize(
    "value", [10**5000, True, "1", [1], np.array([1.0])], ids=["huge", "truth", "text", "list", "array"]
)
def test_a_scorecard_with_strange_values_is_wrong_and_never_a_grader_fault(value):
    card = dict.fromkeys(("precision", "recall", "alerts_a_day", "hours_to_detect"), value)
    verdict = judge(LESSON.exercise("detection.scorecard"), [lambda *log: card], seed_for("tests", "0"))
    assert {finding.outcome for finding in verdict.findings} == {Outcome.FAILED}


def test_the_second_sitting_and_nothing_else_is_a_stretch():
    stretch = [exercise for exercise in LESSON.exercises if exercise.level == "stretch"]
    assert [exercise.name for exercise in stretch] == ["dilute", "Detector"]
    minutes, points = (sum(getattr(e, what) for e in stretch) for what in ("minutes", "points"))
    core = sum(exercise.points for exercise in LESSON.exercises) - points
    assert f"{LESSON.minutes} minutes, {core:g} points in four exercises" in text()
    said = int(re.search(r"a second sitting of about (\d+) minutes, `dilute`", text())[1])
    assert minutes + 11 <= said <= minutes + 14  # 1,700 words and five tables to read
    assert f"`dilute` and `Detector`, {points:g} points more" in text()


def test_at_least_half_of_the_points_are_for_defences():
    attack = LESSON.exercise("detection.dilute").points
    assert attack < sum(exercise.points for exercise in LESSON.exercises) / 2


def test_the_checklist_of_the_lesson_stands_in_a_file_of_its_own():
    page = (LESSON.folder / "monday.md").read_text("utf-8")
    assert page.count("- [ ]") >= 10
    assert "monday.md" in text()


def test_the_code_on_the_monday_sheet_runs_as_it_is_and_is_the_lessons_psi():
    page = (LESSON.folder / "monday.md").read_text("utf-8")
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1]
    assert sum(bool(line.strip()) for line in code.splitlines()) <= 20
    names = {}
    exec(code, names)  # our own page
    rng = np.random.default_rng(1)
    old, new = rng.normal(size=300), rng.normal(0.5, 1, size=70)
    assert names["psi"](old, new) == pytest.approx(solved("detection")["psi"](old, new))


# The stream.


def a_stream(days=10, **planted):
    rng = np.random.default_rng(3)
    return World(rng).stream(rng, days, **planted)


def test_equal_generators_give_equal_streams():
    one, two = a_stream(), a_stream()
    assert np.array_equal(one.X, two.X) and np.array_equal(one.clients, two.clients)


def test_a_drift_moves_its_column_from_its_hour_on_and_nothing_else():
    plain, drifted = a_stream(), a_stream(drift=Drift(column=2, start=100, size=0.8, ramp=10))
    moved = (drifted.X - plain.X) / SPREADS
    assert not moved[:, [c for c in range(len(COLUMNS)) if c != 2]].any()
    assert not moved[plain.hours < 100].any()
    assert moved[plain.hours == 100, 2] == pytest.approx(0.08)
    assert moved[plain.hours >= 109, 2] == pytest.approx(0.8)


def test_probing_turns_about_its_share_of_the_clients_queries_from_its_hour_on():
    plain, probed = a_stream(), a_stream(probing=Probing((5, 6), 100, 0.3))
    turned = (plain.X != probed.X).all(axis=1)
    theirs = np.isin(plain.clients, (5, 6)) & (plain.hours >= 100)
    assert not turned[~theirs].any()
    assert turned[theirs].mean() == pytest.approx(0.3, abs=0.05)


def test_probing_so_many_a_day_turns_that_many_of_each_clients_queries_on_every_day():
    plain, probed = a_stream(), a_stream(probing=Probing((5, 6), 48, a_day=4))
    turned = (plain.X != probed.X).all(axis=1)
    assert not turned[~np.isin(plain.clients, (5, 6)) | (plain.hours < 48)].any()
    for client in (5, 6):
        per_day = np.bincount(plain.hours[turned & (plain.clients == client)] // 24, minlength=10)
        sent = np.bincount(plain.hours[plain.clients == client] // 24, minlength=10)
        assert per_day.tolist() == [0, 0, *np.minimum(sent[2:], 4)]


def test_ticks_give_every_event_once_in_time_order_and_hours_without_events_too():
    stream = a_stream(days=2, first_hour=48)
    up = (stream.hours < 60) | (stream.hours > 62)
    stream = type(stream)(stream.hours[up], stream.clients[up], stream.X[up])
    ticks = list(stream.ticks())
    assert [hour for hour, *_ in ticks] == list(range(48, 96))
    assert [len(X) for hour, _, X in ticks if 60 <= hour <= 62] == [0, 0, 0]
    assert np.array_equal(np.concatenate([X for *_, X in ticks]), stream.X)
    assert set(stream.clients.tolist()) <= set(range(SHOPS))


def test_a_spread_is_the_standard_deviation_of_its_column():
    spreads = [
        World(np.random.default_rng(s)).stream(np.random.default_rng(s), 7).X.std(axis=0) for s in range(5)
    ]
    assert np.mean(spreads, axis=0) / SPREADS == pytest.approx(np.ones(len(COLUMNS)), abs=0.06)


# The workbench's data.


def differences(committed, fresh):
    """Where two measurements of the same streams differ."""
    return [
        (history, window, name, i)
        for history, windows in fresh["runs"].items()
        for window, run in windows.items()
        for name, values in run.items()
        for i, value in enumerate(values)
        if value != committed["runs"][history][window][name][i]
        and (value is None or value != pytest.approx(committed["runs"][history][window][name][i], abs=0.02))
    ]


def test_the_committed_data_is_what_measure_gives_now():
    fresh = alert_workbench.measure(windows=(1, 12, 24))
    assert differences(BENCH, fresh) == []
    changed = copy.deepcopy(BENCH)
    changed["runs"]["all hours"]["24"]["recall"][3] -= 0.1
    assert differences(changed, fresh) == [("all hours", "24", "recall", 3)]


def test_the_workbench_counts_as_the_lessons_exercises_do():
    names = solved("detection")
    psi, column, start = alert_workbench._indices(7, (24,))
    values, threshold = psi["all hours", 24], 0.1
    log = []
    for c in range(values.shape[1]):
        above = values[:, c] > threshold
        log += [(h, "drift", c) for h in range(len(above)) if above[h] and not (h and above[h - 1])]
    end = start + alert_workbench.LASTS - 1
    card = names["scorecard"](sorted(log), [("drift", column, start, end)], alert_workbench.DAYS)
    ours = alert_workbench._score_at(threshold, [(values, column, start)])
    assert list(card.values()) == pytest.approx([*ours[:3], ours[4]], abs=0.006)


def test_the_data_covers_every_position_of_the_workbench():
    assert BENCH["thresholds"] == list(alert_workbench.THRESHOLDS)
    assert len(BENCH["seeds"]) >= 20 and set(BENCH["made_with"]) == {"numpy"}
    assert Path(alert_workbench.__file__).with_suffix(".json").stat().st_size < 60_000
    for history in alert_workbench.HISTORIES:
        for window in map(str, alert_workbench.WINDOWS):
            assert len(BENCH["trace"][history][window]) == 24 * alert_workbench.DAYS
            assert {len(values) for values in BENCH["runs"][history][window].values()} == {
                len(BENCH["thresholds"])
            }


def test_the_sentence_says_the_values_of_the_data():
    said = alert_workbench._draw(threshold=0.1, window=24, same=False)[1]
    assert said.startswith(
        "Threshold 0.10, window 24 hours, all hours of history: precision 1.00, recall 1.00"
    )
    assert "most drifts missed" in alert_workbench._draw(threshold=0.1, window=1, same=False)[1]
