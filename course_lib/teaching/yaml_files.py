"""Files that authors write by hand, exercises and quizzes: read as YAML without objects, refused with file and place."""

from pathlib import Path

import yaml

from course_lib.errors import CourseError

LARGEST = 100_000  # bytes of a file


class YamlFile:
    """One file: its `content`, and `expect`, which refuses what an author wrote. `guide` is the page that shows how.

    Raises CourseError for a file that is missing, larger than LARGEST bytes, or not YAML.
    """

    def __init__(self, path, guide: str):
        self.path, self.guide = Path(path), guide
        if not self.path.is_file():
            there = ", ".join(sorted(file.stem for file in self.path.parent.glob("*.yaml"))) or "none"
            raise CourseError(f"expected the file {self.path.name}, got none; there are: {there}")
        self.expect(self.path.stat().st_size <= LARGEST, f"{LARGEST:,} bytes at most")
        try:
            # not CSafeLoader, which is faster and ends the process on deeply nested brackets
            self.content = yaml.safe_load(self.path.read_text(encoding="utf-8"))
        except (
            yaml.YAMLError,
            OSError,
            ValueError,
            RecursionError,
        ) as error:  # ValueError: not UTF-8, no such day
            raise CourseError(f"{self.path.name} is not YAML: {error}; {guide} shows how") from error

    def expect(self, condition: bool, what: str) -> None:
        """Raises CourseError with the file's name and what was expected, unless the condition holds."""
        if not condition:
            raise CourseError(f"{self.path.name}: expected {what}; {self.guide} shows how")


def is_text(value) -> bool:
    """Whether a value is a text that is not blank.

    >>> is_text("1025"), is_text(1025), is_text(" ")
    (True, False, False)
    """
    return isinstance(value, str) and bool(value.strip())
