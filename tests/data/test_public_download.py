"""Downloads over a network that cuts, stalls, redirects, lies and is full of log-in pages."""

import hashlib
import io
import json
import time

import pytest
from fetch_server import serving

from course_lib.data.public.address import check_address, follow
from course_lib.data.public.dataset_spec import Remote
from course_lib.data.public.download import CHUNK
from course_lib.data.public.get import ask_size, get
from course_lib.data.public.progress import Progress
from course_lib.errors import DataError

BODY = b"\x1f\x8b" + bytes(range(256)) * 4000  # 1 MB that starts like gzip
SUM = f"sha256:{hashlib.sha256(BODY).hexdigest()}"
QUICK = {"backoff": 0.01, "timeout": (2, 0.5)}


def resumed_at(request):
    """The first byte that a request asked for."""
    return int(request["range"].removeprefix("bytes=").removesuffix("-"))


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as files:
        files.files["/a.tar.gz"] = BODY
        yield files


@pytest.fixture
def fetch(server, tmp_path):
    said = []

    def run(*, sum=SUM, path="/a.tar.gz", **more):
        remote = Remote(server.address + path, sum=sum, hosts=more.pop("hosts", ()))
        ledger = tmp_path / "a.sums.json"
        return get(remote, tmp_path / "in", ledger, say=said.append, **{**QUICK, **more})

    run.said, run.folder = said, tmp_path / "in"
    return run


def test_a_file_arrives_whole_and_is_not_fetched_twice(server, fetch):
    assert fetch().read_bytes() == BODY
    fetch()
    assert len(server.gets("/a.tar.gz")) == 1
    assert [path.name for path in fetch.folder.iterdir()] == ["a.tar.gz"]


def test_a_connection_cut_half_way_goes_on_from_there(server, fetch):
    server.acts["/a.tar.gz"] = [("cut", 600_000)]
    assert fetch().read_bytes() == BODY
    first, second = server.gets("/a.tar.gz")
    assert first["range"] is None
    start = resumed_at(second)
    assert 600_000 - CHUNK < start <= 600_000
    assert second["sent"] == len(BODY) - start  # fewer bytes went over the second time
    assert any("trying again" in line for line in fetch.said)


def test_the_next_run_goes_on_where_the_last_one_gave_up(server, fetch):
    server.acts["/a.tar.gz"] = [("cut", 300_000), ("cut", 0), ("cut", 0)]
    with pytest.raises(DataError, match="goes on from there"):
        fetch(attempts=2)
    kept = (fetch.folder / "a.tar.gz.part").stat().st_size
    assert 300_000 - CHUNK < kept <= 300_000
    assert not (fetch.folder / "a.tar.gz").exists()
    server.acts.clear()
    assert fetch().read_bytes() == BODY
    assert resumed_at(server.gets("/a.tar.gz")[-1]) == kept


def test_many_cuts_do_not_use_up_the_attempts_while_something_arrives(server, fetch):
    server.acts["/a.tar.gz"] = [("cut", 100_000)] * 8
    assert fetch(attempts=3, backoff=0.001).read_bytes() == BODY


def test_a_file_that_changed_meanwhile_is_started_anew(server, fetch):
    server.acts["/a.tar.gz"] = [("cut", 300_000), ("cut", 0)]
    with pytest.raises(DataError):
        fetch(attempts=1, sum=None)
    server.acts.clear()
    server.files["/a.tar.gz"] = BODY[::-1]
    assert fetch(sum=None).read_bytes() == BODY[::-1]


def test_a_server_without_range_is_read_from_the_start(server, fetch):
    server.ranges = False
    server.acts["/a.tar.gz"] = [("cut", 300_000)]
    assert fetch().read_bytes() == BODY


def test_a_part_with_other_bytes_is_found_out_and_fetched_once_more(server, fetch):
    fetch.folder.mkdir()
    (fetch.folder / "a.tar.gz.part").write_bytes(b"x" * 1000)
    note = {"address": server.address + "/a.tar.gz", "version": f'"{hashlib.sha1(BODY).hexdigest()}"'}
    (fetch.folder / "a.tar.gz.part.json").write_text(json.dumps(note))
    assert fetch().read_bytes() == BODY
    assert any("once more from the start" in line for line in fetch.said)


def test_a_wrong_checksum_is_refused_and_nothing_stays(fetch):
    with pytest.raises(DataError, match=r"expected the sum sha256:0000.*published.* got [0-9a-f]{64}"):
        fetch(sum="sha256:" + "0" * 64)
    assert list(fetch.folder.iterdir()) == []


def test_md5_sums_count_too(fetch):
    assert fetch(sum="md5:" + hashlib.md5(BODY).hexdigest()).is_file()


def test_a_sum_that_nobody_published_is_recorded_and_a_different_file_refused_later(server, fetch, tmp_path):
    fetch(sum=None).unlink()
    recorded = json.loads((tmp_path / "a.sums.json").read_text())
    assert recorded[server.address + "/a.tar.gz"]["sum"] == SUM
    server.files["/a.tar.gz"] = BODY + b"more"
    with pytest.raises(DataError, match="recorded at the first fetch"):
        fetch(sum=None)
    assert list(fetch.folder.iterdir()) == []


def test_a_server_error_then_success(server, fetch):
    server.acts["/a.tar.gz"] = [("status", 503, {"Retry-After": "0"}), ("status", 500)]
    assert fetch().read_bytes() == BODY
    assert [line for line in fetch.said if "the server answers 503" in line]


