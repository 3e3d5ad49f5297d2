# The lesson on evasion. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Evasion: inputs made to fool a model
#
# *78 minutes with a stop after 39, 48 points in four exercises · then a stretch of 16 minutes and 12
# points: `honest_triple`*
#
# **In September 2019** researchers showed how they had got mails past Proofpoint's mail filter. The
# filter wrote its scores into the header of each mail. So they sent many mails through it, collected the
# scores, and trained a copy of the model on them. The copy told them which words score well: "calculation",
# "asset" and "tyson", for instance. With such words they wrote mails that the real filter let through.
# *(Source: MITRE ATLAS 5.6.0, case study [AML.CS0008](https://atlas.mitre.org/studies/AML.CS0008); the flaw
# is CVE-2019-20634.)*
#
# Nobody touched the model, its training data or its server. They only chose what to send. That is
# **evasion**: an input made so that a finished model gets it wrong.
#
# After this lesson you can
#
# - attack a model with its scores alone, and with its gradient;
# - tell an attack from mere noise, at the same size;
# - build two defences, attack each one as somebody who knows it, and say what it costs;
# - spot a robustness claim that nobody should believe.
#
# How a lesson works is on the [start page](../../start/welcome/welcome.ipynb). The attack code works on toy
# models that you train here. Keep it there.

# %%
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from autograder.learner import check, hint, others, predict, progress, solution
from course.m3_attacks.evasion.mails import WORDS, Mailbox, MailFilter, presence
from course.m3_attacks.evasion.nets import (
    Trainer,
    answers,
    margin_gradient,
    new_net,
    pgd,
    pixel_gradient,
)

# %% [markdown]
# ## Get one mail through
#
# A clinic has a mail filter. Every word has a weight: words of spam have a weight above 0, words of honest
# mail one below 0. The **score** of a mail is the sum over the words that it contains, plus a constant.
# Above 0, the mail is blocked. (In the case it was the other way round: there a higher score meant a safer
# mail.)
#
# The filter learned from 600 mails, half of them spam. All of them are made up by a generator.
#
# **Your turn:** this mail is blocked. Write words into `added`, separated by blanks, and run the cell again
# until the score is below 0. Which words does a clinic write all the time?

# %%
added = ""

mailbox = Mailbox()
train_mails, train_labels = mailbox.mails(600, np.random.default_rng(3))
test_mails, test_labels = mailbox.mails(400, np.random.default_rng(13))
clinic_filter = MailFilter.trained(train_mails, train_labels)

blocked = [mail for mail in np.array(test_mails)[test_labels == 1] if clinic_filter.score(mail) > 0]
print(blocked[0], "\n")
print(f"score {clinic_filter.score(blocked[0] + ' ' + added):.2f}")
accuracy = (clinic_filter.blocks(test_mails) == test_labels).mean()
print(f"the filter is right about {accuracy:.1%} of {len(test_mails)} new mails")

# %% [markdown]
# You've evaded a model. (Try `added = "invoice sample appointment rota order result reschedule shift"`.)
# And the spam is still all there: whoever reads the mail sees what the sender wanted to say. Such words are
# called **good words**.
#
# You had an advantage: you know what clinics write about. An attacker who doesn't can ask the filter.

# %%
predict("evasion.words")

# %% [markdown]
# ## Part 1: Ask for the good words
#
# **The header says how well you did.** The researchers at Proofpoint's door read a score on every mail that
# they sent. With that, strangers find the good words of a company that they know nothing about.
#
# ### Exercise: good_words
#
# *11 minutes · core · 10 points · AML.T0043.001 · AML.T0063 · AML.T0015*
#
# Build the attack. `good_words(score, mail, words, k, budget)` finds the `k` words that lower the score of
# a blocked mail most. Say `score` adds up these weights: `free` 2, `rota` −1, `slide` −3, `moon` 1.
#
# | `good_words(score, "free moon", ["rota", "moon", "slide"], 2, budget)` | may return | because |
# | --- | --- | --- |
# | `budget` 4 | `["slide", "rota"]` | `slide` takes 3 off the score, `rota` 1 |
# | `budget` 2 | `["rota", "moon"]` | one query for the mail, one for `rota` |
#
# | name | what it is |
# | --- | --- |
# | `score` | a function: text in, score out. Above 0 the mail is blocked |
# | `mail` | a blocked mail: words with blanks between them |
# | `words` | a list of different words that you may add, at least `k` |
# | `k` | how many words to return, at least 1 |
# | `budget` | how often you may call `score`, at least 1 |
# | returns | list of `k` different words out of `words` |
#
# Add a word as `mail + " " + word`. A word that the mail has already doesn't change the score.
#
# Judged:
#
# - `k` different words, from `words` only, in a list; at most `budget` queries, also when that's 1 (2);
# - when `budget` is enough for all words: exactly the `k` best, best first (3);
# - five companies, 201 queries, 345 words: ten words let at least 0.75 of the blocked mails pass (3), and
#   at least 0.6 more than ten random words (2).
#
# <details><summary>The fine print</summary> The mails that must pass are 60 others than the one that you
# queried with. In each company every word means something else, so no list that you know by heart will do.
# When the budget is too small for all words, any choice of which to try is fine. <code>words</code> must
# stay as it was.</details>


