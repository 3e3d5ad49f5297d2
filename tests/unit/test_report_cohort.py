"""The cohort report: what it counts is told, whoever and however many there are."""

import re
from dataclasses import replace

import pytest
from report_course import PASSED, Page, cohort_of, good, grade, hand_in, result, verdict, weak

from autograder.grading.scores import Booked, CellScore
from autograder.report.cohort import cohort_page, write_cohort
from autograder.report.feedback import write_feedback
from autograder.report.page import POLICY, TEMPLATES
from autograder.report.standing import Cohort, Standing, read_cohort
from autograder.verdict import Outcome


def words_of(cohort: Cohort) -> str:
    return " ".join(Page(cohort_page(cohort)).words.split())


def many(count: int, lessons: tuple[str, ...] = ("poisoning",)) -> Cohort:
    """A cohort without a disk: every third learner weak, every tenth absent."""
    roster = tuple(f"s{number:03d}" for number in range(count))
    standings = {}
    for number, student in enumerate(roster):
        for lesson in lessons:
            found = None if number % 10 == 9 else weak(student) if number % 3 else good(student, lesson)
            standings[student, lesson] = Standing(student, lesson, found is not None, found)
    return Cohort(TEMPLATES, roster, lessons, dict.fromkeys(lessons, 16.0), standings)


@pytest.mark.parametrize("count", [0, 1, 12, 400])
def test_a_cohort_of_any_size_makes_a_page(count):
    page = Page(cohort_page(many(count)))
    assert page.dangers() == []
    assert page.words.count("not handed in") == count // 10


def test_four_hundred_learners_stay_a_modest_page():
    assert len(cohort_page(many(400)).encode()) < 400_000


def test_an_empty_course_says_that_nobody_is_here(tmp_path):
    assert "Nobody is here yet" in words_of(read_cohort(tmp_path))


def test_the_headline_and_each_row_are_told_in_words(tmp_path):
    hand_in(tmp_path, "late")
    words = words_of(cohort_of(tmp_path, good("ada"), weak("bob"), roster=("gone",)))
    assert "Handed in 3 of 4" in words
    assert "Median score 66 % 10.5 of 16 points" in words
    assert "gone not handed in" in words and "late not graded yet" in words
    assert re.search(r"bob ◐ partly 5 ?◐ partly 5 ?✗ failed 0", words)


def test_colour_is_never_alone(tmp_path):
    """Each coloured cell of the matrix holds the outcome's word."""
    page = cohort_page(cohort_of(tmp_path, good("ada"), weak("bob"), roster=("gone",)))
    cells = re.findall(r'<td class="aisec-([a-z-]+)"[^>]*>(.*?)</td>', page)
    outcomes = {str(outcome).replace(" ", "-"): str(outcome) for outcome in Outcome}
    coloured = [(css, body) for css, body in cells if css in outcomes]
    assert len(coloured) == 6
    assert all(outcomes[css] in body for css, body in coloured)


def test_what_was_judged_inside_is_marked(tmp_path):
    def inside(found):
        return replace(found, verdicts=(replace(found.verdicts[0], inside=True), *found.verdicts[1:]))

    assert "judged inside" not in words_of(cohort_of(tmp_path, good("ada")))
    words = words_of(cohort_of(tmp_path / "again", inside(good("ada")), weak("bob")))
    assert words.count("judged inside") == 1


def test_hard_exercises_slips_and_stops_are_told(tmp_path):
    timed = result("tim", verdict("flip_labels", PASSED, Outcome.TIMED_OUT), message="30 seconds are over.")
    words = words_of(cohort_of(tmp_path, good("ada"), weak("bob"), timed))
    assert "poisoning.scan_triggers 50 % 0 % 50 % 0 % 50 %" in words
    assert "1 of 2 50 % A fixed threshold fires on a clean model. poisoning.scan_triggers" in words
    assert "Timed out: 1" in words and "tim, poisoning: 30 seconds are over." in words


def test_the_histogram_has_a_text_that_says_the_same(tmp_path):
    page = Page(cohort_page(cohort_of(tmp_path, good("ada"), weak("bob"))))
    (picture,) = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert picture["role"] == "img"
    assert picture["aria-label"] == "Learners by share of the points: 1 from 30 to 40 %, 1 from 90 to 100 %."


