"""The harmless payload, and a release's folder as a dict.

A file that calls `trip` when it is loaded proves that loading it ran code, and does nothing else.
"""

from __future__ import annotations

from pathlib import Path

_labels: list[str] = []


def trip(label: str) -> None:
    """Note `label`, silently."""
    _labels.append(label)


def trips() -> list[str]:
    """The labels noted so far, in order."""
    return list(_labels)


def reset() -> None:
    """Forget all labels."""
    _labels.clear()


class Tripwire:
    """An object that trips when a loader builds it."""

    def __init__(self, label: str = "") -> None:
        self.label = label

    def __setstate__(self, state: dict) -> None:
        trip(state["label"])
        self.__dict__.update(state)

    def trips(self) -> int:
        """How often something has tripped in this process."""
        return len(_labels)


def read_folder(root: Path) -> dict[str, bytes | str]:
    """Path below `root` → the bytes of a file, or the text that a link points to. It follows no link."""
    found: dict[str, bytes | str] = {}
    for path in sorted(Path(root).rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file():
            found[name] = path.read_bytes()
    return found
