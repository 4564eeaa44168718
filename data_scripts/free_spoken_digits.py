"""Free Spoken Digit Dataset: the digits 0 to 9 by six English speakers, 3,000 short recordings at 8 kHz.

Layout: `recordings/<digit>_<speaker>_<repetition>.wav`. The archive is packed anew by its server, so the sum is
that of the 3,000 recordings themselves (sha256 of the sorted `sha256sum recordings/*` list).
"""

from course_lib.data.public.dataset_spec import DatasetSpec, Licence, Part, Remote, Row
from course_lib.data.splits import share

COMMIT = "26eb9aaf76e81b692f806f9140c2d2777410d7a1"


def prepare(folder):
    """One row per recording. Digits are a word task: split by speaker (4 train, 1 valid, 1 test).

    The official rule (repetitions 0 to 4 test) has every speaker on both sides: it flatters whoever recognises
    digits, but is the one for telling the six speakers apart, so it stays as column `official_split`.
    """
    files = sorted(folder.rglob("recordings/*_*_*.wav"))
    speakers = sorted({file.stem.split("_")[1] for file in files}, key=share)
    parts = dict(zip(speakers, ["test", "valid"]))
    for file in files:
        digit, speaker, repetition = file.stem.split("_")
        yield Row(
            source=file,
            path=f"audio/{speaker}/{file.stem}.flac",
            speaker=speaker,
            label=digit,
            language="en",
            split=parts.get(speaker, "train"),
            session=speaker,
            extra={"repetition": repetition, "official_split": "test" if int(repetition) < 5 else "train"},
        )


PAGE = DatasetSpec(
    name="digits",
    aliases=("free_spoken_digits", "fsdd"),
    title="Free Spoken Digit Dataset",
    teaches="words of a small vocabulary; what a telephone's 8 kHz leaves out; a first task that trains in seconds.",
    home="https://github.com/Jakobovski/free-spoken-digit-dataset",
    licence=Licence("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/", copyleft=True),
    citation=f"Z. Jackson et al., Free Spoken Digit Dataset (FSDD), commit {COMMIT[:7]}",
    prepare=prepare,
    splits="by speaker (words); column official_split has the official rule, repetitions 0 to 4, for telling speakers apart.",
    parts=(
        Part(
            "all",
            (
                Remote(
                    f"https://github.com/Jakobovski/free-spoken-digit-dataset/archive/{COMMIT}.zip",
                    name=f"free-spoken-digits-{COMMIT[:7]}.zip",
                    hosts=("codeload.github.com",),
                ),
            ),
            tree="04e1baae96c6a26e39c623f2b01d0182ddae627ba0ac02a3cdc17ba2af99fd9b",
            tree_of="recordings",
        ),
    ),
)
