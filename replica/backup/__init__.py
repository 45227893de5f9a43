"""Backups: one file with everything that a data directory holds, taken while the replica runs.

    archive.py   the file: a tar with a manifest in front, checked whole before anything of it is used
    saving.py    from a directory to a file
    restoring.py from a file to a new directory

Digests find damage, not malice: a backup carries code that the replica will run, so restore only your own.
"""

from replica.backup.archive import BackupError, Manifest, verify
from replica.backup.restoring import restore
from replica.backup.saving import save

__all__ = ["BackupError", "Manifest", "restore", "save", "verify"]
