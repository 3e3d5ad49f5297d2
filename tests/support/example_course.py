"""The course of the worked example in docs/author.md, written out of the document's own code blocks."""

import re
from pathlib import Path

from autograder.catalog import Course, load_course

PROJECT = Path(__file__).parents[2]
AUTHOR_DOC = PROJECT / "docs" / "author.md"
FILE = re.compile(r"`(course/[\w/.]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CLOSING = re.compile(r"\n# %% \[markdown\]\n# ## What comes next\n.*", re.DOTALL)  # leads to our start page
MANIFEST_HEAD = 'format = 1\ntitle = "An example course"\n\n'


def example_files() -> dict[str, str]:
    """Path → text of each file that the document tells an author to write."""
    return dict(FILE.findall(AUTHOR_DOC.read_text("utf-8")))


def write_example(folder: Path) -> Path:
    """Write the example under `folder`, as a course of its own; return the course's root."""
    files = example_files()
    files["course/course.toml"] = MANIFEST_HEAD + files["course/course.toml"]
    lesson = "course/m0_example/detector/lesson.py"
    files[lesson] = CLOSING.sub("", files[lesson])
    standards = "course/rules/standards.toml"
    files[standards] = (PROJECT / standards).read_text("utf-8")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder / "course"


def example_course(folder: Path) -> Course:
    return load_course(write_example(folder))
