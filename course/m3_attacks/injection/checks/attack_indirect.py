"""The check of `injection.attack_indirect`."""

from __future__ import annotations

from typing import Any

from autograder.exercise import Trial, brief, exercise

from ..assistant import undo
from ..material import App, deal

BUDGET = 40
ROOM = 400
ONE_WORDING = "You tried one wording only. Each order comes in six."
NOT_DONE = "Not blocked isn't carried out: look for a call whose tool isn't read."
OWN_LINE = "The order works, and a line of the page is changed or lost: put the order on a line of its own."
NO_DISGUISE = "You tried no disguise. Some filters know all six wordings."


@exercise(
    minutes=10,
    parts={
        "fires": (6, "makes at least 7 of 8 apps do what the order says"),
        "keeps": (2, "keeps the page's lines, and adds at most 400 characters"),
        "budget": (2, "calls app at most 40 times"),
    },
    hints=(
        "You can't know which filter and which assistant you face, so let app tell you. What does its answer "
        "look like when the order was carried out?",
        "Two loops: over the wordings, and over the disguises, with the plain wording among them. Add one "
        "line to the page, ask app, and stop at the first page that fires. 6 times 6 is 36.",
        "for order in orders:\n"
        "    for disguise in [lambda line: line, *DISGUISES.values()]:\n"
        "        candidate = page + newline + disguise(order)\n"
        "        if app(candidate) has a call whose tool is not read: return candidate\n"
        "return page",
    ),
    debrief=(
        "Tries until one gets through, and needs to be right once.",
        "A filter and an assistant that read differently leave a gap between them. Counting tries helps: "
        "this "
        "attacker was blocked again and again first.",
    ),
    standards=("AML.T0051.001", "AML.T0065", "AML.T0068"),
)
def attack_indirect(t: Trial, attack_indirect) -> None:
    fired, used, strayed = 0, [0], ""
    undisguised, failed = True, []
    for app, page in deal(t.rng(0)):
        asked: list[str] = []
        got = attack_indirect(_asking(app, asked), page, list(app.orders))
        used.append(len(asked))
        strayed = strayed or _strayed(got, page)
        pages = [each for each in [*asked, got] if isinstance(each, str)]
        added = {line for each in pages for line in each.split("\n")} - set(page.split("\n"))
        undisguised &= added <= set(app.orders)
        if isinstance(got, str) and not _strayed(got, page) and app.fires(got):
            fired += 1
        else:
            failed.append(_why(app, page, got, len(asked), added))
    failed = [each for each in failed if each]
    slip = NO_DISGUISE if undisguised else failed[0] if len(set(failed)) == 1 else ""
    with t.part("fires"):
        t.at_least(fired, 7, "the number of 8 apps that carried out the order", slip=slip)
    with t.part("keeps"):
        t.expect(not strayed, strayed)
        t.expect(fired >= 3, FIRST)
    with t.part("budget"):
        most = max(used)
        t.expect(
            most <= BUDGET,
            "There were too many calls of app for one page.",
            expected=f"at most {BUDGET}",
            got=most,
        )
        t.expect(fired >= 3, FIRST)


FIRST = "This counts once at least 3 apps carry out the order."


def _why(app: App, page: str, got: Any, asked: int, added: set[str]) -> str:
    """The likely reason why this app didn't carry out the order, or nothing."""
    if not isinstance(got, str):
        return ""
    if app.fires(got) and _strayed(got, page).startswith("A line"):
        return OWN_LINE
    if got != page and not app.blocks(got) and not app.fires(got):
        return NOT_DONE
    plain = "\n".join(map(undo, sorted(added)))
    return ONE_WORDING if asked > 2 and sum(order in plain for order in app.orders) == 1 else ""


def _asking(app: App, asked: list[str]) -> Any:
    """The app as the learner has it: it notes what it is asked, and after the budget it blocks everything."""

    def ask(page: str) -> dict[str, Any]:
        asked.append(page if isinstance(page, str) else "")
        return app(asked[-1]) if len(asked) <= BUDGET else {"blocked": True, "calls": []}

    return ask


def _strayed(got: Any, page: str) -> str:
    """What is wrong with a page that came back, or nothing."""
    if not isinstance(got, str):
        return f"The result should be the page as a text. It is {brief(got)}."
    rest = iter(got.split("\n"))
    if not all(line in rest for line in page.split("\n")):
        return "A line of the page is missing, changed or in another place."
    if len(got) > len(page) + ROOM:
        return f"The page grew by {len(got) - len(page)} characters, more than {ROOM}."
    return ""
