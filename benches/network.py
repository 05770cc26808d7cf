"""Times the network kernels beside igraph, leidenalg, NetworkX and numpy on the same network in the same run, and compares results.

usage: network.py SHARED RUNS [EXAMPLE]

The network is that of one General Assembly session: kappa of all pairs, ties kept by the disparity filter. Reading and building the
matrix is outside every time. igraph has no threads of its own: its null is also timed over one process per core, which is its best.
"""

import gzip
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time

import igraph as ig
import leidenalg as la
import networkx as nx
import numpy as np
import polars as pl

SHARED, RUNS = sys.argv[1], int(sys.argv[2])
EXAMPLE = sys.argv[3] if len(sys.argv) > 3 else "target/release/examples/time_network"
SESSION, DRAWS, TRIALS = 74, 1000, 10


def median(work, runs):
    walls = []
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        walls.append((time.perf_counter() - start) * 1e3)
    return statistics.median(walls), result


def line(what, ours, peers, note=""):
    best = min(peers.values())
    beside = ", ".join(f"{name} {ms:.2f}" for name, ms in peers.items())
    print(f"{what:<42} {ours:>9.2f} ms   {beside} ms   {best / ours:.1f} times ours   {note}")


def kappa(votes, key):
    """Kappa (squared distance) of all pairs, and the number of common votes."""
    states, column = np.unique(votes[key].to_numpy(), return_inverse=True)
    calls, row = np.unique(votes["rcid"].to_numpy(), return_inverse=True)
    v = np.zeros((len(calls), len(states)))
    v[row, column] = votes["code"].to_numpy()
    m = (v > 0).astype(float)
    n, sx, sxx, sxy = m.T @ m, v.T @ m, (v * v).T @ m, v.T @ v
    expected = n * (sxx + sxx.T) - 2 * sx * sx.T
    with np.errstate(all="ignore"):
        return states, n, np.where(expected > 0, 1 - n * (sxx + sxx.T - 2 * sxy) / expected, np.nan)


def read(name, **options):
    # only an empty cell and, among numbers, NA is missing: NA is also Namibia
    data = gzip.open(f"{SHARED}/data/{name}").read()
    table = pl.read_csv(data, infer_schema_length=0, **options)
    numbers = [c for c in table.columns if table[c].drop_nulls().str.contains(r"^(-?[0-9.]+(e-?[0-9]+)?|NA)$").all() and c != "iso2c"]
    return table.with_columns(pl.col(c).replace("NA", None).cast(pl.Float64) for c in numbers)


def backbone(alpha):
    """The session's ties that the disparity filter keeps, and a regime label for each state."""
    calls = read("unga/voeten_rollcalls_1946_2021.csv.gz", columns=["rcid", "session"]).filter(pl.col("session") == SESSION)
    votes = read("unga/voeten_votes_1946_2021_rebuilt.csv.gz").join(calls, on="rcid").filter(pl.col("vote") <= 3)
    states, n, k = kappa(votes.with_columns(code=pl.col("vote")), "ccode")
    k = np.where((n >= 10) & (k > 0), k, 0.0)
    np.fill_diagonal(k, 0.0)
    strength, degree = k.sum(1), (k > 0).sum(1)
    with np.errstate(all="ignore"):
        p = (1 - k / strength[:, None]) ** (degree[:, None] - 1)
    i, j = np.nonzero(np.triu((k > 0) & (np.minimum(p, p.T) < alpha), 1))
    polyarchy = read("regime/isard_cow_democracy_polity_polyarchy_euds.csv.gz", columns=["ccode", "year", "v2x_polyarchy"])
    of = dict(polyarchy.filter(pl.col("year") == SESSION + 1945).select("ccode", "v2x_polyarchy").iter_rows())
    labels = [2 if of.get(s) is None else int(of[s] >= 0.5) for s in states.tolist()]
    return len(states), list(zip(i.tolist(), j.tolist())), k[i, j].tolist(), labels


def similarity():
    """Kappa of all pairs of rated states by country code, and who is an autocracy."""
    calls = read("unga/un_roll_calls.csv.gz", columns=["rcid", "session"]).filter(pl.col("session") == SESSION)
    iso = dict(read("crosswalk/countrycode_codelist.csv.gz", columns=["iso2c", "iso3c"]).drop_nulls().iter_rows()) | {"YU": "SRB", "CS": "CZE"}
    regimes = read("regime/vdem_v15_regimes_of_the_world.csv.gz", columns=["country_text_id", "year", "v2x_regime"]).drop_nulls()
    regime = dict(regimes.filter(pl.col("year") == SESSION + 1945).select("country_text_id", "v2x_regime").iter_rows())
    votes = read("unga/un_votes.csv.gz").join(calls, on="rcid").with_columns(
        state=pl.col("country_code").replace_strict(iso, default=None),
        code=pl.col("vote").replace_strict({"yes": 1, "abstain": 2, "no": 3}),
    )
    states, _, k = kappa(votes.filter(pl.col("state").is_in(list(regime))), "state")
    np.fill_diagonal(k, np.nan)
    return k, np.array([regime[s] <= 1 for s in states])


