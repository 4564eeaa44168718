"""A class on one server: thirty kernels work through lesson 07 at the same moment; memory each, and how much slower."""

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

import nbformat
import psutil
from bench_frame import Row
from jupyter_client.manager import AsyncKernelManager

from course_lib.seeding import usable_cores

ROOT = Path(__file__).resolve().parents[1]
KERNELS, LESSON, LIMIT_S = 30, "07_the_base_model", 80
RESERVE = 2e9  # bytes of memory that must stay free: below, the class is stopped, and the page says so


def measure_class():
    """Thirty kernels begin lesson 07 together, one thread each, and are stopped after 80 s; beside one kernel alone up to the same cell."""
    cells = lesson_cells()
    alone = asyncio.run(classroom(1, cells))
    together = asyncio.run(classroom(KERNELS, cells))
    reached = min(len(times) for times in together["times"])
    yield Row(None, "kernels that worked at once", KERNELS - together["dead"], "kernels")
    yield Row(None, f"cells that all of them finished, of {len(cells)}", reached, "cells")
    yield Row(None, "one alone, the whole lesson, one thread", alone["times"][0][-1], "s")
    yield Row(None, "memory of one alone, at most (PSS)", alone["each"], "MB")
    ratio = alone["each"] / together["each"]
    yield Row(ratio, "memory of each, median of their largest (PSS)", together["each"], "MB", "one alone")
    yield Row(None, "memory of all, at most", together["all"], "MB")
    if reached:
        mine = alone["times"][0][reached - 1]
        theirs = statistics.median(times[reached - 1] for times in together["times"])
        fair = KERNELS / usable_cores()
        what = f"seconds to the end of cell {reached} ({fair:.0f} kernels a core)"
        yield Row(mine / theirs, what, theirs, "s", "one alone")
    if together["stopped"] != "time":
        yield Row(None, f"stopped early: {together['stopped']}", together["seconds"], "s")


def lesson_cells() -> list[str]:
    """The code of the solved lesson, in order."""
    notebook = nbformat.read(ROOT / "notebooks" / "instructor" / f"{LESSON}.ipynb", as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


async def classroom(count, cells) -> dict:
    """Let `count` kernels run the cells. -> seconds at the end of every cell for each, and memory in MB."""
    managers = [AsyncKernelManager(kernel_name="python3") for _ in range(count)]
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    homes = tempfile.TemporaryDirectory()  # on a server each student has one; in it IPython keeps its history
    settings = {**os.environ, "OMP_NUM_THREADS": "1"}
    started = time.monotonic()
    try:
        for number, manager in enumerate(managers):
            own = {"IPYTHONDIR": f"{homes.name}/{number}", "COURSE_HOME": f"{homes.name}/{number}/my_course"}
            await manager.start_kernel(cwd=str(ROOT / "notebooks"), env={**settings, **own})
            if cores:  # what a hub does that gives every student one core's share
                psutil.Process(manager.provisioner.pid).cpu_affinity([cores[number % len(cores)]])
        started = time.monotonic()
        times = [[] for _ in managers]
        students = [
            asyncio.create_task(work(manager, cells, own, started)) for manager, own in zip(managers, times)
        ]
        found = await watch(managers, students, started, LIMIT_S if count > 1 else None)
        for student in students:
            student.cancel()
        await asyncio.gather(*students, return_exceptions=True)
        return {**found, "times": times}
    finally:
        await asyncio.gather(*(manager.shutdown_kernel(now=True) for manager in managers))
        homes.cleanup()


async def work(manager, cells, times, started):
    """One student: run every cell, note when it ended. An error ends the measurement: its times would say nothing."""
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=300)
        for number, cell in enumerate(cells, 1):
            reply = await client.execute_interactive(
                cell, allow_stdin=False, output_hook=lambda message: None, timeout=None
            )
            if reply["content"]["status"] != "ok":
                raise SystemExit(
                    f"cell {number} of {LESSON}: {reply['content'].get('ename')} {reply['content'].get('evalue')}"
                )
            times.append(time.monotonic() - started)
    finally:
        client.stop_channels()


async def watch(managers, students, started, limit) -> dict:
    """Look at the kernels' memory twice a second until all are done, the time is over or memory runs short."""
    peaks, most, stopped = [0.0] * len(managers), 0.0, "time"
    while not all(student.done() for student in students):
        now = [pss(manager.provisioner.pid) for manager in managers]
        peaks, most = [max(pair) for pair in zip(peaks, now)], max(most, sum(now))
        if psutil.virtual_memory().available < RESERVE:
            stopped = "less than 2 GB of memory were left"
            break
        if limit and time.monotonic() - started > limit:
            break
        await asyncio.wait(students, timeout=0.5 if len(managers) < 4 else 2.0)
    for student in students:
        if student.done() and student.exception():
            raise student.exception()
    alive = [await manager.is_alive() for manager in managers]
    return {
        "each": statistics.median(peaks) / 1e6, "all": most / 1e6, "stopped": stopped, "dead": alive.count(False),
        "seconds": time.monotonic() - started,
    }  # fmt: skip


def pss(pid) -> float:
    """Bytes of a process's memory, what it shares divided among those who share it; resident bytes where that is not told."""
    try:
        process = psutil.Process(pid)
        full = process.memory_full_info()
        return float(getattr(full, "pss", 0) or full.rss)
    except psutil.Error:
        return 0.0
