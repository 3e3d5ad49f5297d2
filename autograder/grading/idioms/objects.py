"""Finds in one test cell what it does with the learner's objects that a proxy or a copy cannot stand for.

A finder warns where an honest submission would lose points, or a wrong one gain some, and is silent where
that cannot be told from the text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from autograder.boundary.proxy import _PLAIN_DUNDERS, Proxy
from autograder.grading.idioms import table as idioms
from autograder.grading.idioms.origins import Kind, Origins
from autograder.grading.idioms.table import Idiom

Found = Iterator[tuple[ast.AST, Idiom]]


# -- what an object is, and how it is made -------------------------------------------------------------


def _types(o: Origins) -> Found:
    handled = {name for name, _ in _handled(o)}
    for node in o.nodes:
        if isinstance(node, ast.Attribute) and node.attr == "__name__" and _is_class_of(o, node.value):
            if o.kind(_subject(o, node.value)) is Kind.OBJECT:
                yield node, idioms.TYPE
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for side in filter(lambda side: _is_class_of(o, side), sides):
                subject, others = _subject(o, side), [other for other in sides if other is not side]
                if isinstance(subject, ast.Name) and subject.id in handled:  # its own classes are mirrored
                    wrong = any(o.path(other).startswith("builtins.") for other in others)
                else:
                    wrong = o.kind(subject) is Kind.OBJECT or any(
                        o.kind(other) is Kind.CLASS or (o.kind(subject) and _stays(o.path(other)))
                        for other in others
                    )
                if wrong:
                    yield node, idioms.TYPE


def _is_class_of(o: Origins, node: ast.AST) -> bool:
    return _subject(o, node) is not None


def _subject(o: Origins, node: ast.AST) -> ast.expr | None:
    """The x of `type(x)` and `x.__class__`."""
    if isinstance(node, ast.Call) and o.path(node.func) == "builtins.type" and len(node.args) == 1:
        return node.args[0]
    return node.value if isinstance(node, ast.Attribute) and node.attr == "__class__" else None


def _stays(path: str) -> bool:
    """Whether instances of a library's class do not come across by value."""
    by_value = ("builtins", "numpy", "pandas", "datetime", "collections")
    return bool(path) and path.partition(".")[0] not in by_value


def _made(o: Origins) -> Found:
    for node in o.nodes:
        if isinstance(node, ast.Attribute) and o.kind(node.value) in (Kind.NAME, Kind.CLASS, Kind.OBJECT):
            if node.attr.startswith("__") and node.attr.endswith("__") and not _is_forwarded(node.attr):
                yield node, idioms.INSPECT
        elif isinstance(node, ast.Call) and node.args and o.kind(node.args[0]):
            path, kind = o.path(node.func), o.kind(node.args[0])
            if (
                (path.startswith("inspect.") and path not in ("inspect.getdoc", "inspect.cleandoc"))
                or path == "typing.get_type_hints"
                or (path.startswith("dataclasses.") and kind in (Kind.OBJECT, Kind.CLASS))
            ):
                yield node, idioms.INSPECT
            elif path == "builtins.isinstance" and len(node.args) == 2:
                wanted = o.path(node.args[1])
                if _MADE_OF.fullmatch(wanted) or (wanted == "builtins.type" and kind is Kind.CLASS):
                    yield node, idioms.INSPECT
            elif path == "builtins.issubclass" and kind is Kind.CLASS and len(node.args) == 2:
                wanted = o.path(node.args[1])
                if wanted and not wanted.endswith(("Error", "Exception", "Warning", "KeyboardInterrupt")):
                    yield node, idioms.INSPECT


_MADE_OF = re.compile(r"types\.\w+Type|collections\.abc\.(Generator|Coroutine)")


def _is_forwarded(special: str) -> bool:
    """Whether a proxy has this special attribute, or asks for it."""
    return special in _PLAIN_DUNDERS or any(special in vars(base) for base in Proxy.__mro__)


def _copies(o: Origins) -> Found:
    copiers = ("pickle.dump", "pickle.dumps", "copy.copy", "copy.deepcopy", "joblib.dump", "dill.dumps")
    for node in o.nodes:
        is_copied = isinstance(node, ast.Call) and node.args and o.path(node.func) in copiers
        if is_copied and o.kind(node.args[0]) in (Kind.OBJECT, Kind.CLASS):
            yield node, idioms.COPY


