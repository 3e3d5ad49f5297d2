"""Answers to `design.review`: another right one, and wrong ones with what each must be told."""

from autograder.exercise import Answers, Wrong

ENDS = ("encrypted", "authenticates_source", "authenticates_destination")


def rules(**change):
    """A review from six small rules, of which some are exchanged."""

    def answer(design):
        part = {row["name"]: row for row in design["parts"]}
        ends = {flow["name"]: (flow, part[flow["source"]], part[flow["sink"]]) for flow in design["flows"]}
        of_flows = {"open": is_open, "jump": jumps, "direct": is_direct}
        of_parts = {"ownerless": is_ownerless, "unlogged": is_unlogged, "alone": is_alone}
        found = [
            (name, problem)
            for problem, rule in of_flows.items()
            for name, flow in ends.items()
            if change.get(problem, rule)(*flow, design)
        ]
        return found + [
            (name, problem)
            for problem, rule in of_parts.items()
            for name, row in part.items()
            if change.get(problem, rule)(row, list(ends.values()))
        ]

    answer.__name__ = "other_" + "_".join(change) if change else "by_rules"
    return answer


def is_open(flow, source, sink, design):
    return source["boundary"] != sink["boundary"] and sum(flow[key] for key in ENDS) < 3


def jumps(flow, source, sink, design):
    entered = sink["boundary"] if sink["boundary"] != source["boundary"] else None
    return entered is not None and design["gates"][entered].count(sink["name"]) == 0


def is_direct(flow, source, sink, design):
    kinds = {source["kind"], sink["kind"]}
    return "actor" in kinds and "weights" in {source.get("holds"), sink.get("holds")}


def is_ownerless(row, ends):
    return row.get("owner", "") is None


def is_unlogged(row, ends):
    logs = [sink for _, source, sink in ends if source is row and sink.get("holds") == "log"]
    return row["kind"] == "server" and not logs


def is_alone(row, ends):
    return {"train", "approve"} <= set(row.get("may", ()))


def nothing(design):
    return []


def everything(design):
    found = [(flow["name"], problem) for flow in design["flows"] for problem in ("open", "jump", "direct")]
    return found + [
        (row["name"], problem) for row in design["parts"] for problem in ("ownerless", "unlogged", "alone")
    ]


def twice(design):
    return rules()(design) * 2


def one_each(design):
    found = {}
    for name, problem in rules()(design):
        found.setdefault(name, problem)
    return list(found.items())


def first_only(design):
    found = {problem: name for name, problem in rules()(design)}
    return [(name, problem) for problem, name in found.items()]


def lists(design):
    return [list(pair) for pair in rules()(design)]


def crosses(source, sink):
    return source["boundary"] != sink["boundary"]


def any_gate(design):
    return {name for gates in design["gates"].values() for name in gates}


def passes_on(row, ends):
    """A server counts as logged when a server behind it is."""
    logged = {source["name"] for _, source, sink in ends if sink.get("holds") == "log"}
    logged |= {source["name"] for _, source, sink in ends if sink["name"] in logged}
    return row["kind"] == "server" and row["name"] not in logged


def logged_by(counts):
    """`unlogged`, when only some of the flows into a log count."""
    return lambda row, ends: (
        row["kind"] == "server"
        and not any(a is row and b.get("holds") == "log" and counts(a, b) for _, a, b in ends)
    )


def exempt(problem, exempted):
    """A review that knows an exemption from one problem, which the text doesn't."""
    rule = {
        "open": is_open, "jump": jumps, "direct": is_direct,
        "ownerless": is_ownerless, "unlogged": is_unlogged, "alone": is_alone,
    }[problem]  # fmt: skip

    def changed(first, second, *rest):
        ends = (second, rest[0]) if rest else (first,)
        return rule(first, second, *rest) and not exempted(*ends)

    return rules(**{problem: changed})


EXEMPTIONS = [
    ("jump", lambda a, b: b["kind"] == "actor"),
    ("jump", lambda a, b: a["kind"] == "actor"),
    ("jump", lambda a, b: b["kind"] == "store"),
    ("jump", lambda a, b: b.get("holds") == "log"),
    ("jump", lambda a, b: b["kind"] == "store" and b["holds"] != "weights"),
    ("jump", lambda a, b: a["kind"] == "store"),
    ("open", lambda a, b: b.get("holds") == "log"),
    ("open", lambda a, b: {a["kind"], b["kind"]} == {"actor"}),
    ("open", lambda a, b: a["kind"] == "store"),
    ("direct", lambda a, b: a["boundary"] == b["boundary"]),
    ("ownerless", lambda row: row["holds"] == "weights"),
    ("ownerless", lambda row: row["holds"] == "log"),
    ("unlogged", lambda row: row["boundary"] is None),
    ("alone", lambda row: row["boundary"] is None),
]


def no_gates_of_none(design):
    for flow in design["flows"]:
        sink = next(part for part in design["parts"] if part["name"] == flow["sink"])
        design["gates"][sink["boundary"]]
    return rules()(design)


def part_of_word(design):
    for part in design["parts"]:
        holds = part.get("holds", "")
        part |= {"holds": next((word for word in ("log", "weights") if word in holds), holds)}
    return rules()(design)


