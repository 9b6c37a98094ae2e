"""A small Hub on the loopback address, speaking as much of the protocol as the real client asks for here."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from huggingface_hub import close_session, constants

TOKEN = "hf_loopback"
PIECE = 4096  # bytes


@dataclass
class Repo:
    """Commits of one repository: commit -> {file name: bytes}; card: what its README's front matter says."""

    commits: dict = field(default_factory=lambda: {"0" * 40: {}})
    tags: dict = field(default_factory=dict)
    head: str = "0" * 40
    private: bool = False
    card: dict = field(default_factory=dict)

    def commit(self, changes, removed=()):
        files = {name: data for name, data in {**self.commits[self.head], **changes}.items() if name not in removed}
        content = json.dumps([self.head, {name: sha256(data) for name, data in files.items()}])
        self.head = hashlib.sha1(content.encode()).hexdigest()
        self.commits[self.head] = files
        return self.head

    def resolve(self, revision):
        return {"main": self.head, **self.tags}.get(revision, revision)


class HubServer:
    """Repositories in memory behind a threaded server on a free port of 127.0.0.1.

    Faults to switch on: silent (accepts and never answers), cut (file name -> bytes that a GET really sends), dropped
    (the same, once, as a connection that breaks), pause (seconds before every PIECE bytes of an answer), only (the one
    namespace that may be written to). requests: every "METHOD /path" that came. starts: the first byte that each GET of
    a file asked for.
    """

    def __init__(self):
        self.repos, self.lfs, self.requests, self.starts = {}, {}, [], []
        self.silent, self.cut, self.dropped, self.pause, self.only = False, {}, {}, 0, None
        self.stopping = threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads, self.http.block_on_close, self.http.hub = True, False, self
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def push(self, repo, files):
        """Commit {file name: bytes}; the new commit's 40 hex digits."""
        return self.repos.setdefault(repo, Repo()).commit(files)

    def stop(self):
        if not self.stopping.is_set():
            self.stopping.set()
            self.http.shutdown()
            self.http.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version, sent = "HTTP/1.1", None

    def do_HEAD(self):
        self.route("HEAD")

    def do_GET(self):
        self.route("GET")

    def do_POST(self):
        self.route("POST")

    def do_PUT(self):
        self.route("PUT")

    def route(self, method):
        hub, path = self.server.hub, self.path.split("?")[0]
        hub.requests.append(f"{method} {path}")
        if hub.silent:
            hub.stopping.wait(60)
        if hub.stopping.is_set():  # a kept-alive connection outlives the server's socket
            self.close_connection = True
            return
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if (
            method in ("POST", "PUT")
            and self.headers.get("Authorization") != f"Bearer {TOKEN}"
            and not path.startswith("/lfs/")
        ):
            return self.fail(401, "Invalid credentials in Authorization header")
        for verbs, pattern, answer in ROUTES:
            found = method in verbs and re.fullmatch(pattern, path)
            if found:
                return answer(self, hub, *found.groups())
        self.fail(404, f"no route for {method} {path}")

    def repo(self, hub, name):
        found = hub.repos.get(name)
        if found is None:
            self.fail(404, "Repository not found", "RepoNotFound")
        return found

    def resolve(self, hub, name, revision, file):
        repo = self.repo(hub, name)
        if repo is None:
            return
        commit = repo.resolve(revision)
        if commit not in repo.commits:
            return self.fail(404, "Invalid rev id", "RevisionNotFound")
        if file not in repo.commits[commit]:
            return self.fail(404, "Entry not found", "EntryNotFound", {"X-Repo-Commit": commit})
        data = repo.commits[commit][file]
        headers = {"X-Repo-Commit": commit, "ETag": f'"{sha256(data)}"'}
        if self.command == "GET":
            start = int((re.match(r"bytes=(\d+)-", self.headers.get("Range") or "") or "00")[1])
            hub.starts.append(start)
            headers |= {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {}
            self.sent = hub.dropped.pop(file, None)
            self.close_connection = self.sent is not None
            return self.send(206 if start else 200, data[start : hub.cut.get(file)], headers)
        self.send(200, data, headers)

    def create(self, hub):
        asked = json.loads(self.body)
        name = f"{asked['organization']}/{asked['name']}"
        if hub.only not in (None, asked["organization"]):
            return self.fail(403, "You don't have the rights to create a model under this namespace")
        known = name in hub.repos
        if not known:
            hub.repos[name] = Repo(private=asked.get("visibility") == "private" or bool(asked.get("private")))
        self.json({"url": f"{hub.url}/{name}", "name": name}, 409 if known else 200)

    def validate_card(self, hub):
        found = json.loads(self.body)["content"].startswith("---\n")
        self.json({"errors": [] if found else [{"message": "no front matter"}], "warnings": []})

    def info(self, hub, name, revision="main"):
        repo = self.repo(hub, name)
        if repo is not None:
            self.json(
                {
                    "id": name,
                    "sha": repo.resolve(revision),
                    "private": repo.private,
                    "siblings": [],
                    "cardData": repo.card,
                }
            )

    def tree(self, hub, name, revision):
        repo = self.repo(hub, name)
        if repo is not None:
            files = repo.commits[repo.resolve(revision)]
            self.json([{"type": "file", "path": n, "size": len(d), "oid": oid(n, d)} for n, d in files.items()])

    def preupload(self, hub, name, _revision):
        repo = self.repo(hub, name)
        if repo is None:
            return
        files = repo.commits[repo.head]
        paths = [file["path"] for file in json.loads(self.body)["files"]]
        self.json(
            {
                "files": [
                    {
                        "path": path,
                        "uploadMode": mode(path),
                        "shouldIgnore": False,
                        "oid": oid(path, files[path]) if path in files else None,
                    }
                    for path in paths
                ]
            }
        )

    def lfs_batch(self, hub, name):
        objects = json.loads(self.body)["objects"]
        for item in objects:
            if item["oid"] not in hub.lfs:
                item["actions"] = {"upload": {"href": f"{hub.url}/lfs/{item['oid']}"}}
        self.json({"transfer": "basic", "objects": objects})

    def lfs_put(self, hub, digest):
        if sha256(self.body) != digest:
            return self.fail(400, "content does not match its oid")
        hub.lfs[digest] = self.body
        self.json({})

    def commit(self, hub, name, _revision):
        changes, removed = {}, set()
        for line in self.body.splitlines():
            item = json.loads(line)
            if item["key"] == "file":
                changes[item["value"]["path"]] = base64.b64decode(item["value"]["content"])
            elif item["key"] == "lfsFile":
                changes[item["value"]["path"]] = hub.lfs[item["value"]["oid"]]
            elif item["key"] == "deletedFile":
                removed.add(item["value"]["path"])
        commit = hub.repos[name].commit(changes, removed)
        self.json({"commitUrl": f"{hub.url}/{name}/commit/{commit}", "commitOid": commit})

    def tag(self, hub, name, revision):
        repo, tag = hub.repos[name], json.loads(self.body)["tag"]
        if tag in repo.tags:
            return self.fail(409, f"Tag {tag} already exists")
        repo.tags[tag] = repo.resolve(revision)
        self.json({})

    def json(self, content, status=200):
        self.send(status, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def fail(self, status, message, code=None, headers=None):
        extra = {"X-Error-Message": message, **({"X-Error-Code": code} if code else {}), **(headers or {})}
        self.send(status, b"", extra)

    def send(self, status, data, headers):
        self.send_response(status)
        for key, value in {**headers, "Content-Length": len(data)}.items():
            self.send_header(key, str(value))
        self.end_headers()
        if self.command != "HEAD":
            pause, data = self.server.hub.pause, data[: self.sent]
            size = PIECE if pause else max(1, len(data))
            with suppress(ConnectionError):  # a client that stops
                for start in range(0, len(data), size):
                    time.sleep(pause)
                    self.wfile.write(data[start : start + size])

    def log_message(self, *args):
        pass


NAME, KIND = r"([\w.-]+/[\w.-]+)", "(?:models|datasets|spaces)"
ROUTES = (
    (("HEAD", "GET"), rf"/(?:datasets/|spaces/)?{NAME}/resolve/([^/]+)/(.+)", Handler.resolve),
    (("POST",), "/api/repos/create", Handler.create),
    (("POST",), "/api/validate-yaml", Handler.validate_card),
    (("GET",), rf"/api/{KIND}/{NAME}/revision/([^/]+)", Handler.info),
    (("GET",), rf"/api/{KIND}/{NAME}", Handler.info),
    (("GET",), rf"/api/{KIND}/{NAME}/tree/([^/]+)", Handler.tree),
    (("POST",), rf"/api/{KIND}/{NAME}/preupload/([^/]+)", Handler.preupload),
    (("POST",), rf"/(?:datasets/|spaces/)?{NAME}\.git/info/lfs/objects/batch", Handler.lfs_batch),
    (("PUT",), "/lfs/([0-9a-f]{64})", Handler.lfs_put),
    (("POST",), rf"/api/{KIND}/{NAME}/commit/([^/]+)", Handler.commit),
    (("POST",), rf"/api/models/{NAME}/tag/([^/]+)", Handler.tag),
)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def mode(path):
    return "lfs" if path.endswith((".safetensors", ".zip")) else "regular"


def oid(path, data):
    """A stored file's identity as the Hub gives it: sha256 in LFS, git's blob hash otherwise."""
    return sha256(data) if mode(path) == "lfs" else hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def connect(monkeypatch, server, home):
    """Point the client of this process at the server, as HF_ENDPOINT, HF_HOME and the like do at import."""
    settings = {
        "ENDPOINT": server.url,
        "HUGGINGFACE_CO_URL_TEMPLATE": server.url + "/{repo_id}/resolve/{revision}/{filename}",
        "HF_HUB_CACHE": str(home / "hub"),
        "HF_TOKEN_PATH": str(home / "token"),
        "HF_HUB_OFFLINE": False,
        "HF_HUB_DISABLE_XET": True,
        "HF_HUB_ETAG_TIMEOUT": 30,
        "HF_HUB_DOWNLOAD_TIMEOUT": 30,
    }
    for name, value in settings.items():
        monkeypatch.setattr(constants, name, value)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    close_session()


def environment(server, home):
    """The same for a process of its own."""
    outer = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "TRANSFORMERS_"))}
    return {
        **outer,
        "HF_ENDPOINT": server.url,
        "HF_HOME": str(home),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_ETAG_TIMEOUT": "30",
        "NO_PROXY": "127.0.0.1",
    }
