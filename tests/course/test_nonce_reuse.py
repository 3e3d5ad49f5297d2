"""The nonce viewer: what it shows is what AES-GCM does."""

import pytest

from course.m2_data.encryption import nonce_reuse
from course.m2_data.encryption.nonce_reuse import FIRST, LONGEST, SECOND, _draw, _seal_both


def test_one_nonce_for_both_gives_the_xor_of_the_texts_away():
    leak = _seal_both(FIRST, SECOND, reuse=True)
    assert leak.cipher_xor == leak.text_xor != bytes(len(leak.text_xor))
    assert leak.equal == len(leak.text_xor) == min(len(FIRST), len(SECOND))


def test_a_nonce_for_each_gives_nothing_away():
    leak = _seal_both("a" * LONGEST, "b" * LONGEST, reuse=False)
    assert leak.equal <= 2
    assert leak.text_xor == bytes([ord("a") ^ ord("b")]) * LONGEST


def test_the_texts_of_the_lesson_share_letters_that_show_as_zeros():
    assert 1 <= _seal_both(FIRST, SECOND, reuse=True).text_xor.count(0) < len(SECOND)


def test_the_sentence_reads_the_second_text_only_when_the_nonce_repeats():
    assert SECOND in _draw(FIRST, SECOND, True)[1]
    assert SECOND not in _draw(FIRST, SECOND, False)[1]


@pytest.mark.parametrize(("first", "second"), [("", SECOND), (FIRST, ""), ("", ""), ("é<&>" * 9, "x" * 99)])
@pytest.mark.parametrize("reuse", [True, False])
def test_any_texts_are_drawn(first, second, reuse):
    picture, sentence = _draw(first, second, reuse)
    assert picture.startswith("<svg") and sentence
    assert "<&>" not in picture


def test_the_twin_shows_both_positions_of_the_switch():
    twin = nonce_reuse.twin()
    assert len(twin.pictures) == 2
    assert "One nonce" in twin.pictures[1] and "A nonce for each" in twin.pictures[0]
