"""A module that nobody should import: it notes the attempt in the lab, and fails, so that it is not kept."""

from . import lab

lab.trip("course.m1_lifecycle.implementation.bait was imported")
raise ImportError(
    "course.m1_lifecycle.implementation.bait is a bait: "
    "whoever imports it acts on a name before deciding about it"
)
