"""The lesson on the plan: its story is what its cells show, and what it knows of the law stands in rows."""

import ast
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from lessons import COURSE, _run, solved

from autograder.build import lesson_cells, solution_sources
from course.m5_response.plan import two_clocks
from course.rules import rows

LESSON = COURSE.lesson("plan")
ROWS = rows("notification")
FIELDS = {"id", "statement", "source", "as_of", "verified_on", "review_by", "status", "needs"}
STARTS = {"aware", "discovered", "classified", "link"}


def text() -> str:
    """The lesson's text on one line, without the marks of comments."""
    return " ".join(line.removeprefix("#").strip() for line in LESSON.text.read_text("utf-8").splitlines())


def due(facts):
    return {entry["id"]: entry for entry in solved("plan")["deadlines"](facts, ROWS)}


def test_the_front_line_says_what_is_core_and_what_is_on_top():
    core, stretch = ([e for e in LESSON.exercises if e.level == level] for level in ("core", "stretch"))
    assert [exercise.name for exercise in core] == ["triage", "in_force", "deadlines"]
    points, minutes, more = (
        sum(e.points for e in core), sum(e.minutes for e in stretch), sum(e.points for e in stretch)
    )  # fmt: skip
    assert (
        f"*{LESSON.minutes} minutes, {points} points in three exercises · a stretch of two more: "
        f"{minutes} minutes and {more} points on top*" in text()
    )


def test_no_other_cell_needs_what_a_stretch_leaves_behind():
    names = [name for exercise in LESSON.exercises if exercise.level == "stretch" for name in exercise.names]
    cells = [cell.source for cell in lesson_cells(LESSON) if cell.kind == "code"]
    core = [source for source in cells if not re.search(rf"\b({'|'.join(names)})\b", source)]
    assert len(core) < len(cells)
    assert callable(_run(LESSON, core)["due_table"])


def test_every_row_has_its_fields_and_dates_in_order():
    for row in ROWS:
        assert FIELDS <= row.keys() <= FIELDS | {"at_least", "limits"}, row["id"]
        assert all(type(row[field]) is date for field in ("as_of", "verified_on", "review_by"))
        assert row["verified_on"] < row["review_by"]
        assert row["status"] in ("in force", "not in force", "open")
        assert row["statement"].strip() and row["source"].strip() and row["needs"]


def test_versions_of_a_rule_are_told_apart_by_their_day():
    keys = [(row["id"], row["as_of"]) for row in ROWS]
    assert len(keys) == len(set(keys))


def test_only_a_row_in_force_sets_a_clock_and_an_open_one_never_does():
    for row in ROWS:
        assert row["status"] == "in force" or "limits" not in row, row["id"]
        for limit in row.get("limits", ()):
            (unit,) = limit.keys() - {"start"}
            assert limit["start"] in STARTS and unit in ("hours", "days", "months") and limit[unit] >= 0


def test_no_period_of_a_rule_is_typed_into_the_lesson():
    clocks = [limit for row in ROWS for limit in row.get("limits", ())]
    periods = {(limit[unit], unit) for limit in clocks for unit in limit.keys() - {"start"} if limit[unit]}
    pages = [LESSON.text, *LESSON.checks.glob("*.py"), LESSON.folder / "monday.md", Path(two_clocks.__file__)]
    for path in pages:
        said = path.read_text("utf-8")
        for number, unit in periods:
            assert not re.search(rf"\b{number}[ -]?{unit[:-1]}|{unit}={number}\b", said), (
                path.name,
                number,
                unit,
            )


def test_the_story_of_the_text_is_what_its_cells_show():
    names = solved("plan")
    first, later = due(names["FACTS"]), due(names["FACTS"] | {"affected": 2, "link": names["noticed"]})
    assert first.keys() - later.keys() == {"hipaa.hhs"}, "One line is gone"
    assert later["ai_act.serious"]["due"] < first["ai_act.serious"]["due"], "Another is nearer by days"
    open_regimes = {name.split(".")[0] for name, entry in first.items() if not entry["sure"]} - {"hipaa"}
    assert open_regimes == {"nis2", "dora", "ai_act"}, "still thinking about three of the regimes"
    assert names["draft_notice"](names["DRAFT"], "authority").count("not yet known") == 2
    assert '"Not yet known" twice' in text()


def test_the_worked_example_is_what_the_solution_gives():
    deadlines, aware = solved("plan")["deadlines"], solved("plan")["noticed"]
    table = re.findall(r"# \| `(\[.*\])` \| (.*?) \| ?(.*?) ?\|", LESSON.text.read_text("utf-8"))
    assert len(table) == 4
    for limits, in_utc, on_the_wall in table:
        row = ROWS[0] | {"limits": ast.literal_eval(limits)}
        ((found),) = deadlines({"zone": "Europe/Berlin", "aware": aware, "gdpr": True}, [row])
        if found["due"] is None:
            assert (in_utc, on_the_wall) == ("`None`", "")
        else:
            assert f"{found['due']:%d %B, %H:%M}" == in_utc
            assert f"{found['due'].astimezone(aware.tzinfo):%H:%M}" == on_the_wall


def test_the_draft_is_due_when_the_notebook_says_so():
    names = solved("plan")
    assert names["DRAFT"]["due"] == due(names["FACTS"])["gdpr.authority"]["due"]


