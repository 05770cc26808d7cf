"""Agreement of every pair in every session: our kernel and one indicator product a session in numpy."""

import re
import subprocess


def agreement_numpy(votes):
    """Exact agreement, S, kappa and pi of every pair in every session, by one indicator product per session."""
    import numpy as np

    pairs, undefined = 0, 0
    for (_,), part in votes.group_by(["session"], maintain_order=True):
        calls, r = np.unique(part["rcid"].to_numpy(), return_inverse=True)
        states, s = np.unique(part["gwcode"].to_numpy(), return_inverse=True)
        n = len(states)
        indicator = np.zeros((len(calls), 3 * n), np.float32)
        indicator[r, (part["vote"].to_numpy() - 1) * n + s] = 1
        table = (indicator.T @ indicator).reshape(3, n, 3, n)
        i, j = np.triu_indices(n, 1)
        cells = table[:, i, :, j].astype(np.int64)
        common = cells.sum((1, 2))
        cells, common = cells[common > 0], common[common > 0]
        same = cells[:, 0, 0] + cells[:, 1, 1] + cells[:, 2, 2]
        distance = common - same + 3 * (cells[:, 0, 2] + cells[:, 2, 0])
        a, b = cells.sum(2), cells.sum(1)
        sum_a, sum_b = a @ [1, 2, 3], b @ [1, 2, 3]
        squares = a @ [1, 4, 9] + b @ [1, 4, 9]
        expected = common * squares - 2 * sum_a * sum_b
        expected_pi = 2 * common * squares - (sum_a + sum_b) ** 2
        with np.errstate(divide="ignore", invalid="ignore"):
            kappa = np.where(expected > 0, 1 - common * distance / expected, np.nan)
            np.where(expected_pi > 0, 1 - 2 * common * distance / expected_pi, np.nan)
        _ = same / common, 1 - distance / (2 * common)
        pairs += len(common)
        undefined += int(np.isnan(kappa).sum())
    return pairs, undefined


def numpy(votes):
    import polars as pl

    frame = pl.read_parquet(votes).filter(pl.col("vote") <= 3).sort("session", "rcid", "gwcode")
    return lambda: agreement_numpy(frame), lambda found: f"{found[0]} pairs, {found[1]} undefined"


PEERS = {"numpy": numpy}


def run(bench):
    from harness import Run

    bench.title("agreement (exact, S, kappa, pi) of every pair in every session; kernels, votes at hand")
    tables = bench.observatory()
    text = subprocess.run(["target/release/examples/time_agreement"], check=True, capture_output=True, text=True).stdout
    ours = Run([float(re.search(r"kernel median ([0-9.]+) ms", text).group(1))])
    bench.line("popcounts", ours, peers=bench.peers("agreement", PEERS, votes=str(tables / "vote.parquet")), note=text.splitlines()[0])
