"""Answers to `injection.twin_report`: another right one, and wrong ones with what each must be told."""

from autograder.exercise import Answers, Wrong

from ..checks.twin_report import OF_VULNERABLE


def by_sets(vulnerable, hardened, payloads, tasks):
    pairs = [(text, bool(vulnerable(text)), bool(hardened(text))) for text in payloads]
    live = [pair for pair in pairs if pair[1] or pair[2]]
    stopped = [text for text, _, fires in live if not fires]
    return {
        "rate": None if not live else len(stopped) / len(live),
        "stopped": stopped,
        "through": [text for text, _, fires in live if fires],
        "inert": [pair[0] for pair in pairs if pair not in live],
        "broken": [task for task in tasks if (vulnerable(task), hardened(task)) == (True, False)],
    }


def blocks_what_does_not_fire(vulnerable, hardened, payloads, tasks):
    stopped = [text for text in payloads if not hardened(text)]
    result = by_sets(vulnerable, hardened, payloads, tasks)
    return result | {
        "stopped": stopped,
        "inert": [],
        "rate": len(stopped) / len(payloads) if payloads else None,
    }


def of_all(vulnerable, hardened, payloads, tasks):
    result = by_sets(vulnerable, hardened, payloads, tasks)
    return result | {"rate": None if result["rate"] is None else len(result["stopped"]) / len(payloads)}


def inert_if_not_in_the_vulnerable(vulnerable, hardened, payloads, tasks):
    live = [text for text in payloads if vulnerable(text)]
    inert = [text for text in payloads if text not in live]
    return by_sets(vulnerable, hardened, live, tasks) | {"inert": inert}


def zero_when_nothing_fires(vulnerable, hardened, payloads, tasks):
    result = by_sets(vulnerable, hardened, payloads, tasks)
    return result | {"rate": result["rate"] or 0.0}


def broken_is_what_hardened_does_not_do(vulnerable, hardened, payloads, tasks):
    result = by_sets(vulnerable, hardened, payloads, tasks)
    return result | {"broken": [task for task in tasks if not hardened(task)]}


def no_broken_tasks(vulnerable, hardened, payloads, tasks):
    return by_sets(vulnerable, hardened, payloads, tasks) | {"broken": []}


def counts(vulnerable, hardened, payloads, tasks):
    result = by_sets(vulnerable, hardened, payloads, tasks)
    return {name: len(value) if isinstance(value, list) else value for name, value in result.items()}


def unordered(vulnerable, hardened, payloads, tasks):
    result = by_sets(vulnerable, hardened, payloads, tasks)
    return {name: value[::-1] if isinstance(value, list) else value for name, value in result.items()}


def of_the_vulnerable(vulnerable, hardened, payloads, tasks):
    fires = sum(map(vulnerable, payloads))
    result = by_sets(vulnerable, hardened, payloads, tasks)
    return result | {"rate": len(result["stopped"]) / fires if fires else None}


def none_for_nothing_stopped(vulnerable, hardened, payloads, tasks):
    result = by_sets(vulnerable, hardened, payloads, tasks)
    return result | {"rate": result["rate"] or None}


def broken_is_any_difference(vulnerable, hardened, payloads, tasks):
    result = by_sets(vulnerable, hardened, payloads, tasks)
    return result | {"broken": [task for task in tasks if vulnerable(task) != hardened(task)]}


def each_payload_once(vulnerable, hardened, payloads, tasks):
    return by_sets(vulnerable, hardened, list(dict.fromkeys(payloads)), tasks)


def each_task_once(vulnerable, hardened, payloads, tasks):
    return by_sets(vulnerable, hardened, payloads, list(dict.fromkeys(tasks)))


ANSWERS = Answers(
    right=[by_sets],
    wrong=[
        Wrong(
            blocks_what_does_not_fire,
            "lists",
            "The list",
            also=("What is inert would have done nothing anyway: it's no block.",),
        ),
        Wrong(of_all, "rate", "not by all"),
        Wrong(inert_if_not_in_the_vulnerable, "lists", "list", also=(OF_VULNERABLE,)),
        Wrong(zero_when_nothing_fires, "rate", "nothing fires"),
        Wrong(broken_is_what_hardened_does_not_do, "broken", "neither app"),
        Wrong(no_broken_tasks, "broken", "broken"),
        Wrong(counts, "lists", "list"),
        Wrong(of_the_vulnerable, "rate", "hardened twin alone"),
        Wrong(none_for_nothing_stopped, "rate", "rate"),
        Wrong(broken_is_any_difference, "broken", "broken"),
        Wrong(
            each_payload_once,
            "lists",
            "list",
            also=(OF_VULNERABLE, "Divide by the payloads that fire somewhere, not by all."),
        ),
        Wrong(each_task_once, "broken", "broken"),
        Wrong(unordered, "lists", "list"),
    ],
)
