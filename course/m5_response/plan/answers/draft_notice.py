"""Answers to `plan.draft_notice`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial, update_wrapper
from zoneinfo import ZoneInfo

from autograder.exercise import Answers, Wrong


def named(function, name, **slip):
    """`function` with a slip, under a name of its own."""
    answer = update_wrapper(partial(function, **slip), function)
    answer.__name__ = name
    return answer


FIELDS = {
    "authority": ["reference", "aware", "what", "data", "affected", "consequences", "measures", "contact"],
    "people": ["what", "data", "consequences", "measures", "contact"],
    "press": ["what", "measures", "contact"],
}


WORDS = [
    "allegedly", "apparently", "believe", "could", "maybe", "might", "perhaps",
    "possibly", "presumably", "probably", "seems", "suspect",
]  # fmt: skip


def _swept(text, values, any_case=True):
    """`text` with `values` withheld, without regular expressions: at each place the first that fits."""
    low = str.lower if any_case else str
    swept, at = "", 0
    while at < len(text):
        fit = next((v for v in values if v and low(text[at : at + len(v)]) == low(v)), None)
        swept += "[withheld]" if fit else text[at]
        at += len(fit or "1")
    return swept


def _swept_again(text, values):
    """One value after the other: a value may stand in the replacement of one before."""
    for value in filter(None, values):
        text = re.sub(re.escape(value), "[withheld]", text, flags=re.IGNORECASE)
    return text


def _guesses(sentence, forget):
    if forget == "substring":
        return any(word in sentence.lower() for word in WORDS)
    letters = sentence if forget == "letter case" else sentence.lower()
    if forget == "signs":
        return any(word in WORDS for word in letters.split())
    if forget == "spaces":
        return any(f" {word} " in letters for word in WORDS)
    words = "".join(letter if letter.isalnum() else " " for letter in letters).split()
    return forget != "guesses" and any(word in WORDS for word in words)


def notice_word_by_word(facts, audience, forget=""):
    if audience not in FIELDS:
        if forget != "audience":
            raise ValueError(audience)
        audience = "authority"
    values = [value for record in facts["records"] for value in record.values()]
    values.sort(key=len, reverse=forget != "shortest first")
    text = ""
    for field in FIELDS["authority" if forget == "same for all" else audience]:
        value = facts[field]
        if isinstance(value, datetime):
            zone = UTC if forget == "utc" else ZoneInfo(facts["zone"])
            value = value.astimezone(zone).strftime("%Y-%m-%dT%H:%M%z")
            value = f"{value[:-2]}:{value[-2:]}"
        if isinstance(value, list) and forget == "delete guesses":
            value = [sentence for sentence in value if not _guesses(sentence, forget)]
        if isinstance(value, list):
            value = ["[check] " * _guesses(sentence, forget) + sentence for sentence in value]
            if forget == "drop sentences":
                low = [v.lower() for v in values]
                value = [s for s in value if not any(v in s.lower() for v in low)]
            value = " ".join(value) or (None if forget != "empty" else "")
        if forget == "falsy":
            value = value or None
        if value is None and forget != "None":
            value = "not yet known"
        text += f"{field}: {value}\n"
    late = facts["sent"] >= facts["due"] if forget == "on time is late" else facts["sent"] > facts["due"]
    if late and facts["delay_reason"] is None and forget == "reason for all":
        raise ValueError("why late?")
    if facts["delay_reason"] is None and audience == "authority" and forget == "reason always":
        raise ValueError("why late?")
    if forget == "late by a minute":
        late = facts["sent"] >= facts["due"] + timedelta(minutes=1)
    if (audience == "authority" or forget == "delay for all") and late and forget != "no delay":
        if facts["delay_reason"] is None and forget != "no reason":
            raise ValueError("why late?")
        text += f"delay: {facts['delay_reason']}\n"
    if forget == "leak":
        return text
    if forget == "one after another":
        return _swept_again(text, values).strip()
    if forget == "first record":
        values = list(facts["records"][0].values()) if facts["records"] else []
    if forget == "names only":
        values = sorted((record["name"] for record in facts["records"]), key=len, reverse=True)
    return _swept(text, values, any_case=forget != "case of records").strip()


def notice_by_pattern(
    facts, audience, bound="", escape=re.escape, timespec="minutes", whole=True, word=r"\b({})\b", empty=False
):
    """One pattern for all values; without `whole`, only the sentences are swept."""
    guess = re.compile(word.format("|".join(WORDS)), re.IGNORECASE)
    values = sorted({v for record in facts["records"] for v in record.values()}, key=len, reverse=True)
    values = values if empty == "values" else [value for value in values if value]
    private = re.compile("|".join(f"{bound}{escape(value)}{bound}" for value in values), re.IGNORECASE)
    if audience not in FIELDS:
        raise ValueError(audience)

    def swept(text):
        return private.sub("[withheld]", text) if values or empty else text

    lines = []
    for field in FIELDS[audience]:
        value = facts[field]
        if field == "aware":
            value = value.astimezone(ZoneInfo(facts["zone"])).isoformat(timespec=timespec)
        elif isinstance(value, list):
            value = " ".join(guess.sub(r"\g<0>", s) if not guess.search(s) else f"[check] {s}" for s in value)
            value = (value if whole else swept(value)) or None
        lines.append(f"{field}: {'not yet known' if value is None else value}")
    if audience == "authority" and facts["sent"] > facts["due"]:
        if not facts["delay_reason"]:
            raise ValueError("why late?")
        lines.append(f"delay: {facts['delay_reason']}")
    notice = "\n".join(lines)
    return swept(notice) if whole else notice


def notice_in_reverse(facts, audience):
    return "\n".join(notice_word_by_word(facts, audience).split("\n")[::-1])


def notice_all_withheld(facts, audience):
    return "\n".join(f"{field}: [withheld]" for field in FIELDS[audience])


def slip(forget, part, told):
    """The wrong answer that forgets one thing."""
    return Wrong(named(notice_word_by_word, forget.replace(" ", "_"), forget=forget), part, told)


def pattern(name, part, told, **slip):
    return Wrong(named(notice_by_pattern, name, **slip), part, told)


ANSWERS = Answers(
    right=[notice_word_by_word, notice_by_pattern],
    wrong=[
        slip("same for all", "fields", "Each audience has its own template"),
        slip("utc", "fields", "Give the time in facts['zone']"),
        slip("audience", "fields", "no error is raised"),
        slip("None", "unknown", "the reader should not see None"),
        slip("empty", "unknown", "without a sentence is not yet known"),
        slip("falsy", "unknown", "Zero is known"),
        slip("guesses", "speculation", "A guess has no mark"),
        slip("delete guesses", "speculation", "Nothing is deleted"),
        slip("letter case", "speculation", "ignore the letter case"),
        slip("substring", "speculation", "Whole words only"),
        slip("signs", "speculation", "A comma or full stop belongs to no word"),
        slip("spaces", "speculation", "A comma or full stop belongs to no word"),
        pattern("left_open", "speculation", "a word begins where it begins", word=r"({})\b"),
        pattern("right_open", "speculation", "a word ends where it ends", word=r"\b({})"),
        slip("leak", "victims", "sweep the finished text"),
        slip("names only", "victims", "not the name alone"),
        slip("first record", "victims", "is not right"),
        slip("case of records", "victims", "other letter case"),
        slip("shortest first", "victims", "Longer values first"),
        slip("one after another", "victims", "Replace in one pass"),
        slip("drop sentences", "victims", "keep the sentence around it"),
        pattern("whole_words_swept", "victims", "need not begin or end with a letter", bound=r"\b"),
        pattern("names_as_patterns", "victims", "A name is not a pattern", escape=str),
        pattern("empty_values_swept", "victims", "lacks the line", empty="values"),
        pattern("no_records_swept", "unknown", "lacks the line", empty="records"),
        pattern("sentences_swept", "victims", "is not right", whole=False),
        pattern("seconds_too", "fields", "to the minute, without seconds", timespec="seconds"),
        slip("no delay", "late", "gives its reason"),
        slip("no reason", "late", "stop here, not at the authority"),
        slip("on time is late", "late", "At the due minute it is not late yet"),
        slip("late by a minute", "late", "gives its reason"),
        slip("delay for all", "late", "belongs in a late notice to the authority"),
        slip("reason for all", "late", "belongs in a late notice to the authority"),
        slip("reason always", "late", "belongs in a late notice to the authority"),
        Wrong(notice_in_reverse, "fields", "in the order of the template"),
        Wrong(
            notice_all_withheld,
            "fields",
            "is not right",
            also=("A late notice to the authority gives its reason.",),
        ),
    ],
)