# %%
def good_words(score, mail, words, k, budget):
    ### BEGIN SOLUTION
    tried = words[: budget - 1]
    before = score(mail)
    gain = {word: before - score(mail + " " + word) for word in tried}
    return sorted(words, key=lambda word: gain.get(word, 0), reverse=True)[:k]
    ### END SOLUTION


# %%
check("evasion.good_words", good_words)

# %%
# hint("evasion.good_words")
# solution("evasion.good_words")

# %% [markdown]
# Your ten words against the 60 blocked mails of the clinic. Beside them stand what an honest comparison
# needs: as many random words, and the lazy attack, a whole honest mail pasted below.


# %% tags=["raises-exception"]
def passing(a_filter, mails):
    """Of these mails, the share that the filter lets through."""
    return 1 - a_filter.blocks(mails).mean()


rng = np.random.default_rng(0)
spam = blocked[1:61]
honest_mails = [mail for mail, label in zip(train_mails, train_labels, strict=True) if label == 0]
candidates = list(rng.permutation(WORDS))
found = good_words(clinic_filter.score, blocked[0], candidates, 20, 201)
print("good words:", " ".join(found[:10]))
passed = {"nothing added": passing(clinic_filter, spam)}
for count in (5, 10, 20):
    any_words = [" ".join(rng.choice(WORDS, count, replace=False)) for _ in spam]
    passed[f"{count} random words"] = passing(
        clinic_filter, [f"{mail} {words}" for mail, words in zip(spam, any_words, strict=True)]
    )
    passed[f"{count} good words"] = passing(
        clinic_filter, [f"{mail} {' '.join(found[:count])}" for mail in spam]
    )
passed["a whole honest mail"] = passing(
    clinic_filter, [f"{mail} {rng.choice(honest_mails)}" for mail in spam]
)
pd.Series(passed, name="share that passes").round(2).to_frame()

# %% [markdown]
# Ten good words get 0.97 of the mails through. Ten random words get none through, and twenty get 0.03. A
# whole honest mail below the spam does it for about half of them. So it isn't length that fools this
# filter, it's the choice of words. (If you tried the words in another order, your list and your numbers
# differ a little.)
#
# *In one line: the vendor takes the scores out of the headers. What does that stop, and what not?*

# %% [markdown]
# <details><summary>Compare</summary> It stops this attack as you wrote it. The sender still sees which
# mails are answered and which are not, so he can ask for one bit at a time: that costs more queries. And it
# comes too late for scores that are out already: the copy that was trained on them stays with whoever
# trained it.</details>
#
# ## Part 2: A filter without good words
#
# **A word can buy a mail's way in, because it has a negative weight.** "Calculation", "asset" and "tyson"
# spoke in favour of a mail. So don't let anything speak in favour: keep every weight at 0 or above. Then
# words can only add suspicion. Such a model is called **monotone**.

# %%
predict("evasion.clip")

# %% [markdown]
# ### Exercise: monotone_fit
#
# *12 minutes · core · 12 points · AML.M0003 · ML01*
#
# Train a linear filter whose weights are never negative. `monotone_fit(X, y)` returns `(w, b)`. A mail is
# blocked when `X @ w + b > 0`.
#
# Three mails and two words: `X = [[1, 0], [1, 1], [0, 1]]`, `y = [1, 1, 0]`. The first word says spam; the
# second one is honest, but it may not speak for a mail. So `w[0]` is above 0, `w[1]` is 0, and `b` lies
# between `-w[0]` and 0.
#
# | name | what it is |
# | --- | --- |
# | `X` | floats (n, d): 1.0 where the mail has the word, else 0.0 |
# | `y` | labels (n,): 1 spam, 0 honest |
# | returns | `(w, b)`: a numpy array (d,) with every entry at least 0, and a number |
#
# Any way of training counts. A short one is **projected gradient descent**: start with zeros, and some
# hundred times
#
# 1. `p = 1 / (1 + np.exp(-(X @ w + b)))` is how much each mail looks like spam, and `p - y` is the error;
# 2. take `X.T @ (p - y) / n` off `w`, and the mean error off `b`;
# 3. set what is below 0 in `w` to 0, with `np.maximum`. `b` may be negative.
#
# Judged on five companies, 600 mails to learn from and 400 new ones:
#
# - the form (1), and no negative weight (3), with the inputs unchanged (1);
# - accuracy at least 0.90 (3);
# - at most 0.12 of honest mails are blocked (2), at most 0.155 of spam passes (2).
#
# <details><summary>The fine print</summary> Accuracy and both shares are means of the five. A weight of
# exactly 0 is fine. The points for weights count only if the accuracy is at least 0.8: a filter that weighs
# nothing is monotone too.</details>


