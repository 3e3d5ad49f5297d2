"""How the learner's side looks and speaks: panels for notebooks, the same words as plain text elsewhere.

A panel is self-contained HTML with classes and one small style sheet, no script. Its colours are those of
JupyterLab's theme, so it is light or dark as the page is; marks and words carry the meaning, colour never
alone. Sizes are relative, so it grows with the reader's font.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from autograder.errors import AisecError
from autograder.verdict import esc

RESULTS = "AISEC_CHECK_RESULTS"
_REHEARSALS = (RESULTS, "NBGRADER_VALIDATING", "NBGRADER_EXECUTION")

STYLE = """
.aisec-panel { --ok: var(--jp-success-color1, #2e7d32); --bad: var(--jp-error-color1, #c62828);
  --part: var(--jp-warn-color1, #b26a00); --calm: var(--jp-info-color1, #1565c0);
  --dim: var(--jp-ui-font-color2, #595959); --line: var(--jp-border-color2, #ccc);
  --tone: var(--line); color: var(--jp-content-font-color1, #1b1b1b);
  background: var(--jp-layout-color1, #fff); font-family: var(--jp-content-font-family, sans-serif);
  font-size: var(--jp-content-font-size1, 14px); line-height: 1.5; max-width: 52em; margin: .3em 0;
  padding: .6em 1em; border: 1px solid var(--line); border-left: .4em solid var(--tone); border-radius: .3em;
  overflow-wrap: break-word; }
.aisec-panel:has(> .aisec-passed) { --tone: var(--ok); }
.aisec-panel:has(> .aisec-partly) { --tone: var(--part); }
.aisec-panel:has(> .aisec-failed), .aisec-panel:has(> .aisec-error) { --tone: var(--bad); }
.aisec-panel.aisec-note { --tone: var(--calm); }
.aisec-panel p { margin: .3em 0; }
.aisec-panel .aisec-headline { font-size: 1.1em; margin: 0 0 .3em; }
.aisec-panel .aisec-headline > span:first-child { font-weight: bold; }
.aisec-panel .aisec-passed > p > span:first-child { color: var(--ok); }
.aisec-panel .aisec-failed > p > span:first-child, .aisec-panel .aisec-error > p > span:first-child {
  color: var(--bad); }
.aisec-panel .aisec-points { color: var(--dim); white-space: nowrap; margin-left: .6em; }
.aisec-panel ul.aisec-findings { list-style: none; margin: .3em 0; padding: 0; }
.aisec-panel .aisec-findings > li { padding: .3em 0 .3em 1.6em; text-indent: -1.6em;
  border-top: 1px solid var(--line); }
.aisec-panel .aisec-findings > li > span:first-child { display: inline-block; width: 1.6em; text-indent: 0;
  font-weight: bold; }
.aisec-panel li.aisec-passed > span:first-child { color: var(--ok); }
.aisec-panel li.aisec-failed > span:first-child, .aisec-panel li.aisec-error > span:first-child {
  color: var(--bad); }
.aisec-panel dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1em .9em;
  margin: .3em 0; text-indent: 0; }
.aisec-panel dt, .aisec-panel dd { float: none; width: auto; margin: 0; padding: 0; font-weight: normal; }
.aisec-panel dt { color: var(--dim); }
.aisec-panel dd { white-space: pre-wrap; }
.aisec-panel .aisec-prose { white-space: pre-wrap; }
.aisec-panel h4 { font-size: 1em; font-weight: bold; margin: .7em 0 .1em; }
.aisec-panel ol { margin: .3em 0; padding-left: 1.8em; }
.aisec-panel .aisec-foot { color: var(--dim); border-top: 1px solid var(--line); margin-top: .6em;
  padding-top: .4em; }
.aisec-panel code, .aisec-panel pre { font-family: var(--jp-code-font-family, monospace);
  font-size: .93em; background: var(--jp-layout-color2, #f0f0f0); border-radius: .2em; color: inherit; }
.aisec-panel code { padding: .05em .3em; }
.aisec-panel pre code { padding: 0; font-size: 1em; background: none; }
.aisec-panel.aisec-panel pre { margin: .2em 0; padding: .6em .8em; white-space: pre-wrap; word-break: normal;
  background: var(--jp-layout-color2, #f0f0f0); }
.aisec-panel table { border-collapse: collapse; table-layout: auto; width: 100%; margin: .4em 0;
  font-size: 1em; }
.aisec-panel.aisec-panel th, .aisec-panel.aisec-panel td { text-align: left; padding: .2em .8em .2em 0;
  vertical-align: top; border-bottom: 1px solid var(--line); background: none; }
.aisec-panel.aisec-panel .aisec-number { text-align: right; white-space: nowrap; }
.aisec-panel details { overflow-x: auto; }
.aisec-panel summary { cursor: pointer; padding: .3em 0; }
.aisec-panel fieldset { border: 0; margin: .3em 0 .6em; padding: 0; min-width: 0; }
.aisec-panel legend { padding: 0; margin: 0 0 .2em; font-weight: bold; font-size: inherit; width: auto; }
.aisec-panel label { display: flex; gap: .6em; padding: .2em 0; cursor: pointer; }
.aisec-panel label.aisec-code { flex-direction: column; gap: .2em; }
.aisec-panel input { flex: none; width: 1.1em; height: 1.1em; margin: .2em 0; accent-color: currentColor; }
.aisec-panel textarea { box-sizing: border-box; width: 100%; padding: .5em; border: 1px solid var(--dim);
  border-radius: .2em; font: .93em/1.5 var(--jp-code-font-family, monospace); color: inherit;
  background: var(--jp-layout-color0, #fff); tab-size: 4; resize: vertical; }
.aisec-panel .aisec-actions { display: flex; flex-wrap: wrap; gap: .6em; margin: .3em 0; }
.aisec-panel button { padding: .35em 1em; border: 1px solid currentColor; border-radius: .2em; font: inherit;
  cursor: pointer; color: var(--jp-layout-color1, #fff); background: var(--jp-content-font-color1, #1b1b1b); }
.aisec-panel button.aisec-quiet, .aisec-panel button[aria-disabled="true"] { color: inherit;
  background: none; }
.aisec-panel button[aria-disabled="true"] { border-style: dashed; cursor: default; }
.aisec-panel :focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
.aisec-panel .aisec-dim, .aisec-panel .aisec-status { color: var(--dim); }
.aisec-panel .aisec-status { min-height: 1.5em; }
.aisec-panel .aisec-heard { position: absolute; width: 1px; height: 1px; min-height: 0; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
"""


class Plain(AisecError):
    """An error that a notebook shows as its own words, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class NotPassed(Plain):
    """An exercise is not solved yet. Tools that judge a cell by its errors, such as Validate, rely on it."""


def waiting(name: str) -> None:
    """One grey line: the cell waits for the answer `name`."""
    text = f"Waits for {name}."
    if shell() is None or rehearsal():
        print(text)
        return
    from IPython.display import display

    html = f'<p style="color: var(--jp-ui-font-color2, #595959); margin: 0">{esc(text)}</p>'
    display({"text/plain": text, "text/html": html}, raw=True)


def rehearsal() -> bool:
    """Whether the notebook is run to be judged as a whole, not worked on: then nothing is recorded."""
    return any(os.environ.get(name) for name in _REHEARSALS)


def shell() -> Any:
    """The IPython shell that this code runs in, or None; imports nothing."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def show(text: str, body: str, *, kind: str = "note", extra: dict[str, Any] | None = None) -> None:
    """Show `body` (HTML) as a panel where there is a notebook, and `text` where there is none.

    `extra` adds forms of the same output by MIME type. A rehearsal gets the text alone.
    """
    if shell() is None or rehearsal():
        print(text)
        return
    from IPython.display import display

    display({"text/plain": text, "text/html": panel(body, kind), **(extra or {})}, raw=True)


def panel(body: str, kind: str = "note") -> str:
    """`body` (HTML) framed as a panel; a screen reader announces it without moving the reader."""
    return f'<style>{STYLE}</style><div class="aisec-panel aisec-{kind}" role="status">{body}</div>'
