"""Answers to `encryption.Envelope`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from autograder.exercise import Answers, Wrong

from ..material import place_of
from ._envelope import Spoilable, spoiled
from .seal import open_by_parts, seal_with


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
        return {"kek": kek, "key": sealed, "data": seal_with(key, data, place_of(name), nonce)}

    def unwrap(self, name, record):
        key = self._open(name, record)
        return open_by_parts(key, record["data"], place_of(name))

    def rotate(self, name, record):
        kek, sealed = self._under(name, self._open(name, record))
        return record | {"kek": kek, "key": sealed}

    def _under(self, name, key):
        nonce = secrets.token_bytes(12)
        sealed = self._keys[self._current].encrypt(nonce, key, place_of(name, self._current))
        return self._current, nonce + sealed

    def _open(self, name, record):
        nonce, sealed = record["key"][:12], record["key"][12:]
        if len(nonce) < 12:
            raise InvalidTag
        return self._keys[record["kek"]].decrypt(nonce, sealed, place_of(name, record["kek"]))


OneKeyForAll = spoiled("OneKeyForAll", new_key=lambda self: bytes(range(32)))
OtherOrder = spoiled("OtherOrder", key_context=lambda self, name, kek: place_of(kek, name))
DataUnderTheKek = spoiled("DataUnderTheKek", new_key=lambda self: self.keks[self.current])
HeaderNotBound = spoiled("HeaderNotBound", key_context=lambda self, name, kek: place_of(name))
DataNotBound = spoiled("DataNotBound", data_context=lambda self, name: b"")
KeyOfHexDigits = spoiled("KeyOfHexDigits", new_key=lambda self: os.urandom(16).hex().encode())
HalfAKeyTwice = spoiled("HalfAKeyTwice", new_key=lambda self: 2 * os.urandom(16))
# right for names of plain letters only
PlaceByHand = spoiled("PlaceByHand", data_context=lambda self, name: f'["{name}"]'.encode())
RotatesWithTheOldId = spoiled(
    "RotatesWithTheOldId",
    rotate=lambda self, name, record: self.rotate_with(
        name, record, self.key_context(name, record["kek"]), os.urandom(12)
    ),
)
RotatesWithoutTheId = spoiled(
    "RotatesWithoutTheId",
    rotate=lambda self, name, record: self.rotate_with(name, record, place_of(name), os.urandom(12)),
)
RotatesWithTheOldNonce = spoiled(
    "RotatesWithTheOldNonce",
    rotate=lambda self, name, record: self.rotate_with(
        name, record, self.key_context(name, self.current), record["key"][:12]
    ),
)
LastOfTheKeks = spoiled(
    "LastOfTheKeks", __init__=lambda self, keks, current: Spoilable.__init__(self, keks, list(keks)[-1])
)
NewestOfTheKeks = spoiled(
    "NewestOfTheKeks", __init__=lambda self, keks, current: Spoilable.__init__(self, keks, max(keks))
)
NothingBound = spoiled(
    "NothingBound", key_context=lambda self, name, kek: b"", data_context=lambda self, name: b""
)
RotatesByEncryptingAgain = spoiled(
    "RotatesByEncryptingAgain", rotate=lambda self, name, record: self.wrap(name, self.unwrap(name, record))
)
RotatesTheLabelOnly = spoiled(
    "RotatesTheLabelOnly", rotate=lambda self, name, record: {**record, "kek": self.current}
)
OneNonceForAllKeys = spoiled("OneNonceForAllKeys", key_nonce=lambda self: bytes(12))
OneNonceForAllData = spoiled("OneNonceForAllData", data_nonce=lambda self: bytes(12))
CurrentKekOnly = spoiled(
    "CurrentKekOnly", open_key=lambda self, name, record: self.opened(self.current, name, record)
)
NothingToWrap = spoiled(
    "NothingToWrap", unwrap=lambda self, name, record: Spoilable.unwrap(self, name, record) or None
)
KeyInTheClear = spoiled(
    "KeyInTheClear",
    record=lambda self, name, key, sealed: {"kek": self.current, "key": key, "data": sealed},
    open_key=lambda self, name, record: record["key"],
)
RotatesWhatItCanOpen = spoiled(
    "RotatesWhatItCanOpen",
    rotate=lambda self, name, record: (
        Spoilable.rotate(self, name, record) if record["kek"] in self.keks else record
    ),
)
KeepsACurrentRecord = spoiled(
    "KeepsACurrentRecord",
    rotate=lambda self, name, record: (
        dict(record) if record["kek"] == self.current else Spoilable.rotate(self, name, record)
    ),
)


class EnvelopeThatLooksAtTheData(Spoilable):
    """Opens the data before it rotates, which nobody asks for, and gives the keys in another order."""

    def rotate(self, name, record):
        self.unwrap(name, record)
        found = super().rotate(name, record)
        return {key: found[key] for key in ("data", "key", "kek")}


class OneKeyPerInstance(Spoilable):
    def __init__(self, keks, current):
        super().__init__(keks, current)
        self.key = os.urandom(32)

    def new_key(self):
        return self.key


class WithoutSeal(Spoilable):
    def wrap(self, name, data):
        key = self.new_key()
        return self.record(name, key, _stub(key, data, self.data_context(name)))

    def open_key(self, name, record):
        return _stub(self.keks[record["kek"]], record["key"], b"")


class WithoutSealOrQuestions(WithoutSeal):
    """Comes to the unwritten `open_` with any dict."""

    def open_key(self, name, record):
        return _stub(self.keks.get(record.get("kek"), b""), record.get("key"), b"")


class RelabelsWhatItUnwraps(Spoilable):
    """Damages every record under another KEK than the current one."""

    def unwrap(self, name, record):
        data = super().unwrap(name, record)
        record["kek"] = self.current
        return data


class RotatesWhatItUnwraps(Spoilable):
    def unwrap(self, name, record):
        data = super().unwrap(name, record)
        record.update(self.rotate(name, record))
        return data


class RotatesWithTheNewAad(Spoilable):
    def rotate(self, name, record):
        bound = self.key_context(name, self.current)
        return self.record(
            name, open_by_parts(self.keks[record["kek"]], record["key"], bound), record["data"]
        )


class UnwrapsWithTheNewAad(Spoilable):
    def unwrap(self, name, record):
        bound = self.key_context(name, self.current)
        key = open_by_parts(self.keks[record["kek"]], record["key"], bound)
        return open_by_parts(key, record["data"], self.data_context(name))


class RotatesWithoutLookingAtTheLength(Spoilable):
    """AESGCM has another error for a nonce of under 8 bytes."""

    def rotate(self, name, record):
        kek, sealed = record["kek"], record["key"]
        key = AESGCM(self.keks[kek]).decrypt(sealed[:12], sealed[12:], self.key_context(name, kek))
        return self.record(name, key, record["data"])


class RotatesWithTheCurrentKekOnly(Spoilable):
    def rotate(self, name, record):
        bound = self.key_context(name, self.current)
        key = open_by_parts(self.keks[self.current], record["key"], bound)
        return self.record(name, key, record["data"])


class RotatesInPlace(Spoilable):
    def rotate(self, name, record):
        record.update(super().rotate(name, record))
        return record


class TriesEveryKek(Spoilable):
    def open_key(self, name, record):
        for kek, key in self.keks.items():
            try:
                return open_by_parts(key, record["key"], self.key_context(name, kek))
            except InvalidTag:
                continue
        raise InvalidTag


class CountedKeys(Spoilable):
    """A counter, spread over 32 bytes: no two alike, and none of them a secret."""

    count = 0

    def new_key(self):
        type(self).count += 1
        return type(self).count.to_bytes(32, "big")


class ShortKey(Spoilable):
    def new_key(self):
        return os.urandom(16)

    def wrap(self, name, data):
        key, nonce = self.new_key(), os.urandom(12)
        return self.record(name, key, nonce + AESGCM(key).encrypt(nonce, data, self.data_context(name)))


class OneNonceForBoth(Spoilable):
    def wrap(self, name, data):
        key, nonce = self.new_key(), os.urandom(12)
        bound = self.key_context(name, self.current)
        wrapped = seal_with(self.keks[self.current], key, bound, nonce)
        return {
            "kek": self.current,
            "key": wrapped,
            "data": seal_with(key, data, self.data_context(name), nonce),
        }


class DataBoundToTheKek(Spoilable):
    def wrap(self, name, data):
        key = self.new_key()
        return self.record(name, key, seal_with(key, data, place_of(name, self.current), os.urandom(12)))

    def unwrap(self, name, record):
        key = self.open_key(name, record)
        return open_by_parts(key, record["data"], place_of(name, record["kek"]))


class UnwrapsInPlace(Spoilable):
    def unwrap(self, name, record):
        record["key"] = self.open_key(name, record)
        return open_by_parts(record["key"], record["data"], self.data_context(name))


class TwoKeksOnly(Spoilable):
    """Knows the current KEK and the one before it."""

    def open_key(self, name, record):
        kek = record["kek"]
        known = list(self.keks)[: list(self.keks).index(self.current) + 1]
        if kek in self.keks and kek not in known:
            raise InvalidTag
        return super().open_key(name, record)


class OpensKeysWithoutTheirTag(Spoilable):
    """The data's own tag notices most of it, so unwrap looks right."""

    def open_key(self, name, record):
        counter = record["key"][:12] + (2).to_bytes(4, "big")
        cipher = Cipher(algorithms.AES(self.keks[record["kek"]]), modes.CTR(counter))
        return cipher.decryptor().update(record["key"][12:-16])


