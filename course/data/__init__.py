"""What lessons and pictures work on: generators with planted truth, precomputed measurements, the lab."""
