"""CSV exports: read back, and safe to open."""

import csv

import pytest
from report_course import FAILED, cohort_of, good, hand_in, result, verdict, weak

from autograder.report.export import export_csv


def exported(cohort, folder, **options):
    """grades.csv and exercises.csv, read back by the csv module."""
    out = export_csv(cohort, folder / "grades.csv", **options)
    tables = []
    for path in (out, folder / "exercises.csv"):
        with path.open(encoding=options.get("encoding", "utf-8"), newline="") as file:
            tables.append(list(csv.reader(file)))
    return tables


def test_one_row_per_learner_with_score_maximum_and_outcome(tmp_path):
    grades, _ = exported(cohort_of(tmp_path, good("ada"), weak("bob")), tmp_path)
    assert grades == [
        ["learner", "poisoning score", "poisoning max", "poisoning outcome", "total", "total max"],
        ["ada", "16", "16", "passed", "16", "16"],
        ["bob", "5", "16", "partly", "5", "16"],
    ]


def test_not_handed_in_is_an_empty_cell_and_zero_is_a_zero(tmp_path):
    nil = result("nil", verdict("flip_labels", FAILED, FAILED))
    hand_in(tmp_path, "late")
    grades, exercises = exported(cohort_of(tmp_path, nil, roster=("gone",)), tmp_path)
    assert grades[1:] == [
        ["gone", "", "16", "not handed in", "", "16"],
        ["late", "", "16", "not graded yet", "", "16"],
        ["nil", "0", "16", "failed", "0", "16"],
    ]
    assert exercises[1] == ["gone", "poisoning", "poisoning.flip_labels", "", "8", "not handed in", ""]
    assert exercises[3] == ["nil", "poisoning", "poisoning.flip_labels", "0", "8", "failed", ""]


def test_the_total_adds_up_what_was_graded(tmp_path):
    grades, _ = exported(cohort_of(tmp_path, good("ada"), good("ada", "evasion"), weak("bob")), tmp_path)
    assert [row[-2:] for row in grades[1:]] == [["32", "32"], ["5", "32"]]


def test_exercises_name_the_slip(tmp_path):
    _, exercises = exported(cohort_of(tmp_path, weak("bob", "Labels, flipped twice.")), tmp_path)
    assert exercises[2] == [
        *("bob", "poisoning", "poisoning.scan_triggers", "0", "8", "failed", "Labels, flipped twice.")
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "  =", "\x1b[0m=", "\r\n@"])
def test_a_formula_is_quoted_in_every_column_of_text(tmp_path, start):
    formula = f"{start}cmd|' /C calc'!A0"
    grades, exercises = exported(cohort_of(tmp_path, weak("bob", formula), roster=(formula,)), tmp_path)
    learners, slips = {row[0] for row in grades[1:]}, {row[-1] for row in exercises[1:]}
    for column in (learners - {"bob"}, slips - {""}):
        (cell,) = column
        assert cell.startswith("'") and cell.endswith("cmd|' /C calc'!A0")


def test_commas_quotes_and_other_scripts_survive_the_round_trip(tmp_path):
    odd = 'Łukasz, "בדיקה"; 試験'
    grades, _ = exported(cohort_of(tmp_path, good("ada"), roster=(odd,)), tmp_path)
    assert odd in [row[0] for row in grades]


def test_lines_end_as_rfc_4180_says_and_the_mark_is_there_only_when_asked(tmp_path):
    cohort = cohort_of(tmp_path, good("ada"))
    plain = export_csv(cohort, tmp_path / "a.csv").read_bytes()
    marked = export_csv(cohort, tmp_path / "b.csv", encoding="utf-8-sig").read_bytes()
    assert plain.count(b"\r\n") == plain.count(b"\n") == 2
    assert marked == b"\xef\xbb\xbf" + plain


def test_points_show_no_rounding_dust(tmp_path):
    from autograder.verdict import Outcome, Verdict

    third = Verdict("poisoning.flip_labels", Outcome.PARTLY, 0.1 + 0.2, 8)
    grades, _ = exported(cohort_of(tmp_path, result("ada", third)), tmp_path)
    assert grades[1][1] == "0.3"


def test_an_empty_course_exports_its_headings(tmp_path):
    grades, exercises = exported(cohort_of(tmp_path), tmp_path)
    assert grades == [["learner", "total", "total max"]] and len(exercises) == 1


def test_a_link_in_the_place_of_the_file_is_replaced_and_not_followed(tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("untouched")
    (tmp_path / "grades.csv").symlink_to(victim)
    export_csv(cohort_of(tmp_path, good("ada")), tmp_path / "grades.csv")
    assert victim.read_text() == "untouched" and not (tmp_path / "grades.csv").is_symlink()