#: scikit-learn's functions and classes that look inside the estimator they are given first.
_ESTIMATOR = {
    "cross_val_score", "cross_val_predict", "cross_validate", "GridSearchCV", "RandomizedSearchCV",
    "learning_curve", "validation_curve", "permutation_test_score", "check_is_fitted", "make_pipeline",
    "CalibratedClassifierCV", "from_estimator",
}  # fmt: skip


def _estimators(o: Origins) -> Found:
    for node in o.nodes:
        if not (isinstance(node, ast.Call) and node.args and o.path(node.func).startswith("sklearn.")):
            continue
        name = o.path(node.func).rpartition(".")[2]
        given = node.args if name == "make_pipeline" else node.args[:1]
        if name in _ESTIMATOR and any(o.kind(one) for one in given):
            yield node, idioms.ESTIMATOR
        elif name == "clone" and o.kind(node.args[0]) is Kind.OBJECT:
            yield node, idioms.CLONE


_TOLD = re.compile(r"args|with_traceback|add_note|__(?!cause__|context__|notes__)\w+__")


def _errors(o: Origins) -> Found:
    for name, path in _handled(o):
        for node in o.nodes:
            if not (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)):
                continue
            base = node.value
            if path:
                base = base.value if isinstance(base, ast.Attribute) and base.attr in path else None
            if isinstance(base, ast.Name) and base.id == name and not _TOLD.fullmatch(node.attr):
                yield node, idioms.ERROR


def _handled(o: Origins) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name, attributes that lead to the exception) of the learner's exceptions that the test catches."""
    for node in o.nodes:
        if isinstance(node, ast.Try) and any(map(o.has_theirs, node.body)):
            yield from ((one.name, ()) for one in node.handlers if one.name)
        elif isinstance(node, ast.With) and any(map(o.has_theirs, node.body)):
            for item in node.items:
                if isinstance(item.context_expr, ast.Call) and isinstance(item.optional_vars, ast.Name):
                    called = ast.unparse(item.context_expr.func)
                    if called.endswith(("raises", "assertRaises", "assertRaisesRegex")):
                        yield item.optional_vars.id, ("value", "exception")


# -- operators -----------------------------------------------------------------------------------------

_UNEQUAL_COPIES = {"decimal.Decimal", "fractions.Fraction", "pathlib.Path", "datetime.time"}


def _operators(o: Origins) -> Found:
    for node in o.nodes:
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for one, operator, other in zip(sides, node.ops, sides[1:], strict=False):
                if isinstance(operator, ast.Eq | ast.NotEq | ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                    if _is_refused(o, one, other) or _is_refused(o, other, one):
                        yield node, idioms.OPERATOR
                elif isinstance(operator, ast.In | ast.NotIn) and _only_says_it_contains(o, other):
                    yield node, idioms.SPECIAL


def _is_refused(o: Origins, one: ast.expr, other: ast.expr) -> bool:
    if o.kind(one) is Kind.OBJECT:
        return o.is_ours(other)
    foreign = isinstance(other, ast.Call) and o.path(other.func) in _UNEQUAL_COPIES
    return foreign and o.kind(one) in (Kind.RESULT, Kind.NAME)


def _only_says_it_contains(o: Origins, node: ast.expr) -> bool:
    if o.kind(node) is not Kind.OBJECT or not isinstance(node, ast.Call):
        return False
    text = o.classes[node.func.id] if isinstance(node.func, ast.Name) and node.func.id in o.classes else ""
    return "def __contains__" in text and "def __iter__" not in text and "def __getitem__" not in text


_CONVERSIONS = {f"builtins.{name}" for name in ("abs", "float", "int", "complex", "round", "divmod", "pow")}


def _special_methods(o: Origins) -> Found:
    def is_object(node: ast.AST | None) -> bool:
        return node is not None and o.kind(node) is Kind.OBJECT

    for node in o.nodes:
        if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not):
            asked = is_object(node.operand)
        elif isinstance(node, ast.Call):
            asked = o.path(node.func) in _CONVERSIONS and any(map(is_object, node.args))
            if o.path(node.func) == "builtins.sum" and len(node.args) == 1 and not node.keywords:
                asked = isinstance(node.args[0], ast.List) and any(map(is_object, node.args[0].elts))
        elif isinstance(node, ast.FormattedValue):
            asked = node.format_spec is not None and is_object(node.value)
        elif isinstance(node, ast.Delete):
            asked = any(isinstance(one, ast.Attribute) and is_object(one.value) for one in node.targets)
        elif isinstance(node, ast.Set):
            asked = sum(map(is_object, node.elts)) > 1
        else:
            asked = isinstance(node, ast.Dict) and any(map(is_object, node.keys))
        if asked:
            yield node, idioms.SPECIAL


