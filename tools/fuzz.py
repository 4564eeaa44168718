"""Feed the readers of files with damaged bytes, guided by what is reached (atheris): python tools/fuzz.py audio --seconds 60

Only the course's own errors may come out, within 20 s and 2.5 GB. `all` runs every reader in a process of its own.
The readers stand in fuzz_readers.py; tests/tools/test_fuzz.py feeds them random changes. Ref: github.com/google/atheris.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SECONDS, MEGABYTES, LONGEST = 20, 2500, 1 << 16  # of one file: time, memory, bytes


def fuzz(name, seconds):
    """Run one reader in this process; atheris ends it."""
    try:
        import atheris
    except ImportError:
        raise SystemExit("atheris is not installed: pip install atheris (Linux and macOS)") from None
    import torch  # not instrumented: the course's own code is what is looked at

    torch.set_num_threads(1)
    with atheris.instrument_imports(include=["course_lib"]):
        from fuzz_readers import READERS
    reader = READERS[name]
    place, corpus = tempfile.mkdtemp(prefix="fuzz-"), tempfile.mkdtemp(prefix="seeds-")
    for number, seed in enumerate(reader.seeds(place)):
        Path(corpus, f"{name}-{number}").write_bytes(seed)
    settings = [f"-max_total_time={seconds}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}"]
    settings += [f"-max_len={LONGEST}", "-print_final_stats=1", f"-artifact_prefix={place}/"]
    atheris.Setup([sys.argv[0], corpus, *settings], lambda data: reader.feed(data, place))
    atheris.Fuzz()


def fuzz_all(seconds) -> int:
    """Run every reader in a process of its own and print a line for each. Returns the exit status."""
    from fuzz_readers import READERS

    failed = 0
    for name in READERS:
        command = [sys.executable, __file__, name, "--seconds", str(seconds)]
        ran = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace")
        count = re.search(r"number_of_executed_units: (\d+)", ran.stderr)
        verdict = "FOUND" if ran.returncode else "ok"
        print(f"{name:12}{count[1] if count else '?':>10} files read, {verdict}", flush=True)
        if ran.returncode:
            failed = 1
            print(ran.stderr[-3000:], flush=True)
    return failed


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reader", help="a name of READERS in fuzz_readers.py, or all")
    parser.add_argument("--seconds", type=int, default=60, help="for each reader (default: %(default)s)")
    asked = parser.parse_args(argv)
    return fuzz_all(asked.seconds) if asked.reader == "all" else fuzz(asked.reader, asked.seconds)


if __name__ == "__main__":
    sys.exit(main())
