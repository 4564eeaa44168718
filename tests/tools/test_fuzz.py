"""Damaged and made-up bytes for every reader: the course's own errors or none, soon, and without asking for memory."""

import json
import os
import signal
import struct
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import fuzz_readers as fuzz
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]

PATIENCE_S, CPU_S = 60, 10  # of one file; a busy machine is no fault
EACH = pytest.mark.parametrize("name", fuzz.READERS)
QUICK = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def soon():
    """An error where the block takes longer than PATIENCE_S (where the system has an alarm clock)."""

    def too_long(number, frame):
        raise TimeoutError(f"no answer within {PATIENCE_S} s")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(PATIENCE_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    made = {}

    def of(name):
        if name not in made:
            made[name] = list(fuzz.READERS[name].seeds(tmp_path_factory.mktemp("seeds")))
        return made[name]

    return of


@EACH
def test_a_good_file_is_read(name, seeds, tmp_path):
    found = [fuzz.READERS[name].feed(seed, tmp_path) for seed in seeds(name)]
    expected = {"manifest": "is missing", "record": "no version of this run"}  # files beside it are not there
    assert found and all(expected.get(name, "None") in str(error) for error in found)


@EACH
@QUICK
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(name, tmp_path, data):
    with soon():
        fuzz.READERS[name].feed(data, tmp_path)


@EACH
@QUICK
@given(draw=st.data())
def test_a_changed_file_is_read_or_refused(name, seeds, tmp_path, draw):
    good = draw.draw(st.sampled_from(seeds(name)))
    place = draw.draw(st.integers(0, min(len(good), 2000)))
    cut, put = draw.draw(st.integers(0, 20)), draw.draw(st.binary(max_size=20))
    with soon():
        fuzz.READERS[name].feed(good[:place] + put + good[place + cut :], tmp_path)


@pytest.mark.parametrize("name", ["base", "spotter", "detector", "checkpoint"])
def test_no_flipped_byte_goes_unseen(name, seeds, tmp_path):
    """Bytes from the first to the last, one at a time: refused."""
    (good,) = seeds(name)
    refused = 0
    places = range(0, len(good), 61 if len(good) > 4000 else 5)
    for place in places:
        bad = bytearray(good)
        bad[place] ^= 0x10
        refused += fuzz.READERS[name].feed(bytes(bad), tmp_path) is not None
    held = {"checkpoint": 0.5}.get(name, 0.95)  # the rest of a zip is padding, names and dates
    assert refused / len(places) > held


def wav(rate=16_000, channels=1, bits=16, claimed=0x7FFFFFF0, stored=4000):
    """A WAV file whose header says what it likes."""
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", 1, channels & 0xFFFF, rate, rate * frame & 0xFFFFFFFF, frame & 0xFFFF, bits)
    data = b"data" + struct.pack("<I", claimed) + b"\x01" * stored
    return b"RIFF" + struct.pack("<I", claimed) + b"WAVEfmt " + struct.pack("<I", len(form)) + form + data


def header(**changes):
    return json.dumps({"network": "XVector", "classes": ["a", "b"], "settings": {}, "about": {}, **changes})


CLAIMS = {  # a file that says it is large, and is small
    "audio: 2^31 bytes": ("audio", wav(claimed=0x7FFE0000)),
    "audio: 1024 channels": ("audio", wav(channels=1024)),
    "audio: 65535 channels": ("audio", wav(channels=65535)),
    "audio: 1 Hz": ("audio", wav(rate=1, bits=8, claimed=60_000, stored=60_000)),
    "audio: 4 GHz": ("audio", wav(rate=4_000_000_000, claimed=4000)),
    "matrix: 2^31 frames": ("matrix", struct.pack("<ii", 2**31 - 1, 2**31 - 1) + bytes(16)),
    "base: as wide as allowed": ("header", header(settings={"channels": 4096, "blocks": 900}).encode()),
    "base: wider": ("header", header(settings={"embedding": 10**12}).encode()),
    "base: no end of blocks": ("header", header(settings={"blocks": 10**9}).encode()),
    "base: not a number": ("header", header(settings={"blocks": float("nan")}).encode()),
    "base: 60,000 classes": ("header", header(classes=["a"] * 60_000).encode()),
    "safetensors: a header of 2^60 bytes": ("base", struct.pack("<Q", 2**60) + b"{}"),
    "own: 30,000 lists in lists": ("own", b"[" * 30_000),
    "table: 30,000 lists in lists": ("table", b"[" * 30_000),
    "quiz: 3,000 lists in lists": ("quiz", b"[" * 3_000),
    "quiz: a billion laughs": (
        "quiz",
        b"a0: &a0 [x, x]\n" + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 40)),
    ),
    "list: 20,000 names twice": ("list", b"".join(b"SES%d\n" % n for n in range(20_000)) * 2),
    "cache: 2^60 rows": (
        "cache",
        b"\x93NUMPY\x01\x00\x76\x00" + b"{'descr': '<f2', 'fortran_order': False, 'shape': (1152921504606846976, 3), }".ljust(117) + b"\n",
    ),
}  # fmt: skip

READ = (
    "audio: 1024 channels",
    "own: 30,000 lists in lists",
    "cache: 2^60 rows",
)  # mixed, put aside, built again

CHILD = """
import sys, time
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tools"]
import fuzz_readers as fuzz, json, pathlib, torch
from test_fuzz import CLAIMS
def peak():
    return int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))) // 1024
for reader in fuzz.READERS.values():
    for seed in reader.seeds(sys.argv[2]):
        reader.feed(seed, sys.argv[2])
for name, (reader, content) in CLAIMS.items():
    before, start = peak(), time.process_time()
    error = fuzz.READERS[reader].feed(content, sys.argv[2])
    print(json.dumps([name, type(error).__name__, peak() - before, time.process_time() - start]), flush=True)
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="peak memory is read from /proc")
def test_a_header_that_claims_much_gets_no_memory_and_no_time(tmp_path):
    env = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "tests"), str(ROOT / "tests" / "tools"))),
    }
    command = [sys.executable, "-c", CHILD, str(ROOT), str(tmp_path)]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, timeout=120, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [name for name, *_ in found] == list(CLAIMS)
    for name, error, megabytes, seconds in found:
        assert error.endswith("Error") or name in READ, f"{name}: was read"
        assert megabytes < 100 and seconds < CPU_S, f"{name}: {megabytes} MB, {seconds:.1f} s"


@pytest.mark.slow
@pytest.mark.nightly
@EACH
def test_ten_guided_seconds(name, tmp_path):
    pytest.importorskip("atheris", reason="atheris is not installed: pip install atheris (Linux, macOS)")
    command = [sys.executable, str(ROOT / "tools" / "fuzz.py"), name, "--seconds", "10"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, errors="replace", timeout=180
    )
    assert done.returncode == 0 and "number_of_executed_units" in done.stderr, done.stderr[-3000:]
