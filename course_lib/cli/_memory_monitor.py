"""How much memory the programs that this one starts use at most, measured from outside while they run."""

import contextlib
from pathlib import Path

import psutil


class Watch:
    """The largest resident memory, in bytes, that all descendants of this process had together.

    `look()` takes one sample; call it every few hundredths of a second. A peak between two looks is not missed for
    a single process where the system keeps its high-water mark (Linux: VmHWM; Windows: peak_wset).
    """

    def __init__(self):
        self.peak = 0
        self._earlier = {process.pid for process in psutil.Process().children(recursive=True)}

    def processes(self) -> list:
        """The descendants that were started after this watch was."""
        found = psutil.Process().children(recursive=True)
        return [process for process in found if process.pid not in self._earlier]

    def look(self) -> int:
        """Sample once; returns the bytes resident now."""
        now = largest = 0
        for process in self.processes():
            with contextlib.suppress(psutil.Error, OSError):
                now += process.memory_info().rss
                largest = max(largest, high_water(process))
        self.peak = max(self.peak, now, largest)
        return now

    def end_all(self):
        """End the descendants that are still there, and wait until they are gone."""
        processes = self.processes()
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(processes, timeout=5)


def high_water(process) -> int:
    """The most bytes that one process ever had resident, or 0 where the system does not tell."""
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return getattr(process.memory_info(), "peak_wset", 0)
