# The lesson on anonymisation. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Anonymisation: what a release still tells
#
# *70 minutes, 44 points in five exercises · a stretch of one more: about 16 minutes, its reading
# included, and 12 points on top*
#
# **1996.** The governor of Massachusetts collapsed at a public event and was taken to hospital. The
# state's Group Insurance Commission had given records of state employees' hospital visits to researchers.
# Names, addresses and social security numbers were removed, and the governor had assured everybody that
# the data was anonymous. Latanya Sweeney, then a graduate student, bought the voters' list of Cambridge.
# Both files had ZIP code, birth date and sex. She linked them, found the governor's record, and sent it
# to his office. *(Sources: [Petrie-Flom Center,
# Harvard](https://blog.petrieflom.law.harvard.edu/symposia/law-ethics-science-of-re-identification-demonstrations);
# for the columns, a [US health IT course](http://www.learnhit.com/html/slide/content/ONC.2.9.a.21.html).)*
#
# In this lesson you're Sweeney first. Then you're the one who has to publish. After it you can
#
# - link a release to a public list, and count who is found;
# - apply Safe Harbor from a table of rules, and say what it leaves;
# - measure a release: k, l, and what it's still good for;
# - answer questions with noise, and stop when the privacy budget is spent.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions.*

# %%
import itertools
import math
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from autograder.learner import check, hint, others, predict, progress, solution
from course.m2_data.anonymisation.clinic_rows import (
    LATTICE,
    coarsen,
    columns_of,
    group_sizes,
    loss,
    rules,
    settings,
    town,
    usefulness,
)

# %% [markdown]
# ## A file without names
#
# A university wants the clinic's records to study which cell samples turn out malignant. The clinic
# exports 1,000 visits. It removes names, record numbers and phones, and keeps the rest. Here is the file,
# and below it the town's public list, as for an election. Ages are as of 30 November 2026, the day of the
# export. All of it is drawn from a seed; nobody in it is real.

# %%
records, listed = town(seed=0)
PUBLISHED = ["birth_date", "age", "zip", "sex", "visit_date", "diagnosis"]
released = columns_of(records, PUBLISHED)
print(f"{len(released)} records released; {len(listed)} people on the public list")
pd.DataFrame(released[:3])

# %%
pd.DataFrame(listed[:3])

# %% [markdown]
# You know one person from the list: `r0394`, in the cell below. Is there a record of them?

# %%
known = next(row for row in listed if row["person"] == "r0394")
print("you know:   ", known)
hits = [row for row in released if all(row[name] == known[name] for name in ("birth_date", "zip", "sex"))]
print("in the file:", hits)

# %% [markdown]
# One record, and it says what they have. It took one line, and no name was in the file. Columns like
# these three, which don't name anybody but which others know too, are called **quasi-identifiers**. Two
# files with the same quasi-identifiers can be joined. That is **linkage**.

# %%
predict("anonymisation.found")

# %% [markdown]
# **Cambridge, 1996. The file has no names; the voters' list has all of them.** Do to the whole file what
# you just did to one person.
#
# ### Exercise: linkage_attack
#
# *8 minutes · core · 8 points · AML.T0095*
#
# `linkage_attack(released, listed, qi)` says which released record belongs to whom. It claims a person
# only when the match is unique on *both* sides. For `qi = ["age", "sex"]`:
#
# | released record | listed | claim |
# | --- | --- | --- |
# | 0: age 30, f | r1: 30, f | 0 is r1 |
# | 1: age 41, m | r2: 41, m and r3: 41, m | none: two people fit |
# | 2 and 3: age 52, f | r4: 52, f | none: two records fit |
#
# This gives `{0: "r1"}`.
#
# | name | what it is |
# | --- | --- |
# | `released` | list of dicts, without names |
# | `listed` | list of dicts, each with `person` |
# | `qi` | list of column names that both have |
# | returns | dict: index of a released record → the `person` claimed |
#
# Judged:
#
# - exactly the claims that are unique on both sides (5);
# - a value that is `None` matches nothing, not even another `None` (2);
# - any columns may be asked for, and lists may be empty (1).
#
# <details><summary>The fine print</summary> Every row has every column. A record or a person with
# <code>None</code> in one of the columns of <code>qi</code> takes no part: it is never claimed, and it
# makes nobody else ambiguous. Columns that are not in <code>qi</code> play no part.</details>


