"""The files that the documents name are there, and so are the documents they link to."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# A file or folder between backticks, by its path or by the end of it; no placeholders.
NAMED = re.compile(r"`([\w./-]+(?:\.(?:py|md|txt|html|toml)|/))`")
LINKED = re.compile(r"\]\(([\w./-]+)\)|src=\"([\w./-]+)\"")
NOT_OURS = {".git", ".venv", "var", "node_modules"}


def all_paths() -> list[str]:
    found = []
    for top in ROOT.iterdir():
        if top.name not in NOT_OURS:
            found += [top, *(top.rglob("*") if top.is_dir() else [])]
    return [f"/{path.relative_to(ROOT).as_posix()}{'/' if path.is_dir() else ''}" for path in found]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_document_names_exists(page: Path) -> None:
    paths = all_paths()
    # What begins with a slash is an address of the product, not a file.
    named = {name for name in NAMED.findall(page.read_text()) if not name.startswith("/")}
    missing = [
        name
        for name in sorted(named)
        if name.rstrip("/") not in NOT_OURS
        and not any(path.endswith(name if name.startswith(".") else f"/{name}") for path in paths)
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_document_links_to_exists(page: Path) -> None:
    links = {one or other for one, other in LINKED.findall(page.read_text())}
    assert [link for link in sorted(links) if not (page.parent / link).exists()] == []


def test_documents_do_name_files() -> None:
    assert len(NAMED.findall((ROOT / "docs" / "guide.md").read_text())) > 20
