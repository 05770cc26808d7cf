"""What a reader waits for."""


def run(bench):
    bench.title("briefs, why")
    bench.observatory()
    for subject in ["KGZ", "SCO", "RUS-BLR"]:
        for form in ["md", "html"]:
            bench.line(f"brief {subject} as {form}", bench.ours("brief", subject, "--format", form), goal=300)
    bench.line("why (a finding to the publisher's row)", bench.ours("why", "regime-category.KGZ.2024"))
    bench.line("tables", bench.ours("tables"))
