# The lesson on encryption. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Encryption at rest and in transit
#
# *70 minutes, 46 points in four exercises · a stretch of two more: about 35 minutes and 22 points on top*
#
# **In April 2020** it was reported that anybody could register an account on the private code server of
# Clearview AI, a company that makes face recognition. A security researcher did. The repository held the
# credentials of the production systems, and the keys to cloud storage with 70,000 videos. *(Source: MITRE
# ATLAS 5.6.0, case study [AML.CS0006](https://atlas.mitre.org/studies/AML.CS0006).)*
#
# Was that storage encrypted? ATLAS doesn't say. In this lesson you find out what it would have changed. You
# play the one who holds the copied keys, and then the one who has to put it right the next morning.
#
# After this lesson you can
#
# - seal data so that you notice when somebody changes it or moves it;
# - say what a repeated nonce gives away, because you have read it yourself;
# - replace the key above terabytes of data before lunch, and say when that isn't enough;
# - set up TLS so that the wrong server is refused, and prove it with handshakes;
# - stretch: let only the right callers in, and seal single columns of a table.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions. All keys
# in this lesson are toys, and no cell uses the network, not even for TLS.*

# %%
import json
import os
import ssl

import numpy as np
import pandas as pd
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from autograder.learner import check, hint, others, predict, progress, solution
from course.m2_data.encryption.toy_tls import Authority, Line, present, talk

# %% [markdown]
# ## Part 1: You hold the access key
#
# Say it happened to a clinic. You have a copied access key to its storage, and it lets you write, too. ATLAS
# says what that is good for: whoever can change the training data can make the model wrong wherever they
# like. But the clinic's records are encrypted, and the key that they're encrypted with isn't yours. Are they
# safe from you?
#
# The next cell makes one of them. AES in CTR mode makes a stream of bytes from a key and a *nonce* (bytes
# that are used once), and XORs it onto the text. XOR undoes itself, `a ^ b ^ b` is `a`, so the same call
# decrypts.
#
# **Your turn:** you know what a record looks like, so you know that byte 18 is the first digit of the dose.
# You guess that it's a 1. Set `new` to `"9"`, run the cell, and see what the owner reads.


# %%
def ctr(key, nonce, data):
    """AES in CTR mode. The same call encrypts and decrypts."""
    encryptor = Cipher(algorithms.AES(key), modes.CTR(nonce)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


key, nonce = os.urandom(32), os.urandom(16)
record = b"patient p07: give 10 mg"
hidden = bytearray(ctr(key, nonce, record))

# what you do: you have `hidden`, and no key
old, new = "1", "1"
hidden[18] ^= ord(old) ^ ord(new)

# what the owner does
print(ctr(key, nonce, bytes(hidden)).decode())

# %% [markdown]
# You changed a record that you can't read, and nobody noticed. The key has 256 bits. It hid the record, and
# it didn't protect it.
#
# So use an **authenticated** mode, which does both. The usual one is AES-GCM. It makes a CTR stream as
# above, and also a **tag**: 16 bytes that are computed with the key from the nonce and the ciphertext. If the
# tag doesn't fit, you get an error instead of a text. What you store is a **blob**:
#
# | bytes | 12 | as many as the text has | 16 |
# | --- | --- | --- | --- |
# | what | nonce: random, not secret | ciphertext | tag |
#
# The tag can cover more than that. With the **AAD** (*additional authenticated data*) you say what
# this blob *is*: whose record, which file, which version. It's neither encrypted nor stored. You give it
# when you seal and again when you open, and both must be the same. So a blob that was moved to another place
# doesn't open.

# %% [markdown]
# ### Exercise: seal
#
# *9 minutes · core · 10 points · AML.M0012 · PW.1.3*
#
# Write the two functions that everything else in this lesson is built on. `seal` makes a blob, and `open_`
# gives back the text. (`open` is taken, hence the underscore.)
#
# | call | gives |
# | --- | --- |
# | `blob = seal(key, b"asthma", b"p07")` | 12 + 6 + 16 = 34 bytes |
# | `open_(key, blob, b"p07")` | `b"asthma"` |
# | `open_(key, blob, b"p12")` | `InvalidTag`: it's another patient's place |
#
# You need these:
#
# | call | what it does |
# | --- | --- |
# | `os.urandom(12)` | 12 random bytes that nobody can predict |
# | `AESGCM(key).encrypt(nonce, plaintext, aad)` | returns ciphertext and tag as one |
# | `AESGCM(key).decrypt(nonce, ciphertext_and_tag, aad)` | returns the text, or raises `InvalidTag` |
#
# | name | what it is |
# | --- | --- |
# | `key` | 32 bytes; for any other length both functions raise `ValueError` |
# | `plaintext`, `aad` | bytes; either may be empty |
# | `blob` | bytes: nonce, ciphertext, tag |
#
# Judged:
#
# - the blob, which opens with its AAD only (3); a fresh random nonce each time (2);
# - `open_` on what the check sealed (2), and `InvalidTag` for everything else (2);
# - the `ValueError` (1).
#
# <details><summary>The fine print</summary>
#
# - `AESGCM` also takes keys of 16 and 24 bytes. Here they are refused.
# - `open_` raises `InvalidTag` for whatever `seal` didn't make with this key and AAD: a changed, cut or
#   longer blob, parts of two blobs, or one too short to be any. `AESGCM` has another error for a nonce of
#   under 8 bytes, so look at the length first.
# - In 400 blobs no nonce comes twice, and each of its 12 bytes takes at least 150 values. The check can't see
#   more than that. A seeded generator and a hash of a counter pass, and are still wrong: they repeat
#   themselves after a restart. Use `os.urandom` or `secrets`.
# </details>


# %%
def seal(key, plaintext, aad):
    ### BEGIN SOLUTION
    if len(key) != 32:
        raise ValueError(f"the key has {len(key)} bytes instead of 32")
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)
    ### END SOLUTION