def any_case(design):
    for part in design["parts"]:
        part |= {"may": [right.lower() for right in part.get("may", ())]}
    return rules()(design)


def all_hold(design):
    any(part["holds"] for part in design["parts"])
    return rules()(design)


ANSWERS = Answers(
    right=[rules()],
    wrong=[
        *(Wrong(exempt(problem, rule), problem, "A flaw isn't found") for problem, rule in EXEMPTIONS),
        Wrong(rules(unlogged=logged_by(lambda a, b: b["owner"])), "unlogged", "A false alarm"),
        Wrong(rules(unlogged=logged_by(lambda a, b: b["boundary"])), "unlogged", "A false alarm"),
        Wrong(
            rules(unlogged=logged_by(lambda a, b: a["boundary"] == b["boundary"])),
            "unlogged",
            "A false alarm",
        ),
        Wrong(part_of_word, "direct", "A false alarm"),
        Wrong(part_of_word, "unlogged", "A flaw isn't found"),
        Wrong(any_case, "alone", "A false alarm"),
        Wrong(no_gates_of_none, "open", "nobody jumps there"),
        Wrong(all_hold, "open", "Only stores have 'holds'"),
        Wrong(nothing, "open", "A flaw isn't found"),
        Wrong(everything, "open", "A false alarm"),
        Wrong(everything, "alone", "A false alarm"),
        Wrong(twice, "open", "several times"),
        Wrong(one_each, "jump", "A flaw isn't found"),
        Wrong(first_only, "open", "A flaw isn't found"),
        Wrong(lists, "open", "tuple"),
        Wrong(rules(open=lambda f, a, b, d: not all(f[key] for key in ENDS)), "open", "A false alarm"),
        Wrong(rules(open=lambda f, a, b, d: crosses(a, b) and not f["encrypted"]), "open", "isn't found"),
        Wrong(
            rules(open=lambda f, a, b, d: crosses(a, b) and not any(f[key] for key in ENDS)),
            "open",
            "isn't found",
        ),
        Wrong(
            rules(open=lambda f, a, b, d: a["boundary"] and b["boundary"] and is_open(f, a, b, d)),
            "open",
            "isn't found",
        ),
        Wrong(
            rules(jump=lambda f, a, b, d: b["name"] not in d["gates"].get(b["boundary"], [b["name"]])),
            "jump",
            "A false alarm",
        ),
        Wrong(
            rules(
                jump=lambda f, a, b, d: crosses(a, b) and b["name"] not in d["gates"].get(b["boundary"], [])
            ),
            "jump",
            "nobody jumps there",
        ),
        Wrong(
            rules(jump=lambda f, a, b, d: crosses(a, b) and b["name"] not in any_gate(d)),
            "jump",
            "A false alarm",
        ),
        Wrong(
            rules(jump=lambda f, a, b, d: jumps(f, a, b, d) and b["name"] not in any_gate(d)),
            "jump",
            "isn't found",
        ),
        Wrong(rules(jump=lambda f, a, b, d: jumps(f, a, b, d) or jumps(f, b, a, d)), "jump", "A false alarm"),
        Wrong(
            rules(jump=lambda f, a, b, d: a["boundary"] is not None and jumps(f, a, b, d)),
            "jump",
            "isn't found",
        ),
        Wrong(
            rules(direct=lambda f, a, b, d: a["kind"] == "actor" and b.get("holds") == "weights"),
            "direct",
            "isn't found",
        ),
        Wrong(
            rules(direct=lambda f, a, b, d: {a["kind"], b["kind"]} == {"actor", "store"}),
            "direct",
            "A false alarm",
        ),
        Wrong(
            rules(direct=lambda f, a, b, d: "weights" in (a.get("holds"), b.get("holds"))),
            "direct",
            "A false alarm",
        ),
        Wrong(rules(ownerless=lambda row, ends: not row.get("owner", "x")), "ownerless", "A false alarm"),
        Wrong(rules(ownerless=lambda row, ends: row.get("owner") is None), "ownerless", "A false alarm"),
        Wrong(rules(unlogged=passes_on), "unlogged", "isn't found"),
        Wrong(
            rules(
                unlogged=lambda row, ends: (
                    row["kind"] == "server"
                    and not any(
                        "log" in (a.get("holds"), b.get("holds")) for _, a, b in ends if row in (a, b)
                    )
                )
            ),
            "unlogged",
            "isn't found",
        ),
        Wrong(
            rules(
                unlogged=lambda row, ends: (
                    row["kind"] != "store"
                    and not any(a is row and b.get("holds") == "log" for _, a, b in ends)
                )
            ),
            "unlogged",
            "A false alarm",
        ),
        Wrong(rules(alone=lambda row, ends: "approve" in row.get("may", ())), "alone", "A false alarm"),
        Wrong(rules(alone=lambda row, ends: len(row.get("may", ())) > 1), "alone", "A false alarm"),
        Wrong(rules(alone=lambda row, ends: row.get("may") == ["train", "approve"]), "alone", "isn't found"),
        Wrong(
            rules(alone=lambda row, ends: {"train", "approve"} < set(row.get("may", ()))),
            "alone",
            "isn't found",
        ),
        Wrong(
            rules(alone=lambda row, ends: {"train", "approve"} == set(row.get("may", ()))),
            "alone",
            "isn't found",
        ),
    ],
)