# %%
def monotone_fit(X, y):
    ### BEGIN SOLUTION
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(400):
        error = 1 / (1 + np.exp(-(X @ w + b))) - y
        w = np.maximum(w - X.T @ error / len(y), 0)
        b = b - error.mean()
    return w, b
    ### END SOLUTION


# %%
check("evasion.monotone_fit", monotone_fit)

# %%
# hint("evasion.monotone_fit")
# solution("evasion.monotone_fit")

# %% [markdown]
# Now attack your filter. First with good words, as before: they are useless. Then as somebody who *knows*
# that the filter is monotone. Nothing can be added, so they take away: they drop the words that cost the
# mail most. (In a real mail they'd write them otherwise.) The third filter in the table is the quick repair:
# the old one, with its negative weights set to 0.


# %% tags=["raises-exception"]
def without(mail, a_filter, count):
    """The mail without its `count` most telling words, as the attacker who knows the weights drops them."""
    weight = dict(zip(a_filter.words, a_filter.weights, strict=True))
    telling = sorted(set(mail.split()), key=lambda word: (-weight[word], word))[:count]
    return " ".join(word for word in mail.split() if word not in telling)


monotone = MailFilter(*monotone_fit(presence(train_mails), train_labels))
clipped = MailFilter(np.maximum(clinic_filter.weights, 0), clinic_filter.intercept)
test_spam = [mail for mail, label in zip(test_mails, test_labels, strict=True) if label == 1]
test_honest = [mail for mail, label in zip(test_mails, test_labels, strict=True) if label == 0]
rows = {}
for name, a_filter in {"plain": clinic_filter, "monotone": monotone, "clipped": clipped}.items():
    caught = [mail for mail in test_spam if a_filter.score(mail) > 0]
    words = good_words(a_filter.score, caught[0], candidates, 10, 201)
    rows[name] = {
        "accuracy": (a_filter.blocks(test_mails) == test_labels).mean(),
        "honest mail blocked": a_filter.blocks(test_honest).mean(),
        "pass with 10 good words": passing(a_filter, [mail + " " + " ".join(words) for mail in caught]),
        "pass without 5 words": passing(a_filter, [without(mail, a_filter, 5) for mail in caught]),
    }
pd.DataFrame(rows).T.round(3)

# %% [markdown]
# Good words are over: none of the mails passes with ten of them, and since no weight is negative, no other
# list will do better. The best attack that we measured fell from 98% to 72% of the mails. That is what you
# bought, and the price has two parts:
#
# - **Honest users pay.** The accuracy falls from 0.995 to 0.938, and 3.8% of the honest mails are blocked
#   instead of 0.5%. The plain filter knew what honest mail looks like; this one only knows suspicion.
# - **Another attack gets easier.** Without their five most telling words, 72% of the mails pass. Against
#   the plain filter that was 31%.
#
# The quick repair blocks every honest mail. Its constant was learned together with the weights that you cut
# off.
#
# *In one line: for which kind of mail filter would you take that trade?*

# %% [markdown]
# <details><summary>Compare</summary> Where the spam needs its words: a link, an account number, a name that
# people must read. Where it can say the same in many ways, dropping words is cheap, and you have given
# accuracy away. You can also run both filters, and look at the mails about which they disagree.</details>
#
# *Good place to stop: 39 minutes so far. When you come back, run all cells above again first.*
#
# ## Part 3: The copy has a gradient
#
# **The researchers didn't ask the live filter word by word. They asked their copy.** A copy costs no
# queries, nobody watches it, and you can look inside. There you find something better than scores: the
# **gradient**, which says for every part of the input at once how the model's error changes with it.
#
# You see it best on images. The clinic also reads handwritten sample numbers. An image is 8 × 8 pixels from
# 0 (black) to 1 (white), and the attacker may change each pixel by at most **epsilon**. Two ways to spend
# that allowance:
#
# | | each pixel moves by |
# | --- | --- |
# | random noise | plus or minus epsilon, as a coin falls |
# | gradient | plus or minus epsilon, in the direction that makes the model's error grow |
#
# The second one is called FGSM, the fast gradient sign method. Both change the image by the same amount.

