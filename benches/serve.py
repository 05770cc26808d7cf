"""What a visitor waits for: cold start to the first page, then 200 requests a second over the kinds of pages, memory, and the same pages
after a restart, which begins with those that were made. The folder `pages` of HOME is removed first.

usage: python3 benches/serve.py BINARY HOME [RATE] [SECONDS]

Requests leave at their times whatever became of those before (an open loop), and each is timed from when it was due: a server that stalls
makes all that wait behind it late, and it shows. Standard library only. Timings never decide a test.
"""

import asyncio
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request

CONNECTIONS = 32


def links(at, path, pattern, most):
    html = urllib.request.urlopen(f"http://{at}{path}").read().decode()
    found = sorted(set(re.findall(pattern, html)))
    random.Random(1).shuffle(found)
    return [f.replace("&amp;", "&") for f in found[:most]]


def memory(pid):
    lines = open(f"/proc/{pid}/status").read()
    return {k: int(re.search(rf"{k}:\s+(\d+)", lines).group(1)) / 1024 for k in ("VmRSS", "VmHWM")}


async def one(pool, host, port, path, due, out, wrong):
    reader, writer = await pool.get()
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        if length:
            await reader.readexactly(int(length.group(1)))
        else:
            while True:
                size = int(await reader.readline(), 16)
                await reader.readexactly(size + 2)
                if size == 0:
                    break
        out.append((time.perf_counter() - due, path))
        if b" 200 " not in head[:16]:
            wrong.append((path, head[:32]))
        pool.put_nowait((reader, writer))
    except Exception as e:
        wrong.append((path, repr(e)))
        pool.put_nowait(await asyncio.open_connection(host, port))


async def load(host, port, paths, rate, seconds):
    pool = asyncio.Queue()
    for _ in range(CONNECTIONS):
        pool.put_nowait(await asyncio.open_connection(host, port))
    out, wrong, tasks = [], [], []
    begin = time.perf_counter()
    for i in range(int(rate * seconds)):
        due = begin + i / rate
        wait = due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one(pool, host, port, paths[i % len(paths)], due, out, wrong)))
    await asyncio.gather(*tasks)
    return out, wrong, time.perf_counter() - begin


def tell(name, out, wrong, took):
    times = sorted(t * 1000 for t, _ in out)
    at = lambda q: times[min(len(times) - 1, int(q * len(times)))]
    print(f"{name:34} {len(times) / took:6.0f}/s  p50 {at(0.5):7.2f}  p90 {at(0.9):7.2f}  p99 {at(0.99):7.2f}  max {times[-1]:7.1f} ms  wrong {len(wrong)}")
    slow = {}
    for t, path in out:
        kind = path.split("?")[0].split("/")[1] or "/"
        slow.setdefault(kind, []).append(t * 1000)
    print("    by kind, median: " + ", ".join(f"{k} {statistics.median(v):.1f}" for k, v in sorted(slow.items(), key=lambda x: -statistics.median(x[1]))[:8]))
    for path, why in wrong[:3]:
        print("    wrong:", path, why)


def start(binary, home):
    server = subprocess.Popen([binary, "--home", home, "serve", "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
    return server, re.search(r"http://([^/]+)/", server.stderr.readline()).group(1)


def main():
    binary, home = sys.argv[1:3]
    rate, seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 200, float(sys.argv[4]) if len(sys.argv) > 4 else 15
    print(os.cpu_count(), "cores,", next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "?"))
    # as on a machine that has not served this observatory yet
    shutil.rmtree(os.path.join(home, "pages"), ignore_errors=True)
    starts = []
    for _ in range(3):
        begin = time.perf_counter()
        server, at = start(binary, home)
        first = urllib.request.urlopen(f"http://{at}/")
        size = len(first.read())
        starts.append(time.perf_counter() - begin)
        if len(starts) < 3:
            server.send_signal(signal.SIGTERM)
            server.wait()
    print(f"cold start to the first page        median {statistics.median(starts) * 1000:.0f} ms of {[round(s * 1000) for s in starts]}; {size / 1000:.0f} kB")
    host, port = at.split(":")
    paths = ["/", "/matrix", "/states", "/organisations", "/cases", "/interruptions", "/changes", "/votes", "/data", "/measures", "/about", "/api"]
    paths += links(at, "/states", r'href="(/state/[A-Z]+)"', 60) + links(at, "/organisations", r'href="(/organisation/[^"]+)"', 60)
    paths += links(at, "/cases", r'href="(/case/[^"]+)"', 60) + links(at, "/matrix", r'href="(/cases\?[^"]+)"', 30)
    paths += links(at, "/votes", r'href="(/rollcall/[^"]+)"', 30) + links(at, "/data", r'href="(/table/[^"]+)"', 40)
    paths += ["/search?q=kirgizstan", "/search?q=russia", "/api/v1/search?q=sco", "/api/v1/tables/state_year/rows?state=KGZ&limit=50"]
    random.Random(1).shuffle(paths)
    print(len(paths), "addresses;", CONNECTIONS, "connections; times from when a request was due")
    for name in ("first time for each page", "again", "again"):
        n = len(paths) / 20 if name.startswith("first") else seconds
        out, wrong, took = asyncio.run(load(host, int(port), paths, 20 if name.startswith("first") else rate, n))
        tell(f"{name} ({20 if name.startswith('first') else rate:.0f}/s asked)", out, wrong, took)
    print("memory: now {VmRSS:.0f} MiB, most {VmHWM:.0f} MiB".format(**memory(server.pid)))
    server.send_signal(signal.SIGTERM)
    print("ended with", server.wait())
    server, at = start(binary, home)
    host, port = at.split(":")
    out, wrong, took = asyncio.run(load(host, int(port), paths, rate, len(paths) / rate))
    tell(f"each page after a restart ({rate:.0f}/s)", out, wrong, took)
    print("memory: now {VmRSS:.0f} MiB, most {VmHWM:.0f} MiB".format(**memory(server.pid)))
    server.send_signal(signal.SIGTERM)
    server.wait()


main()
