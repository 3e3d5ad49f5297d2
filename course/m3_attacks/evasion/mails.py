"""The clinic's mail: generated texts, and a filter that gives each of them a score.

Eight subjects have a list of words each: four are honest mail, four are spam. A mail is 20 to 60 words in no
order: some that every mail uses, some of its subject, and a few of any subject. The first words of a list are
common, the last ones rare. Nothing is downloaded: a generator draws all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from sklearn.linear_model import LogisticRegression

_COMMON = """
the and for you with from this that are our your please will have not can all any was been here there when
which what who about after before more most only also then than them they their his her its out into over
under again once just very each both few other some such own same too now today week month time day
"""
_HONEST = (
    """
    appointment reschedule waiting room nurse doctor referral follow-up visit reminder clinic phone desk
    morning afternoon cancel confirm slot consultation patient list ward bring letter insurance card arrive
    parking entrance floor translator interpreter wheelchair companion fasting arrival calendar booking
    """,
    """
    sample result laboratory biopsy cell tissue measurement urgent routine report slide microscope radius
    texture benign malignant repeat blood count range reference tube label courier received specimen
    pathologist finding addendum stain fixation margin smear cytology grade review second opinion
    """,
    """
    rota shift holiday cover colleague meeting agenda minutes training course fire drill canteen payroll
    leave sick replacement night weekend swap team supervisor handover uniform locker badge room projector
    induction overtime vacancy interview onboarding survey newsletter birthday retirement
    """,
    """
    invoice order delivery quote supplier gloves reagent printer paper budget asset calculation tax
    warranty repair maintenance contract tender stock shelf pallet receipt account department approval
    signature cost estimate catalogue discount-terms freight customs packaging return serial
    """,
)
_SPAM = (
    """
    pills cheap pharmacy prescription-free miracle weight loss guaranteed natural formula bottle trial
    doctor-approved secret fat burn energy boost herbal supplement discreet shipping refund testimonials
    clinically-proven vitality slim detox cure overnight results bestseller bonus dose
    """,
    """
    winner lottery prize claim million dollars beneficiary transfer fund inheritance lawyer confidential
    urgent-reply bank deposit fee ambassador congratulations ticket draw selected lucky euro cheque
    next-of-kin diplomat consignment release percentage trust heir estate fortune courier-fee
    """,
    """
    password verify account-suspended login click link security alert mailbox quota exceeded expire
    unusual activity update identity immediately webmail administrator helpdesk attachment document
    shared voicemail unsub software download license activation renew invoice-attached sign-in
    """,
    """
    crypto invest returns profit trading signal platform broker leverage double weekly payout wallet token
    exclusive insider passive income financial freedom webinar limited seats risk-free strategy robot
    withdraw minimum early-bird presale whitelist moon guaranteed-yield referral-bonus
    """,
)
SHARES = (0.4, 0.45, 0.15)  # of a mail's words: the common ones, its subject's, and any subject's
COMMON = tuple(_COMMON.split())
SUBJECTS = tuple(tuple(dict.fromkeys(words.split())) for words in _HONEST + _SPAM)
WORDS = tuple(sorted({*COMMON, *(word for subject in SUBJECTS for word in subject)}))


class Mailbox:
    """Where mails come from. With `dealt`, a generator, every word means something else: another company."""

    def __init__(self, dealt: np.random.Generator | None = None) -> None:
        self._meaning = dict(
            zip(WORDS, WORDS if dealt is None else dealt.permutation(WORDS).tolist(), strict=True)
        )

    def mails(self, count: int, rng: np.random.Generator) -> tuple[list[str], np.ndarray]:
        """So many mails, and their labels: 1 is spam, 0 is honest."""
        labels = rng.integers(0, 2, count)
        return [self._mail(bool(label), rng) for label in labels], labels

    def _mail(self, spam: bool, rng: np.random.Generator) -> str:
        subject = SUBJECTS[int(rng.integers(4)) + 4 * spam]
        common, own, stray = rng.multinomial(rng.integers(20, 61), SHARES)
        others = (SUBJECTS[number] for number in rng.integers(8, size=stray))
        words = [*_often(COMMON, common, rng), *_often(subject, own, rng)]
        words += [word for other in others for word in _often(other, 1, rng)]
        return " ".join(self._meaning[words[place]] for place in rng.permutation(len(words)))


def presence(mails: Iterable[str], words: Sequence[str] = WORDS) -> np.ndarray:
    """A table (mails, words): 1.0 where the mail has the word, however often, and 0.0 where it doesn't."""
    place = {word: number for number, word in enumerate(words)}
    mails = list(mails)
    table = np.zeros((len(mails), len(words)))
    for row, mail in enumerate(mails):
        table[row, [place[word] for word in set(mail.split()) if word in place]] = 1.0
    return table


class MailFilter:
    """A spam filter: each word has a weight, and a mail is blocked when its score is above 0."""

    def __init__(self, weights: Sequence[float], intercept: float, words: Sequence[str] = WORDS) -> None:
        self.words = tuple(words)
        self.weights = np.asarray(weights, float)
        self.intercept = float(intercept)

    @classmethod
    def trained(cls, mails: Sequence[str], labels: np.ndarray) -> MailFilter:
        model = LogisticRegression().fit(presence(mails), labels)
        return cls(model.coef_[0], model.intercept_[0])

    def scores(self, mails: Iterable[str]) -> np.ndarray:
        return presence(mails, self.words) @ self.weights + self.intercept

    def score(self, mail: str) -> float:
        return float(self.scores([mail])[0])

    def blocks(self, mails: Iterable[str]) -> np.ndarray:
        """Which of the mails are blocked: one boolean each."""
        return self.scores(mails) > 0


def _often(words: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    """`count` draws: the first word of a list is its commonest, the last its rarest."""
    return [words[place] for place in np.searchsorted(_steps(len(words)), rng.random(count))]


@cache
def _steps(length: int) -> np.ndarray:
    shares = 1 / np.arange(1, length + 1) ** 1.1
    return np.cumsum(shares / shares.sum())[:-1]
