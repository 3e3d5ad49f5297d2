"""The committed course keeps its own rules: nothing stale, nothing stray, every exercise complete."""

import re
import tomllib

import pytest
from lessons import COURSE

from autograder.lint import COURSE_RULES, check_course
from autograder.lint.exercises import STANDARDS

FORMS = {
    "atlas": r"AML\.(T\d{4}(\.\d{3})?|M\d{4}|CS\d{4})",
    "owasp_ml": r"ML(0[1-9]|10)",
    "owasp_llm": r"LLM(0[1-9]|10)",
    "owasp_asi": r"ASI(0[1-9]|10)",
    "csf": r"(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d\d",
    "ssdf": r"(PO|PS|PW|RV)\.\d\.\d",
    "ssdf_ai": r"(PO|PS|PW|RV)\.\d\.\d",
}


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.id)
def test_a_lesson_keeps_every_rule_that_a_machine_can_see(lesson):
    assert [str(problem) for problem in check_course(COURSE, [lesson])] == []


def test_the_course_keeps_the_rules_about_what_belongs_to_no_lesson():
    assert [problem for rule in COURSE_RULES for problem in rule(COURSE)] == []


def test_the_standards_have_ids_of_their_catalogues_form_and_a_name_each():
    catalogues = tomllib.loads((COURSE.root / STANDARDS).read_text("utf-8"))
    assert catalogues.keys() == FORMS.keys()
    for key, catalogue in catalogues.items():
        assert catalogue["catalogue"] and catalogue["version"]
        for name, title in catalogue["ids"].items():
            assert re.fullmatch(FORMS[key], name), name
            assert title.strip() == title != "", name


def test_no_standard_stands_in_two_catalogues():
    catalogues = tomllib.loads((COURSE.root / STANDARDS).read_text("utf-8")).values()
    ids = [name for catalogue in catalogues for name in catalogue["ids"]]
    assert len(ids) == len(set(ids))
