"""Answers to `injection.render`: another right one, and wrong ones with what each must be told."""

import html
import re

from autograder.exercise import Answers, Wrong

from ..checks.render import ALLOWED, MARK


def _allowed(url):
    return any(url.startswith(prefix) for prefix in ALLOWED)


def _walk(answer, allowed=_allowed, escape=html.escape, between=html.escape, images="{} [image removed]"):
    shown, end = "", 0
    for match in MARK.finditer(answer):
        shown += between(answer[end : match.start()])
        end = match.end()
        alt, image, words, url, bold = (None if part is None else escape(part) for part in match.groups())
        if bold is not None:
            shown += f"<strong>{bold}</strong>"
        elif alt is not None:
            shown += images.format(alt, image)
        else:
            shown += f'<a href="{url}">{words}</a>' if allowed(match["url"]) else f"{words} [link removed]"
    return shown + between(answer[end:])


def piece_by_piece(answer):
    return _walk(answer)


def everything_escaped(answer):
    return html.escape(answer)


def nothing_escaped(answer):
    return _walk(answer, escape=str, between=str)


def marks_not_escaped(answer):
    return _walk(answer, escape=str)


def quotes_not_escaped(answer):
    return _walk(answer, escape=lambda text: html.escape(text, quote=False))


def tags_stripped(answer):
    return _walk(re.sub(r"<[^>]*>", "", answer))


def escaped_twice(answer):
    return html.escape(_walk(answer))


def contains(answer):
    return _walk(answer, lambda url: any(each in url for each in ALLOWED))


def without_the_slash(answer):
    return _walk(
        answer, lambda url: url.startswith(("https://clinic.example", "https://help.clinic.example"))
    )


def any_https(answer):
    return _walk(answer, lambda url: url.startswith("https://"))


def capitals_do_not_matter(answer):
    return _walk(answer, lambda url: url.lower().startswith(ALLOWED))


def any_scheme(answer):
    return _walk(
        answer, lambda url: url.split(":", 1)[-1].startswith(("//clinic.example/", "//help.clinic.example/"))
    )


def no_links_at_all(answer):
    return _walk(answer, lambda url: False)


def first_host_only(answer):
    return _walk(answer, lambda url: url.startswith(ALLOWED[0]))


def images_of_allowed_hosts(answer):
    shown = _walk(answer, images="\x00{0}\x01{1}\x02")
    picture = r'<img alt="\1" src="\2">'
    shown = re.sub(rf"\x00([^\x01]*)\x01((?:{'|'.join(ALLOWED)})[^\x02]*)\x02", picture, shown)
    return re.sub(r"\x00([^\x01]*)\x01[^\x02]*\x02", r"\1 [image removed]", shown)


def all_images(answer):
    return _walk(answer, images='<img alt="{}" src="{}">')


def words_lost(answer):
    return _walk(answer, images="[image removed]")


ANSWERS = Answers(
    right=[piece_by_piece],
    wrong=[
        Wrong(everything_escaped, "honest", "browser"),
        Wrong(nothing_escaped, "encodes", "browser"),
        Wrong(marks_not_escaped, "encodes", "escape them"),
        Wrong(quotes_not_escaped, "encodes", "browser"),
        Wrong(tags_stripped, "encodes", "browser"),
        Wrong(escaped_twice, "honest", "second escape"),
        Wrong(contains, "links", "use startswith"),
        Wrong(without_the_slash, "links", "slash at the end"),
        Wrong(any_https, "links", "doesn't make it yours"),
        Wrong(capitals_do_not_matter, "links", "browser"),
        Wrong(any_scheme, "links", "browser"),
        Wrong(no_links_at_all, "honest", "browser"),
        Wrong(first_host_only, "honest", "browser"),
        Wrong(images_of_allowed_hosts, "images", "browser"),
        Wrong(all_images, "images", "browser"),
        Wrong(words_lost, "images", "browser"),
    ],
)