# %%
def linkage_attack(released, listed, qi):
    ### BEGIN SOLUTION
    def groups(rows):
        found = defaultdict(list)
        for i, row in enumerate(rows):
            values = tuple(row[name] for name in qi)
            if None not in values:
                found[values].append(i)
        return found

    people = groups(listed)
    return {
        rows[0]: listed[people[values][0]]["person"]
        for values, rows in groups(released).items()
        if len(rows) == 1 and len(people[values]) == 1
    }
    ### END SOLUTION


# %%
check("anonymisation.linkage_attack", linkage_attack)

# %%
# hint("anonymisation.linkage_attack")
# solution("anonymisation.linkage_attack")

# %% [markdown]
# The clinic knows who is who, so it can count the **right claims**, and the wrong ones.


# %%
def attacked(released, listed, qi, truth=records):
    """One line of risk: right and wrong claims of an attacker. `truth` knows whose record is whose."""
    claims = linkage_attack(released, listed, qi)
    right = sum(truth[i]["person"] == person for i, person in claims.items())
    return {"columns": " ".join(qi), "right claims": right, "wrong claims": len(claims) - right}


# %% tags=["raises-exception"]
raw = [attacked(released, listed, qi) for qi in (["birth_date", "zip", "sex"], ["age", "zip", "sex"])]
pd.DataFrame(raw)

# %% [markdown]
# With the birth date, 775 of 1,000 patients have their name back. Nearly all the others just aren't on
# *this* list: it has four of five residents. With the age instead there are 226 right claims, and 40 wrong
# ones. Those 40 patients aren't on the list. Somebody else on it has the same values, and the patient's
# diagnosis is pinned on them. Being named wrongly hurts too.
#
# ## The rule: Safe Harbor
#
# **The governor's record lies on the governor's desk.** Such demonstrations led to changes in privacy
# law, says the Petrie-Flom page. HIPAA, the American rule for health data, offers two ways to call data
# de-identified. An expert finds that the risk is very small, or you follow **Safe Harbor**: remove
# eighteen kinds of identifiers, (A) to (R), and don't know of a way to identify somebody with the rest.
# *(45 CFR 164.514(b).)*
#
# <details><summary>The eighteen, in short</summary> (A) names · (B) places smaller than a state (the
# first three ZIP digits may stay where more than 20,000 people live) · (C) dates, except the year, and
# ages over 89 · (D) telephone · (E) fax · (F) e-mail · (G) social security number · (H) medical record
# number · (I) health plan number · (J) account · (K) certificate or licence · (L) vehicle, plates too ·
# (M) device · (N) web address · (O) IP address · (P) biometrics · (Q) full-face photos · (R) any other
# unique number, characteristic or code. They count for the patient's relatives, employers and household
# too.</details>
#
# The clinic keeps the rule as a table, `safe_harbor.toml`, because such lists age: the three-digit ZIP
# areas with 20,000 people or fewer are those of the 2000 census, and each census changes them.

# %%
table = rules()
print("oldest:", table["oldest"], " restricted:", table["restricted"])
pd.DataFrame([table["columns"]])

# %% [markdown]
# ### Exercise: safe_harbor
#
# *12 minutes · core · 10 points · PS.1.2*
#
# `safe_harbor(row, rules)` makes one record fit for release. With the table above,
#
# | | birth_date | age | zip | visit_date | diagnosis | phone | ward |
# | --- | --- | --- | --- | --- | --- | --- | --- |
# | row | 1934-05-02 | 92 | "03601" | 2025-03-11 | "benign" | "555-1" | "B2" |
# | result | None | "90+" | "000" | 2025 | "benign" | | |
#
# `phone` is dropped because the table says so, and `ward` because the table doesn't know it. Each column
# has an **action**:
#
# | action | what becomes of the value |
# | --- | --- |
# | `keep` | it stays |
# | `drop` | the column goes |
# | `year` | a date becomes its year, an int |
# | `birth` | the year too; but None if `row["age"]` is over `oldest` or unknown: the year reveals the age |
# | `age` | stays, but over `oldest` (89) it becomes the text `"90+"`, that is `oldest` + 1 and a plus |
# | `zip3` | the first three digits; `"000"` when these are in `restricted` |
#
# Any value may be None. It stays None, unless the column goes.
#
# | name | what it is |
# | --- | --- |
# | `row` | dict; ages are ints, dates are `datetime.date`, a ZIP code is a text |
# | `rules` | `{"columns": {name: action}, "restricted": [...], "oldest": 89}` |
# | returns | a new dict |
# | raises | `ValueError` if one of the row's columns has an unknown action, even when its value is None |
#
# Judged, with tables of other columns, areas and ages, and several columns of each action:
#
# - what's dropped and what's kept (2), years and births (3), ages (2), ZIP codes (1);
# - the error (1), and `row` and `rules` stay as they were (1).
#
# <details><summary>The fine print</summary> The age is unknown when <code>row</code> has no
# <code>age</code>, or None there. <code>row["age"]</code> decides about births also where the table drops
# it. The action <code>age</code> looks at its own column's value, such as a mother's age.</details>


