"""Compares what each client sees in each format with what the JSON feed says: ids, titles, dates, authors."""

import calendar
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from datetime import datetime

import feedparser

address, work = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
FEEDS = ["", "categories/news/", "authors/mara-lind/", "sections/science/"]
FILES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
failures = 0


def fetch(path):
    with urllib.request.urlopen(f"{address}/{path}") as answer:
        return answer.read()


def truth(path):
    """The entries by the plainest of the formats, read by nobody's feed library."""
    items = json.loads(fetch(path + FILES["json"]))["items"]
    return [
        (
            item["id"],
            item.get("title", ""),
            int(datetime.fromisoformat(item["date_published"]).timestamp()),
            [author["name"] for author in item.get("authors", [])],
        )
        for item in items
    ]


def by_feedparser(path, kind):
    feed = feedparser.parse(fetch(path + FILES[kind]))
    assert not feed.bozo, feed.get("bozo_exception")
    return [
        (
            entry.id,
            entry.get("title", ""),
            calendar.timegm(entry.published_parsed),
            # Its pattern knows no top-level domain of more than four letters, and what follows stays.
            [author.name.rsplit("(")[-1] for author in entry.get("authors", []) if author],
        )
        for entry in feed.entries
    ]


def by_feedsmith(path, kind):
    file = work / FILES[kind]
    file.write_bytes(fetch(path + FILES[kind]))
    script = shutil.copy(pathlib.Path(__file__).with_suffix(".mjs"), work)
    lines = subprocess.run(["node", script, file], check=True, capture_output=True, text=True).stdout
    return [
        (identifier, title or "", int(date), authors)
        for identifier, title, date, authors in map(json.loads, lines.splitlines())
    ]


def by_newsboat(path, kind):
    home = work / "newsboat"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    (home / "urls").write_text(f"{address}/{path}{FILES[kind]}\n")
    (home / "config").write_text("")
    subprocess.run(
        ["newsboat", "-u", home / "urls", "-c", home / "cache.db", "-C", home / "config", "-x", "reload"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    rows = sqlite3.connect(home / "cache.db").execute("SELECT guid, title, pubDate, author FROM rss_item")
    return [(identifier, title, date, author) for identifier, title, date, author in rows]


def compare(client, path, kind, seen, expected):
    global failures
    # A note without a headline has its first words for one in Atom, where one is required; newsboat makes
    # one from the address.
    notes = {entry[0] for entry in expected if isinstance(entry, tuple) and not entry[1]}
    seen = [(entry[0], "", *entry[2:]) if entry[0] in notes else entry for entry in seen or []]
    if seen != expected:
        failures += 1
        print(f"{client} reads /{path}{FILES[kind]} differently:\n  seen     {seen}\n  expected {expected}")


entries = 0
for path in FEEDS:
    expected = truth(path)
    entries += len(expected)
    for kind in ("rss", "atom"):
        compare("feedparser", path, kind, by_feedparser(path, kind), expected)
    if (work / "node_modules/feedsmith").is_dir():
        for kind in FILES:
            compare("feedsmith", path, kind, by_feedsmith(path, kind), expected)
    if shutil.which("newsboat"):
        # It keeps entries in no order, and joins or picks authors: their names have to be there.
        for kind in ("rss", "atom"):
            seen = sorted(by_newsboat(path, kind))
            plain = [(identifier, title, date) for identifier, title, date, _ in seen]
            compare("newsboat", path, kind, plain, sorted(entry[:3] for entry in expected))
            by_id = {identifier: author for identifier, _, _, author in seen}
            for identifier, _, _, authors in expected:
                if authors and not any(name in by_id.get(identifier, "") for name in authors):
                    compare("newsboat", path, kind, by_id.get(identifier), authors)

print(f"{entries} entries of {len(FEEDS)} feeds: {failures} differences between clients and formats")
sys.exit(failures > 0)
