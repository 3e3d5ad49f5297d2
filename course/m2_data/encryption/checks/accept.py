"""The check of `encryption.accept`."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

from autograder.exercise import Trial, exercise

from ..material import carry, version_slip
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
    greeted = 0
    for rng, place in zip(t.cases(len(order)), order, strict=True):
        part, says, options = CALLERS[place]
        name = f"scoring{rng.integers(100)}.clinic.example"
        client = _caller(authority, rogue, name, options)
        t.given(caller=says)
        with t.part(part):
            allow = ["audit.clinic.example", "labs.clinic.example"]
            allow.insert(place % 3, name)  # its place in the list does not tell who calls
            line = accept(authority.pem, authority.issue(HOST), allow)
            t.expect(hasattr(line, "feed"), "accept should return a Line.", got=line)
            carry(t, line.feed, client.feed, starts=False)
            if part == "admits":
                _expect_greeting(t, client, name, options, named)
                greeted += 1
            else:
                t.expect(
                    not client.heard,
                    f"Your server answered {says}.",
                    expected="no answer",
                    got=client.heard,
                    slip=CALLER_SLIPS[part],
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
    ("strangers", "a caller without a certificate", None),
    ("strangers", "a caller whose certificate a namesake of the authority signed", {"rogue": True}),
    ("strangers", "a caller whose certificate ended yesterday", {"days": -1}),
    ("strangers", "a caller with a certificate for servers only", {"usage": "server"}),
    ("others", "a verified caller who is not on the list", {"names": ("billing.clinic.example",)}),
    ("others", "a verified caller with the allowed name as common name only", {"names": ()}),
    ("others", "a verified caller with a wildcard", {"names": ("*.clinic.example",)}),
    ("others", "a verified caller with two names", {"names": ("{name}", "billing.clinic.example")}),
)


CALLER_SLIPS = {
    "strangers": "A server verifies its callers only with verify_mode = CERT_REQUIRED and ca_pem loaded.",
    "others": "Verified is not allowed: say None when service_name gives None.",
}


def _caller(authority: Authority, rogue: Authority, name: str, options: dict[str, Any] | None) -> Line:
    context = ssl.create_default_context(cadata=authority.pem)
    if options is not None:
        names = [text.format(name=name) for text in options.get("names", ("{name}",))]
        issuer = rogue if options.get("rogue") else authority
        identity = issuer.issue(
            *names,
            common_name="" if names else name,
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
    name, other = f"scoring{t.rng(3).integers(100)}.clinic.example", "billing.clinic.example"
    common = ((("commonName", name),),)
    dns = ("DNS", name)
    cases: tuple[tuple[str, Any, list[str], str | None], ...] = (
        ("one DNS name that is allowed", {"subjectAltName": (dns,)}, [other, name], name),
        ("a DNS name and a URI", {"subjectAltName": (("URI", "spiffe://x/y"), dns)}, [name], name),
        ("an allowed name beside another common name",
         {"subject": ((("commonName", other),),), "subjectAltName": (dns,)}, [name], name),
        ("a name that is not allowed", {"subjectAltName": (("DNS", other),)}, [name], None),
        ("a common name only", {"subject": common}, [name], None),
        ("an allowed common name beside another DNS name",
         {"subject": common, "subjectAltName": (("DNS", other),)}, [name], None),
        ("an allowed name that is a URI", {"subjectAltName": (("URI", name),)}, [name], None),
        ("two DNS names", {"subjectAltName": (dns, ("DNS", other))}, [name], None),
        ("two DNS names, the allowed one last", {"subjectAltName": (("DNS", other), dns)}, [name], None),
        ("two DNS names that are the same", {"subjectAltName": (dns, dns)}, [name], None),
        ("an allowed name in capitals", {"subjectAltName": (("DNS", name.upper()),)}, [name], None),
        ("a name that is allowed in capitals", {"subjectAltName": (dns,)}, [name.upper()], None),
        ("a wildcard", {"subjectAltName": (("DNS", "*.clinic.example"),)}, [name], None),
        ("a wildcard that is on the list", {"subjectAltName": (("DNS", "*.x.example"),)},
         ["*.x.example"], None),
        ("a name that ends in an allowed one", {"subjectAltName": (("DNS", f"evil-{name}"),)}, [name], None),
        ("a name that starts with an allowed one", {"subjectAltName": (("DNS", f"{name}.evil.example"),)},
         [name], None),
        ("a part of an allowed name", {"subjectAltName": (("DNS", "clinic.example"),)}, [name], None),
        ("an empty certificate", {}, [name], None),
        ("no certificate", None, [name], None),
    )  # fmt: skip
    for says, certificate, allow, want in cases:
        got = service_name(certificate, allow)
        t.expect(
            type(got) is type(want) and got == want,
            f"service_name is not right for {says}.",
            expected=want if want else "None",
            got=repr(got) if got is None or type(got) is str else got,
            slip=_name_slip(says),
        )


def _name_slip(says: str) -> str:
    slips = {
        "common name": "Who the certificate is for stands in subjectAltName; the common name is a label.",
        "wildcard": "A wildcard stands for many: it names nobody.",
        "the same": "A name that is listed twice counts as two.",
        "two DNS": "Two names are no identity: there must be exactly one.",
        "capitals": "Letter for letter: change no case, on neither side.",
        "URI": "Names of other kinds do not count, neither for nor against.",
        "starts with": "Compare the whole name.",
        "ends in": "Compare the whole name.",
        "a part of": "Compare the whole name.",
        "certificate": "No certificate, no name: None or an empty dict.",
    }
    return next((slip for words, slip in slips.items() if words in says), "")
