"""Common words of twelve languages, each word in one language only, so that a word is a label.

The order matters: in a corpus of n words a language, the last ones are kept as new words (see words.py).
"""

from course_lib.errors import DataError

UNSEEN = ("sv", "tr", "ru")  # kept as languages that a base network never hears
WORDS = {  # language: words of about two syllables, in the language's own spelling
    "en": "water window garden morning yellow seven mother paper river table winter doctor happy circle money bottle",
    "de": "Fenster Straße sieben Mutter Schule Apfel Kirche Wasser Garten Blume Zucker Brücke Vogel Freundin Abend Löffel",
    "fr": "fenêtre jardin matin jaune maison fromage rivière école chaise hiver pomme argent voiture oiseau bonjour cheval",
    "es": "ventana jardín mañana amarillo siete madre agua manzana dinero coche pájaro escuela iglesia cuchara abuela hermano",
    "it": "finestra giardino mattina giallo sette acqua fiume tavolo inverno soldi uccello chiesa cucina fratello zucchero ponte",
    "nl": "tuin ochtend zeven moeder fiets straat keuken stoel brood vriendin sneeuw huis vrijdag schapen lepel bloemen",
    "ca": "jardí groc aigua taula hivern poma diners cotxe ocell cadira ciutat pluja gràcies germana cullera dissabte",
    "pt": "janela manhã cadeira maçã dinheiro pássaro coração trabalho chuva cidade obrigado igreja irmão colher sábado avó",
    "pl": "okno ogród poranek siedem matka rzeka szkoła krzesło jabłko samochód pieniądze woda chleb ptak niedziela babcia",
    "sv": "fönster trädgård vatten skola äpple pengar fågel kyrka hjärta morgonen syster nyckel lördag bröder sommar flicka",
    "tr": "pencere bahçe sabah sarı yedi nehir ekmek arkadaş okul elma araba güneş kapı teşekkür çocuk yağmur",
    "ru": "окно утро жёлтый вода река школа зима яблоко деньги машина птица сердце солнце книга сестра суббота",
}


def word_list(language, count):
    """The first `count` words of a language. DataError for a language or a number that is not there."""
    if language not in WORDS:
        raise DataError(f"there are no words of {language!r}; choose among {', '.join(WORDS)}")
    words = WORDS[language].split()
    if not 1 <= count <= len(words):
        raise DataError(f"expected 1 to {len(words)} words a language, got {count}")
    return words[:count]
