"""The check of `encryption.Envelope`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidTag

from autograder.exercise import Trial, exercise

from ..material import NONCE, after_seal, open_blob, place_of, seal_with, with_bit_flipped


@exercise(
    minutes=16,
    parts={
        "wrap": (4, "wrap seals the data with a data key, and the data key with the current KEK"),
        "fresh": (2, "draws a data key of 32 random bytes for every object, and a fresh nonce for each seal"),
        "unwrap": (3, "unwrap follows the record's KEK id, and raises KeyError for a KEK that is gone"),
        "refuse": (3, "unwrap raises InvalidTag for a record that was changed, renamed or pieced together"),
        "rotate": (
            4,
            "rotate makes a new record: the same data key under the current KEK, the data as it lies",
        ),
    },
    hints=(
        "Two seals, one inside the other's reach: data under the data key, data key under the KEK. Rotation "
        "touches the second only. What does it have to open first?",
        "Write one small method that opens record['key'] and gives the data key: unwrap and rotate both "
        "need it. Take the KEK by record['kek'], not the current one.",
        "wrap:    data_key = os.urandom(32)\n"
        "         return {'kek': current,\n"
        "                 'key': seal(keks[current], data_key, place(name, current)),\n"
        "                 'data': seal(data_key, data, place(name))}\n"
        "_key:    return open_(keks[record['kek']], record['key'], place(name, record['kek']))\n"
        "unwrap:  return open_(_key(name, record), record['data'], place(name))\n"
        "rotate:  return {'kek': current, 'key': seal(keks[current], _key(name, record), place(name, "
        "current)), 'data': record['data']}",
    ),
    debrief=(
        "Copies objects and sealed keys, and needs the KEK. Looks for it where it is handy: in the "
        "repository, the notebook, the environment, the same bucket.",
        "Keeps the KEK in a key service that opens data keys on request and logs each one. Rotates by "
        "writing some bytes per object. Destroys a KEK, and all that was under it is deleted at once.",
    ),
    standards=("AML.M0012", "AML.T0035", "PS.1.3"),
)
def Envelope(t: Trial, Envelope) -> None:
    opened = False
    for (count, size), rng in zip(CASES, t.cases(len(CASES)), strict=True):
        keks = {kek: rng.bytes(32) for kek in _kek_ids(rng, count)}
        current = list(keks)[count // 2]
        name, data = f"{'clip “é”' if size == 1 else 'weights'}-{rng.integers(100)}.bin", rng.bytes(size)
        t.given(keks=list(keks), current=current, name=name, data=f"{size} bytes")
        envelope = t.object(Envelope(keks, current), "an Envelope", methods=("wrap", "unwrap", "rotate"))
        with t.part("wrap"), after_seal(t, envelope.unwrap, name, None):
            _expect_wrapped(t, envelope.wrap(name, data), keks, current, name, data)
        with t.part("fresh"), after_seal(t, envelope.unwrap, name, None):
            _expect_fresh(t, [envelope.wrap(name, data) for _ in range(WRAPS)], keks[current], current, name)
        with t.part("unwrap"), after_seal(t, envelope.unwrap, name, None):
            _expect_unwrapped(t, envelope, keks, current, name, data, rng)
            opened = True
            _expect_key_errors(t, Envelope, envelope.unwrap, "unwrap", keks, current, name, data, rng)
        with t.part("refuse"), after_seal(t, envelope.unwrap, name, None):
            record = _record(keks, next(iter(keks)), name, data, rng)
            for trouble, wrong_name, changed in _tampered(record, keks, name, data, rng):
                with t.raises(InvalidTag, trouble):
                    envelope.unwrap(wrong_name, changed)
            t.expect(
                opened,
                "An unwrap that refuses what is intact as well proves nothing: first let it open that.",
            )
        with t.part("rotate"), after_seal(t, envelope.rotate, name, None):
            for old in keks:
                record = _record(keks, old, name, data, rng)
                if not opened:
                    record = _fields(t, Envelope(keks, old).wrap(name, data), "the record of your wrap")
                _expect_rotated(t, envelope, record, keks, current, name, rng)
            if opened:
                for trouble, wrong_name, changed in _tampered(record, keks, name, data, rng, key_only=True):
                    with t.raises(InvalidTag, f"{trouble}, to rotate"):
                        envelope.rotate(wrong_name, changed)
            _expect_key_errors(t, Envelope, envelope.rotate, "rotate", keks, current, name, data, rng)


#: (KEKs, bytes of data)
CASES = ((3, 500), (3, 0), (2, 1), (1, 300))
WRAPS = 40  # of one object


def _kek_ids(rng: np.random.Generator, count: int) -> list[str]:
    """Of three, the one in the middle is neither the newest nor the last."""
    years = sorted(rng.choice(np.arange(2020, 2030), count, replace=False), reverse=bool(rng.integers(2)))
    return [f"kek-{year}" for year in years]


def _record(
    keks: Mapping[str, bytes], kek: str, name: str, data: bytes, rng: np.random.Generator,
    key_aad: bytes | None = None, data_aad: bytes | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A record under `kek`; the AADs are those of the table, or others."""
    key = rng.bytes(32)
    key_aad = place_of(name, kek) if key_aad is None else key_aad
    data_aad = place_of(name) if data_aad is None else data_aad
    wrapped = seal_with(keks[kek], key, key_aad, rng.bytes(NONCE))
    return {"kek": kek, "key": wrapped, "data": seal_with(key, data, data_aad, rng.bytes(NONCE))}


