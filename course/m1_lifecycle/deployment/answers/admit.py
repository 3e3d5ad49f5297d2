"""Answers to `deployment.admit`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong


def admit_by_exceptions(release, policy):
    """Asserts what must hold, and takes any failure for a no."""
    missing = []
    for piece in policy:
        try:
            found = release["evidence"][piece]
            assert type(found) is dict
            assert found["ok"] is True
            assert type(release["digest"]) is str
            assert release["digest"]
            assert found["digest"] == release["digest"]
            if piece == "approval":
                assert type(found["by"]) is str
                assert type(release["author"]) is str
                assert len(found["by"]) * len(release["author"]) > 0
                assert found["by"] != release["author"]
        except (AssertionError, KeyError, TypeError):
            missing.append(piece)
    return {"missing": missing, "admitted": len(missing) == 0}


def admit_all(release, policy):
    return {"admitted": True, "missing": []}


def admit_none(release, policy):
    return {"admitted": False, "missing": list(policy)}


def _named(value):
    return isinstance(value, str) and value != ""


def _admit(
    release, policy, *, ok=lambda found: found.get("ok") is True, digest=True, named=True, own=True, by=True,
    author=True, dicts=True, approvers=("approval",), same=lambda a, b: a == b, pieces=None,
):  # fmt: skip
    evidence = release.get("evidence")

    def counts(piece):
        found = evidence.get(piece) if isinstance(evidence, dict) else None
        if not isinstance(found, dict):
            return not dicts and bool(found)
        if not ok(found):
            return False
        if named and not _named(release.get("digest")):
            return False
        if digest and not same(found.get("digest"), release.get("digest")):
            return False
        if piece not in approvers:
            return True
        if (by and not _named(found.get("by"))) or (author and not _named(release.get("author"))):
            return False
        return not own or found.get("by") != release.get("author")

    missing = [piece for piece in pieces or policy if not counts(piece)]
    return {"admitted": not missing, "missing": missing}


def admit_truthy(release, policy):
    return _admit(release, policy, ok=lambda found: found.get("ok"))


def admit_equal_true(release, policy):
    return _admit(release, policy, ok=lambda found: found.get("ok") == True)  # noqa: E712


def admit_unless_false(release, policy):
    return _admit(release, policy, ok=lambda found: found.get("ok", True) is True)


def admit_bare_values(release, policy):
    return _admit(release, policy, dicts=False)


def admit_any_digest(release, policy):
    return _admit(release, policy, digest=False)


def admit_none_is_none(release, policy):
    return _admit(release, policy, named=False)


def admit_digests_without_case(release, policy):
    return _admit(release, policy, same=lambda a, b: str(a).lower() == str(b).lower())


def admit_digest_prefix(release, policy):
    return _admit(release, policy, same=lambda a, b: _named(a) and (b.startswith(a) or a.startswith(b)))


def admit_own_work(release, policy):
    return _admit(release, policy, own=False)


def admit_by_nobody(release, policy):
    return _admit(release, policy, by=False)


def admit_without_author(release, policy):
    return _admit(release, policy, author=False)


def admit_by_everywhere(release, policy):
    return _admit(release, policy, approvers=("signature", "bom", "scan", "gate", "approval"))


def admit_author_nowhere(release, policy):
    """Refuses every piece that bears the author's name."""
    made = _admit(release, policy)
    evidence = release.get("evidence")
    mine = [
        piece
        for piece in policy
        if isinstance(evidence, dict)
        and isinstance(evidence.get(piece), dict)
        and evidence[piece].get("by") == release.get("author") is not None
    ]
    missing = [piece for piece in policy if piece in made["missing"] or piece in mine]
    return {"admitted": not missing, "missing": missing}


def admit_no_empty_policy(release, policy):
    made = _admit(release, policy)
    return {**made, "admitted": bool(policy) and made["admitted"]}


def admit_sets_by(release, policy):
    """Writes an empty by into an approval that has none."""
    evidence = release.get("evidence")
    if isinstance(evidence, dict) and isinstance(evidence.get("approval"), dict):
        evidence["approval"].setdefault("by", "")
    return _admit(release, policy)


def admit_some_types(release, policy):
    """Knows None, the empty text and whole numbers as no name, and nothing else."""
    release = {
        **release,
        "author": "x" if isinstance(release.get("author"), (list, dict)) else release.get("author"),
    }
    return _admit(release, policy)


def admit_digest_of_any_type(release, policy):
    if release.get("digest") in (None, "") or isinstance(release.get("digest"), int):
        return _admit(release, policy)
    return _admit(release, policy, named=False)