# %%
predict("evasion.noise")

# %% [markdown]
# **Your task:** stay with the logistic regression, and find the smallest epsilon at which the gradient
# leaves less than half of the images right. What is the accuracy under random noise there? Could *you*
# still read the digit? Then take the network: is it harder or easier to fool?

# %%
from course.m3_attacks.evasion.epsilon_dial import epsilon_dial, twin

epsilon_dial()

# %% [markdown]
# The same as pictures and tables:

# %%
twin()

# %% [markdown]
# *Compare:* it's 0.14. There the gradient leaves 0.42, and random noise of the same size 0.94. You can
# still read the digits. The network is easier to fool: 0.10 is enough (0.44), and at 0.2 it gets one image
# in a hundred. So "it stands up to noise" says next to nothing about an attacker.
#
# ### Exercise: fgsm
#
# *12 minutes · core · 10 points · AML.T0043.000 · AML.T0015 · ML01*
#
# Write the attack, and the comparison that keeps it honest. For logistic regression with several classes,
# the gradient is one line of algebra. With `P` the probabilities and `T` the truth, both (n, classes), the
# gradient of the error at the pixels is `(P - T) @ model.coef_`. A row of `T` has a 1 in the column of the
# true class, and 0 elsewhere.
#
# `fgsm(model, X, y, eps)` moves each pixel by `eps` in the direction of its gradient's sign. A pixel whose
# gradient is 0 stays. What then lies outside 0 to 1 is cut off. With `eps` 0.2:
#
# | pixel | gradient there | becomes |
# | --- | --- | --- |
# | 0.5 | −0.03 | 0.3 |
# | 0.5 | 0 | 0.5 |
# | 0.9 | 4.1 | 1.0 |
#
# `compare(model, X, y, eps, rng)` returns a dict with three accuracies: `"clean"`, `"random"` and
# `"gradient"`. Random: every pixel moves by plus or minus `eps`, each with chance one half, and is cut off
# in the same way.
#
# | name | what it is |
# | --- | --- |
# | `model` | a trained `LogisticRegression` with three classes or more |
# | `X`, `y` | images (n, d) with pixels from 0 to 1, and their true labels |
# | `eps` | number, 0 or more |
# | `rng` | `numpy.random.Generator` |
#
# You need `model.predict_proba(X)`, `model.coef_` (classes, pixels), `model.classes_` and `model.score(X,
# y)`. The columns of `P` are in the order of `model.classes_`, which needn't be 0 to 9.
#
# Judged:
#
# - the attacked images, exactly, on models with all digits and with some (4), `X` and `y` unchanged (1);
# - `clean` and `gradient` exactly (2);
# - `random` within 0.06 of the judge's noise, fair for each pixel, drawn from `rng` alone (3).
#
# <details><summary>The fine print</summary> The image that <code>fgsm</code> returns is a new array. The
# judge's share for <code>random</code> is the mean of ten draws on 300 images, at eps 0.6, where noise that
# is smaller than allowed shows. The same state of <code>rng</code> must give the same share.</details>


# %%
def fgsm(model, X, y, eps):
    ### BEGIN SOLUTION
    truth = (y[:, None] == model.classes_).astype(float)
    gradient = (model.predict_proba(X) - truth) @ model.coef_
    return np.clip(X + eps * np.sign(gradient), 0, 1)
    ### END SOLUTION


def compare(model, X, y, eps, rng):
    ### BEGIN SOLUTION
    noisy = np.clip(X + rng.choice([-eps, eps], X.shape), 0, 1)
    return {
        "clean": model.score(X, y),
        "random": model.score(noisy, y),
        "gradient": model.score(fgsm(model, X, y, eps), y),
    }
    ### END SOLUTION


# %%
check("evasion.fgsm", fgsm, compare)

# %%
# hint("evasion.fgsm")
# solution("evasion.fgsm")

# %% [markdown]
# Now what the researchers did: train a copy, attack the copy, and send the result to a model that you can't
# look into. Here the copy is a logistic regression. It learned from 400 images of its own, with the
# *answers* of the target as labels, so the attacker never saw a weight or a training row of it.


# %% tags=["raises-exception"]
def train(X, y, rng, attack=None):
    """A trained small network. With `attack`, a function, it learns from images that `attack` made."""
    net = new_net(rng)
    trainer = Trainer(net)
    for _ in range(25):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 64):
            rows = order[start : start + 64]
            trainer.step(X[rows] if attack is None else attack(net, X[rows], y[rows]), y[rows])
    return net


