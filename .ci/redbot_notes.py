"""Runs REDbot on the feeds of a service, and fails for what a feed must not earn."""

import re
import subprocess
import sys
import urllib.request
from configparser import ConfigParser

BAD = {"bad", "warning", "warn"}
GOOD_OF_FEEDS = {
    "DATE_CORRECT",
    "CL_CORRECT",
    "INM_304",
    "IMS_304",
    "CONNEG_GZIP_GOOD",
    "RANGE_CORRECT",
}


def notes(url):
    """The notes of one address, each as level and id, asked of a process of its own."""
    out = subprocess.run(
        [sys.executable, __file__, "--one", url], capture_output=True, text=True, timeout=120, check=False
    )
    if out.returncode:
        sys.exit(out.stderr)
    return [tuple(line.split(" ", 2)) for line in out.stdout.splitlines()]


def one(url):
    import thor
    from redbot.resource import HttpResource

    parser = ConfigParser()
    parser.read_dict({"redbot": {"enable_local_access": "True"}})
    resource = HttpResource(parser["redbot"], descend=False)
    resource.set_request(url)

    @thor.events.on(resource)
    def check_done():
        thor.stop()

    resource.check()
    thor.run()
    every = list(resource.response.notes)
    for sub in resource.subreqs.values():
        every.extend(sub.response.notes)
    for note in every:
        print(note.level.value, note.__class__.__name__, str(note.summary).replace("\n", " "))


def main(base):
    listing = urllib.request.urlopen(base + "/").read().decode()
    paths = [re.sub(r"^https?://[^/]+", "", url) for url in re.findall(r"https?://\S+\.(?:xml|json)", listing)]
    # One of each file name below each folder.
    chosen = {}
    for path in paths:
        parts = path.split("/")
        chosen.setdefault((parts[1] if len(parts) > 2 else "", parts[-1]), path)
    failed = False
    kinds = 0
    for path in [*chosen.values(), "/", "/feed/"]:
        found = notes(base + path)
        bad = [note for note in found if note[0] in BAD]
        names = {note[1] for note in found}
        missing = GOOD_OF_FEEDS - names if path in chosen.values() else set()
        kinds += 1
        good = sum(1 for note in found if note[0] == "good")
        print(f"{path}: {good} good, {len(bad)} bad or warning")
        for note in bad:
            print("   ", *note)
        if missing:
            print("    missing:", *sorted(missing))
        if "-v" in sys.argv:
            for note in found:
                print("       ", *note)
        failed |= bool(bad or missing)
    print(f"{kinds} addresses judged")
    return 1 if failed or len(chosen) < 2 else 0


if sys.argv[1] == "--one":
    one(sys.argv[2])
else:
    sys.exit(main(sys.argv[1]))
