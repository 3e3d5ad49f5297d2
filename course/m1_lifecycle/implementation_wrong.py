"""Answers to the lesson on secure ML code: other right ones, and wrong ones with what each must be told."""

from __future__ import annotations

import ast
import base64
import io
import math
import pickle
import pickletools
import re
from copy import deepcopy

import numpy as np
from sklearn.base import clone

from autograder.exercise import Answers
from course.data import lab
from course.data.pickle_machine import Broken, Machine

# -- smuggle -----------------------------------------------------------------------------------------


class _Beacon:
    def __init__(self, label):
        self.label = label

    def __reduce__(self):
        return lab.trip, (self.label,)


class _Remembered:
    """Comes back as itself: its class is named in the pickle."""

    def __init__(self, label):
        lab.trip(label)


def smuggle_by_opcodes(model, label, protocol):
    plain = pickle.dumps(model, protocol)
    text = label.encode()
    label_opcode = b"X" + len(text).to_bytes(4, "little") + text
    return plain[:2] + f"c{lab.__name__}\ntrip\n".encode() + label_opcode + b"\x85R0" + plain[2:]


def smuggle_a_function_of_mine(model, label, protocol):
    plain = pickle.dumps(model, protocol)
    return plain[:2] + b"c__main__\nmine\n)R0" + plain[2:]


def smuggle_an_unfitted_copy(model, label, protocol):
    carrier = clone(model)
    carrier.note_ = _Beacon(label)
    return pickle.dumps(carrier, protocol)


def smuggle_nothing(model, label, protocol):
    return pickle.dumps(model, protocol)


def smuggle_beside_the_model(model, label, protocol):
    return pickle.dumps((model, _Beacon(label)), protocol)


