"""What we draw in a notebook can be read: axe finds nothing serious in it, and nothing of it is cut off."""

from __future__ import annotations

from pathlib import Path

import nbformat

import course
from autograder.catalog import load_course

PANELS = {
    "imports": """
from autograder.learner import *
from autograder.learner.keeper import Keeper
from autograder.learner.panel import show
""",
    "ready": "ready()",
    "map": "course_map()",
    "route": 'course_map("essentials")',
    "question": 'predict("poisoning.dial")',
    "guess-wrong": 'predict("welcome.seeds", choice=1, sure=True)',
    "not-attempted": """
def accuracy(y_true, y_pred):
    raise NotImplementedError()
check("welcome.accuracy", accuracy)
""",
    "failed": 'check("welcome.accuracy", lambda y_true, y_pred: 0.5)',
    "error": 'check("welcome.accuracy", lambda y_true, y_pred: y_true.mean)',
    "passed": """
def accuracy(y_true, y_pred):
    if len(y_true) != len(y_pred) or len(y_true) == 0:
        raise ValueError("lengths")
    return sum(a == b for a, b in zip(y_true, y_pred)) / len(y_true)
check("welcome.accuracy", accuracy)
""",
    "hint": 'hint("welcome.accuracy"); hint("welcome.accuracy"); hint("welcome.accuracy")',
    "solution": 'solution("welcome.accuracy")',
    "others": 'others("welcome.accuracy")',
    "review": """
from autograder.learner.journal import Journal
long_ago = lambda pages: setattr(pages.tried("welcome.accuracy"), "passed", "2026-01-01T00:00:00Z")
Journal.find().update(long_ago)
review()
""",
    "reviewed": 'review("welcome.accuracy", accuracy)',
    "ending": """
from autograder.catalog import find_course
from autograder.learner.ending import ending
from autograder.learner.exam import forms
from autograder.learner.journal import Journal, Reply, Sitting
from autograder.learner.standing import standing
pages = Journal.find().read()
for number, (which, form) in enumerate(zip(("pretest", "posttest"), forms())):
    asked = enumerate(forms()[form])
    replies = [(item.id, Reply("", True, bool(number or at % 2), "", 9)) for at, item in asked]
    setattr(pages, which, Sitting(form, "", dict(replies)))
show(*ending("Essentials", standing(find_course(), pages), pages))
""",
    "reset": 'reset("welcome")',
    "posttest": "posttest()",
    "progress": "progress()",
    "save": "save_work()",
    "restore": "restore_work()",
    "pretest": "pretest()",
}
PICTURES = {
    f"{path.stem}{form}": f"import course.{module} as shown\nshown.{call}()"
    for lesson in load_course(Path(course.__file__).parent).lessons
    for path in lesson.pictures
    for module in [".".join(path.relative_to(lesson.folder.parents[1]).with_suffix("").parts)]
    for form, call in (("", path.stem), ("-twin", "twin"))
}
SURFACES = PANELS | PICTURES
#: Widths of a window, at 100 % and at 200 %; the height holds the tallest picture whole.
WIDTHS = {"": 1280, "-200": 640}
HEIGHT = 3000


def test_everything_we_draw_can_be_read_in_light_and_dark_and_at_200_percent(lab, visit):
    page = visit(viewport={"width": WIDTHS[""], "height": HEIGHT})
    page.open(lab.address_of(_all_surfaces(lab.desk("looks"))))
    page.page.evaluate("() => lab.command('application:toggle-left-area')")
    page.run_all()
    found = []
    for theme in ("dark", "light"):  # JupyterLab remembers the last one
        page.theme(theme)
        for zoom, width in WIDTHS.items():
            page.page.set_viewport_size({"width": width, "height": HEIGHT})
            for name in list(SURFACES)[1:]:
                page.shot(f"{theme}{zoom}-{name}", page.cell(f"#{name}\n").locator(".jp-Cell-outputWrapper"))
            found += [f"{theme}{zoom}: {line}" for line in page.axe() + page.cut_off()]
    assert found == []


def test_what_cannot_be_read_is_found(lab, visit):
    page = visit()
    page.open(lab.address_of(lab.desk("unreadable") / "start" / "welcome" / "welcome.ipynb"))
    panel = page.run("ready()").locator(".aisec-panel")
    assert page.axe() + page.cut_off() == []
    panel.evaluate("panel => { panel.innerHTML = '<p style=color:#999>pale</p><button></button>' }")
    assert [line.split()[0] for line in page.axe()] == ["button-name", "color-contrast"]
    clipped = "<p style=overflow:hidden><span style=white-space:nowrap>" + 99 * "long "
    panel.evaluate("(panel, clipped) => { panel.innerHTML = clipped }", clipped)
    assert len(page.cut_off()) == 1
    panel.evaluate("panel => { panel.innerHTML = 'wide'; panel.style = 'width: 3000px; max-width: none' }")
    assert len(page.cut_off()) == 1


def _all_surfaces(desk: Path) -> Path:
    """A notebook of one cell for each thing that we draw."""
    cells = [
        nbformat.v4.new_code_cell(f"#{name}\n{source.strip()}", metadata={"tags": ["raises-exception"]})
        for name, source in SURFACES.items()
    ]
    path = desk / "looks.ipynb"
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path
