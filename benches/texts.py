"""Finding planted copies: precision, recall and F1 by character and strength of edits, beside what a user would pick today.

usage: python benches/texts.py SHARED TIME_REUSE [SEED]
       python benches/texts.py growth TIME_REUSE [DOCUMENTS…]    time and memory by number of documents (1,000 to 100,000), made-up texts
       python benches/texts.py speeches SHARED TIME_REUSE        time and memory on the last 1,000 and on all General Debate speeches
SHARED: the folder with data/; TIME_REUSE: the built example of that name (cargo build --release -p blocwatch-texts --example time_reuse).
The peers get windows of 50 words, 25 apart, and their best threshold of several at every strength, chosen knowing the truth; Blocwatch
runs with its defaults. Needs pyarrow, datasketch, rensa, scikit-learn.
"""
import itertools
import json
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from texts_plant import corpus  # noqa: E402

STRENGTHS = [0, 0.1, 0.2, 0.4]


def speeches(shared):
    import pyarrow.parquet as pq

    table = pq.read_table(Path(shared) / "data/ungdc/ungdc_1946_2024.parquet", columns=["iso3", "year", "text"])
    rows = sorted(zip(table["iso3"].to_pylist(), table["year"].to_pylist(), table["text"].to_pylist()))
    # a speech per country and decade: speakers repeat themselves
    seen, out = set(), []
    for iso3, year, text in rows:
        if (iso3, year // 10) not in seen and len(text.split()) > 700:
            seen.add((iso3, year // 10))
            out.append((iso3, text))
    return out


def union(spans):
    out = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1][1] = max(out[-1][1], end)
        else:
            out.append([start, end])
    return out


def measure(found, truth):
    """Precision, recall and F1 over characters of pairs of documents, both sides. `found`, `truth`: (id, span, id, span)."""
    def sides(rows):
        out = defaultdict(list)
        for a, span_a, b, span_b in rows:
            out[a, b, 0].append(span_a)
            out[a, b, 1].append(span_b)
        return {k: union(v) for k, v in out.items()}
    f, t = sides(found), sides(truth)
    size = lambda x: sum(e - s for spans in x.values() for s, e in spans)
    both = sum(max(0, min(e, e2) - max(s, s2)) for k in f if k in t for s, e in f[k] for s2, e2 in t[k])
    precision, recall = both / max(1, size(f)), both / max(1, size(t))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def windows(documents):
    out = []
    for d in documents:
        words = [m.span() for m in re.finditer(r"\w+", d["text"])]
        for i in range(0, max(1, len(words) - 25), 25):
            part = words[i:i + 50]
            span = (part[0][0], part[-1][1])
            out.append((d["id"], span, [w.lower() for w in re.findall(r"\w+", d["text"][span[0]:span[1]])]))
    return out


def pairs_of(cells, candidates):
    for i, j in candidates:
        (a, x, _), (b, y, _) = cells[i], cells[j]
        if a != b:
            yield (a, x, b, y) if a < b else (b, y, a, x)


def minhash(documents, library):
    """Windows whose estimated Jaccard of 3-word shingles reaches each threshold."""
    cells = windows(documents)
    units = [{" ".join(w[i:i + 3]) for i in range(max(1, len(w) - 2))} for _, _, w in cells]
    begin = time.perf_counter()
    if library == "rensa":
        from rensa import RMinHash, RMinHashLSH
        sketches = RMinHash.from_token_sets(units, 128, 7)
        index = RMinHashLSH(0.1, 128, 64)
        index.insert_many(sketches)
        near = index.query_all(sketches)
    else:
        from datasketch import MinHash, MinHashLSH
        sketches = MinHash.bulk([[x.encode() for x in u] for u in units], num_perm=128, seed=7)
        index = MinHashLSH(num_perm=128, params=(64, 2))
        with index.insertion_session() as session:
            for i, m in enumerate(sketches):
                session.insert(i, m)
        near = [index.query(m) for m in sketches]
    candidates = {(min(i, j), max(i, j)) for i, q in enumerate(near) for j in q if i != j}
    seconds = time.perf_counter() - begin
    jaccard = {(i, j): len(units[i] & units[j]) / len(units[i] | units[j]) for i, j in candidates}
    return seconds, {t: list(pairs_of(cells, [c for c, v in jaccard.items() if v >= t])) for t in (0.05, 0.1, 0.2, 0.3, 0.5)}


def tfidf(documents):
    from sklearn.feature_extraction.text import TfidfVectorizer

    cells = windows(documents)
    begin = time.perf_counter()
    matrix = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\w+").fit_transform(" ".join(w) for _, _, w in cells)
    similar = (matrix @ matrix.T).tocoo()
    seconds = time.perf_counter() - begin
    near = [(i, j, v) for i, j, v in zip(similar.row.tolist(), similar.col.tolist(), similar.data.tolist()) if i < j and v >= 0.2]
    return seconds, {t: list(pairs_of(cells, [(i, j) for i, j, v in near if v >= t])) for t in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)}


def program(time_reuse, documents, *options):
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        source.write_text("".join(json.dumps(d, ensure_ascii=False) + "\n" for d in documents))
        summary = json.loads(subprocess.run([time_reuse, source, target, *options], check=True, capture_output=True, text=True).stdout)
        pairs = [json.loads(line) for line in target.read_text().splitlines()]
    # bytes to characters
    places = {}
    for d in documents:
        at, table = 0, {}
        for i, c in enumerate(d["text"]):
            table[at] = i
            at += len(c.encode())
        table[at] = len(d["text"])
        places[d["id"]] = table
    found = []
    for p in pairs:
        for x in p["passages"]:
            span = lambda side: tuple(places[p[side]][b] for b in x[side])
            found.append((x["score"] * x["weight"], (p["a"], span("a"), p["b"], span("b"))))
    return summary, found


def invented(documents, seed=1):
    """Texts of 200 made-up words by Zipf's law; one in ten copies 60 words from an earlier one."""
    chance = random.Random(seed)
    vocabulary = ["".join(chance.choices("abdegiklmnoprstuvz", k=2 + i.bit_length() // 2)) for i in range(50_000)]
    weights = list(itertools.accumulate(1 / (i + 3) for i in range(len(vocabulary))))
    texts = []
    for i in range(documents):
        words = chance.choices(vocabulary, cum_weights=weights, k=200)
        if texts and chance.random() < 0.1:
            words[70:130] = texts[chance.randrange(len(texts))][100:160]
        texts.append(words)
    return ({"id": str(i), "text": " ".join(w)} for i, w in enumerate(texts))


def timed(time_reuse, documents):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.jsonl"
        with source.open("w") as out:
            out.writelines(json.dumps(d, ensure_ascii=False) + "\n" for d in documents)
        return json.loads(subprocess.run([time_reuse, source], check=True, capture_output=True, text=True).stdout)


def show(summary):
    per = 1e6 * summary["seconds"] / max(1, summary["words"])
    print(f"{summary['documents']:>9} {summary['words']:>11} {summary['seconds']:8.2f} s {per:7.3f} us/word {summary['peak_mb']:8.0f} MiB "
          f"{summary['pairs']:>8} pairs {summary['passages']:>8} passages", flush=True)


def main():
    if sys.argv[1] == "growth":
        for n in map(int, sys.argv[3:] or ["1000", "3000", "10000", "30000", "100000"]):
            show(timed(sys.argv[2], invented(n)))
        return
    if sys.argv[1] == "speeches":
        import pyarrow.parquet as pq

        table = pq.read_table(Path(sys.argv[2]) / "data/ungdc/ungdc_1946_2024.parquet", columns=["iso3", "year", "text"])
        rows = sorted(zip(table["year"].to_pylist(), table["iso3"].to_pylist(), table["text"].to_pylist()))
        every = [{"id": f"{iso3} {year}", "text": text, "author": iso3, "date": str(year)} for year, iso3, text in rows]
        for documents in (every[-1000:], every):
            show(timed(sys.argv[3], documents))
        return
    shared, time_reuse = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    source = speeches(shared)
    print(f"planted copies, 100 documents of 500 words, 35 copies, seed {seed}; {platform.machine()}")
    print(f"{'strength':>8} {'tool':<16} {'precision':>9} {'recall':>7} {'F1':>6} {'seconds':>8}  threshold")
    for strength in STRENGTHS:
        documents, truth = corpus(source, strength, seed)
        rows = []
        summary, found = program(time_reuse, documents)
        rows.append(("blocwatch", measure([f for _, f in found], truth), summary["seconds"], "default"))
        summary, found = program(time_reuse, documents, "smith_waterman=1")
        runs = [("smith-waterman", summary["seconds"], {t: [f for s, f in found if s >= t] for t in (15, 20, 30, 40, 60, 80, 120, 160, 240)})]
        runs += [(name, *minhash(documents, name)) for name in ("rensa", "datasketch")]
        runs.append(("tf-idf", *tfidf(documents)))
        for name, seconds, by_threshold in runs:
            best = max(by_threshold, key=lambda t: measure(by_threshold[t], truth)[2])
            rows.append((name, measure(by_threshold[best], truth), seconds, best))
        for name, (precision, recall, f1), seconds, threshold in rows:
            print(f"{strength:>8} {name:<16} {precision:9.3f} {recall:7.3f} {f1:6.3f} {seconds:8.3f}  {threshold}", flush=True)


if __name__ == "__main__":
    main()
