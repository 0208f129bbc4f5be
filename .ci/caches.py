"""Real readers behind real caches: what their polls cost, and that they see every change."""

import atexit
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

# newsboat keeps no validators before its second poll, and so sends none before its third.
FIRST_POLLS = 3
# An hour each, with the first ones a day: so many polls before a post changes, and so many after each of two.
QUIET_POLLS, POLLS_AFTER_A_CHANGE = 9, 6
NEWSWIRE, WORK = sys.argv[1], pathlib.Path(sys.argv[2])
PYTHON = sys.executable
PORTS = {"nginx": 18081, "varnish": 18082}
ORIGIN = 18080
# How long copies live, in seconds: the day is compressed to a minute and a half.
MAX_AGE = 2


def post(name, title, day):
    chance = random.Random(name)
    words = " ".join("".join(chance.choices("aeiounrstlmdkgb", k=chance.randint(2, 9))) for _ in range(200))
    text = f"---\ntitle: {title}\ndate: 2024-05-{day:02}\ncategories: [news]\n---\n\n{words}\n"
    beside = WORK / "content" / ".beside"
    beside.write_text(text)
    beside.rename(WORK / "content" / name)


def start(name, command, **options):
    process = subprocess.Popen(command, stdout=open(WORK / f"{name}.out", "w"), stderr=subprocess.STDOUT, **options)
    (WORK / f"{name}.pid").write_text(str(process.pid))
    return process


def wait_for(url):
    for _ in range(150):
        try:
            return urllib.request.urlopen(url, timeout=2).read()
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{url} does not answer: " + "".join(p.read_text() for p in WORK.glob("*.out")))


def set_up():
    (WORK / "content").mkdir()
    for number in range(1, 21):
        post(f"{number}.md", f"Post {number}", number)
    (WORK / "feeds.toml").write_text(
        '[site]\ntitle = "Caches"\nurl = "https://caches.example/"\n'
        f'[http]\nmax_age = "{MAX_AGE}s"\ntrusted_proxies = ["127.0.0.1"]\n[watch]\nfull_scan = "1s"\n'
    )
    start("newswire", [NEWSWIRE, "serve", "--config", str(WORK / "feeds.toml"), "--listen", f"127.0.0.1:{ORIGIN}"],
          env={**os.environ, "NEWSWIRE_LOG": "newswire::access=debug"})
    wait_for(f"http://127.0.0.1:{ORIGIN}/readyz")
    (WORK / "nginx").mkdir(mode=0o777)
    os.chmod(WORK / "nginx", 0o777)
    log = "$request_uri $status $bytes_sent $upstream_cache_status"
    (WORK / "nginx.conf").write_text(f"""
daemon off; pid {WORK}/nginx/pid; error_log {WORK}/nginx/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  log_format polls '{log}';
  access_log {WORK}/nginx.log polls;
  proxy_cache_path {WORK}/nginx/cache keys_zone=feeds:1m;
  server {{
    listen 127.0.0.1:{PORTS["nginx"]};
    location / {{
      proxy_pass http://127.0.0.1:{ORIGIN};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache feeds;
      proxy_cache_revalidate on;
      proxy_cache_use_stale off;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
""")
    start("nginx", ["nginx", "-c", str(WORK / "nginx.conf")])
    (WORK / "feeds.vcl").write_text(f"""
vcl 4.1;
backend newswire {{ .host = "127.0.0.1"; .port = "{ORIGIN}"; }}
# What is too old is asked for again with what validates it.
sub vcl_backend_response {{ set beresp.grace = 0s; set beresp.keep = 1h; }}
""")
    start("varnish", ["varnishd", "-F", "-a", f"127.0.0.1:{PORTS['varnish']}", "-f", str(WORK / "feeds.vcl"),
                      "-n", str(WORK / "varnish"), "-s", "malloc,32m"])
    for port in PORTS.values():
        wait_for(f"http://127.0.0.1:{port}/rss.xml")
    log = "%U%q %s %O %{Varnish:hitmiss}x"
    start("ncsa", ["varnishncsa", "-n", str(WORK / "varnish"), "-F", log, "-w", str(WORK / "varnish.log")])
    time.sleep(1)


