"""Makes files of coded events in the publisher's format (61 columns, tabs, no row of names). Everything in them is made up and seeded.

usage: make_events.py FOLDER ROWS FILES [FIRST_YEAR]

Writes FOLDER/plain/YYYYMMDD.export.CSV (one file with all rows) and FOLDER/zipped/YYYYMMDD.export.CSV.zip (FILES files with the same
rows). The mix is that of a flood of news: two thirds of the rows stand in the lead of their text, a third name no second country, one in
seven reports an event that was reported before, addresses are long, and few pairs of countries make most of the events.
"""

import os
import sys
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

LETTERS = (
    "USA GBR RUS CHN ISR PSE IRN SYR TUR UKR FRA DEU IND PAK AUS CAN JPN KOR PRK EGY SAU IRQ AFG ESP ITA POL NGA KEN ZAF BRA MEX VEN COL "
    "ARG GRC BGD PHL IDN THA VNM MYS LKA NPL MMR YEM LBN JOR QAT ARE KWT OMN SDN ETH SOM UGA RWA GHA SEN MAR DZA TUN LBY BLR KAZ UZB AZE "
    "GEO ARM MDA HUN CZE SVK ROU BGR SRB HRV AUT CHE NLD BEL SWE NOR FIN DNK CUB ZWE TZA AGO CMR CIV PER CHL ECU BOL TJK KGZ TKM MNG KHM LAO"
).split()
# code, quad class, Goldstein value: some of each root
CODES = [
    ("010", 1, 0.0), ("020", 1, 3.0), ("0211", 1, 3.4), ("030", 1, 4.0), ("036", 1, 4.0), ("040", 1, 1.0), ("042", 1, 1.9), ("043", 1, 2.8),
    ("051", 1, 3.4), ("057", 1, 8.0), ("0612", 2, 6.4), ("071", 2, 7.4), ("0841", 2, 7.0), ("090", 3, -2.0), ("1011", 3, -5.0),
    ("111", 3, -2.0), ("112", 3, -2.0), ("1246", 3, -5.0), ("130", 3, -4.4), ("138", 3, -7.0), ("141", 3, -6.5), ("150", 4, -7.2),
    ("163", 4, -8.0), ("173", 4, -5.0), ("190", 4, -10.0), ("193", 4, -10.0), ("204", 4, -10.0),
]
ROLES = ["", "", "", "GOV", "MIL", "COP", "MED", "BUS", "OPP", "EDU", "CVL", "LEG"]
SYLLABLES = "ka ro mi ten sha lor ve dun pa is gra bel os ti nar quo fel um bri zan".split()


def words(rng, n, most):
    return ["-".join("".join(rng.choice(SYLLABLES, rng.integers(2, 4))) for _ in range(k)) for k in rng.integers(1, most, n)]


def rows(seed, n, days):
    """Rows as bytes, in the order of their numbers."""
    rng = np.random.default_rng(seed)
    names, towns, titles, hosts = words(rng, 400, 3), words(rng, 800, 3), words(rng, 3000, 7), words(rng, 300, 2)
    weight = 1 / np.arange(1, len(LETTERS) + 1) ** 0.9
    weight /= weight.sum()
    places = [""] * 1500
    for i in range(len(places)):
        town, state = towns[rng.integers(len(towns))].title(), LETTERS[rng.integers(len(LETTERS))]
        at = f"{rng.uniform(-60, 70):.4f}\t{rng.uniform(-180, 180):.4f}\t{-rng.integers(1, 4_000_000)}"
        places[i] = f"4\t{town}, {town} District, {state.title()}\t{state[:2]}\t{state[:2]}{rng.integers(1, 60):02d}\t{rng.integers(1, 99999)}\t{at}"
    places += ["0\t\t\t\t\t\t\t"] * 300
    day = rng.integers(0, len(days), n // 3 + 1)
    article = [
        f"https://www.{hosts[h]}.example/{titles[a].split('-')[0]}/{days[day[k]]}/{k:07d}/{titles[a]}-{titles[b]}.html"
        for k, (h, a, b) in enumerate(zip(*(rng.integers(0, len(x), n // 3 + 1) for x in (hosts, titles, titles))))
    ]
    one, two = (rng.choice(len(LETTERS), n, p=weight) for _ in range(2))
    missing, again, root = rng.random(n) < 0.33, rng.random(n) < 0.15, rng.random(n) < 0.66
    code, text, role = rng.integers(0, len(CODES), n), rng.integers(0, len(article), n), rng.integers(0, len(ROLES), (n, 2))
    name, place = rng.integers(0, len(names), (n, 2)), rng.integers(0, len(places), (n, 3))
    mentions, tone = rng.geometric(0.2, n), rng.normal(-2, 4, n)
    before = None
    for i in range(n):
        if again[i] and before is not None:
            head, middle, last = before
        else:
            when = days[day[text[i]]]
            a, b = LETTERS[one[i]], "" if missing[i] else LETTERS[two[i]]
            r, s = ROLES[role[i, 0]], ROLES[role[i, 1]]
            c, quad, scale = CODES[code[i]]
            head = (
                f"{when}\t{when[:6]}\t{when[:4]}\t{when[:4]}.{int(when[4:6]) * 821:04d}\t{a}{r}\t{names[name[i, 0]].upper()}\t{a}\t\t\t\t\t{r}\t\t\t"
                f"{b}{s}\t{names[name[i, 1]].upper() if b or s else ''}\t{b}\t\t\t\t\t{s}\t\t\t{root[i]:d}\t{c}\t{c[:3]}\t{c[:2]}\t{quad}\t{scale}"
            )
            middle = f"{places[place[i, 0]]}\t{places[place[i, 1]]}\t{places[place[i, 2]]}\t{when}120000"
            last = article[text[i]]
            before = head, middle, last
        m = mentions[i]
        yield f"{410_000_000 + i}\t{head}\t{m}\t1\t{m}\t{tone[i]:.12f}\t{middle}\t{last}\n".encode()


def pack(job):
    plain, place, start, end = job
    with open(plain, "rb") as text, zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        text.seek(start)
        archive.writestr(place.name.removesuffix(".zip"), text.read(end - start))


def make(folder, n, files, first_year=2015):
    """Makes both forms unless they are there; returns the plain file and the folder of packed ones."""
    folder = Path(folder) / f"events-{n}-{first_year}"
    plain, zipped = folder / "plain", folder / "zipped"
    done = folder / "done"
    whole = plain / f"{first_year}0101.export.CSV"
    if done.exists():
        return whole, zipped
    plain.mkdir(parents=True, exist_ok=True)
    zipped.mkdir(exist_ok=True)
    span = np.arange(np.datetime64(f"{first_year}-01-01"), np.datetime64(f"{first_year + 5}-01-01"))
    days = [str(d).replace("-", "") for d in span]
    ends, at = [0], 0
    with open(whole, "wb", buffering=1 << 20) as out:
        for i, row in enumerate(rows(7 + first_year, n, days)):
            out.write(row)
            at += len(row)
            if (i + 1) % -(-n // files) == 0 or i + 1 == n:
                ends.append(at)
    jobs = [(whole, zipped / f"{days[i]}.export.CSV.zip", ends[i], ends[i + 1]) for i in range(len(ends) - 1)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(pack, jobs))
    done.touch()
    return whole, zipped


if __name__ == "__main__":
    print(*make(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *map(int, sys.argv[4:])))
