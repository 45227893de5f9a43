"""Kybra's own bundling code, run on a bundle folder, gathers exactly the files we do.

The wheel gathers modules with modulegraph, which needs Python 3.11 or older; on newer versions there is nothing to
compare with and the file holds no test.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from parley.bundler import write_bundle_folder
from parley.bundler.bundle import reached_sources
from tests.parley.bundler.conftest import Write

# The wheel's module runs the whole compiler when imported, so its functions are defined without the last line.
_GATHER = """
import os, pathlib, sys
sys.path.insert(0, os.getcwd())
import kybra
source = pathlib.Path(kybra.__file__).with_name("__main__.py").read_text()
functions = {"__name__": "gather"}
exec(source.rstrip().removesuffix("main()"), functions)
functions["bundle_python_code"]({
    "py_entry_file": "canisters/hello/main.py",
    "python_source": "out/python_source",
    "py_file_names_file": "out/files.csv",
    "custom_modules": os.path.dirname(kybra.__file__) + "/compiler/custom_modules",
})
"""

if sys.version_info < (3, 12):

    def test_kybra_gathers_the_same_files_from_a_bundle_folder(root: Path, tmp_path: Path, write: Write) -> None:
        write(
            {
                "canisters/lib/words.py": (
                    "import msgpack\nfrom kybra.canisters.management import management_canister\n\n"
                    "GREETING = str((msgpack, management_canister))\n"
                )
            }
        )
        folder = write_bundle_folder("hello", root, tmp_path / "build")
        (folder / "out").mkdir()

        command = [sys.executable, "-W", "ignore", "-c", _GATHER]
        subprocess.run(command, cwd=folder, env={}, check=True, timeout=60)

        analysed = {_relative(Path(name), folder) for name in (folder / "out/files.csv").read_text().split(",")}
        assert analysed == {file.path for file in reached_sources("hello", root)}
        frozen = folder / "out/python_source"
        assert (frozen / "main.py").is_file()
        assert (frozen / "canisters/lib/words.py").is_file()
        assert not (frozen / "canisters/lib/unused.py").exists()


def _relative(file: Path, folder: Path) -> str:
    """The path below the bundle folder or below the installed packages."""
    absolute = folder / file
    if absolute.is_relative_to(folder):
        return absolute.relative_to(folder).as_posix()
    parts = absolute.parts
    return "/".join(parts[parts.index("site-packages") + 1 :])
