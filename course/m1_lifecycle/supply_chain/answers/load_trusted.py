"""Answers to `supply_chain.load_trusted`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import fnmatch
import io
import re
import zipfile

import skops.io as sio

from autograder.exercise import Answers, Wrong

KIND = "Refuse with ValueError: skops and zipfile raise many others, so put all steps into one try."


def _size(data):
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ValueError("no archive")
    return sum(member.file_size for member in zipfile.ZipFile(io.BytesIO(data)).infolist())


def leave_it_to_skops(data, allow, most):
    try:
        if _size(data) > most:
            raise ValueError("too big")
        return sio.loads(data, trusted=list(allow))
    except Exception as error:
        raise ValueError(str(error)) from None


def trusts_what_is_asked(data, allow, most):
    if _size(data) > most:
        raise ValueError("too big")
    return sio.loads(data, trusted=sio.get_untrusted_types(data=data))


def builds_first(data, allow, most):
    if _size(data) > most:
        raise ValueError("too big")
    asked = sio.get_untrusted_types(data=data)
    loaded = sio.loads(data, trusted=asked)
    if set(asked) - set(allow):
        raise ValueError("not allowed")
    return loaded


def _with(data, allow, most, fine):
    try:
        if _size(data) > most:
            raise ValueError("too big")
        asked = sio.get_untrusted_types(data=data)
        if not fine(asked):
            raise ValueError("not allowed")
        return sio.loads(data, trusted=asked)
    except Exception as error:
        raise ValueError(str(error)) from None


def _each(fine):
    def load_trusted(data, allow, most):
        return _with(
            data, allow, most, lambda asked: all(any(fine(name, one) for one in allow) for name in asked)
        )

    return load_trusted


def _matches(name, pattern):
    try:
        return re.fullmatch(pattern, name)
    except re.error:
        return False


wildcards = _each(fnmatch.fnmatchcase)
regular_expressions = _each(_matches)
stripped = _each(lambda name, one: name == one.strip())
last_parts = _each(lambda name, one: name.split(".")[-1] == one.split(".")[-1] and "." in one)


def loads_first(data, allow, most):
    try:
        loaded = sio.loads(data, trusted=list(allow))
    except Exception as error:
        raise ValueError(str(error)) from None
    if _size(data) > most:
        raise ValueError("too big")
    return loaded


def unpacks_to_count(data, allow, most):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(len(archive.read(member)) for member in archive.infolist()) > most:
                raise ValueError("too big")
        return sio.loads(data, trusted=list(allow))
    except Exception as error:
        raise ValueError(str(error)) from None


def one_byte_more(data, allow, most):
    return leave_it_to_skops(data, allow, most + 1)


def some_errors_only(data, allow, most):
    if _size(data) > most:
        raise ValueError("too big")
    try:
        return sio.loads(data, trusted=list(allow))
    except (TypeError, KeyError, zipfile.BadZipFile) as error:
        raise ValueError(str(error)) from None


def one_is_enough(data, allow, most):
    return _with(data, allow, most, lambda asked: not asked or set(asked) & set(allow))


def beginnings(data, allow, most):
    return _with(
        data, allow, most, lambda asked: all(any(name.startswith(a) for a in allow) for name in asked)
    )


def parts_of_names(data, allow, most):
    return _with(data, allow, most, lambda asked: all(any(name in a for a in allow) for name in asked))


def ends_of_names(data, allow, most):
    return _with(data, allow, most, lambda asked: all(any(name.endswith(a) for a in allow) for name in asked))


def any_case(data, allow, most):
    small = {name.lower() for name in allow}
    return _with(data, allow, most, lambda asked: all(name.lower() in small for name in asked))


def own_list(data, allow, most):
    return _with(data, allow, most, lambda asked: set(asked) <= {*allow, "sklearn.tree._tree.Tree"})


def exactly_the_allowed(data, allow, most):
    return _with(data, allow, most, lambda asked: set(asked) == set(allow))


def bytes_of_the_archive(data, allow, most):
    _size(data)
    if len(data) > most:
        raise ValueError("too big")
    return leave_it_to_skops(data, allow, 10**9)


def packed_sizes(data, allow, most):
    _size(data)
    if sum(member.compress_size for member in zipfile.ZipFile(io.BytesIO(data)).infolist()) > most:
        raise ValueError("too big")
    return leave_it_to_skops(data, allow, 10**9)


def largest_member(data, allow, most):
    _size(data)
    if max(member.file_size for member in zipfile.ZipFile(io.BytesIO(data)).infolist()) > most:
        raise ValueError("too big")
    return leave_it_to_skops(data, allow, 10**9)


def at_most_excluded(data, allow, most):
    if _size(data) >= most:
        raise ValueError("too big")
    return leave_it_to_skops(data, allow, most)


def no_cap(data, allow, most):
    _size(data)
    return leave_it_to_skops(data, allow, 10**9)


def error_of_skops(data, allow, most):
    if _size(data) > most:
        raise ValueError("too big")
    return sio.loads(data, trusted=list(allow))


def error_of_zipfile(data, allow, most):
    if sum(member.file_size for member in zipfile.ZipFile(io.BytesIO(data)).infolist()) > most:
        raise ValueError("too big")
    return leave_it_to_skops(data, allow, most)


def refuses_all(data, allow, most):
    raise ValueError("no")


ANSWERS = Answers(
    right=[leave_it_to_skops],
    wrong=[
        Wrong(trusts_what_is_asked, "types", "Don't trust what the file asks for", also=(KIND,)),
        Wrong(builds_first, "types", "had run by then", also=(KIND,)),
        Wrong(one_is_enough, "types", "Every untrusted type must be allowed"),
        Wrong(beginnings, "types", "Compare whole names"),
        Wrong(parts_of_names, "types", "Compare whole names"),
        Wrong(ends_of_names, "types", "Compare whole names"),
        Wrong(any_case, "types", "Compare whole names"),
        Wrong(own_list, "types", "Don't trust what the file asks for"),
        Wrong(exactly_the_allowed, "loads", "was refused"),
        Wrong(bytes_of_the_archive, "size", "Count what the members unpack to"),
        Wrong(packed_sizes, "size", "Count what the members unpack to"),
        Wrong(largest_member, "size", "Add the members up"),
        Wrong(at_most_excluded, "size", "Exactly most is allowed"),
        Wrong(no_cap, "size", "No bytes at all were allowed"),
        Wrong(one_byte_more, "size", "one byte more is too big"),
        Wrong(loads_first, "size", "had run by then"),
        Wrong(unpacks_to_count, "size", "unpack nothing to find out"),
        Wrong(some_errors_only, "size", "Refuse with ValueError"),
        Wrong(wildcards, "types", "no pattern"),
        Wrong(regular_expressions, "types", "no pattern"),
        Wrong(stripped, "types", "no pattern"),
        Wrong(last_parts, "types", "Compare whole names"),
        Wrong(error_of_skops, "types", "Refuse with ValueError"),
        Wrong(error_of_zipfile, "size", "Refuse with ValueError"),
        Wrong(refuses_all, "types", "is of no use"),
    ],
)


INSIDE = "every error inside becomes a ValueError"
EQUIVALENT = {
    "raise ValueError(f'{size} bytes, and {most} are allowed') → raise RuntimeError": INSIDE,
    "raise ValueError(f'not allowed: {sorted(refused)}') → raise RuntimeError": INSIDE,
}
