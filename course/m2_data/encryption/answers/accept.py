"""Answers to `encryption.accept`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import ssl
from fnmatch import fnmatch

from autograder.exercise import Answers, Wrong

from ..toy_tls import Line, present


def name_step_by_step(certificate, allow):
    if not certificate:
        return None
    found = []
    for pair in certificate.get("subjectAltName", []):
        if pair[0] == "DNS":
            found.append(pair[1])
    if len(found) != 1:
        return None
    for allowed in allow:
        if allowed == found[0] and "*" not in allowed:
            return allowed
    return None


def _accept(ca_pem, identity, allow, name_of=name_step_by_step, mode=ssl.CERT_REQUIRED, **versions):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_verify_locations(cadata=ca_pem)
    context.verify_mode = mode
    for end, version in versions.items():
        setattr(context, end, version)
    if identity:
        present(context, identity)

    def say(certificate):
        name = name_of(certificate, allow)
        return f"welcome {name}".encode() if name else None

    return Line(context, say=say)


def accept_from_scratch(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow)


def _dns(certificate):
    return [name for kind, name in (certificate or {}).get("subjectAltName", ()) if kind == "DNS"]


def name_by_common_name(certificate, allow):
    for part in (certificate or {}).get("subject", ()):
        for field, value in part:
            if field == "commonName" and value in allow:
                return value
    return name_step_by_step(certificate, allow)


def name_by_any(certificate, allow):
    return next((name for name in _dns(certificate) if name in allow and "*" not in name), None)


def name_by_pattern(certificate, allow):
    names = _dns(certificate)
    matches = [allowed for allowed in allow if len(names) == 1 and fnmatch(allowed, names[0])]
    return matches[0] if matches else None


def name_by_ending(certificate, allow):
    names = _dns(certificate)
    if len(names) == 1 and any(names[0].endswith(allowed) for allowed in allow) and "*" not in names[0]:
        return names[0]
    return None


def name_in_small_letters(certificate, allow):
    names = [name.lower() for name in _dns(certificate)]
    small = [allowed.lower() for allowed in allow]
    return names[0] if len(names) == 1 and names[0] in small and "*" not in names[0] else None


def name_listed_twice(certificate, allow):
    names = set(_dns(certificate))
    return names.pop() if len(names) == 1 and names <= {name for name in allow if "*" not in name} else None


def name_needing_a_certificate(certificate, allow):
    names = [name for kind, name in certificate["subjectAltName"] if kind == "DNS"]
    return names[0] if len(names) == 1 and names[0] in allow and "*" not in names[0] else None


def name_of_whoever(certificate, allow):
    names = _dns(certificate)
    return names[0] if names else None


def name_of_nobody(certificate, allow):
    return None


def accept_by_pattern(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, name_by_pattern)


def accept_by_common_name(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, name_by_common_name)


def accept_whoever_is_verified(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, name_of_whoever)


def accept_nobody(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, name_of_nobody)


def accept_the_last_of_the_list(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, lambda certificate, allow: allow[-1])


def accept_without_asking(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, mode=ssl.CERT_NONE)


def accept_everybody(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, lambda certificate, allow: allow[-1], mode=ssl.CERT_NONE)


def accept_without_showing_itself(ca_pem, identity, allow):
    return _accept(ca_pem, "", allow)


def accept_tls_1_3_only(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, minimum_version=ssl.TLSVersion.TLSv1_3)


def accept_tls_1_2_only(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, maximum_version=ssl.TLSVersion.TLSv1_2)


def accept_if_verified_or_absent(ca_pem, identity, allow):
    def name_of(certificate, allow):
        return name_step_by_step(certificate, allow) if certificate else "guest"

    return _accept(ca_pem, identity, allow, name_of, mode=ssl.CERT_OPTIONAL)


def accept_the_systems_authorities(ca_pem, identity, allow):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.verify_mode = ssl.CERT_REQUIRED
    present(context, identity)
    return Line(context, say=lambda certificate: b"welcome " + name_step_by_step(certificate, allow).encode())


def name_by_patterns_of_the_list(certificate, allow):
    names = _dns(certificate)
    if len(names) == 1 and any(fnmatch(names[0], allowed) for allowed in allow) and "*" not in names[0]:
        return names[0]
    return None


def name_without_a_star_in_front(certificate, allow):
    names = _dns(certificate)
    return names[0] if len(names) == 1 and names[0] in allow and not names[0].startswith("*") else None


def name_if_the_list_has_no_star(certificate, allow):
    return None if "*" in "".join(allow) else name_step_by_step(certificate, allow)


def name_in_small_letters_of_what_is_allowed(certificate, allow):
    name = name_step_by_step(certificate, allow)
    return name.lower() if name else None


def name_if_it_is_the_only_pair(certificate, allow):
    pairs = (certificate or {}).get("subjectAltName", ())
    return name_step_by_step(certificate, allow) if len(pairs) == 1 else None


def name_of_the_first_allowed(certificate, allow):
    names = _dns(certificate)
    return names[0] if len(names) == 1 and names[0] == allow[0] and "*" not in names[0] else None


def name_or_empty_text(certificate, allow):
    return name_step_by_step(certificate, allow) or ""


def name_without_a_trailing_dot(certificate, allow):
    names = [name.rstrip(".") for name in _dns(certificate)]
    return names[0] if len(names) == 1 and names[0] in allow and "*" not in names[0] else None


def accept_by_patterns_of_the_list(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, name_by_patterns_of_the_list)


def accept_by_file(ca_pem, identity, allow):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=ca_pem)
    context.verify_mode = ssl.CERT_REQUIRED
    present(context, identity)
    return Line(context, say=lambda certificate: b"welcome")


def accept_loading_the_identity(ca_pem, identity, allow):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=ca_pem)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(identity)
    return Line(context, say=lambda certificate: b"welcome")


def accept_saying_a_text(ca_pem, identity, allow):
    line = _accept(ca_pem, identity, allow)
    say = line._say
    line._say = lambda certificate: (say(certificate) or b"").decode()
    return line


def accept_gluing_bytes_and_text(ca_pem, identity, allow):
    line = _accept(ca_pem, identity, allow)
    line._say = lambda certificate: b"welcome " + name_step_by_step(certificate, allow)
    return line


def accept_for_servers(ca_pem, identity, allow):
    """A context for clients: it cannot be a server's."""
    context = ssl.create_default_context(cadata=ca_pem)
    present(context, identity)
    return Line(context, say=lambda certificate: b"welcome")


