from portal.core import wording


def test_a_column_becomes_a_heading():
    assert wording.in_words("age_band") == "Age band"
    assert wording.in_words("") == ""