def open_(key, blob, aad):
    ### BEGIN SOLUTION
    if len(key) != 32:
        raise ValueError(f"the key has {len(key)} bytes instead of 32")
    if len(blob) < 28:
        raise InvalidTag
    return AESGCM(key).decrypt(blob[:12], blob[12:], aad)
    ### END SOLUTION


# %%
check("encryption.seal", seal, open_)

# %%
# hint("encryption.seal")
# solution("encryption.seal")

# %% [markdown]
# Now try your attack again. The last line needs no change at all: it puts another patient's record, intact,
# in the wrong place.

# %% tags=["raises-exception"]
blob = seal(key, record, b"p07")
other = seal(key, b"patient p12: give 80 mg", b"p12")
changed = bytearray(blob)
changed[12 + 18] ^= ord("1") ^ ord("9")
for what, stored in (("as sealed", blob), ("changed", bytes(changed)), ("p12 in the place of p07", other)):
    try:
        print(f"{what}: {open_(key, stored, b'p07').decode()}")
    except InvalidTag:
        print(f"{what}: InvalidTag")

# %% [markdown]
# *In one line: what should your service do when it meets an `InvalidTag`, and who should hear of it?*

# %% [markdown]
# *Compare:* it stops using that blob, and never tries again without the check. It writes down which object
# it was, and tells whoever watches the alarms. It's a bug that loses data, or somebody is at it right now.
#
# Two things raise no `InvalidTag`: an old blob of the same place that is put back, and a blob that is
# deleted. Against the first, say in the AAD which version it is, and keep the number of the newest one
# elsewhere. Against the second, keep a list.

# %% [markdown]
# ## Part 2: You copy everything
#
# You can't change the records any more. You can still copy them all and look at them at home. One thing
# helps you there: a nonce that came twice. *Nonce* means "number used once". It may be public, but under one
# key it must not repeat. What if it does?

# %%
predict("encryption.nonce")

# %% [markdown]
# Now see it. Two texts are sealed with one key, and ⊕ stands for XOR. **Your task:** tick *Use one nonce for
# both*, then change the second text until the row *ciphertext ⊕ ciphertext* is all 00. What does somebody
# without the key know then?

# %%
from course.m2_data.encryption.nonce_reuse import nonce_reuse, twin

nonce_reuse()

# %% [markdown]
# If the panel doesn't work for you, here is the same as pictures and a table:

# %%
twin()

# %% [markdown]
# *Compare:* that the two texts are equal, as far as the shorter one reaches. With two nonces you'd never
# learn that.
#
# It happens. In 2016 a scan of the internet found 184 HTTPS servers that repeated their GCM nonces.
# *(Source: Böck, Zauner, Devlin, Somorovsky, Jovanovic, "Nonce-Disrespecting Adversaries", USENIX WOOT
# 2016.)* It cost them more than secrecy: two blobs under one nonce also give away what the tags are made
# with, and then you can forge.
#
# Think of three things: a text, the stream that belongs to a nonce, and the ciphertext. Each of them is the
# XOR of the other two.


# %%
def xor(a, b):
    """The XOR of two bytes, as far as the shorter one reaches."""
    return bytes(x ^ y for x, y in zip(a, b, strict=False))


stream = os.urandom(10)
ciphertext = xor(b"asthma", stream)
print(xor(ciphertext, b"asthma") == stream[:6], xor(ciphertext, stream))

# %% [markdown]
# ### Exercise: read_without_key
#
# *12 minutes · core · 8 points · AML.T0025 · AML.T0037*
#
# Build the attack. You copied a list of blobs, all made with one key. Some of them share a nonce. And you
# know a few of the texts: your own records, say, or a form that everybody gets. Read what can be read.
#
# Say `blobs` has five, and you know the texts of the first and the fourth:
#
# | position | nonce | text | do you know it? | what you read |
# | --- | --- | --- | --- | --- |
# | 0 | N | `gout, since 2019` | yes | |
# | 1 | N | `asthma` | no | `asthma`: its own end |
# | 2 | M | `migraine` | no | nothing: you know no text with nonce M |
# | 3 | P | `gout` | yes | |
# | 4 | P | `influenza` | no | `infl`: what you know ends here |
#
# `read_without_key(blobs, {0: b"gout, since 2019", 3: b"gout"})` returns `{1: b"asthma", 4: b"infl"}`.
#
# | name | what it is |
# | --- | --- |
# | `blobs` | list of bytes, each as `seal` makes it: nonce (12), ciphertext, tag (16) |
# | `known` | dict: position in `blobs` → the whole text of that blob, as bytes |
# | returns | dict: position → text, as bytes |
#
# Judged:
#
# - an entry for each blob that isn't in `known` and shares its nonce with one that is, and no others; `blobs`
#   and `known` unchanged (3);
# - the texts, as far as the longest known text with that nonce reaches (5).
#
# <details><summary>The fine print</summary> Texts are bytes, and may be any bytes. A known text may be empty.
# Its nonce still counts: what you read is then <code>b""</code>. Nothing may be known, or everything, and
# <code>blobs</code> may be empty.</details>


