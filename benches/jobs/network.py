"""The network kernels, by their own script, which prints its own lines."""

import subprocess
import sys
from pathlib import Path


def run(bench):
    bench.title("network")
    script = Path(__file__).parent.parent / "network.py"
    done = subprocess.run([sys.executable, str(script), str(bench.shared), str(min(bench.runs, 3))])
    if done.returncode:
        print("  left out: network.py failed")
