"""Every layout is imported by its command into a package that opens again."""

import re
from collections import Counter
from typing import NamedTuple

import numpy as np
import pytest

from evaluation.cli.dispatch import build_parser, main
from evaluation.testsets import open_test_set, verify_test_set
from evaluation.testsets.manifest import Pooling, ProtocolKind

ABOUT = ["--name", "made-up", "--title", "Made up"]
OLDER = {"lfw", "insightface-bin", "pairs-csv"}  # tried with the commands on packages
POINTS = "4 5 6 7 8 9 4 5 6 7"


class Layout(NamedTuple):
    """Arguments of a command, the files it reads, and names and kinds of what it makes."""

    arguments: list[str]
    texts: dict[str, str]
    images: list[str]
    protocols: dict[str, str]


def rfw_texts(group, one, other):
    lists = f"test/txts/{group}/{group}"
    faces = [f"{one}/{one}_0001", f"{one}/{one}_0002", f"{other}/{other}_0001"]
    landmarks = [f"/test/data/{group}/{face}.jpg 0 {POINTS}" for face in faces]
    return {
        f"{lists}_pairs.txt": f"{one}\t1\t2\n{one}\t1\t{other}\t1\n",
        f"{lists}_lmk.txt": "\n".join(landmarks),
    }


def rfw_images(group, one, other):
    faces = [f"{one}/{one}_0001", f"{one}/{one}_0002", f"{other}/{other}_0001"]
    return [f"test/data/{group}/{face}.jpg" for face in faces]


LAYOUTS = {
    "ijb": Layout(
        ["."],
        {
            "meta/ijbb_face_tid_mid.txt": "1.jpg 1 5\n2.jpg 1 5\n3.jpg 2 6\n4.jpg 3 7\n",
            "meta/ijbb_template_pair_label.txt": "1 2 1\n1 3 0\n",
            "meta/ijbb_name_5pts_score.txt": "\n".join(f"{n}.jpg {POINTS} 0.9" for n in "1234"),
        },
        [f"loose_crop/{number}.jpg" for number in range(1, 5)],
        {"template_pairs": "template_pairs"},
    ),
    "rfw": Layout(
        [".", "--folds", "2"],
        {**rfw_texts("African", "m.01", "m.02"), **rfw_texts("Asian", "m.03", "m.04")},
        [*rfw_images("African", "m.01", "m.02"), *rfw_images("Asian", "m.03", "m.04")],
        {"pairs": "pairs", "pairs_african": "pairs", "pairs_asian": "pairs"},
    ),
    "bfw": Layout(
        ["bfw.csv", "faces"],
        {
            "bfw.csv": "fold,p1,p2,label,id1,id2,att1,att2\n"
            "1,a/1.jpg,a/2.jpg,1,0,0,asian_females,asian_females\n"
            "2,a/1.jpg,b/1.jpg,0,0,1,asian_females,white_males\n"
        },
        ["faces/a/1.jpg", "faces/a/2.jpg", "faces/b/1.jpg"],
        {"pairs": "pairs"},
    ),
    "cfp": Layout(
        ["."],
        {
            "Protocol/Pair_list_F.txt": "1 ../Data/Images/001/frontal/01.jpg\n",
            "Protocol/Pair_list_P.txt": "1 ../Data/Images/001/profile/01.jpg\n"
            "2 ../Data/Images/002/profile/01.jpg\n",
            "Protocol/Split/FP/01/same.txt": "1,1\n",
            "Protocol/Split/FP/01/diff.txt": "1,2\n",
        },
        [f"Data/Images/{one}/01.jpg" for one in ("001/frontal", "001/profile", "002/profile")],
        {"frontal_profile": "pairs"},
    ),
    "identity-tree": Layout(
        [".", "--gallery-sizes", "1"],
        {},
        ["gallery/ann/1.jpg", "gallery/bob/1.jpg", "probe/ann/2.jpg", "unknown/x.jpg"],
        {"identification": "identification"},
    ),
    "tinyface": Layout(
        ["."],
        {},
        [
            f"Testing_Set/{name}.jpg"
            for name in ("Gallery_Match/7_1", "Gallery_Distractor/1", "Probe/7_2")
        ],
        {"identification": "identification"},
    ),
    "survface": Layout(
        ["."],
        {},
        [
            f"Face_Identification_Test_Set/{name}_1.jpg"
            for name in ("gallery/1_cam1", "mated_probe/1_cam2", "unmated_probe/2_cam2")
        ],
        {"identification": "identification"},
    ),
    "scface": Layout(
        ["."],
        {},
        [
            "mugshot_frontal_original_all/001_frontal.JPG",
            "surveillance_cameras_all/001_cam1_1.jpg",
            "surveillance_cameras_all/001_cam7_3.jpg",
        ],
        {"distance_1": "identification", "distance_3_infrared": "identification"},
    ),
    "identification-csv": Layout(
        ["--samples", "s.csv", "--images", "faces"],
        {
            "s.csv": "sample,file,subject,role\n"
            "a,a.jpg,ann,gallery\nb,b.jpg,ann,probe\nc,c.jpg,,unknown\n"
        },
        ["faces/a.jpg", "faces/b.jpg", "faces/c.jpg"],
        {"identification": "identification"},
    ),
    "live-csv": Layout(
        ["--samples", "s.csv", "--images", "faces"],
        {
            "s.csv": "sample,file,subject,role,passage,seconds\n"
            "a,a.jpg,ann,watchlist,,\nb,b.jpg,ann,frame,p,0\nc,c.jpg,,frame,q,1.5\n"
        },
        ["faces/a.jpg", "faces/b.jpg", "faces/c.jpg"],
        {"live": "live"},
    ),
    "wider-face": Layout(
        ["gt.txt", "images"],
        {
            "gt.txt": "0--Parade/a.jpg\n1\n4 4 30 30 0 0 0 1 0 0\n"
            "0--Parade/b.jpg\n0\n0 0 0 0 0 0 0 0 0 0\n"
        },
        ["images/0--Parade/a.jpg", "images/0--Parade/b.jpg"],
        {"detection": "detection"},
    ),
    "detection-csv": Layout(
        ["boxes.csv", "images", "--box-columns", "x1", "y1", "x2", "y2", "--box-corners"],
        {"boxes.csv": "image,x1,y1,x2,y2\na.jpg,1,2,30,40\nb.jpg,,,,\n"},
        ["images/a.jpg", "images/b.jpg"],
        {"detection": "detection"},
    ),
    "presentation-attack-csv": Layout(
        ["pad.csv", "images", "--species-column", "kind"],
        {"pad.csv": "image,label,kind\na.jpg,bona_fide,\nb.jpg,attack,mask\n"},
        ["images/a.jpg", "images/b.jpg"],
        {"presentation_attack": "presentation_attack"},
    ),
}


