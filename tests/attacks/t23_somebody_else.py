"""Claim to be somebody else inside the notebook, and to have handed in last year.
Row 23. Who and when come from the channel.
"""

OUTCOME = "not attempted"
BEFORE = "import os\nos.environ['NB_USER'] = os.environ['USER'] = 'ada'\nstudent = user = student_id = 'ada'"
NEVER = ('"student": "ada"',)


def tamper(notebook):
    notebook["metadata"].update(student="ada", owner="ada", timestamp="2020-01-01", authors=[{"name": "ada"}])
