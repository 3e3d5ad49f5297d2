"""Answers to `implementation.redact`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import base64
import re

from autograder.exercise import Answers, Wrong

SECRET_WORDS = {"password", "secret", "token", "authorization", "cookie"}


SECRET_TEXT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|Bearer [\w.~+/-]+=*|\b(?:sk|ghp|AKIA)[-_]?[A-Za-z0-9]{16,}"
)


REDACTED = "[redacted]"


def _words(key):
    return any(word in SECRET_WORDS for word in re.split(r"[\W_]+", key.lower()))


def _coded(text):
    return bool(SECRET_TEXT.search(_decoded(text)))


def _decoded(text):
    if len(text) < 16 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", text) or len(text) % 4:
        return ""
    try:
        return str(base64.b64decode(text), "utf-8")
    except UnicodeDecodeError:
        return ""


def _redact(value, *, words=_words, coded=_coded, deep=True, raw="utf-8", whole=False, count=0,
            pattern=SECRET_TEXT):  # fmt: skip
    """With a stack of work instead of recursion into texts. The switches are what wrong answers leave out."""

    def again(item):
        return _redact(
            item, words=words, coded=coded, deep=deep, raw=raw, whole=whole, count=count, pattern=pattern
        )

    match value:
        case dict():
            items = value.items()
            return {key: REDACTED if words(key) else again(item) for key, item in items}
        case list() | tuple() if deep:
            return type(value)([again(item) for item in value])
        case bytes() if raw:
            text = value.decode(raw, "replace")
            return again(text).encode(raw) if text.encode(raw, "replace") == value else value
        case str() if coded(value):
            return REDACTED
        case str():
            return REDACTED if whole and SECRET_TEXT.search(value) else pattern.sub(REDACTED, value, count)
    return value


def redact_by_cases(record):
    return _redact(record)


def redact_nothing(record):
    return record


def redact_everything(record):
    return dict.fromkeys(record, REDACTED)


def redact_by_letters(record):
    return _redact(record, words=lambda key: any(word in key.lower() for word in SECRET_WORDS))


def redact_small_letters_only(record):
    return _redact(record, words=lambda key: bool(SECRET_WORDS & set(re.split("[^A-Za-z0-9]+", key))))


def redact_by_word_characters(record):
    return _redact(record, words=lambda key: bool(SECRET_WORDS & set(re.split(r"\W+", key.lower()))))


def redact_without_tuples(record):
    if isinstance(record, dict):
        return {key: REDACTED if _words(key) else redact_without_tuples(item) for key, item in record.items()}
    if isinstance(record, list):
        return [redact_without_tuples(item) for item in record]
    return record if isinstance(record, tuple) else _redact(record)


def redact_texts_under_keys_only(record):
    def again(value, secret=False):
        if isinstance(value, dict):
            return {key: again(item, _words(key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(again(item) for item in value)
        return REDACTED if secret and isinstance(value, str) else _redact(value)

    return again(record)


def redact_keys_too(record):
    def again(value):
        if isinstance(value, dict):
            return {SECRET_TEXT.sub(REDACTED, key): again(item) for key, item in value.items()}
        return type(value)(map(again, value)) if isinstance(value, list | tuple) else value

    return again(_redact(record))


def redact_dicts_only(record):
    return _redact(record, deep=False)


def redact_whole_texts(record):
    return _redact(record, whole=True)


def redact_without_bytes(record):
    return _redact(record, raw="")


def redact_without_base64(record):
    return _redact(record, coded=lambda text: False)


def redact_all_base64(record):
    return _redact(record, coded=lambda text: bool(re.fullmatch(r"[A-Za-z0-9+/]{16,}={0,2}", text)))


def redact_matching_the_beginning(record):
    return _redact(record, coded=lambda text: _coded(text) and bool(_at_the_beginning(text)))


def _at_the_beginning(text):
    return SECRET_TEXT.match(_decoded(text))


def redact_texts_from_the_beginning(record):
    if isinstance(record, dict):
        again = redact_texts_from_the_beginning
        return {key: REDACTED if _words(key) else again(item) for key, item in record.items()}
    if isinstance(record, list | tuple):
        return type(record)(map(redact_texts_from_the_beginning, record))
    return record if isinstance(record, str) and not SECRET_TEXT.match(record) else _redact(record)


def redact_in_place(record):
    redacted = _redact(record)
    record.clear()
    record.update(redacted)
    return record


def redact_first_secrets_only(record):
    return _redact(record, count=1)


def redact_what_is_between_too(record):
    greedy = f"(?:{SECRET_TEXT.pattern})(?:.*(?:{SECRET_TEXT.pattern}))?"
    return _redact(record, pattern=re.compile(greedy))


def redact_letters_from_a_to_z(record):
    return _redact(record, words=lambda key: bool(SECRET_WORDS & set(re.findall("[a-z0-9]+", key.lower()))))


def redact_ascii_bytes(record):
    return _redact(record, raw="ascii")


def redact_any_bytes(record):
    return _redact(record, raw="latin-1")


def redact_base64_of_texts_only(record):
    if isinstance(record, dict):
        again = redact_base64_of_texts_only
        return {key: REDACTED if _words(key) else again(item) for key, item in record.items()}
    if isinstance(record, list | tuple):
        return type(record)(map(redact_base64_of_texts_only, record))
    return _redact(record, coded=lambda text: False) if isinstance(record, bytes) else _redact(record)


def redact_matches_inside_base64(record):
    """Keeps what is around the secret in the base64."""
    if isinstance(record, dict):
        again = redact_matches_inside_base64
        return {key: REDACTED if _words(key) else again(item) for key, item in record.items()}
    if isinstance(record, list | tuple):
        return type(record)(map(redact_matches_inside_base64, record))
    if isinstance(record, str) and _coded(record):
        return base64.b64encode(SECRET_TEXT.sub(REDACTED, _decoded(record)).encode()).decode()
    return _redact(record)


def redact_with_sorted_keys(record):
    redacted = _redact(record)
    return dict(sorted(redacted.items()))


def redact_tuples_to_lists(record):
    def again(value):
        if isinstance(value, dict):
            return {key: again(item) for key, item in value.items()}
        return list(map(again, value)) if isinstance(value, list | tuple) else value

    return again(_redact(record))


def redact_numbers_to_texts(record):
    def again(value):
        if isinstance(value, dict):
            return {key: again(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(map(again, value))
        return str(value) if type(value) is float else value

    return again(_redact(record))


def redact_true_to_one_in_place(record):
    """Leaves a record that is equal, and not the same: True has become 1."""
    redacted = _redact(record)
    for key, value in record.items():
        if type(value) is tuple and value[:1] == (True,):
            record[key] = (1, *value[1:])
    return redacted


def redact_at_the_usual_marks(record):
    return _redact(record, words=lambda key: bool(SECRET_WORDS & set(re.split(r"[-_ .]+", key.lower()))))


def redact_double_base64(record):
    return _redact(record, coded=lambda text: _coded(text) or _coded(_decoded(text)))


def redact_base64_for_urls(record):
    return _redact(record, coded=lambda text: _coded(text.replace("-", "+").replace("_", "/")))


def redact_base64_with_blanks(record):
    return _redact(record, coded=lambda text: _coded(text.strip()))


ANSWERS = Answers(
    right=[redact_by_cases],
    wrong=[
        Wrong(redact_nothing, "copy", "Not one secret was replaced"),
        Wrong(redact_everything, "keys", "has changed"),
        Wrong(redact_by_letters, "keys", "not by letters inside one"),
        Wrong(redact_small_letters_only, "keys", "without regard to capitals"),
        Wrong(redact_by_word_characters, "keys", "An underscore ends a word too"),
        Wrong(redact_without_tuples, "keys", "A tuple may hold secrets too"),
        Wrong(redact_texts_under_keys_only, "keys", "Whatever stands under a secret key is replaced"),
        Wrong(redact_keys_too, "texts", "The list of keys at record"),
        Wrong(redact_dicts_only, "keys", "A secret is still there"),
        Wrong(redact_whole_texts, "texts", "something else than it should"),
        Wrong(
            redact_without_bytes,
            "bytes",
            "Bytes that are UTF-8 are treated as their text",
            also=("Bytes may be base64 as well: treat them as their text.",),
        ),
        Wrong(redact_without_base64, "base64", "Ask inside(text) about every text"),
        Wrong(redact_matching_the_beginning, "base64", "match at the beginning only"),
        Wrong(redact_texts_from_the_beginning, "texts", "match at the beginning only"),
        Wrong(redact_all_base64, "base64", "Base64 is no secret by itself"),
        Wrong(redact_first_secrets_only, "texts", "A text may hold several secrets"),
        Wrong(redact_what_is_between_too, "texts", "keep what stands between them"),
        Wrong(redact_letters_from_a_to_z, "keys", "A letter is a letter in every language"),
        Wrong(redact_ascii_bytes, "bytes", "decode with utf-8"),
        Wrong(redact_any_bytes, "bytes", "Bytes that are not UTF-8 stay"),
        Wrong(redact_base64_of_texts_only, "base64", "Bytes may be base64 as well"),
        Wrong(redact_matches_inside_base64, "base64", "something else than it should"),
        Wrong(redact_with_sorted_keys, "keys", "The list of keys at record"),
        Wrong(redact_tuples_to_lists, "keys", "The type at record"),
        Wrong(redact_numbers_to_texts, "keys", "A value that is no secret has changed"),
        Wrong(redact_true_to_one_in_place, "copy", "do not write into those that you were given"),
        Wrong(redact_at_the_usual_marks, "keys", "A word ends at everything but letters and digits"),
        Wrong(redact_double_base64, "base64", "Base64 is no secret by itself"),
        Wrong(redact_base64_for_urls, "base64", "of the text as it is"),
        Wrong(redact_base64_with_blanks, "base64", "of the text as it is"),
        Wrong(redact_in_place, "copy", "do not write into those that you were given"),
    ],
)


#: Changes of the solution that nobody could tell from it.
EQUIVALENT = {
    "try: return redact(record.decode()).encode(); except UnicodeDecodeError: return record → "
    "try: return redact(record.decode()).encode(); except UnicodeDecodeError: pass": "the last line returns "
    "the record all the same",
}