@pytest.fixture
def bring(tmp_path, png, monkeypatch):
    """Write the files of a layout and import it with the command."""

    def make(name, *more):
        layout = LAYOUTS[name]
        root = tmp_path / "source"
        files = {file: text.encode() for file, text in layout.texts.items()}
        for number, file in enumerate(layout.images):
            files[file] = png(np.full((112, 112, 3), number, np.uint8))
        for file, content in files.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_bytes(content)
        monkeypatch.chdir(root)
        to = tmp_path / "set"
        return main(["import", name, *layout.arguments, *ABOUT, "--to", str(to), *more]), to

    return make


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_becomes_a_package_that_is_whole(bring, capsys, layout):
    code, to = bring(layout)
    assert code == 0
    expected = LAYOUTS[layout].protocols
    test_set = open_test_set(to)
    assert {one.name: one.kind.value for one in test_set.manifest.protocols} == expected
    assert f"protocols {', '.join(expected)}\n" in capsys.readouterr().out
    assert len(test_set.samples) == len(LAYOUTS[layout].images)
    assert list(verify_test_set(to)) == []


def test_every_layout_of_the_command_is_tried_here_or_with_the_older_ones(capsys):
    with pytest.raises(SystemExit):
        main(["import", "--help"])
    shown = re.findall(r"^    ([a-z-]+)(?:  |$)", capsys.readouterr().out, flags=re.MULTILINE)
    assert set(shown) == {*LAYOUTS, *OLDER}


def test_template_pairs_keep_media_and_how_they_are_pooled(bring):
    _, to = bring("ijb", "--no-normalise-first", "--weigh-by-detector-score")
    test_set = open_test_set(to)
    protocol = test_set.protocol("template_pairs")
    assert protocol.pooling == Pooling(normalise_first=False, weigh_by_detector_score=True)
    assert protocol.template_names == ("1", "2", "3")
    assert protocol.member_template.tolist() == [0, 0, 1, 2]
    assert protocol.member_media[0] == protocol.member_media[1]
    assert (protocol.reference.tolist(), protocol.probe.tolist()) == ([0, 0], [1, 2])
    assert protocol.mated.tolist() == [True, False]
    assert {one.attributes["detector_score"] for one in test_set.samples} == {"0.9"}


