"""Answers to `encryption.read_without_key`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from autograder.exercise import Answers, Wrong


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
    return {i: text.decode("utf-8", "replace") for i, text in read_in_pairs(blobs, known).items()}


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


def read_by_part_of_the_nonce(part):
    def read(blobs, known):
        found = {}
        for i, blob in enumerate(blobs):
            for j, text in known.items():
                if i not in known and blob[part] == blobs[j][part]:
                    mixed = (a ^ b ^ c for a, b, c in zip(blob[12:-16], blobs[j][12:-16], text, strict=False))
                    found[i] = max(found.get(i, b""), bytes(mixed), key=len)
        return found

    read.__name__ = f"read_by_bytes_{part.start}_to_{part.stop}"
    return read


def read_whole_texts_only(blobs, known):
    return {i: text for i, text in read_in_pairs(blobs, known).items() if len(text) == len(blobs[i]) - 28}


def read_unless_empty(blobs, known):
    return {i: text for i, text in read_in_pairs(blobs, known).items() if text}


def read_without_the_last_byte(blobs, known):
    return {i: text[: len(blobs[i]) - 29] for i, text in read_in_pairs(blobs, known).items()}


def read_needing_something_known(blobs, known):
    return read_in_pairs(blobs, known) if known else None


def read_all_but_one_known(blobs, known):
    return {
        i: text for i, text in read_in_pairs(blobs, dict(list(known.items())[1:])).items() if i not in known
    }


def read_from_the_second_on(blobs, known):
    return {i: text for i, text in read_in_pairs(blobs, known).items() if i > 0}


def read_without_the_last(blobs, known):
    return {i: text for i, text in read_in_pairs(blobs, known).items() if i < len(blobs) - 1}


def read_as_an_ordered_dict(blobs, known):
    """The same, as a subclass of dict, from the highest position to the lowest."""
    return OrderedDict(sorted(read_in_pairs(blobs, known).items(), reverse=True))


def read_padded(blobs, known):
    return {i: text.ljust(len(blobs[i]) - 28, b"\0") for i, text in read_in_pairs(blobs, known).items()}


def read_by_the_longest_stream(blobs, known):
    """A stream of no bytes is never longer than what is there."""
    useful = {i: text for i, text in known.items() if text}
    return {i: text for i, text in read_in_pairs(blobs, useful).items() if i not in known}


def read_clearing_the_known(blobs, known):
    found = read_in_pairs(blobs, known)
    known.clear()
    return found


def read_clearing_the_blobs(blobs, known):
    found = read_in_pairs(blobs, known)
    blobs.clear()
    return found


def read_as_utf_8(blobs, known):
    return {i: text.decode("utf-8", "replace").encode() for i, text in read_in_pairs(blobs, known).items()}


def read_without_zeros_at_the_end(blobs, known):
    return {i: text.rstrip(b"\0") for i, text in read_in_pairs(blobs, known).items()}


ANSWERS = Answers(
    right=[read_in_pairs, read_as_an_ordered_dict],
    wrong=[
        Wrong(read_cipher_xor, "reads", "That is text XOR text"),
        Wrong(read_as_text, "reads", "bytes here, not str"),
        Wrong(read_with_the_known_text_only, "reads", "ciphertext in as well"),
        Wrong(read_with_the_tag, "reads", "are its tag"),
        Wrong(read_with_the_nonce, "reads", "are its nonce"),
        Wrong(read_whatever_nonce, "finds", "another stream"),
        Wrong(read_with_the_shortest, "reads", "longest known text"),
        Wrong(read_with_the_last_known, "reads", "longest known text"),
        Wrong(read_with_the_first_known, "reads", "longest known text"),
        Wrong(read_what_is_known_too, "finds", "leave it out"),
        Wrong(read_nothing, "finds", "set of positions"),
        Wrong(read_as_list, "finds", "should be a dict"),
        Wrong(read_by_part_of_the_nonce(slice(0, 8)), "finds", "set of positions"),
        Wrong(read_by_part_of_the_nonce(slice(4, 12)), "finds", "set of positions"),
        Wrong(read_by_part_of_the_nonce(slice(0, 11)), "finds", "set of positions"),
        Wrong(read_from_the_second_on, "finds", "set of positions"),
        Wrong(read_without_the_last, "finds", "set of positions"),
        Wrong(read_whole_texts_only, "finds", "set of positions"),
        Wrong(read_unless_empty, "finds", "set of positions"),
        Wrong(read_without_the_last_byte, "reads", "The text is not right"),
        Wrong(read_needing_something_known, "finds", "should be a dict"),
        Wrong(read_all_but_one_known, "finds", "set of positions"),
        Wrong(read_by_the_longest_stream, "finds", "A known text may be empty"),
        Wrong(read_clearing_the_known, "finds", "Leave both as they are"),
        Wrong(read_clearing_the_blobs, "finds", "Leave both as they are"),
        Wrong(read_as_utf_8, "reads", "The text is not right"),
        Wrong(read_without_zeros_at_the_end, "reads", "The text is not right"),
        Wrong(read_padded, "reads", "The text is not right"),
    ],
)

EQUIVALENT = {
    "xor(blobs[position][12:], text) → xor(text, blobs[position][12:])": "XOR does not ask for an order",
    "xor(blob[12:-16], streams[blob[:12]]) → xor(streams[blob[:12]], blob[12:-16])": "XOR asks for no order",
    "max(streams.get(nonce, b''), stream, key=len) → max(streams.get(nonce, b''), stream)": (
        "of the streams of one nonce each is the beginning of the next: the longest is the largest"
    ),
}
