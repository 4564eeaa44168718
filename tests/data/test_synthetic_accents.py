"""Accents: one sentence, several ways; every rule that an accent claims is one that can be heard."""

import numpy as np
import pytest

from course_lib.data.synthetic import ACCENTS, Voice, accents, speak
from course_lib.data.synthetic.espeak import language_file, utter
from course_lib.data.synthetic.phonology import RULES, dialect
from course_lib.errors import AudioError

EVERY_SOUND = "Think this very water ship zoo church judge red garage singing hat cup long vision butter did."


def test_every_accent_reads_the_sentence_its_own_way():
    read = accents()
    assert set(read) == set(ACCENTS) and len(ACCENTS) >= 10
    waves = list(read.values())
    for number, wave in enumerate(waves):
        assert wave.dtype == np.float32 and 3 < len(wave) / 16000 < 8
        for other in waves[number + 1 :]:
            assert len(wave) != len(other) or not np.array_equal(wave, other)


@pytest.mark.parametrize("accent, rule", [(accent, rule) for accent in RULES for rule in RULES[accent][1:]])
def test_every_rule_changes_the_sound_and_deletes_nothing_by_mistake(accent, rule):
    base = language_file(RULES[accent][0])
    said = [utter(EVERY_SOUND, dialect=base)]
    if rule.startswith("stress"):
        said.append(utter(EVERY_SOUND, dialect=f"{base}\n{rule}\n"))
    else:
        said.append(utter(EVERY_SOUND, dialect=f"{base}\nreplace 0 {rule}\n"))
        if not rule.endswith("NULL"):  # an unknown new sound is silently dropped by espeak-ng
            said.append(utter(EVERY_SOUND, dialect=f"{base}\nreplace 0 {rule.split()[0]} NULL\n"))
    for number, wave in enumerate(said):
        for other in said[number + 1 :]:
            assert len(wave) != len(other) or not np.array_equal(wave, other)


def test_an_accent_is_the_voice_s_and_not_another_throat():
    """The same vowel in two accents of one voice: like formants, so like energy below 1 kHz."""

    def share(accent):
        power = np.abs(np.fft.rfft(speak("ah, ah, ah", voice=Voice(accent=accent)))) ** 2
        return power[: len(power) // 8].sum() / power.sum()

    assert abs(share("en-us") - share("german-like")) < 0.1


def test_unknown_accents_are_named():
    with pytest.raises(AudioError, match="choose one of en-us"):
        dialect("martian-like")
    with pytest.raises(AudioError, match="speaks no 'martian-like'"):
        accents("hello", names=["martian-like"])