class RotatesWithoutTheTag(Spoilable):
    def rotate(self, name, record):
        key = OpensKeysWithoutTheirTag(self.keks, self.current).open_key(name, record)
        return self.record(name, key, record["data"])


class OpensDataOfAnybody(Spoilable):
    def unwrap(self, name, record):
        key = self.open_key(name, record)
        for bound in (place_of(name), b""):
            try:
                return open_by_parts(key, record["data"], bound)
            except InvalidTag:
                continue
        raise InvalidTag


class RotatesAnyName(Spoilable):
    """Binds the name that it is given, and does not ask whether the old seal had it."""

    def rotate(self, name, record):
        for known in (name, "another.bin"):
            try:
                return self.record(name, self.open_key(known, record), record["data"])
            except InvalidTag:
                continue
        raise InvalidTag


class RotatesUnderAnyHeader(Spoilable):
    def rotate(self, name, record):
        for kek in [record["kek"], *self.keks]:
            try:
                return self.record(name, self.open_key(name, {**record, "kek": kek}), record["data"])
            except InvalidTag:
                continue
        raise InvalidTag


class WithoutRotate:
    def __init__(self, keks, current):
        self._inner = Spoilable(keks, current)

    def wrap(self, name, data):
        return self._inner.wrap(name, data)

    def unwrap(self, name, record):
        return self._inner.unwrap(name, record)


