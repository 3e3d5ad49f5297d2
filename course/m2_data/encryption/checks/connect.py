"""The check of `encryption.connect`."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Mapping
from typing import Any

from autograder.exercise import Trial, exercise

from ..material import carry, feed_of, line_slips, version_slip
from ..toy_tls import Authority, Line, present


@exercise(
    minutes=9,
    parts={
        "right": (2, "reaches the right host over TLS 1.2 and 1.3, and the message arrives"),
        "host": (3, "breaks off when the certificate is for another host"),
        "authority": (3, "breaks off when another authority signed"),
        "expired": (2, "breaks off when the certificate has expired"),
        "old": (2, "breaks off when the server speaks TLS 1.1 at most"),
    },
    hints=(
        "Almost all of it is the default. Which function of ssl makes a context with good settings, and "
        "which of its arguments takes the authority as text?",
        "ssl.create_default_context(cadata=...) verifies, checks the host name, and trusts that authority "
        "alone. Set minimum_version, then hand the context to Line together with the host.",
        "context = ssl.create_default_context(cadata=ca_pem)\n"
        "context.minimum_version = ssl.TLSVersion.TLSv1_2\n"
        "return Line(context, host=host, say=lambda certificate: message)",
    ),
    debrief=(
        "Waits for `verify=False`. It was written on the day of the first certificate error, and the "
        "connection works, so nobody looks again.",
        "Treats a certificate error as a finding. Adds the missing authority instead of switching the check "
        "off, and keeps a test that fails when a wrong certificate is accepted.",
    ),
    standards=("AML.M0012", "AML.T0025", "PW.9.1"),
)
def connect(t: Trial, connect) -> None:
    authority = Authority("Clinic Authority")
    signers = {
        "": authority, "namesake": Authority("Clinic Authority"), "other": Authority("Another Authority")
    }  # fmt: skip
    servers = [server for server in SERVERS if ssl.HAS_TLSv1_1 or server[0] != "old"]
    order = t.rng(2).permutation(len(servers)).tolist()
    reached = 0
    for rng, place in zip(t.cases(len(order)), order, strict=True):
        part, says, options = servers[place]
        host, message = f"model{rng.integers(100)}.clinic.example", rng.bytes(16)
        server = _server(signers[options.get("signer", "")], host, options)
        t.given(server=says)
        with t.part(part), line_slips(t):
            _carry(t, connect(authority.pem, host, message), server)
            if part == "right":
                _expect_reached(t, server, message, options)
                reached += 1
            elif server.connected or server.heard:
                stranger = _server(signers["other"], "nobody.example", {})
                _carry(t, connect(authority.pem, host, message), stranger)
                _say_completed(t, server, "authority" if stranger.connected else part, says)
    for part in ("host", "authority", "expired", "old"):
        with t.part(part):
            t.expect(reached, "A client that reaches nobody refuses everybody: first let it reach the right.")


#: (part, what the server is like, how its certificate and its context are made)
SERVERS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("right", "the right host, TLS 1.3 only", {"lowest": ssl.TLSVersion.TLSv1_3}),
    ("right", "the right host, TLS 1.2 at most", {"highest": ssl.TLSVersion.TLSv1_2}),
    ("right", "the right host, TLS 1.2 and 1.3", {}),
    ("right", "the right host, last of two names", {"names": ("labs.clinic.example", "{host}")}),
    ("right", "the right host, by a wildcard of its domain", {"names": ("*.clinic.example",)}),
    ("host", "another host of the same authority", {"names": ("intern.clinic.example",)}),
    ("host", "a host whose name starts with the right one", {"names": ("{host}.evil.example",)}),
    ("host", "a host whose name ends in the right one", {"names": ("evil-{host}",)}),
    ("host", "a host of another domain, by wildcard", {"names": ("*.evil.example",)}),
    ("authority", "the right name, signed by a namesake of the authority", {"signer": "namesake"}),
    ("authority", "the right name, signed by an authority of another name", {"signer": "other"}),
    ("expired", "the right host, with a certificate that ended yesterday", {"days": -1}),
    ("old", "the right host, TLS 1.1 at most", {"highest": ssl.TLSVersion.TLSv1_1}),
)


SLIPS = {
    "host": "An authority's signature is not enough: check_hostname has to stay True.",
    "authority": "The signature was not checked against ca_pem: verify_mode has to stay CERT_REQUIRED.",
    "expired": "The dates were not checked: leave verify_mode and verify_flags as they were.",
    "old": "Set minimum_version to TLS 1.2, and leave the ciphers alone.",
    "TLSV1_ALERT_UNKNOWN_CA": "Your context does not trust ca_pem: create_default_context(cadata=ca_pem).",
}


def _carry(t: Trial, line: Any, server: Line) -> None:
    carry(t, feed_of(t, line, "connect"), server.feed, starts=True)


def _server(authority: Authority, host: str, options: Mapping[str, Any]) -> Line:
    names = [name.format(host=host) for name in options.get("names", ("{host}",))]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    present(context, authority.issue(*names, days=options.get("days", 7)))
    highest = options.get("highest", ssl.TLSVersion.TLSv1_3)
    if highest < ssl.TLSVersion.TLSv1_2:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = highest
            context.maximum_version = highest
    else:
        context.minimum_version = options.get("lowest", ssl.TLSVersion.TLSv1_2)
        context.maximum_version = highest
    return Line(context, say=lambda certificate: b"hello")


def _expect_reached(t: Trial, server: Line, message: bytes, options: Mapping[str, Any]) -> None:
    t.expect(
        server.connected,
        "The server of the right host did not see the handshake completed.",
        expected="a handshake",
        got=server.error or "nothing",
        slip=SLIPS.get(server.error) or version_slip(server.error, options),
    )
    t.equal(server.heard, message, "what the server heard")


def _say_completed(t: Trial, server: Line, cause: str, says: str) -> None:
    read = f"a handshake, and {len(server.heard)} bytes of your message"
    t.wrong(
        f"Your client completed a handshake with {says}.",
        expected="no handshake",
        got=read if server.heard else "a handshake",
        slip=SLIPS[cause],
    )
