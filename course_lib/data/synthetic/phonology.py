"""English in several accents: espeak-ng's own varieties, and rules for how speakers of other languages say it.

An accent of a second language is made as phonology describes it: sounds that the first language lacks are
replaced by its nearest (`replace`), and syllables take more even lengths (`stressLength`). These are
caricatures by rule, not recordings of anybody. Ref: Wells 1982, Accents of English; Swan & Smith 2001,
Learner English (which sounds speakers of which language replace).
"""

from functools import cache

from course_lib.data.synthetic.espeak import language_file
from course_lib.errors import AudioError

EVEN = "stressLength 190 190 190 190 0 0 200 210"  # syllables of like length, as in French or Spanish
VARIETIES = (
    "en-us",
    "en-us-nyc",
    "en-gb-x-rp",
    "en-gb-scotland",
    "en-gb-x-gbclan",
    "en-gb-x-gbcwmd",
    "en-029",
)
RULES = {  # base variety, then what changes; `replace 0 old new` speaks one phoneme as another
    "german-like": ("en-gb-x-rp", "T s", "D z", "w v", "V a"),
    "french-like": ("en-gb-x-rp", EVEN, "T s", "D z", "I i:", "h NULL", "tS S", "dZ Z", "r R"),
    "spanish-like": ("en-us", EVEN, "I i:", "z s", "v b", "S tS", "V a", "Z dZ"),
    "russian-like": ("en-us", "T s", "D z", "w v", "h x", "I i:", "N n"),
    "indian-like": ("en-gb-x-rp", EVEN, "T t[", "D d[", "w v", "Z dZ"),
}
ACCENTS = {name: name for name in VARIETIES} | {name: base for name, (base, *_) in RULES.items()}
RAINBOW = "When the sunlight strikes raindrops in the air, they act as a prism and form a rainbow."


@cache
def dialect(accent):
    """The espeak-ng language file of an accent. AudioError for one that is not in ACCENTS."""
    if accent not in ACCENTS:
        raise AudioError(f"there is no accent {accent!r}; choose one of {', '.join(ACCENTS)}")
    text = language_file(ACCENTS[accent])
    for rule in RULES.get(accent, ("",))[1:]:
        text += f"\n{rule}" if rule.startswith("stress") else f"\nreplace 0 {rule}"
    return text + "\n"
