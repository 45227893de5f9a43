"""What only the operator may do with a running replica: everything below `/_/` but the health check.

    access.py      who is the operator: the token in the data directory, one-time links, sessions
    endpoints.py   the paths: JSON for the command line, pages for a browser
    dashboard.py   which page shows what
    html.py        how pages look

The operator is whoever can read the data directory. See docs/decisions/0016.
"""
