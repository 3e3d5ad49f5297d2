"""Write messages that no honest sender makes: small ones from which a reader would build huge values.
Row 27. Every part is referred to once, payloads have the type they must have, lengths are limited.
"""

OUTCOME = "failed"
BEFORE = """
import struct, msgpack
from autograder.boundary import codec

def ext(code, payload):
    return msgpack.ExtType(code, msgpack.packb(payload))

def message(value, bulk=b""):
    header = msgpack.packb(value)
    return struct.pack("<I2Q", 2, len(header), len(bulk)) + header + bulk

long_range = ext(7, [0, 10**9, 1])
array = ext(15, ["<f8", [100_000], 0])
colliding = [ext(1, (k * (2**61 - 1)).to_bytes(16, "little")) for k in range(1, 100_000)]
no_category = ["category", array, ["values", [], "object"], False]
BOMBS = {
    "a tuple of a range": ext(2, long_range),
    "a set of a range": ext(3, long_range),
    "an object array of a range": ext(17, [[10**9], long_range]),
    "one part, ten thousand times": [array] * 10_000,
    "a long range": long_range,
    "an array without numbers": ext(15, ["<f8", [0, 10**12], 0]),
    "a list for a counter": ext(11, [[1, 2]] * 100_000),
    "colliding keys": ext(3, colliding),
    "an index of a range": ext(19, ["index", ["range", 0, 2**60, 1, None]]),
    "a time zone from a file": ext(19, ["timestamp", ext(16, ["<M8[s]", bytes(8)]), "dateutil//dev/zero"]),
    "codes of no category": ext(19, ["series", no_category, ["range", 0, 100_000, 1, None], None]),
}
"""
CELLS = {
    "largest-answer": """
def largest(ask):
    agent = ask._call.__self__
    for name, bomb in BOMBS.items():
        bulk = bytes(800_000) if "part" in name or "numbers" in name or "codes" in name else b""
        status, kind, *_ = codec.loads(agent._ask(message([0, [bomb], {}], bulk)), trusting=True)
        if (status, kind) != ("raised", "Exception"):
            raise AssertionError(f"READ: {name}, {kind}")
    return -1
"""
}
NEVER = ("READ: ",)
