"""What people read: feedback pages, the cohort report, a summary, CSV exports."""
