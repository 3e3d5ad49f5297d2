"""The harmless payload: a mark that code has run, where real malware would do its work.

A pickle that calls `trip` proves that loading it ran code, and does nothing else.
"""

from __future__ import annotations

_labels: list[str] = []


class Tripped(BaseException):
    """Raised by `alarm`. Not an Exception, so that `except Exception` cannot hide that a payload ran."""


def trip(label: str) -> None:
    """Note `label`, silently."""
    _labels.append(label)


def alarm(label: str) -> None:
    """Note `label`, and raise `Tripped`: a payload that cannot run unseen."""
    _labels.append(label)
    raise Tripped(f"the payload {label!r} has run")


def trips() -> list[str]:
    """The labels noted so far, in order."""
    return list(_labels)


def reset() -> None:
    """Forget all labels."""
    _labels.clear()
