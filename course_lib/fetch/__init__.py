"""Real corpora, fetched safely: one command from an address to a whole corpus folder, or to nothing at all."""
