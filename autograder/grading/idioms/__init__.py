"""Idioms of test cells that do not cross the boundary between the judge and the learner's process.

table         the idioms, as docs/instructor.md lists them
origins       where what a test's expressions stand for comes from
objects       finds what tests do with the learner's objects
surroundings  finds what tests expect of the process around the learner's code
read          from a notebook to its misfits
"""
