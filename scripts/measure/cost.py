"""Runs a program to its end and tells what it cost: its CPU and wall time, and the memory of the largest of its processes."""

import json
import os
import sys
import time

quiet = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
begin = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - begin
cost = {
    "code": os.waitstatus_to_exitcode(status),
    "cpuMs": (used.ru_utime + used.ru_stime) * 1000,
    "wallMs": wall * 1000,
    "peakMiB": used.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024),
}
print(json.dumps(cost))