images, digits = load_digits(return_X_y=True)
X_train, X_rest, y_train, y_rest = train_test_split(
    images / 16, digits, train_size=800, stratify=digits, random_state=0
)
X_test, y_test, X_own = X_rest[:400], y_rest[:400], X_rest[400:800]

reader = LogisticRegression(max_iter=300).fit(X_train, y_train)
network = train(X_train, y_train, np.random.default_rng(0))
forest = RandomForestClassifier(50, random_state=0).fit(X_train, y_train)
targets = {
    "logistic regression": reader.predict,
    "network": lambda X: answers(network, X),
    "forest": forest.predict,
}
noisy = np.clip(X_test + np.random.default_rng(0).choice([-0.2, 0.2], X_test.shape), 0, 1)
copied = {}
for name, ask in targets.items():
    copy = LogisticRegression(max_iter=300).fit(X_own, ask(X_own))
    copied[name] = {
        "copy agrees": copy.score(X_test, ask(X_test)),
        "clean": (ask(X_test) == y_test).mean(),
        "noise 0.2": (ask(noisy) == y_test).mean(),
        "attack on the copy, 0.2": (ask(fgsm(copy, X_test, y_test, 0.2)) == y_test).mean(),
    }
pd.DataFrame(copied).T.round(2)

# %% [markdown]
# Noise of 0.2 leaves 0.84 to 0.92 of the images right. The attack on the copy leaves 0.20 to 0.27, with the
# same 0.2 per pixel, and no weight of the target was ever seen. The forest has no gradient at all, and it
# falls too. Models that learned the same task have much the same weak sides, so attacks **transfer**
# between them. Hiding the weights is no defence.
#
# ## Part 4: Train against the attack
#
# **The vendor's obvious next move: collect mails that got through, label them, and train again.** For
# images you don't even have to wait. You make attacked copies yourself, add them to the training data with
# their true labels, and train once more. Try it with the logistic regression.

# %%
predict("evasion.copies")

# %% tags=["raises-exception"]
attacked_train = fgsm(reader, X_train, y_train, 0.1)
with_copies = LogisticRegression(C=0.5, max_iter=300).fit(  # twice the rows: half of C keeps L2 as strong
    np.concatenate([X_train, attacked_train]), np.concatenate([y_train, y_train])
)
old_attack = fgsm(reader, X_test, y_test, 0.1)
linear = {}
for name, model in {
    "as before": reader,
    "with attacked copies": with_copies,
    "stronger L2, C=0.1": LogisticRegression(C=0.1, max_iter=300).fit(X_train, y_train),
    "stronger L2, C=0.01": LogisticRegression(C=0.01, max_iter=300).fit(X_train, y_train),
}.items():
    linear[name] = {
        "clean": model.score(X_test, y_test),
        "old attack, 0.1": model.score(old_attack, y_test),
        "fresh attack, 0.1": model.score(fgsm(model, X_test, y_test, 0.1), y_test),
        "mean weight, without sign": np.abs(model.coef_).mean(),
    }
pd.DataFrame(linear).T.round(3)

