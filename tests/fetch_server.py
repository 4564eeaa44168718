"""A loopback server for the tests: serves bytes, knows Range, misbehaves on demand and remembers every request."""

import hashlib
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Files:
    """What is served: `files` {path: bytes}, `acts` {path: [behaviour, ...]} used up one per GET, `log` of requests.

    Behaviours: ("cut", n) sends n bytes and hangs up; ("status", code, headers); ("redirect", address);
    ("page", html); ("stall", n, seconds) sends n bytes and falls silent; ("trickle", n, seconds) sends n at a time.
    """

    def __init__(self):
        self.files, self.acts, self.log = {}, {}, []
        self.address, self.ranges = "", True

    def gets(self, path):
        return [entry for entry in self.log if entry["method"] == "GET" and entry["path"] == path]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_HEAD(self):
        self._serve(head=True)

    def do_GET(self):
        self._serve(head=False)

    def _serve(self, head):
        shelf = self.server.shelf
        entry = {"method": self.command, "path": self.path, "range": self.headers.get("Range"), "sent": 0}
        shelf.log.append(entry)
        body = shelf.files.get(self.path)
        acts = shelf.acts.get(self.path)
        act = acts.pop(0) if acts and not head else ("plain",)
        self.close_connection = True
        if act[0] == "status":
            return self._answer(act[1], b"busy", entry, head, act[2] if len(act) > 2 else {})
        if act[0] == "redirect":
            return self._answer(302, b"", entry, head, {"Location": act[1]})
        if act[0] == "page":
            return self._answer(200, act[1].encode(), entry, head, {"Content-Type": "text/html"})
        if body is None:
            return self._answer(404, b"no such file", entry, head, {})
        tag = f'"{hashlib.sha1(body).hexdigest()}"'
        headers = {"ETag": tag, "Content-Type": "application/octet-stream"}
        wanted = self.headers.get("Range") if shelf.ranges else None
        if wanted and self.headers.get("If-Range", tag) == tag:
            start = int(wanted.removeprefix("bytes=").split("-")[0])
            if start >= len(body):
                return self._answer(
                    416, b"", entry, head, {**headers, "Content-Range": f"bytes */{len(body)}"}
                )
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
            return self._answer(206, body[start:], entry, head, headers, act)
        return self._answer(200, body, entry, head, headers, act)

    def _answer(self, status, body, entry, head, headers, act=("plain",)):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if head:
            return
        step = act[1] if act[0] == "trickle" else len(body)
        stop = act[1] if act[0] in ("cut", "stall") else len(body)
        for start in range(0, stop, max(step, 1)):
            chunk = body[start : min(start + step, stop)]
            try:
                self.wfile.write(chunk)
                self.wfile.flush()
            except OSError:
                return
            entry["sent"] += len(chunk)
            if act[0] == "trickle":
                time.sleep(act[2])
        if act[0] == "stall":
            time.sleep(act[2])


@contextmanager
def serving():
    """Yield a Files that is served at its `address` while this lasts."""
    shelf = Files()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.shelf = True, shelf
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    shelf.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shelf
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
