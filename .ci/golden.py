"""Compares what two programs make of sites: golden.py OLD NEW WORKDIR SITE…"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

# Scheduled posts are decided by this moment, whenever this runs.
MOMENT = "2026-06-01T00:00:00Z"
ADDRESS = "https://golden.example/"


def run(program, site, *arguments):
    command = [program, *arguments, "--log", "error"]
    result = subprocess.run(command, cwd=site, capture_output=True, check=False)
    if result.returncode and b"site.url" in result.stderr:
        command += ["--site-url", ADDRESS]
        result = subprocess.run(command, cwd=site, capture_output=True, check=False)
    return result


def built(program, site, out):
    """Every file that a program writes for a site, by name; what it says of mistakes stands under an empty name."""
    shutil.rmtree(out, ignore_errors=True)
    result = run(program, site, "build", "--out", str(out), "--now", MOMENT)
    files = {"": result.stderr.replace(str(out).encode(), b"OUT") if result.returncode else b""}
    for path in sorted(out.rglob("*")) if out.is_dir() else []:
        if path.is_file():
            files[str(path.relative_to(out))] = without_moments(path.read_bytes())
    return files


def without_moments(text):
    """Files for static hosts name Last-Modified, which depends on when the files were written."""
    return b"\n".join(line for line in text.split(b"\n") if b"Last-Modified:" not in line)


def listed(program, site):
    """The digests of a site's documents."""
    result = run(program, site, "list", "--json")
    try:
        feeds = json.loads(result.stdout)["feeds"]
    except (ValueError, KeyError):
        return {"": result.stdout}
    return {f"{feed['kind']} {feed['slug']}": (feed["digest"], feed.get("digests")) for feed in feeds}


def first_difference(old, new):
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            return name, old.get(name), new.get(name)
    return None


def tell(site, what, difference):
    name, old, new = difference
    print(f"{site}: {what} “{name}” differs")
    if isinstance(old, bytes) and isinstance(new, bytes):
        at = next((at for at, (one, other) in enumerate(zip(old, new)) if one != other), min(len(old), len(new)))
        before = max(at - 80, 0)
        old, new = old[before : at + 120], new[before : at + 120]
    print(f"  old: {old}\n  new: {new}")


def main():
    old, new, work, *sites = sys.argv[1:]
    work = Path(work)
    documents = digests = differing = 0
    for site in sites:
        files = [built(program, site, work / "out") for program in (old, new)]
        lists = [listed(program, site) for program in (old, new)]
        documents += len(files[0]) - 1
        digests += len(lists[0])
        differences = [
            (what, first_difference(*pair)) for what, pair in (("the document", files), ("the digest of", lists))
        ]
        for what, difference in differences:
            if difference:
                tell(site, what, difference)
        differing += any(difference for _, difference in differences)
        print(f"{site}: {len(files[0]) - 1} documents, {len(lists[0])} feeds")
    print(f"{len(sites)} sites, {documents} documents and the digests of {digests} feeds compared; {differing} sites differ")
    sys.exit(1 if differing or not documents else 0)


main()
