"""The peer that Parley is compared with, if there is one: Matrix Synapse.

    SYNAPSE_PYTHON=/path/to/python make bench      a Python that has the package `matrix-synapse` installed

With SQLite, as it comes; rate limits, presence and federation off, warnings logged only. Each client is a person who
writes texts to a room of their own, in which a second person is, as in a direct chat. Nobody listens, which is kind to
Synapse.
"""