# %%
def read_without_key(blobs, known):
    ### BEGIN SOLUTION
    streams = {}
    for position, text in known.items():
        nonce, stream = blobs[position][:12], xor(blobs[position][12:], text)
        streams[nonce] = max(streams.get(nonce, b""), stream, key=len)
    return {
        position: xor(blob[12:-16], streams[blob[:12]])
        for position, blob in enumerate(blobs)
        if position not in known and blob[:12] in streams
    }
    ### END SOLUTION


# %%
check("encryption.read_without_key", read_without_key)

# %%
# hint("encryption.read_without_key")
# solution("encryption.read_without_key")

# %% [markdown]
# You never touched the key. So nonces must not repeat, and they are drawn at random. How long does that go
# well? With n blobs, the chance that any two share a nonce is about 1 − exp(−n² / (2 · number of nonces)).

# %%
chances = pd.DataFrame(
    {
        f"{size} bytes": [-np.expm1(-(n**2) / (2 * 256.0**size)) for n in (2.0**20, 2.0**32, 2.0**40)]
        for size in (8, 12)
    },
    index=pd.Index(["1 million (2^20)", "4 billion (2^32)", "1 trillion (2^40)"], name="blobs under one key"),
)
chances.map("{:.1e}".format)

# %% [markdown]
# Eight random bytes are too few. With twelve, NIST allows 2^32 blobs under one key *(SP 800-38D, section
# 8.3)*: it wants a chance of at most 2^-32, or 2.3e-10. The table has 1.2e-10. A busy log gets there. Then
# you need a second key, and a third: that's Part 3. There is also a mode that forgives a repeated nonce and
# only shows whether two texts were equal: AES-GCM-SIV *(RFC 8452)*, which `cryptography` has as `AESGCMSIV`.
#
# *In one line: what could make a nonce repeat in your own system? Think of copies and restarts.*

# %% [markdown]
# *Compare:* a counter that starts at 0 after a restart; a machine's snapshot that is started twice; a nonce
# that the caller passes in; a constant that was meant for a test.

# %% [markdown]
# ## Part 3: The next morning
#
# Change sides. It's the morning after, and every key that lay in that repository has to be replaced. For the
# access key that's one call. For a key that 70,000 videos are encrypted with, it means encrypting all of
# them again: whoever copied that key reads whatever stays under it.
#
# Most days aren't that day. A key is replaced once a year because a rule says so, or because it has sealed
# enough, and for that nobody wants to encrypt 70,000 videos. So put one more key in between:
#
# | key | what it seals | how many | where it is |
# | --- | --- | --- | --- |
# | **KEK**, the *key encryption key* | data keys | a few | in a key service, and nowhere else |
# | **data key** | one object | one per object | beside its object, sealed by a KEK |
#
# That's **envelope encryption**. To replace the KEK is called **rotation**. It's for the yearly change. It
# doesn't mend a leaked KEK; why not, you'll see after the exercise. What does it cost?

# %%
predict("encryption.rotation")

# %% [markdown]
# Each of the two seals needs an AAD that says what it is: this data key belongs to *this* object and *that*
# KEK. Don't just glue the words together. Here are two different places with the same text, and a function
# that tells them apart. Use it from here on.

# %%
print("glued:", "clip-1" + "12", "and", "clip-11" + "2")


def place(*parts):
    """The parts as bytes that tell them apart, whatever is in them."""
    return json.dumps([str(part) for part in parts]).encode()


print("place:", place("clip-1", "12"), "and", place("clip-11", "2"))