def test_waiting_grows_between_tries(server, fetch, monkeypatch):
    waits = []
    monkeypatch.setattr("course_lib.data.public.download.time.sleep", waits.append)
    server.acts["/a.tar.gz"] = [("status", 500)] * 3
    fetch(backoff=1.0)
    assert waits == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(("status", "says"), [(404, "new address"), (403, "status 403"), (511, "log-in")])
def test_an_error_that_will_not_mend_is_not_tried_again(server, fetch, status, says):
    server.acts["/a.tar.gz"] = [("status", status)] * 9
    with pytest.raises(DataError, match=says):
        fetch()
    assert len(server.gets("/a.tar.gz")) == 1


def test_a_redirect_is_followed(server, fetch):
    server.files["/old.tar.gz"] = b"moved"
    server.acts["/old.tar.gz"] = [("redirect", "/a.tar.gz")]
    assert fetch(path="/old.tar.gz").read_bytes() == BODY


def test_redirects_in_a_circle_end(server, fetch):
    server.acts["/a.tar.gz"] = [("redirect", "/a.tar.gz")] * 20
    with pytest.raises(DataError, match="more than five redirects"):
        fetch()


def test_a_proxys_page_is_recognised_and_named(server, fetch):
    server.acts["/a.tar.gz"] = [("page", "<!DOCTYPE html><title>Hotel Wi-Fi log-in</title>")]
    with pytest.raises(DataError, match=r'got a web page titled "Hotel Wi-Fi log-in".*--from FILE'):
        fetch()
    assert not (fetch.folder / "a.tar.gz").exists()
    assert fetch().read_bytes() == BODY  # nothing of the page was kept


def test_a_server_that_falls_silent_is_asked_again(server, fetch):
    server.acts["/a.tar.gz"] = [("stall", 500_000, 3)]
    begin = time.monotonic()
    assert fetch().read_bytes() == BODY
    assert time.monotonic() - begin < 3
    assert any("fell silent" in line for line in fetch.said)
    assert resumed_at(server.gets("/a.tar.gz")[1]) > 500_000 - CHUNK


def test_a_slow_server_is_waited_for(server, fetch):
    server.acts["/a.tar.gz"] = [("trickle", 100_000, 0.05)]
    assert fetch().read_bytes() == BODY
    assert len(server.gets("/a.tar.gz")) == 1


def test_a_full_disk_is_said_and_what_came_is_kept(server, fetch, monkeypatch):
    """Simulated: the file object raises ENOSPC. test_public_stages.py has a disk that is really full."""
    import builtins

    real = builtins.open

    def full(path, mode="r", *args, **more):
        file = real(path, mode, *args, **more)
        if mode == "ab":
            file.write(BODY[:1000])
            file.flush()
            file.write = lambda chunk: (_ for _ in ()).throw(OSError(28, "No space left on device"))
        return file

    monkeypatch.setattr("course_lib.data.public.download.open", full, raising=False)
    with pytest.raises(DataError, match=r"the disk is full.*goes on from"):
        fetch(attempts=1)


def test_only_https_and_the_named_hosts():
    assert check_address("https://host.org/a.zip") == "https://host.org/a.zip"
    for bad in (
        "http://host.org/a.zip",
        "ftp://host.org/a",
        "file:///etc/passwd",
        "https://u:p@host.org/a",
        "a.zip",
    ):
        with pytest.raises(DataError, match="expected an"):
            check_address(bad)
    loose, sure = (
        Remote("https://host.org/a.zip", hosts=("cdn.host.org",)),
        Remote("https://host.org/a.zip", sum="md5:0"),
    )
    assert follow(loose, loose.address, "/b.zip") == "https://host.org/b.zip"
    assert follow(loose, loose.address, "https://cdn.host.org/b.zip")
    assert follow(sure, sure.address, "https://mirror.net/b.zip")  # the sum decides
    with pytest.raises(DataError, match=r"mirror\.net"):
        follow(loose, loose.address, "https://mirror.net/b.zip")
    with pytest.raises(DataError, match="not https"):
        follow(sure, sure.address, "http://login.hotel.net/")
    with pytest.raises(DataError, match="this computer"):
        follow(sure, sure.address, "http://127.0.0.1:8000/a")


def test_the_size_is_asked_for_without_downloading(server):
    assert ask_size(Remote(server.address + "/a.tar.gz")) == len(BODY)
    assert ask_size(Remote(server.address + "/none")) is None
    assert ask_size(Remote(server.address + "/a.tar.gz", size=7)) == 7
    assert server.gets("/a.tar.gz") == []


def test_progress_tells_share_speed_and_time_left():
    now, out = [0.0], io.StringIO()
    bar = Progress("a.tar.gz", 100_000_000, stream=out)
    bar._time, bar.start_t, bar.last_print_t, bar.delay = (lambda: now[0]), 0.0, 0.0, 0
    now[0] = 20.0
    bar.update(25_000_000)
    assert "a.tar.gz:  25%" in out.getvalue() and "25.0M/100M" in out.getvalue()
    assert "[00:20<01:00, 1.25MB/s]" in out.getvalue()
    bar.skip(50_000_000)  # what an earlier run brought does not count as speed
    now[0] = 40.0
    bar.update(10_000_000)
    bar.refresh()
    told = out.getvalue().split("\r")[-1]
    assert " 60%" in told and "[00:20<" in told
