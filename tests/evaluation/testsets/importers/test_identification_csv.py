"""A samples table with roles: enrolled, searched for, unknown."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import (
    BoxColumns,
    RoleColumns,
    SampleColumns,
    read_identification_csv,
)
from evaluation.testsets.new import NewIdentification

TABLE = """sample,file,subject,role,sex
a1,a/1.jpg,ann,gallery,f
a2,a/2.jpg,ann,gallery,f
a3,a/3.jpg,ann,probe,f
b1,b/1.jpg,bob,probe,m
u1,u/1.jpg,,unknown,
u2,u/2.jpg,cid,unknown,m
x1,x/1.jpg,dan,,m
"""


@pytest.fixture
def source(plant):
    images = [line.split(",")[1] for line in TABLE.split("\n")[1:-1]]
    return plant({"samples.csv": TABLE, **{f"images/{image}": None for image in images}})


def read(source, **options):
    columns = options.pop("columns", SampleColumns(attributes=("sex",)))
    return read_identification_csv(
        source / "samples.csv", source / "images", columns=columns, **options
    )


def test_roles_tell_who_is_enrolled_and_who_is_searched_for(source):
    found = read(source, gallery_sizes=(1,))
    assert found.protocols == [
        NewIdentification(
            "identification",
            "Probes searched in the gallery",
            ["a1", "a2"],
            ["a3", "b1", "u1", "u2"],
            (1,),
        )
    ]
    assert [(one.sample, one.subject) for one in found.samples] == [
        ("a1", "ann"), ("a2", "ann"), ("a3", "ann"), ("b1", "bob"),
        ("u1", "unknown/u1"), ("u2", "cid"), ("x1", "dan"),
    ]  # fmt: skip
    assert found.attributes == ("sex",)
    assert found.subjects_known


def test_columns_and_words_may_be_called_otherwise(source):
    path = source / "samples.csv"
    path.write_text(
        "id,path,who,use,l,t,r,b\n"
        "a1,a/1.jpg,ann,watch,1,2,4,6\n"
        "a2,a/2.jpg,ann,seen,,,,\n"
        "u1,u/1.jpg,,new,,,,\n"
    )
    found = read(
        source,
        columns=SampleColumns(
            "id", "path", "who", box=BoxColumns(("l", "t", "r", "b"), corners=True)
        ),
        roles=RoleColumns("use", "watch", "seen", "new"),
    )
    [protocol] = found.protocols
    assert (protocol.references, protocol.probes) == (["a1"], ["a2", "u1"])
    assert [(one.subject, one.box) for one in found.samples] == [
        ("ann", (1, 2, 3, 4)), ("ann", None), ("new/u1", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "old", "new", "message"),
    [
        (1, "role", "use", "there is no column 'role'"),
        (2, "gallery", "enrolled", "role is 'enrolled', not one of gallery, probe, unknown"),
        (5, "bob", "", "subject is empty"),
        (7, "cid", "ann", "'u2' cannot be unknown: 'ann' is enrolled with 'a1' on line 2"),
        (3, "a2", "a1", "sample 'a1' stands already on line 2"),
        (3, ",f", "", "the line has 4 fields instead of 5"),
        (3, "a/2.jpg", "a/9.jpg", "image 'a/9.jpg': the file is missing"),
        (3, "a/2.jpg", "../samples.csv", "leads out of its folder"),
    ],
)
def test_a_wrong_line_is_named(source, change_line, line, old, new, message):
    path = source / "samples.csv"
    change_line(path, line, old, new)
    with pytest.raises(TestSetError) as caught:
        list(read(source).samples)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (path, line)


@pytest.mark.parametrize(("keep", "missing"), [("gallery", "probe"), ("probe", "gallery")])
def test_a_search_needs_both_roles(source, keep, missing):
    lines = TABLE.split("\n")
    kept = [lines[0], *(line for line in lines if f",{keep}," in line)]
    (source / "samples.csv").write_text("\n".join(kept))
    with pytest.raises(TestSetError, match=rf"samples.csv: no sample has the role '{missing}'"):
        read(source)


def test_a_table_without_samples_is_refused(source):
    (source / "samples.csv").write_text(TABLE.split("\n")[0])
    with pytest.raises(TestSetError, match="the table names no sample"):
        read(source)
