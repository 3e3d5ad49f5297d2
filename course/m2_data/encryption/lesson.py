# The lesson on encryption. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Encryption at rest and in transit
#
# *65 minutes, 56 points in five exercises · `accept` is a stretch of 14 minutes and 12 points more*
#
# **In April 2020** a researcher registered an account on the private code server of a company that makes
# face recognition. A wrong setting let anybody do that. In the source code lay the credentials of the
# production systems and the keys to cloud storage with 70,000 videos. *(Source: MITRE ATLAS 5.6.0, case
# study AML.CS0006.)*
#
# Whatever lock was on those videos, its key lay in the next room. Encryption does not make a secret go away:
# it turns a large one, the data, into a small one, the key. This lesson is about doing that well, and about
# where the small one goes.
#
# After this lesson you can
#
# - seal data so that a change is noticed, and so that it opens only where it belongs;
# - say what a repeated nonce gives away, having read it yourself;
# - replace the master key of a terabyte by writing some bytes per object;
# - set up TLS so that the wrong server and the wrong caller are refused, and prove it by handshakes.

# %% [markdown]
# ## How to work
#
# Run the cells from the top. Where a question appears, guess first: a wrong guess is what makes the answer
# stick. Write your code where it says `raise NotImplementedError()`, then run the check below it, as often
# as you like. `hint("encryption.seal")` gives one more hint each time, and `solution("encryption.seal")`
# opens after a pass or three honest tries.
#
# In grading the same checks run with other random draws. Nothing else differs. All keys here are toys, made
# on the spot, and no cell uses the network, TLS included. The tags of an exercise say what it is about: AML
# stands for MITRE ATLAS, PW and PS for practices of NIST's Secure Software Development Framework and of its
# profile for AI.

# %%
import json
import os
import ssl

import numpy as np
import pandas as pd
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from autograder.learner import check, hint, predict, progress, solution
from course.m2_data.encryption.toy_tls import Authority, Line, present, talk

# %% [markdown]
# ## Part 1: Hidden is not sealed
#
# Here is a record, encrypted with AES and a key of 256 bits. The mode is CTR: key and nonce give a stream of
# bytes, and the stream is XORed onto the text. Watch somebody change it **without the key**.


