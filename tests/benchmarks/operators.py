"""Small changes of a solution, one operator each: the slips that a check should see.

An operator is given a node of the syntax tree and yields what could stand in its place. It needs no care for
what is impossible or the same: `changes.mutants` leaves out what does not compile and what reads as before.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Operator = Callable[[ast.AST], Iterator[ast.AST]]

COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.MatMult: ast.Mult,
}  # fmt: skip
_PAIRS = (
    ("all", "any"), ("ceil", "floor"), ("int", "round"), ("lower", "upper"), ("max", "min"),
    ("maximum", "minimum"), ("mean", "sum"), ("ones", "zeros"), ("startswith", "endswith"),
)  # fmt: skip
NAMES = dict(_PAIRS) | {right: left for left, right in _PAIRS}


# -- expressions -----------------------------------------------------------------------------------


def other_comparison(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            ops = [*node.ops[:place], COMPARISONS[type(operator)](), *node.ops[place + 1 :]]
            yield changed(node, ops=ops)


def shorter_chain(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        yield ast.Compare(node.comparators[0], node.ops[1:], node.comparators[1:])
        yield ast.Compare(node.left, node.ops[:-1], node.comparators[:-1])


def other_constant(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(float(value)):
            step = abs(value) / 10 or 0.1
            yield from (ast.Constant(float(f"{other:.6g}")) for other in (value + step, value - step))
        case ast.Constant(str(value)):
            yield ast.Constant("" if value else "x")
        case ast.Constant(bytes(value)):
            yield ast.Constant(b"" if value else b"x")


def other_arithmetic(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        yield changed(node, op=ARITHMETIC[type(node.op)]())


def other_junction(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BoolOp):
        yield changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())


def fewer_operands(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BoolOp(_, [left, right]):
            yield from (left, right)
        case ast.BoolOp(_, values):
            yield from (changed(node, values=rest) for rest in _each_dropped(values))
        case ast.BinOp(left, _, right):
            yield from (left, right)
        case ast.UnaryOp(_, operand):  # `not` and `~` too
            yield operand


def fewer_elements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.List(elements, ast.Load()) | ast.Tuple(elements, ast.Load()) | ast.Set(elements):
            yield from (changed(node, elts=rest) for rest in _each_dropped(elements) if rest)
        case ast.Dict(keys, values):
            for rest in zip(_each_dropped(keys), _each_dropped(values), strict=True):
                yield ast.Dict(*rest)


def swapped_arguments(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and not _takes_any_order(node.func):
        for place in range(len(node.args) - 1):
            first, second = node.args[place : place + 2]
            yield changed(node, args=[*node.args[:place], second, first, *node.args[place + 2 :]])


def _takes_any_order(func: ast.expr) -> bool:
    names = ("min", "max", "minimum", "maximum")
    return isinstance(func, ast.Name | ast.Attribute) and ast.unparse(func).rpartition(".")[2] in names


def fewer_arguments(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call):
        yield from (changed(node, keywords=rest) for rest in _each_dropped(node.keywords))
        if len(node.args) > 1:
            yield changed(node, args=node.args[:-1])


def without_call(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Call(ast.Attribute(value), []):  # `y.copy()` → `y`
            yield value
        case ast.Call(func, [argument]):  # `sorted(found)` → `found`
            yield argument
            if isinstance(func, ast.Attribute):  # `at.astimezone(zone)` → `at`
                yield func.value


def other_name(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Name(name, ast.Load()) if name in NAMES:
            yield changed(node, id=NAMES[name])
        case ast.Attribute(_, name) if name in NAMES:
            yield changed(node, attr=NAMES[name])


def other_index(node: ast.AST) -> Iterator[ast.AST]:
    """The next index, or a slice with a bound less or moved. Constants are moved by `other_constant`."""
    fixed = (ast.Constant, ast.JoinedStr, ast.Slice, ast.Tuple, ast.UnaryOp)
    match node:
        case ast.Subscript(_, ast.expr() as index) if not isinstance(index, fixed):
            yield changed(node, slice=ast.BinOp(index, ast.Add(), ast.Constant(1)))
        case ast.Slice():
            for name in ("lower", "upper", "step"):
                if bound := getattr(node, name):
                    yield changed(node, **{name: None})
                    if not isinstance(bound, fixed):
                        yield changed(node, **{name: ast.BinOp(bound, ast.Add(), ast.Constant(1))})


def other_branch(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.IfExp(test, body, orelse):
            yield from (body, orelse, changed(node, test=ast.UnaryOp(ast.Not(), test)))
        case ast.If(test, _, orelse):
            yield from (changed(node, test=ast.Constant(value)) for value in (True, False))
            if orelse:
                yield changed(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.While():
            yield changed(node, test=ast.Constant(False))


def fewer_rounds(node: ast.AST) -> Iterator[ast.AST]:
    """A loop or comprehension without its first or last round, or without one of its conditions."""
    if isinstance(node, ast.For | ast.comprehension):
        rounds = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
        for bounds in (ast.Slice(ast.Constant(1)), ast.Slice(None, ast.UnaryOp(ast.USub(), ast.Constant(1)))):
            yield changed(node, iter=ast.Subscript(rounds, bounds, ast.Load()))
    if isinstance(node, ast.comprehension):
        yield from (changed(node, ifs=rest) for rest in _each_dropped(node.ifs))


# -- statements ------------------------------------------------------------------------------------


def fewer_statements(node: ast.AST) -> Iterator[ast.AST]:
    """A statement less. Conditions are `other_branch`'s, loops are `fewer_rounds`'."""
    kept = ast.If | ast.For | ast.While | ast.Try | ast.With | ast.Pass | ast.Import | ast.ImportFrom
    if isinstance(node, ast.stmt) and not isinstance(node, kept):
        yield ast.Pass()


def nothing_returned(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Return) and node.value:
        yield ast.Return(ast.Constant(None))


def other_error(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Raise) and node.exc:
        yield changed(node, exc=ast.Name("RuntimeError", ast.Load()))


def without_handler(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Try):
        yield ast.If(ast.Constant(True), node.body, [])


def fewer_decorators(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield from (changed(node, decorator_list=rest) for rest in _each_dropped(node.decorator_list))


OPERATORS: tuple[Operator, ...] = (
    other_comparison, shorter_chain, other_constant, other_arithmetic, other_junction, fewer_operands,
    fewer_elements, swapped_arguments, fewer_arguments, without_call, other_name, other_index, other_branch,
    fewer_rounds, fewer_statements, nothing_returned, other_error, without_handler, fewer_decorators,
)  # fmt: skip


def changed(node: ast.AST, **fields: Any) -> Any:
    """A copy of `node` with other fields."""
    return ast.copy_location(type(node)(**(dict(ast.iter_fields(node)) | fields)), node)


def _each_dropped(values: Sequence[Any]) -> Iterator[list[Any]]:
    """`values` without the first, without the second …"""
    return ([*values[:place], *values[place + 1 :]] for place in range(len(values)))
