"""The author's bench: checks are tried on right answers, wrong ones and junk before a learner meets them.

solved      the lesson's text, run with its solutions, or as a learner first opens it
answers     what a check is tried with, and one way to judge it
junk        what nobody should hand in, and somebody will
problems    what is not as it should be, one line each, with file and line
notes       what a check measures and compares on the way: margins of thresholds, slips of equal value
contained   the same checks as grading runs them, in the sandbox
trying      all of it for some exercises, on every core
table       how that reads
preview     a picture, its ends and its twin as a page
"""