def _fields(t: Trial, value: Any, what: str) -> dict[str, Any]:
    record = t.instance(value, dict, what)
    t.equal(set(record), {"kek", "key", "data"}, f"the set of keys of {what}")
    t.instance(record["kek"], str, f"the KEK id of {what}")
    for field in ("key", "data"):
        t.instance(record[field], bytes, f"{field} of {what}")
    return record


NOT_ITS_KEK = 'Take the KEK by record["kek"], not the current one.'
NOT_ITS_AAD = 'Open the data key with the AAD that it was sealed with: place(name, record["kek"]).'
A_NEW_ONE = "Leave the given record alone, whichever KEK it names: make a new dict."
HALF = "Draw all 32 bytes: half of the data key is there twice."
USED_TWICE = "Draw a nonce for each seal: under one KEK none may come twice."


# -- AADs ----------------------------------------------------------------------------------------------


def _key_slips(name: str, kek_id: str) -> dict[str, bytes]:
    """Misconception → the AAD that it seals a data key with."""
    return {
        "The KEK's id is not bound: put it into the AAD of the data key, place(name, KEK id).": place_of(
            name
        ),
        "The object's name is not bound to its data key.": place_of(kek_id),
        "The order is name, KEK id.": place_of(kek_id, name),
        "The data key is sealed without AAD: it can be moved to another object.": b"",
    }


def _data_slips(name: str, kek_id: str) -> dict[str, bytes]:
    """Misconception → the AAD that it seals data with."""
    return {
        "The object's name is not bound to its data.": b"",
        "Leave the KEK's id out of the data's AAD: rotation does not touch the data.": place_of(name, kek_id),
    }


def _data_key(record: Mapping[str, Any], kek: bytes, kek_id: str, name: str) -> tuple[bytes | None, str]:
    """(the data key of a record under `kek`, the slip in its AAD)."""
    for slip, aad in {"": place_of(name, kek_id), **_key_slips(name, kek_id)}.items():
        key = open_blob(kek, record["key"], aad)
        if key is not None:
            return key, slip
    return None, ""


# -- parts ---------------------------------------------------------------------------------------------


def _expect_wrapped(
    t: Trial, value: Any, keks: Mapping[str, bytes], current: str, name: str, data: bytes
) -> None:
    record = _fields(t, value, "the record")
    t.equal(record["kek"], current, "the KEK id of the record")
    if open_blob(keks[current], record["data"], place_of(name)) == data:
        t.wrong("The data is sealed with the KEK itself.", slip="Draw a data key for each object.")
    key, slip = _data_key(record, keks[current], current, name)
    t.expect(
        key is not None and not slip,
        "The sealed data key does not open with the KEK and place(name, KEK id).",
        slip=slip,
    )
    t.equal(len(key or b""), 32, "the number of bytes of the data key")
    slips = _data_slips(name, current).items()
    t.expect(
        open_blob(key or b"", record["data"], place_of(name)) == data,
        "The data does not open with its data key and place(name).",
        slip=next(
            (slip for slip, aad in slips if open_blob(key or b"", record["data"], aad) is not None), ""
        ),
    )


