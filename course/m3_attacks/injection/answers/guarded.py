"""Answers to `injection.guarded`: other right ones, and wrong ones with what each must be told."""

from autograder.exercise import Answers, Wrong

from ..assistant import understand as older
from ..assistant import undo


def by_author(message, documents, understand):
    found = {True: [], False: []}
    for kind, text in [*message, *(("document", each) for each in documents)]:
        found[kind == "typed"] += understand(text)
    return {"refused": found[False], "do": found[True]}


def typed_together(message, documents, understand):
    typed = "\n".join(text for kind, text in message if kind == "typed")
    rest = [text for kind, text in message if kind != "typed"] + documents
    return {"do": understand(typed), "refused": [call for text in rest for call in understand(text)]}


def trusts_everything(message, documents, understand):
    return {
        "do": [call for text in [*(text for _, text in message), *documents] for call in understand(text)],
        "refused": [],
    }


def does_nothing(message, documents, understand):
    result = by_author(message, documents, understand)
    return {"do": [], "refused": result["do"] + result["refused"]}


def word_filter(message, documents, understand):
    bad = ("send", "forward", "mail", "mark", "downgrade", "delete", "erase", "wipe", "remove")
    rest = [text for kind, text in message if kind != "typed"] + documents
    clean = [text for text in rest if not any(word in undo(text).lower() for word in bad)]
    typed = [text for kind, text in message if kind == "typed"]
    return {
        "do": [call for text in typed + clean for call in understand(text)],
        "refused": [call for text in rest if text not in clean for call in understand(text)],
    }


def by_tool(message, documents, understand):
    result = by_author(message, documents, understand)
    tools = {call["tool"] for call in result["do"]}
    allowed = [call for call in result["refused"] if call["tool"] in tools]
    return {
        "do": result["do"] + allowed,
        "refused": [call for call in result["refused"] if call not in allowed],
    }


def message_is_the_users(message, documents, understand):
    return {
        "do": [call for _, text in message for call in understand(text)],
        "refused": [call for text in documents for call in understand(text)],
    }


def only_pasted_is_foreign(message, documents, understand):
    return by_author(
        [("pasted" if kind == "pasted" else "typed", text) for kind, text in message], documents, understand
    )


def kinds_without_case(message, documents, understand):
    return by_author([(kind.lower(), text) for kind, text in message], documents, understand)


def first_typed_only(message, documents, understand):
    typed = [part for part in message if part[0] == "typed"][:1]
    return by_author(typed + [part for part in message if part[0] != "typed"], documents, understand)


def no_calls_that_a_document_wants_too(message, documents, understand):
    result = by_author(message, documents, understand)
    return result | {"do": [call for call in result["do"] if call not in result["refused"]]}


def nothing_reported(message, documents, understand):
    return by_author(message, documents, understand) | {"refused": []}


def first_document_only(message, documents, understand):
    return by_author(message, documents[:1], understand) | {
        "refused": by_author([part for part in message if part[0] != "typed"], [], understand)["refused"]
    }


def effects_reported(message, documents, understand):
    result = by_author(message, documents, understand)
    return result | {"refused": [call for call in result["refused"] if call["tool"] != "read"]}


def each_once(message, documents, understand):
    result = by_author(message, documents, understand)
    return {
        name: [call for i, call in enumerate(calls) if call not in calls[:i]]
        for name, calls in result.items()
    }


def documents_first(message, documents, understand):
    result = by_author(message, documents, understand)
    rest = documents + [text for kind, text in message if kind != "typed"]
    return result | {"refused": [call for text in rest for call in understand(text)]}


def empties_the_message(message, documents, understand):
    result = by_author(message, documents, understand)
    message.clear()
    return result


def _by(own):
    """Right but for the question whose a part is."""

    def guarded(message, documents, understand):
        parts = [("typed" if own(kind) else "other", text) for kind, text in message]
        return by_author(parts, documents, understand)

    return guarded


def by_the_opening(message, documents, understand):
    parts = [
        ("typed" if text.lower().startswith(("please ", "summ", "what does", "could you")) else "other", text)
        for _, text in message
    ]
    return by_author(parts, documents, understand)


def nothing_under_attack(message, documents, understand):
    result = by_author(message, documents, understand)
    if any(call not in result["do"] and call["tool"] != "read" for call in result["refused"]):
        result["do"] = []
    return result


def no_tool_that_others_want(message, documents, understand):
    result = by_author(message, documents, understand)
    wanted = {call["tool"] for call in result["refused"] if call not in result["do"]}
    return result | {"do": [call for call in result["do"] if call["tool"] not in wanted]}