# -- copies where the test means the thing itself ------------------------------------------------------


def _changes_in_place(o: Origins) -> Found:
    calls = [node for node in o.calls() if isinstance(node.func, ast.Name) and o.kind(node.func) is Kind.NAME]
    calls += [node.value for node in o.nodes if isinstance(node, ast.Expr)
              and isinstance(node.value, ast.Call) and o.kind(node.value)]  # fmt: skip
    for call in calls:
        for name in {one.id for one in [*call.args, *(k.value for k in call.keywords)] if _is_own(o, one)}:
            later = (check for check in _checks(o) if check.lineno > call.lineno)
            if any(
                _is_about(o, check, name) and not o.rebinds(name, call.lineno, check.lineno)
                for check in later
            ):
                yield call, idioms.IN_PLACE


def _checks(o: Origins) -> Iterator[ast.expr]:
    """What `assert` and the `assert_...` functions of libraries look at."""
    for node in o.nodes:
        if isinstance(node, ast.Assert):
            yield node.test
        elif isinstance(node, ast.Call) and ".testing.assert_" in o.path(node.func):
            yield node


def _is_own(o: Origins, node: ast.expr) -> bool:
    """Whether `node` is a name of a changeable value that the test made."""
    value = o.value(node.id, node.lineno) if isinstance(node, ast.Name) else None
    unchanging = (ast.Constant, ast.Lambda, ast.Tuple, ast.JoinedStr, ast.UnaryOp, ast.Compare)
    if value is None or isinstance(value, unchanging) or o.kind(value):
        return False
    while isinstance(value, ast.Subscript):
        value = value.value
    path = o.path(value.func) if isinstance(value, ast.Call) else ""
    return "mock" not in path and not path.endswith(("Path", "StringIO", "BytesIO", "default_rng"))


def _is_about(o: Origins, test: ast.expr, name: str) -> bool:
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    return name in names and not o.has_theirs(test)


def _changes_of_copies(o: Origins) -> Found:
    changers = {"append", "extend", "update", "sort", "reverse"}
    for node in o.nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            method = node.value.func
            changes = isinstance(method, ast.Attribute) and method.attr in changers
            if changes and (
                _is_attribute_of_object(o, method.value) or _is_global_that_is_used(o, method.value)
            ):
                yield node, idioms.CONTAINER
        elif isinstance(node, ast.Assign):
            items = [one for one in node.targets if isinstance(one, ast.Subscript)]
            if any(_is_attribute_of_object(o, item.value) for item in items):
                yield node, idioms.CONTAINER


def _is_attribute_of_object(o: Origins, node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and o.kind(node.value) is Kind.OBJECT


def _is_global_that_is_used(o: Origins, node: ast.expr) -> bool:
    """Whether `node` is a learner's variable, and a learner's function is called afterwards without it."""
    if not (isinstance(node, ast.Name) and node.id in o.learners and o.kind(node) is Kind.NAME):
        return False
    later = [call for call in o.calls() if call.lineno > node.lineno and isinstance(call.func, ast.Name)]
    return any(not any(isinstance(n, ast.Name) and n.id == node.id for n in ast.walk(call)) for call in later)


def _augmented(o: Origins) -> Found:
    known = o.asked | o.known
    for node in o.nodes:
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
            inner = any(isinstance(one, ast.arg) and one.arg == name for one in o.nodes)
            if name not in known and not inner and o.value(name, node.lineno) is None:
                yield node, idioms.AUGMENTED


def _sameness(o: Origins) -> Found:
    for node in o.nodes:
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is):
            called = isinstance(node.left, ast.Call) and o.kind(node.left) is Kind.RESULT
            if called and _is_own(o, node.comparators[0]):
                yield node, idioms.SAME


FINDERS: list[Callable[[Origins], Found]] = [
    _types, _made, _copies, _estimators, _errors, _operators, _special_methods, _changes_in_place,
    _changes_of_copies, _augmented, _sameness,
]  # fmt: skip
