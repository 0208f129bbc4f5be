"""What a 304 and a whole in gzip cost, against nginx."""

import atexit
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import time
import urllib.request

NEWSWIRE, WORK, ROUNDS = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
SECONDS = 3
# nginx as it is by default, and with the files kept open, which saves it three system calls.
PORTS = {"newswire": 19080, "nginx": 19081, "nginx, files open": 19082}


def start(command):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    atexit.register(process.wait)
    atexit.register(process.terminate)
    return process.pid


def get(port, headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/rss.xml", headers=headers)
    for _ in range(200):
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.read(), answer.headers
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nobody answers at {port}")


def own_time(pid):
    """User and system time of a process and its children, in microseconds."""
    ticks = 0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if pid in (int(stat.parent.name), int(fields[1])):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK") * 1e6


def cost(port, pid, headers):
    """Microseconds of CPU time for one request."""
    before = own_time(pid)
    given = [part for header in headers for part in ("-H", header)]
    told = subprocess.run(["wrk", "-t1", "-c16", f"-d{SECONDS}s", *given, f"http://127.0.0.1:{port}/rss.xml"],
                          capture_output=True, text=True, check=True).stdout
    if "Non-2xx or 3xx" in told:
        sys.exit(told)
    return (own_time(pid) - before) / int(re.search(r"(\d+) requests in", told)[1])


chance = random.Random(1)
(WORK / "content").mkdir()
for number in range(50):
    words = " ".join("".join(chance.choices("aeiounrstlmdkgb", k=chance.randint(2, 10))) for _ in range(225))
    (WORK / "content" / f"{number}.md").write_text(f"---\ntitle: Post {number}\ndate: 2024-05-01\n---\n\n{words}\n")
(WORK / "feeds.toml").write_text('[site]\ntitle = "Cost"\nurl = "https://cost.example/"\n')
processes = {"newswire": start([NEWSWIRE, "serve", "--config", str(WORK / "feeds.toml"),
                                "--listen", f"127.0.0.1:{PORTS['newswire']}"])}
(WORK / "www").mkdir()
(WORK / "www" / "rss.xml").write_bytes(get(PORTS["newswire"], {})[0])
(WORK / "www" / "rss.xml.gz").write_bytes(get(PORTS["newswire"], {"Accept-Encoding": "gzip"})[0])
site = f"root {WORK}/www; gzip_static on; add_header Cache-Control max-age=900;"
(WORK / "nginx.conf").write_text(f"""
daemon off; pid {WORK}/pid; error_log {WORK}/error.log; worker_processes 2;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  types {{ application/rss+xml xml; }}
  server {{ listen 127.0.0.1:{PORTS["nginx"]}; {site} }}
  server {{ listen 127.0.0.1:{PORTS["nginx, files open"]}; {site} open_file_cache max=100; open_file_cache_valid 60s; }}
}}
""")
nginx = start(["nginx", "-c", str(WORK / "nginx.conf")])
processes |= {"nginx": nginx, "nginx, files open": nginx}

took = {}
for _ in range(ROUNDS):
    for name, port in PORTS.items():
        body, headers = get(port, {"Accept-Encoding": "gzip"})
        wishes = {"304": ["Accept-Encoding: gzip", f"If-None-Match: {headers['ETag']}"], "gzip": ["Accept-Encoding: gzip"]}
        for kind, given in wishes.items():
            took.setdefault((kind, name), []).append(cost(port, processes[name], given))
print(f"{len(body)} bytes in gzip; medians of {ROUNDS} rounds")
for kind in ("304", "gzip"):
    own = statistics.median(took[kind, "newswire"])
    print(f"{kind}: {own:.1f} µs;", "; ".join(
        f"{name} {(other := statistics.median(took[kind, name])):.1f} µs, ratio {own / other:.2f}"
        for name in PORTS if name != "newswire"))