# %%
def safe_harbor(row, rules):
    ### BEGIN SOLUTION
    oldest = rules["oldest"]
    over = row.get("age") is None or row["age"] > oldest
    released = {}
    for name, value in row.items():
        action = rules["columns"].get(name, "drop")
        if action not in ("keep", "drop", "year", "birth", "age", "zip3"):
            raise ValueError(f"unknown action for {name}: {action}")
        if action == "drop":
            continue
        if value is not None:
            if action == "birth":
                value = None if over else value.year
            elif action == "year":
                value = value.year
            elif action == "age":
                value = f"{oldest + 1}+" if value > oldest else value
            elif action == "zip3":
                value = "000" if value[:3] in rules["restricted"] else value[:3]
        released[name] = value
    return released
    ### END SOLUTION


# %%
check("anonymisation.safe_harbor", safe_harbor)

# %%
# hint("anonymisation.safe_harbor")
# solution("anonymisation.safe_harbor")

# %% [markdown]
# The attacker adapts: they make the public list just as coarse, with your own function.

# %% tags=["raises-exception"]
harbored = [safe_harbor(row, table) for row in records]
coarse_list = [{**safe_harbor(row, table), "person": row["person"]} for row in listed]
after = [
    attacked(harbored, coarse_list, qi) for qi in (["age", "zip", "sex"], ["age", "birth_date", "zip", "sex"])
]
pd.DataFrame(raw + after)

# %% [markdown]
# Right claims fall from 775 to 85, and not to 0. The rule lets age and year of birth through, and together
# they're sharper than each alone:

# %% tags=["raises-exception"]
pd.DataFrame([row for row in harbored if (row["age"], row["zip"], row["sex"]) == (55, "031", "f")])

# %% [markdown]
# All four are 55, but only one of them was born in 1970: her birthday is in December. And the rule says
# nothing about columns that *your* attackers know, such as the year of a visit.
#
# Put a number for *use* beside the risk. The university wants to tell who is at risk of a malignant
# sample. So we learn a model from each release, and let it rank 4,000 fresh patients by age, ZIP code and
# sex. **AUC** says how often it ranks a malignant case above a benign one: 0.5 is a coin, 1 is perfect.

# %% tags=["raises-exception"]
fresh, _ = town(seed=1, residents=6_000, patients=4_000)
print(f"as exported:       {usefulness(released, lambda row: row, fresh):.3f}")
print(f"after Safe Harbor: {usefulness(harbored, lambda row: safe_harbor(row, table), fresh):.3f}")

# %% [markdown]
# For this purpose Safe Harbor cost nothing. (The AUC even rises by 0.002. Don't count on that: on some
# other draws of the town it falls a little.) Others would notice: a study by month or by town can't be done
# any more.
#
# ## Measure it: k and l
#
# Sweeney's answer was a number. *(Her paper "k-anonymity: a model for protecting privacy", 2002.)* Group
# the records by their quasi-identifiers. **k** is the size of the smallest group: every record looks like
# at least k − 1 others. That isn't enough *(Machanavajjhala and others, 2007)*. If all records in a group
# have the same diagnosis, it doesn't matter which one is yours. **l** is the smallest number of different
# diagnoses in a group.
#
# **On the voters' list, six people had the governor's birth date** *(Harvard Magazine, quoted
# [here](http://jennydavidson.blogspot.com/2009/09/87-percent.html))*. ZIP code and sex did the rest.
#
# ### Exercise: k_anonymity
#
# *6 minutes · core · 8 points · PS.1.2*
#
# Write both: `k_anonymity(rows, qi)` and `l_diversity(rows, qi, sensitive)`. For `qi = ["age"]` and
# `sensitive = "diagnosis"`:
#
# | age | diagnosis |
# | --- | --- |
# | 40-49 | benign |
# | 40-49 | malignant |
# | 40-49 | benign |
# | 50-59 | benign |
# | 50-59 | benign |
#
# The groups have 3 and 2 records, so k is 2. They have 2 and 1 different diagnoses, so l is 1.
#
# | name | what it is |
# | --- | --- |
# | `rows` | list of dicts |
# | `qi` | list of column names; if it's empty, all rows are one group |
# | `sensitive` | a column name |
# | returns | int |
# | raises | `ValueError` when there are no rows |
#
# Judged on drawn tables:
#
# - k (3) and l (3);
# - `None` is a value like any other, in a group and as a diagnosis; an empty `qi` (1);
# - the error, in both functions (1).


