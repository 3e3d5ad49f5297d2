"""A release of the triage model as a folder (a dict), and what an attacker makes of it in nine ways.

Nothing here is secret and nothing does harm: the payload of a planted file is `lab.trip`, which adds to a
list. The functions that list and sign are handed in, so that a learner's own can be tried.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from . import lab

#: what the attacker can reach → what they do; the first is an honest release
STEPS = {
    "nobody attacks": "an honest release, as the training job made it",
    "a disk: one bit flips": "one bit of a weight changes in the model store",
    "the store: a file is added": "one more file lies in the release folder",
    "the store: other weights": "the model file has other weights",
    "the store: other weights, new hashes": "other weights; manifest.json and bom.json are written anew",
    "the store: the same, signed with another key": "as before, and signed by the attacker's own key",
    "the store: an old release": "release 1.0.0 comes back, whole and signed",
    "the training job: a planted object": "the model file holds an object that runs code; the job signs it",
    "the training data: poisoned rows": "a public file of unknown origin was added; the job trains and signs",
    "the signing key": "other weights; everything written anew and signed with the stolen key",
}
FORMS = ("skops", "pickle")
SIGNERS = {"ours": bytes(range(32)), "theirs": bytes(range(32, 64))}  # private keys: for a lesson only


class Payload:
    """A pickle of it calls `lab.trip` when it is loaded. No scanner has that name on its list."""

    def __reduce__(self) -> tuple:
        return lab.trip, ("loaded",)


def public_key(signer: str) -> bytes:
    """The public half of one of SIGNERS, 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(SIGNERS[signer]).public_key().public_bytes_raw()


def release(
    step: str, form: str, model: Any, manifest: Callable[[dict], dict], sign: Callable[[dict, bytes], bytes]
) -> dict[str, bytes | str]:
    """The folder that the service finds after `step`; `model` is the honest pipeline."""
    honest, edited = _file(model, form), _file(_other_weights(model), form)
    name = f"model.{'skops' if form == 'skops' else 'pkl'}"
    if step == "the store: an old release":
        return _sealed(name, honest, "1.0.0", "our lab", "ours", manifest, sign)
    if step == "the training job: a planted object":
        planted = _file([model, lab.Tripwire("loaded") if form == "skops" else Payload()], form)
        return _sealed(name, planted, "1.1.0", "our lab", "ours", manifest, sign)
    if step == "the training data: poisoned rows":
        return _sealed(name, edited, "1.1.0", "unknown", "ours", manifest, sign)
    if step == "the signing key":
        return _sealed(name, edited, "1.1.0", "our lab", "ours", manifest, sign)
    if step == "the store: the same, signed with another key":
        return _sealed(name, edited, "1.1.0", "our lab", "theirs", manifest, sign)
    folder = _sealed(name, honest, "1.1.0", "our lab", "ours", manifest, sign)
    if step == "a disk: one bit flips":
        at = honest.index(model[-1].coef_.tobytes()) + 3
        folder[name] = honest[:at] + bytes([honest[at] ^ 1]) + honest[at + 1 :]
    elif step == "the store: a file is added":
        folder["sitecustomize.py"] = b"# runs whenever Python starts here\n"
    elif step == "the store: other weights":
        folder[name] = edited
    elif step == "the store: other weights, new hashes":
        new = _sealed(name, edited, "1.1.0", "our lab", "ours", manifest, lambda *_: b"")
        return {**new, "manifest.sig": folder["manifest.sig"]}
    return folder


def bom_warns(folder: dict[str, bytes | str]) -> bool:
    """Is a file other than its BOM says, or is the origin of its training data unknown?"""
    model = json.loads(folder["bom.json"])["metadata"]["component"]
    data = model["modelCard"]["modelParameters"]["datasets"]
    unknown = any(p["value"] == "unknown" for d in data for p in d["contents"]["properties"])
    return unknown or model["hashes"][0]["content"] != hashlib.sha256(folder[model["name"]]).hexdigest()


def _sealed(
    name: str, file: bytes, version: str, origin: str, signer: str, manifest: Callable, sign: Callable
) -> dict[str, bytes | str]:
    origin_said = {"properties": [{"name": "provenance", "value": origin}]}
    dataset = {"type": "dataset", "name": "cell samples", "contents": origin_said}
    model = {
        "type": "machine-learning-model",
        "name": name,
        "version": version,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(file).hexdigest()}],
        "modelCard": {"modelParameters": {"datasets": [dataset]}},
    }
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": model}}
    folder: dict[str, bytes | str] = {
        name: file,
        "bom.json": json.dumps(bom).encode(),
        "key.pub": public_key(signer),
    }
    listed = manifest(folder)
    signature = sign(listed, SIGNERS[signer])
    return {**folder, "manifest.json": json.dumps(listed).encode(), "manifest.sig": signature}


def _file(what: Any, form: str) -> bytes:
    if form == "pickle":
        return pickle.dumps(what, 4)
    import skops.io

    return skops.io.dumps(what)


def _other_weights(model: Any) -> Any:
    edited = deepcopy(model)
    edited[-1].coef_ = edited[-1].coef_ * 0.9
    return edited
