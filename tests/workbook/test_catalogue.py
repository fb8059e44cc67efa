"""The bundled course catalogue."""

from planner.domain.instance import TRAINING_TYPES
from planner.workbook.catalogue import load_catalogue


def test_the_catalogue_has_55_courses_with_source_and_grade():
    catalogue = load_catalogue()
    assert len({entry.course.name for entry in catalogue}) == 55
    assert all(entry.source and entry.grade in ("A", "W") for entry in catalogue)


def test_catalogue_courses_keep_the_rules_of_the_course_sheet():
    for course in (entry.course for entry in load_catalogue()):
        assert course.training_type in TRAINING_TYPES
        assert 1 <= course.min_size <= course.max_size
        assert 0 <= course.theory_days <= course.class_days
        assert course.age_bands


def test_only_seven_farming_courses_have_a_season():
    assert [entry.code for entry in load_catalogue() if entry.course.season] == [f"NN0{n}" for n in range(1, 8)]


def test_a_course_that_cannot_travel_says_so():
    courses = {entry.code: entry.course for entry in load_catalogue()}
    assert not courses["GY02"].mobile
    assert courses["CY03"].mobile


def test_training_types_follow_certificate_brand_and_school_class():
    kinds = {entry.code: entry.course.training_type for entry in load_catalogue()}
    assert (kinds["GY01"], kinds["GY06"], kinds["GY17"], kinds["JZ01"]) == ("双证", "品牌", "订单", "项目")
