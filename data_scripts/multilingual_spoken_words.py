"""Multilingual Spoken Words, micro-set: some 50 words of English and Spanish by thousands of Common Voice speakers.

Layout: `<language>/clips/<word>/<clip>.opus` (48 kHz) and `<language>/<language>_splits.csv` with the columns
SET, LINK, WORD, VALID, SPEAKER, GENDER, where LINK is `<word>/<clip>.opus`.
"""

import csv
from pathlib import PurePosixPath

from course_lib.data.public.dataset_spec import DatasetSpec, Licence, Part, Remote, Row
from course_lib.data.splits import draw
from course_lib.errors import DataError

UNKNOWN = {"", "na", "nan", "none", "unknown"}


def prepare(folder):
    """One row per validated clip, split by speaker; clips of unknown speakers have no split, as they may be anybody's."""
    tables = sorted(folder.rglob("*_splits.csv"))
    if not tables:
        raise DataError(f"expected <language>/<language>_splits.csv, found none below {folder}")
    for table in tables:
        language = table.name.split("_")[0]
        with open(table, newline="", encoding="utf-8") as file:
            for line in csv.DictReader(file):
                if line["VALID"].strip().lower() == "false":
                    continue
                known = line["SPEAKER"].strip().lower() not in UNKNOWN
                speaker = line["SPEAKER"].strip()[:16] if known else ""
                clip = PurePosixPath(line["LINK"])
                yield Row(
                    source=table.parent / "clips" / line["LINK"],
                    path=f"audio/{language}/{line['WORD']}/{clip.stem}.flac",
                    speaker=speaker,
                    label=line["WORD"],
                    language=language,
                    split=draw(speaker) if known else "",
                    session=speaker or clip.stem,
                    extra={"gender": line["GENDER"], "official_split": line["SET"].lower()},
                )


PAGE = DatasetSpec(
    name="spoken_words",
    aliases=("multilingual_spoken_words", "mswc"),
    title="Multilingual Spoken Words (micro-set)",
    teaches="an embedding of words in more than one language; a new word from a few examples, in a new language too.",
    home="https://mlcommons.org/datasets/multilingual-spoken-words/",
    licence=Licence("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    citation=(
        "M. Mazumder, S. Chitlangia, C. Banbury et al., Multilingual Spoken Words Corpus, NeurIPS 2021 Datasets and "
        "Benchmarks"
    ),
    prepare=prepare,
    splits="by speaker, also across words and languages; column official_split has the official one.",
    parts=(
        Part(
            "microset",
            (Remote("https://mswc.mlcommons-storage.org/mswc_microset.tar.gz"),),
            note="English and Spanish.",
        ),
    ),
)