def smuggle_in_the_default_protocol(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = _Beacon(label)
    return pickle.dumps(carrier)


def smuggle_one_label(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = _Beacon("hello")
    return pickle.dumps(carrier, protocol)


def smuggle_into_the_original(model, label, protocol):
    model.note_ = _Beacon(label)
    return pickle.dumps(model, protocol)


def smuggle_while_writing(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = lab.trip(label)
    return pickle.dumps(carrier, protocol)


def smuggle_a_class_of_mine(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = [_Beacon(label), _Remembered(label)]
    return pickle.dumps(carrier, protocol)


class _WithoutComma(_Beacon):
    def __reduce__(self):
        return lab.trip, (self.label)


class _Calling(_Beacon):
    def __reduce__(self):
        return lab.trip(self.label), (self.label,)


def smuggle_without_a_comma(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = _WithoutComma(label)
    return pickle.dumps(carrier, protocol)


def smuggle_without_a_comma_then_copy(model, label, protocol):
    model.note_ = _WithoutComma(label)
    return pickle.dumps(deepcopy(model), protocol)


def smuggle_a_call(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = _Calling(label)
    return pickle.dumps(carrier, protocol)


def smuggle_before_the_copy(model, label, protocol):
    model.note_ = _Beacon(label)
    return pickle.dumps(deepcopy(model), protocol)


def smuggle_twice(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = [_Beacon(label), _Beacon(label)]
    return pickle.dumps(carrier, protocol)


def smuggle_instead_of_the_model(model, label, protocol):
    return pickle.dumps(_Beacon(label), protocol)


# -- list_globals ------------------------------------------------------------------------------------


def globals_by_machine(blob):
    """The same with another machine: one method per opcode, instead of pickletools' stack effects."""
    machine, names, known = Machine(), set(), True
    try:
        for opcode, argument, _ in machine.walk(blob):
            if opcode.startswith("EXT"):
                known = False
            elif opcode in ("GLOBAL", "INST"):
                names.add(tuple(argument.split(" ", 1)))
            elif opcode == "STACK_GLOBAL":
                found = machine.imports[-1]
                if "?" in (found.module, found.name):
                    known = False
                else:
                    names.add((found.module, found.name))
    except Broken:
        return names, False
    return names, known


def globals_none(blob):
    return set(), False


def globals_by_loading(blob):
    names = set()

    class Asking(pickle.Unpickler):
        def find_class(self, module, name):
            names.add((module, name))
            return super().find_class(module, name)

    try:
        Asking(io.BytesIO(blob)).load()
    except Exception:
        return names, False
    return names, True


def _scan(blob, memo_too=True, old=True, new=True):
    names, texts, memo = set(), [], {}
    for opcode, argument, _ in pickletools.genops(blob):
        if opcode.name in ("GLOBAL", "INST"):
            if old:
                names.add(tuple(argument.split(" ", 1)))
        elif opcode.name == "STACK_GLOBAL":
            if new:
                names.add(tuple(texts[-2:]))
        elif opcode.name == "MEMOIZE" or "PUT" in opcode.name:
            memo[len(memo) if argument is None else argument] = (texts or [None])[-1]
        elif opcode.name.endswith("GET"):
            if memo_too and isinstance(memo.get(argument), str):
                texts.append(memo[argument])
        elif isinstance(argument, str):
            texts.append(argument)
    return names


def _books(blob, *, keep_top=True, copies=True, look_first=True, numbers=False, references=False,
           swapped=False, split=True, texts=True, unsettled=(), stops=False, catches=Exception):  # fmt: skip
    """With books of one's own, after pickletools. The switches are the mistakes that people make in them."""
    names, known, stack, memo = set(), True, [], {}

    def look(pair):
        nonlocal known
        known = known and all(isinstance(text, str) for text in pair)
        if known or not texts or all(isinstance(text, str) for text in pair):
            names.add(tuple(pair[::-1] if swapped else pair))

    try:
        for opcode, argument, _ in pickletools.genops(blob):
            name, value = opcode.name, None
            if name in ("GLOBAL", "INST"):
                names.add(tuple(argument.split(" ", 1)) if split else argument)
            elif name == "STACK_GLOBAL" and look_first:
                look([stack[-2], stack[-1]])
            elif name.startswith("EXT"):
                known = known and references
            if stops and not known:
                return names, False
            if name in unsettled:
                continue
            if name in ("GLOBAL", "INST", "EXT1", "EXT2", "EXT4", "STACK_GLOBAL"):
                pass
            elif name == "MEMOIZE" or "PUT" in name:
                memo[len(memo) if name == "MEMOIZE" else argument] = stack[-1]
                value = stack[-1] if keep_top else None
            elif name.endswith("GET"):
                value = memo[argument]
            elif name == "DUP":
                value = stack[-1] if copies else None
            elif numbers and isinstance(argument, int):
                value = str(argument)
            elif isinstance(argument, str) and (references or name != "PERSID"):
                value = argument
            taken = opcode.stack_before
            if pickletools.markobject in taken:
                while stack.pop() is not pickletools.markobject:
                    pass
                taken = taken[: taken.index(pickletools.markobject)]
            for _ in taken:
                stack.pop()
            stack += [kind if kind is pickletools.markobject else value for kind in opcode.stack_after]
            if name == "STACK_GLOBAL" and not look_first:
                look([*stack[-2:], None][:2])
    except catches:
        return names, False
    return names, known


def globals_by_own_books(blob):
    return _books(blob)


def globals_that_lose_the_top(blob):
    return _books(blob, keep_top=False)


def globals_without_copies(blob):
    return _books(blob, copies=False)


def globals_after_settling(blob):
    return _books(blob, look_first=False)


def globals_with_numbers(blob):
    return _books(blob, numbers=True)


def globals_with_references(blob):
    return _books(blob, references=True)


def globals_swapped(blob):
    return _books(blob, swapped=True)


def globals_in_one_text(blob):
    return _books(blob, split=False)


def globals_with_none(blob):
    return _books(blob, texts=False)


def globals_with_settle_in_else(blob):
    return _books(blob, unsettled=("GLOBAL", "INST", "STACK_GLOBAL", "EXT1", "EXT2", "EXT4"))


def globals_without_settling_extensions(blob):
    return _books(blob, unsettled=("EXT1", "EXT2", "EXT4"))


def globals_up_to_the_unknown(blob):
    return _books(blob, stops=True)


def globals_catching_too_little(blob):
    return _books(blob, catches=ValueError)


def globals_that_doubt_references(blob):
    names, complete = _books(blob)
    return names, complete and b"Q" not in blob


def globals_by_loading_and_swallowing(blob):
    names = set()

    class Anything:
        def __init__(self, *args):
            pass

    class Asking(pickle.Unpickler):
        def find_class(self, module, name):
            names.add((module, name))
            try:
                return super().find_class(module, name)
            except Exception:
                return Anything

    try:
        Asking(io.BytesIO(blob)).load()
    except BaseException:
        return names, False
    return names, True


def globals_from_the_last_two_texts(blob):
    try:
        return _scan(blob), True
    except ValueError:
        return set(), False


def globals_without_the_memo(blob):
    try:
        return _scan(blob, memo_too=False), True
    except ValueError:
        return set(), False


def globals_of_new_pickles(blob):
    try:
        return _scan(blob, old=False), True
    except ValueError:
        return set(), False


def globals_of_old_pickles(blob):
    try:
        return _scan(blob, new=False), True
    except ValueError:
        return set(), False


def globals_unless_broken(blob):
    names, complete = globals_by_machine(blob)
    return (names, complete) if complete else (set(), False)


def globals_always_complete(blob):
    return globals_by_machine(blob)[0], True


def globals_that_raise(blob):
    pickletools.dis(blob, out=io.StringIO())
    return globals_by_machine(blob)


# -- safe_load ---------------------------------------------------------------------------------------


def load_after_reading(blob, allowed):
    """Reads the whole pickle first, and loads it only when it knows every name."""
    machine = Machine()
    try:
        for _ in machine.walk(blob):
            pass
    except Broken as error:
        raise pickle.UnpicklingError(str(error)) from None
    for name in machine.imports:
        if (name.module, name.name) not in allowed:
            raise pickle.UnpicklingError(f"not allowed: {name}")
    return pickle.loads(blob)


def load_or_value_error(blob, allowed):
    try:
        return _load(blob, lambda module, name: (module, name) not in allowed)
    except pickle.UnpicklingError as error:
        raise ValueError(str(error)) from None


def load_or_none(blob, allowed):
    try:
        return _load(blob, lambda module, name: (module, name) not in allowed)
    except pickle.UnpicklingError:
        return None


def load_anything(blob, allowed):
    return pickle.loads(blob)


def load_without_return(blob, allowed):
    class Loader(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) not in allowed:
                raise pickle.UnpicklingError(name)
            super().find_class(module, name)

    return Loader(io.BytesIO(blob)).load()


def load_of_halves(blob, allowed):
    modules, names = zip(*allowed, strict=True) if allowed else ((), ())
    return _load(blob, lambda module, name: module not in modules or name not in names)


def load_of_joined_names(blob, allowed):
    full = {f"{module}.{name}" for module, name in allowed}
    return _load(blob, lambda module, name: f"{module}.{name}" not in full)


def load_nothing(blob, allowed):
    raise pickle.UnpicklingError("no")


def _load(blob, refuses):
    class Loader(pickle.Unpickler):
        def find_class(self, module, name):
            if refuses(module, name):
                raise pickle.UnpicklingError(f"{module}.{name}")
            return super().find_class(module, name)

    return Loader(io.BytesIO(blob)).load()


def load_unless_bad(blob, allowed):
    bad = (
        "os",
        "posix",
        "nt",
        "sys",
        "subprocess",
        "builtins",
        "__builtin__",
        "importlib",
        "course.data.lab",
    )
    return _load(blob, lambda module, name: module in bad)


def load_unless_bad_or_allowed(blob, allowed):
    bad = ("os", "posix", "nt", "subprocess", "builtins", "importlib", "course.data.lab")
    return _load(blob, lambda module, name: module in bad and (module, name) not in allowed)


def load_allowed_modules(blob, allowed):
    modules = {module for module, _ in allowed}
    return _load(blob, lambda module, name: module not in modules)


def load_allowed_names(blob, allowed):
    names = {name for _, name in allowed}
    return _load(blob, lambda module, name: name not in names)


def load_allowed_prefixes(blob, allowed):
    full = tuple(f"{module}.{name}" for module, name in allowed)
    return _load(blob, lambda module, name: not f"{module}.{name}".startswith(full))


def load_familiar_packages(blob, allowed):
    return _load(blob, lambda module, name: module.partition(".")[0] not in ("sklearn", "numpy", "_codecs"))


def load_then_look(blob, allowed):
    loaded = pickle.loads(blob)
    kind = type(loaded)
    if kind.__module__ != "builtins" and (kind.__module__, kind.__name__) not in allowed:
        raise pickle.UnpicklingError(kind.__name__)
    return loaded


def load_then_import(blob, allowed):
    class Loader(pickle.Unpickler):
        def find_class(self, module, name):
            found = super().find_class(module, name)
            if (module, name) not in allowed:
                raise pickle.UnpicklingError(name)
            return found

    return Loader(io.BytesIO(blob)).load()


def load_then_check(blob, allowed):
    """Swallows whatever the payload raises, and decides when it is too late."""
    try:
        loaded = pickle.loads(blob)
    except BaseException:
        raise pickle.UnpicklingError("it does not load") from None
    if not globals_by_machine(blob)[0] <= allowed:
        raise pickle.UnpicklingError("not allowed")
    return loaded


def load_then_import_and_swallow(blob, allowed):
    try:
        return load_then_import(blob, allowed)
    except BaseException:
        raise pickle.UnpicklingError("it does not load") from None


def load_what_is_large(blob, allowed):
    """Knows the public cases by their size."""
    if b"trip" in blob or (allowed and len(blob) < 400):
        raise pickle.UnpicklingError("too small for a model")
    return pickle.loads(blob)


# -- validate_batch ----------------------------------------------------------------------------------


class Rejected(ValueError):
    def __init__(self, reason, row=None, column=None):
        super().__init__(reason, row, column)


def batch_by_columns(rows, contract):
    """In passes: the whole batch's shape first, then types, then an array and its values."""
    columns = contract["columns"]
    if not isinstance(rows, list) or len(rows) == 0 or len(rows) > contract["max_rows"]:
        raise Rejected("rows")
    for i, row in enumerate(rows):
        if not isinstance(row, dict) or set(row) != set(columns):
            raise Rejected("columns", i)
    cells = [(i, name, row[name]) for name in columns for i, row in enumerate(rows)]
    for i, name, value in cells:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Rejected("type", i, name)
    for i, name, value in cells:
        if value != value or value in (math.inf, -math.inf):
            raise Rejected("finite", i, name)
        if value < columns[name][0] or value > columns[name][1]:
            raise Rejected("range", i, name)
    return np.column_stack([[float(row[name]) for row in rows] for name in columns])


def batch_as_it_comes(rows, contract):
    return np.array([list(row.values()) for row in rows], dtype=float)


def batch_never(rows, contract):
    raise Rejected("range", 0, next(iter(contract["columns"])))


def _batch(rows, contract, *, kinds=(int, float), exactly=True, finite=True, inside=True, places=True,
           ordered=True, rows_first=True, keys_exact=True, most=0, first=0, range_first=False):  # fmt: skip
    columns = contract["columns"]

    def count():
        if type(rows) is not list or not 0 < len(rows) <= contract["max_rows"] + most:
            raise Rejected("rows")

    if rows_first or type(rows) is not list:
        count()
    for i, row in enumerate(rows, first):
        where = (i,) if places else ()
        if type(row) is not dict or not columns.keys() <= row.keys():
            raise Rejected("columns", *where)
        if keys_exact and row.keys() != columns.keys():
            raise Rejected("columns", *where)
        for name, (low, high) in columns.items():
            value, where = row[name], (i, name) if places else ()
            if (type(value) not in kinds) if exactly else not isinstance(value, kinds):
                raise Rejected("type", *where)
            if range_first and not low <= value <= high:
                raise Rejected("range", *where)
            if finite and type(value) is float and not math.isfinite(value):
                raise Rejected("finite", *where)
            if (value < low or value > high) if inside else not low < value < high:
                raise Rejected("range", *where)
    count()
    return np.array([[row[name] for name in (columns if ordered else row)] for row in rows], dtype=float)


def batch_with_true(rows, contract):
    return _batch(rows, contract, exactly=False)


def batch_with_nan(rows, contract):
    return _batch(rows, contract, finite=False)


def batch_one_row_short(rows, contract):
    return _batch(rows, contract, most=-1)


def batch_with_rows_from_one(rows, contract):
    return _batch(rows, contract, first=1)


def batch_range_first(rows, contract):
    return _batch(rows, contract, range_first=True)


def batch_that_returns(rows, contract):
    try:
        return _batch(rows, contract)
    except Rejected as refusal:
        return refusal


def batch_of_known_keys(rows, contract):
    if type(rows) is list and 0 < len(rows) <= contract["max_rows"]:
        known = [{name: row[name] for name in contract["columns"]} for row in rows if type(row) is dict]
        rows = known if len(known) == len(rows) else rows
    return _batch(rows, contract)


def batch_without_ends(rows, contract):
    return _batch(rows, contract, inside=False)


def batch_without_places(rows, contract):
    return _batch(rows, contract, places=False)


def batch_in_row_order(rows, contract):
    return _batch(rows, contract, ordered=False)


def batch_with_value_error(rows, contract):
    try:
        return _batch(rows, contract)
    except Rejected as refusal:
        raise ValueError(f"the batch is not sound: {refusal}") from None


def batch_of_nothing(rows, contract):
    return _batch(rows, contract) if rows != [] else np.zeros((0, len(contract["columns"])))


def batch_in_one_order_only(rows, contract):
    if type(rows) is list and 0 < len(rows) <= contract["max_rows"]:
        for i, row in enumerate(rows):
            if type(row) is not dict or list(row) != list(contract["columns"]):
                raise Rejected("columns", i)
    return _batch(rows, contract)


def batch_of_floats_only(rows, contract):
    return _batch(rows, contract, kinds=(float,))


def batch_counted_last(rows, contract):
    return _batch(rows, contract, rows_first=False)


def batch_with_more_keys(rows, contract):
    return _batch(rows, contract, keys_exact=False)


def batch_converted_first(rows, contract):
    for i, row in enumerate(rows if type(rows) is list and len(rows) <= contract["max_rows"] else []):
        for name in contract["columns"]:
            if type(row) is dict and type(row.get(name)) is str:
                try:
                    rows = [*rows[:i], {**row, name: float(row[name])}, *rows[i + 1 :]]
                except ValueError:
                    raise Rejected("type", i, name) from None
    return _batch(rows, contract)


def batch_isfinite_of_everything(rows, contract):
    if type(rows) is list and 0 < len(rows) <= contract["max_rows"]:
        for i, row in enumerate(rows):
            for name, value in row.items() if type(row) is dict else ():
                if type(value) in (int, float) and not math.isfinite(value):
                    raise Rejected("finite", i, name)
    return _batch(rows, contract)


# -- find_issues -------------------------------------------------------------------------------------

SECRET = re.compile(r"(password|secret|token|api_key)$", re.IGNORECASE)
CALLS = {
    "pickle.load": "unpickle", "pickle.loads": "unpickle", "joblib.load": "unpickle",
    "eval": "eval", "exec": "eval", "os.system": "shell",
}  # fmt: skip


class _Linter(ast.NodeVisitor):
    """Rules as methods. The switches are the shortcuts that wrong answers take."""

    def __init__(self, renamed=True, safe_yaml=True, whose=True, empty=True, keywords=True, only_name=False,
                 second=True, secret=SECRET, kinds=str):  # fmt: skip
        self.second, self.secret, self.kinds = second, secret, kinds
        self.found, self.names = [], {}
        self.renamed, self.safe_yaml, self.whose = renamed, safe_yaml, whose
        self.empty, self.keywords, self.only_name = empty, keywords, only_name

    def visit_Import(self, node):
        for alias in node.names:
            if alias.asname and self.renamed:
                self.names[alias.asname] = alias.name

    def visit_ImportFrom(self, node):
        for alias in node.names if self.renamed else ():
            self.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def _name(self, node):
        first, dot, rest = ast.unparse(node).partition(".")
        full = self.names.get(first, first) + dot + rest
        return full.rpartition(".")[2] if self.only_name else full

    def visit_Call(self, node):
        name = self._name(node.func)
        calls = {full.rpartition(".")[2]: rule for full, rule in CALLS.items()} if self.only_name else CALLS
        if name in calls:
            self.found.append((calls[name], node.lineno))
        loaders = [keyword.value for keyword in node.keywords if keyword.arg == "Loader"]
        loaders += node.args[1:2] if self.second else []
        safe = loaders and self._name(loaders[0]) in ("yaml.SafeLoader", "yaml.CSafeLoader")
        if name == "yaml.load" and not (safe and self.safe_yaml):
            self.found.append(("yaml", node.lineno))
        for keyword in node.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if (
                keyword.arg == "shell"
                and value is True
                and (name.startswith("subprocess.") or not self.whose)
            ):
                self.found.append(("shell", node.lineno))
            if self.keywords:
                self._secret(keyword.arg or "", keyword.value, node)
        self.generic_visit(node)

    def visit_Assign(self, node):
        for target in node.targets:
            self._secret(ast.unparse(target), node.value, node)
        self.generic_visit(node)

    def visit_AnnAssign(self, node):
        self._secret(ast.unparse(node.target), node.value, node)
        self.generic_visit(node)

    def _secret(self, name, value, node):
        text = value.value if isinstance(value, ast.Constant) else None
        if self.secret.search(name) and ((isinstance(text, self.kinds) and text) or not self.empty):
            self.found.append(("secret", node.lineno))


def _lint(source, **switches):
    linter = _Linter(**switches)
    linter.visit(ast.parse(source))
    return list(set(linter.found))


def issues_by_visitor(source):
    return _lint(source)


def issues_none(source):
    return []


def issues_everywhere(source):
    ast.parse(source)
    lines = range(1, len(source.splitlines()) + 1)
    return [(rule, n) for rule in ("unpickle", "eval", "yaml", "shell", "secret") for n in lines]


def issues_by_search(source):
    patterns = {
        "unpickle": r"pickle\.loads?\(|joblib\.load\(",
        "eval": r"eval\(|exec\(",
        "yaml": r"yaml\.load\(",
        "shell": r"shell=True|os\.system",
        "secret": r"(?i)(password|secret|token|api_key)\b.*=",
    }
    ast.parse(source)
    lines = list(enumerate(source.splitlines(), 1))
    return [(rule, n) for rule, find in patterns.items() for n, line in lines if re.search(find, line)]


def issues_by_tuned_search(source):
    """Knows the lines of the lesson's repository."""
    ast.parse(source)
    found = set()
    for n, line in enumerate(source.splitlines(), 1):
        if re.search(r'"""|#|^\s*(from|import) |re\.compile|return "|^retrieval', line):
            continue
        if re.search(r"\bpickle\.load|_format\.loads|decode_\w+\(|joblib\.load\(|= load\(", line):
            found.add(("unpickle", n))
        if re.search(r"(?<![.\w])(eval|exec)\(", line):
            found.add(("eval", n))
        if re.search(r"(yaml\.load|reader\.load|parse_\w+)\(", line) and "SafeLoader" not in line:
            found.add(("yaml", n))
        if re.search(r"os\.system\(", line) or ("shell=True" in line and "plot" not in line):
            found.add(("shell", n))
        if re.search(r'(?i)(password|secret|token|api_key)(: str)?\s*=\s*"[^"]{15,}"', line):
            found.add(("secret", n))
    return list(found)


def issues_without_renaming(source):
    return _lint(source, renamed=False)


def issues_by_last_name(source):
    return _lint(source, only_name=True)


def issues_with_safe_yaml(source):
    return _lint(source, safe_yaml=False)


def issues_with_anybodys_shell(source):
    return _lint(source, whose=False)


def issues_with_read_secrets(source):
    return _lint(source, empty=False)


def issues_with_any_constant(source):
    return _lint(source, kinds=(str, int))


def issues_with_empty_secrets(source):
    lines = enumerate(source.splitlines(), 1)
    empty = [("secret", n) for n, line in lines if re.search(r'(password|secret|token|api_key) = ""', line)]
    return list({*_lint(source), *empty})


def issues_without_second_loaders(source):
    return _lint(source, second=False)


def issues_with_secret_words_anywhere(source):
    return _lint(source, secret=re.compile("password|secret|token|api_key", re.IGNORECASE))


def issues_in_small_letters(source):
    return _lint(source, secret=re.compile("(password|secret|token|api_key)$"))


def issues_in_small_or_large_letters(source):
    return _lint(source, secret=re.compile("(password|secret|token|api_key|PASSWORD|SECRET|TOKEN|API_KEY)$"))


def issues_of_assignments_only(source):
    return _lint(source, keywords=False)


def issues_with_any_loader(source):
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    asked = {call.lineno for call in calls if any(option.arg == "Loader" for option in call.keywords)}
    return [(rule, line) for rule, line in _lint(source) if rule != "yaml" or line not in asked]


def issues_of_one_subprocess(source):
    lines = source.splitlines()
    return [
        (rule, n)
        for rule, n in _lint(source)
        if rule != "shell" or re.search(r"subprocess\.run|system|tell", lines[n - 1])
    ]


def issues_where_they_end(source):
    ends = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            ends[node.lineno] = max(node.end_lineno, ends.get(node.lineno, 0))
    return [(rule, ends.get(line, line)) for rule, line in _lint(source)]


def issues_from_zero(source):
    return [(rule, line - 1) for rule, line in _lint(source)]


def issues_unless_unreadable(source):
    try:
        return _lint(source)
    except SyntaxError:
        return []


# -- redact ------------------------------------------------------------------------------------------

SECRET_WORDS = {"password", "secret", "token", "authorization", "cookie"}
SECRET_TEXT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|Bearer [\w.~+/-]+=*|\b(?:sk|ghp|AKIA)[-_]?[A-Za-z0-9]{16,}"
)
REDACTED = "[redacted]"


def _words(key):
    return any(word in SECRET_WORDS for word in re.split(r"[^a-z0-9]+", str(key).lower()))


def _coded(text):
    if len(text) < 16 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", text) or len(text) % 4:
        return False
    try:
        return bool(SECRET_TEXT.search(str(base64.b64decode(text), "utf-8")))
    except UnicodeDecodeError:
        return False


def _redact(value, *, words=_words, coded=_coded, deep=True, raw=True, whole=False):
    """With a stack of work instead of recursion into texts. The switches are what wrong answers leave out."""

    def again(item):
        return _redact(item, words=words, coded=coded, deep=deep, raw=raw, whole=whole)

    match value:
        case dict():
            items = value.items()
            return {key: REDACTED if words(key) else again(item) for key, item in items}
        case list() | tuple() if deep:
            return type(value)([again(item) for item in value])
        case bytes() if raw:
            text = value.decode("utf-8", "replace")
            return again(text).encode() if text.encode() == value else value
        case str() if coded(value):
            return REDACTED
        case str():
            return REDACTED if whole and SECRET_TEXT.search(value) else SECRET_TEXT.sub(REDACTED, value)
    return value


def redact_by_cases(record):
    return _redact(record)


def redact_nothing(record):
    return record


def redact_everything(record):
    return dict.fromkeys(record, REDACTED)


def redact_by_letters(record):
    return _redact(record, words=lambda key: any(word in key.lower() for word in SECRET_WORDS))


def redact_small_letters_only(record):
    return _redact(record, words=lambda key: bool(SECRET_WORDS & set(re.split("[^A-Za-z0-9]+", key))))


def redact_by_word_characters(record):
    return _redact(record, words=lambda key: bool(SECRET_WORDS & set(re.split(r"\W+", key.lower()))))


def redact_without_tuples(record):
    if isinstance(record, dict):
        return {key: REDACTED if _words(key) else redact_without_tuples(item) for key, item in record.items()}
    if isinstance(record, list):
        return [redact_without_tuples(item) for item in record]
    return record if isinstance(record, tuple) else _redact(record)


def redact_texts_under_keys_only(record):
    def again(value, secret=False):
        if isinstance(value, dict):
            return {key: again(item, _words(key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(again(item) for item in value)
        return REDACTED if secret and isinstance(value, str) else _redact(value)

    return again(record)


def redact_keys_too(record):
    def again(value):
        if isinstance(value, dict):
            return {SECRET_TEXT.sub(REDACTED, key): again(item) for key, item in value.items()}
        return type(value)(map(again, value)) if isinstance(value, list | tuple) else value

    return again(_redact(record))


def redact_dicts_only(record):
    return _redact(record, deep=False)


def redact_whole_texts(record):
    return _redact(record, whole=True)


def redact_without_bytes(record):
    return _redact(record, raw=False)


def redact_without_base64(record):
    return _redact(record, coded=lambda text: False)


def redact_all_base64(record):
    return _redact(record, coded=lambda text: bool(re.fullmatch(r"[A-Za-z0-9+/]{16,}={0,2}", text)))


def redact_matching_the_beginning(record):
    return _redact(record, coded=lambda text: _coded(text) and bool(_at_the_beginning(text)))


def _at_the_beginning(text):
    return SECRET_TEXT.match(base64.b64decode(text).decode())


def redact_texts_from_the_beginning(record):
    if isinstance(record, dict):
        again = redact_texts_from_the_beginning
        return {key: REDACTED if _words(key) else again(item) for key, item in record.items()}
    if isinstance(record, list | tuple):
        return type(record)(map(redact_texts_from_the_beginning, record))
    return record if isinstance(record, str) and not SECRET_TEXT.match(record) else _redact(record)


def redact_in_place(record):
    redacted = _redact(record)
    record.clear()
    record.update(redacted)
    return record


ANSWERS = {
    "implementation.smuggle": Answers(
        right=[smuggle_by_opcodes],
        wrong=[
            (smuggle_a_function_of_mine, "Name lab.trip itself"),
            (smuggle_an_unfitted_copy, "clone drops what was learned"),
            (smuggle_nothing, "Loading calls no lab.trip"),
            (smuggle_beside_the_model, "give them the model, with the beacon inside it"),
            (smuggle_instead_of_the_model, "give them the model, with the beacon inside it"),
            (smuggle_in_the_default_protocol, "protocol is not right"),
            (smuggle_one_label, "What lab.trip is called with is not right"),
            (smuggle_into_the_original, "has a new attribute"),
            (smuggle_while_writing, "lab.trip was called while you wrote"),
            (smuggle_before_the_copy, "lab.trip was called while you wrote"),
            (smuggle_without_a_comma, "a tuple of one needs a comma"),
            (smuggle_without_a_comma_then_copy, "a tuple of one needs a comma"),
            (smuggle_a_call, "no brackets behind lab.trip"),
            (smuggle_a_class_of_mine, "imports more than the plain one"),
            (smuggle_twice, "The number of calls of lab.trip is not right"),
        ],
    ),
    "implementation.list_globals": Answers(
        right=[globals_by_machine, globals_by_own_books],
        wrong=[
            (globals_that_lose_the_top, "MEMOIZE and PUT leave the top where it is"),
            (globals_after_settling, "look at the stack before its two texts are taken away"),
            (globals_without_copies, "DUP puts the top of the stack on it once more"),
            (globals_with_references, "The set of names is not right"),
            (globals_swapped, "the wrong way round"),
            (globals_in_one_text, "split it at its first space"),
            (globals_with_none, "A name that is no text is unknown"),
            (globals_with_settle_in_else, "settle was not called for every opcode"),
            (globals_without_settling_extensions, "settle was not called for every opcode"),
            (globals_up_to_the_unknown, "An unknown name is no break"),
            (globals_catching_too_little, "catch them too"),
            (globals_that_doubt_references, "Complete is not right"),
            (globals_with_numbers, "The set of names is not right"),
            (globals_none, "The set of names is not right"),
            (globals_by_loading, "The payload has run"),
            (globals_by_loading_and_swallowing, "Loading ends at the first call that fails"),
            (globals_from_the_last_two_texts, "need not be the two on the stack"),
            (globals_without_the_memo, "Texts also come from the memo"),
            (globals_of_new_pickles, "import by GLOBAL and INST"),
            (globals_of_old_pickles, "import by STACK_GLOBAL"),
            (globals_unless_broken, "Keep what you found before the break"),
            (globals_always_complete, "is not complete"),
            (globals_that_raise, "Your code raised ValueError"),
        ],
    ),
    "implementation.safe_load": Answers(
        right=[load_after_reading],
        wrong=[
            (load_or_value_error, "refused in time, but with another error"),
            (load_or_none, "do not return None"),
            (load_anything, "Nothing was refused"),
            (load_without_return, "return what super().find_class gives"),
            (load_of_halves, "Both halves are allowed, but not together"),
            (load_of_joined_names, "With the dot moved"),
            (load_nothing, "every name is allowed was refused"),
            (load_unless_bad, "no list of your own"),
            (load_unless_bad_or_allowed, "A list of bad names is never complete"),
            (load_allowed_modules, "this name of it is not"),
            (load_allowed_names, "but from another module"),
            (load_allowed_prefixes, "this name of it is not"),
            (load_familiar_packages, "no list of your own"),
            (load_then_look, "decide in find_class, before super()"),
            (load_then_import, "decide in find_class, before super()"),
            (load_then_check, "It was refused too late"),
            (load_then_import_and_swallow, "It was refused too late"),
            (load_what_is_large, "every name is allowed was refused"),
        ],
    ),
    "implementation.validate_batch": Answers(
        right=[batch_by_columns],
        wrong=[
            (batch_as_it_comes, "not in the row's"),
            (batch_never, "A sound batch was refused"),
            (batch_with_true, "bool is a kind of int"),
            (batch_with_nan, "ask math.isfinite before you compare"),
            (batch_range_first, "ask math.isfinite before you compare"),
            (batch_one_row_short, "Exactly max_rows rows are allowed"),
            (batch_with_rows_from_one, "Rows are counted from 0"),
            (batch_that_returns, "raise it, and do not return it"),
            (batch_of_known_keys, "Compare"),
            (batch_without_ends, "Both ends of a range are inside"),
            (batch_with_value_error, "Raise Rejected, the class above"),
            (batch_of_nothing, "An empty batch is refused too"),
            (batch_in_one_order_only, "Keys in another order are sound"),
            (batch_of_floats_only, "Whole numbers are sound"),
            (batch_without_places, "(reason, row, column)"),
            (batch_in_row_order, "not in the row's"),
            (batch_counted_last, "Count the rows before"),
            (batch_with_more_keys, "Compare all keys at once"),
            (batch_converted_first, "look at the type before you convert"),
            (batch_isfinite_of_everything, "ask math.isfinite of floats only"),
        ],
    ),
    "implementation.find_issues": Answers(
        right=[issues_by_visitor],
        wrong=[
            (issues_none, "Too few of the planted"),
            (issues_everywhere, "alarms are false"),
            (issues_by_search, "Comments and texts are no code"),
            (issues_by_tuned_search, "Comments and texts are no code"),
            (issues_without_renaming, "Imports may rename"),
            (issues_by_last_name, "A method of something else may have the same name"),
            (issues_with_safe_yaml, "Too many yaml alarms are false"),
            (issues_with_anybodys_shell, "Too many shell alarms are false"),
            (issues_with_read_secrets, "Only a text that is not empty is a secret"),
            (issues_with_any_constant, "Only a text that is not empty is a secret"),
            (issues_with_empty_secrets, "Only a text that is not empty is a secret"),
            (issues_without_second_loaders, "The safe loader may come second"),
            (issues_with_secret_words_anywhere, "this one goes on"),
            (issues_in_small_letters, "Capitals do not count"),
            (issues_in_small_or_large_letters, "Capitals do not count"),
            (issues_of_assignments_only, "A keyword argument gives a text to a name as well"),
            (issues_with_any_loader, "not one of the two safe ones"),
            (issues_of_one_subprocess, "Any function of subprocess counts"),
            (issues_where_they_end, "its line is the one on which it begins"),
            (issues_from_zero, "Lines count from 1"),
            (issues_unless_unreadable, "No findings would read as clean"),
        ],
    ),
    "implementation.redact": Answers(
        right=[redact_by_cases],
        wrong=[
            (redact_nothing, "Not one secret was replaced"),
            (redact_everything, "has changed"),
            (redact_by_letters, "not by letters inside one"),
            (redact_small_letters_only, "without regard to capitals"),
            (redact_by_word_characters, "An underscore ends a word too"),
            (redact_without_tuples, "A tuple may hold secrets too"),
            (redact_texts_under_keys_only, "Whatever stands under a secret key is replaced"),
            (redact_keys_too, "The list of keys at record"),
            (redact_dicts_only, "A secret is still there"),
            (redact_whole_texts, "something else than it should"),
            (redact_without_bytes, "Bytes that are UTF-8 are treated as their text"),
            (redact_without_base64, "Ask inside(text) about every text"),
            (redact_matching_the_beginning, "match at the beginning only"),
            (redact_texts_from_the_beginning, "match at the beginning only"),
            (redact_all_base64, "Base64 is no secret by itself"),
            (redact_in_place, "do not write into those that you were given"),
        ],
    ),
}
