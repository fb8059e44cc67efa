"""Townships on a map: a schematic of square tiles, or the outlines that the bureau itself provides.

The schematic keeps what lies west of, north of and beside what; it is no map and needs none. Outlines come as GeoJSON
in longitude and latitude; nothing is ever loaded from elsewhere.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from web.result import TownshipFacts

LARGEST_GEOJSON_BYTES = 4 * 1024 * 1024
_MOST_POINTS = 200_000
_NAME_KEYS = ("name", "NAME", "Name", "乡镇", "名称", "XZMC", "xzmc", "乡镇名称", "title")
_ROOM = 1.35
"""Tiles for each township that is placed: some stay empty, so that the shape of the county can be seen."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A township's square: ``column`` from the west, ``row`` from the north, both from 0."""

    name: str
    column: int
    row: int


def lay_tiles(places: Sequence[TownshipFacts]) -> tuple[Tile, ...]:
    """Give every township its own tile, near where it lies; by order of names when a place is not known."""
    if not places:
        return ()
    ordered = sorted(places, key=lambda place: place.name)
    points = [(place.lon, place.lat) for place in ordered]
    known = [(lon, lat) for lon, lat in points if lon is not None and lat is not None]
    if len(known) < len(points) or len(set(known)) < 2:
        columns = math.ceil(math.sqrt(len(ordered) * 1.6))
        return tuple(Tile(place.name, i % columns, i // columns) for i, place in enumerate(ordered))
    wanted, columns, rows = _on_grid(known)
    cells = [(column, row) for row in range(rows) for column in range(columns)]
    chosen = _assign(wanted, cells)
    west, north = min(c for c, _ in chosen), min(r for _, r in chosen)
    return tuple(
        Tile(place.name, column - west, row - north) for place, (column, row) in zip(ordered, chosen, strict=True)
    )


def _on_grid(points: Sequence[tuple[float, float]]) -> tuple[list[tuple[float, float]], int, int]:
    """The points in tiles from the north-west corner, and the size of the grid."""
    shrink = math.cos(math.radians(sum(lat for _, lat in points) / len(points)))
    xs, ys = [lon * shrink for lon, _ in points], [-lat for _, lat in points]
    width, height = max(xs) - min(xs) or 1e-9, max(ys) - min(ys) or 1e-9
    ratio = min(2.2, max(0.6, width / height))
    columns = max(1, math.ceil(math.sqrt(len(points) * _ROOM * ratio)))
    rows = max(1, math.ceil(len(points) * _ROOM / columns))
    wanted = [
        ((x - min(xs)) / width * (columns - 1), (y - min(ys)) / height * (rows - 1))
        for x, y in zip(xs, ys, strict=True)
    ]
    return wanted, columns, rows


def _assign(wanted: Sequence[tuple[float, float]], cells: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """A cell for each point, near it: the closest pairs first, then exchanged as long as that brings points nearer."""

    def far(i: int, cell: tuple[int, int]) -> float:
        return (wanted[i][0] - cell[0]) ** 2 + (wanted[i][1] - cell[1]) ** 2

    chosen: dict[int, tuple[int, int]] = {}
    free = set(cells)
    for _, i, cell in sorted((far(i, cell), i, cell) for i in range(len(wanted)) for cell in cells):
        if i not in chosen and cell in free:
            chosen[i] = cell
            free.discard(cell)
    better = True
    while better:
        better = False
        for i in range(len(wanted)):
            for cell in sorted(free):
                if far(i, cell) < far(i, chosen[i]) - 1e-9:
                    free.add(chosen[i])
                    free.discard(cell)
                    chosen[i], better = cell, True
            for j in range(i):
                gain = far(i, chosen[i]) + far(j, chosen[j]) - far(i, chosen[j]) - far(j, chosen[i])
                if gain > 1e-9:
                    chosen[i], chosen[j], better = chosen[j], chosen[i], True
    return [chosen[i] for i in range(len(wanted))]


# --- the bureau's own outlines ---------------------------------------------------------------------------------------


class BadOutlines(ValueError):
    """What is wrong with a file of outlines: ``key`` of :data:`web.wording.OUTLINE_FAULTS` and the value found."""

    def __init__(self, key: str, found: str = "") -> None:
        super().__init__(key)
        self.key, self.found = key, found


@dataclass(frozen=True, slots=True)
class Outlines:
    """Outlines by township: GeoJSON geometries; ``unmatched`` are names in the file that no township has."""

    geometries: dict[str, dict[str, Any]]
    unmatched: tuple[str, ...]
    missing: tuple[str, ...]
    kept: dict[str, Any]
    """All polygons under the names they had, whether a township has it or not, to be matched again another year."""

    def to_geojson(self) -> dict[str, Any]:
        """Return the matched outlines as the chart library reads them."""
        return _collection(self.geometries.items())


def _collection(shapes: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    features = [{"type": "Feature", "properties": {"name": name}, "geometry": geometry} for name, geometry in shapes]
    return {"type": "FeatureCollection", "features": features}


def read_outlines(content: bytes, townships: Sequence[str]) -> Outlines:
    """Read a GeoJSON file and match its polygons to townships by a property that holds their names.

    Only names and coordinates of polygons are kept, whatever else the file says.

    Raises
    ------
    BadOutlines
        Too large, no GeoJSON, no polygons, coordinates that are none, or no name that a township has.
    """
    if len(content) > LARGEST_GEOJSON_BYTES:
        raise BadOutlines("too_large", f"{len(content) / 1_000_000:.1f} MB")
    try:
        plain = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadOutlines("no_json") from error
    features = plain.get("features") if isinstance(plain, dict) and plain.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise BadOutlines("no_features")
    shapes = list(_shapes(features))
    if not shapes:
        raise BadOutlines("no_polygons")
    key = _name_key(shapes, townships)
    geometries: dict[str, dict[str, Any]] = {}
    unmatched = []
    for properties, geometry in shapes:
        found = str(properties.get(key, "")).strip()
        name = _match(found, townships)
        if name is None:
            unmatched.append(found or "?")
        else:
            geometries[name] = _merged(geometries.get(name), geometry)
    if not geometries:
        raise BadOutlines("no_names", "、".join(unmatched[:5]))
    missing = tuple(name for name in townships if name not in geometries)
    kept = [(str(properties.get(key, "")).strip(), geometry) for properties, geometry in shapes]
    return Outlines(geometries, tuple(unmatched), missing, _collection(kept))


def _shapes(features: list[Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Properties and clean geometry of every feature that is a polygon or several."""
    points = 0
    for feature in features:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
            continue
        kind = geometry["type"]
        properties = feature.get("properties")
        polygons = [geometry.get("coordinates")] if kind == "Polygon" else geometry.get("coordinates")
        clean = [_rings(polygon) for polygon in polygons] if isinstance(polygons, list) else []
        points += sum(len(ring) for polygon in clean for ring in polygon)
        if points > _MOST_POINTS:
            raise BadOutlines("too_many_points", f"{_MOST_POINTS:,}")
        if clean:
            yield properties if isinstance(properties, dict) else {}, {"type": "MultiPolygon", "coordinates": clean}


def _rings(polygon: Any) -> list[list[list[float]]]:
    if not isinstance(polygon, list) or not polygon:
        raise BadOutlines("bad_coordinates", str(polygon)[:40])
    rings = []
    for ring in polygon:
        if not isinstance(ring, list) or len(ring) < 4:
            raise BadOutlines("bad_coordinates", str(ring)[:40])
        rings.append([_point(point) for point in ring])
    return rings


def _point(point: Any) -> list[float]:
    good = isinstance(point, list) and len(point) >= 2 and all(
        isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)
        for number in point[:2]
    )  # fmt: skip
    if not good or not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
        raise BadOutlines("bad_coordinates", str(point)[:40])
    return [round(float(point[0]), 6), round(float(point[1]), 6)]


def _name_key(shapes: Sequence[tuple[dict[str, Any], Any]], townships: Sequence[str]) -> str:
    """The property under which most townships are found; the usual ones win a tie."""
    keys = dict.fromkeys([*_NAME_KEYS, *(str(key) for properties, _ in shapes for key in properties)])
    return max(keys, key=lambda key: sum(_match(str(p.get(key, "")), townships) is not None for p, _ in shapes))


def _match(found: str, townships: Sequence[str]) -> str | None:
    """The township of this name, also without its last word (镇, 乡, 街道) where only one fits."""
    found = found.strip()
    if found in townships:
        return found
    bare = _bare(found)
    close = [name for name in townships if _bare(name) == bare] if bare else []
    return close[0] if len(close) == 1 else None


def _bare(name: str) -> str:
    for ending in ("街道办事处", "街道", "民族乡", "镇", "乡"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def _merged(before: dict[str, Any] | None, more: dict[str, Any]) -> dict[str, Any]:
    """A township may come in several features."""
    if before is None:
        return more
    return {"type": "MultiPolygon", "coordinates": [*before["coordinates"], *more["coordinates"]]}
