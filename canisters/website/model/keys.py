"""Which keys a file may have, and under which other paths it is found.

`/index.html` is also `/`, `/about.html` is also `/about`, `/docs/index.html` is also `/docs` and `/docs/`. A file
stored under a path itself always wins over one that is only an alias of it.
"""

from canisters.lib.certified_http.paths import key_of_segments, segments_of_key

KEY_BYTES_MAX = 250
_PAGE = ".html"
_INDEX = "/index.html"
_LABELS_WITH_A_MEANING = ["<$>", "<*>"]


def key_problem(key: str) -> str | None:
    """What is wrong with a key, or None."""
    if not key.startswith("/") or len(key.encode()) > KEY_BYTES_MAX:
        return f"must start with / and have at most {KEY_BYTES_MAX} bytes"
    segments = segments_of_key(key)
    if key_of_segments(segments) != key or any(segment in _LABELS_WITH_A_MEANING for segment in segments):
        return "has a segment that no URL can name"
    if any(character < " " or character in "?#\\\x7f" for character in key):
        return "has a character that no URL can name"
    return None


def paths_of_key(key: str) -> list[str]:
    """Every path whose answer can depend on the file stored under `key`."""
    paths = [key]
    if key.endswith(_PAGE):
        paths.append(key[: -len(_PAGE)])
    if key.endswith(_INDEX):
        folder = key[: -len(_INDEX)]
        paths.append(folder + "/")
        if folder:
            paths.append(folder)
    return paths


def aliased_keys(path: str) -> list[str]:
    """The files that stand in for a path under which nothing is stored, best first."""
    if path.endswith("/"):
        return [path + _INDEX[1:]]
    return [path + _PAGE, path + _INDEX]


def is_page_path(path: str) -> bool:
    """Whether an unknown path may be a page of the client, which finds out in the browser what to show there."""
    return "." not in path.rpartition("/")[2]
