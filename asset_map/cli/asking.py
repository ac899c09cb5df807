"""Commands that ask: read, match, terms."""

from __future__ import annotations

import click

from asset_map.cli.opening import Distance, echo_json, open_directory, say_if_empty, settings
from asset_map.config import data_folder
from asset_map.directory import read_ask_without_store
from asset_map.directory.as_json import chip_json, matches_json
from asset_map.errors import BadFacts
from asset_map.match import Chip, Matches
from asset_map.taxonomy import Taxonomy, check_terms, load_taxonomy


@click.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="The chips as JSON.")
def read(text: str, as_json: bool) -> None:
    """Show how an ask is understood. Needs no store."""
    chips = read_ask_without_store(settings(), text)
    if as_json:
        echo_json({"chips": [chip_json(chip) for chip in chips]})
        return
    say_chips(chips, load_taxonomy(data_folder() / "interests"))
    if not chips:
        click.echo("Nothing was asked. Say what they enjoy, such as “gardening” or “I miss singing”.", err=True)


@click.command()
@click.argument("text")
@click.option("--near", default="", help="A postcode, a part of one, or a town.")
@click.option("--reach", "reach_m", type=Distance(), default="5km", show_default=True, help="How far to look.")
@click.option("--limit", default=20, show_default=True, help="How many matches at most.")
@click.option("--workers", is_flag=True, help="With what is for workers only.")
@click.option("--json", "as_json", is_flag=True, help="Chips, matches and what was left out, as JSON.")
def match(text: str, near: str, reach_m: float, limit: int, workers: bool, as_json: bool) -> None:
    """Match an ask, in the person's own words, with assets nearby, and say why.

    \b
    asset-map match "loved catering, Blues fan, wants to meet people and get fit" --near B29 --reach 5km
    """
    with open_directory() as directory:
        directory.catch_up()
        found = directory.match(text, near, reach_m, limit=limit, workers=workers)
        if as_json:
            echo_json(matches_json(found))
            return
        if directory.crisis(text):
            click.echo("If somebody is in danger: 999. NHS 111, option 2. Samaritans 116 123.\n")
        say_chips(found.ask.chips, directory.taxonomy)
        say_matches(found)
        if not found.matches:
            say_if_empty(directory)


def say_chips(chips: tuple[Chip, ...], taxonomy: Taxonomy) -> None:
    """One line a chip: its kind, its words, and how they are read."""
    for chip in chips:
        labels = [taxonomy.terms[r.id].label for r in chip.terms[:3] if r.id in taxonomy.terms]
        said = f" → {' / '.join(labels)}" if labels else f" → {chip.value}" if chip.value else ""
        click.echo(f"[{chip.kind}] {chip.words}{said}")
    if chips:
        click.echo()


def say_matches(found: Matches) -> None:
    """The matches with their reasons and unknowns; what was left out; what to try where there is nothing."""
    for notice in found.notices:
        click.echo(notice)
    for number, one in enumerate(found.matches, 1):
        click.echo(f"{number}. {one.asset.name}{'  (might fit)' if one.might_fit else ''}")
        for reason in one.reasons:
            click.echo(f"     {reason.text}")
        for unknown in one.unknowns:
            click.echo(f"     ? {unknown}")
    for item in found.left_out:
        click.echo(f"Left out: {item.count}, {item.why}.")
    if not found.matches and not found.notices:
        click.echo("Nothing found. Say what they enjoy or are good at, or try a wider --reach.")


@click.group()
def terms() -> None:
    """The interest terms: what people like to do, in their own words."""


@terms.command("check")
def terms_check() -> None:
    """Check that the files of interest terms are sound."""
    found = check_terms(data_folder() / "interests")
    for line in found:
        click.echo(line)
    if found:
        raise BadFacts(f"{len(found)} things to put right in data/interests/")
    click.echo("The interest terms are sound.")


@terms.command("list")
def terms_list() -> None:
    """List every interest term: id and label."""
    taxonomy = load_taxonomy(data_folder() / "interests")
    for term in sorted(taxonomy.terms.values(), key=lambda term: term.id):
        click.echo(f"{term.id:<28} {term.label}")
