"""Rolling restarts under clients that never pause."""

import atexit
import http.client
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time

NEWSWIRE, WORK = sys.argv[1], pathlib.Path(sys.argv[2])
POSTS, RESTARTS = 3000, int(os.environ.get("RESTARTS", "6"))
# Takes the socket that was handed to it as its file 3, and becomes the program.
HANDED_ON = (
    "import os, sys\n"
    "os.dup2(int(sys.argv[1]), 3, inheritable=True)\n"
    "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))\n"
    "os.execv(sys.argv[2], sys.argv[2:])\n"
)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def start(command, **options):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    atexit.register(process.kill)
    return process


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def wait_for(port, path):
    for _ in range(600):
        try:
            if get(port, path) == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    sys.exit(f"{path} at {port} does not come")


def newswire(listen=None, handed_on=None):
    """A process that is ready, at a port or at a socket that it is given."""
    admin = free_port()
    command = [NEWSWIRE, "serve", "--config", str(WORK / "feeds.toml"), "--admin-listen", f"127.0.0.1:{admin}"]
    if handed_on:
        number = handed_on.fileno()
        process = start([sys.executable, "-c", HANDED_ON, str(number), *command], pass_fds=[number])
    else:
        process = start([*command, "--listen", f"127.0.0.1:{listen}"])
    wait_for(admin, "/readyz")
    return process


def stop(process):
    process.send_signal(signal.SIGTERM)
    if process.wait(30) != 0:
        sys.exit(f"it ends with {process.returncode}")


class Clients:
    """Two that connect anew for every request, and two that stay as long as they may."""

    def __init__(self, port):
        self.port, self.good, self.failed, self.over = port, 0, [], False
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.poll, args=(number % 2 == 0,)) for number in range(4)]
        for thread in self.threads:
            thread.start()

    def poll(self, stays):
        connection = None
        while not self.over:
            connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                connection.request("GET", "/rss.xml")
                response = connection.getresponse()
                body = response.read()
                whole = response.status == 200 and len(body) == int(response.headers["content-length"])
                failure = None if whole else f"{response.status}, {len(body)} bytes"
                ends = response.will_close
            except (OSError, http.client.HTTPException) as error:
                failure, ends = repr(error), True
            if ends or not stays:
                connection.close()
                connection = None
            with self.lock:
                if failure:
                    self.failed.append(failure)
                else:
                    self.good += 1

    def end(self, what):
        self.over = True
        for thread in self.threads:
            thread.join()
        print(f"{what}: {self.good} requests, {len(self.failed)} failed {self.failed[:3] or ''}", flush=True)
        return not self.failed


def behind_nginx():
    ports = [free_port(), free_port()]
    front = free_port()
    (WORK / "nginx.conf").write_text(f"""
daemon off; pid {WORK}/nginx.pid; error_log {WORK}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  upstream newswire {{ server 127.0.0.1:{ports[0]} max_fails=0; server 127.0.0.1:{ports[1]} max_fails=0; keepalive 16; }}
  server {{
    listen 127.0.0.1:{front};
    location / {{ proxy_pass http://newswire; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
}}
""")
    processes = [newswire(port) for port in ports]
    nginx = start(["nginx", "-c", str(WORK / "nginx.conf")])
    wait_for(front, "/rss.xml")
    clients = Clients(front)
    for number in range(RESTARTS):
        stop(processes[number % 2])
        processes[number % 2] = newswire(ports[number % 2])
    is_good = clients.end(f"two behind nginx, {RESTARTS} restarts in turn")
    nginx.terminate()
    for process in processes:
        stop(process)
    return is_good


def socket_handed_on():
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:
        process = newswire(handed_on=server)
        clients = Clients(server.getsockname()[1])
        for _ in range(RESTARTS):
            following = newswire(handed_on=server)
            stop(process)
            process = following
        is_good = clients.end(f"a socket handed on, {RESTARTS} restarts, no proxy")
        stop(process)
    return is_good


def one_that_has_not_begun():
    """The first request comes before the posts are read."""
    port = free_port()
    process = start([NEWSWIRE, "serve", "--config", str(WORK / "feeds.toml"), "--listen", f"127.0.0.1:{port}"])
    begin = time.monotonic()
    while True:
        try:
            status = get(port, "/rss.xml")
            break
        except ConnectionRefusedError:
            time.sleep(0.001)
    print(f"the first request to a new process: {status}, {time.monotonic() - begin:.2f} s after its start")
    stop(process)
    return status == 200


(WORK / "content").mkdir()
for number in range(POSTS):
    (WORK / "content" / f"{number}.md").write_text(f"---\ntitle: Post {number}\ndate: 2024-05-01\n---\n\n{'Text. ' * 200}\n")
(WORK / "feeds.toml").write_text('[site]\ntitle = "Restarts"\nurl = "https://restarts.example/"\n[http]\ndrain = "5s"\n')
outcomes = [one_that_has_not_begun(), behind_nginx(), socket_handed_on()]
sys.exit(0 if all(outcomes) else 1)