FEEDPARSER = """
import feedparser, json, pathlib, sys
url, state = sys.argv[1], pathlib.Path(sys.argv[2])
kept = json.loads(state.read_text()) if state.exists() else {"etag": None, "modified": None, "titles": []}
found = feedparser.parse(url, etag=kept["etag"], modified=kept["modified"])
assert found.status in (200, 304) and not (found.status == 200 and found.bozo), (found.status, found.get("bozo_exception"))
if found.status == 200:
    kept = {"etag": found.get("etag"), "modified": found.get("modified"), "titles": [e.title for e in found.entries]}
state.write_text(json.dumps(kept))
"""
READER = """
import sys, reader
r = reader.make_reader(sys.argv[2])
r.add_feed(sys.argv[1], exist_ok=True)
for result in r.update_feeds_iter(scheduled=False):
    if isinstance(result.value, Exception): raise result.value
"""


class Client:
    """A reader with its state, polling one feed."""

    def __init__(self, name, cache):
        self.name, self.cache = name, cache
        self.home = WORK / f"{name}-{cache}"
        self.home.mkdir()
        # An address of its own for each, so that the log tells them apart.
        self.url = f"http://127.0.0.1:{PORTS[cache]}/{'atom' if name == 'liferea' else 'rss'}.xml?{name}"
        self.process, self.polled = None, 0
        getattr(self, "prepare_" + name, lambda: None)()

    def prepare_newsboat(self):
        (self.home / "urls").write_text(self.url + "\n")
        (self.home / "config").write_text("")

    def prepare_rss2email(self):
        self.r2e = ["r2e", "-c", str(self.home / "cfg"), "-d", str(self.home / "data")]
        subprocess.run([*self.r2e, "new", "a@example.org"], check=True, capture_output=True)
        subprocess.run([*self.r2e, "add", "feed", self.url], check=True, capture_output=True)

    def prepare_liferea(self):
        """It runs all the time; an interval of a day leaves it to us when it polls."""
        config = self.home / "config" / "liferea"
        config.mkdir(parents=True)
        (config / "feedlist.opml").write_text(
            f'<?xml version="1.0"?><opml version="1.0"><head><title>f</title></head><body><outline text="f" title="f" '
            f'type="atom" id="aaaaaaa" xmlUrl="{self.url}" updateInterval="1440"/></body></opml>')
        env = {**os.environ, "HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / "config"),
               "XDG_DATA_HOME": str(self.home / "data"), "XDG_CACHE_HOME": str(self.home / "cache")}
        refresh = "dbus-send --session --print-reply --dest=org.gnome.feed.Reader /org/gnome/feed/Reader org.gnome.feed.Reader.Refresh"
        script = f"liferea --debug-update & while read line; do {refresh}; done"
        self.process = start(f"liferea-{self.cache}", ["xvfb-run", "-a", "dbus-run-session", "--", "bash", "-c", script],
                             env=env, stdin=subprocess.PIPE, text=True, start_new_session=True)
        # All that runs below it, for it would go on polling.
        atexit.register(os.killpg, self.process.pid, signal.SIGTERM)
        # It polls once when it starts; the icon it looks for then comes last.
        self.wait(1)
        self.wait_for_output("discovery/download failed!")

    def liferea_output(self):
        return (WORK / f"liferea-{self.cache}.out").read_text(errors="replace")

    def wait_for_output(self, text, times=1):
        for _ in range(400):
            if self.liferea_output().count(text) >= times:
                return
            time.sleep(0.1)
        sys.exit(f"liferea behind {self.cache} does not get on: {self.liferea_output()[-2000:]}")

    def wait(self, times):
        """Until liferea has had this many answers from the feed."""
        self.wait_for_output(f"processing request ({self.url})", times)

    def poll(self):
        self.polled += 1
        if self.name == "liferea":
            # The one at its start was its first.
            if self.polled > 1:
                self.process.stdin.write("again\n")
                self.process.stdin.flush()
                self.wait(self.polled)
            return
        run = {
            "feedparser": lambda: [PYTHON, "-c", FEEDPARSER, self.url, str(self.home / "state")],
            "reader": lambda: [PYTHON, "-c", READER, self.url, str(self.home / "db")],
            "newsboat": lambda: ["newsboat", "-u", str(self.home / "urls"), "-c", str(self.home / "db"),
                                 "-C", str(self.home / "config"), "-x", "reload"],
            "rss2email": lambda: [*self.r2e, "run", "--no-send"],
        }[self.name]()
        done = subprocess.run(run, capture_output=True, text=True, timeout=60, env={**os.environ, "HOME": str(self.home)})
        if done.returncode:
            sys.exit(f"{self.name} behind {self.cache}: {done.stdout}{done.stderr}")

    def has(self, title, name):
        """Whether the reader keeps the post: by its title, or, as rss2email does, by its id alone."""
        mark = f":/{name}/" if self.name == "rss2email" else title
        return any(mark.encode() in path.read_bytes() for path in self.home.rglob("*") if path.is_file())


