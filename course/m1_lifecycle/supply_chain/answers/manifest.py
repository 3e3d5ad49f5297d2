"""Answers to `supply_chain.manifest`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from autograder.exercise import Answers, Wrong

TOP = {"manifest.json", "manifest.sig"}


def _entry(content):
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def _plain(path):
    return "\\" not in path and all(part not in ("", ".", "..") for part in path.split("/"))


def by_questions(folder):
    if any(type(content) is not bytes for content in folder.values()):
        raise ValueError("a link")
    if not all(map(_plain, folder)):
        raise ValueError("not plain")
    return {path: _entry(content) for path, content in sorted(folder.items()) if path not in TOP}


def _changed(plain=_plain, link=lambda content: isinstance(content, str), left=TOP.__contains__, order=None):
    def manifest(folder):
        listed = {}
        for path in sorted(folder, key=order):
            if link(folder[path]):
                raise ValueError("a link")
            if not plain(path):
                raise ValueError("not plain")
            if not left(path):
                content = folder[path]
                listed[path] = _entry(content if isinstance(content, bytes) else content.encode())
        return listed

    return manifest


def in_the_folders_order(folder):
    listed = by_questions(folder)
    return {path: listed[path] for path in folder if path in listed}


def another_hash(folder):
    return {
        path: {**entry, "sha256": hashlib.sha1(folder[path]).hexdigest()}
        for path, entry in by_questions(folder).items()
    }


def capital_digits(folder):
    return {
        path: {**entry, "sha256": entry["sha256"].upper()} for path, entry in by_questions(folder).items()
    }


def _hashes(part):
    def manifest(folder):
        return {
            path: {**entry, "sha256": hashlib.sha256(part(folder[path])).hexdigest()}
            for path, entry in by_questions(folder).items()
        }

    return manifest


first_block = _hashes(lambda content: content[:65536])
first_64 = _hashes(lambda content: content[:64])
as_a_text = _hashes(lambda content: content.replace(b"\r\n", b"\n"))
without_blanks = _hashes(bytes.rstrip)
without_blanks_in_front = _hashes(bytes.lstrip)
without_mark = _hashes(lambda content: content.removeprefix(b"\xef\xbb\xbf"))


def size_is_a_float(folder):
    return {path: {**entry, "size": float(entry["size"])} for path, entry in by_questions(folder).items()}


def no_size(folder):
    return {path: {"sha256": entry["sha256"]} for path, entry in by_questions(folder).items()}


def skips_links(folder):
    return by_questions({path: content for path, content in folder.items() if isinstance(content, bytes)})


def skips_strange_paths(folder):
    if any(isinstance(content, str) for content in folder.values()):
        raise ValueError("a link")
    return by_questions({path: content for path, content in folder.items() if _plain(path)})


def top_before_links(folder):
    return by_questions({path: content for path, content in folder.items() if path not in TOP})


by_parts = _changed(order=lambda path: PurePosixPath(path).parts)
by_small_letters = _changed(order=str.lower)
lists_itself = _changed(left=lambda path: False)
leaves_one_out = _changed(left=lambda path: path == "manifest.json")
leaves_out_by_name = _changed(left=lambda path: path.split("/")[-1] in TOP)
leaves_out_by_beginning = _changed(left=lambda path: path.startswith("manifest"))
leaves_out_in_any_case = _changed(left=lambda path: path.lower() in TOP)
hashes_links = _changed(link=lambda content: False)
outside_links_only = _changed(
    link=lambda content: isinstance(content, str) and content.startswith(("/", ".."))
)
no_dots_at_all = _changed(plain=lambda path: _plain(path) and ".." not in path)
no_hidden = _changed(plain=lambda path: _plain(path) and not path.startswith("."))
absolute_only = _changed(plain=lambda path: not path.startswith("/"))
dots_at_the_front = _changed(plain=lambda path: _plain(path) or ("/.." in path and "\\" not in path))
one_dot_is_fine = _changed(
    plain=lambda path: "\\" not in path and not {"", ".."} & set(path.split("/")),
)
backslash_is_fine = _changed(plain=lambda path: not {"", ".", ".."} & set(path.split("/")))
empty_parts_are_fine = _changed(
    plain=lambda path: (
        "\\" not in path and not path.startswith("/") and not {".", ".."} & set(path.split("/"))
    ),
)
normalised = _changed(plain=lambda path: "\\" not in path and ".." not in PurePosixPath(path).parts)

ANSWERS = Answers(
    right=[by_questions],
    wrong=[
        Wrong(in_the_folders_order, "lists", "Sort the paths as texts"),
        Wrong(by_parts, "lists", "Sort the paths as texts"),
        Wrong(by_small_letters, "lists", "Sort the paths as texts"),
        Wrong(another_hash, "lists", "the entry of"),
        Wrong(capital_digits, "lists", "the entry of"),
        Wrong(no_size, "lists", "the entry of"),
        Wrong(first_block, "lists", "the entry of"),
        Wrong(first_64, "lists", "the entry of"),
        Wrong(as_a_text, "lists", "the entry of"),
        Wrong(without_blanks, "lists", "the entry of"),
        Wrong(without_blanks_in_front, "lists", "the entry of"),
        Wrong(without_mark, "lists", "the entry of"),
        Wrong(size_is_a_float, "lists", "the size of"),
        Wrong(lists_itself, "top", "Only these two names"),
        Wrong(leaves_one_out, "top", "Only these two names"),
        Wrong(leaves_out_by_name, "top", "Only these two names"),
        Wrong(leaves_out_by_beginning, "top", "Only these two names"),
        Wrong(leaves_out_in_any_case, "top", "Only these two names"),
        Wrong(skips_links, "links", "no error is raised"),
        Wrong(hashes_links, "links", "no error is raised"),
        Wrong(outside_links_only, "links", "no error is raised"),
        Wrong(top_before_links, "links", "no error is raised"),
        Wrong(skips_strange_paths, "plain", "no error is raised"),
        Wrong(no_dots_at_all, "plain", "ValueError"),
        Wrong(no_hidden, "plain", "ValueError"),
        Wrong(absolute_only, "plain", "no error is raised"),
        Wrong(dots_at_the_front, "plain", "no error is raised"),
        Wrong(one_dot_is_fine, "plain", "no error is raised"),
        Wrong(backslash_is_fine, "plain", "no error is raised"),
        Wrong(empty_parts_are_fine, "plain", "no error is raised"),
        Wrong(normalised, "plain", "no error is raised"),
    ],
)
