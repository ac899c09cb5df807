"""What the house rules say about the shape of the code and the words in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted(
    path
    for folder in ("asset_map", "tests", "benchmarks", "scripts")
    for path in (ROOT / folder).rglob("*.py")
    if "vendor" not in path.parts
)
BANNED_NAMES = {"utils", "helpers", "common", "manager", "base", "misc"}
BANNED_WORDS = re.compile(
    r"\b(problems?|deficits?|needs assessments?|(?<!Open )referrals?|triage|clients?|service users?|this case"
    r"|case management)\b",
    re.IGNORECASE,
)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    first = function.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 350
    long = [f"{f.name}: {body_lines(f)}" for f in functions(ast.parse(text)) if body_lines(f) > 30]
    assert not long
    assert path.stem not in BANNED_NAMES


def shown_texts() -> list[Path]:
    templates = (ROOT / "asset_map" / "web" / "templates").rglob("*.html")
    return sorted([*templates, *(ROOT / "docs").glob("*.md"), ROOT / "README.md"])


@pytest.mark.parametrize("path", shown_texts(), ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_and_docs_use_the_words_of_the_field(path: Path) -> None:
    found = BANNED_WORDS.findall(re.sub(r"`[^`]*`", "", path.read_text(encoding="utf-8")))
    assert not found


def messages(tree: ast.AST) -> Iterator[str]:
    """Texts with a space in them, other than docstrings: what people may come to read."""
    docs = {id(node.body[0].value) for node in ast.walk(tree) if hasattr(node, "body") and _opens_with_text(node)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docs
            and " " in node.value
        ):
            yield node.value


def _opens_with_text(node: ast.AST) -> bool:
    body = getattr(node, "body", None)
    return isinstance(body, list) and bool(body) and isinstance(body[0], ast.Expr)


@pytest.mark.parametrize("path", [p for p in CODE if "asset_map" in p.parts], ids=lambda path: path.name)
def test_messages_use_the_words_of_the_field(path: Path) -> None:
    found = [text for text in messages(ast.parse(path.read_text(encoding="utf-8"))) if BANNED_WORDS.search(text)]
    assert not found
