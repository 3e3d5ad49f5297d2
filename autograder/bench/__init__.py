"""The author's bench: what the writer of a lesson looks at and tries. No learner's process loads it."""
