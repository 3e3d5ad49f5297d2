import re
from pathlib import PurePosixPath

import pytest
from example_course import example_files, write_example

from autograder import lint
from autograder.build import build
from autograder.catalog import load_course
from autograder.lint import Violation, check_course

FOLDER = "m0_example/detector"
TEXT, PREDICTIONS, CHECK, ANSWERS, NOTEBOOK = (
    f"{FOLDER}/{name}"
    for name in (
        "lesson.py", "predictions.py", "checks/false_alarm_rate.py", "answers/false_alarm_rate.py",
        "detector.ipynb",
    )
)  # fmt: skip
MANIFEST = "course.toml"
DIAL = f"{FOLDER}/dial.py"
PACKAGE = "course.m0_example.detector"
PICTURE = f"{PACKAGE}.dial"
WITH_KNOB = "dial()\nfrom course.explore.knob import knob\n\nknob()"
VISIBLE = (MANIFEST, "minutes = 15", 'minutes = 15\nvisible = ["dial.py"]')
WITHOUT_TWIN = '"""A dial."""\n\n\ndef dial():\n    return 1\n'
WITH_TWIN = WITHOUT_TWIN + "\n\ndef twin():\n    return 2\n"
SHOWN = f"# %%\nfrom {PICTURE} import dial, twin\n\ndial()\n\n# %%\ntwin()\n\n# %%\nprogress()"
UNTWINNED = f"# %%\nfrom {PICTURE} import dial\n\ndial()\n\n# %%\nprogress()"
NEEDS = 'needs = ["skops>=0.16"]'
SKOPS = (MANIFEST, "minutes = 15", f"minutes = 15\n{NEEDS}")
CALL = 'from autograder.learner import needs\n\nneeds("detector")'
FACTS = "*5 minutes · core · 5 points · AML.T0015*"
LAST = "# %%\nprogress()"
ROW = f"| [Counting false alarms](course/{NOTEBOOK}) | An example | 15 |"
ROUTE = """
[[routes]]
id = "quick"
title = "Quick"
about = "One exercise."
lessons = ["detector"]
exercises = ["detector.false_alarm_rate"]
"""


@pytest.fixture
def root(tmp_path):
    return write_example(tmp_path)


