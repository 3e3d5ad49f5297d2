"""Leave processes in sessions of their own, two forks away, stopped and deaf to signals.
Row 14. They end with the run, whatever they are.
"""

OUTCOME = "not attempted"
BEFORE = """
import os, signal, time
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 32):
                if number not in (signal.SIGKILL, signal.SIGSTOP):
                    signal.signal(number, signal.SIG_IGN)
            os.setpgid(0, 0)
            os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(60)
        os._exit(0)
"""