ANSWERS = Answers(
    right=[EnvelopeOfCiphers, EnvelopeThatLooksAtTheData],
    wrong=[
        Wrong(OneKeyForAll, "fresh", "draw it inside wrap"),
        Wrong(OneKeyPerInstance, "fresh", "draw it inside wrap"),
        Wrong(CountedKeys, "fresh", "counted or derived can be guessed"),
        Wrong(KeyOfHexDigits, "fresh", "counted or derived can be guessed"),
        Wrong(HalfAKeyTwice, "fresh", "half of the data key is there twice"),
        Wrong(ShortKey, "wrap", "number of bytes of the data key"),
        Wrong(OneNonceForAllKeys, "fresh", "under one KEK none may come twice"),
        Wrong(OneNonceForAllData, "fresh", "for the data too"),
        Wrong(OneNonceForBoth, "fresh", "the two of a record share one"),
        Wrong(WithoutSeal, "wrap", "`seal` or `open_`, which is not written yet"),
        Wrong(WithoutSealOrQuestions, "wrap", "`seal` or `open_`, which is not written yet"),
        Wrong(OtherOrder, "wrap", "The order is name, KEK id"),
        Wrong(DataUnderTheKek, "wrap", "Draw a data key for each object"),
        Wrong(HeaderNotBound, "wrap", "The KEK's id is not bound"),
        Wrong(NothingBound, "wrap", "sealed without AAD"),
        Wrong(DataNotBound, "wrap", "name is not bound to its data"),
        Wrong(DataBoundToTheKek, "wrap", "Leave the KEK's id out"),
        Wrong(NothingToWrap, "unwrap", "What unwrap returns should be a bytes"),
        Wrong(UnwrapsInPlace, "unwrap", "Leave the given record alone"),
        Wrong(TwoKeksOnly, "unwrap", "does not open an intact record under"),
        Wrong(OpensKeysWithoutTheirTag, "refuse", "a sealed key whose tag was changed, no error"),
        Wrong(RotatesWithoutTheTag, "rotate", "no error is raised"),
        Wrong(OpensDataOfAnybody, "refuse", "data that was sealed for no object, no error"),
        Wrong(PlaceByHand, "wrap", "does not open with its data key"),
        Wrong(KeepsACurrentRecord, "rotate", "under the current KEK already, too"),
        Wrong(RotatesAnyName, "rotate", "no error is raised"),
        Wrong(RotatesUnderAnyHeader, "rotate", "a record that names another KEK, to rotate, no error"),
        Wrong(RelabelsWhatItUnwraps, "unwrap", "whichever KEK it names"),
        Wrong(RotatesWhatItUnwraps, "unwrap", "Leave the given record alone"),
        Wrong(UnwrapsWithTheNewAad, "unwrap", "with the AAD that it was sealed with"),
        Wrong(RotatesWithTheNewAad, "rotate", "with the AAD that it was sealed with"),
        Wrong(
            RotatesWithoutLookingAtTheLength, "rotate", "bytes of a sealed key, to rotate, the wrong error"
        ),
        Wrong(RotatesByEncryptingAgain, "rotate", "would rewrite everything"),
        Wrong(RotatesTheLabelOnly, "rotate", "does not open with the new KEK"),
        Wrong(RotatesInPlace, "rotate", "Leave the given record alone"),
        Wrong(RotatesWithTheOldId, "rotate", "Name the new KEK in the AAD"),
        Wrong(RotatesWithoutTheId, "rotate", "The KEK's id is not bound"),
        Wrong(RotatesWithTheOldNonce, "rotate", "Seal the data key anew"),
        Wrong(LastOfTheKeks, "wrap", "The KEK id of the record is not right"),
        Wrong(NewestOfTheKeks, "wrap", "The KEK id of the record is not right"),
        Wrong(RotatesWithTheCurrentKekOnly, "rotate", 'Take the KEK by record["kek"]'),
        Wrong(RotatesWhatItCanOpen, "rotate", "no error is raised"),
        Wrong(CurrentKekOnly, "unwrap", 'Take the KEK by record["kek"]'),
        Wrong(TriesEveryKek, "refuse", "no error is raised"),
        Wrong(KeyInTheClear, "wrap", "does not open with the KEK"),
    ],
)
