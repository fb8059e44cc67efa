"""Gantt lines, shaded weeks, square tiles and outlines: worked out without a browser."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from web.charts import WeekLoad
from web.result import ClassRow, Result, TownshipFacts
from web.result_gantt import GroupBy, lay_out, to_plain
from web.result_map import BadOutlines, lay_tiles, read_outlines
from web.result_view import Measure, colour_limits, compare_versions, shade_of, township_rows

START = date(2026, 1, 5)


def a_class(id_: str = "c1", week: int = 0, weeks: int = 1, **changes: Any) -> ClassRow:
    monday = START + timedelta(weeks=week)
    values: dict[str, Any] = {
        "number": 1, "id": id_, "course": "焊工", "provider": "甲校", "venue": "东站", "form": "集中",
        "start_week": monday, "end_week": monday + timedelta(weeks=weeks - 1), "persons": 30,
        "origins": (("东镇", 30),),
    }  # fmt: skip
    return ClassRow(**values | changes)


def a_week(number: int, busy: dict[str, float] | None = None, days: int = 5) -> WeekLoad:
    return WeekLoad(START + timedelta(weeks=number), 0, 0, 0, 0, busy or {}, days)


def a_result(*classes: ClassRow, **changes: Any) -> Result:
    values: dict[str, Any] = {
        "status": "feasible", "value": 10.0, "bound": 11.0, "gap": 0.1, "improvable_share": 0.1, "linked_jobs": 10.0,
        "unlinked_jobs": 0.0, "uplift": False, "outlook": None, "timetable": None,
        "persons": sum(row.persons for row in classes), "total_cost": Decimal(1), "available": None, "seconds": 1.0,
        "classes": classes, "funds": (), "targets": (), "unserved": (), "assumptions": (), "weeks": (),
        "calendars_known": True, "places": (), "venues": {"东站": "东镇", "西站": "西镇"}, "version": "0", "seed": 0,
        "input_sha256": "0",
    }  # fmt: skip
    return Result(**values | changes)


def a_place(name: str, lon: float | None = None, lat: float | None = None, calendar: str = "") -> TownshipFacts:
    return TownshipFacts(name, calendar, lon, lat, 100, 200)


# --- Gantt -----------------------------------------------------------------------------------------------------------


def test_no_two_classes_of_a_line_overlap() -> None:
    """Classes that overlap stand in different lines, as few as there are classes at once."""
    rows = [a_class(f"c{i}", week, weeks) for i, (week, weeks) in enumerate([(0, 3), (1, 1), (2, 4), (4, 1), (6, 1)])]
    gantt = lay_out(a_result(*rows), GroupBy.TOWNSHIP)
    assert gantt.lines == 2 and len(gantt.bars) == 5
    for line in range(gantt.lines):
        mine = sorted((bar.row.begins, bar.row.ends) for bar in gantt.bars if bar.line == line)
        assert all(first[1] < second[0] for first, second in zip(mine, mine[1:], strict=False))


def test_lines_go_by_township_in_the_workbooks_order_or_by_provider() -> None:
    """A class stands with the township of its venue, not of its people."""
    rows = [a_class("c1", venue="西站"), a_class("c2", provider="乙校")]
    result = a_result(*rows, places=(a_place("西镇"), a_place("东镇")))
    assert [group.name for group in lay_out(result, GroupBy.TOWNSHIP).groups] == ["西镇", "东镇"]
    assert [group.name for group in lay_out(result, GroupBy.PROVIDER).groups] == ["乙校", "甲校"]


def test_days_are_those_of_the_timetable_when_there_is_one() -> None:
    """Else Monday of the first to Friday of the last week; ends are exclusive for the script."""
    placed = a_class("c1", first_day=START + timedelta(days=1), last_day=START + timedelta(days=9))
    plain = to_plain(lay_out(a_result(placed, a_class("c2", 4, 2)), GroupBy.TOWNSHIP), {"c2": "lock"})
    bars = {bar[3]: bar for bar in plain["bars"]}
    assert bars["c1"][1:3] == ["2026-01-06", "2026-01-15"] and bars["c1"][7] == ""
    assert bars["c2"][1:3] == ["2026-02-02", "2026-02-14"] and bars["c2"][7] == "lock"


def test_a_townships_lines_follow_its_own_calendar() -> None:
    """Peaks of another calendar leave them white; weeks side by side are one shade; holidays go over all lines."""
    weeks = tuple(a_week(i, {"高山": 0.5 if i in (2, 3) else 0.49, "河谷": 1.0 if i == 6 else 0.0}) for i in range(8))
    weeks = (*weeks, a_week(8, {"高山": 0.0, "河谷": 0.0}, days=3))
    places = (a_place("东镇", calendar="高山"), a_place("西镇", calendar="河谷"))
    gantt = lay_out(a_result(a_class("c1"), a_class("c2", venue="西站"), weeks=weeks, places=places), GroupBy.TOWNSHIP)
    shades = [(s.first_line, s.lines, (s.first - START).days // 7, (s.after - START).days // 7, s.peak)
              for s in gantt.shades]  # fmt: skip
    assert shades == [(0, 2, 8, 9, 0), (0, 1, 2, 4, 4), (1, 1, 6, 7, 4)]


def test_a_plan_without_classes_has_no_lines() -> None:
    """And no shades either."""
    gantt = lay_out(a_result(weeks=(a_week(0, {"高山": 1.0}, days=1),)), GroupBy.PROVIDER)
    assert (gantt.lines, gantt.bars, gantt.shades) == (0, (), ())


# --- tiles -----------------------------------------------------------------------------------------------------------


def test_every_township_has_its_own_tile_where_it_lies() -> None:
    """On a grid of three by three nothing changes sides."""
    places = [a_place(f"{row}{column}", 104 + column, 27 - row) for row in range(3) for column in range(3)]
    tiles = {tile.name: (tile.column, tile.row) for tile in lay_tiles(places)}
    assert len(set(tiles.values())) == 9
    for row in range(3):
        assert tiles[f"{row}0"][0] < tiles[f"{row}1"][0] < tiles[f"{row}2"][0]
    for column in range(3):
        assert tiles[f"0{column}"][1] < tiles[f"1{column}"][1] < tiles[f"2{column}"][1]


def test_townships_at_one_place_still_get_tiles_of_their_own() -> None:
    """A town and the township around it have nearly the same coordinates."""
    tiles = lay_tiles([a_place(name, 104.0, 27.0) for name in "甲乙丙"] + [a_place("丁", 105.0, 28.0)])
    assert len({(tile.column, tile.row) for tile in tiles}) == 4


def test_without_coordinates_tiles_go_by_name() -> None:
    """Row by row, and the same whatever the order of the workbook."""
    names = ["丙", "甲", "乙", "丁", "戊"]
    tiles = lay_tiles([a_place(name) for name in names])
    assert [tile.name for tile in tiles] == sorted(names)
    assert tiles == lay_tiles([a_place(name) for name in reversed(names)])
    assert [(tile.column, tile.row) for tile in tiles] == [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)]


@pytest.mark.parametrize("highest", [0.03, 0.4, 1.0, 7.0, 99.0, 842.0, 30_000.0])
def test_colours_have_round_limits_that_hold_every_value(highest: float) -> None:
    """The largest value has the darkest colour but one at least; nothing has none."""
    limits = colour_limits([0.0, highest / 3, highest])
    assert len(limits) == 6 and limits[0] == 0 and limits[-1] >= highest - 1e-9
    assert shade_of(highest, limits) >= 3 and shade_of(0.0, limits) == 0 and shade_of(None, limits) == 0


def test_townships_tell_what_is_held_there_and_who_comes_from_there() -> None:
    """Heads are those of the people, classes those of the venue; a share needs wishes."""
    result = a_result(a_class(origins=(("西镇", 20), ("东镇", 10))), places=(a_place("东镇"), a_place("西镇")))
    east, west = township_rows(result)
    assert (east.classes, east.heads, east.share) == (1, 10, 0.05)
    assert (west.classes, west.heads, west.value(Measure.SHARE)) == (0, 20, 0.1)
    assert township_rows(a_result(a_class()))[0].share is None


# --- outlines --------------------------------------------------------------------------------------------------------

SQUARE = [[104.0, 27.0], [105.0, 27.0], [105.0, 28.0], [104.0, 27.0]]


def geojson(*features: tuple[dict[str, Any], Any], kind: str = "Polygon") -> bytes:
    plain = [{"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}
             for properties, coordinates in features]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": plain}, ensure_ascii=False).encode()


def test_outlines_are_matched_by_whichever_property_holds_the_names() -> None:
    """Also without the last word where only one township fits; what is not matched is listed."""
    content = geojson(
        ({"id": 1, "XZ": "东镇"}, [SQUARE]),
        ({"id": 2, "XZ": "野马川"}, [SQUARE]),
        ({"id": 3, "XZ": "外县镇"}, [SQUARE]),
    )
    found = read_outlines(content, ["东镇", "野马川镇", "北乡"])
    assert set(found.geometries) == {"东镇", "野马川镇"}
    assert found.unmatched == ("外县镇",) and found.missing == ("北乡",)
    again = read_outlines(json.dumps(found.kept).encode(), ["外县镇"])
    assert set(again.geometries) == {"外县镇"}


def test_a_township_in_two_parts_is_one_outline() -> None:
    """Features of the same name are put together."""
    found = read_outlines(geojson(({"name": "东镇"}, [SQUARE]), ({"name": "东镇"}, [SQUARE])), ["东镇"])
    assert len(found.geometries["东镇"]["coordinates"]) == 2


def test_nothing_but_names_and_coordinates_is_kept() -> None:
    """Other properties may name people."""
    found = read_outlines(geojson(({"name": "东镇", "phone": "139"}, [SQUARE])), ["东镇"])
    assert "139" not in json.dumps(found.to_geojson()) + json.dumps(found.kept)


@pytest.mark.parametrize(("content", "key"), [
    (b"", "no_json"), (b"\xff\xfe", "no_json"), (b"[1]", "no_features"),
    (b'{"type":"FeatureCollection"}', "no_features"),
    (geojson(({"name": "东镇"}, [104.0, 27.0]), kind="Point"), "no_polygons"),
    (geojson(({"name": "东镇"}, [[[1e9, 2], [3, 4], [5, 6], [1e9, 2]]])), "bad_coordinates"),
    (geojson(({"name": "东镇"}, [[["a", 2], [3, 4], [5, 6], ["a", 2]]])), "bad_coordinates"),
    (geojson(({"name": "东镇"}, [[[1, 2], [3, 4]]])), "bad_coordinates"),
    (geojson(({"name": "东镇"}, "x")), "bad_coordinates"),
    (geojson(({"name": "别处"}, [SQUARE])), "no_names"),
    (geojson(({"name": "东镇"}, [[[104.0, 27.0]] * 200_001])), "too_many_points"),
    (b"[" * 100_000, "no_json"), (b" " * (4 * 1024 * 1024 + 1), "too_large"),
])  # fmt: skip
def test_a_file_of_outlines_that_cannot_be_drawn_says_why(content: bytes, key: str) -> None:
    """Every fault has its own word, never a trace."""
    with pytest.raises(BadOutlines) as raised:
        read_outlines(content, ["东镇"])
    assert raised.value.key == key


# --- two versions ----------------------------------------------------------------------------------------------------


def test_versions_are_paired_class_by_class() -> None:
    """The same, other people, moved, dropped and added are told apart."""
    before = a_result(a_class("a"), a_class("b", 2), a_class("c", 4), a_class("d", course="电工"))
    after = a_result(
        a_class("1"), a_class("2", 2, origins=(("西镇", 30),)), a_class("3", 5), a_class("4", course="厨师", persons=20)
    )
    found = compare_versions(before, after)
    assert (found.same, found.only_people, len(found.moved)) == (1, 1, 1)
    assert found.moved[0].before is before.classes[2] and found.moved[0].changes == ["start_week"]
    assert [row.id for row in found.dropped] == ["d"] and [row.id for row in found.added] == ["4"]
    assert found.persons == -10


def test_a_version_does_not_differ_from_itself() -> None:
    """Also with classes that are alike in everything."""
    result = a_result(a_class("a"), a_class("b"), a_class("c", 3))
    found = compare_versions(result, result)
    assert (found.same, found.only_people, found.moved, found.dropped, found.added) == (3, 0, (), (), ())
