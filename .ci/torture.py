"""Idle connections, slow readers and malformed requests beside normal polling."""

import asyncio
import multiprocessing
import random
import sys
import time

PORT, PROCESS, SECONDS = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
IDLE, SLOW, MALFORMED = 2000, 500, 10_000
# In MiB: what so many connections may hold, and what is there without them.
MOST_MEMORY = 400
# The clients that misbehave come from an address of their own.
BAD = ("127.0.0.2", 0)
counts = {"malformed": 0, "reopened": 0}
answers = {}
end = time.monotonic() + SECONDS


def over():
    return time.monotonic() >= end


async def connect(bad=True):
    return await asyncio.open_connection("127.0.0.1", PORT, local_addr=BAD if bad else None)


async def idle(number):
    """Connects, sends nothing, half a head, or a request and then nothing; and does it again."""
    while not over():
        try:
            reader, writer = await connect()
            if number % 3 == 1:
                writer.write(b"GET /rss.xml HTTP/1.1\r\nHost: a\r\nX-Slow: ")
            elif number % 3 == 2:
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /")
            while not over() and await asyncio.wait_for(reader.read(4096), max(0.1, end - time.monotonic())):
                pass
            writer.close()
        except (OSError, asyncio.TimeoutError):
            pass
        counts["reopened"] += 1
        await asyncio.sleep(0.2)


async def slow():
    """Asks for the longest document, again and again, and takes it by drops."""
    while not over():
        try:
            reader, writer = await connect()
            writer.transport.pause_reading()
            writer.write(b"GET /atom.xml HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
            stop = min(end, time.monotonic() + 40)
            while time.monotonic() < stop:
                writer.transport.resume_reading()
                await asyncio.sleep(0)
                writer.transport.pause_reading()
                await asyncio.sleep(1)
            writer.transport.abort()
        except OSError:
            pass


SEEDS = [
    b"GET /rss.xml HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip, br;q=0.5\r\n\r\n",
    b"GET /rss.xml HTTP/1.1\r\nHost: a\r\nIf-None-Match: W/\"gz.0123\", \"x\"\r\n\r\n",
    b"GET /rss.xml HTTP/1.1\r\nHost: a\r\nRange: bytes=0-9,20-\r\nIf-Range: \"x\"\r\n\r\n",
    b"HEAD /atom.xml HTTP/1.0\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n",
    b"POST /rss.xml HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    b"OPTIONS * HTTP/1.1\r\nHost: a\r\nWant-Repr-Digest: sha-256=1\r\nForwarded: for=1.2.3.4\r\n\r\n",
]
PIECES = [b"\r\n", b"\n", b"\0", b"\xff", b" ", b":", b"%", b"%00", b"../", b"\r\n ", b"HTTP/9.9", b"Host: b\r\n",
          b"Content-Length: 99999999999999999999\r\n", b"Transfer-Encoding: chunked\r\n", b"\"", b",", b";q=", b"-",
          b"Connection: upgrade\r\nUpgrade: h2c\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"Expect: 100-continue\r\n"]


def malformed(chance):
    text = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 6)):
        where = chance.randrange(len(text) + 1)
        kind = chance.randrange(6)
        if kind == 0:
            text[where:where] = chance.choice(PIECES)
        elif kind == 1:
            text[where:where] = chance.choice(PIECES) * chance.choice([1, 10, 1000])
        elif kind == 2:
            del text[where : where + chance.randint(1, 20)]
        elif kind == 3 and where < len(text):
            text[where] = chance.randrange(256)
        elif kind == 4:
            text[where:where] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 40)))
        else:
            text[where:where] = b"A" * chance.choice([100, 5000, 70_000])
        if not text:
            text = bytearray(b" ")
    return bytes(text)