def test_searches_keep_who_is_enrolled_and_their_gallery_sizes(bring):
    _, to = bring("identity-tree")
    test_set = open_test_set(to)
    protocol = test_set.protocol("identification")
    names = [sample.sample for sample in test_set.samples]
    enrolled = [names[one] for one in protocol.reference]
    assert enrolled == ["gallery/ann/1.jpg", "gallery/bob/1.jpg"]
    assert [names[one] for one in protocol.probe] == ["probe/ann/2.jpg", "unknown/x.jpg"]
    assert protocol.gallery_sizes == (1,)


def test_passages_keep_their_frames_and_times(bring):
    _, to = bring("live-csv")
    protocol = open_test_set(to).protocol("live")
    assert protocol.passage.tolist() == [0, 1]
    assert protocol.seconds.tolist() == [0.0, 1.5]
    assert (protocol.reference.tolist(), protocol.frame.tolist()) == ([0], [1, 2])


def test_marked_faces_keep_boxes_and_whether_they_count(bring):
    _, to = bring("wider-face")
    test_set = open_test_set(to)
    protocol = test_set.protocol("detection")
    assert protocol.boxes.tolist() == [[4, 4, 30, 30]]
    assert protocol.ignored.tolist() == [True]
    assert len(test_set.samples) == 2


def test_attacks_keep_their_species(bring):
    _, to = bring("presentation-attack-csv")
    protocol = open_test_set(to).protocol("presentation_attack")
    assert (protocol.attack.tolist(), protocol.species) == ([False, True], ("", "mask"))


@pytest.mark.parametrize(
    ("layout", "more", "sentence"),
    [
        ("wider-face", ["--all-pairs"], "an all-pairs protocol needs known subjects"),
        ("ijb", ["--leave-one-out"], "a leave-one-out protocol needs known subjects"),
        ("ijb", ["--quality", "template_pairs"], "no pairs or all_pairs protocol 'template_pairs'"),
    ],
)
def test_what_cannot_be_added_is_one_sentence(bring, capsys, layout, more, sentence):
    code, to = bring(layout, *more)
    printed = capsys.readouterr().err
    assert code == 2
    assert sentence in printed
    assert printed.count("\n") == 1
    assert not to.exists()


@pytest.mark.real
@pytest.mark.parametrize(
    ("layout", "folder", "table", "options", "count"),
    [
        ("detection-csv", "scenes", "boxes.csv", [], 40),
        (
            "presentation-attack-csv", "pad_sample", "pad.csv",
            ["--bona-fide-label", "live", "--species-column", "attack"], 9,
        ),
    ],
)  # fmt: skip
def test_the_real_tables_are_imported_without_rewriting_any(
    real_dir, tmp_path, layout, folder, table, options, count
):
    path = real_dir / "data" / folder / table
    box = ["--box-columns", "x1", "y1", "x2", "y2", "--box-corners"]
    arguments = ["import", layout, str(path), "images", *box, *options, *ABOUT]
    assert main([*arguments, "--to", str(tmp_path / "set")]) == 0
    test_set = open_test_set(tmp_path / "set")
    assert len(test_set.samples) == count
    [entry] = test_set.manifest.protocols
    if entry.kind is ProtocolKind.DETECTION:
        assert test_set.protocol("detection").boxes.shape == (240, 4)
    else:
        assert Counter(test_set.protocol("presentation_attack").attack.tolist()) == {
            False: 4,
            True: 5,
        }
        assert all(sample.box is not None for sample in test_set.samples)


def test_the_guide_has_a_command_for_every_layout_that_its_options_fit(repo_root):
    guide = (repo_root / "docs" / "test-sets.md").read_text().replace("\\\n", " ")
    commands = re.findall(r"^python -m evaluation (import .+) …$", guide, flags=re.MULTILINE)
    parser = build_parser()
    for command in commands:
        parser.parse_args([*command.split(), *ABOUT, "--to", "set"])
    assert {command.split()[1] for command in commands} == {*LAYOUTS, *OLDER}