# %% [markdown]
# ### Exercise: Envelope
#
# *16 minutes · core · 16 points · AML.M0012 · AML.T0035 · PS.1.3*
#
# Write the class that wraps objects, unwraps them, and moves them to a new KEK without touching the data.
#
# `Envelope(keks, current)` knows the KEKs by their ids, and which of them seals new data keys. What it
# stores of an object is a **record**, a dict of three. Below, D is the data key of clip-7. The record was
# wrapped under 2026-a, then rotated by an Envelope whose current KEK is 2026-b. A line in italics gives
# the AAD of the seal above it, and isn't in the dict:
#
# | record | after `wrap("clip-7", clip)` | after `rotate("clip-7", record)` |
# | --- | --- | --- |
# | `"kek"` | `"2026-a"` | `"2026-b"` |
# | `"key"` | D, sealed with 2026-a | the same D, sealed anew with 2026-b |
# | *its AAD* | `place("clip-7", "2026-a")` | `place("clip-7", "2026-b")` |
# | `"data"` | the clip, sealed with D | the same bytes |
# | *its AAD* | `place("clip-7")` | not needed: it isn't sealed again |
#
# Here a dict plays the key service. A real one never hands you the KEK: you send it the data key to seal or
# to open.
#
# | name | what it is |
# | --- | --- |
# | `keks` | dict: id of a KEK, a str → the KEK, 32 bytes |
# | `current` | the id of the KEK that seals new data keys |
# | `name` | str: which object it is |
# | `data` | bytes; may be empty |
# | `wrap(name, data)` | returns a record under the current KEK, with a data key of its own: 32 random bytes |
# | `unwrap(name, record)` | returns the data, whichever KEK the record names |
# | `rotate(name, record)` | returns a new record: the same data key under the current KEK |
#
# Judged:
#
# - `wrap` (4), with a random data key each time and a fresh nonce for each of the two seals (2);
# - `unwrap`, with `KeyError` for a KEK that is gone (3), and `InvalidTag` for what doesn't belong together
#   (3);
# - `rotate`, with the same errors (4).
#
# <details><summary>The fine print</summary>
#
# - `unwrap` and `rotate` raise `KeyError` when the record's KEK isn't in `keks`. They leave the given record
#   alone, whichever KEK it names.
# - They raise `InvalidTag` for another name, another KEK's id, a changed or cut key, and another record's
#   key; `unwrap` also for changed, cut or another record's data. Whether `rotate` looks at the data is up
#   to you: it keeps it byte for byte.
# - A record that is under the current KEK already is rotated like any other: its data key is sealed anew.
# - When an object is wrapped 40 times, no two data keys are alike, and each byte takes at least 25 values.
#   The check can't see more than that. A hash of a counter and a seeded generator pass, and are still
#   wrong: somebody can guess them. Use `os.urandom` or `secrets`.
# </details>


# %%
class Envelope:
    def __init__(self, keks, current):
        self.keks, self.current = keks, current

    def wrap(self, name, data):
        ### BEGIN SOLUTION
        data_key = os.urandom(32)
        return self._record(name, data_key, seal(data_key, data, place(name)))
        ### END SOLUTION

    def unwrap(self, name, record):
        ### BEGIN SOLUTION
        return open_(self._data_key(name, record), record["data"], place(name))
        ### END SOLUTION

    def rotate(self, name, record):
        ### BEGIN SOLUTION
        return self._record(name, self._data_key(name, record), record["data"])

    def _data_key(self, name, record):
        return open_(self.keks[record["kek"]], record["key"], place(name, record["kek"]))

    def _record(self, name, data_key, sealed):
        key = seal(self.keks[self.current], data_key, place(name, self.current))
        return {"kek": self.current, "key": key, "data": sealed}
        ### END SOLUTION


# %%
check("encryption.Envelope", Envelope)

# %%
# hint("encryption.Envelope")
# solution("encryption.Envelope")

# %% [markdown]
# Rotate three objects, and count what had to be written. Then destroy the old KEK.

# %% tags=["raises-exception"]
keks = {"2026-a": os.urandom(32), "2026-b": os.urandom(32)}
clip = np.random.default_rng(0).bytes(2_000_000)
names = ["clip-1", "clip-2", "clip-3"]

before = {name: Envelope(keks, "2026-a").wrap(name, clip) for name in names}
after = {name: Envelope(keks, "2026-b").rotate(name, before[name]) for name in names}
written = [
    sum(len(after[n][part]) for part in ("key", "data") if after[n][part] != before[n][part]) for n in names
]
print(f"{len(clip):,} bytes each; rewritten: {written} bytes; for 70,000 objects {70_000 * written[0]:,}")

left = Envelope({"2026-b": keks["2026-b"]}, "2026-b")
print("rotated, old KEK gone:", "opens" if left.unwrap("clip-1", after["clip-1"]) == clip else "?")
try:
    left.unwrap("clip-1", before["clip-1"])
except KeyError as error:
    print("forgotten in the backup, old KEK gone: nobody opens it, KeyError", error)

# %% [markdown]
# Look at the last line from both sides. If you must delete what is on a hundred backup tapes, destroy the KEK
# that only those objects have. And if your rotation forgets the backups, you've just deleted them.
#
# Now back to the morning after the leak. What does rotation do then?
#
# | what leaked | does rotation help? | what to do |
# | --- | --- | --- |
# | the access key only | it isn't needed: no blob opens with that key | replace the access key |
# | a KEK too | no: who has KEK *and* records has the data keys, which rotation keeps | wrap all again |
#
# In the second row you wrap every object again, with new data keys under a new KEK. That's the expensive
# morning: all 140 GB, and what was copied already stays readable. That's why a KEK stays in its service and
# never lies in a repository.

# %% [markdown]
# **Good place to stop: 50 minutes so far.** Your data is sealed, and its KEK can be replaced before lunch, as
# long as it hasn't leaked. What's left, about 20 minutes, is the way there.

