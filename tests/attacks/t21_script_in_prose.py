"""Write script into markdown and raw cells of one's own, which some pages show as they are.
Row 21. A learner's prose keeps no HTML.
"""

OUTCOME = "not attempted"
NEVER = ("<script", "<img", "<svg", r"\href")


def tamper(notebook):
    text = (
        r"# Hello <script>alert(1)</script> <img src=x onerror=alert(1)> <svg/onload=alert(1)> $\href{x}{y}$"
    )
    for kind in ("markdown", "raw"):
        metadata = {"raw_mimetype": "text/html", "tags": ["hide-input"]}
        notebook["cells"].insert(0, {"cell_type": kind, "source": text, "metadata": metadata})