def memberships(year):
    """Who is a full or associate member of what in a year: states by organisations, 1 or 0."""
    held = read("cow_igo_v3/igo_membership_state_year_long.csv.gz", columns=["ccode", "year", "ioname", "status"])
    held = held.filter((pl.col("year") == year) & pl.col("status").is_between(1, 2)).unique(["ccode", "ioname"])
    states, row = np.unique(held["ccode"].to_numpy(), return_inverse=True)
    organisations, column = np.unique(held["ioname"].to_numpy(), return_inverse=True)
    m = np.zeros((len(states), len(organisations)))
    m[row, column] = 1
    return m


def sdsm(m):
    """Upper tails of the stochastic degree sequence model: fixed-point fit, then the whole convolution for all pairs of one state at once."""
    rows, columns = m.sum(1), m.sum(0)
    x, y = rows / np.sqrt(m.sum()), columns / np.sqrt(m.sum())
    for _ in range(100_000):
        x = rows / (y / (1 + np.outer(x, y))).sum(1)
        y = columns / (x[:, None] / (1 + np.outer(x, y))).sum(0)
        p = np.outer(x, y) / (1 + np.outer(x, y))
        if max(abs(p.sum(1) - rows).max(), abs(p.sum(0) - columns).max()) < 1e-8:
            break
    n, k = m.shape
    joint, out = (m @ m.T).astype(int), []
    for a in range(n - 1):
        q = p[a] * p[a + 1 :]
        mass = np.zeros((n - 1 - a, k + 1))
        mass[:, 0] = 1
        for o in range(k):
            mass[:, 1 : o + 2] = mass[:, 1 : o + 2] * (1 - q[:, o : o + 1]) + mass[:, : o + 1] * q[:, o : o + 1]
            mass[:, 0] *= 1 - q[:, o]
        tails = np.cumsum(mass[:, ::-1], axis=1)[:, ::-1]
        out.append(tails[np.arange(n - 1 - a), joint[a, a + 1 :]])
    return np.concatenate(out)


def rewire(job):
    n, edges, labels, draws = job
    graph = ig.Graph(n=n, edges=edges)
    out = []
    for _ in range(draws):
        drawn = graph.copy()
        drawn.rewire(n=TRIALS * len(edges))
        out.append(drawn.assortativity_nominal(labels, directed=False))
    return out


def rewire_networkx(n, edges, labels, draws):
    graph = nx.Graph()
    graph.add_nodes_from((i, {"regime": label}) for i, label in enumerate(labels))
    graph.add_edges_from(edges)
    for seed in range(draws):
        drawn = graph.copy()
        nx.double_edge_swap(drawn, nswap=TRIALS * len(edges), max_tries=1000 * len(edges), seed=seed)
        nx.attribute_assortativity_coefficient(drawn, "regime")


def permute(k, autocracy):
    defined = np.isfinite(k).astype(float)
    ties = np.where(defined > 0, k, 0.0)
    total, count = ties.sum() / 2, defined.sum() / 2

    def t(labels):
        a, c = ((labels @ ties) * labels).sum(1) / 2, ((labels @ defined) * labels).sum(1) / 2
        return a / c - (total - a) / (count - c)

    label = autocracy.astype(float)
    rng = np.random.default_rng(7)
    observed = t(label[None])[0]

    def work():
        return t(rng.permuted(np.broadcast_to(label, (DRAWS, len(label))), axis=1))

    ms, draws = median(work, 3 * RUNS)
    return ms, observed, draws


def same(name, ours, theirs, tolerance):
    greatest = max(abs(a - b) for a, b in zip(ours, theirs, strict=True))
    return f"{name} {'equal' if greatest < tolerance else 'DIFFER'} (greatest difference {greatest:.1e})"