# %% [markdown]
# ## Part 4: Who is at the other end?
#
# The repository also held credentials of the production systems. They've been replaced by now. But a client
# that hands the new ones to anybody who answers gives them away again. What you store, you seal and open
# yourself. On the wire somebody else has the other end, so the first question is: *who is that?*
#
# TLS answers that with a **certificate**: a public key and the name that it belongs to, signed by an
# **authority** that both ends trust. It's checked in the **handshake**, the first messages of a connection.
# As text, a certificate comes in a form called PEM.
#
# You'll try this without a network, with two ends in memory that speak real TLS:
#
# ```text
#              client = Line(context, host=..., say=...)      server = Line(context, say=...)
#                       │                                              │
#                       │ ◄──── talk(client, server): handshake ─────► │
#                       │ what the client's say() returns ───────────► │ server.heard
#          client.heard │ ◄─────────── what the server's say() returns │
# ```
#
# | name | what it is |
# | --- | --- |
# | `context` | an `ssl.SSLContext`: all settings of one end |
# | `Line(context, host=..., say=...)` | a client that wants to reach `host`; without `host` it's a server |
# | `say(certificate)` | your function, called after the handshake; returns bytes to send, `None` to hang up |
# | `certificate` | the other end's, as a dict; empty or `None` if it showed none |
# | `talk(client, server)` | carries the bytes between the two |
# | `heard` | what a line's other end said |
# | `error` | why a line's connection ended |
# | `authority.issue(host)` | an **identity**: a private key and its certificate, signed by this `Authority` |
# | ... `days=-1`, `usage="client"` | the same, but it ended yesterday; it's for callers instead of servers |
# | `authority.pem` | the authority's own certificate, as text: you trust it by this |
# | `present(context, identity)` | makes a context show an identity to the other end |
#
# Here is a client that encrypts and doesn't ask who is there. At the other end is somebody else.


