"""From the URL of a request to labels of the tree, as verifiers in gateways and browsers read it.

They decode percent signs, split at `/`, drop empty segments, and keep one empty segment at the end for a path that ends
with a slash. Serving must agree, or a right answer would carry a proof for another path.
"""

from urllib.parse import unquote

from canisters.lib.certified_http.folders import EXACT, WILDCARD, Path

FALLBACK_PATH: Path = (WILDCARD,)
SHOWN_SEGMENTS_MAX = 126
"""No file lies deeper: a key has at most 250 bytes."""


def segments_of_url(url: str) -> list[str]:
    """The decoded segments: `/` has one empty segment, `/dir/` has `dir` and an empty one."""
    return segments_of_key(unquote(url.split("#", 1)[0].split("?", 1)[0]))


def segments_of_key(key: str) -> list[str]:
    """The segments of a path that is not encoded."""
    segments = [segment for segment in key.split("/") if segment]
    return [*segments, ""] if key.endswith("/") or not segments else segments


def key_of_segments(segments: list[str]) -> str:
    return "/" + "/".join(segments)


def exact_path(segments: list[str]) -> Path:
    return (*_labels(segments), EXACT)


def fallback_paths(segments: list[str]) -> list[Path]:
    """What a witness must show so that the answer for everything else may be used for this request.

    The answer itself, and that nothing more specific exists: no exact entry for the path, and no wildcard at any folder
    on the way, written with or without a slash at its end. Where a folder is absent, so is all that would be below it;
    an endless path is therefore as good as its beginning, and costs no more.
    """
    shown = segments[:SHOWN_SEGMENTS_MAX]
    paths: list[Path] = [exact_path(shown), FALLBACK_PATH]
    folder = _labels(shown)
    while folder:
        paths.append((*folder, WILDCARD))
        folder = folder[:-1] if folder[-1] == b"" else (*folder[:-1], b"")
    return paths


def _labels(segments: list[str]) -> Path:
    return tuple(segment.encode() for segment in segments)
