import re

import pytest


def links(response, start):
    return re.findall(rf'href="({start}[^"]*)"', response.text)


def names(response):
    return re.findall(r'class="am-card__name"><a[^>]*>([^<]+)</a>', response.text)


def test_the_front_door_asks_what_and_where(client, words):
    said = words(client.get("/"))
    assert "What would you like to do?" in said
    assert "Where are you?" in said


def test_an_example_fills_in_what(client):
    example = links(client.get("/"), r"/\?what=")[0]
    assert re.search(r'name="what" type="text" value="gardening"', client.get(example.replace("&amp;", "&")).text)


def test_something_is_found_with_how_far_when_and_why(client, words):
    response = client.get("/find?what=singing&where=WR3+7NJ")
    said = words(response)
    assert response.status_code == 200
    assert "Northwick Noteworthy Community Choir" in names(response)
    for part in ("minute’s walk", "Thursday", "Why it is here", "“singing”", "Confirmed"):
        assert part in said


def test_the_answer_is_the_same_every_time(client):
    first, second = (names(client.get("/find?what=gardening&where=B29+6LR&reach=25000")) for _ in range(2))
    assert first == second
    assert len(first) == len(set(first))


def test_show_more_is_a_link_and_keeps_what_was_shown(client):
    page = client.get("/find?what=meeting+people&where=WR1+2JN&reach=25000")
    more = [link.replace("&amp;", "&") for link in links(page, "/find") if "show=" in link]
    assert len(more) == 1
    longer = names(client.get(more[0]))
    assert len(longer) > len(names(page))


def test_an_unknown_postcode_says_so_at_the_field_and_keeps_what_was_typed(client, words):
    response = client.get("/find?what=bowls&where=ZZ99+9ZZ")
    assert response.status_code == 404
    assert "<title>Error: " in response.text
    assert 'href="#where"' in response.text
    assert re.search(r'id="where-error"', response.text)
    assert 'value="bowls"' in response.text
    assert 'value="ZZ99 9ZZ"' in response.text
    assert "There is something to put right" in words(response)


@pytest.mark.parametrize(
    ("query", "field"), [("what=&where=B29+6LR", "what"), ("what=bowls&where=", "where"), ("", "what")]
)
def test_an_empty_field_is_asked_for(client, query, field):
    response = client.get(f"/find?{query}")
    assert response.status_code == 400
    assert f'id="{field}-error"' in response.text


def test_nothing_in_reach_says_what_to_do_next(client, words):
    response = client.get("/find?what=singing&where=AB10+1AB&reach=1000")
    said = words(response)
    assert response.status_code == 200
    for part in ("We found nothing for that yet", "Look further away", "Try other words", "Call your council"):
        assert part in said
    assert any("reach=2000" in link for link in links(response, "/find"))


@pytest.mark.parametrize("odd", ["reach=99", "reach=-1", "reach=many", "show=9999999", "show=²", "show=-3"])
def test_odd_numbers_become_the_usual_ones(client, odd):
    assert client.get(f"/find?what=singing&where=WR3+7NJ&{odd}").status_code == 200


def test_words_of_danger_put_help_first(client, words):
    said = words(client.get("/find?what=I+want+to+end+my+life&where=B29+6LR"))
    for line in ("999", "NHS 111", "option 2", "Samaritans 116 123"):
        assert line in said


def test_dying_to_meet_people_is_no_danger(client, words):
    assert "Samaritans" not in words(client.get("/find?what=dying+to+meet+people&where=B29+6LR"))


def test_boundaries_for_the_map_are_geojson(client, directory):
    kinds = directory.area_kinds()
    for kind, _ in kinds:
        shapes = client.get(f"/areas/{kind}.json").get_json()
        assert shapes["type"] == "FeatureCollection"
    assert client.get("/areas/galaxy.json").status_code == 404
