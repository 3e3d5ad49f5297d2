"""Answers to the lesson on encryption: other right ones, and wrong ones with what each must be told."""

from __future__ import annotations

import json
import os
import secrets
import ssl
import warnings
from fnmatch import fnmatch

import numpy as np
import pandas as pd
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from autograder.exercise import Answers
from course.data.toy_tls import Line, present

# -- seal --------------------------------------------------------------------------------------------


def _check_key(key):
    if len(key) != 32:
        raise ValueError("32 bytes, please")


def seal_by_parts(key, plaintext, aad):
    """With the cipher's own interface: the tag comes apart from the ciphertext."""
    _check_key(key)
    nonce = secrets.token_bytes(12)
    encryptor = Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    ciphertext = encryptor.update(plaintext) + encryptor.finalize()
    return nonce + ciphertext + encryptor.tag


def open_by_parts(key, blob, aad):
    _check_key(key)
    nonce, ciphertext, tag = blob[:12], blob[12:-16], blob[-16:]
    if len(nonce) + len(tag) + len(ciphertext) != len(blob) or len(blob) < 28:
        raise InvalidTag
    decryptor = Cipher(algorithms.AES(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(aad)
    return decryptor.update(ciphertext) + decryptor.finalize()


def _seal_with(key, plaintext, aad, nonce):
    _check_key(key)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def seal_with_zero_nonce(key, plaintext, aad):
    return _seal_with(key, plaintext, aad, bytes(12))


_sealed = 0


def seal_with_counter(key, plaintext, aad):
    global _sealed
    _sealed += 1
    return _seal_with(key, plaintext, aad, _sealed.to_bytes(12, "big"))


def seal_with_short_nonce(key, plaintext, aad):
    return _seal_with(key, plaintext, aad, bytes(8) + os.urandom(4))


def seal_with_hex_nonce(key, plaintext, aad):
    return _seal_with(key, plaintext, aad, os.urandom(6).hex().encode())


def seal_with_nonce_of_the_text(key, plaintext, aad):
    from hashlib import sha256

    return _seal_with(key, plaintext, aad, sha256(key + aad + plaintext).digest()[:12])


def seal_without_aad(key, plaintext, aad):
    return _seal_with(key, plaintext, None, os.urandom(12))


def open_without_aad(key, blob, aad):
    return open_by_parts(key, blob, b"")


def seal_without_tag(key, plaintext, aad):
    _check_key(key)
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)[:-16]


def open_without_tag(key, blob, aad):
    _check_key(key)
    counter = blob[:12] + (2).to_bytes(4, "big")  # where GCM starts to count
    return Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor().update(blob[12:-16])


def seal_without_nonce(key, plaintext, aad):
    return _seal_with(key, plaintext, aad, os.urandom(12))[12:]


def seal_with_nonce_at_the_end(key, plaintext, aad):
    blob = _seal_with(key, plaintext, aad, os.urandom(12))
    return blob[12:] + blob[:12]


def open_returning_none(key, blob, aad):
    try:
        return open_by_parts(key, blob, aad)
    except InvalidTag:
        return None


def open_with_another_error(key, blob, aad):
    _check_key(key)
    return AESGCM(key).decrypt(blob[:12], blob[12:], aad)


def open_nothing(key, blob, aad):
    _check_key(key)
    raise InvalidTag


def seal_with_any_key(key, plaintext, aad):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def seal_with_any_key_of_aes(key, plaintext, aad):
    if len(key) == 16:
        raise ValueError("32 bytes, please")
    return seal_with_any_key(key, plaintext, aad)


# -- read_without_key --------------------------------------------------------------------------------


def read_in_pairs(blobs, known, body=slice(12, -16), every=False, cipher_only=False, first=False):
    found = {}
    for i, blob in enumerate(blobs):
        for j, text in known.items():
            if i in known or (blob[:12] != blobs[j][:12] and not every):
                continue
            n = min(len(blob[body]), len(blobs[j][body]), len(text))
            mixed = np.frombuffer(blob[body][:n], np.uint8) ^ np.frombuffer(blobs[j][body][:n], np.uint8)
            if not cipher_only:
                mixed = mixed ^ np.frombuffer(text[:n], np.uint8)
            if first and i in found:
                continue
            found[i] = max(found.get(i, b""), mixed.tobytes(), key=len)
    return found


def read_cipher_xor(blobs, known):
    return read_in_pairs(blobs, known, cipher_only=True)


def read_with_the_tag(blobs, known):
    return read_in_pairs(blobs, known, body=slice(12, None))


def read_with_the_nonce(blobs, known):
    return read_in_pairs(blobs, known, body=slice(0, -16))


def read_whatever_nonce(blobs, known):
    return read_in_pairs(blobs, known, every=True)


def read_with_the_shortest(blobs, known):
    shortest_first = dict(sorted(known.items(), key=lambda item: len(item[1])))
    return read_in_pairs(blobs, shortest_first, first=True)


def read_with_the_last_known(blobs, known):
    return read_in_pairs(blobs, dict(reversed(known.items())), first=True)


def read_with_the_first_known(blobs, known):
    return read_in_pairs(blobs, known, first=True)


def read_what_is_known_too(blobs, known):
    return {**read_in_pairs(blobs, known), **known}


def read_as_text(blobs, known):
    return {i: text.decode() for i, text in read_in_pairs(blobs, known).items()}


def read_with_the_known_text_only(blobs, known):
    return {
        i: bytes(a ^ b for a, b in zip(blob[12:-16], max(texts, key=len), strict=False))
        for i, blob in enumerate(blobs)
        if i not in known and (texts := [t for j, t in known.items() if blobs[j][:12] == blob[:12]])
    }


def read_nothing(blobs, known):
    return {}


def read_as_list(blobs, known):
    return list(read_in_pairs(blobs, known).values())


def read_padded(blobs, known):
    return {i: text.ljust(len(blobs[i]) - 28, b"\0") for i, text in read_in_pairs(blobs, known).items()}


# -- encrypt_fields ----------------------------------------------------------------------------------


def _place(*parts):
    return json.dumps([str(part) for part in parts]).encode()


def _fields(df, columns, change):
    result = df.copy()
    for column in columns:
        for place in range(len(df)):
            value = df[column].iloc[place]
            changed = change(df, place, column, value)
            result[column] = result[column].astype(object)
            result.iloc[place, list(df.columns).index(column)] = changed
    return result


def _bound(df, place, column, tenant):
    return _place(tenant, df["id"].iloc[place], column)


def _encrypt(df, columns, key, tenant, bound=_bound, nonce=None):
    def change(df, place, column, value):
        if pd.isna(value):
            return None
        return _seal_with(key, value.encode(), bound(df, place, column, tenant), nonce or os.urandom(12))

    return _fields(df, columns, change)


def _decrypt(df, columns, key, tenant, bound=_bound):
    def change(df, place, column, value):
        if value is None or pd.isna(value):
            return None
        return open_by_parts(key, value, bound(df, place, column, tenant)).decode()

    return _fields(df, columns, change)


def encrypt_cell_by_cell(df, columns, key, tenant):
    return _encrypt(df, columns, key, tenant)


def decrypt_cell_by_cell(df, columns, key, tenant):
    return _decrypt(df, columns, key, tenant)


def _pair(bound, name):
    def encrypt(df, columns, key, tenant):
        return _encrypt(df, columns, key, tenant, bound)

    def decrypt(df, columns, key, tenant):
        return _decrypt(df, columns, key, tenant, bound)

    encrypt.__name__, decrypt.__name__ = f"encrypt_{name}", f"decrypt_{name}"
    return encrypt, decrypt


without_tenant = _pair(lambda df, place, column, tenant: _place(df["id"].iloc[place], column), "no_tenant")
without_row = _pair(lambda df, place, column, tenant: _place(tenant, column), "no_row")
without_column = _pair(lambda df, place, column, tenant: _place(tenant, df["id"].iloc[place]), "no_column")
with_row_number = _pair(lambda df, place, column, tenant: _place(tenant, place, column), "row_number")
with_index = _pair(lambda df, place, column, tenant: _place(tenant, df.index[place], column), "index")
glued = _pair(
    lambda df, place, column, tenant: f"{tenant}{df['id'].iloc[place]}{column}".encode(), "glued_parts"
)
with_nothing = _pair(lambda df, place, column, tenant: b"", "nothing_bound")


def encrypt_with_one_nonce(df, columns, key, tenant):
    return _encrypt(df, columns, key, tenant, nonce=os.urandom(12))


def encrypt_missing_too(df, columns, key, tenant):
    return _encrypt(df.fillna(dict.fromkeys(columns, "")), columns, key, tenant)


def encrypt_empty_as_missing(df, columns, key, tenant):
    return _encrypt(df.assign(**{name: df[name].replace("", None) for name in columns}), columns, key, tenant)


def encrypt_every_text(df, columns, key, tenant):
    return _encrypt(df, [*columns, *{"ward"} & {*df.columns}], key, tenant)


def encrypt_in_place(df, columns, key, tenant):
    sealed = _encrypt(df, columns, key, tenant)
    for column in columns:
        df[column] = sealed[column]
    return df


def encrypt_with_new_index(df, columns, key, tenant):
    return _encrypt(df, columns, key, tenant).reset_index(drop=True)


def _stub(*args):
    raise NotImplementedError


def encrypt_without_seal(df, columns, key, tenant):
    result = df.copy()
    for column in columns:
        result[column] = [_stub(key, text, b"") for text in df[column]]
    return result


def decrypt_without_open(df, columns, key, tenant):
    return encrypt_without_seal(df, columns, key, tenant)


def _walk(df, columns, change, **how):
    result = df.copy()
    for column in columns:
        cells = [change(value, row_id, column) for value, row_id in zip(df[column], df["id"], strict=True)]
        result[column] = pd.Series(cells, dtype=object, **how)
    return result


def encrypt_looking_for_none(df, columns, key, tenant):
    def change(text, row_id, column):
        if text is None:
            return None
        return _seal_with(key, text.encode(), _place(tenant, row_id, column), os.urandom(12))

    return _walk(df, columns, change, index=df.index)


def decrypt_looking_for_none(df, columns, key, tenant):
    def change(blob, row_id, column):
        return None if blob is None else open_by_parts(key, blob, _place(tenant, row_id, column)).decode()

    return _walk(df, columns, change, index=df.index)


def decrypt_looking_for_nan(df, columns, key, tenant):
    def change(blob, row_id, column):
        return blob if blob != blob else open_by_parts(key, blob, _place(tenant, row_id, column)).decode()

    return _walk(df, columns, change, index=df.index)


def encrypt_without_index(df, columns, key, tenant):
    def change(text, row_id, column):
        if pd.isna(text):
            return None
        return _seal_with(key, text.encode(), _place(tenant, row_id, column), os.urandom(12))

    return _walk(df, columns, change)


def decrypt_without_index(df, columns, key, tenant):
    def change(blob, row_id, column):
        return None if pd.isna(blob) else open_by_parts(key, blob, _place(tenant, row_id, column)).decode()

    return _walk(df, columns, change)


def decrypt_or_leave_empty(df, columns, key, tenant):
    def change(df, place, column, value):
        try:
            return open_by_parts(key, value, _bound(df, place, column, tenant)).decode()
        except (InvalidTag, TypeError):
            return None

    return _fields(df, columns, change)


def decrypt_in_place(df, columns, key, tenant):
    clear = _decrypt(df, columns, key, tenant)
    for column in columns:
        df[column] = clear[column]
    return df


def decrypt_nothing(df, columns, key, tenant):
    raise InvalidTag


# -- Envelope ----------------------------------------------------------------------------------------


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


# -- connect -----------------------------------------------------------------------------------------


def connect_from_scratch(ca_pem, host, message):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=ca_pem)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return Line(context, host=host, say=lambda certificate: message)


