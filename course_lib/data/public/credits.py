"""The cited licence travels with the recordings: a `credits.json` for programs and a `CREDITS.txt` for people.

Both lie in the corpus folder, so a copied folder keeps them. `figure_credit(corpus)` is the line under a figure.
"""

import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from course_lib.errors import DataError

NAME, TEXT = "credits.json", "CREDITS.txt"


@dataclass(frozen=True)
class Credit:
    """What a slide or a paper that uses a corpus must say of it."""

    title: str
    licence: str
    citation: str
    address: str = ""
    licence_address: str = ""
    noncommercial: bool = False
    copyleft: bool = False
    changes: str = ""

    def line(self) -> str:
        """Short enough to stand under a figure.

        >>> Credit("LibriSpeech", "CC BY 4.0", "V. Panayotov et al., ICASSP 2015", "openslr.org/12").line()
        'Data: LibriSpeech (CC BY 4.0), openslr.org/12'
        """
        return f"Data: {self.title} ({self.licence})" + (f", {self.address}" if self.address else "")

    def text(self) -> str:
        """The full credit, as it stands in CREDITS.txt and is shown before anything is fetched."""
        lines = [self.title, f"  Licence: {self.licence}  {self.licence_address}".rstrip()]
        if self.noncommercial:
            lines.append(
                "  NON-COMMERCIAL: nothing made from it, weights included, may be sold or used to earn money."
            )
        if self.copyleft:
            lines.append(
                "  COPYLEFT / SHARE-ALIKE: whatever you pass on that is made from it goes under the same terms."
            )
        lines += [f"  Cite:    {self.citation}"] + [f"  From:    {self.address}"] * bool(self.address)
        return "\n".join(lines + [f"  Changed: {self.changes}"] * bool(self.changes))


def from_page(page) -> Credit:
    """The credit of a corpus page, with what the course does to the recordings (CC BY asks to say so)."""
    licence = page.licence
    return Credit(
        page.title, licence.name, page.citation, page.home, licence.address, licence.noncommercial, licence.copyleft,
        "converted to mono 16-bit FLAC at 16 kHz",
    )  # fmt: skip


MADE = Credit(  # a corpus of synthetic voices
    title="synthetic voices",
    licence="made by the course with espeak-ng, GPL-3.0-or-later",
    citation="espeak-ng 1.52 (speech synthesiser), https://github.com/espeak-ng/espeak-ng",
    licence_address="https://www.gnu.org/licenses/gpl-3.0.html",
    changes="no recording of a person is in it; the licence is the synthesiser's, which is called and not copied",
)


def write_credits(folder, credit: Credit) -> None:
    """Put the credit into a corpus folder that is being made."""
    folder = Path(folder)
    (folder / NAME).write_text(json.dumps(asdict(credit), indent=1, ensure_ascii=False), encoding="utf-8")
    (folder / TEXT).write_text(credit.text() + "\n", encoding="utf-8")


def credit_of(folder) -> Credit:
    """The credit of a corpus folder: its credits.json, else what its README says, else DataError."""
    folder = Path(folder)
    if (folder / NAME).is_file():
        try:
            return Credit(**json.loads((folder / NAME).read_text(encoding="utf-8")))
        except (TypeError, ValueError) as error:
            raise DataError(f"{folder / NAME} is damaged ({error}); fetch or make the corpus again") from None
    from_readme = _from_readme(folder)
    if from_readme is None:
        raise DataError(
            f"{folder.name} says nowhere under which licence it may be used: expected a {NAME}, or a README.md with a "
            'line "- Licence: ...". Ask whoever recorded it before you pass anything on'
        )
    return from_readme


def figure_credit(corpus) -> str:
    """The line to show under a figure made from `corpus` (a Corpus, or a folder); "" where nothing is known."""
    try:
        return credit_of(corpus if isinstance(corpus, (str, Path)) else corpus.root).line()
    except DataError:
        return ""


def _from_readme(folder) -> Credit | None:
    """What a README says in the shape `# Title`, `- Licence: ...`, `... Cite: ...`, as the ready sets do."""
    try:
        text = (folder / "README.md").read_text(encoding="utf-8")
    except OSError:
        return None
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    if title and title[1].startswith("synthetic") and "espeak-ng" in text:
        return replace(MADE, title=title[1].strip())
    licence = re.search(r"^- Licen[cs]e: (.+)$", text, re.MULTILINE)
    if licence is None:
        return None
    cite = re.search(r"Cite: (.+)$", text, re.MULTILINE)
    home = re.search(r"^- Official home and citation: (.+?)\.? Cite:", text, re.MULTILINE)
    terms = licence[1].strip()
    return Credit(
        title=title[1].strip() if title else folder.name,
        licence=_short(terms),
        citation=cite[1].strip() if cite else "see README.md in the corpus folder",
        address=home[1].strip() if home else "",
        noncommercial=bool(re.search(r"non-commercial|\bNC\b|BY-NC", terms, re.IGNORECASE)),
        copyleft=bool(re.search(r"GPL|General Public|share-?alike|BY-SA|copyleft", terms, re.IGNORECASE)),
    )


def _short(terms: str) -> str:
    """The licence's own name out of a sentence about it.

    >>> _short("AMI Meeting Corpus: CC BY 4.0. The origin does not name AMI."), _short("CC BY-NC 3.0 for ESC-50: NON")
    ('CC BY 4.0', 'CC BY-NC 3.0')
    """
    named = re.search(r"CC BY(?:-[A-Z]{2})* \d\.\d|CC0|GNU General Public License[^(;.]*|GPL[^(;.]*", terms)
    return named[0].strip() if named else terms.split(". ")[0][:80]
