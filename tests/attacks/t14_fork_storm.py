"""Fork a hundred processes that sleep and ignore signals.
Row 14. Their number is limited, and all end with the run.
"""

OUTCOME = "not attempted"
BEFORE = """
import os, signal, time
made = 0
for _ in range(100):
    try:
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(20)
            os._exit(0)
        made += 1
    except OSError:
        break
print("ALL OF THEM" if made == 100 else "limited")
"""
NEVER = ("ALL OF THEM",)