def test_names_and_texts_are_escaped_wherever_they_come_from(tmp_path):
    evil = "<script>alert(1)<script>\"' onload='alert(1)"
    page = cohort_page(
        cohort_of(
            tmp_path,
            weak("bob", evil),
            result(
                "eve",
                verdict("flip_labels", PASSED, Outcome.BLOCKED, message=evil),
                message=evil,
                notes=(evil,),
            ),
            result("ada", lesson=evil, outcome=Outcome.ERROR, message=evil),
            roster=(evil,),
        )
    )
    assert Page(page).dangers() == []
    assert Page(page).words.count("<script>alert(1)") >= 6


def test_long_and_right_to_left_names_stay_apart(tmp_path):
    names = ("x" * 5000, "خوارزمي", "\u202eadmin")
    page = cohort_page(cohort_of(tmp_path, weak("ada", "y" * 5000), roster=names))
    assert "<bdi>خوارزمي</bdi>" in page
    assert "\u202e" not in page
    assert "x" * 200 not in page and "y" * 400 not in page


def test_the_page_needs_no_script_and_nothing_from_outside(tmp_path):
    page = cohort_page(cohort_of(tmp_path, good("ada")))
    assert "<script" not in page and "url(" not in page and "@import" not in page and "http:" not in page
    assert ("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}) in Page(page).tags


def test_learners_link_to_the_feedback_pages_that_are_there(tmp_path):
    for found in (good("ada"), weak("bob")):
        grade(tmp_path, found)
    write_feedback(tmp_path)
    (tmp_path / "feedback" / "bob" / "poisoning" / "poisoning.html").unlink()
    out = write_cohort(read_cohort(tmp_path), tmp_path / "cohort.html")
    links = [attributes["href"] for tag, attributes in Page(out.read_text("utf-8")).tags if tag == "a"]
    pages = [link for link in links if not link.startswith("#")]
    assert pages == ["feedback/ada/poisoning/poisoning.html"]
    assert (tmp_path / pages[0]).is_file()


def test_a_person_s_marks_are_marked_as_such(tmp_path):
    booked = Booked(
        {"poisoning.flip_labels": CellScore(7, 8, by_hand=True), "poisoning.scan_triggers": CellScore(0, 8)},
        16,
    )
    standing = Standing("ada", "poisoning", True, weak("ada"), booked)
    cohort = Cohort(tmp_path, ("ada",), ("poisoning",), {"poisoning": 16.0}, {("ada", "poisoning"): standing})
    assert "partly 7 by hand" in words_of(cohort)


def test_several_lessons_have_an_overview_and_a_table_each():
    page = Page(cohort_page(many(12, ("poisoning", "privacy"))))
    assert [tag for tag, _ in page.tags].count("details") == 2
    assert "All lessons" in page.words


def test_headings_and_labels_lead_somewhere(tmp_path):
    page = Page(cohort_page(cohort_of(tmp_path, good("ada"), good("ada", "privacy"), weak("bob"))))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = [attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes]
    wanted += [a["href"][1:] for tag, a in page.tags if tag == "a" and a["href"].startswith("#")]
    assert set(wanted) <= set(ids)
    assert [tag for tag, _ in page.tags].count("h1") == 1


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_has_the_contrast_of_wcag_aa(theme):
    """At least 4.5 to 1 (WCAG 2.2, 1.4.3) for each ink on the grounds that it stands on."""
    style = (TEMPLATES / "style.css").read_text("utf-8")
    colours = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block)) for block in style.split(":root")[1:3]
    ]
    ink = colours[theme]
    pairs = [(name, f"{name}-back") for name in ("good", "part", "bad", "none", "stop", "fault")]
    pairs += [
        (name, "card") for name in ("good", "part", "bad", "none", "stop", "fault", "text", "quiet", "link")
    ]
    pairs += [("text", f"{name}-back") for name in ("good", "part", "bad", "none", "stop", "fault")]
    pairs += [(name, "back") for name in ("text", "quiet", "link", "bad")]
    pairs += [(name, "code") for name in ("text", "keyword", "string", "number", "name", "comment")]
    poor = {pair: contrast(ink[pair[0]], ink[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, as WCAG 2.2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
