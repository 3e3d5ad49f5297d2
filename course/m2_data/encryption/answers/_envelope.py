"""A right envelope whose steps can be spoiled one by one: most wrong answers to `Envelope` are made of it."""

from __future__ import annotations

import os

from ..material import place_of
from .seal import open_by_parts, seal_with


class Spoilable:
    """A right one whose steps can be spoiled one by one."""

    def __init__(self, keks, current):
        self.keks, self.current = keks, current

    def new_key(self):
        return os.urandom(32)

    def key_context(self, name, kek):
        return place_of(name, kek)

    def data_context(self, name):
        return place_of(name)

    def key_nonce(self):
        return os.urandom(12)

    def data_nonce(self):
        return os.urandom(12)

    def opened(self, kek, name, record):
        return open_by_parts(self.keks[kek], record["key"], self.key_context(name, kek))

    def open_key(self, name, record):
        return self.opened(record["kek"], name, record)

    def wrap(self, name, data):
        key = self.new_key()
        return self.record(name, key, seal_with(key, data, self.data_context(name), self.data_nonce()))

    def unwrap(self, name, record):
        return open_by_parts(self.open_key(name, record), record["data"], self.data_context(name))

    def rotate(self, name, record):
        return self.record(name, self.open_key(name, record), record["data"])

    def record(self, name, key, sealed):
        bound = self.key_context(name, self.current)
        wrapped = seal_with(self.keks[self.current], key, bound, self.key_nonce())
        return {"kek": self.current, "key": wrapped, "data": sealed}

    def rotate_with(self, name, record, bound, nonce):
        key = seal_with(self.keks[self.current], self.open_key(name, record), bound, nonce)
        return {"kek": self.current, "key": key, "data": record["data"]}


def spoiled(name, **steps):
    """The right one with other steps."""
    return type(name, (Spoilable,), steps)