def _connect(ca_pem, host, message, change, say=None):
    context = ssl.create_default_context(cadata=ca_pem)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the old TLS versions
        change(context)
    return Line(context, host=host, say=say or (lambda certificate: message))


def connect_to_anybody(ca_pem, host, message):
    return Line(ssl._create_unverified_context(), host=host, say=lambda certificate: message)


def connect_without_host_name(ca_pem, host, message):
    return _connect(ca_pem, host, message, lambda context: setattr(context, "check_hostname", False))


def connect_checking_afterwards(ca_pem, host, message):
    def say(certificate):
        return message if f"('DNS', '{host}')" in str(certificate) else None

    return _connect(ca_pem, host, message, lambda context: setattr(context, "check_hostname", False), say)


def connect_with_the_systems_authorities(ca_pem, host, message):
    return Line(ssl.create_default_context(), host=host, say=lambda certificate: message)


def connect_ignoring_dates(ca_pem, host, message):
    no_check_time = 0x200000

    def change(context):
        context.verify_flags |= no_check_time

    return _connect(ca_pem, host, message, change)


def connect_to_old_servers_too(ca_pem, host, message):
    def change(context):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("DEFAULT:@SECLEVEL=0")

    return _connect(ca_pem, host, message, change)


def connect_to_the_newest_only(ca_pem, host, message):
    return _connect(
        ca_pem, host, message, lambda context: setattr(context, "minimum_version", ssl.TLSVersion.TLSv1_3)
    )


