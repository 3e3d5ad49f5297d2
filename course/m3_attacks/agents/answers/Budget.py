"""Answers to `agents.Budget`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from autograder.exercise import Answers, Wrong


class ByHistory:
    """Keeps what was allowed, and counts it anew each time."""

    def __init__(self, calls, cost, depth, repeats):
        self.limits, self.past = (calls, cost, depth, repeats), []

    def spend(self, agent, task, cost, depth):
        calls, most, deepest, repeats = self.limits
        now = [*self.past, (agent, task, cost)]
        times = sum(a == agent and b == task for a, b, _ in now)
        total = sum(price for _, _, price in now)
        if cost < 0 or depth > deepest or len(now) > calls or total > most or times > repeats:
            return False
        self.past = now
        return True


class _Budget:
    def __init__(self, calls, cost, depth, repeats):
        self.calls, self.cost, self.depth, self.repeats = calls, cost, depth, repeats
        self.used, self.spent, self.seen = 0, 0, Counter()

    def key(self, agent, task):
        return agent, task

    def ok(self, agent, task, cost, depth):
        return (
            cost >= 0
            and depth <= self.depth
            and self.used < self.calls
            and self.spent + cost <= self.cost
            and self.seen[self.key(agent, task)] < self.repeats
        )

    def charge(self, agent, task, cost):
        self.used += 1
        self.spent += cost
        self.seen[self.key(agent, task)] += 1

    def spend(self, agent, task, cost, depth):
        if not self.ok(agent, task, cost, depth):
            return False
        self.charge(agent, task, cost)
        return True


class Always(_Budget):
    def ok(self, agent, task, cost, depth):
        return True


class Never(_Budget):
    def ok(self, agent, task, cost, depth):
        return False


class After(_Budget):
    def ok(self, agent, task, cost, depth):
        return self.spent < self.cost and super().ok(agent, task, min(cost, 0), depth)


class NoLoops(_Budget):
    def ok(self, agent, task, cost, depth):
        self.seen.clear()
        return super().ok(agent, task, cost, depth)


class InARow(_Budget):
    """Counts repeats only when they follow each other."""

    def charge(self, agent, task, cost):
        if self.key(agent, task) not in self.seen:
            self.seen.clear()
        super().charge(agent, task, cost)


class PerTask(_Budget):
    def key(self, agent, task):
        return task


class PerAgentKey(_Budget):
    def key(self, agent, task):
        return agent


class Glued(_Budget):
    def key(self, agent, task):
        return agent + task


class GluedByBlank(_Budget):
    def key(self, agent, task):
        return f"{agent} {task}"


class GluedByColon(_Budget):
    def key(self, agent, task):
        return f"{agent}:{task}"


class Unordered(_Budget):
    def key(self, agent, task):
        return frozenset((agent, task))


class AnyCase(_Budget):
    def key(self, agent, task):
        return agent.lower(), task.lower()


class Recent(_Budget):
    """Counts repeats in the last 30 calls only."""

    def charge(self, agent, task, cost):
        super().charge(agent, task, cost)
        self.last = [*getattr(self, "last", []), (agent, task)][-30:]
        self.seen = Counter(self.last)


class WholeCosts(_Budget):
    """Rounds the costs down."""

    def spend(self, agent, task, cost, depth):
        return super().spend(agent, task, int(cost), depth)


class PerAgent:
    def __init__(self, *limits):
        self.limits, self.budgets = limits, {}

    def spend(self, agent, task, cost, depth):
        return self.budgets.setdefault(agent, _Budget(*self.limits)).spend(agent, task, cost, depth)


class ChargesRefusals(_Budget):
    def spend(self, agent, task, cost, depth):
        answer = self.ok(agent, task, cost, depth)
        self.charge(agent, task, cost)
        return answer


class CountsRefusedRepeats(_Budget):
    def spend(self, agent, task, cost, depth):
        answer = super().spend(agent, task, cost, depth)
        if not answer:
            self.seen[agent, task] += 1
        return answer


class Negative(_Budget):
    def ok(self, agent, task, cost, depth):
        return super().ok(agent, task, 0 if cost < 0 and self.spent + cost <= self.cost else cost, depth)


class Shallow(_Budget):
    def ok(self, agent, task, cost, depth):
        return depth < self.depth and super().ok(agent, task, cost, depth)


class StrictCost(_Budget):
    def ok(self, agent, task, cost, depth):
        return self.spent + cost < self.cost and super().ok(agent, task, cost, depth)


class NoFree(_Budget):
    def ok(self, agent, task, cost, depth):
        return cost > 0 and super().ok(agent, task, cost, depth)


class OneMore(_Budget):
    def __init__(self, calls, cost, depth, repeats):
        super().__init__(calls + 1, cost, depth, repeats)


class NoDepth(_Budget):
    def ok(self, agent, task, cost, depth):
        return super().ok(agent, task, cost, 0)


class Stops(_Budget):
    """The first refusal ends the job."""

    stopped = False

    def spend(self, agent, task, cost, depth):
        answer = not self.stopped and super().spend(agent, task, cost, depth)
        self.stopped = not answer
        return answer


class Numbers(_Budget):
    def spend(self, agent, task, cost, depth):
        return int(super().spend(agent, task, cost, depth))


class OnTheClass(_Budget):
    kept: ClassVar[Counter] = Counter()

    def __init__(self, *limits):
        super().__init__(*limits)
        self.seen = self.kept


ANSWERS = Answers(
    right=[ByHistory],
    wrong=[
        Wrong(Always, "stop", "The answer to call"),
        Wrong(Never, "work", "The answer to call"),
        Wrong(After, "count", "count this one's cost too"),
        Wrong(NoLoops, "stop", "again and again"),
        Wrong(InARow, "stop", "a loop of 2"),
        Wrong(PerTask, "work", "several agents may share"),
        Wrong(PerAgentKey, "work", "an agent may do many"),
        Wrong(Glued, "work", "the names run together"),
        Wrong(GluedByBlank, "work", "the names run together"),
        Wrong(GluedByColon, "work", "the names run together"),
        Wrong(Unordered, "work", "The answer to call"),
        Wrong(AnyCase, "work", "almost the same"),
        Wrong(Recent, "stop", "long after"),
        Wrong(WholeCosts, "count", "costs that are fractions"),
        Wrong(PerAgent, "stop", "not one for each"),
        Wrong(ChargesRefusals, "count", "A refusal charges nothing"),
        Wrong(CountsRefusedRepeats, "count", "The answer to call"),
        Wrong(Negative, "count", "Refuse a negative cost"),
        Wrong(Shallow, "work", "a depth", also=("A depth that equals the limit is allowed.",)),
        Wrong(StrictCost, "count", "The answer to call"),
        Wrong(NoFree, "count", "The answer to call"),
        Wrong(OneMore, "count", "The answer to call"),
        Wrong(NoDepth, "stop", "deeper and deeper"),
        Wrong(Stops, "stop", "too deep, and then not"),
        Wrong(Numbers, "work", "the answer of spend"),
        Wrong(OnTheClass, "work", "The answer to call"),
    ],
)