def _expect_fresh(t: Trial, wrapped: Sequence[Any], kek: bytes, kek_id: str, name: str) -> None:
    """Records of one object. Each byte of a random key takes many values, and no two the same."""
    records = [_fields(t, record, "the record") for record in wrapped]
    found = [_data_key(record, kek, kek_id, name)[0] for record in records]
    keys = [key for key in found if key and len(key) == 32]
    t.expect(
        len(keys) == len(records), "No data key of 32 bytes opens with the current KEK: mend that first."
    )
    t.expect(kek not in keys, "The data key is the KEK itself.", slip="Draw a data key for each object.")
    t.equal(
        len(set(keys)),
        len(keys),
        f"the number of different data keys when one object is wrapped {WRAPS} times",
        slips={"One data key for all that this Envelope wraps: draw it inside wrap.": 1},
    )
    columns = list(zip(*keys, strict=True))
    values = "the least number of values that a byte of the data key takes in 40 of them"
    slip = "A data key is 32 bytes from os.urandom or secrets: what is counted or derived can be guessed."
    t.at_least(min(len(set(column)) for column in columns), 25, values, slip=slip)
    t.equal(len(set(columns)), 32, "the number of bytes of a data key that differ", slips={HALF: 16})
    nonces = [{record[field][:NONCE] for record in records} for field in ("key", "data")]
    t.equal(
        len(nonces[0]),
        len(keys),
        f"the number of different nonces that {WRAPS} data keys were sealed with",
        slips={USED_TWICE: 1},
    )
    t.equal(
        len(nonces[0] | nonces[1]),
        2 * len(keys),
        f"the number of different nonces of {WRAPS} data keys and their data",
        slips={
            "Draw a nonce for each seal, for the data too.": len(keys) + 1,
            "Draw a nonce for each seal: the two of a record share one.": len(keys),
        },
    )


