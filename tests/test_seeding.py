"""Random numbers that come again, and thread counts that fit the machine or the container."""

import os
import random
import subprocess
import sys

import numpy
import pytest
import torch

from course_lib import seeding


@pytest.fixture(autouse=True)
def restored():
    threads, mode = torch.get_num_threads(), torch.get_deterministic_debug_mode()
    yield
    torch.set_num_threads(threads)
    torch.set_deterministic_debug_mode(mode)


def draw():
    return random.random(), float(numpy.random.rand()), float(torch.rand(1))


def test_one_seed_fixes_all_three_sources():
    assert seeding.seed_everything(3) == 3
    first, second = draw(), draw()
    seeding.seed_everything(3)
    assert draw() == first != second
    seeding.seed_everything(4)
    assert draw() != first


def test_deterministic_kernels_are_asked_for_without_loading_the_compiler():
    """torch.use_deterministic_algorithms would load torch._inductor: a second and 70 MB in every lesson."""
    program = (
        "import sys, torch; from course_lib.seeding import seed_everything; seed_everything()\n"
        "print(torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled())\n"
        "print('torch._inductor' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout == "True True\nFalse\n"


def test_threads_are_the_usable_cores_unless_said():
    assert seeding.set_threads() == seeding.usable_cores() == torch.get_num_threads()
    assert seeding.set_threads(1) == 1 == torch.get_num_threads()


@pytest.mark.parametrize(
    ("files", "share"),
    [
        ({"cpu.max": "150000 100000\n"}, 1.5),
        ({"cpu.max": "max 100000\n"}, None),
        ({"cpu/cpu.cfs_quota_us": "50000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 0.5),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None),
        ({}, None),
    ],
)
def test_a_containers_share(files, share, tmp_path):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert seeding.container_limit(tmp_path) == share


@pytest.mark.parametrize(("share", "cores"), [(None, 8), (0.5, 1), (2.0, 2), (64.0, 8)])
def test_usable_cores_are_the_smaller_of_the_two(share, cores, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    monkeypatch.setattr(seeding, "container_limit", lambda: share)
    assert seeding.usable_cores() == cores
