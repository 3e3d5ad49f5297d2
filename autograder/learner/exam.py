"""One of the two tests as a kernel gives it: what is open, what was answered, and how long it took."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from autograder.catalog import find_course, load_module
from autograder.errors import CourseError
from autograder.learner.journal import Journal, Reply, Sitting, now
from autograder.learner.panel import Plain
from autograder.learner.task import holds, not_python

TITLES = {"pretest": "Pre-test", "posttest": "Post-test"}
MINUTES = 30
LONGEST = 600  # seconds that one item counts at most; what is longer is an interruption


def forms() -> dict[str, tuple[Any, ...]]:
    """Form → its items, from the course's `pretest/items.py`; empty when there is no such file."""
    path = find_course().root / "pretest" / "items.py"
    return load_module(path).FORMS if path.is_file() else {}


class Exam:
    """The test `which`, `pretest` or `posttest`, with the answers of a journal. Raises CourseError."""

    def __init__(self, which: str, journal: Journal) -> None:
        self.which, self.forms = which, forms()
        if not self.forms:
            raise CourseError(f"this course has no {TITLES[which].lower()}")
        self.shown: Any = None  # the item that the learner looks at
        self._journal = journal
        self._unsaved = Sitting()
        self._skipped: list[str] = []
        self._doubted = ""
        self._spent: Counter[str] = Counter()
        self._since = 0.0

    @property
    def sitting(self) -> Sitting:
        """What is kept, and what could not be saved yet."""
        sitting = getattr(self._journal.read(), self.which)
        sitting.join(self._unsaved)
        return sitting

    @property
    def open(self) -> list[Any]:
        """The items without an answer: in their order, those that were skipped at the end."""
        sitting = self.sitting
        left = [item for item in self._items(sitting.form) if item.id not in sitting.items]
        return sorted(left, key=lambda item: item.id in self._skipped and 1 + self._skipped.index(item.id))

    def begin(self) -> None:
        """Draw the form by lot, unless it was drawn before; the second test takes another than the first."""
        if self.sitting.form:
            return
        import secrets

        pages = self._journal.read()
        left = [form for form in self.forms if form not in (pages.pretest.form, pages.posttest.form)]
        self._keep(Sitting(secrets.choice(left), now()))

    def show(self, item: Any) -> None:
        """Note what the learner looks at from now on: an item, or None."""
        if self.shown:
            self._spent[self.shown.id] += time.monotonic() - self._since
        self.shown, self._since = item, time.monotonic()

    def skip(self, item: Any) -> None:
        """Put an item at the end, until this kernel ends."""
        self._skipped = [*(name for name in self._skipped if name != item.id), item.id]

    def doubt(self, item: Any, code: str) -> str:
        """Why `code` is hardly meant as the answer yet; empty when it may be, or is committed once more."""
        if code.strip() == item.code.strip():
            doubt = "Nothing is written yet"
        elif place := not_python(code):
            doubt = f"This is not Python yet, {place}"
        else:
            return ""
        if code == self._doubted:
            return ""
        self._doubted = code
        return f"{doubt}. Mend it, or commit it once more to leave it so."

    def answer(self, item: Any, answer: str, sure: bool | None) -> None:
        """Keep the answer to an item, the text of an option or code; the first one counts."""
        self.show(None)
        if item.kind == "code":
            right = holds(answer, item.function, item.cases)
        else:
            right = answer == item.options[item.answer]
        form = next(form for form, items in self.forms.items() if any(item is other for other in items))
        reply = Reply(answer, sure, right, now(), round(min(self._spent[item.id], LONGEST)))
        self._keep(Sitting(form, items={item.id: reply}))

    def number(self, item: Any) -> str:
        """Which one it is, such as `Item 3 of 24`."""
        items = self._items(self.sitting.form)
        again = ", skipped before" if item.id in self._skipped else ""
        return f"Item {items.index(item) + 1} of {len(items)}{again}"

    def standing(self) -> tuple[str, str]:
        """A headline and a few sentences: what the test is, how far the learner is, or that it is done."""
        sitting, title = self.sitting, TITLES[self.which]
        total = len(self._items(sitting.form))
        done = total - len(self.open)
        if not sitting.form:
            return f"{title}: where do you stand?", (
                f"{total} items, about {MINUTES} minutes. Stop whenever you like: each answer is kept at "
                "once, in `progress.json` in your folder and nowhere else. Whether it is right is not shown "
                "now. “I am not sure” is a fine answer."
            )
        if done < total:
            note = "Your answers are kept in `progress.json`. Go on whenever you like."
            return f"{title}: {done} of {total} items answered", note
        where = "beside the post-test" if self.which == "pretest" else "beside the pre-test, in `progress()`"
        minutes = max(1, round(sum(reply.seconds for reply in sitting.items.values()) / 60))
        time_taken = f"{minutes} minute{'' if minutes == 1 else 's'}"
        return f"{title}: done", (
            f"Form {sitting.form}, {done} of {total} items answered, in about {time_taken}. "
            f"Your answers are kept; you will see them {where}."
        )

    def _items(self, form: str) -> tuple[Any, ...]:
        """The items of a form; before one was drawn, those of any."""
        if form and form not in self.forms:
            raise Plain(
                f"this course has no form {form!r} of the test",
                do="Update the course, and install it as its README says.",
            )
        return self.forms[form or min(self.forms)]

    def _keep(self, news: Sitting) -> None:
        """Save `news`. While the file cannot be written, this kernel holds it, and tries again next time."""
        self._unsaved.join(news)
        pages = self._journal.update(lambda pages: getattr(pages, self.which).join(self._unsaved))
        if getattr(self._journal.read(), self.which) == getattr(pages, self.which):
            self._unsaved = Sitting()