def polls(cache, name):
    """What the cache's log says of a client's polls: status, bytes, and whether it came out of the cache."""
    found = []
    for line in (WORK / f"{cache}.log").read_text().splitlines():
        match = re.match(r'(\S+) (\d+) (\d+) (\S+)$', line)
        if match and match[1].endswith("?" + name):
            found.append((int(match[2]), int(match[3]), match[4].lower()))
    return found


def cheap(poll):
    return poll[0] == 304 or poll[2] in ("hit", "revalidated")


def origin_requests():
    text = urllib.request.urlopen(f"http://127.0.0.1:{ORIGIN}/metrics").read().decode()
    return {status: int(count) for status, count in
            re.findall(r'newswire_http_requests_total\{route="feed",status="(\d+)"\} (\d+)', text)}


def direct():
    """Bytes of one poll without a cache: whole and 304, heads included."""
    def size(headers):
        with socket.create_connection(("127.0.0.1", ORIGIN)) as connection:
            lines = ["GET /rss.xml HTTP/1.1", "Host: a", "Connection: close", "Accept-Encoding: gzip", *headers]
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
            return int(answer[9:12]), len(answer), re.search(rb'(?i)etag: (\S+)', answer)[1].decode()

    whole = size([])
    unchanged = size(["If-None-Match: " + whole[2]])
    print("bytes of a poll without a cache:", {status: length for status, length, _ in (whole, unchanged)})


def settled(clients):
    """All that the caches logged of these clients' polls, once all are there: Varnish writes its log apart."""
    for _ in range(100):
        found = {client: polls(client.cache, client.name) for client in clients}
        if all(len(found[client]) >= client.polled for client in clients):
            return found
        time.sleep(0.1)
    sys.exit(f"polls are missing in the log: {[(c.name, c.cache, c.polled, len(found[c])) for c in clients]}")


def main():
    begin = time.monotonic()
    set_up()
    clients = [Client(name, cache) for cache in PORTS
               for name in ("feedparser", "reader", "newsboat", "rss2email", "liferea")]
    failed = []

    def rounds(number):
        """Polls by all, the copies in the caches growing old in between; and what the caches said."""
        before = {client: client.polled for client in clients}
        for _ in range(number):
            for client in clients:
                client.poll()
            time.sleep(MAX_AGE)
        return {client: every[before[client]:] for client, every in settled(clients).items()}

    first = rounds(FIRST_POLLS)
    quiet = rounds(QUIET_POLLS)
    for client in clients:
        late = quiet[client] if client.name == "newsboat" else first[client][1:] + quiet[client]
        if not all(cheap(poll) for poll in late):
            failed.append(f"{client.name} behind {client.cache} fetched though nothing changed: {late}")
        if not client.has("Post 20", "20"):
            failed.append(f"{client.name} behind {client.cache} does not have the posts")
    print("at the origin, before any change:", origin_requests())
    for name, title, day in (("new", "Breaking", 21), ("late", "Evening edition", 22)):
        post(f"{name}.md", title, day)
        time.sleep(MAX_AGE + 1)
        for client, changed in rounds(POLLS_AFTER_A_CHANGE).items():
            full = [status == 200 for status, _, _ in changed]
            if full != [True] + [False] * (POLLS_AFTER_A_CHANGE - 1):
                failed.append(f"{client.name} behind {client.cache} did not fetch once after a change: {changed}")
            if not client.has(title, name):
                failed.append(f"{client.name} behind {client.cache} does not have the new post")
    print(f"{'client':<12}{'cache':<9}{'polls':>6}{'whole':>6}{'304':>5}{'B whole':>9}{'B 304':>7}")
    for client, every in settled(clients).items():
        size = lambda status: max((poll[1] for poll in every if poll[0] == status), default=0)
        count = lambda status: sum(1 for poll in every if poll[0] == status)
        print(f"{client.name:<12}{client.cache:<9}{len(every):>6}{count(200):>6}{count(304):>5}"
              f"{size(200):>9}{size(304):>7}")
    direct()
    print("at the origin, at the end:", origin_requests())
    print(f"{time.monotonic() - begin:.0f} s")
    for line in failed:
        print("FAILED:", line)
    sys.exit(1 if failed else 0)


main()
