"""The tamper lab: ten releases, nine of them attacked, and which of five layers notices.

What each layer says was measured by `material.measure` with real files, signatures, picklescan and
skops. Two switches move it: whether the model is a pickle or a skops file, and where the service gets the
public key.
"""

from __future__ import annotations

from course.explore.drawing import drawing, text
from course.explore.measured import read_measured
from course.explore.panel import Choice, Panel, Switch
from course.explore.twin import Table, Twin

LAYERS = {
    "hashes": "hashes alone",
    "signature": "hashes + signature",
    "bom": "BOM",
    "scanner": "scanner",
    "skops": "skops loader",
}
SAYS = {"notices": "notices", "silent": "silent", "cannot": "not read"}
_COLOUR = {"notices": "#18a05d", "silent": "#de5d0c", "cannot": "#6e726e"}
_SHORT = {**LAYERS, "hashes": "hashes", "signature": "+ signature", "skops": "skops"}
_SIGN = {"notices": "!", "silent": "–", "cannot": "?"}


def tamper_lab() -> Panel:
    """The widget: an attack and two switches move the five layers, and a sentence says who notices."""
    steps = list(read_measured(__file__)["steps"])
    return Panel(
        _draw,
        step=Choice("What the attacker reaches", steps),
        pickle=Switch("The model file is a pickle, not skops"),
        beside=Switch("The service takes the public key from the release folder"),
    )


def twin() -> Twin:
    """All ten releases at once, for a skops file and a pinned key, and then with both switches on."""
    return Twin(
        "Each line is a release, each column a layer that reads its format. First for a skops file and a "
        "pinned key, then for a pickle and a key from the folder.",
        [_matrix(False, False) + _matrix(True, True)],
        [_table(False, False), _table(True, True)],
    )


def silent(step: str, pickle: bool = False, beside: bool = False) -> bool:
    """Does every layer of the picture let this release pass?"""
    return "notices" not in _now(step, pickle, beside).values()


def _reading(pickle: bool) -> dict[str, str]:
    """The layers that know the file's format."""
    return {key: name for key, name in LAYERS.items() if key != ("skops" if pickle else "scanner")}


def _now(step: str, pickle: bool, beside: bool) -> dict[str, str]:
    setting = f"{'pickle' if pickle else 'skops'}, key {'beside' if beside else 'pinned'}"
    return read_measured(__file__)["steps"][step][setting]


def _setting(pickle: bool, beside: bool) -> str:
    return (
        f"{'a pickle' if pickle else 'a skops file'}, public key {'from the folder' if beside else 'pinned'}"
    )


def _draw(step: str, pickle: bool, beside: bool) -> tuple[str, str]:
    now = _now(step, pickle, beside)
    does = read_measured(__file__)["does"][step]
    setting = _setting(pickle, beside)
    parts = [text(10, 57, f"{setting[:1].upper()}{setting[1:]}", 'opacity=".8"')]
    for i, (key, name) in enumerate(LAYERS.items()):
        parts += _box(10 + 134 * i, 72, 124, name, now[key])
    desc = ". ".join(f"{name}: {SAYS[now[key]]}" for key, name in LAYERS.items())
    title = step[:1].upper() + step[1:]
    picture = drawing(680, 162, parts, title=title, desc=desc, under=does[:1].upper() + does[1:])
    who = [name for key, name in LAYERS.items() if now[key] == "notices"]
    sentence = f"{title} ({setting}). Notices: {', '.join(who) or 'nobody'}."
    return picture, sentence


def _box(x: float, y: float, width: float, name: str, says: str) -> list[str]:
    middle = x + width / 2
    thick = 3 if says == "notices" else 1.5
    dash = ' stroke-dasharray="5 3"' if says == "cannot" else ""
    return [
        f'<rect x="{x}" y="{y}" width="{width}" height="78" rx="5" fill="none" '
        f'stroke="{_COLOUR[says]}" stroke-width="{thick}"{dash}/>',
        text(middle, y + 22, name, 'text-anchor="middle" font-size="12"'),
        text(middle, y + 47, _SIGN[says], 'text-anchor="middle" font-size="20" font-weight="600"'),
        text(middle, y + 69, SAYS[says], 'text-anchor="middle" font-weight="600"'),
    ]


def _matrix(pickle: bool, beside: bool) -> str:
    steps, left, row = list(read_measured(__file__)["steps"]), 310, 26
    layers = _reading(pickle)
    parts = [
        text(left + 37 + 73 * i, 64, _SHORT[key], 'text-anchor="middle" font-size="12"')
        for i, key in enumerate(layers)
    ]
    for number, step in enumerate(steps):
        y = 88 + row * number
        parts.append(text(10, y, step))
        for i, says in enumerate(_now(step, pickle, beside)[key] for key in layers):
            x = left + 4 + 73 * i
            thick = 2.5 if says == "notices" else 1
            parts.append(
                f'<rect x="{x}" y="{y - 15}" width="66" height="20" rx="3" fill="none" '
                f'stroke="{_COLOUR[says]}" stroke-width="{thick}"/>'
            )
            word = SAYS[says]
            weight = ' font-weight="600"' if says == "notices" else ' opacity=".8"'
            parts.append(text(x + 33, y, word, f'text-anchor="middle" font-size="12"{weight}'))
    said = []
    for step in steps:
        who = [name for key, name in LAYERS.items() if _now(step, pickle, beside)[key] == "notices"]
        said.append(f"{step}: {', '.join(who) or 'nobody'}")
    title = _setting(pickle, beside)
    title = title[:1].upper() + title[1:]
    desc = f"Who notices. {'. '.join(said)}."
    return drawing(680, 88 + row * len(steps), parts, title=title, desc=desc, under="Which layer notices")


def _table(pickle: bool, beside: bool) -> Table:
    layers = _reading(pickle)
    rows = [
        (step, *(SAYS[_now(step, pickle, beside)[key]] for key in layers))
        for step in read_measured(__file__)["steps"]
    ]
    return Table(f"Who notices: {_setting(pickle, beside)}", ("release", *layers.values()), rows)
