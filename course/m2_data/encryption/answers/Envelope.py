"""Answers to `encryption.Envelope`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import json
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from autograder.exercise import Answers, Wrong

from .seal import open_by_parts


def _check_key(key):
    if len(key) != 32:
        raise ValueError("32 bytes, please")


def _seal_with(key, plaintext, aad, nonce):
    _check_key(key)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def _place(*parts):
    return json.dumps([str(part) for part in parts]).encode()


def _stub(*args):
    raise NotImplementedError


class EnvelopeOfCiphers:
    """Keeps cipher objects instead of keys, and returns the sealed key as (KEK id, bytes)."""

    def __init__(self, keks, current):
        self._keys = {name: AESGCM(key) for name, key in keks.items()}
        self._current = current

    def wrap(self, name, data):
        key = AESGCM.generate_key(256)
        nonce = secrets.token_bytes(12)
        kek, sealed = self._under(name, key)
        return {"kek": kek, "key": sealed, "data": _seal_with(key, data, _place(name), nonce)}

    def unwrap(self, name, record):
        key = self._open(name, record)
        return open_by_parts(key, record["data"], _place(name))

    def rotate(self, name, record):
        kek, sealed = self._under(name, self._open(name, record))
        return record | {"kek": kek, "key": sealed}

    def _under(self, name, key):
        nonce = secrets.token_bytes(12)
        sealed = self._keys[self._current].encrypt(nonce, key, _place(name, self._current))
        return self._current, nonce + sealed

    def _open(self, name, record):
        nonce, sealed = record["key"][:12], record["key"][12:]
        return self._keys[record["kek"]].decrypt(nonce, sealed, _place(name, record["kek"]))


class _Envelope:
    """A right one whose steps can be spoiled one by one."""

    def __init__(self, keks, current):
        self.keks, self.current = keks, current

    def new_key(self):
        return os.urandom(32)

    def key_context(self, name, kek):
        return _place(name, kek)

    def data_context(self, name):
        return _place(name)

    def open_key(self, name, record):
        kek = record["kek"]
        return open_by_parts(self.keks[kek], record["key"], self.key_context(name, kek))

    def wrap(self, name, data):
        key = self.new_key()
        return self.record(name, key, _seal_with(key, data, self.data_context(name), os.urandom(12)))

    def unwrap(self, name, record):
        return open_by_parts(self.open_key(name, record), record["data"], self.data_context(name))

    def rotate(self, name, record):
        return self.record(name, self.open_key(name, record), record["data"])

    def record(self, name, key, sealed):
        bound = self.key_context(name, self.current)
        wrapped = _seal_with(self.keks[self.current], key, bound, os.urandom(12))
        return {"kek": self.current, "key": wrapped, "data": sealed}


class OneKeyForAll(_Envelope):
    def new_key(self):
        return bytes(range(32))


class OneKeyPerInstance(_Envelope):
    def __init__(self, keks, current):
        super().__init__(keks, current)
        self.key = os.urandom(32)

    def new_key(self):
        return self.key


class WithoutSeal(_Envelope):
    def wrap(self, name, data):
        key = self.new_key()
        return self.record(name, key, _stub(key, data, self.data_context(name)))

    def open_key(self, name, record):
        return _stub(self.keks[record["kek"]], record["key"], b"")


class OtherOrder(_Envelope):
    def key_context(self, name, kek):
        return _place(kek, name)


class DataUnderTheKek(_Envelope):
    def new_key(self):
        return self.keks[self.current]


class HeaderNotBound(_Envelope):
    def key_context(self, name, kek):
        return _place(name)


class NothingBound(_Envelope):
    def key_context(self, name, kek):
        return b""

    def data_context(self, name):
        return b""


class DataNotBound(_Envelope):
    def data_context(self, name):
        return b""


class RotatesByEncryptingAgain(_Envelope):
    def rotate(self, name, record):
        return self.wrap(name, self.unwrap(name, record))


class RotatesTheLabelOnly(_Envelope):
    def rotate(self, name, record):
        return {**record, "kek": self.current}


class RotatesWithTheOldId(_Envelope):
    def rotate(self, name, record):
        bound = self.key_context(name, record["kek"])
        key = _seal_with(self.keks[self.current], self.open_key(name, record), bound, os.urandom(12))
        return {"kek": self.current, "key": key, "data": record["data"]}


class RotatesWithoutTheId(_Envelope):
    def rotate(self, name, record):
        key = self.open_key(name, record)
        wrapped = _seal_with(self.keks[self.current], key, _place(name), os.urandom(12))
        return {"kek": self.current, "key": wrapped, "data": record["data"]}


class RotatesWithTheOldNonce(_Envelope):
    def rotate(self, name, record):
        bound, nonce = self.key_context(name, self.current), record["key"][:12]
        wrapped = _seal_with(self.keks[self.current], self.open_key(name, record), bound, nonce)
        return {"kek": self.current, "key": wrapped, "data": record["data"]}


class OneNonceForAllKeys(_Envelope):
    def record(self, name, key, sealed):
        bound = self.key_context(name, self.current)
        wrapped = _seal_with(self.keks[self.current], key, bound, bytes(12))
        return {"kek": self.current, "key": wrapped, "data": sealed}


class LastOfTheKeks(_Envelope):
    def __init__(self, keks, current):
        super().__init__(keks, list(keks)[-1])


class NewestOfTheKeks(_Envelope):
    def __init__(self, keks, current):
        super().__init__(keks, max(keks))


class RotatesWithTheCurrentKekOnly(_Envelope):
    def rotate(self, name, record):
        bound = self.key_context(name, self.current)
        key = open_by_parts(self.keks[self.current], record["key"], bound)
        return self.record(name, key, record["data"])


class RotatesWhatItCanOpen(_Envelope):
    def rotate(self, name, record):
        return super().rotate(name, record) if record["kek"] in self.keks else record


class RotatesInPlace(_Envelope):
    def rotate(self, name, record):
        record.update(super().rotate(name, record))
        return record


class CurrentKekOnly(_Envelope):
    def open_key(self, name, record):
        return open_by_parts(self.keks[self.current], record["key"], self.key_context(name, self.current))


class TriesEveryKek(_Envelope):
    def open_key(self, name, record):
        for kek, key in self.keks.items():
            try:
                return open_by_parts(key, record["key"], self.key_context(name, kek))
            except InvalidTag:
                continue
        raise InvalidTag


class KeyInTheClear(_Envelope):
    def record(self, name, key, sealed):
        return {"kek": self.current, "key": key, "data": sealed}

    def open_key(self, name, record):
        return record["key"]


ANSWERS = Answers(
    right=[EnvelopeOfCiphers],
    wrong=[
        Wrong(OneKeyForAll, "fresh", "number of different data keys"),
        Wrong(OneKeyPerInstance, "fresh", "draw it inside wrap"),
        Wrong(WithoutSeal, "wrap", "`seal` or `open_`, which is not written yet"),
        Wrong(
            OtherOrder,
            "wrap",
            "The order is name, KEK id",
            also=("The AAD of key or data is not the one of the table, or the two are mixed up.",),
        ),
        Wrong(
            DataUnderTheKek,
            "wrap",
            "sealed with the KEK itself",
            also=("One data key for all that this Envelope wraps: draw it inside wrap.",),
        ),
        Wrong(
            HeaderNotBound,
            "wrap",
            "The KEK's id is not bound",
            also=("The AAD of key or data is not the one of the table, or the two are mixed up.",),
        ),
        Wrong(
            NothingBound,
            "wrap",
            "sealed without AAD",
            also=("The AAD of key or data is not the one of the table, or the two are mixed up.",),
        ),
        Wrong(
            DataNotBound,
            "wrap",
            "name is not bound to its data",
            also=("The AAD of key or data is not the one of the table, or the two are mixed up.",),
        ),
        Wrong(RotatesByEncryptingAgain, "rotate", "would rewrite everything"),
        Wrong(RotatesTheLabelOnly, "rotate", "does not open with the new KEK"),
        Wrong(RotatesInPlace, "rotate", "caller's record after the call"),
        Wrong(RotatesWithTheOldId, "rotate", "Name the new KEK in the AAD"),
        Wrong(RotatesWithoutTheId, "rotate", "The KEK's id is not bound"),
        Wrong(RotatesWithTheOldNonce, "rotate", "Seal the data key anew"),
        Wrong(OneNonceForAllKeys, "fresh", "Draw a nonce for each seal"),
        Wrong(LastOfTheKeks, "wrap", "The KEK id of the record is not right"),
        Wrong(NewestOfTheKeks, "wrap", "The KEK id of the record is not right"),
        Wrong(RotatesWithTheCurrentKekOnly, "rotate", 'Take the KEK by record["kek"]'),
        Wrong(RotatesWhatItCanOpen, "rotate", "no error is raised"),
        Wrong(CurrentKekOnly, "unwrap", 'Take the KEK by record["kek"]'),
        Wrong(TriesEveryKek, "refuse", "no error is raised"),
        Wrong(KeyInTheClear, "wrap", "does not open with the KEK"),
    ],
)