# %%
def model_server(identity):
    """A TLS server that presents `identity`, a private key and its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    present(context, identity)
    return Line(context, say=lambda certificate: b"score: 0.7")


careless = ssl._create_unverified_context()  # what `verify=False` does
client = Line(careless, host="model.clinic.example", say=lambda certificate: b"the new password")
impostor = model_server(Authority().issue("anything.example"))
talk(client, impostor)

print("the client heard:  ", client.heard.decode())
print("the impostor heard:", impostor.heard.decode())

# %% [markdown]
# Encrypted all the way, to the wrong place. In 2012 researchers looked at how software that isn't a browser
# verifies certificates, and called it "completely broken" in many security-critical programs. *(Source:
# Georgiev, Iyengar, Jana, Anubhai, Boneh, Shmatikov, "The Most Dangerous Code in the World", ACM CCS 2012.)*
#
# A client has four questions to ask:
#
# | question | the setting that asks it |
# | --- | --- |
# | Did an authority that I trust sign this certificate? | `verify_mode`, and the authorities loaded |
# | Is it valid today? | `verify_mode`; asked by default |
# | Is it for the host that I wanted? | `check_hostname`, and the `host` that you ask for |
# | Is the protocol new enough? | `minimum_version` |

# %%
predict("encryption.hostname")

# %% [markdown]
# ### Exercise: connect
#
# *9 minutes · core · 12 points · AML.M0012 · AML.T0025 · PW.9.1*
#
# Write the client that asks all four. `connect(ca_pem, host, message)` returns a `Line` that brings
# `message` to `host`, and to nobody else.
#
# | step | what does it |
# | --- | --- |
# | Verify signature, dates and host name | `ssl.create_default_context()`: its settings are good |
# | Trust one authority only, given as text | `ssl.create_default_context(cadata=ca_pem)` |
# | Speak nothing older than TLS 1.2 | `context.minimum_version = ssl.TLSVersion.TLSv1_2` |
# | Send a message once the handshake is done | `say=lambda certificate: message` |
#
# | name | what it is |
# | --- | --- |
# | `ca_pem` | text (PEM): the certificate of the one authority to trust |
# | `host` | text: the server to reach |
# | `message` | bytes to send |
# | returns | a client's `Line` |
#
# Judged by what servers saw, in random order:
#
# - the right host hears the message, over TLS 1.2 and over TLS 1.3 (2);
# - no handshake with another host (3), another authority (3), an expired certificate (2), TLS 1.1 (2).
#
# <details><summary>The fine print</summary>
#
# - The right host's certificate may hold several names, or a wildcard of its domain: TLS allows both. The
#   other authority may have the same name as yours.
# - The check can't see two faults. One is to trust the system's authorities *as well*. The other is to allow
#   TLS 1.1, or to say nothing about it: OpenSSL 3 refuses it anyway, and Python's own minimum is TLS 1.2.
#   Written down, it stays so.
# </details>


# %%
def connect(ca_pem, host, message):
    ### BEGIN SOLUTION
    context = ssl.create_default_context(cadata=ca_pem)  # verifies, and trusts this authority alone
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return Line(context, host=host, say=lambda certificate: message)
    ### END SOLUTION


# %%
check("encryption.connect", connect)

# %%
# hint("encryption.connect")
# solution("encryption.connect")

# %% [markdown]
# Your client meets four servers, and so do two clients that you'll find in real code. Each field of the table
# says what the server heard, or else why the client hung up.


# %% tags=["raises-exception"]
def forgetful(ca_pem, host, message):
    """Verifies the signature, and forgets whose certificate it is."""
    context = ssl.create_default_context(cadata=ca_pem)
    context.check_hostname = False
    return Line(context, host=host, say=lambda certificate: message)


def trusting(ca_pem, host, message):
    return Line(ssl._create_unverified_context(), host=host, say=lambda certificate: message)


authority, namesake = Authority("Clinic Authority"), Authority("Clinic Authority")
identities = {
    "the right host": authority.issue("model.clinic.example"),
    "the intern's server": authority.issue("intern.clinic.example"),
    "a namesake of the authority": namesake.issue("model.clinic.example"),
    "expired yesterday": authority.issue("model.clinic.example", days=-1),
}
outcomes = {}
for reach in (connect, forgetful, trusting):
    for what, identity in identities.items():
        client, server = reach(authority.pem, "model.clinic.example", b"password"), model_server(identity)
        talk(client, server)
        outcomes.setdefault(reach.__name__, {})[what] = server.heard.decode() or client.error.split(",")[0]
pd.DataFrame(outcomes)

# %% [markdown]
# The three clients differ in one or two lines of code, and in the first row they look the same. That's why
# this mistake lives so long: everything works. Only a test with a *wrong* certificate shows it.

# %% [markdown]
# ## Back to April 2020
#
# What would encryption have changed? *If* the key to the videos lay somewhere else, somebody with the
# access keys couldn't have read them, and a changed one wouldn't have opened. They could still have deleted
# videos, or put old versions back. With the key in the same repository, it would have changed nothing.
# Encryption doesn't make a secret go away. It turns a big one, the data, into a small one, the key, and
# then everything depends on where the small one is.
#
# The core ends here. The [summary](#Summary) and the Monday list are at the end. Parts 5 and 6 are stretch,
# and you can do either alone, once you've run the cells of Parts 3 and 4.

# %% [markdown]
# ## Part 5 (stretch): Who is calling?
#
# In April 2020 a stranger had a valid account, because anybody could register one. A valid account says who
# is calling. It doesn't say that this caller *may*.
#
# In **mutual TLS** a server asks its callers for a certificate too. That takes two steps, and people often
# think that the first one is enough. *Verify* the certificate: TLS does that, if you tell it to. *Decide*
# whether this caller may: that's up to you.
#
# | step | what does it |
# | --- | --- |
# | Be a server, which can verify callers | `ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, ...)` |
# | Trust one authority only, given as text | `cadata=ca_pem` |
# | Ask for a certificate, or hang up | `context.verify_mode = ssl.CERT_REQUIRED`: by default it asks nobody |
# | Show who you are yourself | `present(context, identity)` |
# | Decide | your code, in `say` |
#
# A certificate can say that it's for servers only, or for callers only (*extended key usage*). With one for
# servers only, nobody can call. One that says both, or nothing, is good for both.

# %% [markdown]
# ### Exercise: accept
#
# *14 minutes · stretch · 12 points · AML.M0019 · AML.T0012 · PW.9.2*
#
# Write both steps. `service_name(certificate, allow)` decides, and `accept(ca_pem, identity, allow)` returns
# the server that asks it.
#
# Python gives you a verified certificate as a dict. Its names stand in `"subjectAltName"`, as pairs of a
# kind and a name. With `allow = ["scoring.example", "*.example"]`:
#
# | the certificate's `"subjectAltName"` | `service_name` | why |
# | --- | --- | --- |
# | `(("DNS", "scoring.example"),)` | `"scoring.example"` | its only DNS name, and it's in `allow` |
# | `(("URI", "spiffe://x"), ("DNS", "scoring.example"))` | `"scoring.example"` | other kinds don't count |
# | `(("DNS", "scoring.example"), ("DNS", "billing.example"))` | `None` | two names are no identity |
# | `(("DNS", "Scoring.example"),)` | `None` | letter for letter |
# | `(("DNS", "*.example"),)` | `None` | a name with `*` is nobody's, even if `allow` lists it |
#
# | `service_name` | what it is |
# | --- | --- |
# | `certificate` | the dict; empty or `None` when the caller had none |
# | `allow` | list of the names that may call |
# | returns | the caller's name, a str, or `None` |
#
# | `accept` | what it is |
# | --- | --- |
# | `ca_pem` | text: the certificate of the one authority whose callers count |
# | `identity` | text: the server's own private key and certificate |
# | returns | a server's `Line`. It says `b"welcome "` and the caller's name, or hangs up |
#
# Judged:
#
# - `service_name` on 35 certificates (4); allowed callers are greeted, over TLS 1.2 and 1.3 (2);
# - nobody else hears anything: certificates that don't verify, or none at all (4); verified callers without
#   an allowed name (2).
#
# <details><summary>The fine print</summary>
#
# - `"subjectAltName"` may not be there. A name that is listed twice counts as two. The common name, in
#   `"subject"`, doesn't count, neither for nor against.
# - DNS takes `A` for `a`. You're stricter on purpose, so that each caller has one spelling in list and log.
#   Nor is an entry of `allow` a pattern: `*.example` in it lets nobody in.
# - Certificates that don't verify: expired, for servers only, or signed by an authority of the same name.
# - `service_name` leaves `certificate` and `allow` as they are.
# - The check can't see one fault: to trust the system's authorities *as well*. It has no certificate of
#   theirs.
# </details>


# %%
def service_name(certificate, allow):
    ### BEGIN SOLUTION
    names = [name for kind, name in (certificate or {}).get("subjectAltName", ()) if kind == "DNS"]
    allowed = len(names) == 1 and names[0] in allow and "*" not in names[0]
    return names[0] if allowed else None
    ### END SOLUTION


def accept(ca_pem, identity, allow):
    ### BEGIN SOLUTION
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=ca_pem)
    context.verify_mode = ssl.CERT_REQUIRED  # by default a server asks nobody
    present(context, identity)

    def greet(certificate):
        name = service_name(certificate, allow)
        return None if name is None else b"welcome " + name.encode()

    return Line(context, say=greet)
    ### END SOLUTION


# %%
check("encryption.accept", service_name, accept)

# %%
# hint("encryption.accept")
# solution("encryption.accept")

# %% [markdown]
# Your server meets five callers, and so does one that verifies and leaves it at that. Each field of the table
# says what the caller heard, or else why the server hung up.


# %% tags=["raises-exception"]
def polite(ca_pem, identity, allow):
    """Verifies every caller, and welcomes them all."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=ca_pem)
    context.verify_mode = ssl.CERT_REQUIRED
    present(context, identity)
    return Line(context, say=lambda certificate: b"welcome")


