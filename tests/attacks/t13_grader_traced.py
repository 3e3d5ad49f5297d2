"""Attach a debugger to the parent process.
Row 13. The call ends the process that makes it.
"""

OUTCOME = "blocked"
BEFORE = """
import ctypes, os
ctypes.CDLL(None, use_errno=True).ptrace(16, os.getppid() or os.getpid(), 0, 0)
"""
