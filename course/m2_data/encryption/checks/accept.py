"""The check of `encryption.accept`."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.exercise import Trial, exercise

from ..material import carry, feed_of, line_slips, version_slip
from ..toy_tls import Authority, Line, present


@exercise(
    minutes=14,
    level="stretch",
    parts={
        "names": (4, "service_name takes the one DNS name, in full, if it is allowed"),
        "admits": (2, "greets an allowed caller by name, over TLS 1.2 and 1.3"),
        "strangers": (4, "does not greet a caller whose certificate does not verify, or who has none"),
        "others": (2, "does not greet a verified caller who is not allowed"),
    },
    hints=(
        "A server context asks nobody for a certificate unless told to. And a verified certificate says who "
        "calls, not whether they may: that is what service_name is for.",
        "Make the context for Purpose.CLIENT_AUTH, trust ca_pem, set verify_mode to CERT_REQUIRED, and "
        "present the identity. In say, turn the certificate into a name, and the name into a greeting.",
        "service_name:  names = [name for kind, name in (certificate or {}).get('subjectAltName', ()) "
        "if kind == 'DNS']\n"
        "               names[0] if there is exactly one, it is in allow and has no '*'; else None\n"
        "accept:        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=ca_pem)\n"
        "               context.verify_mode = ssl.CERT_REQUIRED\n"
        "               present(context, identity)\n"
        "               say(certificate): b'welcome ' and the name that service_name gives, or None",
    ),
    debrief=(
        "Takes any certificate of your authority, from the weakest machine that has one, and calls the "
        "model server with it.",
        "Demands a certificate, reads the name where the standard puts it, and compares it in full with a "
        "short list. Authentication says who; the list says whether.",
    ),
    standards=("AML.M0019", "AML.T0012", "PW.9.2"),
)
def accept(t: Trial, service_name, accept) -> None:
    named = False
    with t.part("names"):
        _expect_names(t, service_name)
        named = True
    authority, rogue = Authority("Clinic Authority"), Authority("Clinic Authority")
    order = t.rng(2).permutation(len(CALLERS)).tolist()
    # who speaks both versions comes before who speaks one: what fails with both has another cause
    places = sorted(order.index(caller) for caller in (BOTH, *ONE_VERSION))
    for place, caller in zip(places, (BOTH, *ONE_VERSION), strict=True):
        order[place] = caller
    greeted = 0
    for rng, place in zip(t.cases(len(order)), order, strict=True):
        part, says, options = CALLERS[place]
        name = f"scoring{rng.integers(100)}.clinic.example"
        client = _caller(authority, rogue, name, options)
        t.given(caller=says)
        with t.part(part), line_slips(t):
            allow = ["audit.clinic.example", "*.clinic.example", "sco*.example", "labs.clinic.example"]
            allow.insert(place % 5, name)  # its place in the list does not tell who calls
            line = accept(authority.pem, authority.issue(HOST), allow)
            carry(t, feed_of(t, line, "accept"), client.feed, starts=False)
            if part == "admits":
                _expect_greeting(t, client, name, options, named)
                greeted += 1
            else:
                t.expect(
                    not client.heard,
                    f"Your server answered {says}.",
                    expected="no answer",
                    got=client.heard,
                    # where service_name is wrong, its own part says why
                    slip=CALLER_SLIPS[part] if named or part == "strangers" else "",
                )
    for part in ("strangers", "others"):
        with t.part(part):
            t.expect(
                greeted, "A server that greets nobody refuses everybody: first let it greet the allowed."
            )


HOST = "model.clinic.example"


#: (part, what the caller is like, how its certificate is made; None: it has none)
CALLERS: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
    ("admits", "an allowed caller, TLS 1.3 only", {"lowest": ssl.TLSVersion.TLSv1_3}),
    ("admits", "an allowed caller, TLS 1.2 at most", {"highest": ssl.TLSVersion.TLSv1_2}),
    ("admits", "an allowed caller, TLS 1.2 and 1.3", {}),
    ("admits", "an allowed caller with another common name", {"common_name": "billing.clinic.example"}),
    ("strangers", "a caller without a certificate", None),
    ("strangers", "a caller whose certificate a namesake of the authority signed", {"rogue": True}),
    ("strangers", "a caller whose certificate ended yesterday", {"days": -1}),
    ("strangers", "a caller with a certificate for servers only", {"usage": "server"}),
    ("others", "a verified caller who is not on the list", {"names": ("billing.clinic.example",)}),
    ("others", "a verified caller with the allowed name as common name only", {"names": ()}),
    ("others", "a verified caller with a wildcard that is on the list", {"names": ("*.clinic.example",)}),
    ("others", "a verified caller with an allowed and another name", {"names": ("{name}", "x.example")}),
    ("others", "a verified caller with two allowed names", {"names": ("{name}", "labs.clinic.example")}),
    ("others", "a verified caller whose name starts with an allowed one", {"names": ("{name}.x.example",)}),
)

BOTH, ONE_VERSION = 2, (0, 1)  # places in CALLERS


CALLER_SLIPS = {
    "strangers": "Only `verify_mode = ssl.CERT_REQUIRED` makes a server refuse such callers.",
    "others": "Verified is not allowed: say None when service_name gives None.",
}


def _caller(authority: Authority, rogue: Authority, name: str, options: dict[str, Any] | None) -> Line:
    context = ssl.create_default_context(cadata=authority.pem)
    if options is not None:
        names = [text.format(name=name) for text in options.get("names", ("{name}",))]
        issuer = rogue if options.get("rogue") else authority
        identity = issuer.issue(
            *names,
            common_name=options.get("common_name", "" if names else name),
            usage=options.get("usage", "client"),
            days=options.get("days", 7),
        )
        present(context, identity)
        context.minimum_version = options.get("lowest", ssl.TLSVersion.TLSv1_2)
        context.maximum_version = options.get("highest", ssl.TLSVersion.TLSv1_3)
    return Line(context, host=HOST, say=lambda certificate: b"score 7")


HUNG_UP = "the other end hung up"  # as a Line says it


#: What an allowed caller was told → the likely cause.
GREETING_SLIPS = {
    "TLSV1_ALERT_UNKNOWN_CA": "Your server said: unknown CA. Does it trust ca_pem?",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "Your server has no certificate to show: present(context, identity).",
}


def _expect_greeting(t: Trial, client: Line, name: str, options: Mapping[str, Any], named: bool) -> None:
    """In TLS 1.3 a client has completed its handshake before the server refuses it.

    A server whose `service_name` is right (`named`) and hangs up has not seen the certificate.
    """
    slip = GREETING_SLIPS.get(client.error) or version_slip(client.error, options)
    if client.error == HUNG_UP and named:
        slip = "`say` got no certificate: a server asks for none until `verify_mode` is `CERT_REQUIRED`."
    t.expect(
        client.connected,
        "An allowed caller could not complete the handshake.",
        expected="a handshake",
        got=client.error or "nothing",
        slip=slip,
    )
    want = b"welcome " + name.encode()
    t.expect(
        client.heard == want,
        "What an allowed caller heard is not right.",
        expected=want,
        got=client.heard or client.error or "nothing",
        slip="" if client.heard else slip,
    )


def _expect_names(t: Trial, service_name: Any) -> None:
    name = f"scoring{t.rng(3).integers(100)}.clinic.example"
    for says, certificate, allow, want, slip in _certificates(name, "billing.clinic.example"):
        t.given(certificate=certificate, allow=allow)
        got, after = t.observe(service_name, certificate, list(allow))
        if got is not None:
            got = t.instance(got, str, "the name")
        t.expect(got == want, f"service_name is not right for {says}.", expected=want, got=got, slip=slip)
        t.expect(after == [certificate, allow], "service_name changed its input.", slip=AS_THEY_ARE)


AS_THEY_ARE = "Leave the certificate and the list as they are."
ALLOWED = "The name has to stand in `allow`; who is not there is None."
WHOLE = "Compare the whole name."
KINDS = "Names of other kinds do not count, neither for nor against."
LABEL = "Who the certificate is for stands in subjectAltName; the common name is a label."
TWO = "Two names are no identity: there must be exactly one."
TWICE = "A name that is listed twice counts as two."
LETTERS = "Letter for letter: change no case, on neither side."
STAR = "A wildcard stands for many: it names nobody."
PATTERN = "The list holds names, no patterns: compare with ==, or with `in`."
NOBODY = "No certificate, no name: None or an empty dict."


def _certificates(name: str, other: str) -> Iterator[tuple[str, Any, list[str], str | None, str]]:
    """(what it is, the certificate, who may call, the right answer, the likely slip), the plainest first."""

    def dns(*names: str) -> dict[str, Any]:
        return {"subjectAltName": tuple(("DNS", each) for each in names)}

    def common(text: str) -> dict[str, Any]:
        return {"subject": ((("commonName", text),),)}

    pair, uri, mixed = ("DNS", name), ("URI", "spiffe://x/*"), f"Scoring.{name}"
    yield "the only name on the list", dns(name), [name], name, ""
    yield "the last name of the list", dns(name), [other, "labs.clinic.example", name], name, ""
    yield "a name that is not allowed", dns(other), [name], None, ALLOWED
    yield "a list of nobody", dns(name), [], None, ALLOWED
    yield "no certificate", None, [name], None, NOBODY
    yield "an empty certificate", {}, [name], None, NOBODY
    yield "a common name only", common(name), [name], None, LABEL
    yield "an allowed common name beside another DNS name", common(name) | dns(other), [name], None, LABEL
    yield "an allowed name beside another common name", common(other) | dns(name), [name], name, LABEL
    yield "no names at all", {"subjectAltName": ()}, [name], None, ""
    yield "an allowed name that is a URI", {"subjectAltName": (("URI", name),)}, [name], None, KINDS
    yield "a URI and a DNS name", {"subjectAltName": (uri, pair)}, [name], name, KINDS
    yield (
        "a DNS name, an address and a URI",
        {"subjectAltName": (pair, ("IP Address", "::1"), uri)},
        [name],
        name,
        KINDS,
    )
    yield "two DNS names", dns(name, other), [name], None, TWO
    yield "two DNS names, the allowed one last", dns(other, name), [name], None, TWO
    yield "two DNS names that are allowed", dns(name, other), [name, other], None, TWO
    yield "three DNS names", dns(other, name, "labs.clinic.example"), [name], None, TWO
    yield "two DNS names that are the same", dns(name, name), [name], None, TWICE
    yield "an allowed name in capitals", dns(name.upper()), [name], None, LETTERS
    yield "a name that is allowed in capitals", dns(name), [name.upper()], None, LETTERS
    yield "a name with a capital letter, allowed as it is", dns(mixed), [mixed], mixed, LETTERS
    yield "a name that ends in an allowed one", dns(f"evil-{name}"), [name], None, WHOLE
    yield "a name that starts with an allowed one", dns(f"{name}.evil.example"), [name], None, WHOLE
    yield "an allowed name and a dot", dns(f"{name}."), [name], None, WHOLE
    yield "a part of an allowed name", dns("clinic.example"), [name], None, WHOLE
    yield "a name that a pattern of the list fits", dns(name), ["*.clinic.example", "*"], None, PATTERN
    yield "an allowed name beside a pattern", dns(name), ["*.x.example", name], name, ""
    for star in ("*.clinic.example", "scoring.*", "sco*.clinic.example", "*"):
        yield f"the wildcard {star}", dns(star), [name], None, STAR
        yield f"the wildcard {star}, which is on the list", dns(star), [name, star], None, STAR
