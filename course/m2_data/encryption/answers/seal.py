"""Answers to `encryption.seal`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from autograder.exercise import Answers, Wrong


def _check_key(key):
    if len(key) != 32:
        raise ValueError("32 bytes, please")


def seal_by_parts(key, plaintext, aad):
    """With the cipher's own interface: the tag comes apart from the ciphertext."""
    _check_key(key)
    nonce = secrets.token_bytes(12)
    encryptor = Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    ciphertext = encryptor.update(plaintext) + encryptor.finalize()
    return nonce + ciphertext + encryptor.tag


def open_by_parts(key, blob, aad):
    _check_key(key)
    nonce, ciphertext, tag = blob[:12], blob[12:-16], blob[-16:]
    if len(nonce) + len(tag) + len(ciphertext) != len(blob) or len(blob) < 28:
        raise InvalidTag
    decryptor = Cipher(algorithms.AES(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(aad)
    return decryptor.update(ciphertext) + decryptor.finalize()


def seal_with(key, plaintext, aad, nonce):
    _check_key(key)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def seal_with_zero_nonce(key, plaintext, aad):
    return seal_with(key, plaintext, aad, bytes(12))


_sealed = 0


def seal_with_counter(key, plaintext, aad):
    global _sealed
    _sealed += 1
    return seal_with(key, plaintext, aad, _sealed.to_bytes(12, "big"))


def seal_with_short_nonce(key, plaintext, aad):
    return seal_with(key, plaintext, aad, bytes(8) + os.urandom(4))


def seal_with_hex_nonce(key, plaintext, aad):
    return seal_with(key, plaintext, aad, os.urandom(6).hex().encode())


def seal_with_nonce_of_the_text(key, plaintext, aad):
    from hashlib import sha256

    return seal_with(key, plaintext, aad, sha256(key + aad + plaintext).digest()[:12])


def seal_without_aad(key, plaintext, aad):
    return seal_with(key, plaintext, None, os.urandom(12))


def open_without_aad(key, blob, aad):
    return open_by_parts(key, blob, b"")


def seal_without_tag(key, plaintext, aad):
    _check_key(key)
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)[:-16]


def open_without_tag(key, blob, aad):
    _check_key(key)
    counter = blob[:12] + (2).to_bytes(4, "big")  # where GCM starts to count
    return Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor().update(blob[12:-16])


def seal_without_nonce(key, plaintext, aad):
    return seal_with(key, plaintext, aad, os.urandom(12))[12:]


def seal_with_nonce_at_the_end(key, plaintext, aad):
    blob = seal_with(key, plaintext, aad, os.urandom(12))
    return blob[12:] + blob[:12]


def open_returning_none(key, blob, aad):
    try:
        return open_by_parts(key, blob, aad)
    except InvalidTag:
        return None


def open_with_another_error(key, blob, aad):
    _check_key(key)
    return AESGCM(key).decrypt(blob[:12], blob[12:], aad)


def open_nothing(key, blob, aad):
    _check_key(key)
    raise InvalidTag


def seal_with_any_key(key, plaintext, aad):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def seal_with_any_key_of_aes(key, plaintext, aad):
    if len(key) == 16:
        raise ValueError("32 bytes, please")
    return seal_with_any_key(key, plaintext, aad)


def seal_with_any_long_key(key, plaintext, aad):
    if len(key) < 32:
        raise ValueError("32 bytes, please")
    return seal_with_any_key(key[:32], plaintext, aad)


def seal_refusing_all_keys(key, plaintext, aad):
    raise ValueError("32 bytes, please")


def seal_with_an_aad_of_its_own(key, plaintext, aad):
    return seal_with(key, plaintext, aad or b"record", os.urandom(12))


def seal_nothing_for_an_empty_text(key, plaintext, aad):
    _check_key(key)
    return seal_with(key, plaintext, aad, os.urandom(12)) if plaintext else b""


def seal_of_random_bytes(key, plaintext, aad):
    _check_key(key)
    return os.urandom(len(plaintext) + 28)


def open_ignoring_an_empty_aad(key, blob, aad):
    if aad:
        return open_by_parts(key, blob, aad)
    _check_key(key)
    return open_without_tag(key, blob, aad)


def open_needing_an_aad(key, blob, aad):
    _check_key(key)
    if not aad:
        raise InvalidTag
    return open_by_parts(key, blob, aad)


def open_needing_a_text(key, blob, aad):
    _check_key(key)
    if len(blob) <= 28:
        raise InvalidTag
    return open_by_parts(key, blob, aad)


def open_with_any_key(key, blob, aad):
    if len(blob) < 28:
        raise InvalidTag
    return AESGCM(key).decrypt(blob[:12], blob[12:], aad)


def seal_in_a_bytearray(key, plaintext, aad):
    return bytearray(seal_with(key, plaintext, aad, os.urandom(12)))


def seal_with_the_tag_in_front(key, plaintext, aad):
    blob = seal_with(key, plaintext, aad, os.urandom(12))
    return blob[:12] + blob[-16:] + blob[12:-16]


def open_with_a_trimmed_aad(key, blob, aad):
    _check_key(key)
    return open_by_parts(key, blob, aad.rstrip(b"\0"))


ANSWERS = Answers(
    right=[(seal_by_parts, open_by_parts), (seal_in_a_bytearray, open_by_parts)],
    wrong=[
        Wrong((seal_with_zero_nonce, open_by_parts), "nonce", "Every blob has the same nonce"),
        Wrong((seal_with_counter, open_by_parts), "nonce", "a counter starts again"),
        Wrong((seal_with_short_nonce, open_by_parts), "nonce", "hardly changes"),
        Wrong((seal_with_hex_nonce, open_by_parts), "nonce", "hex text instead of raw bytes"),
        Wrong((seal_with_nonce_of_the_text, open_by_parts), "nonce", "made from the text"),
        Wrong((seal_without_aad, open_without_aad), "seal", "AAD was not handed to AESGCM"),
        Wrong((seal_without_tag, open_without_tag), "seal", "There is no tag"),
        Wrong((seal_without_nonce, open_by_parts), "seal", "travel with the blob"),
        Wrong((seal_with_nonce_at_the_end, open_by_parts), "seal", "belongs in front"),
        Wrong((seal_with_the_tag_in_front, open_by_parts), "seal", "The tag belongs at the end"),
        Wrong((seal_by_parts, open_with_a_trimmed_aad), "refuse", "an AAD and one byte more, no error"),
        Wrong((seal_by_parts, open_without_tag), "refuse", "Given a changed tag, no error is raised"),
        Wrong((seal_by_parts, open_returning_none), "refuse", "no error is raised"),
        Wrong(
            (seal_by_parts, open_with_another_error), "refuse", "another error for a nonce of under 8 bytes"
        ),
        Wrong((seal_by_parts, open_nothing), "open", "InvalidTag"),
        Wrong((seal_with_an_aad_of_its_own, open_by_parts), "seal", "does not open as nonce"),
        Wrong((seal_nothing_for_an_empty_text, open_by_parts), "seal", "length of the blob"),
        Wrong((seal_of_random_bytes, open_by_parts), "nonce", "first 12 bytes are no nonce"),
        Wrong((seal_by_parts, open_ignoring_an_empty_aad), "refuse", "no error is raised"),
        Wrong((seal_by_parts, open_needing_an_aad), "open", "InvalidTag"),
        Wrong((seal_by_parts, open_needing_a_text), "open", "InvalidTag"),
        Wrong((seal_with_any_long_key, open_by_parts), "key", "a key of 33 bytes to seal"),
        Wrong((seal_refusing_all_keys, open_by_parts), "key", "seal refuses a key of 32 bytes"),
        Wrong((seal_by_parts, open_with_any_key), "key", "a key of 16 bytes to open_"),
        Wrong((seal_with_any_key, open_by_parts), "key", "a key of 16 bytes to seal"),
        Wrong((seal_with_any_key_of_aes, open_by_parts), "key", "a key of 24 bytes to seal"),
    ],
)

EQUIVALENT = {
    "len(blob) < 28 → len(blob) < 27": "27 bytes have a tag that is too short: AESGCM raises InvalidTag too",
}