# %%
def k_anonymity(rows, qi):
    ### BEGIN SOLUTION
    return min(Counter(tuple(row[name] for name in qi) for row in rows).values())
    ### END SOLUTION


def l_diversity(rows, qi, sensitive):
    ### BEGIN SOLUTION
    groups = defaultdict(set)
    for row in rows:
        groups[tuple(row[name] for name in qi)].add(row[sensitive])
    return min(len(values) for values in groups.values())
    ### END SOLUTION


# %%
check("anonymisation.k_anonymity", k_anonymity, l_diversity)

# %%
# hint("anonymisation.k_anonymity")
# solution("anonymisation.k_anonymity")

# %% [markdown]
# Now risk and use of a release in one line. `coarsen(row, setting)` makes one row coarser. In a setting,
# `age` is the width of a bin in years (100: hidden), `zip` says how many digits stay (0: hidden), and `sex`
# is 1 when it's shown and 0 when it's hidden. A row is **unique** when nobody else has its values. It's in a
# **small group** when fewer than 5 rows have its values, itself included. So unique rows are in one too.

# %% tags=["raises-exception"]
QI = ["age", "zip", "sex"]


def report(setting, least=1):
    """A release without the rows in groups smaller than `least`: risk on the left, use on the right."""
    sizes = group_sizes([coarsen(row, setting) for row in records], QI)
    kept = [row for row, size in zip(records, sizes, strict=True) if size >= least]
    coarse = [coarsen(row, setting) for row in kept]
    sizes = group_sizes(coarse, QI)
    return {
        **setting,
        "rows": len(kept),
        "k": k_anonymity(coarse, QI),
        "l": l_diversity(coarse, QI, "diagnosis"),
        "right claims": attacked(coarse, [coarsen(row, setting) for row in listed], QI, kept)["right claims"],
        "unique": sizes.count(1),
        "in small groups": sum(size < 5 for size in sizes),
        "AUC": round(usefulness(coarse, lambda row: coarsen(row, setting), fresh), 3),
    }


FINEST = {"age": 1, "zip": 5, "sex": 1}
pd.DataFrame([report(FINEST), report({"age": 20, "zip": 3, "sex": 1})])

# %% [markdown]
# With exact age, all ZIP digits and sex, 62 % of the rows are unique. With bins of 20 years and three digits
# 4 rows are, and still k = 1: one lonely row is enough. So in practice one leaves out the rows in small
# groups, if they are few: at most 5 % of all, say.
#
# The second line keeps to that, with 32 of 1,000 rows in small groups. But its AUC fell from 0.840 to 0.813.
# **Your task:** find the setting with the highest AUC that has at most 50 rows in small groups.

# %%
from course.m2_data.anonymisation.generalisation_dial import generalisation_dial, twin

generalisation_dial()

# %% [markdown]
# The same without a mouse. The two folded tables have all fifty settings, and mark those within the limit.

# %%
twin()

# %% [markdown]
# Write down what you found. *Compare:* below it come the best setting, and the same without its rows in
# small groups.

# %%
mine = {"age": 20, "zip": 3, "sex": 1}  # your setting


# %% tags=["raises-exception"]
def in_small_groups(setting):
    return sum(size < 5 for size in group_sizes([coarsen(row, setting) for row in records], QI))


lines = [report(setting) for setting in settings(LATTICE) if in_small_groups(setting) <= 50]
best = max(lines, key=lambda line: line["AUC"])
setting = {name: best[name] for name in QI}
pd.DataFrame(
    [report(mine), best, report(setting, least=5)], index=["yours", "best", "best, small groups out"]
)

# %% tags=["raises-exception"]
coarse = [coarsen(row, setting) for row in records]
gone = [row for row, size in zip(coarse, group_sizes(coarse, QI), strict=True) if size < 5]
ill = [row for row in coarse if row["diagnosis"] == "malignant"]
ages = {
    name: Counter(row["age"] for row in rows)
    for name, rows in (("all", coarse), ("ill", ill), ("left out", gone))
}
pd.DataFrame(ages).fillna(0).astype(int).sort_index()

