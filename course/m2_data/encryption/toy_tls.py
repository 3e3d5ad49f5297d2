"""TLS without a network: a toy authority that issues certificates, and connections made of bytes.

    authority = Authority()
    identity = authority.issue("labs.clinic.example")        # private key and certificate, as PEM
    server = Line(context_that_presents(identity), say=lambda certificate: b"hello")
    client = Line(context_that_trusts(authority.pem), host="labs.clinic.example", say=...)
    talk(client, server)
    client.heard                                             # b"hello", if the client trusted the server

Toy keys for toy certificates: fresh ones on every run, and never outside this process.
"""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROUNDS = 12  # of bytes there and back; a handshake and a message each way take four
USAGES = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}


class Authority:
    """A certificate authority. `pem` is its own certificate, as text: what others trust it by."""

    def __init__(self, name: str = "Toy Authority") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        builder = self._certificate(self._name, self._key, timedelta(days=-30), timedelta(days=30))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.pem = _pem(builder.add_extension(_key_usage(signs=True), critical=True), self._key)

    def issue(self, *dns: str, common_name: str = "", usage: str = "server", days: int = 7) -> str:
        """A new private key and its certificate, one PEM text.

        `dns` are the names it holds for; `usage` is "server" or "client"; it ends `days` from now, and one
        of minus one day ended yesterday.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _named(common_name) if common_name else x509.Name([])
        builder = self._certificate(subject, key, timedelta(days=-9), timedelta(days=days))
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_key_usage(signs=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([USAGES[usage]]), critical=False)
        if dns:
            names = x509.SubjectAlternativeName([x509.DNSName(name) for name in dns])
            builder = builder.add_extension(names, critical=not common_name)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return private.decode() + _pem(builder, self._key)

    def _certificate(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, start: timedelta, end: timedelta
    ) -> x509.CertificateBuilder:
        now, issuer = datetime.now(UTC), self._key.public_key()
        return (
            x509.CertificateBuilder(self._name, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now + start)
            .not_valid_after(now + end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
        )


class Line:
    """One end of a TLS connection in memory: `feed` takes bytes from the other end and returns the reply.

    `context` is an `ssl.SSLContext`. With `host` this end is the client and wants to reach that host;
    without, it is the server. As soon as the handshake is done, `say(certificate)` is asked once what to
    send: bytes, or None to hang up. `certificate` is the other end's, in the form of
    `ssl.SSLSocket.getpeercert`, and empty or None when none was verified.

    `connected` says whether the handshake was completed, `heard` is what the other end said, `error` why
    the connection ended.
    """

    def __init__(
        self, context: ssl.SSLContext, *, host: str | None = None, say: Callable[[Any], bytes | None]
    ) -> None:
        self.connected, self.heard, self.error = False, b"", ""
        self._say, self._incoming, self._outgoing = say, ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._incoming, self._outgoing, server_side=host is None, server_hostname=host
        )

    def feed(self, data: bytes = b"") -> bytes:
        """Take `data` from the other end and return what to send to it; b"" when there is nothing to say."""
        if self.error:
            return b""
        self._incoming.write(data)
        try:
            if not self.connected:
                self._tls.do_handshake()
                self.connected = True
                self._speak()
            while said := self._tls.read(1 << 16):
                self.heard += said
            self.error = "the other end hung up"
        except ssl.SSLWantReadError:
            pass  # the next bytes have not come yet
        except ssl.SSLError as error:
            reason = error.verify_message if isinstance(error, ssl.CertificateError) else error.reason
            self.error = self.error or reason or "closed"  # who hung up has said why already
        return self._outgoing.read()

    def _speak(self) -> None:
        words = self._say(self._tls.getpeercert())
        if words is None:
            self.error = "hung up"
            self._tls.unwrap()
        else:
            self._tls.write(words)


def talk(client: Line, server: Line) -> None:
    """Carry bytes between two ends until neither has anything to say."""
    data = client.feed()
    for _ in range(ROUNDS):
        if not data:
            return
        data = client.feed(server.feed(data))


def present(context: ssl.SSLContext, identity: str) -> None:
    """Make `context` show `identity`, a PEM text of a private key and its certificate, to the other end.

    Python reads these from a file only, so one exists for a moment, in a folder of this user's own.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "identity.pem"
        path.write_text(identity, "ascii")
        context.load_cert_chain(path)


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_usage(signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs, crl_sign=signs,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _pem(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> str:
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
