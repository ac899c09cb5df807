"""What the docs promise is there: commands, settings, and every key of every form of JSON."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from lists import run

from asset_map.cli import cli
from asset_map.config import settings_table
from asset_map.directory.as_json import FORMS

ROOT = Path(__file__).parent.parent
DOCS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
ASK = "loved catering and singing, zorbing, for a carer, free, not Tuesdays"


def blocks(path: Path) -> str:
    return "\n".join(re.findall(r"^```[a-z]*\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))


def shown_commands() -> Iterator[tuple[str, str]]:
    """Every command line that a document shows, with the document's name."""
    for path in DOCS:
        if path.name == "cli.md":
            continue  # Written from the commands themselves.
        for line in blocks(path).splitlines():
            found = re.match(r"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?asset-map (.+)", line.strip())
            if found:
                yield path.name, found[1]


@pytest.mark.parametrize(("document", "line"), sorted(set(shown_commands())))
def test_every_command_that_a_document_shows_can_be_run(document: str, line: str) -> None:
    group: click.Command = cli
    arguments = shlex.split(line, comments=True)
    while isinstance(group, click.Group):
        group = group.commands[arguments.pop(0)]
    group.make_context("asset-map", arguments)


def test_every_make_target_that_a_document_shows_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = {name for path in DOCS for name in re.findall(r"\bmake ([a-z]+)\b", blocks(path))}
    assert shown
    assert shown <= targets


def test_every_file_that_a_document_links_to_is_there() -> None:
    links = [
        (path, link)
        for path in [*DOCS, ROOT / "ARCHITECTURE.md"]
        for link in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
        if not link.startswith(("http", "mailto"))
    ]
    assert [f"{path.name}: {link}" for path, link in links if not (path.parent / link).exists()] == []


def test_every_command_and_setting_is_documented() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name in cli.commands:
        assert f"## asset-map {name}" in text
    for name, _, about in settings_table():
        assert f"`{name}`" in text
        assert about in text


def test_the_generated_docs_are_those_of_the_code() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "build_docs.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


# ---- every form of JSON


def keys_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for one in value.values() for key in keys_in(one)}
    return {key for one in value for key in keys_in(one)} if isinstance(value, list) else set()


WHAT_IF = ("what-if", "--interest", "growing_food", "--area-kind", "lsoa")


@pytest.fixture(scope="module")
def answers(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each command with --json writes, on the sample."""
    folder = tmp_path_factory.mktemp("forms")
    (folder / "empty.csv").write_bytes(b"")
    rows = "Name,Postcode,Cost\nRiverside Chess Club,WR1 2PA,£3\nRiverside Chess Clubbers,WR1 2PA,\n,WR1,\n"
    (folder / "groups.csv").write_text(rows)
    shown = run(folder / "home", "load", "--json", "--preview", folder / "empty.csv", folder / "groups.csv")
    run(folder / "home", "load", folder / "groups.csv")
    (folder / "places.csv").write_text("Name,Postcode\nA new plot,WR3 8LH\n")
    told = {
        "export --json": run(sample_home, "export", "--json"),
        "read --json": run(folder / "home", "read", ASK, "--json"),
        "match --json": run(folder / "home", "match", "chess, zorbing, free", "--near", "WR1", "--json"),
        "gaps --json": run(sample_home, "gaps", "--interest", "growing_food", "--json"),
        "what-if --json": run(sample_home, *WHAT_IF, "--places", folder / "places.csv", "--json"),
        "areas buildings --json": run(sample_home, "areas", "buildings", "--json"),
        "unmet list --json": run(sample_home, "unmet", "list", "--json"),
    }
    assert {name: done.stderr for name, done in told.items() if done.returncode} == {}
    read = {name: [json.loads(line) for line in done.stdout.splitlines()] for name, done in told.items()}
    for more in (("--best", "2"), ("--tenth", "primary school")):
        read["what-if --json"].append(json.loads(run(sample_home, *WHAT_IF, *more, "--json").stdout))
    return read | {"load --json": [json.loads(shown.stdout)]}


@pytest.mark.parametrize(("name", "about", "form"), FORMS, ids=[form[0] for form in FORMS])
def test_every_documented_key_is_in_the_json(answers: dict[str, Any], name: str, about: str, form: str) -> None:
    documented = set(re.findall(r'"(\w+)"(?!\|)', re.sub(r'"\w+(\|\w+)+"', "", form)))
    assert documented
    assert documented - keys_in(answers[name]) == set()


@pytest.mark.parametrize("name", [form[0] for form in FORMS if form[0] != "export --json"])
def test_every_key_of_the_json_is_documented(answers: dict[str, Any], name: str) -> None:
    texts = {form: f"{about} {keys}" for form, about, keys in FORMS}
    told = " ".join(texts.values()) if name in WITH_OTHERS else texts[name]
    assert {key for key in keys_in(answers[name]) if f'"{key}"' not in told and f"`{key}`" not in told} <= UNTOLD


WITH_OTHERS = ("match --json", "load --json", "what-if --json", "areas buildings --json")
"""Those in which parts appear whose form is told elsewhere."""
UNTOLD = {"uprn", "alternate_name", "eligibility_description", "timezone", "until", "dtstart", "bymonth"}
"""Parts of an asset that follow Open Referral UK and need no words of ours."""