def _expect_unwrapped(
    t: Trial, envelope: Any, keks: Mapping[str, bytes], current: str, name: str, data: bytes,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    for kek in sorted(keks, key=lambda kek: kek != current):
        record = _record(keks, kek, name, data, rng)
        try:
            got, after = t.observe(envelope.unwrap, name, record)
        except InvalidTag:
            if kek == current:
                slip = _slip_in_unwrap(envelope, keks, current, name, rng)
            else:
                slip = _opened_instead(envelope.unwrap, keks, current, kek, name, rng)
            t.wrong(
                f"unwrap does not open an intact record under {kek}.",
                expected=f"{len(data)} bytes",
                got="InvalidTag",
                slip=slip,
            )
        t.equal(t.instance(got, bytes, "what unwrap returns"), data, f"what unwrap returns under {kek}")
        t.expect(after[1] == record, f"unwrap changed the given record under {kek}.", slip=A_NEW_ONE)


def _opened_instead(
    method: Any, keks: Mapping[str, bytes], current: str, old: str, name: str, rng: np.random.Generator
) -> str:
    """The slip of a method that opens no intact record under `old`, by what it opens instead."""
    for slip, kek, aad_kek in (
        (NOT_ITS_KEK, current, current), (NOT_ITS_KEK, current, old), (NOT_ITS_AAD, old, current)
    ):  # fmt: skip
        try:
            method(name, _record(keks, kek, name, b"x", rng, place_of(name, aad_kek)) | {"kek": old})
        except InvalidTag:
            continue
        return slip
    return ""


def _slip_in_unwrap(
    envelope: Any, keks: Mapping[str, bytes], kek: str, name: str, rng: np.random.Generator
) -> str:
    """The slip whose records this `unwrap` opens, or none."""
    for key_slip, key_aad in {"": place_of(name, kek), **_key_slips(name, kek)}.items():
        for data_slip, data_aad in {"": place_of(name), **_data_slips(name, kek)}.items():
            try:
                envelope.unwrap(name, _record(keks, kek, name, b"x", rng, key_aad, data_aad))
            except InvalidTag:
                continue
            return key_slip or data_slip
    return ""


def _expect_key_errors(
    t: Trial, Envelope: Any, method: Any, called: str, keks: Mapping[str, bytes], current: str,
    name: str, data: bytes, rng: np.random.Generator,
) -> None:  # fmt: skip
    """A record under a KEK that is gone: before `keks` was made, or since."""
    left = Envelope({current: keks[current]}, current)
    foreign = _record({"kek-1999": rng.bytes(32)}, "kek-1999", name, data, rng)
    with t.raises(KeyError, f"a record to {called} under a KEK that is not in keks"):
        method(name, foreign)
    for old in keks:
        if old != current:
            with t.raises(KeyError, f"a record to {called} under {old} when only {current} is left"):
                getattr(left, called)(name, _record(keks, old, name, data, rng))


def _tampered(
    record: dict[str, Any], keks: Mapping[str, bytes], name: str, data: bytes, rng: np.random.Generator,
    *, key_only: bool = False,
) -> Iterator[tuple[str, str, dict[str, Any]]]:  # fmt: skip
    """(what happened, the name to open it by, the record); `key_only`: what rotate notices too."""
    other = _record(keks, record["kek"], "another.bin", data, rng)
    if not key_only:
        for place in (0, -1, len(record["data"]) // 2):
            yield "changed data", name, {**record, "data": with_bit_flipped(record["data"], place)}
        yield "cut data", name, {**record, "data": record["data"][:-1]}
        yield "another object's data", name, {**record, "data": other["data"]}
        for whose, aad in (("another object", place_of("another.bin")), ("no object", b"")):
            loose = _record(keks, record["kek"], name, data, rng, data_aad=aad)
            yield f"data that was sealed for {whose}", name, loose
    yield "a changed sealed key", name, {**record, "key": with_bit_flipped(record["key"], 20)}
    yield "a sealed key whose tag was changed", name, {**record, "key": with_bit_flipped(record["key"], -1)}
    for size in (len(record["key"]) - 1, NONCE, 7, 0):
        yield f"the first {size} bytes of a sealed key", name, {**record, "key": record["key"][:size]}
    yield "another object's sealed key", name, {**record, "key": other["key"]}
    for whose, aad in (
        ("another object", place_of("another.bin", record["kek"])),
        ("another KEK's id", place_of(name, "kek-1999")),
        ("no object and no KEK", b""),
    ):
        loose = _record(keks, record["kek"], name, data, rng, key_aad=aad)
        yield f"a data key that was sealed for {whose}", name, loose
    yield "a record by another object's name", "another.bin", record
    yield "another object's record by this name", name, other
    for kek in keks:
        if kek != record["kek"]:
            yield "a record that names another KEK", name, {**record, "kek": kek}


def _expect_rotated(
    t: Trial, envelope: Any, record: dict[str, Any], keks: Mapping[str, bytes], current: str, name: str,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    old = record["kek"]
    before, mistake = _data_key(record, keks[old], old, name)
    t.expect(before is not None, "There is no record to rotate: first let wrap and unwrap work.")
    try:
        got, after = t.observe(envelope.rotate, name, record)
    except InvalidTag:
        t.wrong(
            f"rotate does not open the sealed key of an intact record under {old}.",
            expected="a record",
            got="InvalidTag",
            slip=_opened_instead(envelope.rotate, keks, current, old, name, rng) if old != current else "",
        )
    rotated = _fields(t, got, "the rotated record")
    t.expect(
        rotated["data"] == record["data"],
        "The sealed data changed in rotation.",
        expected="the same bytes",
        got=f"{len(rotated['data'])} other bytes",
        slip="Rotation seals the data key again. Sealing the data again would rewrite everything.",
    )
    t.equal(rotated["kek"], current, "the KEK id of the rotated record")
    key, slip = _data_key(rotated, keks[current], current, name)
    stale = open_blob(keks[current], rotated["key"], place_of(name, old)) is not None
    t.expect(
        key is not None and slip in ("", mistake),  # a mistake of wrap was charged there
        "The sealed data key does not open with the new KEK and place(name, id of the new KEK).",
        slip="Name the new KEK in the AAD: place(name, current)." if stale else slip,
    )
    t.expect(key == before, "The data key changed in rotation, and the data does not open any more.")
    t.expect(after[1] == record, "rotate changed the given record.", slip=A_NEW_ONE)
    again = _fields(t, envelope.rotate(name, record), "the rotated record")
    _expect_sealed_anew(t, record, rotated, again)


def _expect_sealed_anew(
    t: Trial, record: dict[str, Any], rotated: dict[str, Any], again: dict[str, Any]
) -> None:
    """A record and two rotations of it: three seals of one data key."""
    nonces = {sealed["key"][:NONCE] for sealed in (record, rotated, again)}
    slip = USED_TWICE
    if rotated["key"][:NONCE] == record["key"][:NONCE]:
        slip = "Seal the data key anew: the nonce of the old seal is used up."
    if rotated["key"] == record["key"]:
        slip = "Seal a data key anew that is under the current KEK already, too."
    t.expect(
        len(nonces) == 3,
        "A sealed data key and two rotations of it share a nonce.",
        expected="3 different nonces",
        got=len(nonces),
        slip=slip,
    )
