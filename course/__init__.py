"""The course: lessons, data and pictures. It knows nothing of grading but the check API."""
