"""Which corpora can be fetched: every page in `data_scripts/`, found by looking, so a new page needs no list."""

import difflib
import importlib
import pkgutil
from functools import cache

from course_lib.data.public.dataset_spec import DatasetSpec
from course_lib.errors import DataError


@cache
def pages() -> dict[str, DatasetSpec]:
    """Every page by its name: the PAGE of each file in data_scripts/."""
    import data_scripts

    found = {}
    for module in pkgutil.iter_modules(data_scripts.__path__):
        page = getattr(importlib.import_module(f"data_scripts.{module.name}"), "PAGE", None)
        if isinstance(page, DatasetSpec):
            found[page.name] = page
    return found


def page_of(name: str) -> DatasetSpec:
    """The page of that name or alias. DataError with the nearest name for an unknown one.

    >>> page_of("librispeech").title
    'LibriSpeech'
    """
    names = {}
    for page in pages().values():
        names |= dict.fromkeys((page.name, *page.aliases), page)
    if name in names:
        return names[name]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise DataError(
        f"no corpus {name!r} to fetch; {hint}There are: {', '.join(pages())}. `course data list` shows what is here"
    )


def page_of_folder(name: str) -> tuple[DatasetSpec, str] | None:
    """(page, part) whose folder is called `name`, or None: "librispeech-test-clean" is a part of a page."""
    for page in pages().values():
        for part in page.parts:
            if page.folder_name(part.name) == name:
                return page, part.name
        if not page.parts and page.name == name:
            return page, ""
    return None