# %% [markdown]
# Decades, three digits, sex hidden. Right claims fall from 226 to 1, the unique rows from 618 to 5, and
# the AUC from 0.840 to 0.837. Once the 32 rows in small groups are left out, k is 5 and no right claim is
# left. That has a cost which the AUC doesn't show: 14 of the 21 people over 89 are gone, and all 8 children
# under ten. A study of just these is hardly possible any more.
#
# Hiding sex was free, because it says nothing about this diagnosis. **What the study doesn't need costs
# nothing to hide.** So ask for the purpose first.
#
# Two things stay open. l is still 1: in some groups everybody has the same diagnosis. (The stretch has
# the machine look for k *and* l.) And k speaks about one file. Publish a second one next month, and the
# differences between both tell.
#
# *Good place to stop: 40 minutes so far.*
#
# ## Answers instead of rows
#
# Perhaps the university doesn't need rows at all. Then the clinic keeps them and answers questions. Is
# that safe? The clinic reports a mean of 500 patients' days from sample to result, and the next day,
# after one patient left the study, the mean of 499.

# %%
waits = np.random.default_rng(7).gamma(2.0, 4.0, 500).round()
monday, tuesday = waits.mean(), waits[:-1].mean()
print(f"the missing patient waited {500 * monday - 499 * tuesday:.0f} days; the truth is {waits[-1]:.0f}")

# %% [markdown]
# Two harmless means, one patient's value. **Differential privacy** stops this with noise. There is so much
# of it that the answer hardly depends on your value. A number **epsilon** says how little: swap your value
# for any other, and no answer becomes more than e^epsilon times as likely. At epsilon 0.1 that's 1.1 times:
# an answer that had a chance of 10 % has one of about 11 % at most. At 5 it's 148 times. So a small epsilon
# is private.
#
# It assumes nothing about what the attacker knows. k does: it counts only the columns that you thought of.
# **The governor's collapse was in the news**, and the news is no column of your file.
#
# The recipe for a mean of values between `lo` and `hi`:
#
# 1. **Clip**: what's below `lo` becomes `lo`, what's above `hi` becomes `hi` (`np.clip(x, lo, hi)`). So one
#    person can move the mean only so far, by changing a value from `lo` to `hi`. How far is called the
#    **sensitivity**. You work it out: it depends on `lo`, `hi` and how many values there are.
# 2. Add noise from the Laplace distribution: `rng.laplace(0, scale)`, with scale = sensitivity / epsilon.
#    The mean size of this noise is `scale`.
#
# ### Exercise: dp_mean
#
# *9 minutes · core · 8 points · AML.T0024.000*
#
# `dp_mean(x, lo, hi, eps, rng)` is a mean with noise. For 500 waits between 0 and 30 days, the scale is 0.06
# days at `eps = 1`, and 0.6 days at `eps = 0.1`.
#
# | name | what it is |
# | --- | --- |
# | `x` | finite numbers, a list or an array; how many they are is no secret |
# | `lo`, `hi` | the range, agreed before anybody looked at the data; `lo < hi` |
# | `eps` | epsilon |
# | `rng` | `numpy.random.Generator`; the only source of randomness |
# | returns | float |
# | raises | `ValueError` when `x` is empty, or `eps` isn't finite and above 0 |
#
# Judged on 600 draws in each of three settings:
#
# - the mean size of the noise is within 15 % of the scale (2), and it has Laplace's shape (1);
# - values outside the range are clipped, one by one (2);
# - a new draw each time, and `rng` decides it (1);
# - the errors (1), and `x` stays as it was (1).
#
# <details><summary>The fine print</summary> Laplace's shape, of all draws together: 3 to 7 % of the noise is
# beyond 3 times its mean size, its median size is 0.62 to 0.77 of its mean size, and its own mean is within
# 0.2 of that size around 0.</details>


# %%
def dp_mean(x, lo, hi, eps, rng):
    ### BEGIN SOLUTION
    if len(x) == 0:
        raise ValueError("no values")
    if not (math.isfinite(eps) and eps > 0):
        raise ValueError("epsilon must be finite and above 0")
    scale = (hi - lo) / len(x) / eps
    clipped = np.clip(x, lo, hi)
    return float(clipped.mean() + rng.laplace(0, scale))
    ### END SOLUTION


# %%
check("anonymisation.dp_mean", dp_mean)

# %%
# hint("anonymisation.dp_mean")
# solution("anonymisation.dp_mean")

# %% [markdown]
# The price, for honest users and for the attacker who subtracts two means:

