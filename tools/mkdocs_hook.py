"""Adds to the documentation the pages that follow from the code, whenever it is built."""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

# MkDocs loads this file by its path, and knows nothing of the folder that it stands in.
sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.handbook_pages import handbook_pages
from tools.language_page import PATH, language_page
from tools.mechanism_pages import mechanism_pages
from tools.problem_pages import problem_pages


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the reference of the language, handbooks, and a page for each problem and each mechanism."""
    for path, text in {
        PATH: language_page(),
        **problem_pages(),
        **handbook_pages(),
        **mechanism_pages(),
    }.items():
        files.append(File.generated(config, path, content=text))
    return files