def test_the_table_of_deadlines_says_where_no_clock_runs():
    names = solved("plan")
    told = names["due_table"](names["FACTS"] | {"discovered": None})["due"]
    assert told["hipaa.individuals"] == "no clock runs"
    assert told["gdpr.authority"] == "Mon 26 Oct 15:05"


def test_the_row_that_is_shown_in_full_has_two_clocks_and_is_in_force():
    assert "RULES[5].items()" in LESSON.text.read_text("utf-8")
    assert (ROWS[5]["id"], ROWS[5]["status"], len(ROWS[5]["limits"])) == ("ai_act.serious", "in force", 2)


def test_the_table_of_rules_says_that_the_first_of_several_clocks_counts():
    in_words = solved("plan")["in_words"]
    told = [in_words(row)["clocks"].endswith(", whichever ends first") for row in ROWS]
    assert told == [len(row.get("limits", ())) > 1 for row in ROWS]


def test_every_word_of_speculation_has_a_sentence_of_its_own_kind():
    checks = LESSON.exercise("plan.draft_notice").check.__globals__
    words = [word for words in checks["GUESSES"] for word in words]
    assert sorted(words) == sorted(checks["SPECULATION"]) == sorted(solved("plan")["SPECULATION"])
    for spaced, signed in checks["GUESSES"].values():
        assert re.search(r"\{\} ", spaced) and re.search(r"\{\}[,.]", signed)


def test_the_severity_falls_once_and_last():
    names = solved("plan")
    rated = [names["triage"](signals) for signals in names["stages"].values()]
    assert rated[0] == rated[1] < rated[2]


def test_the_plan_stands_and_breaks_without_one_person():
    names = solved("plan")
    names["assign_roles"](names["TEAM"], names["INCIDENT"])
    with pytest.raises(ValueError, match="commander and scribe"):
        names["assign_roles"](names["without_eli"], names["INCIDENT"])


def test_the_two_clocks_show_every_clock_of_the_rules_in_force():
    clocks = {row["id"]: len(row["limits"]) for row in ROWS if row.get("limits")}
    assert {rule: len(found) for rule, found in two_clocks._rules().items()} == clocks


def test_a_clock_of_a_discovery_says_as_what_it_is_taken():
    told = {rule: [clock.words() for clock in clocks] for rule, clocks in two_clocks._rules().items()}
    assert all("from discovered (taken as aware)" in words for words in told["hipaa.hhs"])
    assert all("taken as" not in words for words in told["gdpr.authority"])


def test_letters_of_moments_that_meet_stand_apart():
    drawn, _ = two_clocks._draw(0, 0, 0)
    places = re.findall(r'<text x="([\d.]+)" y="(\d+)"[^>]*>([ACL])</text>', drawn)
    for line in {y for _, y, _ in places}:
        across = sorted(float(x) for x, y, _ in places if y == line)
        assert len(across) == 3 and all(b - a >= 14 for a, b in pairwise(across))


def test_the_numbers_on_the_axes_stand_apart():
    for picture in (two_clocks._draw(0, 0, 0)[0], *two_clocks.twin().pictures):
        ticks = re.findall(r'<text x="([\d.]+)" y="(\d+)"[^>]*>\d+</text>', picture)
        lines = {y: [float(x) for x, line in ticks if line == y] for _, y in ticks}
        assert len(lines) == 2
        assert all(b - a >= 40 for across in lines.values() for a, b in pairwise(across))


def test_each_moment_moves_the_deadlines_that_it_starts():
    def ends(**facts):
        moments = two_clocks._moments(**{**two_clocks.SITUATIONS["quick"], **facts})
        return {rule: end for rule, (_, end) in two_clocks._deadlines(moments).items()}

    before = ends()
    moved = {
        moment: {rule for rule, end in ends(**{moment: 3}).items() if end != before[rule]}
        for moment in two_clocks.MOMENTS
    }
    assert moved["aware"] == before.keys(), "becoming aware moves all: the others count from it"
    assert moved["classified"] == {"dora.initial"}
    assert moved["link"] == {"ai_act.serious", "ai_act.death"}
    assert ends(link=20)["ai_act.death"] < ends(link=20)["ai_act.serious"] < before["hipaa.hhs"]


def test_both_ends_of_the_sliders_lie_on_the_faces():
    for facts in ((0, 0, 0), (72, 24, 20)):
        drawn, said = two_clocks._draw(*facts)
        places = [float(x) for x in re.findall(r'cx="([\d.]+)"', drawn)]
        assert len(places) == len(two_clocks._rules()) and max(places) <= 760 - two_clocks._ASIDE
        assert f"Aware {facts[0]} h after the start" in said


def test_the_checklist_of_the_lesson_stands_in_a_file_of_its_own():
    page = (LESSON.folder / "monday.md").read_text("utf-8")
    assert page.count("- [ ]") >= 10
    assert "monday.md" in text()


def test_the_checklist_leads_to_the_table_and_names_all_that_deadlines_calls(capsys):
    page = (LESSON.folder / "monday.md").read_text("utf-8")
    (command,) = re.findall(r'`python -c "(.*?)"`', page)
    exec(command, {})
    assert (Path(capsys.readouterr().out.strip()) / "notification.toml").is_file()
    source = solution_sources(LESSON.text.read_text("utf-8"))["plan.deadlines"]
    ours = {name for name in ("in_force", "applies", "move", "due_table", "in_words") if f"{name}(" in source}
    assert ours == {name for name in ours if f"`{name}`" in page} == {"in_force", "applies", "move"}