# %% tags=["raises-exception"]
rng = np.random.default_rng(0)
prices = []
for eps in (0.05, 0.2, 1, 5):
    errors = [abs(dp_mean(waits, 0, 30, eps, rng) - waits.mean()) for _ in range(300)]
    guesses = [
        500 * dp_mean(waits, 0, 30, eps, rng) - 499 * dp_mean(waits[:-1], 0, 30, eps, rng) for _ in range(300)
    ]
    off = np.abs(np.array(guesses) - waits[-1])
    prices.append({"eps": eps, "honest error, days": np.mean(errors), "attacker's error, days": off.mean()})
pd.DataFrame(prices).round(3)

# %% [markdown]
# At epsilon 1 the honest mean of about 7 days is wrong by some 0.06 days, and the attacker's guess by
# about 46 days. A blind guess of 15 days is wrong by 11. But this attacker asked twice. A patient one asks a
# thousand times.

# %% tags=["raises-exception"]
answers = [dp_mean(waits, 0, 30, 1, rng) for _ in range(1_000)]
print(f"one answer: {answers[0]:.4f}, mean of 1,000: {np.mean(answers):.4f}, truth: {waits.mean():.4f}")

# %% [markdown]
# The noise averages away. Epsilons **add up**: two answers at 0.5 together tell at most as much as one at
# 1. So somebody must keep the account.
#
# ## The budget
#
# A first draft of the account is two lines: `if spent + eps <= 1.0: spent += eps`, with floats.

# %%
predict("anonymisation.floats")

# %% [markdown]
# **Once the file of 1996 was out, nobody could say no any more.** Who answers questions still can. Write the
# account that does.
#
# ### Exercise: Accountant
#
# *15 minutes · core · 10 points · PS.1.2*
#
# `Accountant(budget, parts)` keeps the budget: no patient may lose more epsilon than that. A question
# about everybody costs everybody, patients in no part too. A question about one **part**, such as a ward,
# costs only the patients in it. So questions about different parts run in *parallel*: no patient pays for
# both. That only holds if no patient is in two parts.
#
# With `Accountant(1, {"north": {"p1", "p2"}, "south": {"p3"}})`:
#
# | call | answer | a patient in the north | in the south | `spent()` |
# | --- | --- | --- | --- | --- |
# | `spend(0.4)` | True | 0.4 | 0.4 | 0.4 |
# | `spend(0.6, "north")` | True | 1.0 | 0.4 | 1.0 |
# | `spend(0.5, "south")` | True | 1.0 | 0.9 | 1.0 |
# | `spend(0.1)` | False: north would be over | 1.0 | 0.9 | 1.0 |
# | `spend(0.1, "south")` | True: exactly at the limit | 1.0 | 1.0 | 1.0 |
#
# | method | |
# | --- | --- |
# | `(budget, parts)` | `parts`: name → set of patients; `ValueError` if they share one, or for a bad budget |
# | `spend(eps, part=None)` | True and booked, or False and *nothing* booked. `None`: everybody |
# | `spent()` | float: the most epsilon that any patient has lost |
#
# An `eps` or a budget is good when it's an int or a float, finite and above 0. `True` is bad, though Python
# counts it as an int. So is any other kind of number. A bad `eps` is refused with False, as is a part that
# doesn't exist.
#
# Sums count as they read in decimal: ten times 0.1 is exactly 1, and 1 + 1e-17 is more than 1. Floats get
# both wrong. `Fraction(str(0.1))` is exactly 1/10, and fractions add without rounding. `Decimal` rounds to
# 28 digits unless you ask for more, so it loses tiny amounts.
#
# Judged:
#
# - one account for everybody (2), parts in parallel (3);
# - what isn't a good `eps` or part (1); a refusal books nothing (1);
# - sums in decimal, tiny ones and many (2);
# - the constructor's errors (1).
#
# <details><summary>The fine print</summary> <code>parts</code> may be empty: then all patients are in no
# part, and only questions about everybody cost them. Any text that isn't a part's name, also
# <code>""</code>, is a part that doesn't exist. Bad are booleans, zero, below zero, NaN, infinity, texts,
# None, and a <code>Fraction</code> or <code>Decimal</code>.</details>


# %%
def good(eps):
    """Whether this is an amount that may be booked. Yours to use, or to leave out."""
    ### BEGIN SOLUTION
    return isinstance(eps, int | float) and not isinstance(eps, bool) and 0 < eps < math.inf
    ### END SOLUTION


