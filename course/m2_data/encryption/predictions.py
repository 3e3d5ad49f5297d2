"""The questions that `encryption` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

nonce = Prediction(
    id="encryption.nonce",
    question="By a bug, two records are sealed with AES-256-GCM under the same key and the same nonce. What "
    "does somebody learn who has both blobs and no key?",
    options=(
        "Nothing: the key has 256 bits",
        "Only whether the two records are equal",
        "The XOR of the two records",
        "The key",
    ),
    answer=2,
    because="GCM makes a stream of bytes from key and nonce and XORs it onto the text. The same stream twice "
    "cancels out: what remains is text XOR text. The key is not even attacked.",
)


rotation = Prediction(
    id="encryption.rotation",
    question="1,000 objects of 2 MB lie encrypted. Each was sealed with a data key of its own, and the data "
    "keys were sealed with one master key. The master key must be replaced today. How much has to be "
    "written?",
    options=("2 GB", "About 60 kB", "32 bytes"),
    answer=1,
    because="Only the sealed data keys change, 60 bytes each: nonce 12, key 32, tag 16. The data under them "
    "stays as it lies.",
)


hostname = Prediction(
    id="encryption.hostname",
    question="A client verifies certificates against your company's authority, but `check_hostname` is off. "
    "An intern's test server has a certificate from that authority. Can it pose as the model server?",
    options=(
        "No: its certificate is for another name",
        "Yes: any certificate of that authority will do",
        "Only if it has the model server's private key",
    ),
    answer=1,
    because="Without the host name, the client asks only whether the authority signed something. It did: for "
    "the intern.",
)
