"""Tells the author of a canister where its code failed: the trap's text, and the way there in the debug log."""

from __future__ import annotations

from pathlib import Path
from types import FrameType, TracebackType
from typing import Final

from replica.execution.system_api import SystemApi

_HOST: Final = str(Path(__file__).parent)


def describe(error: BaseException) -> str:
    """The text of the trap: bare class name and message, as Kybra gives it."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # a class of the canister's whose own text fails
        return f"Attribute Error: '{type(error).__name__}' object has no attribute '__str__'"


def log_failure(error: BaseException, api: SystemApi) -> None:
    api.debug_print("\n".join([describe(error), *canister_frames(error.__traceback__)]))


def canister_frames(traceback: TracebackType | None) -> list[str]:
    """`path:line in function`, outermost first; the host's own frames have absolute paths and are left out."""
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if _is_canisters(code.co_filename):
            frames.append(f"  {code.co_filename}:{traceback.tb_lineno} in {code.co_name}")
        traceback = traceback.tb_next
    return frames


def bottom_function(frame: FrameType | None) -> str:
    """The name of the outermost function of canister code on the stack, up to where the host called it."""
    name = ""
    while frame is not None:
        code = frame.f_code
        if _is_canisters(code.co_filename):
            name = code.co_name
        elif name and code.co_filename.startswith(_HOST):
            break
        frame = frame.f_back
    return name


def _is_canisters(filename: str) -> bool:
    return not filename.startswith(("/", "<")) and ":" not in filename
