"""Real corpora, fetched safely: one command from an address to a whole corpus folder, or to nothing at all.

dataset_spec.py  what a corpus page in data_scripts/ says       registry.py    finds the pages
plan.py          licence, size, time and disk space, told first  disk_space.py  is there room, may one write
address.py       https and the hosts a page names               progress.py    how far, how fast, how much longer
download.py      go on where it stopped, try again              get.py         one file with the right checksum
checksums.py     published sums, and those of the first fetch   extract.py     archives from strangers
prepare.py       all recordings, in parallel, resumable         lock.py        one fetch of a corpus at a time
fetching.py      all of it in order                             credits.py     what must be cited
http_errors.py   what a server means, and log-in pages          weights.py     weights of a published network
inventory.py     info, credits and removal of what is here       amounts.py     amounts in words
"""
