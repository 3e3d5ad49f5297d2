"""The lesson on the plan: its story is what its cells show, and what it knows of the law stands in rows."""

import ast
import importlib.util
import re
import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from lessons import COURSE, solved

from autograder import learner
from autograder.bench.solved import run_cells
from autograder.build import lesson_cells, solution_sources
from course.m5_response.plan import two_clocks
from course.m5_response.plan.checks import _facts
from course.rules import rows, table

LESSON = COURSE.lesson("plan")
ROWS = rows("notification")
FIELDS = {"id", "statement", "source", "as_of", "verified_on", "review_by", "status", "needs"}
STARTS = {
    "aware", "discovered", "classified", "link", "suspicion", "fix_available", "nis2_notified",
    "cra_notified", "dora_initial_sent", "dora_intermediate_sent",
}  # fmt: skip


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
    front = re.search(
        r"\*(\d+) minutes, (\d+) points in three exercises · a stretch of two more: "
        r"(\d+) minutes and (\d+) points on top\*",
        text(),
    )
    whole, said, longer, above = map(int, front.groups())
    assert (whole, said, above) == (LESSON.minutes, points, more)
    assert minutes < longer <= minutes + 10, "the stretch has to be read, too"


def test_each_stop_says_its_minutes_and_the_last_of_them_is_the_whole_core():
    stops = [int(number) for number in re.findall(r"Good place to stop: .*?(\d+) minutes so far", text())]
    assert len(stops) == 3 and stops == sorted(stops) and stops[-1] == LESSON.minutes


def test_no_other_cell_needs_what_a_stretch_leaves_behind():
    names = [name for exercise in LESSON.exercises if exercise.level == "stretch" for name in exercise.names]
    cells = [cell for cell in lesson_cells(LESSON) if cell.kind == "code"]
    core = [cell for cell in cells if not re.search(rf"\b({'|'.join(names)})\b", cell.source)]
    assert len(core) < len(cells)
    assert callable(run_cells(LESSON, core)["due_table"])


def test_every_row_has_its_fields_and_dates_in_order():
    for row in ROWS:
        assert FIELDS <= row.keys() <= FIELDS | {"unless", "at_least", "limits"}, row["id"]
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


def test_the_head_of_the_table_names_every_moment():
    head = table("notification").read_text("utf-8").partition("[[rows]]")[0]
    assert {start for start in STARTS if re.search(rf"\b{start}\b", head)} == STARTS


def test_whether_art_73_binds_is_open_until_december_2027():
    for name in ("ai_act.serious", "ai_act.widespread", "ai_act.death"):
        versions = [(row["as_of"], row["status"]) for row in ROWS if row["id"] == name]
        assert versions == [
            (date(2026, 1, 1), "not in force"), (date(2026, 8, 2), "open"), (date(2027, 12, 2), "in force")
        ]  # fmt: skip
        assert all("provider" in row["needs"] for row in ROWS if row["id"] == name)


def test_under_dora_a_late_classification_has_its_own_limit():
    names = solved("plan")
    aware = names["FACTS"]["aware"]
    facts = {"zone": "Europe/Berlin", "aware": aware, "dora": True}

    def initial(hours, late):
        found = due(facts | {"classified": aware + timedelta(hours=hours), "classified_late": late})
        return {
            name: (entry["due"] - aware) / timedelta(hours=1)
            for name, entry in found.items()
            if "initial" in name
        }

    assert initial(10, False) == {"dora.initial": 14}
    assert initial(22, False) == {"dora.initial": 24}
    assert initial(30, True) == {"dora.initial_late": 34}


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
    facts = names["FACTS"]
    first = due(facts)
    later = due(facts | names["MAJOR"])
    assert first.keys() - later.keys() == {"hipaa.hhs", "hipaa.media", "dora.initial_late"}, "Three are gone"
    assert next(iter(later)) == "dora.initial" != next(iter(first))
    assert f"{later['dora.initial']['due'].astimezone(names['berlin']):%a %H}" == "Sat 05", "before dawn"
    assert f"{first['dora.initial']['due'].astimezone(names['berlin']):%A %H:%M}" == "Saturday 23:40"
    assert "`dora.initial` has moved from Saturday 23:40 to 05:10" in text()
    sent = names["SENT"]["dora_initial_sent"]
    assert sent < later["dora.initial"]["due"] and f"{sent.astimezone(names['berlin']):%H:%M}" == "04:30"
    assert later["nis2.warning"]["due"].astimezone(names["berlin"]).weekday() == 5, "sent on Saturday evening"
    after = due(facts | names["MAJOR"] | names["SENT"])
    assert later["dora.intermediate"]["due"] is None and after["dora.intermediate"]["due"]
    assert names["DRAFT"]["affected"] == names["MAJOR"]["affected"] == len(names["DRAFT"]["records"]) == 2
    unsure = {name.split(".")[0] for name, entry in first.items() if not entry["sure"]} - {"hipaa"}
    assert unsure == {"nis2", "dora"}, "the lawyers don't know two laws yet"
    assert not any(name.startswith("ai_act") for name in first), "the AI Act's reports are missing"