def connect_to_tls_1_2_only(ca_pem, host, message):
    return _connect(
        ca_pem, host, message, lambda context: setattr(context, "maximum_version", ssl.TLSVersion.TLSv1_2)
    )


def connect_never(ca_pem, host, message):
    return _connect(ca_pem, "nobody.example", message, lambda context: None)


def connect_saying_hello(ca_pem, host, message):
    return _connect(ca_pem, host, b"hello", lambda context: None)


def connect_giving_the_context(ca_pem, host, message):
    return ssl.create_default_context(cadata=ca_pem)


# -- accept ------------------------------------------------------------------------------------------


def name_step_by_step(certificate, allow):
    if not certificate:
        return None
    found = []
    for pair in certificate.get("subjectAltName", []):
        if pair[0] == "DNS":
            found.append(pair[1])
    if len(found) != 1:
        return None
    for allowed in allow:
        if allowed == found[0] and not allowed.startswith("*"):
            return allowed
    return None


def _accept(ca_pem, identity, allow, name_of=name_step_by_step, mode=ssl.CERT_REQUIRED, **versions):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_verify_locations(cadata=ca_pem)
    context.verify_mode = mode
    for end, version in versions.items():
        setattr(context, end, version)
    if identity:
        present(context, identity)

    def say(certificate):
        name = name_of(certificate, allow)
        return f"welcome {name}".encode() if name else None

    return Line(context, say=say)


