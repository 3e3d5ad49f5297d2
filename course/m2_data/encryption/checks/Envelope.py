"""The check of `encryption.Envelope`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidTag

from autograder.exercise import Trial, exercise

from ..material import NONCE, after_seal, open_blob, place_of, seal_with, with_bit_flipped


@exercise(
    minutes=13,
    parts={
        "wrap": (4, "wrap seals the data with a data key, and the data key with the current KEK"),
        "fresh": (2, "draws a new data key for every object, and a fresh nonce to seal it with"),
        "unwrap": (3, "unwrap follows the record's KEK id, and raises KeyError for a KEK that is gone"),
        "refuse": (3, "unwrap raises InvalidTag for a record that was changed, renamed or pieced together"),
        "rotate": (4, "rotate seals the same data key with the current KEK and leaves the data as it lies"),
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
    for rng in t.cases(3):
        keks = {name: rng.bytes(32) for name in _kek_ids(rng)}
        old, current, _ = keks
        name, data = f"weights-{rng.integers(100)}.bin", rng.bytes(int(rng.integers(300, 900)))
        t.given(keks=list(keks), current=current, name=name)
        envelope = Envelope(keks, current)
        for method in ("wrap", "unwrap", "rotate"):
            t.expect(hasattr(envelope, method), f"An Envelope has no method {method}.")
        with t.part("wrap"), after_seal(t, envelope.unwrap, name, {}):
            _expect_wrapped(t, envelope.wrap(name, data), keks, current, name, data)
        with t.part("fresh"), after_seal(t, envelope.unwrap, name, {}):
            _expect_fresh_keys(t, envelope, keks[current], name, data)
        record, _ = _record(keks, old, name, data, rng)
        opened = False
        with t.part("unwrap"), after_seal(t, envelope.unwrap, name, {}):
            _expect_unwrapped(t, envelope, keks, name, data, rng)
            opened = True
            with t.raises(KeyError, f"a record to unwrap under {old} when only {current} is left"):
                Envelope({current: keks[current]}, current).unwrap(name, record)
        with t.part("refuse"), after_seal(t, envelope.unwrap, name, {}):
            for trouble, wrong_name, changed in _tampered(record, keks, current, name, data, rng):
                with t.raises(InvalidTag, trouble):
                    envelope.unwrap(wrong_name, changed)
            t.expect(
                opened,
                "An unwrap that refuses what is intact as well proves nothing: first let it open that.",
            )
        with t.part("rotate"), after_seal(t, envelope.rotate, name, {}):
            if not opened:
                record = _fields(t, Envelope(keks, old).wrap(name, data), "the record of your wrap")
            _expect_rotated(t, envelope, record, keks, name)
            with t.raises(InvalidTag, "a record to rotate whose sealed key was changed"):
                envelope.rotate(name, {**record, "key": with_bit_flipped(record["key"], 20)})
            with t.raises(KeyError, f"a record to rotate under {old} when only {current} is left"):
                Envelope({current: keks[current]}, current).rotate(name, record)


def _kek_ids(rng: np.random.Generator) -> list[str]:
    """An old one, the current one and another. The current one is neither first nor last, old nor new."""
    years = sorted(rng.choice(np.arange(2020, 2030), 3, replace=False), reverse=bool(rng.integers(2)))
    return [f"kek-{year}" for year in years]


def _record(
    keks: Mapping[str, bytes], kek: str, name: str, data: bytes, rng: np.random.Generator
) -> tuple[dict[str, Any], bytes]:
    """(a record under `kek`, its data key)."""
    key = rng.bytes(32)
    wrapped = seal_with(keks[kek], key, place_of(name, kek), rng.bytes(NONCE))
    sealed = seal_with(key, data, place_of(name), rng.bytes(NONCE))
    return {"kek": kek, "key": wrapped, "data": sealed}, key


def _fields(t: Trial, value: Any, what: str) -> dict[str, Any]:
    record = t.instance(value, dict, what)
    t.equal(set(record), {"kek", "key", "data"}, f"the set of keys of {what}")
    t.instance(record["kek"], str, f"the KEK id of {what}")
    for field in ("key", "data"):
        t.instance(record[field], bytes, f"{field} of {what}")
    return record


def _slack(name: str, kek_id: str) -> dict[str, bytes]:
    """Misconception → the AAD that it seals a data key with."""
    return {
        "The KEK's id is not bound: the header can be changed.": place_of(name),
        "The object's name is not bound to its data key.": place_of(kek_id),
        "The order is name, KEK id.": place_of(kek_id, name),
        "The data key is sealed without AAD: it can be moved to another object.": b"",
    }


def _data_key(t: Trial, record: Mapping[str, Any], kek: bytes, kek_id: str, name: str) -> bytes:
    """The data key of a record that must be under `kek`."""
    t.equal(record["kek"], kek_id, "the KEK id of the record")
    key = open_blob(kek, record["key"], place_of(name, kek_id))
    slips = (
        text for text, aad in _slack(name, kek_id).items() if open_blob(kek, record["key"], aad) is not None
    )
    t.expect(
        key is not None,
        "The sealed data key does not open with the KEK and place(name, KEK id).",
        slip=next(slips, ""),
    )
    t.equal(len(key or b""), 32, "the number of bytes of the data key")
    t.expect(key != kek, "The data key is the KEK itself.", slip="Draw a data key for each object.")
    return key or b""


def _bounds(name: str, kek_id: str) -> tuple[bytes, ...]:
    """The AAD of a data key, then the mistaken ones."""
    return place_of(name, kek_id), *_slack(name, kek_id).values()


def _any_data_key(record: Mapping[str, Any], kek: bytes, kek_id: str, name: str) -> tuple[bytes | None, int]:
    """(the data key of a record under `kek`, which of `_bounds` is its AAD)."""
    keys = [
        (open_blob(kek, record["key"], bound), which) for which, bound in enumerate(_bounds(name, kek_id))
    ]
    return next(((key, which) for key, which in keys if key is not None), (None, 0))


def _expect_wrapped(
    t: Trial, value: Any, keks: Mapping[str, bytes], current: str, name: str, data: bytes
) -> None:
    record = _fields(t, value, "the record")
    if open_blob(keks[current], record["data"], place_of(name)) == data:
        t.wrong("The data is sealed with the KEK itself.", slip="Draw a data key for each object.")
    key = _data_key(t, record, keks[current], current, name)
    loose = open_blob(key, record["data"], b"") is not None
    t.expect(
        open_blob(key, record["data"], place_of(name)) == data,
        "The data does not open with its data key and place(name).",
        slip="The object's name is not bound to its data." if loose else "",
    )


def _expect_fresh_keys(t: Trial, envelope: Any, kek: bytes, name: str, data: bytes) -> None:
    found, nonces = [], set()
    for _ in range(3):
        record = _fields(t, envelope.wrap(name, data), "the record")
        found.append(_any_data_key(record, kek, record["kek"], name)[0])
        nonces.add(record["key"][:NONCE])
    t.expect(None not in found, "The sealed data key does not open with the current KEK.")
    t.equal(
        len(set(found)),
        3,
        "the number of different data keys when one object is wrapped three times",
        slips={"One data key for all that this Envelope wraps: draw it inside wrap.": 1},
    )
    t.equal(
        len(nonces),
        3,
        "the number of different nonces that three data keys were sealed with",
        slips={"Draw a nonce for each seal: under one KEK none may come twice.": 1},
    )


def _expect_unwrapped(
    t: Trial, envelope: Any, keks: Mapping[str, bytes], name: str, data: bytes, rng: np.random.Generator
) -> None:
    old, current, _ = keks
    for kek in (current, old):
        record, _ = _record(keks, kek, name, data, rng)
        try:
            got = envelope.unwrap(name, record)
        except InvalidTag:
            slip = 'Take the KEK by record["kek"], not the current one.'
            if kek == current:
                slip = "The AAD of key or data is not the one of the table, or the two are mixed up."
            t.wrong(
                f"unwrap does not open an intact record under {kek}.",
                expected=f"{len(data)} bytes",
                got="InvalidTag",
                slip=slip,
            )
        t.equal(t.instance(got, bytes, "what unwrap returns"), data, f"what unwrap returns under {kek}")


def _tampered(
    record: dict[str, Any],
    keks: Mapping[str, bytes],
    current: str,
    name: str,
    data: bytes,
    rng: np.random.Generator,
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(what happened, the name to open it by, the record)."""
    other, _ = _record(keks, record["kek"], "another.bin", data, rng)
    yield "changed data", name, {**record, "data": with_bit_flipped(record["data"], 40)}
    yield "a changed sealed key", name, {**record, "key": with_bit_flipped(record["key"], 20)}
    yield "a header that names another KEK", name, {**record, "kek": current}
    yield "a record by another object's name", "another.bin", record
    yield "another object's record by this name", name, other
    yield "another object's sealed key", name, {**record, "key": other["key"]}
    yield "another object's data", name, {**record, "data": other["data"]}


