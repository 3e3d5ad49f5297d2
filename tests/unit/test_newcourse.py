"""The course directory that `aisec course new` makes."""

import pytest

from autograder.catalog import find_course
from autograder.grading.newcourse import relinked

COURSE = find_course()
LESSON = COURSE.lesson("poisoning")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "See [it](../../m4_monitoring/detection/detection.ipynb).",
            "See [it](../detection/detection.ipynb).",
        ),
        ("See [the plan](../../m5_response/plan/plan.ipynb#roles).", "See the plan."),
        ("A sheet: [Monday](monday.md).", "A sheet: Monday."),
        ("[ATLAS](https://a.example/b.md), [above](#top)", "[ATLAS](https://a.example/b.md), [above](#top)"),
        ("![a picture](../picture.png)", "![a picture](../picture.png)"),
        ("x[0](1)", "x[0](1)"),
    ],
)  # fmt: skip
def test_links_lead_where_nbgrader_lays_the_notebooks(text, expected):
    assert relinked(text, LESSON, [LESSON, COURSE.lesson("detection")]) == expected