def reading_is_harmless(message, documents, understand):
    result = by_author(message, documents, understand)
    reads = [call for call in result["refused"] if call["tool"] == "read" and call not in result["do"]]
    return result | {"do": result["do"] + reads}


def user_lines_are_the_users(message, documents, understand):
    result = by_author(message, documents, understand)
    for text in [*(text for kind, text in message if kind != "typed"), *documents]:
        for line in text.split("\n"):
            if line.startswith("User:"):
                result["do"] += understand(line)
    return result


def what_the_user_wants_too(message, documents, understand):
    result = by_author(message, documents, understand)
    return result | {"do": result["do"] + [call for call in result["refused"] if call in result["do"]]}


def parts_backwards(message, documents, understand):
    rest = [text for kind, text in message[::-1] if kind != "typed"] + documents
    return by_author(message, documents, understand) | {
        "refused": [call for text in rest for call in understand(text)]
    }


def documents_backwards(message, documents, understand):
    return by_author(message, documents[::-1], understand)


def two_documents(message, documents, understand):
    return by_author(message, documents[:2], understand)


def last_other_part_only(message, documents, understand):
    rest = [part for part in message if part[0] != "typed"][-1:]
    return by_author([part for part in message if part[0] == "typed"] + rest, documents, understand)


def refused_once(message, documents, understand):
    result = by_author(message, documents, understand)
    refused = result["refused"]
    return result | {"refused": [call for i, call in enumerate(refused) if call not in refused[:i]]}


def one_key_more(message, documents, understand):
    return by_author(message, documents, understand) | {"log": []}


def an_older_assistant(message, documents, understand):
    result = by_author(message, documents, understand)
    return result | {"do": [call for kind, text in message if kind == "typed" for call in older(text)]}


NAMED = ("pasted", "file name", "subject", "Typed")


ANSWERS = Answers(
    right=[by_author, typed_together],
    wrong=[
        Wrong(trusts_everything, "stops", "attacks that had an effect"),
        Wrong(does_nothing, "stops", "honest tasks"),
        Wrong(word_filter, "stops", "attacks that had an effect"),
        Wrong(by_tool, "stops", "whole calls"),
        Wrong(message_is_the_users, "stops", "somebody else's text"),
        Wrong(only_pasted_is_foreign, "stops", "somebody else's text"),
        Wrong(kinds_without_case, "stops", "somebody else's text"),
        Wrong(first_typed_only, "works", "honest tasks done"),
        Wrong(no_calls_that_a_document_wants_too, "works", "honest tasks done"),
        Wrong(nothing_reported, "reports", "refused"),
        Wrong(first_document_only, "reports", "refused"),
        Wrong(effects_reported, "reports", "Reading counts"),
        Wrong(each_once, "works", "honest tasks done", also=("Each call as often as it was asked for.",)),
        Wrong(documents_first, "reports", "refused"),
        Wrong(by_the_opening, "stops", "somebody else's text"),
        Wrong(_by(lambda kind: "typed" in kind), "stops", "somebody else's text"),
        Wrong(_by(lambda kind: kind.startswith("typed")), "stops", "somebody else's text"),
        Wrong(_by(lambda kind: kind.strip() == "typed"), "stops", "somebody else's text"),
        Wrong(_by(lambda kind: kind in "typed"), "stops", "somebody else's text"),
        Wrong(_by(lambda kind: kind[:1] == "t"), "stops", "somebody else's text"),
        Wrong(_by(lambda kind: kind not in NAMED), "stops", "somebody else's text"),
        Wrong(nothing_under_attack, "works", "honest tasks done"),
        Wrong(no_tool_that_others_want, "works", "honest tasks done"),
        Wrong(reading_is_harmless, "stops", "attacks that had an effect"),
        Wrong(user_lines_are_the_users, "stops", "attacks that had an effect"),
        Wrong(what_the_user_wants_too, "stops", "one too many"),
        Wrong(parts_backwards, "reports", "refused"),
        Wrong(documents_backwards, "reports", "refused"),
        Wrong(two_documents, "reports", "refused"),
        Wrong(last_other_part_only, "reports", "refused"),
        Wrong(refused_once, "reports", "as often"),
        Wrong(an_older_assistant, "works", "honest tasks done"),
        Wrong(one_key_more, "inputs", "lists"),
        Wrong(empties_the_message, "inputs", "changed the message"),
    ],
)