# %% [markdown]
# Look at the second column first. With attacked copies, the old attack leaves 0.85 instead of 0.61: it
# looks like a success, and it's the number that is easy to report. The third column is the attacker who
# looks at the *new* model. There 0.58 is left, less than the 0.61 before. The training has made the model
# **worse**. (Over six splits it's 0.57 instead of 0.65.)
#
# The last column says why. The copies were made against the old weights. To tell them apart, the new model
# makes its weights larger, and a fresh attack gains from each of them. Stronger L2, in scikit-learn a
# smaller `C`, keeps the weights small: 0.69 and 0.72 under a fresh attack, without seeing a single attacked
# image. It costs four and seven points of clean accuracy. So before you trust a clever defence, try the
# dull one.
#
# ### Exercise: adversarial_train
#
# *13 minutes · core · 16 points · AML.M0003 · AML.M0008 · ML01*
#
# So don't attack once. Attack the network *as it is at this step*, and learn from that; at the next step it
# is another network, and gets another attack. That is **adversarial training**.
#
# `adversarial_train(X, y, eps, rng)` trains a small network that stays right when each pixel may move by
# `eps`. These pieces are imported already:
#
# | piece | what it does |
# | --- | --- |
# | `new_net(rng)` | an untrained net: a dict with the arrays `W1`, `b1`, `W2`, `b2` |
# | `trainer = Trainer(net)`, `trainer.step(X, y)` | moves the net's weights once, in place |
# | `pgd(net, X, y, eps, steps, rng)` | attacked images: FGSM in several small steps, from a random start |
# | `answers(net, X)` | the digits that it reads |
#
# The function `train` above, without an attack, is ordinary training: 25 rounds over 800 images in shuffled
# parts of 64. It takes a tenth of a second. Four PGD steps are enough.
#
# | name | what it is |
# | --- | --- |
# | `X`, `y` | images (n, 64) from 0 to 1, and labels 0 to 9 |
# | `eps` | how much each pixel may move in the attack |
# | `rng` | `numpy.random.Generator`; all chance comes from it |
# | returns | the net: a dict of four arrays, as `new_net` makes it, with any number of hidden units |
#
# Judged on three splits, 800 images to learn from and 200 new ones, `eps` 0.1. The judge has your net's
# weights. An image counts as robust when it's read rightly after *each* of three attacks: 20 steps on the
# error, 20 on the margin, and one that asks no gradient and tries every pixel up and down.
#
# - the form, with `X` and `y` unchanged (1), and the same net from the same `rng` and `eps` (2);
# - robust at least 0.65 (8);
# - clean accuracy at least 0.90 (5).
#
# <details><summary>The fine print</summary> Both accuracies are means of three. The points for clean
# accuracy count only if the net is robust on at least 0.5: ordinary training would earn them otherwise.
# Another <code>eps</code> must give another net. Keep the training short: the limit is 20 CPU-seconds for
# all. The <b>logits</b> are the ten numbers that the net adds up, before they become probabilities. The
# <b>margin</b> is the highest wrong logit minus the right one; a net that multiplies its logits hides its
# error's gradient, and not the margin's.</details>


# %%
def adversarial_train(X, y, eps, rng):
    ### BEGIN SOLUTION
    net = new_net(rng)
    trainer = Trainer(net)
    for _ in range(25):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 64):
            rows = order[start : start + 64]
            trainer.step(pgd(net, X[rows], y[rows], eps, 4, rng), y[rows])
    return net
    ### END SOLUTION


# %%
check("evasion.adversarial_train", adversarial_train)

# %%
# hint("evasion.adversarial_train")
# solution("evasion.adversarial_train")

# %% [markdown]
# Five networks under five changes. "Copies made once" is what you did with the logistic regression.
# "Linear, strong L2" is the dull defence, written as a net.
# "Louder" is the ordinary network with all its logits times 100: it gives the same answers, and has learned
# nothing. Read across: which column would you show in a meeting to sell "copies made once"?


# %% tags=["raises-exception"]
def right(net, X):
    return (answers(net, X) == y_test).mean()


fixed = pgd(network, X_train, y_train, 0.1, 10)
once = train(np.concatenate([X_train, fixed]), np.concatenate([y_train, y_train]), np.random.default_rng(0))
louder = dict(network, W2=100 * network["W2"], b2=100 * network["b2"])
line = LogisticRegression(C=0.05, max_iter=300).fit(X_train, y_train)
dull = {"W1": np.eye(64), "b1": np.zeros(64), "W2": line.coef_.T, "b2": line.intercept_}  # as a net
robust = adversarial_train(X_train, y_train, 0.1, np.random.default_rng(0))
old = pgd(network, X_test, y_test, 0.1, 20)
shifted = np.roll(X_test.reshape(-1, 8, 8), 1, axis=2).reshape(-1, 64)
claims = {}
for name, net in {
    "ordinary": network,
    "copies made once": once,
    "louder": louder,
    "linear, strong L2": dull,
    "adversarial training": robust,
}.items():
    attacks = {
        "old attack": old,
        "error, 0.1": pgd(net, X_test, y_test, 0.1, 20),
        "margin, 0.1": pgd(net, X_test, y_test, 0.1, 20, gradient=margin_gradient),
        "margin, 0.2": pgd(net, X_test, y_test, 0.2, 20, gradient=margin_gradient),
        "1 pixel aside": shifted,
    }
    claims[name] = {"clean": right(net, X_test)} | {key: right(net, X) for key, X in attacks.items()}
pd.DataFrame(claims).T.round(2)

