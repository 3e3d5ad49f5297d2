"""Answers to `supply_chain.sign_verify`: another right pair, and wrong ones with what each is told."""

from __future__ import annotations

import hashlib
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from autograder.exercise import Answers, Wrong

from .manifest import by_questions as manifest

EMPTY = "Only a dict is a manifest, and an empty one must fit as well: compare, whatever listed is."


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def sign(listed, private_key):
    return Ed25519PrivateKey.from_private_bytes(private_key).sign(canonical(listed))


def verify(folder, listed, signature, public_key):
    try:
        found = canonical(manifest(folder))
        if found != canonical(listed):
            return False
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, found)
    except (InvalidSignature, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return False
    return True


def _fits(listed, signature, public_key):
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature, canonical(listed))
    return True


def signs_as_it_stands(listed, private_key):
    return Ed25519PrivateKey.from_private_bytes(private_key).sign(json.dumps(listed).encode())


def signs_the_hash(listed, private_key):
    return Ed25519PrivateKey.from_private_bytes(private_key).sign(hashlib.sha256(canonical(listed)).digest())


def signs_hexadecimal(listed, private_key):
    return sign(listed, private_key).hex()


def signature_only(folder, listed, signature, public_key):
    try:
        return isinstance(listed, dict) and isinstance(folder, dict) and _fits(listed, signature, public_key)
    except Exception:
        return False


def files_only(folder, listed, signature, public_key):
    try:
        return manifest(folder) == listed
    except Exception:
        return False


def listed_files_only(folder, listed, signature, public_key):
    try:
        now = manifest(folder)
        return _fits(listed, signature, public_key) and all(now[path] == listed[path] for path in listed)
    except Exception:
        return False


def files_there_only(folder, listed, signature, public_key):
    try:
        now = manifest(folder)
        return _fits(listed, signature, public_key) and all(now[path] == listed[path] for path in now)
    except Exception:
        return False


def hashes_only(folder, listed, signature, public_key):
    try:
        now = manifest(folder)
        same = {path: entry["sha256"] for path, entry in now.items()}
        return _fits(listed, signature, public_key) and same == {p: e["sha256"] for p, e in listed.items()}
    except Exception:
        return False


def order_matters(folder, listed, signature, public_key):
    try:
        return _fits(listed, signature, public_key) and json.dumps(manifest(folder)) == json.dumps(listed)
    except Exception:
        return False


def only_the_signatures_error(folder, listed, signature, public_key):
    try:
        return _fits(listed, signature, public_key) and manifest(folder) == listed
    except InvalidSignature:
        return False


def value_errors_too(folder, listed, signature, public_key):
    try:
        return _fits(listed, signature, public_key) and manifest(folder) == listed
    except (InvalidSignature, ValueError):
        return False


def _but(wanted, less=lambda folder: folder):
    def verify(folder, listed, signature, public_key):
        try:
            kept = less(folder)
            return wanted(kept, listed) and _fits(listed, signature, public_key) and manifest(kept) == listed
        except Exception:
            return False

    return verify


def _without(left):
    return _but(lambda *_: True, lambda folder: {path: folder[path] for path in folder if not left(path)})


drops_its_own_files = _without(("manifest.json", "manifest.sig").__contains__)
ignores_caches = _without(lambda path: path.endswith(".pyc"))
ignores_signatures = _without(lambda path: "/" in path and path.endswith(".sig"))
ignores_hidden_files = _without(lambda path: path.startswith("."))
empty_is_no_release = _but(lambda folder, listed: bool(listed))
no_empty_files = _but(lambda folder, listed: all(folder[path] for path in listed))


def swapped(folder, listed, signature, public_key):
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(canonical(listed), signature)
        return manifest(folder) == listed
    except Exception:
        return False


def what_the_key_says(folder, listed, signature, public_key):
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        return key.verify(signature, canonical(listed)) and manifest(folder) == listed
    except Exception:
        return False


def returns_none(folder, listed, signature, public_key):
    try:
        return _fits(listed, signature, public_key) and manifest(folder) == listed
    except Exception:
        return None


def always_true(folder, listed, signature, public_key):
    return True


def always_false(folder, listed, signature, public_key):
    return False


def without_json_check(folder, listed, signature, public_key):
    try:
        if not listed:
            return _fits(listed, signature, public_key)
        return _fits(listed, signature, public_key) and manifest(folder) == listed
    except Exception:
        return False


ANSWERS = Answers(
    right=[(sign, verify)],
    wrong=[
        Wrong((signs_as_it_stands, verify), "sign", "the signature"),
        Wrong((signs_the_hash, verify), "sign", "the signature"),
        Wrong((signs_hexadecimal, verify), "sign", "the signature"),
        Wrong((sign, signature_only), "files", "says nothing about the files"),
        Wrong((sign, files_only), "signature", "fits listed under the public key"),
        Wrong((sign, listed_files_only), "files", "Compare the two dicts as a whole", also=(EMPTY,)),
        Wrong((sign, files_there_only), "files", "Compare the two dicts as a whole", also=(EMPTY,)),
        Wrong((sign, drops_its_own_files), "files", "Hand the whole folder to manifest"),
        Wrong((sign, ignores_caches), "files", "Compare the two dicts as a whole"),
        Wrong((sign, ignores_signatures), "files", "Compare the two dicts as a whole"),
        Wrong((sign, ignores_hidden_files), "files", "Compare the two dicts as a whole"),
        Wrong((sign, empty_is_no_release), "honest", "can be honest"),
        Wrong((sign, no_empty_files), "honest", "can be honest"),
        Wrong((sign, swapped), "honest", "takes the signature first"),
        Wrong((sign, what_the_key_says), "honest", "So does the key's own verify"),
        Wrong((sign, hashes_only), "signature", "compare manifest(folder) with listed"),
        Wrong((sign, order_matters), "honest", "the order of keys means nothing"),
        Wrong((sign, only_the_signatures_error), "broken", "for every fault"),
        Wrong((sign, value_errors_too), "broken", "for every fault"),
        Wrong((sign, returns_none), "signature", "what verify returns"),
        Wrong((sign, always_true), "files", "verify says True"),
        Wrong((sign, always_false), "honest", "verify says False"),
        Wrong((sign, without_json_check), "broken", "Only a dict is a manifest"),
    ],
)
