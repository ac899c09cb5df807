"""Settings: with none set everything runs; a wrong one names itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from asset_map.config import read_settings, settings_table
from asset_map.errors import BadSetting


def test_with_no_settings_everything_has_a_default() -> None:
    settings = read_settings({})
    assert settings.home == Path("var")
    assert settings.embedder == "minilm"
    assert settings.workers_view is False


def test_settings_are_read_from_the_mapping_that_is_passed() -> None:
    settings = read_settings({"ASSET_MAP_HOME": "/srv/assets", "ASSET_MAP_WORKERS_VIEW": "1", "OTHER": "x"})
    assert settings.home == Path("/srv/assets")
    assert settings.workers_view is True


@pytest.mark.parametrize(("name", "value"), [("ASSET_MAP_WORKERS_VIEW", "maybe"), ("ASSET_MAP_LOAD_WAIT_S", "long")])
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"{name}='{value}': expected"):
        read_settings({name: value})


def test_every_setting_has_a_line_of_help() -> None:
    assert all(name.startswith("ASSET_MAP_") and text.endswith(".") for name, _, text in settings_table())