callers = {
    "allowed": authority.issue("scoring.clinic.example", usage="client"),
    "verified, not on the list": authority.issue("billing.clinic.example", usage="client"),
    "certificate for servers only": authority.issue("scoring.clinic.example"),
    "signed by the namesake": namesake.issue("scoring.clinic.example", usage="client"),
    "no certificate": None,
}
outcomes = {}
for serve in (polite, accept):
    for what, identity in callers.items():
        asking = ssl.create_default_context(cadata=authority.pem)
        if identity:
            present(asking, identity)
        client = Line(asking, host="model.clinic.example", say=lambda certificate: b"p07, 44, asthma")
        server = serve(authority.pem, authority.issue("model.clinic.example"), ["scoring.clinic.example"])
        talk(client, server)
        outcomes.setdefault(serve.__name__, {})[what] = client.heard.decode() or server.error
pd.DataFrame(outcomes)

# %% [markdown]
# Both hang up on the last three. The second row is a decision, and no certificate makes it for you.

# %% [markdown]
# ## Part 6 (stretch): Seal a field, not a file
#
# A file's key opens all of it. Often only a part of a file is secret: a model needs the patients' ages,
# and nobody who trains it needs their diagnoses. So seal single columns, cell by cell, and leave the rest
# readable.
#
# Then one table has a thousand blobs under one key, and whoever can write to it can copy cells around.
# *Healthy* over *diabetes* is one copy. So each cell says in its AAD where it belongs, by `place` from Part
# 3. They can also write the plain text *healthy* into the cell, so what isn't a blob must not pass either.

# %% [markdown]
# ### Exercise: encrypt_fields
#
# *16 minutes · stretch · 10 points · AML.M0012 · AML.T0037 · PS.1.2*
#
# `encrypt_fields(df, columns, key, tenant)` seals the cells of some columns, and `decrypt_fields` with the
# same arguments opens them again. Both return a new table. *Tenant* is whose table it is: one service often
# stores the tables of many customers.
#
# `encrypt_fields(df, ["diagnosis"], key, "clinic7")` turns the left table into the right one:
#
# | id | age | diagnosis | | id | age | diagnosis |
# | --- | --- | --- | --- | --- | --- | --- |
# | p07 | 44 | asthma | → | p07 | 44 | `seal(key, b"asthma", place("clinic7", "p07", "diagnosis"))` |
# | p21 | 58 | None | → | p21 | 58 | None |
#
# | name | what it is |
# | --- | --- |
# | `df` | DataFrame with a column `id` (text, no two alike) and others; rows and index in any order |
# | `columns` | list of the columns to seal, maybe empty. They hold text, and missing values: None or NaN |
# | `key`, `tenant` | 32 bytes; text |
#
# `pd.isna(value)` finds both kinds of missing value, and `text.encode()` gives UTF-8.
#
# Judged:
#
# - the cells, sealed in UTF-8 with AAD `place(tenant, row id, column)` (3), each with a fresh nonce (1);
# - everything else unchanged, your input too (2);
# - `decrypt_fields` on a table that the check sealed (2), and its `InvalidTag` for a cell that was moved,
#   or that holds a plain text (2).
#
# <details><summary>The fine print</summary>
#
# - A sealed cell is bytes, and a sealed column has dtype object, even if all of it is missing. After
#   decryption either dtype for text is fine.
# - Leave missing values missing; return None or NaN, whichever is easier. An empty text is not missing: seal
#   it.
# - Unchanged means values and their types, the order of rows and columns, and the index with its name.
# - A table may have no rows. Columns that aren't named stay as they are, sealed ones too.
# - Moved means to another row, column or tenant, or to where nothing was. A plain text is a str in a column
#   that you're told to open. Test for it: `open_` would raise some other error.
# </details>


# %%
def encrypt_fields(df, columns, key, tenant):
    ### BEGIN SOLUTION
    sealed = df.copy()
    for column in columns:
        sealed[column] = [
            None if pd.isna(text) else seal(key, text.encode(), place(tenant, row_id, column))
            for row_id, text in zip(df["id"], df[column], strict=True)
        ]
    return sealed
    ### END SOLUTION


