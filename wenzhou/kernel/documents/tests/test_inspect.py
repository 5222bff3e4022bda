"""What may come in, by content: each kind, each refusal, odd and hostile files."""

import io
import time
import zipfile
import zlib

import pillow_heif
import pypdf
import pytest
from PIL import Image
from pypdf.generic import DictionaryObject, NameObject, create_string_object

from wenzhou.kernel.base.malware import EICAR
from wenzhou.kernel.documents import kinds, samples
from wenzhou.kernel.documents.inspect import examine, safe_name
from wenzhou.kernel.documents.kinds import Limits, Unacceptable
from wenzhou.kernel.documents.papers import licence_pdf
from wenzhou.kernel.documents.tests.test_render import AT, LICENCE


def jpeg_of(size=(40, 30), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, "JPEG", **options)
    return out.getvalue()


def heic_of() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "teal")).save(out)
    return out.getvalue()


def written_by_pypdf(change=lambda writer: None) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(samples.pdf_of()))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def in_object_stream(body: bytes, *, head: bytes = b"", fold=zlib.compress) -> bytes:
    content = b"6 0 " + body
    folded = fold(content)
    return samples.pdf_of(
        objects=(
            b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d %s >>\nstream\n%s\nendstream"
            % (len(folded), head, folded),
        )
    )


@pytest.fixture
def look(tmp_path):
    def look(content: bytes, name: str = "材料.pdf", limits: Limits | None = None):
        path = tmp_path / "staged"
        path.write_bytes(content)
        return examine(path, name, limits or Limits())

    return look


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (samples.pdf_of(), kinds.PDF),
        (written_by_pypdf(), kinds.PDF),
        (in_object_stream(b"<< /Type /Font >>"), kinds.PDF),
        (samples.png_of(), kinds.PNG),
        (jpeg_of(), kinds.JPEG),
        (jpeg_of(progressive=True, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"), kinds.JPEG),
        (jpeg_of() + b"SEFT trailer of a telephone", kinds.JPEG),
        (heic_of(), kinds.HEIC),
        (samples.docx_of(), kinds.DOCX),
        (samples.ofd_of(), kinds.OFD),
    ],
)
def test_each_kind_is_known_by_its_content_whatever_its_name(look, content, kind):
    assert look(content, "什么.exe") is kind


def test_the_papers_we_issue_may_be_handed_in_again(look):
    assert look(licence_pdf(LICENCE, made_at=AT)) is kinds.PDF


