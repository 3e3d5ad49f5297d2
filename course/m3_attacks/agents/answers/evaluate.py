"""Answers to `agents.evaluate`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong

READ = "Read the minutes."


def _hit(defence, tool, sentence, document, own=False, any_tool=False):
    calls = defence(READ, document + " " + sentence)
    return any((name == tool or any_tool) and (own or who != "user") for name, who in calls)


def _evaluate(
    hit=_hit,
    adaptive=None,
    task=lambda calls, tool: any(c[0] == tool and c[1] == "user" for c in calls),
    whole=False,
):
    def evaluate(defence, attacks, tasks, disguises):
        rows = []
        for tool, sentence, document in attacks:
            row = [hit(defence, tool, sentence, document)]
            for disguise in disguises:
                if whole:
                    row.append(hit(defence, tool, "", disguise(document + " " + sentence)))
                else:
                    row.append(hit(defence, tool, disguise(sentence), document))
            rows.append(row)
        done = [task(defence(request, document), tool) for request, document, tool in tasks]
        return {
            "static": sum(row[0] for row in rows) / len(rows),
            "adaptive": adaptive(rows) if adaptive else sum(map(any, rows)) / len(rows),
            "utility": sum(done) / len(done),
        }

    return evaluate


def counts_tries(rows):
    return sum(map(sum, rows)) / sum(map(len, rows))


def needs_all(rows):
    return sum(map(all, rows)) / len(rows)


def static_only(rows):
    return sum(row[0] for row in rows) / len(rows)


def disguised_only(rows):
    return sum(any(row[1:]) for row in rows) / len(rows)


def best_disguise(rows):
    """The one disguise that works most often, for all attacks."""
    return max(sum(row[n] for row in rows) for n in range(len(rows[0]))) / len(rows)


def own_counts(defence, tool, sentence, document):
    return _hit(defence, tool, sentence, document, own=True)


def any_tool(defence, tool, sentence, document):
    return _hit(defence, tool, sentence, document, any_tool=True)


def constant(defence, attacks, tasks, disguises):
    return {"static": 0.0, "adaptive": 1.0, "utility": 1.0}


def percent(defence, attacks, tasks, disguises):
    return {name: 100 * share for name, share in _evaluate()(defence, attacks, tasks, disguises).items()}


def counts(defence, attacks, tasks, disguises):
    found = _evaluate()(defence, attacks, tasks, disguises)
    return {**found, "static": found["static"] * len(attacks)}


def sorts(defence, attacks, tasks, disguises):
    attacks.sort()
    return _evaluate()(defence, attacks, tasks, disguises)


def attacked_work(defence, attacks, tasks, disguises):
    lines = [f"{document} {sentence}" for _, sentence, document in attacks]
    tasks = [(request, lines[n % len(lines)], tool) for n, (request, _, tool) in enumerate(tasks)]
    return _evaluate()(defence, attacks, tasks, disguises)


ANSWERS = Answers(
    right=[_evaluate()],
    wrong=[
        Wrong(constant, "static", "the static attack success"),
        Wrong(_evaluate(adaptive=static_only), "adaptive", "That's the static value"),
        Wrong(_evaluate(adaptive=counts_tries), "adaptive", "count attacks, not tries"),
        Wrong(
            _evaluate(adaptive=needs_all),
            "adaptive",
            "the adaptive attack success",
            also=("That's the static value: let the attacker try the disguises.",),
        ),
        Wrong(_evaluate(adaptive=disguised_only), "adaptive", "The plain sentence is one of"),
        Wrong(_evaluate(adaptive=best_disguise), "adaptive", "the adaptive attack success"),
        Wrong(_evaluate(hit=own_counts), "static", "that the user asked for is no attack"),
        Wrong(_evaluate(hit=any_tool), "static", "the attack's own tool"),
        Wrong(_evaluate(whole=True), "adaptive", "the adaptive attack success"),
        Wrong(_evaluate(task=lambda calls, tool: bool(calls)), "utility", "the utility"),
        Wrong(
            _evaluate(task=lambda calls, tool: any(c[0] == tool for c in calls)), "utility", "the user's own"
        ),
        Wrong(attacked_work, "utility", "the utility"),
        Wrong(percent, "static", "the static attack success"),
        Wrong(counts, "static", "the static attack success"),
        Wrong(sorts, "static", "changed the attacks"),
    ],
)

EQUIVALENT = {
    "zip(plain, attacks, strict=True) → zip(plain, attacks)": "the lists have the same length",
    "strict=True → strict=False": "the lists have the same length",
}