def decrypt_fields(df, columns, key, tenant):
    ### BEGIN SOLUTION
    clear = df.copy()
    for column in columns:
        if any(isinstance(cell, str) for cell in df[column]):
            raise InvalidTag  # somebody wrote a text where a blob was
        clear[column] = [
            None if pd.isna(blob) else open_(key, blob, place(tenant, row_id, column)).decode()
            for row_id, blob in zip(df["id"], df[column], strict=True)
        ]
    return clear
    ### END SOLUTION


# %%
check("encryption.encrypt_fields", encrypt_fields, decrypt_fields)

# %%
# hint("encryption.encrypt_fields")
# solution("encryption.encrypt_fields")

# %% [markdown]
# Now you're the one with the table and no key. What can you still tell about these four patients?

# %% tags=["raises-exception"]
patients = pd.DataFrame(
    {
        "id": ["p07", "p12", "p15", "p21"],
        "age": [44, 71, 35, 58],
        "diagnosis": ["asthma", "gout", "influenza", None],
    }
)
sealed = encrypt_fields(patients, ["diagnosis"], os.urandom(32), "clinic7")
cells = list(sealed.diagnosis)
sealed.assign(
    diagnosis=["" if pd.isna(cell) else cell.hex()[:12] + " …" for cell in cells],
    bytes=[0 if pd.isna(cell) else len(cell) for cell in cells],
)

# %% [markdown]
# *Compare:* who has no diagnosis, and how long each one is. 32 bytes are 12 + 4 + 16, and only *gout* has
# four letters. A field with few possible values needs padding to one length before you seal it, missing
# values included. The AAD doesn't notice everything either: a cell that was blanked, a row that was deleted
# and an old version put back all pass.
#
# <details><summary>What rules ask for</summary> HIPAA's security rule lists encryption at rest and in
# transit (45 CFR 164.312(a)(2)(iv) and (e)); PCI DSS 4.0.1 wants stored card numbers unreadable (3.5.1).
# That a cell can't be moved is up to you. (This is engineering training, not legal advice.)
# </details>

# %% [markdown]
# ## Summary
#
# 1. Encrypted isn't protected. Use an authenticated mode, and treat an `InvalidTag` as an alarm.
# 2. A nonce is public and used once. Draw its 12 random bytes inside the function that seals.
# 3. Say in the AAD what a blob is and where it belongs, in a form that tells the parts apart. An old blob of
#    the same place still opens.
# 4. One data key per object, and a KEK for the data keys: rotation writes 60 bytes per object. It's for the
#    yearly change. If the KEK leaked, seal the objects again under new data keys. Keep the KEK elsewhere.
# 5. TLS protects the way to *whoever is there*. Verify signature, dates and host name, and test with a wrong
#    certificate.

# %% [markdown]
# ## Use it on Monday
#
# These lines find the four usual ways to switch verification off, in all Python files of a folder. Point
# `folder` at your repository. Look at each line that they print: most are findings, and some are comments or
# tests. Notebooks aren't read.

# %%
import re
from pathlib import Path

folder = Path(".")
off = re.compile(
    r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False|_create_unverified_context", re.IGNORECASE
)
foreign = {".venv", "venv", "site-packages", "node_modules", ".git"}
files = [
    file
    for file in sorted(folder.rglob("*.py"))
    if file.is_file() and not foreign & set(file.relative_to(folder).parts)
]
for file in files:
    for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), 1):
        if off.search(line):
            print(f"{file}:{number}: {line.strip()}")
print(f"{len(files)} files read in {folder.resolve()}")

# %% [markdown]
# `bandit` also finds `verify=False` in a call of `requests` or `httpx` (B501), and
# `_create_unverified_context` (B323). Version 1.9.4 missed `session.verify = False`, `check_hostname =
# False` and `verify_mode = ssl.CERT_NONE`; the lines above don't. Both miss `{"verify": False}` and what
# stands in a settings file.
#
# <details><summary>Tools for the rest, and what they don't do</summary>
#
# - Keys in repositories, with their history: gitleaks, TruffleHog. They can miss a password that looks like
#   a word, and a key that they find stays leaked until you replace it.
# - KEKs: your cloud's key service, or the transit engine of HashiCorp Vault. They know nothing of your
#   backups, and they bind a data key to its object only if you pass the object's name along.
# - Envelopes without a class of your own: Google Tink, the AWS Encryption SDK. What goes into the AAD is
#   still for you to say.
# - Certificates for callers: cert-manager, SPIRE. They say who calls, not who may.
# </details>
#
# The checklist below is also a file of its own, [monday.md](monday.md), with the test that connects to a
# wrong server.
#
# - [ ] Run the lines above. Then add a test that connects to a server with a wrong certificate, and fails if
#       that works.
# - [ ] Search the repositories, with their history, for keys. Replace each one, and seal again what it
#       protected.
# - [ ] List where a nonce or IV is passed in from outside, constant, or counted from 0 after a restart.
# - [ ] Write down, for each store of data and weights: which key, where that key is, and who may use it.
# - [ ] Replace one KEK in a rehearsal, and restore a backup afterwards. Write down what you'd seal again if
#       it had leaked.
# - [ ] Send `InvalidTag` and certificate errors to the monitoring, and let nobody catch them and try again.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# A seal keeps out everybody without the key. Who should have it, and for what? That's the next lesson:
# [Access control: who may do what, and for what](../access_control/access_control.ipynb). Your map is on
# the [start page](../../start/welcome/welcome.ipynb).
