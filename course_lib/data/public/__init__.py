"""Real corpora, fetched safely: one command from an address to a whole corpus folder, or to nothing at all.

page.py       what a corpus page in data_scripts/ says          registry.py   finds the pages
plan.py       licence, size, time and room, told first           room.py       is there room, may one write
address.py    https and the hosts a page names                   progress.py   how far, how fast, how much longer
download.py   go on where it stopped, try again                  get.py        one file with the right checksum
sums.py       published sums, and those recorded at first fetch  extract.py    archives from strangers
decode.py     one recording to 16 kHz mono FLAC                  prepare.py    all of them, in parallel, resumable
splits.py     splits that cannot leak                            lock.py       one fetch of a corpus at a time
fetching.py   all of it in order                                 credits.py    what must be cited
answers.py    what a server means, and log-in pages
shelf.py      info, credits and removal of what is here
"""
