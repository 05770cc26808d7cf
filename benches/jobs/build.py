"""The whole build, and the build when nothing has changed."""


def run(bench):
    bench.title("build")
    bench.observatory()
    full = bench.ours("build", "--force", "all", runs=max(1, bench.runs // 2))
    bench.line("full build from snapshots", full, goal=20000, note="(peak goal 1024 MiB)")
    bench.line("rebuild without a change", bench.ours("build"), goal=1000)
