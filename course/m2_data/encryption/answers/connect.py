"""Answers to `encryption.connect`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import ssl
import warnings

from autograder.exercise import Answers, Wrong

from ..toy_tls import Line


def connect_from_scratch(ca_pem, host, message):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=ca_pem)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return Line(context, host=host, say=lambda certificate: message)


def _connect(ca_pem, host, message, change, say=None):
    context = ssl.create_default_context(cadata=ca_pem)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the old TLS versions
        change(context)
    return Line(context, host=host, say=say or (lambda certificate: message))


def connect_to_anybody(ca_pem, host, message):
    return Line(ssl._create_unverified_context(), host=host, say=lambda certificate: message)


def connect_without_host_name(ca_pem, host, message):
    return _connect(ca_pem, host, message, lambda context: setattr(context, "check_hostname", False))


def connect_checking_afterwards(ca_pem, host, message):
    def say(certificate):
        return message if f"('DNS', '{host}')" in str(certificate) else None

    return _connect(ca_pem, host, message, lambda context: setattr(context, "check_hostname", False), say)


def connect_with_the_systems_authorities(ca_pem, host, message):
    return Line(ssl.create_default_context(), host=host, say=lambda certificate: message)


def connect_ignoring_dates(ca_pem, host, message):
    no_check_time = 0x200000

    def change(context):
        context.verify_flags |= no_check_time

    return _connect(ca_pem, host, message, change)


def connect_to_old_servers_too(ca_pem, host, message):
    def change(context):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("DEFAULT:@SECLEVEL=0")

    return _connect(ca_pem, host, message, change)


def connect_to_the_newest_only(ca_pem, host, message):
    return _connect(
        ca_pem, host, message, lambda context: setattr(context, "minimum_version", ssl.TLSVersion.TLSv1_3)
    )


def connect_to_tls_1_2_only(ca_pem, host, message):
    return _connect(
        ca_pem, host, message, lambda context: setattr(context, "maximum_version", ssl.TLSVersion.TLSv1_2)
    )


def connect_never(ca_pem, host, message):
    return _connect(ca_pem, "nobody.example", message, lambda context: None)


def connect_saying_hello(ca_pem, host, message):
    return _connect(ca_pem, host, b"hello", lambda context: None)


def connect_giving_the_context(ca_pem, host, message):
    return ssl.create_default_context(cadata=ca_pem)


def connect_by_file(ca_pem, host, message):
    context = ssl.create_default_context(cafile=ca_pem)
    return Line(context, host=host, say=lambda certificate: message)


def connect_by_purpose(ca_pem, host, message):
    context = ssl.create_default_context(ca_pem)
    return Line(context, host=host, say=lambda certificate: message)


def connect_without_a_host(ca_pem, host, message):
    return Line(ssl.create_default_context(cadata=ca_pem), say=lambda certificate: message)


def connect_by_position(ca_pem, host, message):
    return Line(ssl.create_default_context(cadata=ca_pem), host, lambda certificate: message)


def connect_as_a_server(ca_pem, host, message):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=ca_pem)
    return Line(context, host=host, say=lambda certificate: message)


def connect_saying_the_message_itself(ca_pem, host, message):
    return Line(ssl.create_default_context(cadata=ca_pem), host=host, say=message)


def connect_saying_a_text(ca_pem, host, message):
    return Line(ssl.create_default_context(cadata=ca_pem), host=host, say=lambda certificate: message.hex())


def connect_if_the_name_is_exact(ca_pem, host, message):
    """Refuses what the host's authority issued for several names, or for a wildcard."""

    def say(certificate):
        return message if certificate["subjectAltName"] == (("DNS", host),) else None

    return Line(ssl.create_default_context(cadata=ca_pem), host=host, say=say)


ANSWERS = Answers(
    right=[connect_from_scratch],
    wrong=[
        Wrong(connect_to_anybody, "authority", "verify_mode has to stay CERT_REQUIRED"),
        Wrong(connect_by_file, "right", "take paths, and you have the text itself"),
        Wrong(connect_by_purpose, "right", "is the purpose: write"),
        Wrong(connect_without_a_host, "right", "give `host`, or make the context"),
        Wrong(connect_by_position, "right", "takes them by name"),
        Wrong(connect_as_a_server, "right", "is a server's;"),
        Wrong(connect_saying_the_message_itself, "right", "`say` is a function"),
        Wrong(connect_saying_a_text, "right", "`say` returns bytes, not str"),
        Wrong(connect_if_the_name_is_exact, "right", "What the server heard is not right"),
        Wrong(connect_without_host_name, "host", "check_hostname has to stay True"),
        Wrong(connect_checking_afterwards, "host", "check_hostname has to stay True"),
        Wrong(connect_with_the_systems_authorities, "right", "does not trust ca_pem"),
        Wrong(connect_ignoring_dates, "expired", "The dates were not checked"),
        Wrong(connect_to_old_servers_too, "old", "Set minimum_version to TLS 1.2"),
        Wrong(connect_to_the_newest_only, "right", "TLS 1.2 is to be spoken too"),
        Wrong(connect_to_tls_1_2_only, "right", "TLS 1.3 is to be spoken too"),
        Wrong(connect_never, "right", "did not see the handshake completed"),
        Wrong(connect_saying_hello, "right", "What the server heard is not right"),
        Wrong(connect_giving_the_context, "right", "A context is only the settings"),
    ],
)

EQUIVALENT = {
    "context.minimum_version = ssl.TLSVersion.TLSv1_2 → pass": "not seen: Python's minimum is TLS 1.2 already"
}
