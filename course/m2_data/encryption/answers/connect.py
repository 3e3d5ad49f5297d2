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


ANSWERS = Answers(
    right=[connect_from_scratch],
    wrong=[
        Wrong(
            connect_to_anybody,
            "authority",
            "verify_mode has to stay CERT_REQUIRED",
            also=(
                "An authority's signature is not enough: check_hostname has to stay True.",
                ("The dates were not checked: verify_mode and verify_flags have to keep their defaults."),
            ),
        ),
        Wrong(connect_without_host_name, "host", "check_hostname has to stay True"),
        Wrong(connect_checking_afterwards, "host", "check_hostname has to stay True"),
        Wrong(connect_with_the_systems_authorities, "right", "does not trust ca_pem"),
        Wrong(connect_ignoring_dates, "expired", "The dates were not checked"),
        Wrong(connect_to_old_servers_too, "old", "Set minimum_version to TLS 1.2"),
        Wrong(connect_to_the_newest_only, "right", "TLS 1.2 is to be spoken too"),
        Wrong(connect_to_tls_1_2_only, "right", "TLS 1.3 is to be spoken too"),
        Wrong(connect_never, "right", "did not see the handshake completed"),
        Wrong(connect_saying_hello, "right", "What the server heard is not right"),
        Wrong(connect_giving_the_context, "right", "should return a Line"),
    ],
)