def edit(root, name, old, new):
    """Replace `old` once in a file of the course; a new file is written when `old` is empty."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_text("utf-8") if old else ""
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new, 1) if old else new, "utf-8")


def problems(root):
    """What is found in a course whose notebook is fresh."""
    course = load_course(root)
    build(course)
    return check_course(course, run=False)


def test_the_example_breaks_no_rule(root):
    assert problems(root) == []


def test_a_problem_reads_as_place_text_and_rule():
    problem = Violation(PurePosixPath("course/m1/a.py"), 41, "case", "no case")
    assert str(problem) == "course/m1/a.py:41: no case (case)"


def without(answer):
    """Old and new text that take a wrong answer out of the list."""
    (row,) = re.findall(rf"^ +Wrong\({answer}, .*\),\n", example_files()[f"course/{ANSWERS}"], re.MULTILINE)
    return row, ""


def broken(rule, says, *edits):
    """Edits (file, old, new), the rule that they break, and a part of what it must say."""
    return pytest.param(edits, rule, says, id=f"{rule}: {says}")


BROKEN = [
    broken("case", "year", (TEXT, "In 2020 researchers", "Once researchers")),
    broken("case", "Source", (TEXT, "(Source: MITRE ATLAS\n# AML.CS0001.)", "(So\n# they say.)")),
    broken(
        "case",
        "three cells",
        (TEXT, "# %% [markdown]\n# # C", "# %%\n1\n\n# %%\n2\n\n# %%\n3\n\n# %% [markdown]\n# # C"),
    ),
    broken("sections", "Summary", (TEXT, "# ## Summary", "# ## The end")),
    broken("sections", "Use it on Monday", (TEXT, "# ## Use it on Monday", "# ## At work")),
    broken("headings", "at line 2", (TEXT, "# ## Guess first", "# ## Counting *false* alarms")),
    broken("offline", "pip install", (TEXT, "import numpy as np", "# pip install x\nimport numpy as np")),
    broken("offline", "pypi.org", (TEXT, "import numpy as np", 'url = "https://pypi.org/simple"')),
    broken(
        "offline", "fetch_openml", (TEXT, "import numpy as np", "from sklearn.datasets import fetch_openml")
    ),
    broken("pictures", "dial() has no static twin", (DIAL, "", WITHOUT_TWIN), VISIBLE),
    broken(
        "pictures", "knob() has no static twin", ("explore/knob.py", "", WITHOUT_TWIN.replace("dial", "knob"))
    ),
    broken(
        "twins",
        PICTURE,
        (DIAL, "", WITH_TWIN),
        VISIBLE,
        (TEXT, LAST, UNTWINNED),
    ),
    broken(
        "names",
        'hint("detector.rate")',
        (TEXT, '# hint("detector.false_alarm_rate")', '# hint("detector.rate")'),
    ),
    broken("names", 'solution("no")', (TEXT, '# solution("detector.false_alarm_rate")', '# solution("no")')),
    broken(
        "links",
        "../m9/lost.ipynb leads to no",
        (TEXT, "What does that", "What does [that](../m9/lost.ipynb)"),
    ),
    broken(
        "links",
        "monday.md leads to no",
        (TEXT, "What does that", "What does [that](monday.md)"),
    ),
    broken("links", "lesson.py#L1 leads to no", (TEXT, "What does that", "What does [that](lesson.py#L1)")),
    broken(
        "routes",
        "no exercise 'detector.rate'",
        (MANIFEST, "minutes = 15", "minutes = 15\n" + ROUTE.replace("false_alarm_", "")),
    ),
    broken("names", "never asks", (TEXT, 'predict("detector.budget")', "1")),
    broken("names", 'predict("detector.price")', (TEXT, LAST, '# %%\npredict("detector.price")')),
    broken(
        "facts",
        '"### Exercise: false_alarm_rate"',
        (TEXT, "# ### Exercise: false_alarm_rate", "# ### Your turn"),
    ),
    broken("facts", "*5 minutes", (TEXT, "# *5 minutes", "# *6 minutes")),
    broken("facts", "· core", (TEXT, "· core ·", "· stretch ·")),
    broken("facts", "· 5 points", (TEXT, "· 5 points ·", "· 6 points ·")),
    broken("facts", "· AML.T0015*", (TEXT, "· AML.T0015*", "· AML.T0020*")),
    broken("facts", FACTS, (TEXT, f"# {FACTS}\n", "")),
    broken(
        "minutes",
        "121 minutes: 1 to 120",
        (MANIFEST, "minutes = 15", "minutes = 121"),
        (TEXT, "# 15 minutes", "# 121 minutes"),
    ),
    broken(
        "minutes",
        "61 minutes, and no cell says where to stop",
        (MANIFEST, "minutes = 15", "minutes = 61"),
        (TEXT, "# 15 minutes", "# 61 minutes"),
    ),
    broken(
        "minutes", "states 15 minutes, and course.toml says 20", (MANIFEST, "minutes = 15", "minutes = 20")
    ),
    broken(
        "minutes", "only 4", (MANIFEST, "minutes = 15", "minutes = 4"), (TEXT, "# 15 minutes", "# 4 minutes")
    ),
    broken(
        "minutes",
        "does not say its minutes",
        (CHECK, "minutes=5", "minutes=0"),
        (TEXT, "*5 minutes", "*0 minutes"),
    ),
    broken("readme", f"course.toml says: {ROW}", ("../README.md", "", f"{ROW}\n".replace("15", "20"))),
    broken(
        "readme", f"course.toml says: {ROW}", ("../README.md", "", f"{ROW}\n".replace("alarms]", "cats]"))
    ),
    broken("readme", f"course.toml says: {ROW}", ("../README.md", "", f"{ROW}\n".replace("An", "No"))),
    broken("hints", "3 hints", (CHECK, '        "Which cases can raise a false alarm at all?",\n', "")),
    broken("hints", "none of them empty", (CHECK, '"Which cases can raise a false alarm at all?"', '" "')),
    broken(
        "debrief",
        "debrief",
        (CHECK, '"Floods you with false alarms, and the true one goes unseen."', '""'),
    ),
    broken(
        "standards",
        "AML.T9999",
        (CHECK, '("AML.T0015",)', '("AML.T9999",)'),
        (TEXT, "AML.T0015*", "AML.T9999*"),
    ),
    broken("answers", "written differently", (ANSWERS, "right=[by_counting]", "right=[]")),
    broken(
        "answers", "3 wrong answers", (ANSWERS, *without("constant")), (ANSWERS, *without("of_all_cases"))
    ),
    broken(
        "answers",
        "without the words",
        (ANSWERS, '(constant, "rate", "The rate is not right.")', '(constant, "rate", "")'),
    ),
    broken("answers", "has no part 'ratio'", (ANSWERS, '(constant, "rate",', '(constant, "ratio",')),
    broken(
        "todo",
        "left to do: TODO: a story",
        (TEXT, "# ## Guess first", "# ## Guess first\n#\n# TODO: a story"),
    ),
    broken("todo", "TODO more", (f"{FOLDER}/monday.md", "", "# A sheet\n\nTODO more\n")),
    broken("todo", "TODO hints", (CHECK, "@exercise(", "# TODO hints\n@exercise(")),
    broken("todo", "TODO slips", (ANSWERS, "ANSWERS = ", "# TODO slips\nANSWERS = ")),
    broken("todo", "TODO colours", (DIAL, "", f"{WITH_TWIN}# TODO colours\n"), VISIBLE),
    broken(
        "called",
        "gives rate, and the check takes false_alarm_rate",
        (TEXT, 'rate", false_alarm_rate', 'rate", rate'),
    ),
    broken("called", "gives nothing", (TEXT, 'rate", false_alarm_rate)', 'rate")')),
    broken(
        "called",
        "gives false_alarm_rate, 1, and",
        (TEXT, 'rate", false_alarm_rate', 'rate", false_alarm_rate, 1'),
    ),
    broken("points", "1 + 1 + 4; the parts of", (TEXT, "(3 points)", "(4 points)")),
    broken("points", "1 + 3; the parts of", (TEXT, "the error (1 point)", "the error")),
    broken("points", "states 6 points", (TEXT, "# 15 minutes.", "# 15 minutes, 6 points.")),
    broken(
        "points", "the stretch exercises give 0", (TEXT, "# 15 minutes.", "# 5 points, and 2 points more.")
    ),
    broken("parts", "enters the part 'ratio'", (CHECK, 't.part("rate")', 't.part("ratio")')),
    broken(
        "parts",
        "never enters the part 'extra'",
        (CHECK, '"none": (1,', '"extra": (0, "is there"),\n        "none": (1,'),
        (TEXT, "(1 point),", "(1 point) (0),"),
    ),
    broken(
        "constants",
        "BUDGET is 3 here and 4 in checks/false_alarm_rate.py:",
        (TEXT, LAST, "# %%\nBUDGET = 3\n\n# %%\nprogress()"),
        (CHECK, "@exercise(", "BUDGET = 4\n\n\n@exercise("),
    ),
    broken(
        "constants",
        "in material.py:1",
        (TEXT, LAST, "# %%\nSIZES = (1, 2)\n\n# %%\nprogress()"),
        (f"{FOLDER}/material.py", "", "SIZES = (1, 3)\n"),
    ),
    broken(
        "options", "4 options, counted from 0, and its answer is 4", (PREDICTIONS, "answer=3", "answer=4")
    ),
    broken("options", "its answer is -1", (PREDICTIONS, "answer=3", "answer=-1")),
    broken(
        "imports",
        "material.py, which is closed",
        (f"{FOLDER}/material.py", "", "N = 3\n"),
        (TEXT, "import numpy as np", f"import numpy as np\n\nfrom {PACKAGE} import material"),
    ),
    broken(
        "imports",
        "material.py, which is closed",
        (f"{FOLDER}/material.py", "", "N = 3\n"),
        (DIAL, "", f"from .material import N\n{WITH_TWIN}"),
        VISIBLE,
        (TEXT, LAST, SHOWN),
    ),
    broken(
        "imports",
        "explore/chart.py, which is closed",
        ("explore/chart.py", "", "N = 3\n"),
        (TEXT, "import numpy as np", "import numpy as np\n\nfrom course.explore.chart import N"),
    ),
    broken(
        "imports",
        "rules/other.py, which is closed",
        ("rules/other.py", "", "N = 3\n"),
        (TEXT, "import numpy as np", "import numpy as np\n\nimport course.rules.other"),
    ),
    broken(
        "needs",
        'imports skops, which does not come with aisec: add "skops>=',
        (TEXT, LAST, "# %%\nfrom skops import io\n\n# %%\nprogress()"),
    ),
    broken(
        "needs",
        'imports skops, which does not come with aisec: add "skops>=',
        (CHECK, "    for rng in t.cases", "    from skops import io\n\n    for rng in t.cases"),
    ),
    broken(
        "needs",
        'imports skops, which does not come with aisec: add "skops>=',
        (f"{FOLDER}/material.py", "", "def saved():\n    import skops.io\n"),
        (CHECK, "from autograder.exercise", "from .. import material\nfrom autograder.exercise"),
    ),
    broken(
        "needs",
        "imports no_such_library, which is not installed here",
        (
            f"{FOLDER}/material.py",
            "",
            "def never():\n    import no_such_library\n",
        ),
        (CHECK, "from autograder.exercise", "from .. import material\nfrom autograder.exercise"),
    ),
    broken(
        "needs",
        'leads to skops: write needs("detector") above this import',
        SKOPS,
        (TEXT, LAST, f"# %%\nimport skops\n\n{CALL}\n\n# %%\nprogress()"),
    ),
    broken(
        "needs",
        'leads to skops: write needs("detector") above this import',
        (MANIFEST, "minutes = 15", f'minutes = 15\nvisible = ["dial.py"]\n{NEEDS}'),
        (DIAL, "", f"import skops\n\n{WITH_TWIN}"),
        (TEXT, LAST, SHOWN),
    ),
    broken("needs", 'its first code cell calls needs("detector")', SKOPS),
    broken(
        "needs",
        'its first code cell calls needs("detector")',
        SKOPS,
        (TEXT, LAST, "# %%\n" + CALL.replace("detector", "another") + "\n\n# %%\nprogress()"),
    ),
    broken(
        "needs",
        "imports skops at once",
        SKOPS,
        (TEXT, "import numpy as np", f"{CALL}\n\nimport numpy as np"),
        (f"{FOLDER}/material.py", "", "import skops\n"),
        (CHECK, "from autograder.exercise", "from .. import material\nfrom autograder.exercise"),
    ),
    broken("files", "belongs to no lesson", ("m0_example/notes.txt", "", "a stray")),
    broken("files", "belongs to no lesson", ("m0_example/lost/lesson.py", "", "# %%\n1")),
    broken("files", "no file of a lesson's form", (f"{FOLDER}/notes.txt", "", "a stray")),
    broken("files", "no file of a lesson's form", (f"{FOLDER}/dial.py", "", WITH_TWIN)),
    broken("files", "go in pairs", (f"{FOLDER}/answers/forgotten.py", "", "ANSWERS = None")),
]


@pytest.mark.parametrize(("edits", "rule", "says"), BROKEN)
def test_each_rule_finds_what_breaks_it_and_nothing_else(root, edits, rule, says):
    for change in edits:
        edit(root, *change)
    (found,) = problems(root)
    assert found.rule == rule
    assert says in found.text
    assert (root.parent / found.path).exists()
    assert found.line >= 1


def test_a_lesson_that_asks_for_what_it_needs_and_then_imports_it_is_no_problem(root):
    edit(root, MANIFEST, "minutes = 15", 'minutes = 15\nneeds = ["pytm>=1.4"]')
    edit(root, TEXT, "import numpy as np", f"{CALL}\n\nimport numpy as np\nimport pydantic  # pytm brings it")
    edit(root, f"{FOLDER}/material.py", "", "def made():\n    import pytm\n\n    return pytm.TM\n")
    edit(root, CHECK, "from autograder.exercise", "from ..material import made\nfrom autograder.exercise")
    assert problems(root) == []


def test_a_long_lesson_is_fine_where_it_says_where_to_stop(root):
    edit(root, MANIFEST, "minutes = 15", "minutes = 75")
    edit(root, TEXT, "# 15 minutes", "# 75 minutes")
    edit(root, TEXT, "# ## Summary", "# *Good place to stop: 40 minutes so far.*\n#\n# ## Summary")
    assert problems(root) == []


@pytest.mark.parametrize(
    "text",
    [f"{ROW}\n", ROW.replace("| ", "|   "), "A README without a table.\n"],
    ids=["row", "spaced", "none"],
)
def test_a_row_that_agrees_and_a_readme_without_a_table_are_no_problem(root, text):
    edit(root, "../README.md", "", text)
    assert problems(root) == []


def test_a_lesson_that_the_table_of_the_readme_leaves_out_is_found(root):
    second = '\n[[modules.lessons]]\nid = "more"\ntitle = "More"\nminutes = 5\n'
    edit(root, MANIFEST, "minutes = 15", f"minutes = 15\n{second}")
    edit(root, "m0_example/more/lesson.py", "", "# %% [markdown]\n# # More\n")
    edit(root, "../README.md", "", f"{ROW}\n")
    (found,) = [one for one in problems(root) if one.rule == "readme"]
    assert (found.path.as_posix(), found.line) == (
        "README.md",
        1,
    ) and "no row of more: | [More](" in found.text


def test_an_error_that_ends_in_a_question_mark_gets_no_full_stop(root):
    edit(root, CHECK, "minutes=5,", "minutes=5")
    (found,) = check_course(load_course(root), run=False)
    assert found.rule == "build" and "Perhaps you forgot a comma?" in found.text and "?." not in found.text


def test_every_rule_is_broken_by_some_test():
    tested = {param.values[1] for param in BROKEN} | {"notebook", "checked", "runs"}
    assert tested == {rule.__name__ for rule in lint.RULES}


def add_exercise(root, name):
    """A second exercise, made of the first, that the text does not have."""
    for path in (CHECK, ANSWERS):
        text = (root / path).read_text("utf-8").replace("def false_alarm_rate(", f"def {name}(")
        edit(root, path.replace("false_alarm_rate", name), "", text)


def test_an_exercise_that_the_text_never_checks_is_found(root):
    add_exercise(root, "forgotten")
    (found,) = problems(root)
    assert (found.rule, found.text) == ("checked", "the text never checks detector.forgotten")
    lines = (root.parent / found.path).read_text("utf-8").splitlines()
    assert lines[found.line - 1].startswith("def forgotten(")


def test_an_exercise_without_answers_is_found(root):
    (root / ANSWERS).unlink()
    (found,) = problems(root)
    assert (found.rule, found.path.as_posix()) == ("answers", f"course/{CHECK}")
    assert "answers/false_alarm_rate.py is not there" in found.text


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gone.py", "is not there"),
        ("lesson.py", "must stay closed"),
        ("answers", "must stay closed"),
        ("checks/false_alarm_rate.py", "must stay closed"),
        ("../detector/lesson.py", "must stay closed"),
        ("./lesson.py", "must stay closed"),
    ],
)
def test_what_a_lesson_shows_to_learners_code_is_there_and_none_of_what_stays_closed(root, name, says):
    edit(root, MANIFEST, "minutes = 15", f'minutes = 15\nvisible = ["{name}"]')
    (found,) = problems(root)
    assert (found.rule, found.path.as_posix()) == ("files", f"course/{MANIFEST}")
    assert name in found.text and says in found.text
    assert name in (root / MANIFEST).read_text("utf-8").splitlines()[found.line - 1]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gone", "is not there"),
        ("m0_example", "must stay closed"),
        ("m0_example/detector", "must stay closed"),
        ("pretest", "must stay closed"),
        ("..", "must stay closed"),
        (".", "must stay closed"),
    ],
)
def test_what_a_course_shows_to_learners_code_is_there_and_none_of_what_stays_closed(root, name, says):
    edit(root, "pretest/items.py", "", "FORMS = {}")
    edit(root, MANIFEST, "[[modules]]", f'visible = ["rules", "{name}"]\n\n[[modules]]')
    (found,) = problems(root)
    assert (found.rule, found.path.as_posix()) == ("files", f"course/{MANIFEST}")
    assert name in found.text and says in found.text


@pytest.mark.parametrize(
    "shown",
    [
        SHOWN,
        SHOWN.replace("import dial, twin", "import dial, twin as dial_twin").replace(
            "\ntwin()", "\ndial_twin()"
        ),
        f"# %%\nfrom {PACKAGE} import dial\n\ndial.dial()\n\n# %%\ndial.twin()\n\n{LAST}",
    ],
    ids=["by name", "renamed", "through its module"],
)
def test_a_widget_with_its_twin_is_no_problem(root, shown):
    edit(root, DIAL, "", WITH_TWIN)
    edit(root, *VISIBLE)
    edit(root, TEXT, LAST, shown)
    assert problems(root) == []


def test_the_twin_of_one_widget_does_not_stand_for_another(root):
    edit(root, DIAL, "", WITH_TWIN)
    edit(root, *VISIBLE)
    edit(root, "explore/knob.py", "", WITH_TWIN.replace("dial", "knob"))
    edit(root, MANIFEST, "[[modules]]", 'visible = ["explore"]\n\n[[modules]]')
    edit(root, TEXT, LAST, SHOWN.replace("dial()", WITH_KNOB, 1))
    (found,) = problems(root)
    assert (found.rule, "course.explore.knob" in found.text) == ("twins", True)


def test_parts_may_be_entered_by_a_name_and_a_computed_one_is_believed(root):
    edit(root, CHECK, 't.part("inputs")', "t.part(key)")
    edit(root, CHECK, "    for rng in t.cases(5):", '    key = "inputs"\n    for rng in t.cases(5):')
    assert problems(root) == []
    edit(root, CHECK, 'key = "inputs"', 'key = "puts"')
    (found,) = problems(root)
    assert (found.rule, found.text) == ("parts", "the check never enters the part 'inputs'")
    edit(root, CHECK, "t.part(key)", 't.part(f"in{key}")')
    assert problems(root) == []


def test_a_part_that_shared_material_enters_is_entered(root):
    edit(
        root,
        f"{FOLDER}/material.py",
        "",
        'def same(t, kept):\n    with t.part("inputs"):\n        t.expect(kept, "x")\n',
    )
    edit(root, CHECK, "import numpy as np", "import numpy as np\n\nfrom ..material import same")
    edit(root, CHECK, 't.part("inputs")', "np.errstate()")
    assert problems(root) == []


def test_the_same_constant_in_text_and_check_is_no_problem(root):
    edit(root, TEXT, LAST, "# %%\nBUDGET = 3\nLEVELS = np.arange(3)\n\n# %%\nprogress()")
    edit(root, CHECK, "@exercise(", "BUDGET = 3\nLEVELS = [4]\n\n\n@exercise(")
    assert problems(root) == []


def test_a_shared_module_of_the_pictures_needs_no_twin(root):
    edit(root, MANIFEST, "[[modules]]", 'visible = ["explore"]\n\n[[modules]]')
    edit(root, "explore/chart.py", "", '"""Draws."""\n\n\ndef line_chart():\n    return ""\n')
    edit(root, "explore/panel.py", "", '"""Joins."""\n\n\ndef panel(draw, **controls):\n    return draw\n')
    edit(root, TEXT, LAST, "# %%\nfrom course.explore.panel import panel\n\n# %%\nprogress()")
    assert problems(root) == []


def test_files_of_tools_and_of_a_lessons_form_are_no_strays(root):
    for name in ("__pycache__/x.pyc", "checks/__pycache__/x.pyc", ".ipynb_checkpoints/x", "progress.json",
                 "material.py", "measured.md", "monday.md"):  # fmt: skip
        edit(root, f"{FOLDER}/{name}", "", "x = 1")
    edit(root, "m0_example/__pycache__/x.pyc", "", "x")
    edit(root, "pretest/items.py", "", "x = 1")
    assert problems(root) == []


def test_links_to_notebooks_sheets_sections_and_sites_are_no_problem(root):
    edit(root, f"{FOLDER}/monday.md", "", "# A sheet")
    for link in ("detector.ipynb", "../detector/detector.ipynb#Summary", "monday.md", "#Summary",
                 "https://example.org", "mailto:ada@example.org"):  # fmt: skip
        edit(root, TEXT, "What does", f"[There]({link}). What does")
    assert problems(root) == []


def add_lesson(root, module, name, closing):
    """A second lesson, made of the first, which ends in the text `closing`."""
    entry = f'\n[[modules]]\nid = "{module}"\ntitle = "More"\n\n[[modules.lessons]]\nid = "{name}"\n'
    manifest = (root / MANIFEST).read_text("utf-8") + entry + 'title = "More"\nminutes = 15\n'
    (root / MANIFEST).write_text(manifest, "utf-8")
    for path in (TEXT, PREDICTIONS, CHECK, ANSWERS):
        other = path.replace(FOLDER, f"{module}/{name}")
        edit(root, other, "", (root / path).read_text("utf-8").replace("detector.", f"{name}."))
    edit(root, f"{module}/{name}/lesson.py", LAST, f"{LAST}\n\n# %% [markdown]\n# {closing}")


def test_a_lesson_ends_with_links_to_the_next_one_and_to_the_start_page(root):
    add_lesson(root, "m1_more", "scanner", "The end.")
    found = problems(root)
    start, more = "../../m0_example/detector/detector.ipynb", "../../m1_more/scanner/scanner.ipynb"
    assert [(problem.rule, problem.path.parent.name, problem.text) for problem in found] == [
        ("links", "detector", f"the last cell has no link to the next lesson, {more}"),
        ("links", "scanner", f"the last cell has no link to the start page, {start}"),
    ]
    for problem in found:
        line = (root.parent / problem.path).read_text("utf-8").splitlines()[problem.line - 1]
        assert line.startswith("# %%")


def test_links_above_the_last_cell_do_not_say_where_to_go_on(root):
    add_lesson(root, "m1_more", "scanner", "[Back](../../m0_example/detector/detector.ipynb)")
    edit(root, TEXT, "# ## Summary", "# [On](../../m1_more/scanner/scanner.ipynb)\n#\n# ## Summary")
    (found,) = problems(root)
    assert (found.rule, "next lesson" in found.text) == ("links", True)
    edit(root, TEXT, LAST, f"{LAST}\n\n# %% [markdown]\n# [On](../../m1_more/scanner/scanner.ipynb)")
    assert problems(root) == []


def test_a_route_of_exercises_that_exist_is_no_problem(root):
    edit(root, MANIFEST, "minutes = 15", "minutes = 15\n" + ROUTE)
    assert problems(root) == []


def test_prose_may_name_a_registry(root):
    edit(root, TEXT, "# ## Summary", "# What does `pip install` trust? pypi.org says.\n#\n# ## Summary")
    assert problems(root) == []


# -- the notebook ----------------------------------------------------------------------------------


def found_in_notebook(root):
    (found,) = check_course(load_course(root), run=False)
    assert (found.rule, found.path.as_posix(), found.line) == ("notebook", f"course/{NOTEBOOK}", 1)
    return found.text


def test_a_notebook_that_was_never_built_is_found(root):
    assert "is not built" in found_in_notebook(root)


def test_a_stale_notebook_is_found_and_building_mends_it(root):
    build(load_course(root))
    edit(root, TEXT, "What does that cost?", "At what price?")
    assert "does not agree with its text" in found_in_notebook(root)
    assert problems(root) == []


def test_a_notebook_edited_by_hand_is_found(root):
    build(load_course(root))
    edit(root, NOTEBOOK, "raise NotImplementedError()", "return 0.5")
    assert "does not agree with its text" in found_in_notebook(root)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"execution_count": null', '"execution_count": 3'),
        ('"outputs": []', '"outputs": [{"output_type": "stream"}]'),
    ],
    ids=["execution count", "output"],
)
def test_a_notebook_that_was_run_is_found(root, old, new):
    build(load_course(root))
    edit(root, NOTEBOOK, old, new)
    assert "holds outputs" in found_in_notebook(root)


def test_a_notebook_that_is_no_json_is_found(root):
    build(load_course(root))
    (root / NOTEBOOK).write_text("<<<<<<< half merged", "utf-8")
    assert "does not agree with its text" in found_in_notebook(root)


# -- what cannot be built --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edits", "path", "says"),
    [
        ([(TEXT, "import numpy as np", "import numpy as")], TEXT, "not Python"),
        ([(TEXT, "    ### END SOLUTION\n", "")], TEXT, "nbgrader refuses"),
        (
            [(TEXT, 'check("detector.false_alarm_rate"', 'check("detector.rate"')],
            TEXT,
            "no exercise 'detector.rate'",
        ),
        (
            [(TEXT, "    ### BEGIN SOLUTION\n", ""), (TEXT, "    ### END SOLUTION\n", "")],
            TEXT,
            "no solution cell",
        ),
        ([(CHECK, "import numpy as np", "import numpy_as_np")], CHECK, "numpy_as_np"),
        ([(PREDICTIONS, "answer=3,", "answer=three,")], PREDICTIONS, "three"),
        ([(CHECK, "def false_alarm_rate(", "def false_alarms(")], CHECK, "file and function have one name"),
        ([(CHECK, "@exercise(", "dict(")], CHECK, "defines no exercise"),
        ([(ANSWERS, "ANSWERS = ", "OTHERS = ")], ANSWERS, "defines no ANSWERS"),
        ([(ANSWERS, "def constant", "def")], ANSWERS, "SyntaxError"),
    ],
)
def test_what_cannot_be_built_is_one_problem_with_its_place(root, edits, path, says):
    for change in edits:
        edit(root, *change)
    (found,) = check_course(load_course(root), run=False)
    assert (found.rule, found.path.as_posix()) == ("build", f"course/{path}")
    assert says in found.text


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (CHECK, "    for rng in t.cases(5):", "    for rng in t.cases(5)"),
        (ANSWERS, "    return 0.3", "    return 0.3)"),
        (PREDICTIONS, "answer=3,", "answer=,"),
        (f"{FOLDER}/material.py", "", "\n\nTHREE = = 3\n"),
    ],
    ids=["check", "answers", "predictions", "material"],
)
def test_a_syntax_error_is_one_problem_at_its_own_line(root, name, old, new):
    edit(root, name, old, new)
    if name.endswith("material.py"):
        edit(root, CHECK, "import numpy as np", "import numpy as np\n\nfrom ..material import THREE")
    (found,) = check_course(load_course(root), run=False)
    assert (found.rule, found.path.as_posix()) == ("build", f"course/{name}")
    line = (root / name).read_text("utf-8").splitlines()[found.line - 1]
    assert line.strip() == new.strip()


def test_a_missing_text_is_one_problem(root):
    (root / TEXT).unlink()
    (found,) = check_course(load_course(root), run=False)
    assert (found.rule, found.path.as_posix()) == ("build", f"course/{TEXT}")


def test_a_missing_check_is_one_problem_where_the_text_asks_for_it(root):
    (root / CHECK).unlink()
    (found, pair) = check_course(load_course(root), run=False)
    assert (pair.rule, found.rule, found.path.as_posix()) == ("build", "files", f"course/{ANSWERS}")
    assert "no exercise 'detector.false_alarm_rate'" in pair.text
    line = (root / TEXT).read_text("utf-8").splitlines()[pair.line]
    assert line.startswith("check(")


def test_problems_of_one_lesson_do_not_hide_those_of_the_next(root):
    manifest = (root / MANIFEST).read_text("utf-8")
    entry = manifest[manifest.index("[[modules.lessons]]") :]
    edit(root, MANIFEST, "[[modules.lessons]]", entry.replace("detector", "lost") + "\n[[modules.lessons]]")
    edit(root, TEXT, "# ## Summary", "# ## The end")
    edit(root, TEXT, LAST, f"{LAST}\n\n# %% [markdown]\n# [Back](../lost/lost.ipynb)")
    build(course := load_course(root), [course.lesson("detector")])
    assert [(problem.rule, problem.path.parent.name) for problem in check_course(course, run=False)] == [
        ("build", "lost"), ("sections", "detector"),
    ]  # fmt: skip
