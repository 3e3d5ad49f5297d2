"""Self-contained pages: a template, the style sheet inlined, and a policy that forbids everything else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from autograder.errors import AisecError
from autograder.verdict import Outcome, points_text

TEMPLATES = Path(__file__).parent / "templates"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    from autograder.report.markup import plain

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        policy=POLICY, style=Markup((TEMPLATES / "style.css").read_text("utf-8")), Outcome=Outcome
    )
    environment.filters.update(
        css=lambda word: str(word).replace(" ", "-"),
        number=lambda value: f"{value:.6g}",
        percent=lambda share: f"{100 * share:.0f} %",
        plain=plain,
    )
    environment.globals["points"] = points_text
    return environment


def render(template: str, **values: Any) -> str:
    """A page of `templates/`, every value escaped that the code did not mark safe."""
    return _environment().get_template(template).render(**values)


def within(root: Path, *names: str) -> Path:
    """`root/name/…`, where each name is one step down and none is a symbolic link.

    `root` itself may be reached through links: it is the instructor's choice. Raises AisecError.
    """
    path = root.resolve()
    for name in names:
        if name in ("", ".", "..") or "/" in name or "\\" in name or "\0" in name:
            raise AisecError(f"{name!r} is not a name of a file or folder", where=str(path))
        path /= name
        if path.is_symlink():
            raise AisecError("is a symbolic link", where=str(path), do="Remove it and run this again.")
    return path