def accept_without_the_name(ca_pem, identity, allow):
    line = _accept(ca_pem, identity, allow)
    line._say = lambda certificate: b"welcome" if name_step_by_step(certificate, allow) else None
    return line


def name_emptying_the_list(certificate, allow):
    name = name_step_by_step(certificate, allow)
    allow.clear()
    return name


def accept_giving_the_context(ca_pem, identity, allow):
    return ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=ca_pem)


ANSWERS = Answers(
    right=[(name_step_by_step, accept_from_scratch)],
    wrong=[
        Wrong(
            (name_by_common_name, accept_by_common_name),
            "names",
            "the common name is a label",
        ),
        Wrong((name_by_any, accept_from_scratch), "names", "exactly one"),
        Wrong((name_listed_twice, accept_from_scratch), "names", "counts as two"),
        Wrong((name_in_small_letters, accept_from_scratch), "names", "Letter for letter"),
        Wrong(
            (name_by_pattern, accept_by_pattern),
            "names",
            "A wildcard stands for many",
        ),
        Wrong((name_by_ending, accept_from_scratch), "names", "Compare the whole name"),
        Wrong((name_needing_a_certificate, accept_from_scratch), "names", "Your code raised"),
        Wrong((name_of_whoever, accept_whoever_is_verified), "names", "has to stand in `allow`"),
        Wrong((name_step_by_step, accept_whoever_is_verified), "others", "Verified is not allowed"),
        Wrong((name_of_nobody, accept_nobody), "admits", "hat an allowed caller heard"),
        Wrong(
            (name_step_by_step, accept_the_last_of_the_list),
            "admits",
            "hat an allowed caller heard",
            also=("Verified is not allowed: say None when service_name gives None.",),
        ),
        Wrong((name_step_by_step, accept_without_asking), "admits", "`say` got no certificate"),
        Wrong((name_step_by_step, accept_without_showing_itself), "admits", "present(context, identity)"),
        Wrong((name_step_by_step, accept_tls_1_3_only), "admits", "TLS 1.2 is to be spoken too"),
        Wrong((name_step_by_step, accept_tls_1_2_only), "admits", "TLS 1.3 is to be spoken too"),
        Wrong(
            (name_step_by_step, accept_everybody),
            "strangers",
            "Only `verify_mode = ssl.CERT_REQUIRED`",
            also=("Verified is not allowed: say None when service_name gives None.",),
        ),
        Wrong((name_step_by_step, accept_if_verified_or_absent), "strangers", "Only `verify_mode"),
        Wrong((name_by_patterns_of_the_list, accept_by_patterns_of_the_list), "names", "no patterns"),
        Wrong((name_without_a_star_in_front, accept_from_scratch), "names", "A wildcard stands for many"),
        Wrong((name_if_the_list_has_no_star, accept_from_scratch), "names", "beside a pattern"),
        Wrong((name_in_small_letters_of_what_is_allowed, accept_from_scratch), "names", "Letter for letter"),
        Wrong((name_if_it_is_the_only_pair, accept_from_scratch), "names", "neither for nor against"),
        Wrong((name_of_the_first_allowed, accept_from_scratch), "names", "the last name of the list"),
        Wrong(
            (name_or_empty_text, accept_from_scratch),
            "names",
            "has to stand in `allow`; who is not there is None",
        ),
        Wrong((name_without_a_trailing_dot, accept_from_scratch), "names", "Compare the whole name"),
        Wrong((name_emptying_the_list, accept_from_scratch), "names", "Leave the certificate and the list"),
        Wrong((name_step_by_step, accept_giving_the_context), "admits", "A context is only the settings"),
        Wrong((name_step_by_step, accept_by_file), "admits", "take paths, and you have the text itself"),
        Wrong((name_step_by_step, accept_loading_the_identity), "admits", "take paths"),
        Wrong((name_step_by_step, accept_saying_a_text), "admits", "`say` returns bytes"),
        Wrong((name_step_by_step, accept_gluing_bytes_and_text), "admits", "`name.encode()`"),
        Wrong(
            (name_step_by_step, accept_for_servers), "admits", "make the context for `Purpose.CLIENT_AUTH`"
        ),
        Wrong((name_step_by_step, accept_without_the_name), "admits", "What an allowed caller heard"),
        Wrong((name_step_by_step, accept_the_systems_authorities), "admits", "Does it trust ca_pem?"),
    ],
)

EQUIVALENT = {
    "names[0] in allow → names[-1] in allow": "there is exactly one name",
    "'*' not in names[0] → '*' not in names[-1]": "there is exactly one name",
    "names[0] if allowed else None → names[-1] if allowed else None": "there is exactly one name",
}