class Accountant:
    def __init__(self, budget, parts):
        ### BEGIN SOLUTION
        if not good(budget):
            raise ValueError("the budget must be finite and above 0")
        patients = [patient for members in parts.values() for patient in members]
        if len(patients) != len(set(patients)):
            raise ValueError("two parts share a patient")
        self.budget = Fraction(str(budget))
        self.everybody = 0
        self.parts = dict.fromkeys(parts, 0)
        ### END SOLUTION

    def spend(self, eps, part=None):
        ### BEGIN SOLUTION
        if not good(eps) or (part is not None and part not in self.parts):
            return False
        cost = Fraction(str(eps))
        before = max(self.parts.values(), default=0) if part is None else self.parts[part]
        if self.everybody + before + cost > self.budget:
            return False
        if part is None:
            self.everybody += cost
        else:
            self.parts[part] += cost
        return True
        ### END SOLUTION

    def spent(self):
        ### BEGIN SOLUTION
        return float(self.everybody + max(self.parts.values(), default=0))
        ### END SOLUTION


# %%
check("anonymisation.Accountant", Accountant)

# %%
# hint("anonymisation.Accountant")
# solution("anonymisation.Accountant")

# %% [markdown]
# Now the patient attacker meets the account. They choose how to split the budget of 1. The more
# questions, the more noise in each answer:

# %% tags=["raises-exception"]
rng, splits = np.random.default_rng(0), []
for eps in (1, 0.1, 0.01):
    ones, means = [], []
    for _ in range(100):
        account, answers = Accountant(1, {}), []
        while account.spend(eps):
            answers.append(dp_mean(waits, 0, 30, eps, rng))
        ones.append(answers[0])
        means.append(np.mean(answers))
    one, mean = (np.abs(np.array(each) - waits.mean()).mean() for each in (ones, means))
    splits.append({"eps": eps, "answers": len(answers), "error of one": one, "error of their mean": mean})
pd.DataFrame(splits).round(3)

# %% [markdown]
# Splitting doesn't pay: asking more often makes even the mean of all answers worse. It costs honest users
# the same: ten different questions from one budget of 1 have ten times the noise each, about 0.6 days here.
# And when the budget is spent it's over, also for the honest. Who gets how much of it, and whether it ever
# comes back, is decided by people, in advance.
#
# The account can't see answers that somebody gave without asking it. Nor does it help when two people have
# an account *each* and share their answers. And the noise itself may leak: the low bits of a float that
# `rng.laplace` drew can tell about the true value *([a report against
# Presto](https://github.com/prestodb/presto/issues/23002), 2024)*. At work, use a library that is made for
# it, such as OpenDP.
#
# **How the case ends.** In 2012 Daniel Barth-Jones looked at it again. The voters' list lacked a large
# part of Cambridge's people, so it couldn't prove that the record was the governor's. He was most likely
# found because his stay in hospital was in the news. *(Source: abstract of [his
# paper](http://papers.ssrn.com/sol3/papers.cfm?abstract_id=2076397).)* You've seen both sides of that:
# your 40 wrong claims came from an incomplete list, and what the attacker already knows isn't in your
# file. So don't argue about whether a list is complete. Publish less, measure it, and keep an account.
#
# ## Stretch: let the machine turn the dial
#
# **The university asks again next year.** Nobody wants to turn dials by hand, and a purpose can be
# written down as a cost.
#
# ### Exercise: generalise
#
# *14 minutes · stretch · 12 points · PS.1.2*
#
# `generalise(rows, k, l, lattice, cost)` finds the cheapest setting of a **lattice**, which lists the
# steps for each column: `{"age": (1, 5, 10, 20, 100), "zip": (5, 4, 3, 2, 0), "sex": (1, 0)}` has 50
# settings. `settings(lattice)` yields them, and `coarsen(row, setting)` applies one. Rows with the same
# age, ZIP code and sex are a group. Leave out each row whose group has fewer than `k` rows, or fewer than
# `l` different values of `diagnosis`. If that's at most 5 % of the rows, the setting is allowed.
#
# Say 20 rows have age 41 and one has age 87, and all 21 have the same ZIP code and sex. With `k = 5`, `l = 1`
# and the lattice above, the finest setting is allowed: it leaves out one row of 21, less than 5 %.
# `cost(setting, 1 / 21)` says what it costs.
#
# | name | what it is |
# | --- | --- |
# | `rows` | list of dicts with `age` (int), `zip` (text), `sex`, `diagnosis` |
# | `k`, `l` | ints, at least 1 |
# | `cost` | function: `cost(setting, share left out)` gives a finite number, small or large, in any order |
# | returns | `(setting, kept)`: the setting, and the coarsened rows that stay, in their order |
# | raises | `ValueError` when no setting is allowed |
#
# Judged on drawn tables, lattices and costs:
#
# - the rows that stay are those of the setting, in groups of `k` (3) and `l` (2);
# - at most 5 % are left out; exactly 5 % is allowed (2);
# - no allowed setting is cheaper; of equals any will do (4);
# - the error (1).