async def attack(seed):
    chance = random.Random(seed)
    while not over():
        try:
            reader, writer = await connect()
            writer.write(malformed(chance))
            if chance.random() < 0.8 and writer.can_write_eof():
                writer.write_eof()
            counts["malformed"] += 1
            answer = await asyncio.wait_for(reader.read(64), 3)
            key = answer[9:12].decode(errors="replace") if answer.startswith(b"HTTP/1") else "closed"
            answers[key] = answers.get(key, 0) + 1
            writer.transport.abort()
        except asyncio.TimeoutError:
            answers["waiting"] = answers.get("waiting", 0) + 1
            writer.transport.abort()
        except OSError:
            answers["closed"] = answers.get("closed", 0) + 1
        # As many as the machine takes, but no more than leaves it time for the others.
        await asyncio.sleep(0.02)


async def poll(errors, delays):
    """A normal client: polls with what it has, and now and then fetches the whole."""
    tag = None
    number = 0
    while not over():
        number += 1
        whole = tag is None or number % 20 == 0
        start = time.monotonic()
        try:
            reader, writer = await connect(bad=False)
            head = b"GET /categories/news/rss.xml HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n"
            head += b"" if whole else b"If-None-Match: " + tag + b"\r\n"
            writer.write(head + b"\r\n")
            answer = await asyncio.wait_for(reader.read(-1), 10)
            writer.close()
            status = answer[9:12]
            if status != (b"200" if whole else b"304"):
                errors.append(answer[:80])
            elif whole:
                headers, body = answer.split(b"\r\n\r\n", 1)
                fields = dict(line.split(b": ", 1) for line in headers.lower().split(b"\r\n")[1:])
                tag = fields[b"etag"]
                if len(body) != int(fields[b"content-length"]):
                    errors.append(b"cut short")
        except (OSError, asyncio.TimeoutError) as error:
            errors.append(repr(error))
        delays[whole].append(time.monotonic() - start)
        await asyncio.sleep(0.05)


def normal_clients(result):
    """Four of them, in a process of their own, so that what they wait for is the service alone."""
    errors, delays = [], {False: [], True: []}

    async def polls():
        await asyncio.gather(*(poll(errors, delays) for _ in range(4)))

    asyncio.run(polls())
    result.put((errors, delays))


def memory():
    with open(f"/proc/{PROCESS}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))


async def watch(readings):
    while not over():
        readings.append(memory())
        await asyncio.sleep(2)


async def main():
    readings = []
    result = multiprocessing.Queue()
    normal = multiprocessing.Process(target=normal_clients, args=(result,))
    normal.start()
    tasks = [idle(number) for number in range(IDLE)] + [slow() for _ in range(SLOW)]
    tasks += [attack(seed) for seed in range(16)] + [watch(readings)]
    await asyncio.gather(*(asyncio.create_task(task) for task in tasks))
    errors, delays = result.get()
    normal.join()
    half = len(readings) // 2
    early, late = max(readings[: half + 1]), max(readings[half:])
    print(f"{SECONDS:.0f} s with {IDLE} idle connections ({counts['reopened']} closed) and {SLOW} slow readers")
    print(f"{counts['malformed']} malformed requests; answers: {dict(sorted(answers.items()))}")
    for whole, name in ((False, "304"), (True, "whole")):
        took = sorted(delays[whole])
        at = lambda share: took[min(len(took) - 1, int(len(took) * share))] * 1000
        print(f"{len(took)} normal polls ({name}): median {at(0.5):.1f} ms, 99 % {at(0.99):.1f} ms, worst {at(1):.1f} ms")
    print(f"{len(errors)} errors of normal clients")
    print(f"memory: at most {early} MiB in the first half, {late} MiB in the second")
    for error in errors[:5]:
        print("   ", error)
    if errors or not delays[False]:
        sys.exit("normal clients met errors")
    if counts["malformed"] < min(MALFORMED, SECONDS * 100):
        sys.exit("too few malformed requests")
    if late > early * 1.25 + 16:
        sys.exit("memory grows")
    if late > MOST_MEMORY:
        sys.exit(f"more than {MOST_MEMORY} MiB")
    if answers.get("500"):
        sys.exit("a request made it fail")


asyncio.run(main())
