"""Runs a command and ends its error stream with one line: wall time in milliseconds and the largest resident size in MiB.

A program apart from the harness, and without its imports, because the largest size of a child begins with that of its parent.
"""

import os
import sys
import time

start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
wall = (time.perf_counter() - start) * 1e3
sys.stdout.flush()
print(f"\n{wall:.2f} {usage.ru_maxrss / 1024:.1f}", file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
