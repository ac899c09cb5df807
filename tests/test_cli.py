"""The command line: help for everything, errors in sentences with the right exit code, and the same answer twice."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from lists import CHESS, CHOIR, GROUPS, command, environment, run, write

from asset_map.cli import cli, main
from asset_map.config import settings_table

Ran = tuple[int, str, str]
Run = Callable[..., Ran]
ASK = "loved catering, Blues fan, wants to meet people and get fit"


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command as the entry point does: (exit code, standard output, standard error)."""

    def go(*arguments: object, **settings: str) -> Ran:
        for name, value in environment(tmp_path / "home", **settings).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["asset-map", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return go


def commands(group: click.Group = cli, name: str = "asset-map") -> Iterator[tuple[str, click.Command]]:
    for key, one in group.commands.items():
        yield f"{name} {key}", one
        if isinstance(one, click.Group):
            yield from commands(one, f"{name} {key}")


# ---- help


@pytest.mark.parametrize(("name", "one"), list(commands()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_option_says_what_it_is_for(name: str, one: click.Command) -> None:
    assert one.help
    silent = [option.name for option in one.params if isinstance(option, click.Option) and not option.help]
    assert silent == []


def test_help_lists_every_command_and_every_setting(ask: Run) -> None:
    code, out, _ = ask("--help")
    assert code == 0
    assert all(f"  {name} " in out for name in cli.commands)
    assert all(name in out and about.split(".")[0] in " ".join(out.split()) for name, _, about in settings_table())


def test_no_command_shows_the_help(ask: Run) -> None:
    code, out, err = ask()
    assert code in (0, 2)
    assert "Usage: asset-map" in out + err


# ---- errors are sentences

WRONG = [
    (("match", "chess", "--near", "ZZ9 9ZZ"), 2, "ZZ9 9ZZ"),
    (("match", "chess", "--near", "M33 77ZZ"), 2, "'M33 77ZZ' is not a postcode"),
    (("match", "chess", "--near", "Atlantis"), 2, "“Atlantis” is not a place we know"),
    (("match", "  "), 2, "Nothing was asked"),
    (("match", "chess", "--reach", "near by"), 2, "is not a distance"),
    (("match", "chess", "--limit", "0"), 2, "with 0 matches: expected"),
    (("read", ""), 0, "Nothing was asked"),
    (("gaps", "--interest", "nonsense"), 4, "no interest term is called “nonsense”"),
    (("gaps", "--interest", "chess"), 4, "asset-map areas load"),
    (("undo", "7"), 4, "run 7 is not known"),
    (("undo", "seven"), 4, "'seven' is not the number of a run"),
    (("export", "--run", "7"), 4, "run 7 is not known"),
    (("merge", "a", "b"), 4, "no asset has the id"),
    (("split", "a", "b", "c"), 4, "no asset has the id"),
    (("load", "nowhere.csv"), 3, "nowhere.csv"),
    (
        ("areas", "load", "nowhere.geojson", "--kind", "a", "--edition", "2025", "--code", "c", "--name", "n"),
        3,
        "nowhere",
    ),
    (("areas", "profile", "nowhere.csv"), 2, "asset-map areas load"),
    (("load",), 2, "FILES"),
    (("fly",), 2, "No such command"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), WRONG, ids=[" ".join(one[0]) for one in WRONG])
def test_an_error_is_a_sentence_on_standard_error_with_its_exit_code(
    ask: Run, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended, out, err = ask(*arguments)
    assert (ended, said in err, "Traceback" in err) == (code, True, False), err
    assert "Traceback" not in out


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"ASSET_MAP_LOAD_WAIT_S": "soon"}, "ASSET_MAP_LOAD_WAIT_S='soon'"),
        ({"ASSET_MAP_WORKERS_VIEW": "perhaps"}, "ASSET_MAP_WORKERS_VIEW='perhaps'"),
        ({"ASSET_MAP_EMBEDDER": "/no/such/folder"}, "/no/such/folder"),
        ({"ASSET_MAP_HOME": "/dev/null/home"}, "/dev/null/home"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(ask: Run, settings: dict[str, str], said: str) -> None:
    embedder = settings.pop("ASSET_MAP_EMBEDDER", "none")
    code, _, err = ask("match", "chess", embedder=embedder, **settings)
    assert (code, said in err) == (2, True), err


def test_a_store_that_is_none_is_named(ask: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "store.db").write_text("This is a shopping list, not a database." * 50)
    code, _, err = ask("runs")
    assert (code, "cannot be used" in err) == (2, True), err


def test_in_a_process_of_its_own_an_error_is_a_sentence_too(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "match", "chess", "--near", "M33 77ZZ")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == "'M33 77ZZ' is not a postcode; expected one like 'M33 0AW'"


# ---- an empty store


@pytest.mark.parametrize("arguments", [("match", "chess", "--near", "M33"), ("export", "--json"), ("runs",)])
def test_an_empty_store_says_where_to_start(ask: Run, arguments: tuple[str, ...]) -> None:
    code, _, err = ask(*arguments)
    assert (code, "Start with: asset-map load FILE" in err) == (0, True), err


# ---- loading


def test_load_tells_every_row_to_fix_and_how_to_take_it_back(ask: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "groups.csv", [CHESS, (*CHOIR[:2], "HU1", "", "", ""), ("", "Nameless", "", "", "", "")])
    code, out, _ = ask("load", path)
    assert code == 0
    assert "2 new assets, 1 to fix" in out
    assert "row 3 of groups.csv: postcode 'HU1' is incomplete; expected one like 'HU1 1AA'" in out
    assert "row 4 of groups.csv: no name; give what it is called" in out
    assert "asset-map undo 1" in out
    assert ask("undo", "run-1")[:2] == (0, "Run run-1 is undone: 2 assets taken out, 0 worked out again.\n")
    assert "undone" in ask("runs")[1]


def test_a_good_file_beside_a_refused_one_is_loaded_and_the_exit_code_is_3(ask: Run, tmp_path: Path) -> None:
    bad = tmp_path / "empty.csv"
    bad.write_bytes(b"")
    code, out, err = ask("load", bad, write(tmp_path / "groups.csv"))
    assert (code, "3 new assets" in out, "empty.csv" in err) == (3, True, True)
    assert len(ask("export", "--json")[1].splitlines()) == 3


def test_a_refused_file_alone_makes_no_run(ask: Run, tmp_path: Path) -> None:
    bad = tmp_path / "empty.csv"
    bad.write_bytes(b"")
    code, out, _ = ask("load", bad)
    assert (code, "Nothing was stored" in out) == (3, True)
    assert ask("runs")[1] == ""


def test_a_preview_has_no_run_and_the_assets_as_export_writes_them(ask: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "groups.csv")
    shown: dict[str, Any] = json.loads(ask("load", path, "--preview", "--json")[1])
    assert (shown["run"], ask("export")[1]) == (None, "")
    ask("load", path)
    kept = [json.loads(line) for line in ask("export", "--json")[1].splitlines()]
    assert [list(asset) for asset in shown["assets"]] == [list(asset) for asset in kept]
    assert [asset["name"] for asset in shown["assets"]] == [asset["name"] for asset in kept]


def test_export_of_a_run_holds_its_assets_only(ask: Run, tmp_path: Path) -> None:
    ask("load", write(tmp_path / "groups.csv", [CHESS]))
    ask("load", write(tmp_path / "hub.csv", [CHOIR]))
    exported = [json.loads(line)["name"] for line in ask("export", "--run", "run-2")[1].splitlines()]
    assert exported == [CHOIR[0]]


# ---- the same ask twice


def test_the_same_ask_gives_the_same_bytes_in_every_process(sample_home: Path) -> None:
    answers = [
        run(sample_home, "match", ASK, "--near", "B29", "--reach", "5km", "--json", embedder="minilm") for _ in range(2)
    ]
    assert [answer.returncode for answer in answers] == [0, 0], answers[0].stderr
    assert answers[0].stdout == answers[1].stdout
    assert len(json.loads(answers[0].stdout)["matches"]) == 20


def test_words_alone_answer_too(ask: Run, tmp_path: Path) -> None:
    ask("load", write(tmp_path / "groups.csv", GROUPS))
    code, out, _ = ask("match", "singing and chess", "--near", "M33 7ZF")
    assert (code, f"1. {CHOIR[0]}" in out or f"1. {CHESS[0]}" in out) == (0, True)
    assert "You said “chess”: Chess and draughts (its name says “Chess”)" in out


def test_the_installed_command_is_the_entry_point() -> None:
    assert Path(command()[0]).exists()
