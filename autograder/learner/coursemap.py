"""The map of the course: its lessons, what is done of them, what is left, and where to go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.catalog import Course, Route, find_course
from autograder.errors import CourseError
from autograder.learner.due import due
from autograder.learner.journal import Journal, Pages
from autograder.learner.overview import link
from autograder.learner.panel import Plain, show
from autograder.learner.standing import LessonProgress, chosen, go_on, standing
from autograder.verdict import esc

COLUMNS = ("module", "lesson", "state", "minutes", "left")


def course_map(route: str | None = None) -> None:
    """Show the lessons with what is done and how many minutes are left, and where to go on.

    `route` is the id of a route, such as `essentials`: then only what it takes is shown, here and in
    `progress()`, until another is chosen.
    """
    try:
        course = find_course()
        journal = Journal.find()
        if route:
            known = course.route(route).id
            pages = journal.update(lambda pages: setattr(pages, "route", known))
        else:
            pages = journal.read()
        stops = _stops(course, pages)
        at = go_on([stop.at for stop in stops], pages)
        taken = chosen(course, pages)
        title = taken.title if taken else course.title
        routes = [(way, _hours(way.minutes)) for way in course.routes]
        again = len(due(course, pages))
    except CourseError as error:
        raise Plain(error.what, do=error.do) from None
    notes = [f"{again} to look at again, a minute each: `review()`, on the start page."] * bool(again)
    if at is None:
        notes.insert(
            0, "Nothing is left to do here. `progress()` says what you can now do; `posttest()` comes next."
        )
    text = "\n".join([_map_text(title, stops, at, routes), *(note.replace("`", "") for note in notes)])
    show(text, _map_html(title, stops, at, routes) + "".join(f"<p>{esc(note)}</p>" for note in notes))


@dataclass(frozen=True)
class Station:
    """One lesson on the map: its module's title, and its standing."""

    module: str
    at: LessonProgress

    def numbers(self) -> tuple[str, str]:
        return str(self.at.minutes), str(self.at.minutes_left)


def _stops(course: Course, pages: Pages) -> list[Station]:
    modules = {one.id: module.title for module in course.modules for one in module.lessons}
    return [Station(modules[at.lesson.id], at) for at in standing(course, pages)]


def _map_text(
    title: str, stops: list[Station], at: LessonProgress | None, routes: list[tuple[Route, str]]
) -> str:
    rows = [COLUMNS, *((one.module, one.at.lesson.title, one.at.state, *one.numbers()) for one in stops)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(
        [
            f"{title}: {_remaining(stops)}",
            f"Go on with: {at.lesson.title}, {at.left[0].id}" if at else "Nothing is left to do here.",
            *(line.rstrip() for line in table),
            *(f'course_map("{way.id}"): {way.title}, {time}. {way.about}' for way, time in routes),
        ]
    )


def _map_html(
    title: str, stops: list[Station], at: LessonProgress | None, routes: list[tuple[Route, str]]
) -> str:
    if at:
        there = link(at.lesson, f"Go on with: {at.lesson.title}")
        next_ = f"{there}, exercise <code>{esc(at.left[0].name)}</code>"
    else:
        next_ = "Nothing is left to do here."
    marks = ["", "", "", ' class="aisec-number"', ' class="aisec-number"']
    head = "".join(f'<th scope="col"{mark}>{name}</th>' for name, mark in zip(COLUMNS, marks, strict=True))
    ways = "".join(
        f"<li>{esc(way.title)}, {time}: {esc(way.about)} {esc(f'`course_map({way.id!r})`')}</li>"
        for way, time in routes
    )
    return (
        f'<p class="aisec-headline"><strong>{esc(title)}</strong>: {_remaining(stops)}</p>'
        f'<p class="aisec-headline">→ <strong>{next_}</strong></p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(_rows(stops))}</tbody></table>"
        + (f"<details><summary>Routes through the course</summary><ul>{ways}</ul></details>" if ways else "")
    )


def _rows(stops: list[Station]) -> Iterator[str]:
    """The table's rows; a module's title stands once, beside all of its lessons."""
    before = ""
    for stop in stops:
        together = sum(other.module == stop.module for other in stops)
        module = f'<th scope="rowgroup" rowspan="{together}">{esc(stop.module)}</th>'
        planned, left = stop.numbers()
        yield (
            f"<tr>{module if stop.module != before else ''}"
            f"<td>{link(stop.at.lesson, stop.at.lesson.title)}</td>"
            f'<td>{stop.at.state.replace(" ", "&nbsp;")}</td><td class="aisec-number">{planned}</td>'
            f'<td class="aisec-number">{left}</td></tr>'
        )
        before = stop.module


def _remaining(stops: list[Station]) -> str:
    planned, left = sum(stop.at.minutes for stop in stops), sum(stop.at.minutes_left for stop in stops)
    if left == planned:
        return f"about {_hours(planned)}"
    return f"about {_hours(left)} of {_hours(planned)} left" if left else f"done, {_hours(planned)}"


def _hours(minutes: int) -> str:
    """`45 min`, `5 h 15 min`, in one piece: no line ends within."""
    hours, rest = divmod(minutes, 60)
    said = [f"{hours} h"] * bool(hours) + [f"{rest} min"] * (bool(rest) or not hours)
    return " ".join(said).replace(" ", "\u00a0")