# %%
def generalise(rows, k, l, lattice, cost):  # noqa: E741
    ### BEGIN SOLUTION
    best = None
    for setting in settings(lattice):
        coarse = [coarsen(row, setting) for row in rows]
        groups = defaultdict(list)
        for row in coarse:
            groups[row["age"], row["zip"], row["sex"]].append(row["diagnosis"])
        good = {key for key, seen in groups.items() if len(seen) >= k and len(set(seen)) >= l}
        kept = [row for row in coarse if (row["age"], row["zip"], row["sex"]) in good]
        left_out = (len(rows) - len(kept)) / len(rows)
        if left_out <= 0.05:
            price = cost(setting, left_out)
            if best is None or price < best[0]:
                best = price, setting, kept
    if best is None:
        raise ValueError("no setting is allowed")
    return best[1], best[2]
    ### END SOLUTION


# %%
check("anonymisation.generalise", generalise)

# %%
# hint("anonymisation.generalise")
# solution("anonymisation.generalise")

# %% [markdown]
# A common cost knows no purpose. `loss` says for each column how far it has come on its list, from 0 to
# 1, takes the mean of the three, and adds the share left out. We compare it with a cost that has a
# purpose: age and place count, sex doesn't.


# %% tags=["raises-exception"]
def generic(setting, left_out):
    return loss(setting, left_out, LATTICE)


def for_the_study(setting, left_out):
    return LATTICE["age"].index(setting["age"]) ** 2 + LATTICE["zip"].index(setting["zip"]) ** 2 + left_out


found = []
study_rows = columns_of(records, [*QI, "diagnosis"])
for name, cost, least_l in (
    ("generic", generic, 1),
    ("study", for_the_study, 1),
    ("study", for_the_study, 2),
):
    setting, kept = generalise(study_rows, 5, least_l, LATTICE, cost)
    auc = usefulness(kept, lambda row, to=setting: coarsen(row, to), fresh)
    found.append({"cost": name, "l": least_l, **setting, "rows left": len(kept), "AUC": round(auc, 3)})
pd.DataFrame(found)

# %% [markdown]
# The generic cost hides every age, because that's one column of three, and the study is ruined. Asking
# for two diagnoses in each group costs one more ZIP digit, and AUC 0.81 instead of 0.84: the very old are
# nearly all ill, and only larger groups mix them with others.

# %% [markdown]
# ## Summary
#
# 1. Removing names isn't anonymising. Columns that others know join your file to theirs.
# 2. Safe Harbor is a list with dates: keep it as a table, drop what it doesn't know, attack the result.
# 3. k counts who looks alike, and l what's said about them. Both speak about one file only.
# 4. Ask for the purpose first, and print use beside risk.
# 5. Noise protects one answer; an exact account protects the rest. Somebody must decide who may spend.
#
# ## Use it on Monday
#
# Take one file that your team shares and run this with your columns. A fuller checklist is [the Monday
# sheet](monday.md).

# %%
share = pd.DataFrame(released)  # yours: pd.read_csv("export.csv")
known_outside, secret = ["age", "zip", "sex"], "diagnosis"
groups = share.groupby(known_outside, dropna=False)  # without dropna=False, rows with gaps vanish unseen
size = groups[secret].transform("size")
kinds = groups[secret].transform(lambda values: values.nunique(dropna=False))
print(f"k = {size.min()}, l = {kinds.min()}")
print(f"unique {(size == 1).mean():.0%}, in groups of fewer than 5 {(size < 5).mean():.0%}")
print("an example of who stands out:")
print(share.loc[size == 1, known_outside].head(3).to_string(index=False))

# %% [markdown]
# - [ ] For each file that leaves: its purpose in a sentence, and the columns that the purpose needs.
# - [ ] Attack it with a list that you can get, before you send it. Count right and wrong claims.
# - [ ] Unknown columns are dropped; free text too.
# - [ ] One account for each data set, not for each user; a refusal books nothing.
# - [ ] Tools: ARX searches settings for k and l, Presidio finds names in text, OpenDP adds noise and keeps
#       the account. None of them knows what your attackers know.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# Here others read too much from your data. Next they write into it:
# [Poisoning and backdoors](../../m3_attacks/poisoning/poisoning.ipynb). Your map is on the
# [start page](../../start/welcome/welcome.ipynb).