# %% [markdown]
# "Copies made once" has 0.98 under the old attack, better than its clean accuracy, and 0.08 under a fresh
# one. The ordinary network had 0.38 there. This defence is a way to make a network worse and to look
# better. "Louder" has 0.56 when you attack its error and 0.40 when you attack its margin: it hid its
# gradient from one attack, and nothing else.
#
# Adversarial training has 0.75 and 0.76, at the clean accuracy of the ordinary network. The dull defence has
# 0.77 and 0.73, and pays for it with five points of clean accuracy. So that's the gain: not more robustness
# than strong L2, but the same at a better price. Here is what it costs and what it isn't:
#
# - each step of training takes five gradients instead of one;
# - at twice the epsilon the network is down to 0.26, and the dull one to 0.35;
# - move the image by one pixel, which is no attack at all, and it reads 0.44, as the ordinary one. It
#   learned to stand one kind of change, up to one size.
#
# ## Back to Proofpoint
#
# The researchers had three things: scores that nobody had to give them, a copy, and words that could buy a
# mail's way in. You've had all three. With 201 scores, ten words took 97% of a stranger's spam past the
# clinic's filter. A filter without good words stopped that, at a price, and moved the attacker on to
# another trick. A copy that learned from 400 answers was enough to attack a model that you couldn't see.
# And training on what got through, which is what most people would try first, made a model worse that
# seemed better.
#
# So after such a report, a good answer has three parts. Take the scores out of the headers. Assume that a
# copy exists. And measure the next version against somebody who has read about it.
#
# ## Stretch: Write the claim down honestly
#
# **A vendor says: "our filter cleans every input before the model sees it; attacks fail".** Input cleaning
# is a defence with a name, AML.M0010 *Input Restoration*. Does it work? You can't tell from one number.
# Three belong together:
#
# | number | the attacker |
# | --- | --- |
# | clean | there is none |
# | static | attacks the network as if there were no defence in front of it |
# | adaptive | knows the defence, and tries everything that he has |
#
# Here the defence is *squeezing*: each pixel is rounded to a few levels, so that small changes vanish. With
# one bit there are two levels, black and white. Rounding has no useful gradient, and an attacker who gives
# up there reports that the defence holds. The one who knows better takes the gradient *behind* it: at the
# squeezed image, as if rounding weren't there.


# %%
def squeeze(bits):
    """A defence: a function that rounds pixels to 2 ** bits levels."""
    levels = 2**bits - 1
    return lambda X: np.round(X * levels) / levels


X_demo = np.array([[0.0, 0.2, 0.4, 0.6, 0.9]])
print("1 bit: ", squeeze(1)(X_demo), "  2 bits:", squeeze(2)(X_demo).round(2))

# %% [markdown]
# ### Exercise: honest_triple
#
# *12 minutes · stretch · 12 points · AML.M0010 · AML.M0008*
#
# `honest_triple(net, defence, X, y, eps)` returns a dict with three accuracies of the *defended* network,
# which reads `answers(net, defence(images))`:
#
# | key | an image counts when it's read rightly |
# | --- | --- |
# | `"clean"` | as it is |
# | `"static"` | after `pgd(net, X, y, eps, 20)` |
# | `"adaptive"` | as it is *and* after three attacks: static, and two through the defence |
#
# The two are `pgd(net, X, y, eps, 20, gradient=through)`. `pgd` calls `through(net, A, y)` at each step,
# with `A` the images so far, and wants a gradient for each pixel. Give it `pixel_gradient(net, defence(A),
# y)` in one attack, and `margin_gradient(net, defence(A), y)` in the other.
#
# An example with four images, ✓ for read rightly:
#
# | | image 1 | 2 | 3 | 4 | accuracy |
# | --- | --- | --- | --- | --- | --- |
# | as it is | ✓ | ✓ | ✓ | ✓ | clean 1.0 |
# | static attack | ✓ | ✓ | ✓ | | static 0.75 |
# | error, through the defence | ✓ | ✓ | | ✓ | |
# | margin, through the defence | ✓ | | ✓ | ✓ | |
# | all four | ✓ | | | | adaptive 0.25 |
#
# Judged on five networks, some with loud logits or little training, with five defences, each value within
# one image of 150:
#
# - `clean` (1) and `static` (3);
# - `adaptive` (6);
# - arguments unchanged (2).
#
# <details><summary>The fine print</summary> The dict has these three keys and no others. The
# defences: 1 bit, 3 bits, none, the image mirrored, and the image as a negative.
# <code>defence</code> takes and returns images (n, 64). The points for <code>clean</code>,
# <code>adaptive</code> and unchanged arguments count only if <code>static</code> is right.</details>


# %%
def honest_triple(net, defence, X, y, eps):
    ### BEGIN SOLUTION
    def survives(attacked):
        return answers(net, defence(attacked)) == y

    clean, static = survives(X), survives(pgd(net, X, y, eps, 20))
    adaptive = clean & static
    for gradient in (pixel_gradient, margin_gradient):

        def through(net, A, y, gradient=gradient):
            return gradient(net, defence(A), y)

        adaptive = adaptive & survives(pgd(net, X, y, eps, 20, gradient=through))
    return {
        "clean": float(clean.mean()),
        "static": float(static.mean()),
        "adaptive": float(adaptive.mean()),
    }
    ### END SOLUTION


