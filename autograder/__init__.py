"""The engine of aisec: builds lessons, answers learners, contains and grades their work.

It knows nothing of poisoning or encryption; the course that it serves is found by its `course.toml`.
Importing this package imports nothing heavy.
"""

__version__ = "0.1.0"