def test_the_draft_has_one_unknown_and_two_marks_one_of_them_on_a_fact():
    names = solved("plan")
    notice = names["draft_notice"](names["DRAFT"], "authority")
    assert notice.count("not yet known") == 1 and "consequences: not yet known" in notice
    assert notice.count("[check]") == 2 and "Two sentences have a mark" in text()
    assert "[check] Two servers could read letters" in notice
    shown = re.findall(
        r"# (\w+: .*)", LESSON.text.read_text("utf-8").partition("```text")[2].partition("```")[0]
    )
    assert len(shown) == 3 and set(shown) <= set(notice.split("\n"))


def test_the_usual_form_lets_you_sleep_and_two_answers_bring_a_sev1_down():
    names = solved("plan")
    assert names["usual_form"]({"data_out": None, "tampered": None, "safety": None}) == "SEV4"
    best, triage = names["BEST"], names["triage"]
    assert {triage({key: best[key]}) for key in best} == {"SEV1"}
    pairs = [{one, other} for one in best for other in best if one < other]
    enough = [pair for pair in pairs if triage({key: best[key] for key in pair}) != "SEV1"]
    assert len(enough) == 2 and set.intersection(*enough) == {"safety"}


def test_the_examples_of_severity_are_what_the_solution_gives():
    triage = solved("plan")["triage"]
    calm = dict.fromkeys(("safety", "data_out", "tampered", "degraded", "attacker_in", "fallback"), False)
    for line in re.findall(r"# \| (`.*(?:is|are) `True`) \|.*\| (SEV\d) \|", LESSON.text.read_text("utf-8")):
        keys = [key for key in re.findall(r"`(\w+)`", line[0]) if key != "True"]
        assert triage(calm | {"affected": 0} | dict.fromkeys(keys, True)) == line[1]


def test_the_worked_example_is_what_the_solution_gives():
    deadlines, aware = solved("plan")["deadlines"], solved("plan")["noticed"]
    table = re.findall(r"# \| `(\[.*\])` \| (.*?) \| ?(.*?) ?\|", LESSON.text.read_text("utf-8"))
    assert len(table) == 4
    for limits, in_utc, on_the_wall in table:
        row = next(row for row in ROWS if row["id"] == "gdpr.authority") | {
            "limits": ast.literal_eval(limits)
        }
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
    assert told["gdpr.authority"] == "Mon 26 Oct 22:40"


def test_four_rows_are_shown_and_all_are_folded():
    names = solved("plan")
    assert [row["id"] for row in names["four"]] == [
        "gdpr.authority",
        "hipaa.hhs",
        "ai_act.serious",
        "dora.initial",
    ]
    assert sum(len(row.get("limits", ())) > 1 for row in names["four"]) == 2
    cells = [cell.source for cell in lesson_cells(LESSON) if cell.kind == "code"]
    (folded,) = [source for source in cells if re.search(r"show\(\s*RULES", source)]
    assert folded.startswith("HTML(") and "<details>" in folded


def test_the_table_of_rules_says_that_the_first_of_several_clocks_counts():
    in_words = solved("plan")["in_words"]
    told = [in_words(row)["clocks"].endswith(", whichever ends first") for row in ROWS]
    assert in_words({"needs": ["a"], "unless": ["b"], "at_least": {"c": 3}})["needs"] == "a, not b, c ≥ 3"
    assert told == [len(row.get("limits", ())) > 1 for row in ROWS]


def test_every_word_of_speculation_has_a_sentence_of_its_own_kind():
    words = [word for words in _facts.GUESSES for word in words]
    assert sorted(words) == sorted(_facts.SPECULATION) == sorted(solved("plan")["SPECULATION"])
    for spaced, signed, between in _facts.GUESSES.values():
        assert re.search(r"\{\} ", spaced) and re.search(r"\{\}[,.]", signed)
        assert re.search(r"\(\{\}\)|“\{\}”|\"\{\}\"|\{\}–", between)


def test_the_severity_falls_once_and_last():
    names = solved("plan")
    rated = [names["triage"](signals) for signals in names["stages"].values()]
    assert rated[0] == rated[1] < rated[2]


