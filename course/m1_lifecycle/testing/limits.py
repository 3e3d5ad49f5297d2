"""The limits of the clinic's security gate, agreed upon before there was a candidate."""

LIMITS = {"accuracy": 0.80, "robust": 0.65, "membership": 0.62, "trigger": 0.75}
