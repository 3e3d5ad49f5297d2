"""Answers to `injection.render`: another right one, and wrong ones with what each must be told."""

import html
import re
from urllib.parse import urlsplit

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


def dots_are_any_sign(answer):
    return _walk(answer, lambda url: any(re.match(prefix, url) for prefix in ALLOWED))


def second_host_without_slash(answer):
    return _walk(answer, lambda url: url.startswith((ALLOWED[0], ALLOWED[1][:-1])))


def second_host_without_s(answer):
    return _walk(answer, lambda url: url.startswith((*ALLOWED, "http://help.clinic.example/")))


def capitals_in_the_host(answer):
    return _walk(answer, lambda url: url.startswith("https://") and url.lower().startswith(ALLOWED))


def parsed_host(answer):
    def allowed(url):
        try:
            parts = urlsplit(url)
            named = parts.hostname in ("clinic.example", "help.clinic.example")
            return parts.scheme == "https" and named and not parts.port and url[:5] == "https" and parts.path
        except ValueError:
            return False

    return _walk(answer, allowed)


def ends_like_ours(answer):
    def allowed(url):
        host = url[8:].split("/")[0]
        return url.startswith("https://") and "/" in url[8:] and host.endswith("clinic.example")

    return _walk(answer, allowed)


def ampersands_left(answer):
    def escape(text):
        return text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").replace("'", "&#39;")

    return _walk(answer, escape=escape)


def _lazy(pattern):
    """The answer with another pattern for links."""

    def render(answer):
        def link(match):
            url, words = html.escape(match[2]), html.escape(match[1])
            return f'<a href="{url}">{words}</a>' if _allowed(match[2]) else f"{words} [link removed]"

        shown, end = "", 0
        for match in re.finditer(pattern, answer):
            if match[0][0] != "[" or answer[: match.start()].endswith("!"):
                continue
            shown += _walk(answer[end : match.start()]) + link(match)
            end = match.end()
        return shown + _walk(answer[end:])

    return render


def bold_inside_words(answer):
    return re.sub(r"(<a [^>]*>)\*\*(.*?)\*\*</a>", r"\1<strong>\2</strong></a>", _walk(answer))


def edges_lost(answer):
    return _walk(answer.strip())


def latin_only(answer):
    return _walk(answer.encode("ascii", "ignore").decode())


def image_without_address(answer):
    """Asks whether the address is there, and not whether the mark was found."""

    def shown(match):
        if match["image"]:
            return f"{match['alt']} [image removed]"
        if match["bold"]:
            return f"<strong>{match['bold']}</strong>"
        if match["url"].startswith(ALLOWED):
            return f'<a href="{match["url"]}">{match["words"]}</a>'
        return f"{match['words']} [link removed]"

    return MARK.sub(shown, html.escape(answer))


def instructions_left(answer):
    return _walk(answer).replace("&lt;?", "<?").replace("?&gt;", "?>")


ANSWERS = Answers(
    right=[piece_by_piece],
    wrong=[
        Wrong(everything_escaped, "honest", "browser"),
        Wrong(nothing_escaped, "encodes", "browser"),
        Wrong(marks_not_escaped, "encodes", "escape them"),
        Wrong(quotes_not_escaped, "encodes", "escape them"),
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
        Wrong(dots_are_any_sign, "links", "browser"),
        Wrong(second_host_without_slash, "links", "slash at the end"),
        Wrong(second_host_without_s, "links", "browser"),
        Wrong(capitals_in_the_host, "links", "browser"),
        Wrong(parsed_host, "links", "browser"),
        Wrong(ends_like_ours, "links", "browser"),
        Wrong(ampersands_left, "encodes", "escape them"),
        Wrong(_lazy(r"\[(.*?)\]\((\S*?)\)"), "honest", "browser"),
        Wrong(bold_inside_words, "encodes", "browser"),
        Wrong(edges_lost, "honest", "browser"),
        Wrong(latin_only, "honest", "browser"),
        Wrong(image_without_address, "images", "NoneType"),
        Wrong(instructions_left, "encodes", "browser"),
        Wrong(words_lost, "images", "browser"),
    ],
)