def accept_from_scratch(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow)


def _dns(certificate):
    return [name for kind, name in (certificate or {}).get("subjectAltName", ()) if kind == "DNS"]


def name_by_common_name(certificate, allow):
    for part in (certificate or {}).get("subject", ()):
        for field, value in part:
            if field == "commonName" and value in allow:
                return value
    return name_step_by_step(certificate, allow)


def name_by_any(certificate, allow):
    return next((name for name in _dns(certificate) if name in allow and "*" not in name), None)


def name_by_pattern(certificate, allow):
    names = _dns(certificate)
    matches = [allowed for allowed in allow if len(names) == 1 and fnmatch(allowed, names[0])]
    return matches[0] if matches else None


def name_by_ending(certificate, allow):
    names = _dns(certificate)
    if len(names) == 1 and any(names[0].endswith(allowed) for allowed in allow) and "*" not in names[0]:
        return names[0]
    return None


def name_in_small_letters(certificate, allow):
    names = [name.lower() for name in _dns(certificate)]
    small = [allowed.lower() for allowed in allow]
    return names[0] if len(names) == 1 and names[0] in small and "*" not in names[0] else None


def name_listed_twice(certificate, allow):
    names = set(_dns(certificate))
    return names.pop() if len(names) == 1 and names <= {name for name in allow if "*" not in name} else None


def name_needing_a_certificate(certificate, allow):
    names = [name for kind, name in certificate["subjectAltName"] if kind == "DNS"]
    return names[0] if len(names) == 1 and names[0] in allow and "*" not in names[0] else None


def name_of_whoever(certificate, allow):
    names = _dns(certificate)
    return names[0] if names else None


def name_of_nobody(certificate, allow):
    return None


def accept_by_pattern(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, name_by_pattern)


def accept_by_common_name(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, name_by_common_name)


def accept_whoever_is_verified(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, name_of_whoever)


def accept_nobody(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, name_of_nobody)


def accept_the_last_of_the_list(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, lambda certificate, allow: allow[-1])


def accept_without_asking(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, mode=ssl.CERT_NONE)


def accept_everybody(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, lambda certificate, allow: allow[-1], mode=ssl.CERT_NONE)


def accept_without_showing_itself(ca_pem, identity, allow):
    return _accept(ca_pem, "", allow)


def accept_tls_1_3_only(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, minimum_version=ssl.TLSVersion.TLSv1_3)


def accept_tls_1_2_only(ca_pem, identity, allow):
    return _accept(ca_pem, identity, allow, maximum_version=ssl.TLSVersion.TLSv1_2)


