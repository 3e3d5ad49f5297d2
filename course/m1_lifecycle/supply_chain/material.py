"""What the checks of `supply_chain` share, and the measurement behind the picture. Closed to learners.

`python -m course.m1_lifecycle.supply_chain.material` measures the tamper lab anew and writes its data.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
from typing import Any

import numpy as np

LAB = "course.m1_lifecycle.supply_chain.lab"
TREE = "sklearn.tree._tree.Tree"


def canonical(value: Any) -> bytes:
    """The bytes that are signed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def listing(folder: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    """The manifest of a folder that needs no refusal."""
    return {
        path: {"sha256": hashlib.sha256(folder[path]).hexdigest(), "size": len(folder[path])}
        for path in sorted(folder)
        if path not in ("manifest.json", "manifest.sig")
    }


def key_pair(rng: np.random.Generator) -> tuple[bytes, bytes]:
    """A private and its public key, 32 bytes each."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = rng.bytes(32)
    return private, Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def signed(listed: Any, private: bytes) -> bytes:
    """An Ed25519 signature of the canonical JSON."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private).sign(canonical(listed))


def is_signed(listed: Any, signature: bytes, public: bytes) -> bool:
    """Does the signature fit the canonical JSON and the key?"""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, canonical(listed))
    except InvalidSignature:
        return False
    return True


def drawn_word(rng: np.random.Generator, length: int = 6) -> str:
    """Small letters, at least six, so that no rule meets one by chance."""
    return "".join(rng.choice(list("bcdfghjklmnpqrstvwxz"), length))


def measure() -> dict[str, Any]:
    """What each layer says of each release, in each of four settings."""
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from .release import FORMS, STEPS, public_key, release

    X, y = load_breast_cancer(return_X_y=True)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(X, y)
    steps: dict[str, Any] = {step: {} for step in STEPS}
    for step in STEPS:
        for form in FORMS:
            folder = release(step, form, model, listing, signed)
            for source, key in (("pinned", public_key("ours")), ("beside", folder["key.pub"])):
                steps[step][f"{form}, key {source}"] = _layers(folder, form, key)
    return {"does": dict(STEPS), "steps": steps}


def _layers(folder: dict[str, bytes], form: str, key: bytes) -> dict[str, str]:
    import skops.io
    from picklescan.scanner import scan_bytes

    from .release import bom_warns

    logging.getLogger("picklescan").setLevel(logging.CRITICAL)
    listed = json.loads(folder["manifest.json"])
    same = listing(folder) == listed
    safe = same and is_signed(listed, folder["manifest.sig"], key)
    says = {"hashes": not same, "signature": not safe, "bom": bom_warns(folder)}
    told = {layer: "notices" if noticed else "silent" for layer, noticed in says.items()}
    if form == "skops":
        try:
            skops.io.loads(folder["model.skops"])
        except Exception:  # untrusted types, or the ZIP file's own checksum
            refused = True
        else:
            refused = False
        return {**told, "scanner": "cannot", "skops": "notices" if refused else "silent"}
    found = scan_bytes(io.BytesIO(folder["model.pkl"]), "model.pkl")
    alarm = found.issues_count or found.scan_err or not found.globals
    return {**told, "scanner": "notices" if alarm else "silent", "skops": "cannot"}


if __name__ == "__main__":
    from pathlib import Path

    from course.explore.measured import write_measured

    write_measured(str(Path(__file__).with_name("tamper_lab.py")), measure())
