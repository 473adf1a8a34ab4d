"""Downloads, against a server of our own that truncates, corrupts and fails on purpose."""
import builtins
import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scratchnets.data import download, load, mnist

pytest.importorskip("pooch")

CONTENT = bytes(range(256)) * 40
HASHES = {"images.gz": hashlib.sha256(CONTENT).hexdigest()}


class Server(ThreadingHTTPServer):
    """Answers each request as the next word of `plan` says; after the last word, all is well."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.plan, self.requests = [], []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(self.path)
        how = self.server.plan.pop(0) if self.server.plan else "ok"
        if how == "500":
            self.send_error(500)
            return
        content = CONTENT[:-1] + b"?" if how == "corrupt" else CONTENT
        self.send_response(200)
        # "short" is cut within, and says so; "truncated" is cut and keeps quiet about it.
        announced = content[:len(content) // 2] if how == "truncated" else content
        self.send_header("Content-Length", str(len(announced)))
        self.end_headers()
        self.wfile.write(content[:len(content) // 2] if how in ("short", "truncated") else content)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, and no waiting between attempts."""
    monkeypatch.setenv(download.CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "things"


def fetch(server):
    return download.fetch("things", HASHES, server.url)


def test_a_file_is_fetched_once_and_then_comes_from_the_cache(server, cache):
    assert fetch(server) == cache
    assert (cache / "images.gz").read_bytes() == CONTENT
    fetch(server)
    assert server.requests == ["/images.gz"]


@pytest.mark.parametrize("plan", [["500"], ["short"], ["truncated"], ["corrupt"],
                                  ["500", "corrupt", "short"]])
def test_it_tries_again_until_all_is_well(server, cache, plan):
    server.plan = list(plan)
    fetch(server)
    assert (cache / "images.gz").read_bytes() == CONTENT
    assert len(server.requests) == len(plan) + 1


@pytest.mark.parametrize("how", ["500", "short", "truncated", "corrupt"])
def test_after_four_attempts_it_says_why_and_leaves_nothing_in_the_cache(server, cache, how):
    server.plan = [how] * 10
    with pytest.raises(OSError, match="could not download .*/images.gz in 4 attempts.*folder="):
        fetch(server)
    assert len(server.requests) == download.ATTEMPTS == 4
    assert list(cache.rglob("*")) == []


def test_a_file_that_went_bad_in_the_cache_is_fetched_anew(server, cache):
    fetch(server)
    (cache / "images.gz").write_bytes(CONTENT[:100])
    fetch(server)
    assert (cache / "images.gz").read_bytes() == CONTENT


def test_no_server_at_all(cache):
    with pytest.raises(OSError, match="could not download .*Check the network"):
        download.fetch("things", HASHES, "http://127.0.0.1:9")


def test_load_refuses_a_server_with_other_files(server, cache):
    with pytest.raises(OSError, match="train-images-idx3-ubyte.gz"):
        load("mnist", base_url=server.url)
    assert list(cache.with_name("mnist").rglob("*")) == []


def test_without_pooch_it_says_what_to_install(monkeypatch):
    def refuse(name, *rest, **more):
        if name == "pooch":
            raise ImportError(name)
        return real(name, *rest, **more)
    real = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ImportError, match=r'pip install -e "\.\[datasets\]".*folder='):
        load("fashion")


@pytest.mark.parametrize("hashes", [mnist.MNIST_HASHES, mnist.FASHION_HASHES])
def test_every_file_has_a_hash(hashes):
    assert sorted(hashes) == sorted(stem + ".gz" for stem in mnist.TRAIN + mnist.TEST)
    assert all(len(bytes.fromhex(value)) == 32 for value in hashes.values())
