"""The toy TLS of the lessons: honest certificates pass even a strict reader, and nothing else does."""

import ssl

import pytest

from course.m2_data.encryption.toy_tls import Authority, Line, present, talk

HOST = "model.clinic.example"
AUTHORITY = Authority()


def shake(identity, *, strict=True, trusted=AUTHORITY.pem, say=lambda certificate: b"question"):
    """(client, server) after a conversation in which the client verifies."""
    context = ssl.create_default_context(cadata=trusted)
    if strict:  # the default from Python 3.13 on
        context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    present(serving, identity)
    client, server = Line(context, host=HOST, say=say), Line(serving, say=lambda certificate: b"answer")
    talk(client, server)
    return client, server


@pytest.mark.parametrize("strict", [True, False])
def test_two_honest_ends_hear_each_other(strict):
    client, server = shake(AUTHORITY.issue("other.clinic.example", HOST), strict=strict)
    assert client.connected and server.connected and not client.error and not server.error
    assert (client.heard, server.heard) == (b"answer", b"question")


@pytest.mark.parametrize(
    ("identity", "error"),
    [
        (AUTHORITY.issue("other.clinic.example"), "Hostname mismatch"),
        (AUTHORITY.issue(HOST, days=-1), "expired"),
        (AUTHORITY.issue(HOST, usage="client"), "purpose"),
        (Authority().issue(HOST), "issuer"),
    ],
)
def test_a_verifying_client_says_why_it_breaks_off_and_says_nothing_else(identity, error):
    client, server = shake(identity)
    assert error in client.error
    assert not server.connected and not server.heard and server.error


def test_who_says_nothing_hangs_up():
    client, server = shake(AUTHORITY.issue(HOST), say=lambda certificate: None)
    assert client.error == "hung up" and server.error == "the other end hung up"
    assert server.connected and not server.heard
    assert client.feed(b"more") == b""


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_hangs_up_says_so_whatever_the_client_has_sent(version):
    context = ssl.create_default_context(cadata=AUTHORITY.pem)
    context.maximum_version = version
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    present(serving, AUTHORITY.issue(HOST))
    client = Line(context, host=HOST, say=lambda certificate: b"question")
    server = Line(serving, say=lambda certificate: None)
    talk(client, server)
    assert server.error == "hung up" and client.error == "the other end hung up"
    assert not server.heard and not client.heard


def test_a_message_longer_than_a_tls_record_arrives_whole():
    message = bytes(range(256)) * 300
    assert shake(AUTHORITY.issue(HOST), say=lambda certificate: message)[1].heard == message


def test_a_line_shows_the_certificate_that_it_verified():
    seen = []
    shake(AUTHORITY.issue(HOST), say=lambda certificate: seen.append(certificate) or b"")
    assert seen[0]["subjectAltName"] == (("DNS", HOST),)


def test_bytes_that_are_not_tls_end_a_line_and_raise_nothing():
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    present(serving, AUTHORITY.issue(HOST))
    server = Line(serving, say=lambda certificate: b"answer")
    server.feed(b"GET / HTTP/1.1\r\n\r\n")
    assert server.error and not server.connected
