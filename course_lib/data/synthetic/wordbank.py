"""A larger bank of common words, for a base network at the scale of the source: 760 words of nine languages.

The first words of a known language stand in wordlists.py; these follow them. A word is in one language only. Words to
train on and new words never mix: TRAINED, NOVEL and the lists of FOREIGN languages, which no base hears, are
disjoint. "one", "house", "marvin" and "learn" are in no list: real recordings of them are kept to test on.
Ref: Mazumder et al. 2021 (760 words trained on, 165 new words of the same languages in its picture).
"""

from course_lib.data.synthetic.wordlists import UNSEEN, WORDS

MORE = {
    "en": "yes no up down left right on off stop go people because before woman children country little always school music "
    "question number friday tomorrow never under together letter answer city story animal brother sister father "
    "family coffee dinner kitchen bedroom summer forest mountain island village market station ticket button "
    "pencil orange purple silver golden shoulder finger stomach weather thunder shadow engine bicycle airplane "
    "hundred thousand second minute weekend birthday present picture teacher student lawyer farmer soldier "
    "captain rabbit chicken monkey tiger butter sugar pepper potato tomato salad cotton leather "
    "basket ladder hammer needle pillow blanket mirror candle",
    "de": "Menschen immer wieder zwischen gestern heute morgen arbeiten sprechen Zeitung Bahnhof Flughafen Zimmer Küche "
    "Tochter Sohn Vater Bruder Schwester Freiheit Wahrheit Gesundheit Frühling Sommer Herbst Montag Dienstag "
    "Donnerstag Samstag hundert tausend zwanzig dreißig schwarz weiß grün braun schnell langsam kleine große "
    "richtig falsch vielleicht natürlich zusammen überall niemals Regierung Wirtschaft Gesellschaft Wissenschaft "
    "Geschichte Sprache Buchstabe Bleistift Papier Schlüssel Fahrrad Flugzeug Schiff Berg Insel Wald Himmel Sonne "
    "Sterne Wetter Regen Gewitter Kartoffel Tomate Zwiebel Käse Butterbrot Kuchen Kaffee Frühstück Teller "
    "Gabel Messer Tasse Flasche Spiegel Kerze Teppich Treppe Pferd Hund Katze Schwein Schmetterling Kaninchen",
    "fr": "toujours jamais aujourd'hui demain hier beaucoup pourquoi parce ensemble peut-être maintenant travailler parler "
    "manger homme femme enfant garçon fille frère soeur père famille ami semaine lundi mercredi jeudi "
    "vendredi samedi dimanche printemps été automne janvier février juillet août cinquante soixante mille rouge "
    "vert bleu noir blanc petit grand rapide facile difficile heureux malade santé liberté vérité musique histoire "
    "langue lettre crayon livre clé voisin rue quartier gare train avion bateau vélo montagne île forêt "
    "ciel soleil étoile pluie neige orage légume tomates oignon beurre gâteau café bouteille couteau fourchette "
    "assiette miroir bougie escalier chien chat cochon papillon lapin souris",
    "es": "siempre nunca ahora mañanas ayer mucho porque juntos quizás trabajar hablar comer hombre mujer niño muchacha "
    "hijo padre tía amigo semana lunes martes miércoles jueves viernes domingo primavera verano otoño invierno enero "
    "febrero julio cincuenta sesenta cien rojo verde azul negro blanco pequeño rápido fácil difícil feliz enfermo "
    "salud libertad verdad música historia lengua carta lápiz papel libro llave vecino calle barrio estación avión "
    "barco bicicleta montaña isla bosque sol estrella lluvia nieve tormenta verdura cebolla mantequilla pastel "
    "botella cuchillo tenedor plato espejo vela escalera perro gato cerdo mariposa conejo ratón caballo zapato "
    "camisa sombrero cabeza corazón mano rodilla",
    "it": "sempre mai adesso domani ieri molto perché insieme forse lavorare parlare mangiare uomo donna bambino ragazza "
    "figlio padri zio amico settimana lunedì martedì mercoledì giovedì venerdì sabato domenica primavere estate autunno "
    "gennaio febbraio luglio cinquanta sessanta cento rosso nero bianco piccolo veloce facili difficoltà felice malato "
    "salute libertà verità storia lingua lettera matita carte libri chiave vicino strada quartiere stazione treno "
    "aereo nave bicicletta monti isole foresta cielo sole stella pioggia neve temporale verdure cipolla burro torta "
    "bottiglia coltello forchetta piatto specchio candela scala cane gatto maiale farfalla coniglio topo cavallo scarpa "
    "camicia cappello testa cuore ginocchio",
    "nl": "altijd nooit vandaag morgenvroeg gisteren misschien waarom samen werken spreken eten mensen vrouw jongen "
    "meisje zoon dochter vader broer zus vriend maandag dinsdag woensdag donderdag zaterdag zondag lente zomer herfst "
    "januari februari juli vijftig zestig honderd duizend rood groen blauw zwart wit klein groot snel makkelijk "
    "moeilijk gelukkig ziek gezondheid vrijheid waarheid muziek geschiedenis taal brief potlood boek sleutel buurman "
    "trein vliegtuig schip heuvel eiland bos hemel zon ster onweer groente ui boter taart fles mes vork bord "
    "kaars trap hond kat varken vlinder konijn muis paard schoen hemd hoed hoofd hart knie vinger "
    "schouder aardappel suiker koffie ontbijt",
    "ca": "avui demà ahir potser perquè junts treballar menjar home dona nen noia fill pare mare germà "
    "amic setmana dilluns dimarts dimecres dijous divendres diumenge estiu tardor gener febrer juliol "
    "seixanta vermell verd blau negre ràpid feliç malalt salut llibertat veritat "
    "història llengua llapis llibre clau veí carrer barri estació avió vaixell muntanya illa bosc "
    "cel neu tempesta ceba mantega pastís ampolla ganivet forquilla plat mirall "
    "espelma escala gos gat porc papallona conill ratolí cavall sabata barret cap cor genoll "
    "dit espatlla patata sucre cafè esmorzar xocolata gelat finestres formatge ous peix",
    "pt": "hoje amanhã ontem talvez trabalhar falar homem mulher menino menina filho pai mãe "
    "amigos semanas segunda terça quarta quinta sexta domingos verão outono janeiro fevereiro julho "
    "cinquenta sessenta cem vermelho cinzento preto branco pequeno rápidos felicidade doente saúde liberdade verdade "
    "história língua lápis livro chave vizinho rua bairro estação avião barcos montanha ilha floresta "
    "céu estrelas tempestade verduras cebolas manteiga bolo garrafa faca garfo prato espelho "
    "escadas cachorro gatos porco borboleta coelho rato cavalo sapato chapéu cabeças joelho "
    "dedo ombro batatas açúcar sorvete queijo ovos peixe leite",
    "pl": "zawsze nigdy dzisiaj jutro wczoraj może razem pracować mówić jeść mężczyzna kobieta chłopiec dziewczyna "
    "syn córka ojciec brat siostra przyjaciel tydzień poniedziałek wtorek środa czwartek piątek sobota wiosna lato "
    "jesień zima styczeń luty lipiec pięćdziesiąt sto tysiąc czerwony zielony niebieski czarny biały mały szybko łatwy "
    "trudny szczęśliwy chory zdrowie wolność prawda muzyka język ołówek książka klucz sąsiad ulica "
    "dworzec pociąg samolot statek rower góra wyspa las niebo słońce gwiazda deszcz śnieg burza cebula masło ciasto "
    "butelka nóż widelec talerz lustro świeca schody pies kot świnia motyl królik mysz koń but koszula kapelusz głowa "
    "serce kolano palec ramię ziemniak cukier kawa śniadanie",
}
FOREIGN = {  # languages that no base hears
    "sv": "alltid aldrig idag imorgon tillsammans människa kvinna pojke dotter vecka",
    "tr": "bugün yarın birlikte kadın hafta kırmızı beyaz mutlu müzik kitap",
    "ru": "всегда завтра вместе женщина неделя красный белый музыка дорога поезд",
    "fi": "ikkuna puutarha vesi koulu talvi omena raha auto lintu sydän kirja sisar lauantai leipä ystävä sade kaupunki keittiö "
    "huomenna perhe",
    "hu": "ablak kert víz iskola alma pénz kocsi madár szív könyv nővér szombat kenyér barát eső város konyha holnap "
    "család kutya",
    "ro": "fereastră grădină apă școală iarnă măr bani mașină pasăre inimă scaun soră sâmbătă pâine prieten ploaie "
    "oraș bucătărie mâine familie",
    "el": "παράθυρο κήπος νερό σχολείο χειμώνας μήλο χρήματα αυτοκίνητο πουλί καρδιά βιβλίο αδελφή Σάββατο ψωμί φίλος "
    "βροχή πόλη κουζίνα αύριο οικογένεια",
    "id": "jendela kebun air sekolah musim apel uang mobil burung jantung buku saudara sabtu roti teman hujan kota dapur besok "
    "keluarga",
    "sw": "dirisha bustani maji shule baridi tunda pesa gari ndege moyo kitabu dada jumamosi mkate rafiki mvua mji jikoni "
    "kesho familia",
    "cs": "okna zahrada řeka škola jablka peníze auta ptáček srdce kniha sestra chléb přítel déšť město kuchyně zítra rodina "
    "pes strom",
}
FIRST = 7  # of wordlists.py: the first 7 of 10 are trained on in a corpus of ten words too; from the 8th on they are new
KNOWN = tuple(language for language in WORDS if language not in UNSEEN)


def trained_words(language):
    """The words of a known language that a base learns: 85 or 84 of each, 760 in all.

    >>> sum(len(trained_words(language)) for language in KNOWN)
    760
    """
    count = 85 if KNOWN.index(language) < 4 else 84
    return [*WORDS[language].split()[:FIRST], *MORE[language].split()[: count - FIRST]]


def novel_words(language):
    """Words that no base hears: 19 or 18 of each known language, 165 in all; 20 of each foreign one, 200 in all.

    >>> sum(len(novel_words(language)) for language in KNOWN), sum(len(novel_words(one)) for one in FOREIGN)
    (165, 200)
    """
    first = WORDS.get(language, "").split()
    if language in FOREIGN:
        return [*first[:10], *FOREIGN[language].split()][:20]
    new = 10 if KNOWN.index(language) < 3 else 9
    return [*first[FIRST:], *MORE[language].split()[-new:]]