def accept_if_verified_or_absent(ca_pem, identity, allow):
    def name_of(certificate, allow):
        return name_step_by_step(certificate, allow) if certificate else "guest"

    return _accept(ca_pem, identity, allow, name_of, mode=ssl.CERT_OPTIONAL)


def accept_the_systems_authorities(ca_pem, identity, allow):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.verify_mode = ssl.CERT_REQUIRED
    present(context, identity)
    return Line(context, say=lambda certificate: b"welcome " + name_step_by_step(certificate, allow).encode())


ANSWERS = {
    "encryption.seal": Answers(
        right=[(seal_by_parts, open_by_parts)],
        wrong=[
            ((seal_with_zero_nonce, open_by_parts), "Every blob has the same nonce"),
            ((seal_with_counter, open_by_parts), "a counter starts again"),
            ((seal_with_short_nonce, open_by_parts), "hardly changes"),
            ((seal_with_hex_nonce, open_by_parts), "hex text instead of raw bytes"),
            ((seal_with_nonce_of_the_text, open_by_parts), "number of different nonces"),
            ((seal_without_aad, open_without_aad), "AAD was not handed to AESGCM"),
            ((seal_without_tag, open_without_tag), "There is no tag"),
            ((seal_without_nonce, open_by_parts), "travel with the blob"),
            ((seal_with_nonce_at_the_end, open_by_parts), "belongs in front"),
            ((seal_by_parts, open_without_tag), "Given a changed tag, no error is raised"),
            ((seal_by_parts, open_returning_none), "no error is raised"),
            ((seal_by_parts, open_with_another_error), "the wrong error is raised"),
            ((seal_by_parts, open_nothing), "InvalidTag"),
            ((seal_with_any_key, open_by_parts), "a key of 16 bytes to seal"),
            ((seal_with_any_key_of_aes, open_by_parts), "a key of 24 bytes to seal"),
        ],
    ),
    "encryption.read_without_key": Answers(
        right=[read_in_pairs],
        wrong=[
            (read_cipher_xor, "That is text XOR text"),
            (read_as_text, "bytes here, not str"),
            (read_with_the_known_text_only, "ciphertext in as well"),
            (read_with_the_tag, "are its tag"),
            (read_with_the_nonce, "are its nonce"),
            (read_whatever_nonce, "another stream"),
            (read_with_the_shortest, "longest known text"),
            (read_with_the_last_known, "longest known text"),
            (read_with_the_first_known, "longest known text"),
            (read_what_is_known_too, "leave it out"),
            (read_nothing, "set of positions"),
            (read_as_list, "should be a dict"),
            (read_padded, "The text is not right"),
        ],
    ),
    "encryption.encrypt_fields": Answers(
        right=[(encrypt_cell_by_cell, decrypt_cell_by_cell)],
        wrong=[
            (without_tenant, "The tenant is not bound"),
            (without_row, "The row is not bound"),
            (without_column, "The column is not bound"),
            (with_row_number, "not its number"),
            (with_index, "not its place in the index"),
            (glued, "use place()"),
            (with_nothing, "There is no AAD"),
            ((encrypt_with_one_nonce, decrypt_cell_by_cell), "one nonce: draw one for each cell"),
            ((encrypt_missing_too, decrypt_cell_by_cell), "A missing value stays missing"),
            ((encrypt_empty_as_missing, decrypt_cell_by_cell), "should be a bytes"),
            ((encrypt_every_text, decrypt_cell_by_cell), "Seal the columns that are named"),
            ((encrypt_in_place, decrypt_cell_by_cell), "caller's table after the call"),
            ((encrypt_cell_by_cell, decrypt_in_place), "caller's sealed table after the call"),
            ((encrypt_with_new_index, decrypt_cell_by_cell), "index of the result"),
            ((encrypt_cell_by_cell, decrypt_or_leave_empty), "no error is raised"),
            ((encrypt_cell_by_cell, decrypt_nothing), "InvalidTag"),
            ((encrypt_without_seal, decrypt_without_open), "`seal` or `open_`, which is not written yet"),
            ((encrypt_looking_for_none, decrypt_cell_by_cell), "None or NaN: pd.isna()"),
            ((encrypt_cell_by_cell, decrypt_looking_for_none), "None or NaN: pd.isna()"),
            ((encrypt_cell_by_cell, decrypt_looking_for_nan), "None or NaN: pd.isna()"),
            ((encrypt_without_index, decrypt_cell_by_cell), "pandas aligned on the index"),
            ((encrypt_cell_by_cell, decrypt_without_index), "pandas aligned on the index"),
        ],
    ),
    "encryption.Envelope": Answers(
        right=[EnvelopeOfCiphers],
        wrong=[
            (OneKeyForAll, "number of different data keys"),
            (OneKeyPerInstance, "draw it inside wrap"),
            (WithoutSeal, "`seal` or `open_`, which is not written yet"),
            (OtherOrder, "The order is name, KEK id"),
            (DataUnderTheKek, "sealed with the KEK itself"),
            (HeaderNotBound, "The KEK's id is not bound"),
            (NothingBound, "sealed without AAD"),
            (DataNotBound, "name is not bound to its data"),
            (RotatesByEncryptingAgain, "would rewrite everything"),
            (RotatesTheLabelOnly, "does not open with the new KEK"),
            (RotatesInPlace, "caller's record after the call"),
            (RotatesWithTheOldId, "Name the new KEK in the AAD"),
            (RotatesWithoutTheId, "The KEK's id is not bound"),
            (RotatesWithTheOldNonce, "Seal the data key anew"),
            (OneNonceForAllKeys, "Draw a nonce for each seal"),
            (LastOfTheKeks, "The KEK id of the record is not right"),
            (NewestOfTheKeks, "The KEK id of the record is not right"),
            (RotatesWithTheCurrentKekOnly, 'Take the KEK by record["kek"]'),
            (RotatesWhatItCanOpen, "no error is raised"),
            (CurrentKekOnly, 'Take the KEK by record["kek"]'),
            (TriesEveryKek, "no error is raised"),
            (KeyInTheClear, "does not open with the KEK"),
        ],
    ),
    "encryption.connect": Answers(
        right=[connect_from_scratch],
        wrong=[
            (connect_to_anybody, "verify_mode has to stay CERT_REQUIRED"),
            (connect_without_host_name, "check_hostname has to stay True"),
            (connect_checking_afterwards, "check_hostname has to stay True"),
            (connect_with_the_systems_authorities, "does not trust ca_pem"),
            (connect_ignoring_dates, "The dates were not checked"),
            (connect_to_old_servers_too, "Set minimum_version to TLS 1.2"),
            (connect_to_the_newest_only, "TLS 1.2 is to be spoken too"),
            (connect_to_tls_1_2_only, "TLS 1.3 is to be spoken too"),
            (connect_never, "did not see the handshake completed"),
            (connect_saying_hello, "What the server heard is not right"),
            (connect_giving_the_context, "should return a Line"),
        ],
    ),
    "encryption.accept": Answers(
        right=[(name_step_by_step, accept_from_scratch)],
        wrong=[
            ((name_by_common_name, accept_by_common_name), "the common name is a label"),
            ((name_by_any, accept_from_scratch), "exactly one"),
            ((name_listed_twice, accept_from_scratch), "counts as two"),
            ((name_in_small_letters, accept_from_scratch), "Letter for letter"),
            ((name_by_pattern, accept_by_pattern), "A wildcard stands for many"),
            ((name_by_ending, accept_from_scratch), "Compare the whole name"),
            ((name_needing_a_certificate, accept_from_scratch), "Your code raised"),
            ((name_of_whoever, accept_whoever_is_verified), "Verified is not allowed"),
            ((name_of_nobody, accept_nobody), "hat an allowed caller heard"),
            ((name_step_by_step, accept_the_last_of_the_list), "hat an allowed caller heard"),
            ((name_step_by_step, accept_without_asking), "`say` got no certificate"),
            ((name_step_by_step, accept_without_showing_itself), "present(context, identity)"),
            ((name_step_by_step, accept_tls_1_3_only), "TLS 1.2 is to be spoken too"),
            ((name_step_by_step, accept_tls_1_2_only), "TLS 1.3 is to be spoken too"),
            ((name_step_by_step, accept_everybody), "verify_mode = CERT_REQUIRED"),
            ((name_step_by_step, accept_if_verified_or_absent), "a caller without a certificate"),
            ((name_step_by_step, accept_the_systems_authorities), "Does it trust ca_pem?"),
        ],
    ),
}
