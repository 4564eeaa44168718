"""One page per corpus: licence, address, checksum, and `prepare()` from its own layout into the course's."""