# %%
def ctr(key, nonce, data):
    """AES in counter mode. The same call hides a text and shows it again."""
    encryptor = Cipher(algorithms.AES(key), modes.CTR(nonce)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


key, nonce = os.urandom(32), os.urandom(16)
record = b"patient p07: give 10 mg"
hidden = bytearray(ctr(key, nonce, record))

hidden[record.index(b"10")] ^= ord("1") ^ ord("9")  # the attacker knows the form, and guesses the 1

print(ctr(key, nonce, bytes(hidden)).decode())

# %% [markdown]
# Every byte of that text is secret, and the dose is nine times as high. Hiding and protecting are two jobs.
# An **authenticated** mode does both: it adds a tag of 16 bytes, computed with the key over everything, and
# refuses to decrypt when the tag does not fit. AES-GCM is the usual one: the CTR stream from above, and a
# tag over it. This is what you will store:
#
# | bytes | 12 | as many as the text | 16 |
# | --- | --- | --- | --- |
# | what | nonce, random, not secret | ciphertext | tag |
#
# The tag can cover more than the ciphertext: the **AAD** (*additional authenticated data*) is neither
# encrypted nor stored, but must be the same at both ends. Use it to say *what this is*: whose record, which
# file, which version. Then a blob that was moved does not open.

# %% [markdown]
# ### Exercise: seal
#
# *9 minutes · core · 10 points · AML.M0012 · PW.1.3*
#
# Two functions with AES-256-GCM. `seal(key, plaintext, aad)` returns the blob drawn above;
# `open_(key, blob, aad)` returns the plaintext.
#
# | name | what it is |
# | --- | --- |
# | `key` | 32 bytes; another length: `ValueError`, from both functions |
# | `plaintext` | bytes, maybe none |
# | `aad` | bytes, maybe none; the same for sealing and opening |
# | `blob` | bytes: the nonce, then what `AESGCM.encrypt` returns, which is ciphertext and tag |
#
# The nonce is 12 fresh random bytes for each blob, from `os.urandom` or `secrets`. A seeded generator passes
# this check and is still wrong: it repeats itself after a restart. `open_` raises `InvalidTag` for everything
# that `seal` did not make with this key and this AAD, and so also for a blob that is too short to have a
# nonce and a tag.
#
# Judged: the blob opens here, and only with its AAD (3); in 400 blobs no nonce twice, and each of its 12
# bytes takes at least 150 values (2); `open_` opens what was sealed here (2); it raises `InvalidTag` for a
# changed, cut, empty or exchanged blob, another key, another AAD (2); the `ValueError` (1).


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
    if len(blob) < 12 + 16:  # AESGCM has another error for a nonce that is too short
        raise InvalidTag
    return AESGCM(key).decrypt(blob[:12], blob[12:], aad)
    ### END SOLUTION


# %%
check("encryption.seal", seal, open_)

# %%
# hint("encryption.seal")

# %% [markdown]
# The attack from above once more, and a second one that needs no change at all: the record of another
# patient, intact, in the wrong place.

# %% tags=["raises-exception"]
blob = seal(key, record, b"p07")
other = seal(key, b"patient p12: give 80 mg", b"p12")
changed = bytearray(blob)
changed[12 + record.index(b"10")] ^= ord("1") ^ ord("9")
for what, stored in (("as sealed", blob), ("changed", bytes(changed)), ("p12 in the place of p07", other)):
    try:
        print(f"{what}: {open_(key, stored, b'p07').decode()}")
    except InvalidTag:
        print(f"{what}: InvalidTag")

# %% [markdown]
# *In one line: what should your service do when it meets an `InvalidTag`, and who should hear of it?*

# %% [markdown]
# ## Part 2: The nonce
#
# *Nonce* means a number used once. It may be public. It must not repeat under one key.

# %%
predict("encryption.nonce")

# %% [markdown]
# Now see it. Tick *Use one nonce for both*, then make the second text more like the first.

# %%
from course.m2_data.encryption.nonce_reuse import nonce_reuse, twin

nonce_reuse()

# %% [markdown]
# The same as pictures and a table:

# %%
twin()

# %% [markdown]
# It does happen. In 2016 a scan of the internet found 184 HTTPS servers that repeated their GCM nonces.
# *(Source: Böck, Zauner, Devlin, Somorovsky, Jovanovic, "Nonce-Disrespecting Adversaries", USENIX WOOT
# 2016.)* There the damage went beyond reading: two blobs under one nonce also give away what the tags are
# made with, and an attacker can forge.

# %% [markdown]
# ### Exercise: read_without_key
#
# *9 minutes · core · 8 points · AML.T0025 · AML.T0037*
#
# Build the attack. Somebody copied a table of blobs, as `seal` makes them, but with a nonce that was not
# always fresh. One key made them all, and you do not have it. `read_without_key(blobs, known)` reads what can
# be read.
#
# | name | what it is |
# | --- | --- |
# | `blobs` | list of bytes: nonce (12), ciphertext, tag (16) |
# | `known` | dict: position in `blobs` → that blob's whole text, as bytes. The attacker's own records, say |
# | returns | plain dict: position → text, as bytes |
#
# The result has an entry for each blob that is *not* in `known` and has the nonce of a blob that is. The text
# reaches as far as can be told: to its own end, or to the end of the longest known text with that nonce,
# whichever comes first.
#
# Judged on 4 tables of 11 blobs: the right positions (3); the texts at those positions (5).


# %%
def read_without_key(blobs, known):
    ### BEGIN SOLUTION
    streams = {}
    for position, text in known.items():
        nonce, cipher = blobs[position][:12], blobs[position][12:-16]
        stream = bytes(a ^ b for a, b in zip(cipher, text, strict=True))
        streams[nonce] = max(streams.get(nonce, b""), stream, key=len)
    return {
        position: bytes(a ^ b for a, b in zip(blob[12:-16], streams[blob[:12]], strict=False))
        for position, blob in enumerate(blobs)
        if position not in known and blob[:12] in streams
    }
    ### END SOLUTION


# %%
check("encryption.read_without_key", read_without_key)

# %%
# hint("encryption.read_without_key")

# %% [markdown]
# How far do random nonces carry? Any two of n blobs collide with a chance of one in the number of nonces, so
# the chance of a repeat among all is about 1 − exp(−n² / (2 · number)).

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
# 8.3)*: it asks that the chance of a repeat be at most 2^-32, and here it is 2^-33. A busy log reaches that
# number. The way out is a second key, then a third: Part 4. There is also a mode that forgives a repeated
# nonce and shows no more than whether two texts were equal, AES-GCM-SIV *(RFC 8452)*.
#
# *In one line: who or what could make a nonce repeat in your own system? Think of copies and restarts.*

# %% [markdown]
# ## Part 3: Seal a field, not a file
#
# A model needs the ages of the patients; it does not need their diagnoses in the clear. So some columns are
# sealed, cell by cell, and whoever reads the table without the key sees the rest.
#
# But a table has a thousand blobs under one key, and somebody who can write to it can copy cells about. Each
# cell must say where it belongs, in its AAD. Written how? Gluing the parts together is a trap:

# %%
print(("row " + "1" + "11").encode(), ("row " + "11" + "1").encode())


def place(*parts):
    """The parts as bytes that tell them apart, whatever is in them."""
    return json.dumps([str(part) for part in parts]).encode()


print(place("row", "1", "11"), place("row", "11", "1"))

# %% [markdown]
# ### Exercise: encrypt_fields
#
# *11 minutes · core · 10 points · AML.M0012 · AML.T0037 · PS.1.2*
#
# `encrypt_fields(df, columns, key, tenant)` seals cells, `decrypt_fields(df, columns, key, tenant)` opens
# them again. Both return a new table.
#
# | name | what it is |
# | --- | --- |
# | `df` | DataFrame with a column `id` (text, no two alike) and others; rows and index in any order |
# | `columns` | names of the columns to seal; they hold text, maybe empty, and missing values: None or NaN |
# | `key` | 32 bytes |
# | `tenant` | text: whose table it is |
#
# A sealed cell is the blob, as bytes, of the text in UTF-8, with the AAD `place(tenant, row id, column)`:
# the id of its row and the name of its column. A sealed column has dtype object. A missing value, None or
# NaN, stays missing, and either may come back; an empty text is sealed. All else stays as it is: other
# columns, order of rows and columns, index. A cell that is not in its place makes `decrypt_fields` raise
# `InvalidTag`.
#
# Judged: the cells open here, with this AAD (3); missing values, the rest of the table and your input (2); a
# fresh nonce for each cell (1); `decrypt_fields` on a table that was sealed here, which it leaves alone (2),
# and its `InvalidTag` for cells moved to another row, column or tenant (2).


# %%
def encrypt_fields(df, columns, key, tenant):
    ### BEGIN SOLUTION
    sealed = df.copy()
    for column in columns:
        cells = [
            None if pd.isna(text) else seal(key, text.encode(), place(tenant, row_id, column))
            for row_id, text in zip(df["id"], df[column], strict=True)
        ]
        sealed[column] = pd.Series(cells, index=df.index, dtype=object)
    return sealed
    ### END SOLUTION


def decrypt_fields(df, columns, key, tenant):
    ### BEGIN SOLUTION
    clear = df.copy()
    for column in columns:
        cells = [
            None if pd.isna(blob) else open_(key, blob, place(tenant, row_id, column)).decode()
            for row_id, blob in zip(df["id"], df[column], strict=True)
        ]
        clear[column] = pd.Series(cells, index=df.index, dtype=object)
    return clear
    ### END SOLUTION


# %%
check("encryption.encrypt_fields", encrypt_fields, decrypt_fields)

# %%
# hint("encryption.encrypt_fields")

# %% [markdown]
# What does somebody see who has the table and no key?

# %% tags=["raises-exception"]
patients = pd.DataFrame(
    {
        "id": ["p07", "p12", "p15", "p21"],
        "age": [44, 71, 35, 58],
        "diagnosis": ["asthma", "gout", "influenza", None],
    }
)
table_key = os.urandom(32)
sealed = encrypt_fields(patients, ["diagnosis"], table_key, "clinic7")
cells = list(sealed.diagnosis)
sealed.assign(
    diagnosis=["" if pd.isna(cell) else cell.hex()[:12] + " …" for cell in cells],
    bytes=[0 if pd.isna(cell) else len(cell) for cell in cells],
)

# %% [markdown]
# Who has no diagnosis, and how long each is: 32 bytes are 12 + 4 + 16, and of the three only *gout* has four
# letters. A field of few possible values needs padding to one length before it is sealed, missing values
# included. Nor does the AAD notice everything: a cell that was blanked, a row that was deleted and an old
# version put back all pass without complaint.
#
# Rules ask for encryption too. HIPAA's security rule lists it at rest and in transit (45 CFR
# 164.312(a)(2)(iv) and (e)); PCI DSS 4.0.1 wants stored card numbers unreadable (3.5.1). That a cell cannot
# be moved is yours to see to. *(This is engineering training, not legal advice.)*

# %% [markdown]
# ## Part 4: A key for every object, and one for the keys
#
# Weights, logs, backups: terabytes. When the key must be replaced, because someone left or a rule says every
# year (a leaked key is worse: see below), nobody wants to encrypt them all again. So put a key in between:
#
# | key | seals | how many | where it is |
# | --- | --- | --- | --- |
# | KEK, the *key encryption key* | data keys | a few | in a key service, and nowhere else |
# | data key | one object | one per object | beside its object, sealed by a KEK |
#
# That is **envelope encryption**.

# %%
predict("encryption.rotation")

# %% [markdown]
# ### Exercise: Envelope
#
# *13 minutes · core · 16 points · AML.M0012 · AML.T0035 · PS.1.3*
#
# A class. `Envelope(keks, current)` knows the KEKs, a dict of id → 32 bytes, and the id of the one that new
# data keys are sealed with. A **record** is a plain dict of three:
#
# | key | value |
# | --- | --- |
# | `"kek"` | id of the KEK, a str |
# | `"key"` | the data key, 32 random bytes, sealed with that KEK, AAD `place(name, id of the KEK)` |
# | `"data"` | the data, sealed with the data key, AAD `place(name)` |
#
# *Sealed* means a blob as in `seal`, with a fresh nonce. `name`, a text, says which object it is; `data` are
# bytes.
#
# | method | returns |
# | --- | --- |
# | `wrap(name, data)` | a record of `data`, with a data key of its own, under the current KEK |
# | `unwrap(name, record)` | the data, whichever KEK the record names |
# | `rotate(name, record)` | a new record: the same data key under the current KEK, `"data"` as it was |
#
# `rotate` keeps `"data"` byte for byte; it need not open it. `unwrap` and `rotate` raise `KeyError` when the
# record's KEK is not in `keks` any more, and `InvalidTag` when something that they open does not fit.
#
# Judged: the record of `wrap` opens here (4); a new data key each time, and a fresh nonce for its seal (2);
# `unwrap` of records made here, and its `KeyError` (3); `InvalidTag` for changed data or key, another name,
# another KEK's id, parts of two records (3); `rotate`, which also leaves the given record alone and raises
# `KeyError`, and `InvalidTag` for a changed sealed key (4). Where your `unwrap` does not open what was made
# here, `rotate` is judged on a record of your own `wrap`.


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

# %% [markdown]
# A rotation, counted. Then the old KEK is destroyed.

# %% tags=["raises-exception"]
keks = {"2026-a": os.urandom(32), "2026-b": os.urandom(32)}
weights = np.random.default_rng(0).normal(size=250_000).tobytes()
names = ["scorer-1", "scorer-2", "scorer-3"]

before = {name: Envelope(keks, "2026-a").wrap(name, weights) for name in names}
after = {name: Envelope(keks, "2026-b").rotate(name, before[name]) for name in names}
written = [
    sum(len(after[n][part]) for part in ("key", "data") if after[n][part] != before[n][part]) for n in names
]
print(f"{len(weights):,} bytes each; rewritten: {written} bytes; for 1,000 objects {1000 * written[0]:,}")

left = Envelope({"2026-b": keks["2026-b"]}, "2026-b")
print("rotated, old KEK gone:", "opens" if left.unwrap("scorer-1", after["scorer-1"]) == weights else "?")
try:
    left.unwrap("scorer-1", before["scorer-1"])
except KeyError as error:
    print("forgotten in the backup, old KEK gone: nobody opens it, KeyError", error)

# %% [markdown]
# The last line is two lessons in one. Whoever must delete what lies on a hundred backup tapes destroys its
# key. And a rotation that forgets the backups deletes them.
#
# If the old KEK leaked, rotation is not enough: whoever took KEK *and* records has the data keys. Those
# objects must be sealed again, under new data keys.

# %% [markdown]
# ## Part 5: On the way
#
# At rest you hold both ends of the lock. On the wire there is another end, and the first question is *who is
# that?* Here is a client that encrypts, and does not ask. A `Line` is one end of a TLS connection in memory,
# and `talk` carries the bytes between two. No network, otherwise the real thing. When the handshake is done,
# `say` is handed the other end's certificate and returns what to send: bytes, or None to hang up.


# %%
def model_server(identity):
    """A TLS server that presents `identity`, a private key and its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    present(context, identity)
    return Line(context, say=lambda certificate: b"score: 0.7")


careless = ssl._create_unverified_context()  # what `verify=False` does
client = Line(careless, host="model.clinic.example", say=lambda certificate: b"p07, 44, asthma")
impostor = model_server(Authority().issue("anything.example"))
talk(client, impostor)

print("the client heard:  ", client.heard.decode())
print("the impostor heard:", impostor.heard.decode())

# %% [markdown]
# Encrypted all the way, to the wrong place. A client has four questions:
#
# | question | the setting that asks it |
# | --- | --- |
# | Did an authority that I trust sign this certificate? | `verify_mode`, and the authorities loaded |
# | Is it valid today? | `verify_mode`, `verify_flags` |
# | Is it for the host that I wanted? | `check_hostname`, and the `host` that you ask for |
# | Is the protocol new enough? | `minimum_version` |
#
# In 2012 researchers looked at how software that is not a browser asks them, and found the verification
# "completely broken" in many security-critical programs. *(Source: Georgiev, Iyengar, Jana,
# Anubhai, Boneh, Shmatikov, "The Most Dangerous Code in the World", ACM CCS 2012.)*

# %%
predict("encryption.hostname")

# %% [markdown]
# ### Exercise: connect
#
# *9 minutes · core · 12 points · AML.M0012 · AML.T0025 · PW.9.1*
#
# `connect(ca_pem, host, message)` returns the client's `Line`, set up so that `message` reaches `host` and
# nobody else.
#
# | name | what it is |
# | --- | --- |
# | `ca_pem` | the certificate of the one authority to trust, as text (PEM) |
# | `host` | the name of the server to reach |
# | `message` | bytes to send once the handshake is done |
# | returns | `Line(context, host=host, say=...)` |
#
# Of the host itself, TLS 1.2 and TLS 1.3 are both accepted, and nothing older.
#
# Judged at the other end: the check does not look at your settings, only at what servers, in random order,
# saw. The right host, over TLS 1.2 and over TLS 1.3, hears the message (2). In all other cases the server
# must not see the handshake completed, nor hear anything: the certificate is for another host (3), was
# signed by another authority of the same name (3), has expired (2); the server speaks TLS 1.1 at most (2).
#
# Two faults cannot be seen from there, and are still faults: to trust the system's authorities *as well*, and
# to ask for an older minimum where OpenSSL refuses TLS 1.1 by itself, as version 3 does by default. Python's
# own minimum is TLS 1.2 already; written down, it stays so.


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

# %% [markdown]
# Your client against four servers, beside two clients that are found in the wild. A cell is what the server
# heard, or else why the client hung up.


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
        client, server = reach(authority.pem, "model.clinic.example", b"p07, asthma"), model_server(identity)
        talk(client, server)
        outcomes.setdefault(reach.__name__, {})[what] = server.heard.decode() or client.error.split(",")[0]
pd.DataFrame(outcomes)

# %% [markdown]
# The three columns differ in one or two lines of code, and in the first row they are all the same. That is
# why this mistake lives so long: everything works. Only a test with a *wrong* certificate tells them apart.

# %% [markdown]
# ## Part 6: Who is calling?
#
# A stretch, on top of the 65 minutes.
#
# The server showed its certificate. The caller has shown nothing. In **mutual TLS** the server asks for one
# too, and so knows which service is calling before it answers. Two steps, often mixed up: *verify* the
# certificate, which TLS does if told to; and *decide* whether this caller may, which nobody does for you.
#
# | step | what does it |
# | --- | --- |
# | Be a server, which checks that a certificate is for callers | a context for `ssl.Purpose.CLIENT_AUTH` |
# | Trust the one authority | `cadata=ca_pem` |
# | Ask for a certificate, or hang up | `verify_mode = ssl.CERT_REQUIRED`: the default asks nobody |
# | Show who you are yourself | `present(context, identity)` |
# | Decide | your code, in `say` |
#
# A certificate says whether it is for servers or for callers (*extended key usage*), so that a stolen
# server's certificate does not also make calls.

# %% [markdown]
# ### Exercise: accept
#
# *14 minutes · stretch · 12 points · AML.M0019 · AML.T0012 · PW.9.2*
#
# Two functions. `service_name(certificate, allow)` decides:
#
# | name | what it is |
# | --- | --- |
# | `certificate` | a verified one, as a dict; empty or None when the caller had none |
# | `allow` | list of the names that may call |
# | returns | the caller's name, a str, or None |
#
# The dict has the form of `ssl.SSLSocket.getpeercert`: its `"subjectAltName"`, if there, is a tuple of pairs
# such as `("DNS", "scoring.clinic.example")` or `("URI", "spiffe://clinic/scoring")`.
#
# The name is the certificate's DNS name, if it has exactly one and that one stands in `allow`, letter for
# letter: stricter than DNS, which takes `A` for `a`, and on purpose, so that each caller has one spelling in
# list and log. A name that the certificate lists twice counts as two. Pairs of other kinds and the common
# name do not count, neither for nor against. A name with `*` in it is nobody's, even if `allow` lists it.
#
# `accept(ca_pem, identity, allow)` returns the server's `Line`:
#
# | name | what it is |
# | --- | --- |
# | `ca_pem` | the certificate of the one authority whose callers count, as text |
# | `identity` | the server's own private key and certificate, as text: `present(context, identity)` |
# | returns | `Line(context, say=...)`; `say` gives `b"welcome "` and the caller's name, or None to hang up |
#
# Judged: `service_name` on 19 certificates (4); then callers in random order, by what they heard. Allowed
# ones, over TLS 1.2 and over TLS 1.3, are greeted (2). Nothing is heard by those without a certificate, with
# an expired one, one for servers only, or one that a namesake of the authority signed (4); nor by verified
# ones without an allowed name (2).


# %%
def service_name(certificate, allow):
    ### BEGIN SOLUTION
    names = [name for kind, name in (certificate or {}).get("subjectAltName", ()) if kind == "DNS"]
    if len(names) == 1 and names[0] in allow and "*" not in names[0]:
        return names[0]
    return None
    ### END SOLUTION


def accept(ca_pem, identity, allow):
    ### BEGIN SOLUTION
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=ca_pem)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
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

# %% [markdown]
# Your server and five callers, beside a server that verifies and leaves it at that. A cell is what the caller
# heard, or else why the server hung up.


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
        client = Line(asking, host="model.clinic.example", say=lambda certificate: b"p07, asthma")
        server = serve(authority.pem, authority.issue("model.clinic.example"), ["scoring.clinic.example"])
        talk(client, server)
        outcomes.setdefault(serve.__name__, {})[what] = client.heard.decode() or server.error
pd.DataFrame(outcomes)

# %% [markdown]
# Both hang up on the last three. The second row is a decision, and no certificate makes it.

# %% [markdown]
# ## Summary
#
# 1. Encrypted is not protected. Use an authenticated mode, and treat a tag that does not fit as an alarm.
# 2. A nonce is public and used once. Draw 12 random bytes inside the function that seals.
# 3. Say in the AAD what a blob is and where it belongs, in a form that tells the parts apart.
# 4. A data key for each object, a KEK for the data keys: rotation writes 60 bytes per object. The KEK
#    lives elsewhere.
# 5. TLS protects the way to *whoever is there*. Verify signature, dates and name, both ways, and test with
#    wrong certificates.
#
# ## Use it on Monday
#
# The checklist is also a file of its own, `encryption_monday.md`, to copy into your repository.
#
# - [ ] Search the code for `verify=False`, `CERT_NONE`, `check_hostname = False` and
#       `_create_unverified_context`. Each one is a finding.
# - [ ] Search the repositories, with their history, for keys. Replace each one found, and seal again what it
#       protected.
# - [ ] List where a nonce or IV is passed in from outside, constant, or counted from 0 at a restart.
# - [ ] Write down, for each store of data and weights: which key, where that key is, who may use it.
# - [ ] Replace one master key in a rehearsal, and restore a backup afterwards.
# - [ ] Add a test that connects to a server with a wrong certificate, and fails if that works.
# - [ ] Send `InvalidTag` and certificate errors to the monitoring; nobody catches and retries them.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# A seal shows that nobody changed the data on its way. It does not show that the data was true when it was
# sealed: the next lesson is [Poisoning and backdoors](../../m3_attacks/poisoning/poisoning.ipynb). Your map
# is on the [start page](../../start/welcome/welcome.ipynb).