def _expect_rotated(
    t: Trial, envelope: Any, record: dict[str, Any], keks: Mapping[str, bytes], name: str
) -> None:
    old, current, _ = keks
    before, mistake = _any_data_key(record, keks[old], old, name)
    t.expect(before is not None, "There is no record to rotate: first let wrap and unwrap work.")
    try:
        got, after = t.observe(envelope.rotate, name, record)
    except InvalidTag:
        t.wrong(
            f"rotate does not open the sealed key of an intact record under {old}.",
            expected="a record",
            got="InvalidTag",
            slip='Take the KEK by record["kek"], not the current one.',
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
    key, bound = _any_data_key(rotated, keks[current], current, name)
    slips = ("", *_slack(name, current))
    stale = open_blob(keks[current], rotated["key"], place_of(name, old)) is not None
    t.expect(
        key is not None and bound in (0, mistake),  # a mistake of wrap was charged there
        "The sealed data key does not open with the new KEK and place(name, id of the new KEK).",
        slip="Name the new KEK in the AAD: place(name, current)." if stale else slips[bound],
    )
    t.expect(key == before, "The data key changed in rotation, and the data does not open any more.")
    t.equal(after[1], record, "the caller's record after the call")
    again = _fields(t, envelope.rotate(name, record), "the rotated record")
    nonces = {sealed["key"][:NONCE] for sealed in (record, rotated, again)}
    t.equal(
        len(nonces),
        3,
        "the number of different nonces of a sealed data key and two rotations of it",
        slips={"Seal the data key anew: the nonce of the old seal is used up.": 1},
    )