def main():
    k, autocracy = similarity()
    members = memberships(2014)
    for alpha in [0.25, 0.1]:
        n, edges, weights, labels = backbone(alpha)
        with tempfile.TemporaryDirectory() as folder:
            graph_file, ties_file, members_file = (f"{folder}/{name}" for name in ["graph", "ties", "members"])
            with open(members_file, "w") as out:
                out.write(f"{members.shape[0]} {members.shape[1]}\n")
                out.writelines(f"{a} {b} 1\n" for a, b in zip(*np.nonzero(members)))
            with open(graph_file, "w") as out:
                out.write(" ".join(map(str, [n, *labels])) + "\n")
                out.writelines(f"{a} {b} {w!r}\n" for (a, b), w in zip(edges, weights))
            with open(ties_file, "w") as out:
                out.write(" ".join(map(str, [len(autocracy), *autocracy.astype(int)])) + "\n")
                i, j = np.nonzero(np.triu(np.isfinite(k), 1))
                out.writelines(f"{a} {b} {w!r}\n" for a, b, w in zip(i.tolist(), j.tolist(), k[i, j].tolist()))
            printed = subprocess.run([EXAMPLE, graph_file, ties_file, members_file], check=True, capture_output=True, text=True).stdout
        got = {l.split()[0]: [float(v) for v in l.split()[1:]] for l in printed.splitlines()}
        ms = {name[:-3]: values[0] for name, values in got.items() if name.endswith("_ms")}
        print(f"\nnetwork of session {SESSION} at alpha {alpha}: {n} states, {len(edges)} ties")
        graph = ig.Graph(n=n, edges=edges)
        graph.es["weight"] = weights

        peer, values = median(graph.betweenness, RUNS)
        line("betweenness", ms["betweenness"], {"igraph": peer}, same("values", got["betweenness"], values, 1e-9))
        peer, values = median(lambda: graph.betweenness(weights=[1 / w for w in weights]), RUNS)
        line("betweenness, length 1/weight", ms["betweenness_weighted"], {"igraph": peer}, same("values", got["betweenness_weighted"], values, 1e-9))
        print("  " + same("PageRank", got["pagerank"], graph.pagerank(weights="weight"), 1e-9))
        print("  " + same("eigenvector", got["eigenvector"], graph.eigenvector_centrality(weights="weight"), 1e-9))
        print("  " + same("assortativity", got["assortativity"], [graph.assortativity_nominal(labels, directed=False)], 1e-9))

        def leiden(seeds):
            return [la.find_partition(graph, la.ModularityVertexPartition, weights="weight", n_iterations=-1, seed=s) for s in range(seeds)]

        def builtin(runs):
            return [graph.community_leiden("modularity", weights="weight", n_iterations=-1).modularity for _ in range(runs)]

        peer, parts = median(lambda: leiden(50), 1)
        own, reached = median(lambda: builtin(50), 1)
        least, most, rand = got["leiden_50_modularity"]
        quality = [graph.modularity(p.membership, weights="weight") for p in parts]
        note = f"modularity {most:.6f} (least {least:.6f}, mean Rand {rand:.3f}); leidenalg {max(quality):.6f} ({min(quality):.6f}), igraph {max(reached):.6f} ({min(reached):.6f})"
        line("Leiden, 50 seeds", ms["leiden_50"], {"leidenalg": peer, "igraph": own}, note)

        cores = os.cpu_count()
        one, null = median(lambda: rewire((n, edges, labels, DRAWS)), 1)
        with multiprocessing.Pool(cores) as pool:
            pool.map(abs, range(cores))
            many, _ = median(lambda: pool.map(rewire, [(n, edges, labels, DRAWS // cores)] * cores), 1)
        scaled = median(lambda: rewire_networkx(n, edges, labels, 2), 1)[0] * DRAWS / 2
        mean, sd = got["null_moments"]
        error = np.std(null) / np.sqrt(DRAWS)
        note = f"null mean {mean:.4f}, sd {sd:.4f}; igraph {np.mean(null):.4f}, {np.std(null):.4f} (Monte-Carlo error of a mean {error:.4f})"
        peers = {"igraph": one, f"igraph in {cores} processes": many, "NetworkX (scaled from 2)": scaled}
        line(f"{DRAWS} degree-preserving networks", ms["null_1000"], peers, note)
        whole = {"igraph": peer / 50 + one, f"igraph in {cores} processes": peer / 50 + many}
        ours = ms["betweenness"] + ms["leiden_one"] + ms["null_1000"]
        line("betweenness, one Leiden, the null", ours, whole, "goal 4000 ms")

    peer, observed, draws = permute(k, autocracy)
    t, mean, sd, z, p = got["homophily"]
    z_peer = (observed - draws.mean()) / draws.std(ddof=1)
    note = f"T {t:.6f} and {observed:.6f}, z {z:.2f} and {z_peer:.2f}, {len(autocracy)} states"
    print()
    line(f"label permutation, {DRAWS} draws", ms["labels_1000"], {"numpy, batched": peer}, note)
    peer, p = median(lambda: sdsm(members), 1)
    off = np.max(np.abs(np.array(got["shared_p"]) / p - 1), where=p > 1e-12, initial=0)
    note = f"{members.shape[0]} states, {members.shape[1]} organisations; p-values above 1e-12 differ by at most {off:.1e} of themselves"
    line("shared organisations, fit and all tails", ms["configuration"] + ms["shared"], {"numpy, batched": peer}, note)


if __name__ == "__main__":
    main()
