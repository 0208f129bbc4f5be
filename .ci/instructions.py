"""Counts instructions under callgrind: instructions.py OLD NEW WORKDIR POSTS"""

import http.client
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

# Enough of them that what a connection costs does not count.
REQUESTS = 2_000
# What counts as no slower.
MOST = 1.02


def write_site(site, posts):
    """Posts of about 5 KB, by authors of whom each has three, in a few categories."""
    draw = random.Random(1)
    words = "harbour storm lantern council bridge tide ferry mill garden market school train paper river".split()
    (site / "content").mkdir(parents=True)
    (site / "feeds.toml").write_text('[site]\nurl = "https://site.example/"\n[watch]\nfull_scan = "1h"\n')
    for number in range(posts):
        paragraphs = (" ".join(draw.choice(words) for _ in range(110)) for _ in range(7))
        tags = ", ".join(f"tag{draw.randrange(200)}" for _ in range(3))
        text = "\n\n".join(f"{paragraph} [{number}](/a/{number}/) *and* more." for paragraph in paragraphs)
        (site / "content" / f"post-{number}.md").write_text(
            f"---\ntitle: Post {number}\ndate: {2000 + number % 25}-{1 + number % 12:02}-{1 + number % 28:02}\n"
            f"authors: [Author {draw.randrange(max(posts // 3, 1))}]\ncategories: [Category {number % 9}]\n"
            f"tags: [{tags}]\n---\n\n{text}\n"
        )


def count(program, site, requests):
    """The instructions of a start, and of so many requests that are answered 304."""
    command = [
        *("valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}"),
        *(program, "serve", "--listen", "127.0.0.1:0", "--log", "warn"),
    ]
    process = subprocess.Popen(command, cwd=site, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    first = process.stdout.readline()
    port = int(re.search(r"127\.0\.0\.1:(\d+)", first).group(1))
    while get(port, "/readyz")[0] != 200:
        time.sleep(0.2)
    connection = http.client.HTTPConnection("127.0.0.1", port)
    tag = get(port, "/atom.xml")[1]
    for _ in range(requests):
        connection.request("GET", "/atom.xml", headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 304, answer.status
    process.send_signal(signal.SIGTERM)
    told = process.communicate()[1]
    return int(re.search(r"Collected : (\d+)", told).group(1))


def get(port, path):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("ETag")
    except OSError:
        return 0, None


def main():
    *programs, work, posts = sys.argv[1:]
    site = Path(work) / "site"
    write_site(site, int(posts))
    small = Path(work) / "small"
    write_site(small, 20)
    is_slower = False
    starts = [count(program, site, 0) for program in programs]
    polls = [(count(program, small, REQUESTS) - count(program, small, 0)) / REQUESTS for program in programs]
    for what, (old, new) in ((f"a start with {posts} posts", starts), ("a 304", polls)):
        print(f"{what}: {old:,.0f} instructions before, {new:,.0f} after, {new / old:.3f}")
        is_slower |= new > old * MOST
    sys.exit(is_slower)


main()
