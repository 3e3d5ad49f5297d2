"""A module that nobody should import: it notes the attempt in the lab, and fails, so that it is not kept."""

from course.data import lab

lab.trip("course.data.bait was imported")
raise ImportError("course.data.bait is a bait: whoever imports it acts on a name before deciding about it")