# %%
check("evasion.honest_triple", honest_triple)

# %%
# hint("evasion.honest_triple")
# solution("evasion.honest_triple")

# %% [markdown]
# Squeezing, with a network trained on squeezed images; and the loud network with no defence at all.

# %% tags=["raises-exception"]
report = {}
for name, bits in {"no defence": 0, "1 bit": 1, "2 bits": 2, "3 bits": 3}.items():
    clean_up = squeeze(bits) if bits else (lambda X: X)
    squeezed = train(clean_up(X_train), y_train, np.random.default_rng(0))
    for eps in (0.1, 0.2):
        report[name, eps] = honest_triple(squeezed, clean_up, X_test, y_test, eps)
report["loud logits", 0.1] = honest_triple(louder, lambda X: X, X_test, y_test, 0.1)
pd.DataFrame(report).T.round(2)

# %% [markdown]
# One bit isn't a bluff. At 0.1 it holds 0.72 against somebody who knows it, where the network without a
# defence has 0.38. Honest users pay six points. Two bits hold 0.70 at 0.1 and nothing at 0.2. Three bits
# are *worse* than no defence at 0.1. So "squeezing works" is true or false, depending on bits and epsilon;
# and on other images, with more than black and white in them, you'd have to measure again.
#
# Adaptive stays close to static here. That is a finding too: rounding hid little from these attacks. The
# loud network is the other kind. It has no defence at all, its static number says 0.56, and the adaptive
# one 0.40.
#
# Adaptive is still an upper bound. You tried three attacks. Somebody else may have a fourth.
#
# ## Summary
#
# 1. Evasion changes the input and nothing else. Scores, and a copy trained on answers, are enough for it.
# 2. Compare an attack with random changes of the same size. Noise says next to nothing about an attacker.
# 3. A monotone filter ends good words, and makes deleting words easier. Every defence has an attacker who
#    knows it.
# 4. Attacked copies made once look perfect under the old attack and are worse under a fresh one. Attack
#    anew at each step.
# 5. State clean, static and adaptive accuracy together, with epsilon, and name what you didn't try.

# %% [markdown]
# ## Use it on Monday
#
# A longer version is [the Monday sheet](monday.md), to copy into your repository. These lines compare noise
# with an attack on any model that has `predict_proba`: they nudge one column at a time, so they need no
# gradient. Put in your own model. (Real tools: the Adversarial Robustness Toolbox and Foolbox have dozens
# of attacks. The Toolbox attacks through your cleaning if you hand it over as `preprocessing_defences`;
# forget that, and you measure *static*. Neither knows which changes *your* attacker can make.)

# %%
X_mine, y_mine, eps = X_test[:100], y_test[:100], 0.1  # yours: numbers on a common scale, labels, allowance
model = reader  # yours: fitted, with predict_proba and classes_
column = np.searchsorted(model.classes_, y_mine)


def confidence(X):
    return model.predict_proba(X)[np.arange(len(X)), column]


worst = X_mine.copy()
for j in range(X_mine.shape[1]):
    up, down = X_mine.copy(), X_mine.copy()
    up[:, j] += eps
    down[:, j] -= eps
    worst[:, j] += eps * np.sign(confidence(down) - confidence(up))
noise = X_mine + np.random.default_rng(0).choice([-eps, eps], X_mine.shape)
for name, X in {"clean": X_mine, "noise": noise, "attack": worst}.items():
    print(f"{name:7} {(model.predict(X) == y_mine).mean():.2f}")

# %% [markdown]
# - [ ] Write down what an attacker can change in an input, and by how much. That is your epsilon.
# - [ ] Look at what your model gives away: scores in headers, in responses, in logs that customers see.
# - [ ] Put attacked accuracy beside clean accuracy in the release report, with noise of the same size as a
#       baseline.
# - [ ] For each defence, write who adapts to it and how, and test that attacker.
# - [ ] Attack afresh after each training. An old set of attacked inputs is a regression test, not a
#       measure.
# - [ ] Where a feature should only ever raise suspicion, make the model monotone in it (`monotonic_cst` in
#       scikit-learn's `HistGradientBoostingClassifier`).
# - [ ] Limit and log queries: good words took 201 of them from one sender.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# The attackers in this lesson had a copy of the model. How one gets it, and how you notice, is the next
# lesson: [Extraction: a model stolen by asking](../extraction/extraction.ipynb). Your map is on the [start
# page](../../start/welcome/welcome.ipynb).
