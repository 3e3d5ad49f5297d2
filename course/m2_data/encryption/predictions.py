"""The questions that `encryption` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

nonce = Prediction(
    id="encryption.nonce",
    question="By a bug, two records are sealed with AES-256-GCM under the same key and the same nonce. What "
    "does somebody learn about the records who has both blobs and no key?",
    options=(
        "Nothing: the key has 256 bits",
        "Only whether the two records are equal",
        "The XOR of the two records",
        "The key",
    ),
    answer=2,
    because="GCM makes a stream of bytes from key and nonce and XORs it onto the text. If both have the same "
    "stream, it cancels out, and text XOR text is left. Nobody had to attack the key.",
)


rotation = Prediction(
    id="encryption.rotation",
    question="Say the 70,000 videos have 2 MB each. Each is sealed with a data key of its own, and all these "
    "data keys are sealed with one KEK. The yearly change of the KEK is due. How much has to be written?",
    options=("140 GB: every video", "About 4 MB", "32 bytes: the new KEK"),
    answer=1,
    because="Only the sealed data keys change. Each has 60 bytes: 12 of nonce, 32 of key, 16 of tag. The "
    "videos stay as they are.",
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
    because="Without the host name, the client only asks whether the authority signed the certificate. It "
    "did, for the intern.",
)
