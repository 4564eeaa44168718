"""Plain English sentences without end, from a small grammar of our own: the same seed, the same sentences."""

WHO = """the teacher|my sister|our neighbour|the old captain|a tired doctor|the new driver|her uncle|the quiet boy
|their daughter|the baker|a young singer|his brother|the farmer|some children|the judge|my cousin|the gardener
|a good friend|the painter|our guide|the tall woman|the woman next door|a man in blue|the girl upstairs"""
DID = """brought|found|painted|repaired|carried|forgot|bought|sold|cleaned|watched|borrowed|described|measured
|lifted|opened|dropped|collected|counted|remembered|moved|washed|chose|kept|lost|shared"""
WHAT = """a wooden chair|the yellow boat|seven green bottles|an old radio|the heavy door|fresh bread|the empty jar
|two small dogs|the kitchen window|a pair of shoes|the broken clock|some warm soup|a letter|the garden path
|three silver spoons|a map of the city|the long rope|a piece of cheese|the piano|a thick jacket|an umbrella
|five paper birds|a jug of cold water|the house keys|a box of oranges"""
WHERE = """near the river|behind the school|at the station|on the hill|in the village|beside the church
|under the bridge|in the north|by the lake|across the road|at the market|in the old town|along the coast"""
WHEN = """this morning|on Thursday|last winter|before lunch|yesterday|after the rain|in July|every evening
|at six o'clock|during the holidays|one day in spring|just before dark"""
SLOTS = {"who": WHO, "did": DID, "what": WHAT, "where": WHERE, "when": WHEN}
SLOTS = {slot: phrases.replace("\n", "").split("|") for slot, phrases in SLOTS.items()}
FRAMES = (
    "{who} {did} {what} {where}",
    "{when}, {who} {did} {what}",
    "{who} {did} {what} and {what2}",
    "{who} {did} {what} {where} {when}",
    "{who} {did} {what}, and {who2} {did2} {what2}",
    "{where}, {who} {did} {what} and {what2}",
)


def sentence(rng):
    """One sentence from a numpy random generator.

    >>> import numpy
    >>> sentence(numpy.random.default_rng(0)) == sentence(numpy.random.default_rng(0))
    True
    """
    filled = {}
    for slot, phrases in SLOTS.items():
        first, second = rng.choice(len(phrases), 2, replace=False)
        filled |= {slot: phrases[first], f"{slot}2": phrases[second]}
    text = str(rng.choice(FRAMES)).format(**filled)
    return text[0].upper() + text[1:] + "."