def test_four_scribes_are_left_and_two_of_them_work_days():
    names = solved("plan")
    away = [(member["id"], first, last) for member in names["TEAM"] for first, last in member["away"]]
    assert away == [("dee", date(2026, 10, 12), names["INCIDENT"]["date"])]
    scribes = [
        member
        for member in names["TEAM"]
        if "scribe" in member["trained"] and member["id"] not in ("dee", *names["INCIDENT"]["involved"])
    ]
    assert len(scribes) == 4 and sum("day" in member["shifts"] for member in scribes) == 2
    assert "Four trained scribes are left, but only two of them work days" in text()


def test_the_plan_stands_and_breaks_without_one_person():
    names = solved("plan")
    names["assign_roles"](names["TEAM"], names["INCIDENT"])
    with pytest.raises(ValueError, match="commander and scribe"):
        names["assign_roles"](names["without_eli"], names["INCIDENT"])


def test_the_two_clocks_show_every_rule_whose_clocks_start_at_their_moments():
    moments = {*two_clocks.MOMENTS, *two_clocks.TAKEN_AS}
    clocks = {
        row["id"]: len(row["limits"])
        for row in ROWS
        if row.get("limits") and {limit["start"] for limit in row["limits"]} <= moments
    }
    assert clocks.pop("dora.initial_late")  # the picture's classification is never so late
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


def lesson_as_a_module(monkeypatch) -> ModuleType:
    """The lesson's text, solved, as a file that `inspect` finds the functions' source in."""
    silent = ModuleType("autograder.learner")
    for name in learner.__all__:
        setattr(silent, name, lambda *args, **kwargs: None)
    monkeypatch.setitem(sys.modules, "autograder.learner", silent)
    spec = importlib.util.spec_from_file_location("plan_lesson", LESSON.text)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "plan_lesson", module)
    spec.loader.exec_module(module)
    return module


def blocks(kind: str) -> list[str]:
    page = (LESSON.folder / "monday.md").read_text("utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)


def test_what_is_taken_home_runs_without_the_course(monkeypatch, tmp_path, capsys):
    lesson_as_a_module(monkeypatch).take_home(tmp_path)
    (facts,) = blocks("toml")
    (tmp_path / "facts.toml").write_text(facts)
    command = [sys.executable, "-I", "deadlines.py", "facts.toml"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    first = run.stdout.splitlines()[0].split()
    assert "2026-10-26 22:40+01:00 gdpr.authority sure" in [
        " ".join(line.split()) for line in run.stdout.splitlines()
    ]
    assert first[-2:] == ["not", "sure"], "what may apply stands on the list too"


def test_what_is_taken_home_says_that_it_has_no_rows_of_last_year(monkeypatch, tmp_path):
    lesson_as_a_module(monkeypatch).take_home(tmp_path)
    (tmp_path / "facts.toml").write_text(blocks("toml")[0].replace("2026-10-23", "2025-10-23"))
    command = [sys.executable, "-I", "deadlines.py", "facts.toml"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert run.returncode == 1 and "no row as early" in run.stderr and "Traceback" not in run.stderr
    oldest = {}
    for row in ROWS:
        oldest[row["id"]] = min(row["as_of"], oldest.get(row["id"], row["as_of"]))
    assert set(oldest.values()) == {date(2026, 1, 1)}, "The rows begin on 1 January 2026"


def test_the_nightly_job_of_the_checklist_is_short_runs_and_can_fail(tmp_path):
    (source,) = blocks("python")
    assert len(source.splitlines()) <= 20
    (tmp_path / "check_rows.py").write_text(source)
    text = table("notification").read_text("utf-8")
    for review, code in (("2999-01-01", 0), ("2026-01-01", 1)):
        changed = re.sub(r"review_by = .*", f"review_by = {review}", text)
        (tmp_path / "notification.toml").write_text(changed, "utf-8")
        command = [sys.executable, "-I", "check_rows.py"]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert run.returncode == code, run.stderr
        assert "ai_act.serious" in run.stdout and ("gdpr.authority" in run.stderr) == bool(code)


def test_what_is_taken_home_has_all_that_deadlines_calls():
    page = (LESSON.folder / "monday.md").read_text("utf-8")
    source = solution_sources(LESSON.text.read_text("utf-8"))["plan.deadlines"]
    ours = {name for name in ("in_force", "applies", "move", "due_table", "in_words") if f"{name}(" in source}
    assert ours == {name for name in ours if f"`{name}`" in page} == {"in_force", "applies", "move"}