MACRO = samples.zip_of(
    {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", "word/vbaProject.bin": b"\xd0\xcf"}
)
ODD = {
    "empty": (b"", "file-empty"),
    "text": ("只是文字".encode(), "file-kind"),
    "exe": (b"MZ\x90\0" + bytes(100), "file-executable"),
    "elf": (b"\x7fELF" + bytes(100), "file-executable"),
    "script": (b"#!/bin/sh\nrm -rf /", "file-executable"),
    "java class": (b"\xca\xfe\xba\xbe\0\0\0\x34", "file-executable"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file-kind"),
    "gif": (b"GIF89a" + bytes(30), "file-kind"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "file-kind"),
    "rar": (b"Rar!\x1a\x07\0", "file-archive"),
    "plain zip": (samples.zip_of({"a.txt": b"a"}), "file-archive"),
    "jar": (samples.zip_of({"META-INF/MANIFEST.MF": b"", "A.class": b""}), "file-archive"),
    "cut zip": (samples.docx_of()[:-30], "file-damaged"),
    "docx with macro": (MACRO, "file-active"),
    "docx with tail": (samples.docx_of() + b"tail", "file-damaged"),
    "ofd climbing out": (samples.zip_of({"OFD.xml": b"<a/>", "../../x": b"x"}), "file-damaged"),
    "ofd with program": (samples.zip_of({"OFD.xml": b"<a/>", "Res/run.EXE": b"x"}), "file-active"),
    "cut png": (samples.png_of()[:-5], "file-damaged"),
    "png with tail": (samples.png_of() + b"<?php system($_GET[0]);", "file-damaged"),
    "png with wrong sum": (samples.png_of().replace(b"IDAT", b"IDAt"), "file-damaged"),
    "cut jpeg": (jpeg_of()[:-2], "file-damaged"),
    "head of a jpeg": (b"\xff\xd8\xff\xe0", "file-damaged"),
    "cut heic": (heic_of()[:60], "file-damaged"),
    "jpeg and zip": (jpeg_of() + samples.zip_of({"a.class": b"x"}), "file-polyglot"),
    "jpeg and pdf": (jpeg_of(comment=b"%PDF-1.4"), "file-polyglot"),
    "jpeg and html": (jpeg_of(comment=b"<script>alert(1)</script>"), "file-polyglot"),
    "pdf and zip": (samples.pdf_of() + samples.zip_of({"a": b"x"}), "file-damaged"),
    "cut pdf": (samples.pdf_of()[:-20], "file-damaged"),
    "head of a pdf": (b"%PDF-1.7\n", "file-damaged"),
    "pdf javascript": (
        samples.pdf_of(catalogue="/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
        "file-active",
    ),
    "pdf escaped name": (samples.pdf_of(catalogue="/OpenAction << /S /J#61va#53cript >>"), "file-active"),
    "pdf launch": (samples.pdf_of(catalogue="/OpenAction << /S /Launch /F (cmd.exe) >>"), "file-active"),
    "pdf folded action": (in_object_stream(b"<< /S /JavaScript /JS (1) >>"), "file-active"),
    "pdf folded, other coding": (
        in_object_stream(b"<< /S /Launch >>", head=b"/DecodeParms 9 0 R"),
        "file-unreadable",
    ),
    "pdf folded badly": (in_object_stream(b"", fold=lambda content: b"\xff" * 40), "file-damaged"),
    "pdf bomb": (in_object_stream(b"<<" + bytes(70_000_000)), "file-bomb"),
}


@pytest.mark.parametrize("what", ODD)
def test_odd_and_hostile_files_are_refused_with_name_reason_and_remedy(look, what):
    content, code = ODD[what]
    with pytest.raises(Unacceptable) as refusal:
        look(content, "我的材料.pdf")
    assert refusal.value.code == code
    assert set(refusal.value.fields) == {"file"}
    for language in (refusal.value.detail.zh, refusal.value.detail.en):
        assert "我的材料.pdf" in language
    assert "请" in refusal.value.detail.zh


def test_actions_and_passwords_written_by_another_library_are_found(look):
    def acting(kind):
        def change(writer):
            action = DictionaryObject(
                {NameObject("/S"): NameObject(kind), NameObject("/F"): create_string_object("x")}
            )
            writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)

        return written_by_pypdf(change)

    for kind in ("/JavaScript", "/Launch"):
        with pytest.raises(Unacceptable, match=kind[1:]):
            look(acting(kind))
    with pytest.raises(Unacceptable, match="password"):
        look(written_by_pypdf(lambda writer: writer.encrypt("secret", algorithm="RC4-128")))


def test_a_faked_end_of_object_does_not_hide_an_object_stream(look):
    with pytest.raises(Unacceptable, match="JavaScript"):
        look(in_object_stream(b"<< /S /JavaScript >>", head=b"%endobj\n"))


def test_a_picture_that_would_unfold_to_gigabytes_is_refused_at_once(look):
    bomb = samples.png_of(1, 1)
    head = (60_000).to_bytes(4, "big") * 2 + bytes((8, 0, 0, 0, 0))
    made = bomb[:16] + head + zlib.crc32(b"IHDR" + head).to_bytes(4, "big") + bomb[33:]
    with pytest.raises(Unacceptable) as refusal:
        look(made, "照片.png")
    assert refusal.value.code == "file-picture-too-big"
    assert "60000×60000" in refusal.value.detail.zh


def test_a_zip_bomb_is_refused_without_unpacking_it(look):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("OFD.xml", b"<a/>")
        archive.writestr("Doc_0/x.xml", bytes(110 * 1024 * 1024))
    start = time.monotonic()
    with pytest.raises(Unacceptable) as refusal:
        look(out.getvalue(), "公文.ofd")
    assert refusal.value.code == "file-bomb"
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("unit", [b"stream\n", b"<<", b"/First stream\n", b"#41", b"endobj"])
def test_a_pdf_made_to_be_slow_is_judged_in_bounded_time(look, unit):
    content = samples.pdf_of()[:-6] + unit * (8_000_000 // len(unit)) + b"\nstartxref\n0\n%%EOF\n"
    start = time.monotonic()
    try:
        look(content)
    except Unacceptable as refusal:
        assert refusal.code in {"file-bomb", "file-damaged"}
    assert time.monotonic() - start < 20


def test_size_and_kinds_of_the_place_count(look):
    with pytest.raises(Unacceptable) as refusal:
        look(samples.pdf_of(), limits=Limits(size=100))
    assert refusal.value.code == "file-too-large"
    with pytest.raises(Unacceptable, match="JPEG, PNG"):
        look(samples.pdf_of(), limits=Limits(kinds=(kinds.JPEG, kinds.PNG)))


def test_the_test_virus_is_no_kind_by_itself(look):
    with pytest.raises(Unacceptable):
        look(EICAR)


@pytest.mark.parametrize(
    ("given", "kind", "kept"),
    [
        ("健康证明.PDF", kinds.PDF, "健康证明.PDF"),
        ("C:\\Users\\张三\\扫描件.jpeg", kinds.JPEG, "扫描件.jpeg"),
        ("../../etc/passwd", kinds.PDF, "passwd.pdf"),
        ("invoice\u202efdp.exe", kinds.PDF, "invoicefdp.pdf"),
        ('a"b\r\nSet-Cookie: x=1.png', kinds.PNG, "abSet-Cookie x=1.png"),
        ("", kinds.OFD, "file.ofd"),
        (".pdf", kinds.PDF, "file.pdf"),
        ("长" * 300 + ".docx", kinds.DOCX, "长" * 110 + ".docx"),
        ("no-ending", kinds.PNG, "no-ending.png"),
    ],
)
def test_names_are_made_safe(given, kind, kept):
    assert safe_name(given, kind) == kept