def admit_stripped_names(release, policy):
    def strip(value):
        return value.strip() if isinstance(value, str) else value

    release = {**release, "author": strip(release.get("author"))}
    if isinstance(release.get("evidence"), dict) and isinstance(release["evidence"].get("approval"), dict):
        approval = release["evidence"]["approval"]
        approval = {key: strip(value) if key == "by" else value for key, value in approval.items()}
        release["evidence"] = {**release["evidence"], "approval": approval}
    return _admit(release, policy)


def admit_stripped_digests(release, policy):
    return _admit(release, policy, same=lambda a, b: str(a).strip() == str(b).strip())


def admit_known_pieces(release, policy):
    made = _admit(release, policy)
    known = ("signature", "bom", "scan", "gate", "approval", "pentest")
    missing = [piece for piece in policy if piece in made["missing"] or piece not in known]
    return {"admitted": not missing, "missing": missing}


def admit_evidence_unasked(release, policy):
    """Looks into evidence without asking what it is."""
    release["evidence"].get("signature")
    return _admit(release, policy)


def admit_five_pieces(release, policy):
    return _admit(release, policy, pieces=["signature", "bom", "scan", "gate", "approval"])


def admit_sorted(release, policy):
    made = _admit(release, policy)
    return {**made, "missing": sorted(made["missing"])}


def admit_first_only(release, policy):
    made = _admit(release, policy)
    return {**made, "missing": made["missing"][:1]}


def admit_all_but_one(release, policy):
    made = _admit(release, policy)
    return {**made, "admitted": len(made["missing"]) < 2}


def admit_in_place(release, policy):
    release.setdefault("evidence", {})
    made = _admit(release, policy)
    release["admitted"] = made["admitted"]
    return made


def admit_with_brackets(release, policy):
    missing = []
    for piece in policy:
        found = release["evidence"].get(piece)
        if (
            not isinstance(found, dict)
            or not isinstance(release["digest"], str)
            or not release["digest"]
            or found["ok"] is not True
            or found["digest"] != release["digest"]
            or (piece == "approval" and found["by"] == release["author"])
        ):
            missing.append(piece)
    return {"admitted": not missing, "missing": missing}


ANSWERS = Answers(
    right=[admit_by_exceptions],
    wrong=[
        Wrong(admit_all, "combinations", "The missing pieces are not right"),
        Wrong(admit_none, "combinations", "The missing pieces are not right"),
        Wrong(admit_truthy, "verdicts", "Only True itself is a yes"),
        Wrong(admit_equal_true, "verdicts", "Only True itself is a yes"),
        Wrong(admit_unless_false, "verdicts", "A missing ok is no yes"),
        Wrong(admit_bare_values, "verdicts", "A piece that is no dict"),
        Wrong(admit_any_digest, "digests", "it may speak about another one"),
        Wrong(admit_none_is_none, "digests", "Two missing digests are equal"),
        Wrong(admit_digests_without_case, "digests", "it may speak about another one"),
        Wrong(admit_digest_prefix, "digests", "it may speak about another one"),
        Wrong(admit_own_work, "approval", "somebody other than the author"),
        Wrong(admit_by_nobody, "approval", "An approval names who gave it"),
        Wrong(admit_without_author, "approval", "Without an author"),
        Wrong(admit_by_everywhere, "combinations", "The missing pieces are not right"),
        Wrong(admit_author_nowhere, "approval", "the other pieces need none"),
        Wrong(admit_five_pieces, "policy", "Go by the policy"),
        Wrong(admit_no_empty_policy, "policy", "Admitted is not right"),
        Wrong(admit_sets_by, "policy", "changed the release"),
        Wrong(admit_some_types, "approval", "Without an author"),
        Wrong(admit_digest_of_any_type, "digests", "a text with something in it"),
        Wrong(admit_stripped_names, "approval", "as they are"),
        Wrong(admit_stripped_digests, "digests", "it may speak about another one"),
        Wrong(admit_known_pieces, "policy", "Go by the policy"),
        Wrong(admit_evidence_unasked, "combinations", "Your code raised"),
        Wrong(admit_sorted, "policy", "in the policy's order"),
        Wrong(admit_first_only, "combinations", "The missing pieces are not right"),
        Wrong(admit_all_but_one, "combinations", "Admitted is not right"),
        Wrong(admit_in_place, "policy", "changed the release"),
        Wrong(
            admit_with_brackets,
            "verdicts",
            "Your code raised",
            also=('An approval names who gave it: without a text in "by" it doesn\'t count.',),
        ),
    ],
)

EQUIVALENT = {
    "if not isinstance(found, dict) or found.get('ok') is not True: return False → "
    "if not isinstance(found, dict) or found.get('ok') is not True: return None": "asked as yes or no",
    "if not named(digest) or found.get('digest') != digest: return False → "
    "if not named(digest) or found.get('digest') != digest: return None": "asked as yes or no",
}
