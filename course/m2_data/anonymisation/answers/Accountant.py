"""Answers to `anonymisation.Accountant`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from numbers import Real

from autograder.exercise import Answers, Wrong


class ByPatient:
    """Books for each patient, in decimal numbers with many digits."""

    def __init__(self, budget, parts):
        if type(budget) not in (int, float) or not 0 < budget < math.inf:
            raise ValueError("budget")
        for a in parts:
            for b in parts:
                if a != b and parts[a] & parts[b]:
                    raise ValueError("shared")
        self.limit = Decimal(str(budget))
        self.lost = {None: Decimal(0), **{name: Decimal(0) for name in parts}}

    def spend(self, eps, part=None):
        if type(eps) not in (int, float) or not 0 < eps < math.inf or part not in self.lost:
            return False
        with localcontext(prec=700):
            charged = [name for name in self.lost if part is None or name == part]
            after = {name: self.lost[name] + Decimal(str(eps)) for name in charged}
            if any(value > self.limit for value in after.values()):
                return False
            self.lost.update(after)
        return True

    def spent(self):
        return float(max(self.lost.values()))


class _Account:
    """The right idea, with one thing to get wrong at a time."""

    number = staticmethod(lambda value: Fraction(str(value)))
    shares = above = parallel = books_refused = unknown = by_sum = False
    at_the_limit = True

    def good(self, eps):
        return type(eps) in (int, float) and math.isfinite(eps) and eps > 0

    def __init__(self, budget, parts):
        members = [patient for part in parts.values() for patient in part]
        if not self.shares and len(set(members)) < len(members):
            raise ValueError("shared")
        if not (type(budget) in (int, float) and math.isfinite(budget) and budget > 0) and not self.above:
            raise ValueError("budget")
        self.budget, self.all, self.parts = (
            self.number(budget),
            self.number(0),
            dict.fromkeys(parts, self.number(0)),
        )

    def most(self):
        values = self.parts.values()
        return self.all + (sum(values) if self.by_sum else max(values, default=0))

    def spend(self, eps, part=None):
        if not self.good(eps):
            return False
        if part is not None and part not in self.parts:
            if not self.unknown:
                return False
            part = None
        cost = self.number(eps)
        before = self.most() if part is None or self.by_sum else self.all + self.parts[part]
        refused = before + cost > self.budget if self.at_the_limit else before + cost >= self.budget
        if not refused or self.books_refused:
            if part is None:
                self.all += cost
            else:
                self.parts[part] += cost
        return not refused

    def spent(self):
        return float(self.most())


class WithFloats(_Account):
    number = float


class WithExactFloats(_Account):
    number = Fraction


class WithTolerance(_Account):
    number = staticmethod(lambda value: round(Fraction(str(value)), 9))


class WithoutParallel(_Account):
    by_sum = True


class BelowTheLimit(_Account):
    at_the_limit = False


class BooksRefusals(_Account):
    books_refused = True


class UnknownIsEverybody(_Account):
    unknown = True


class SharesPatients(_Account):
    shares = True


class AnyBudget(_Account):
    above = True

    def __init__(self, budget, parts):
        super().__init__(budget if type(budget) in (int, float) and math.isfinite(budget) else 1, parts)


class Refunds(_Account):
    def good(self, eps):
        return type(eps) in (int, float) and math.isfinite(eps)


class TakesTrue(_Account):
    number = staticmethod(lambda value: Fraction(str(float(value))))

    def good(self, eps):
        return isinstance(eps, int | float) and math.isfinite(eps) and eps > 0


class TripsOverTrue(_Account):
    """`isinstance(True, int)` holds, and str(True) is no number."""

    def good(self, eps):
        return isinstance(eps, int | float) and math.isfinite(eps) and eps > 0


class TripsOverTexts(_Account):
    def good(self, eps):
        return not isinstance(eps, bool) and math.isfinite(eps) and eps > 0


class TripsOverUnknown(_Account):
    """self.parts[part], whatever part is."""

    def spend(self, eps, part=None):
        if self.good(eps) and part is not None and part not in self.parts:
            self.parts[part]
        return super().spend(eps, part)


class TakesNan(_Account):
    def good(self, eps):
        return type(eps) in (int, float) and not eps <= 0 and eps != math.inf

    number = staticmethod(lambda value: Fraction(0) if value != value else Fraction(str(value)))


class ForgetsTheParts(_Account):
    """A question to everybody looks only at what everybody has paid."""

    def spend(self, eps, part=None):
        if part is None and self.good(eps) and self.all + self.number(eps) <= self.budget:
            self.all += self.number(eps)
            return True
        return part is not None and super().spend(eps, part)


class TakesAnyNumber(_Account):
    def good(self, eps):
        number = isinstance(eps, Real | Decimal) and not isinstance(eps, bool)
        return number and math.isfinite(eps) and eps > 0


class NothingIsEverybody(_Account):
    """`part or None`: 0 and False count as everybody."""

    def spend(self, eps, part=None):
        return False if part == "" else super().spend(eps, part or None)


class GivesFraction(_Account):
    def spent(self):
        return self.most()


class PatientsOnly(_Account):
    """A dict with an entry for each patient in a part; nobody else is booked."""

    def __init__(self, budget, parts):
        super().__init__(budget, parts)
        self.lost = {patient: Fraction(0) for part in parts.values() for patient in part}
        self.members = parts

    def spend(self, eps, part=None):
        if not self.good(eps) or (part is not None and part not in self.members):
            return False
        charged = self.lost if part is None else self.members[part]
        if any(self.lost[patient] + self.number(eps) > self.budget for patient in charged):
            return False
        for patient in charged:
            self.lost[patient] += self.number(eps)
        return True

    def spent(self):
        return float(max(self.lost.values(), default=0))


class Never:
    def __init__(self, budget, parts):
        pass

    def spend(self, eps, part=None):
        return False

    def spent(self):
        return 0.0


class Always(Never):
    def spend(self, eps, part=None):
        return True


NOBODY = "A question to everybody costs patients in no part too, so without parts it still costs."

ANSWERS = Answers(
    right=[ByPatient],
    wrong=[
        Wrong(WithFloats, "decimal", "Floats round"),
        Wrong(WithExactFloats, "decimal", "take Fraction(str(eps))"),
        Wrong(WithTolerance, "decimal", "is not right"),
        Wrong(WithoutParallel, "parallel", "run in parallel"),
        Wrong(BelowTheLimit, "sums", "is not right"),
        Wrong(BooksRefusals, "nothing", "was booked"),
        Wrong(UnknownIsEverybody, "refused", "doesn't exist is refused"),
        Wrong(SharesPatients, "constructor", "no error is raised"),
        Wrong(AnyBudget, "constructor", "no error is raised"),
        Wrong(Refunds, "refused", "Zero and less"),
        Wrong(TakesTrue, "refused", "refuse it by name"),
        Wrong(TripsOverTrue, "refused", "refuse it by name"),
        Wrong(TripsOverTexts, "refused", "Ask for the type first"),
        Wrong(TripsOverUnknown, "refused", "doesn't exist is refused"),
        Wrong(TakesAnyNumber, "refused", "Ask for the type first"),
        Wrong(NothingIsEverybody, "refused", "Ask `part is None`"),
        Wrong(GivesFraction, "sums", "spent() gives a float: float(...)"),
        Wrong(PatientsOnly, "sums", "costs patients in no part too"),
        Wrong(TakesNan, "refused", "ask math.isfinite"),
        Wrong(ForgetsTheParts, "parallel", "the part that has lost most"),
        Wrong(Never, "sums", "is not right"),
        Wrong(Always, "sums", "is not right", also=(NOBODY,)),
    ],
)
