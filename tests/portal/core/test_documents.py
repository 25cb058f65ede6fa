"""Documents: what stands in them is data, and making one ends."""

import io
import subprocess

import pytest
from pypdf import PdfReader

from portal.core import documents, typesetter
from portal.core.documents import DocumentError, pdf

TEMPLATE = """
#let data = json("data.json")
#set document(title: data.title)
#set text(font: "DejaVu Sans", lang: "en")
= #data.title
#data.text
"""


@pytest.fixture
def template(tmp_path, settings):
    """Put a template where those of the project lie."""

    def put(source=TEMPLATE):
        folder = tmp_path / "templates" / documents.TEMPLATES
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "plain.typ").write_text(source)
        settings.BASE_DIR = tmp_path
        return "plain"

    return put


def words_of(content):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_a_document_is_tagged_and_has_a_title_and_a_language(template):
    content = pdf(template(), {"title": "A title", "text": "Words."}, {})

    catalogue = PdfReader(io.BytesIO(content)).trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "en"
    assert "Words." in words_of(content)


def test_what_people_entered_is_text_and_never_a_command(template):
    hostile = '#read("/etc/passwd") #panic("x") *bold* $x$ \\u{41}'

    content = pdf(template(), {"title": "T", "text": hostile}, {})

    assert hostile in words_of(content)


def test_a_template_cannot_read_beside_its_folder(template):
    with pytest.raises(DocumentError, match="failed"):
        pdf(template('#read("/etc/passwd")'), {}, {})


def test_values_that_do_not_fit_are_a_fault_of_ours_with_a_sentence(template):
    with pytest.raises(DocumentError, match="Making the document failed") as caught:
        pdf(template(), {}, {})

    assert "title" in str(caught.value.__cause__), "the log has the typesetter's words"


def test_making_a_document_ends(template, monkeypatch):
    monkeypatch.setattr(documents, "SECONDS", 1)
    endless = "#let sum = 0\n#for x in range(1000000000) { sum += x }\n#sum"

    with pytest.raises(DocumentError, match="longer than 1 seconds"):
        pdf(template(endless), {}, {})


def test_nothing_is_left_of_a_document(template, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    pdf(template(), {"title": "T", "text": "Words."}, {"unused.svg": b"<svg/>"})

    assert not list(tmp_path.glob("assay-document-*"))


def test_the_typesetter_starts_without_the_portal():
    """A child that loaded Django or NumPy would take seconds for each document."""
    program = (
        "import sys, runpy; runpy.run_path(sys.argv[1]);"
        "print(*sorted({'django', 'numpy', 'portal'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [documents.sys.executable, "-I", "-c", program, typesetter.__file__],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.strip() == ""
