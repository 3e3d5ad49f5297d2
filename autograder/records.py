"""Records (dataclasses) as JSON text with a format number, and back: every value is of its declared type.

Nothing is guessed or converted on the way in. A key too many, a text for a number or a `true` for a 1 is an
error that says where, so that what was damaged or edited by hand is noticed and never half read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, get_origin

T = TypeVar("T")


class NewerFormat(ValueError):
    """The text is of a format that only a newer version reads."""


def to_json(record: Any, *, format: int) -> str:
    """`record` as readable JSON that `from_json` reads back."""
    return json.dumps({"format": format, **asdict(record)}, ensure_ascii=False, indent=1)


def from_json(
    kind: type[T], text: str, *, format: int, oldest: int | None = None, needs: tuple[str, ...] = ()
) -> T:
    """The `kind` that `to_json` wrote. Raises ValueError: what is wrong, and where; or NewerFormat.

    `oldest` is the oldest format that reads as this one does, because what came since has defaults. `needs`
    are fields that must be there although the record has a default for them.
    """
    data = json.loads(text)
    found = data.pop("format", None) if isinstance(data, dict) else None
    if type(found) is not int:
        raise ValueError("there is no format number")
    if found > format:
        raise NewerFormat(f"format {found} is newer than {format}")
    if found < (oldest or format):
        raise ValueError(f"format {found} is older than {oldest or format}")
    if missing := [name for name in needs if name not in data]:
        raise ValueError(f"{missing[0]!r} is missing")
    return from_plain(kind, data)


def from_plain(kind: type[T], data: Any) -> T:
    """A `kind` from plain JSON types, as `dataclasses.asdict` gives them. Raises ValueError."""
    from cattrs import transform_error
    from cattrs.errors import BaseValidationError

    try:
        return _converter().structure(_exactly(data, dict), kind)
    except BaseValidationError as error:
        raise ValueError("; ".join(transform_error(error, kind.__name__, format_exception=_words))) from None
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ValueError(f"{kind.__name__}: {_words(error, None)}") from None


@cache
def _converter() -> Any:
    """cattrs, strict. It is imported when the first record is read: a notebook's imports stay quick."""
    from cattrs import Converter
    from cattrs.cols import homogenous_tuple_structure_factory, list_structure_factory

    converter = Converter(forbid_extra_keys=True)
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, _exactly)
    converter.register_structure_hook(StrEnum, lambda value, kind: kind(value))
    converter.register_structure_hook(float, _number)
    for origin, factory in ((list, list_structure_factory), (tuple, homogenous_tuple_structure_factory)):
        converter.register_structure_hook_factory(
            lambda of, origin=origin: get_origin(of) is origin,
            lambda of, within, factory=factory: _from_list(factory(of, within)),
        )
    return converter


def _exactly(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _number(value: Any, _: type) -> float:
    if type(value) not in (int, float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _from_list(structure: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A text is no list of its letters."""
    return lambda value, kind: structure(_exactly(value, list), kind)


def _words(error: BaseException, _: type | None) -> str:
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
