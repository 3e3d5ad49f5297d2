"""Answers to `planning.rank_risks`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong

SIGNS = {
    "regulatory": "privacy officer",
    "public": "doctor",
    "patients": "doctor",
    "corporate": "security engineer",
}


def checked(risk, lowest=1, highest=5, kinds=(int,), empty=False, unknown=False):
    for number in (risk["likelihood"], risk["impact"]):
        if type(number) not in kinds or number < lowest or number > highest:
            raise ValueError("off the scale")
    if not empty and not risk["concerns"]:
        raise ValueError("no concern")
    if not unknown and any(concern not in SIGNS for concern in risk["concerns"]):
        raise ValueError("unknown concern")


def decided(risk, appetite):
    score = risk["likelihood"] * risk["impact"]
    accept = score <= appetite and risk["impact"] < 5
    signs = {SIGNS.get(concern, "doctor") for concern in risk["concerns"]}
    return {
        "id": risk["id"],
        "score": score,
        "decision": "accept" if accept else "treat",
        "signs": sorted(signs),
    }


def in_two_sorts(risks, appetite):
    for risk in risks:
        checked(risk)
    rows = sorted((decided(risk, appetite) for risk in risks), key=lambda row: row["id"])
    rows.sort(key=lambda row: row["score"], reverse=True)
    return rows


def changed(change, check=checked):
    """An answer that is right but for `change(row, risk, appetite)`."""

    def answer(risks, appetite):
        rows = []
        for risk in risks:
            check(risk)
            rows.append(decided(risk, appetite) | change(risk, appetite))
        return sorted(rows, key=lambda row: (-row["score"], row["id"]))

    return answer


def adds(risks, appetite):
    return changed(lambda risk, a: {"score": risk["likelihood"] + risk["impact"]})(risks, appetite)


def keeps_the_order(risks, appetite):
    in_two_sorts(risks, appetite)
    return sorted((decided(risk, appetite) for risk in risks), key=lambda row: -row["score"])


def reverses_the_ids(risks, appetite):
    return sorted(in_two_sorts(risks, appetite), key=lambda row: (row["score"], row["id"]), reverse=True)


def lowest_first(risks, appetite):
    return sorted(in_two_sorts(risks, appetite), key=lambda row: (row["score"], row["id"]))


def treats_the_appetite(risks, appetite):
    def rule(risk, a):
        over = risk["likelihood"] * risk["impact"] >= a or risk["impact"] == 5
        return {"decision": "treat" if over else "accept"}

    return changed(rule)(risks, appetite)


def product_only(risks, appetite):
    def rule(risk, a):
        return {"decision": "treat" if risk["likelihood"] * risk["impact"] > a else "accept"}

    return changed(rule)(risks, appetite)


def likelihood_five(risks, appetite):
    def rule(risk, a):
        over = risk["likelihood"] * risk["impact"] > a or risk["likelihood"] == 5
        return {"decision": "treat" if over else "accept"}

    return changed(rule)(risks, appetite)


def four_and_five(risks, appetite):
    def rule(risk, a):
        over = risk["likelihood"] * risk["impact"] > a or risk["impact"] >= 4
        return {"decision": "treat" if over else "accept"}

    return changed(rule)(risks, appetite)


def treats_all(risks, appetite):
    return changed(lambda risk, a: {"decision": "treat"})(risks, appetite)


def signs_twice(risks, appetite):
    return changed(lambda risk, a: {"signs": sorted(SIGNS[one] for one in risk["concerns"])})(risks, appetite)


def signs_unsorted(risks, appetite):
    def rule(risk, a):
        return {"signs": list(dict.fromkeys(SIGNS[one] for one in risk["concerns"]))}

    return changed(rule)(risks, appetite)


def first_signs(risks, appetite):
    return changed(lambda risk, a: {"signs": [SIGNS[risk["concerns"][0]]]})(risks, appetite)


def signs_as_set(risks, appetite):
    return changed(lambda risk, a: {"signs": {SIGNS[one] for one in risk["concerns"]}})(risks, appetite)


def takes_zero(risks, appetite):
    return changed(lambda risk, a: {}, lambda risk: checked(risk, lowest=0))(risks, appetite)


def takes_six(risks, appetite):
    return changed(lambda risk, a: {}, lambda risk: checked(risk, highest=6))(risks, appetite)


def takes_true(risks, appetite):
    return changed(lambda risk, a: {}, lambda risk: checked(risk, kinds=(int, bool)))(risks, appetite)


def takes_floats(risks, appetite):
    return changed(lambda risk, a: {}, lambda risk: checked(risk, kinds=(int, float)))(risks, appetite)


def takes_no_concern(risks, appetite):
    return changed(lambda risk, a: {}, lambda risk: checked(risk, empty=True))(risks, appetite)


def takes_any_concern(risks, appetite):
    return changed(lambda risk, a: {}, lambda risk: checked(risk, unknown=True))(risks, appetite)


def drops_what_is_wrong(risks, appetite):
    rows = []
    for risk in risks:
        try:
            rows += in_two_sorts([risk], appetite)
        except (ValueError, TypeError):
            continue
    return sorted(rows, key=lambda row: (-row["score"], row["id"]))


def edits_the_list(risks, appetite):
    rows = in_two_sorts(risks, appetite)
    risks.sort(key=lambda risk: risk["id"])
    return rows


def edits_the_risks(risks, appetite):
    rows = in_two_sorts(risks, appetite)
    for risk in risks:
        risk["score"] = risk["likelihood"] * risk["impact"]
    return rows


def checks_only(choose):
    """Looks only at the risks that `choose` leaves."""

    def answer(risks, appetite):
        for risk in choose(risks):
            checked(risk)
        rows = [decided(risk | {"concerns": known(risk)}, appetite) for risk in risks if numbers(risk)]
        return sorted(rows, key=lambda row: (-row["score"], row["id"]))

    return answer


def known(risk):
    return [concern for concern in risk["concerns"] if concern in SIGNS]


def numbers(risk):
    return all(isinstance(risk[key], int | float) for key in ("likelihood", "impact"))


last_only = checks_only(lambda risks: risks[-1:])
first_only = checks_only(lambda risks: risks[:1])
first_three = checks_only(lambda risks: risks[:3])
both_ends = checks_only(lambda risks: risks[:1] + risks[-1:])


def sorts_the_concerns(risks, appetite):
    for risk in risks:
        checked(risk)
        risk["concerns"].sort()
    return in_two_sorts(risks, appetite)


def puts_roles_for_concerns(risks, appetite):
    rows = in_two_sorts(risks, appetite)
    for risk in risks:
        risk["concerns"][:] = [SIGNS[concern] for concern in risk["concerns"]]
    return rows


def each_concern_once(risks, appetite):
    rows = in_two_sorts(risks, appetite)
    for risk in risks:
        risk["concerns"][:] = dict.fromkeys(risk["concerns"])
    return rows


def deaths_score_most(risks, appetite):
    def rule(risk, a):
        return {"score": 25 if risk["impact"] == 5 else risk["likelihood"] * risk["impact"]}

    return changed(rule)(risks, appetite)


def score_of_sixteen_at_most(risks, appetite):
    return changed(lambda risk, a: {"score": min(risk["likelihood"] * risk["impact"], 16)})(risks, appetite)


def score_as_float(risks, appetite):
    return changed(lambda risk, a: {"score": float(risk["likelihood"] * risk["impact"])})(risks, appetite)


def unsorted_from_nine(risks, appetite):
    rows = in_two_sorts(risks, appetite)
    return rows if len(risks) < 9 else [decided(risk, appetite) for risk in risks]


def accepts_many_concerns(risks, appetite):
    def rule(risk, a):
        return {"decision": "accept"} if len(risk["concerns"]) > 2 else {}

    return changed(rule)(risks, appetite)


def no_score_for_many_concerns(risks, appetite):
    return changed(lambda risk, a: {"score": 0} if len(risk["concerns"]) > 2 else {})(risks, appetite)


def case_of_ids_counts_for_nothing(risks, appetite):
    return sorted(in_two_sorts(risks, appetite), key=lambda row: (-row["score"], row["id"].lower()))


ANSWERS = Answers(
    right=[in_two_sorts],
    wrong=[
        Wrong(adds, "order", "don't add them"),
        Wrong(keeps_the_order, "order", "decides nothing"),
        Wrong(reverses_the_ids, "order", "turns the ids round too"),
        Wrong(lowest_first, "order", "The highest score comes first."),
        Wrong(treats_the_appetite, "decision", "The appetite itself is accepted"),
        Wrong(product_only, "decision", "Impact 5 is always treated"),
        Wrong(likelihood_five, "decision", "not likelihood 5"),
        Wrong(four_and_five, "decision", "is not right"),
        Wrong(treats_all, "decision", "is not right"),
        Wrong(signs_twice, "signs", "Each role signs once."),
        Wrong(signs_unsorted, "signs", "in the order of the alphabet"),
        Wrong(first_signs, "signs", "All concerns count"),
        Wrong(signs_as_set, "signs", "is not right"),
        Wrong(takes_zero, "refuses", "no error is raised"),
        Wrong(takes_six, "refuses", "no error is raised"),
        Wrong(takes_true, "refuses", "True is 1"),
        Wrong(takes_floats, "refuses", "3.0 is equal to 3"),
        Wrong(takes_no_concern, "refuses", "Without a concern nobody signs"),
        Wrong(takes_any_concern, "refuses", "no error is raised"),
        Wrong(drops_what_is_wrong, "refuses", "no error is raised"),
        Wrong(edits_the_list, "order", "Make new dicts"),
        Wrong(edits_the_risks, "order", "Make new dicts"),
        Wrong(last_only, "refuses", "no error is raised"),
        Wrong(first_only, "refuses", "no error is raised"),
        Wrong(first_three, "refuses", "no error is raised"),
        Wrong(both_ends, "refuses", "no error is raised"),
        Wrong(sorts_the_concerns, "order", "Make new dicts"),
        Wrong(puts_roles_for_concerns, "order", "Make new dicts"),
        Wrong(each_concern_once, "order", "Make new dicts"),
        Wrong(deaths_score_most, "order", "its id and score, is not right"),
        Wrong(score_of_sixteen_at_most, "order", "its id and score, is not right"),
        Wrong(score_as_float, "order", "its id and score, is not right"),
        Wrong(unsorted_from_nine, "order", "its id and score, is not right"),
        Wrong(accepts_many_concerns, "decision", "is not right"),
        Wrong(no_score_for_many_concerns, "order", "its id and score, is not right"),
        Wrong(case_of_ids_counts_for_nothing, "order", "its id and score, is not right"),
    ],
)
