"""Pictures: what goes out is upright, small and silent; what is wrong with one is explained."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from attachment_files import (
    BLUE,
    DEFAULTS,
    GREEN,
    PLACE,
    RED,
    WHITE,
    clear,
    drawing,
    levels,
    near,
    noted,
    opened,
    photo,
    refusal,
    saved,
    written,
)
from PIL import ExifTags, Image, ImageChops, ImageCms, ImageDraw
from pillow_heif import register_heif_opener

from assistant.config import AttachmentsConfig
from assistant.think.attachments import image_part

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "audio" / "image"

_TURNED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera that is held so lays the pixels down, by its EXIF orientation."""


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_a_picture_goes_out_upright(tmp_path: Path, kind: str, orientation: int) -> None:
    """Whichever way the camera was held, the red corner is at the top left again."""
    turned = _TURNED[orientation]
    laid = drawing() if turned is None else drawing().transpose(turned)
    register_heif_opener()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    path = written(tmp_path, "held.jpg", saved(laid, kind, exif=exif.tobytes()))
    image = opened(image_part(path, DEFAULTS)).convert("RGB")
    assert image.size == (120, 80)
    assert near(image.getpixel((8, 6)), RED)
    assert near(image.getpixel((112, 74)), BLUE)
    assert near(image.getpixel((112, 6)), WHITE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "HEIF", "AVIF"])
@pytest.mark.parametrize("make", [drawing, lambda: photo(300, 200)], ids=["drawn", "photo"])
def test_nothing_goes_out_but_what_one_sees(
    tmp_path: Path, kind: str, make: Callable[[], Image.Image]
) -> None:
    """No EXIF, no place, no XMP, no comment, no text, no profile; whatever the format."""
    register_heif_opener()
    data = noted(kind, make())
    assert PLACE in data, "the test shows nothing"
    part = image_part(written(tmp_path, "home.jpg", data), DEFAULTS)
    for mark in (PLACE, b"Exif", b"eXIf", b"adobe:ns", b"ICC_PROFILE", b"iCCP", b"tEXt", b"iTXt"):
        assert mark not in part.data
    image = opened(part)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


def test_a_picture_of_16_bits_is_turned_too(tmp_path: Path) -> None:
    """What takes another way to 8 bits keeps its orientation on it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    laid = levels(257, np.uint16, drawing().transpose(Image.Transpose.ROTATE_90))
    image = opened(image_part(written(tmp_path, "held", saved(laid, exif=exif)), DEFAULTS))
    assert image.size == (120, 80)
    assert image.getpixel((8, 6)) != image.getpixel((112, 6))


@pytest.mark.parametrize(
    ("size", "max_px", "expected"),
    [
        ((1800, 1200), 1568, (1568, 1045)),
        ((1200, 1800), 600, (400, 600)),
        ((1568, 1000), 1568, (1568, 1000)),
        ((40, 30), 1568, (40, 30)),
        ((5000, 3), 1000, (1000, 1)),
        ((1, 1), 64, (1, 1)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_never_longer_than_allowed(
    tmp_path: Path, kind: str, size: tuple[int, int], max_px: int, expected: tuple[int, int]
) -> None:
    """The long side shrinks to the setting and the short one with it; nothing is enlarged."""
    path = written(tmp_path, "large.jpg", saved(photo(*size), kind))
    image = opened(image_part(path, AttachmentsConfig(max_image_px=max_px)))
    assert abs(image.width - expected[0]) <= 1
    assert abs(image.height - expected[1]) <= 1
    assert max(image.size) <= max_px


@pytest.mark.parametrize("limit", [10_000, 30_000, 200_000])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_a_picture_is_never_larger_than_allowed(tmp_path: Path, mode: str, limit: int) -> None:
    """First the quality is lowered, then the size, until the bytes fit; the aspect stays."""
    image = photo(900, 600).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.radial_gradient("L").resize(image.size))
    path = written(tmp_path, "noisy.png", saved(image))
    part = image_part(path, AttachmentsConfig(max_image_bytes=limit))
    assert len(part.data) <= limit
    width, height = opened(part).size
    assert width / height == pytest.approx(1.5, rel=0.03)
    assert width > 60


def test_a_drawing_too_large_as_png_goes_as_jpeg(tmp_path: Path) -> None:
    """Sharp letters are worth bytes, but never more than are allowed."""
    image = drawing(600, 400)
    for x, y in np.random.default_rng(3).integers((0, 0), (600, 400), (6000, 2)):
        image.putpixel((int(x), int(y)), (int(x) % 256, int(y) % 256, 99))
    path = written(tmp_path, "dots.png", saved(image))
    sharp = image_part(path, DEFAULTS)
    assert sharp.media_type == "image/png"
    tight = image_part(path, AttachmentsConfig(max_image_bytes=len(sharp.data) - 1))
    assert tight.media_type == "image/jpeg"
    assert len(tight.data) < len(sharp.data)


def test_a_photo_goes_as_jpeg_and_a_drawing_as_png(tmp_path: Path) -> None:
    """Whichever is small and sharp; the settings' detail goes along."""
    config = AttachmentsConfig(detail="high")
    taken = image_part(written(tmp_path, "a", saved(photo(640, 480))), config)
    assert (taken.media_type, taken.detail) == ("image/jpeg", "high")
    assert len(taken.data) < len(saved(photo(640, 480))) / 3
    drawn = image_part(written(tmp_path, "b", saved(drawing(640, 480))), DEFAULTS)
    assert (drawn.media_type, drawn.detail) == ("image/png", "auto")
    assert ImageChops.difference(opened(drawn), drawing(640, 480)).getbbox() is None


def _glass(letters: tuple[int, int, int], width: int = 640) -> Image.Image:
    image = Image.new("RGBA", (width, 200), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((40, 40, width - 40, 160), (*letters, 255))
    return image


@pytest.mark.parametrize("letters", [(0, 0, 0), WHITE, RED])
def test_what_stands_on_glass_stays_readable(tmp_path: Path, letters: tuple[int, int, int]) -> None:
    """A drawing keeps its transparency, over paper that differs from it for those who drop it."""
    part = image_part(written(tmp_path, "logo.png", saved(_glass(letters))), DEFAULTS)
    image = opened(part)
    assert image.mode == "RGBA"
    assert clear(image, (5, 5))
    assert image.getpixel((100, 100)) == (*letters, 255)
    dropped = image.convert("RGB")
    assert not near(dropped.getpixel((5, 5)), letters, 100)


def test_a_cut_out_photo_stands_on_white(tmp_path: Path) -> None:
    """A JPEG has no transparency: where it is smaller, white shows through."""
    image = photo(640, 480).convert("RGBA")
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).rectangle((200, 100, 639, 479), 255)
    image.putalpha(mask)
    part = image_part(written(tmp_path, "cut.png", saved(image)), DEFAULTS)
    assert part.media_type == "image/jpeg"
    assert near(opened(part).getpixel((20, 20)), WHITE, 5)


def test_nothing_to_see_is_still_a_picture(tmp_path: Path) -> None:
    """A picture that is transparent all over goes out as one."""
    empty = Image.new("RGBA", (300, 300), (9, 9, 9, 0))
    part = image_part(written(tmp_path, "empty.png", saved(empty)), DEFAULTS)
    assert opened(part).size == (300, 300)


def _lab() -> Image.Image:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    found = ImageCms.profileToProfile(drawing(), srgb, lab, outputMode="LAB")
    assert found is not None
    return found


def _palette(kind: str, glass: object = None) -> Image.Image:
    """The drawing in 8 colours, or in all; its white is glass on request."""
    image = drawing().quantize(8) if kind == "P" else drawing()
    if glass:
        image.info["transparency"] = image.getpixel((60, 40))
    return image


_MODES: dict[str, tuple[Callable[[], Image.Image], str]] = {
    "1": (lambda: drawing().convert("L").point(lambda v: 255 * (v > 200)).convert("1"), "BMP"),
    "L": (lambda: drawing().convert("L"), "PNG"),
    "LA": (lambda: drawing().convert("LA"), "PNG"),
    "P": (lambda: _palette("P"), "GIF"),
    "P on glass": (lambda: _palette("P", glass=True), "PNG"),
    "RGB on glass": (lambda: _palette("RGB", glass=True), "PNG"),
    "RGBA": (lambda: drawing().convert("RGBA"), "PNG"),
    "CMYK": (lambda: drawing().convert("CMYK"), "JPEG"),
    "LAB": (_lab, "TIFF"),
    "YCbCr": (lambda: drawing().convert("YCbCr"), "JPEG"),
    "I;16": (lambda: levels(257, np.uint16), "PNG"),
    "I;16 TIFF": (lambda: levels(257, np.uint16), "TIFF"),
    "I": (lambda: levels(8_000_000, np.int32), "TIFF"),
    "F": (lambda: levels(1 / 255, np.float32), "TIFF"),
}
"""The drawing with every kind of pixels, and a format that can hold them."""


@pytest.mark.parametrize("mode", _MODES)
def test_every_kind_of_pixel_can_be_sent(tmp_path: Path, mode: str) -> None:
    """Grey, palette, print colours, 16 and 32 bits: what was dark is dark, what was red is red."""
    make, kind = _MODES[mode]
    sent = opened(image_part(written(tmp_path, "any", saved(make(), kind)), DEFAULTS))
    assert sent.mode in {"L", "RGB", "RGBA"}
    assert sent.size == (120, 80)
    if "glass" in mode:
        assert clear(sent, (60, 40))
    else:
        assert near(sent.convert("RGB").getpixel((60, 20)), WHITE, 12)
    corner = sent.convert("RGB").getpixel((8, 6))
    if mode in {"1", "L", "LA", "I;16", "I;16 TIFF", "I", "F"}:
        assert near(corner, (60, 60, 60), 60)
    else:
        assert near(corner, RED, 60)


def test_other_colour_spaces_become_srgb(tmp_path: Path) -> None:
    """A profile is applied before it is removed; one that does not fit is left out."""
    lab = ImageCms.createProfile("LAB")
    profile = ImageCms.ImageCmsProfile(lab).tobytes()
    image = Image.new("RGB", (300, 300), (200, 100, 50))
    for wrong in (b"nonsense", profile):
        path = written(tmp_path, "wrong.png", saved(image, icc_profile=wrong))
        assert near(
            opened(image_part(path, DEFAULTS)).convert("RGB").getpixel((9, 9)), (200, 100, 50)
        )
    swapped = _swapped_profile()
    path = written(tmp_path, "wide.png", saved(image, icc_profile=swapped))
    pixel = opened(image_part(path, DEFAULTS)).convert("RGB").getpixel((9, 9))
    assert near(pixel, (50, 100, 200), 40)
    see_through = image.convert("RGBA")
    see_through.putpixel((0, 0), (0, 0, 0, 0))
    path = written(tmp_path, "glass.png", saved(see_through, icc_profile=swapped))
    sent = opened(image_part(path, DEFAULTS))
    assert clear(sent, (0, 0))
    assert near(sent.convert("RGB").getpixel((9, 9)), (50, 100, 200), 40)


def _swapped_profile() -> bytes:
    """The profile of sRGB with red and blue exchanged: nobody can overlook that it was applied."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert profile.count(b"rXYZ") == profile.count(b"bXYZ") == 1
    return profile.replace(b"rXYZ", b"_XYZ").replace(b"bXYZ", b"rXYZ").replace(b"_XYZ", b"bXYZ")


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("GIF", {}), ("WEBP", {"lossless": True}), ("PNG", {}), ("TIFF", {}),
    ],
)  # fmt: skip
def test_of_many_frames_the_first_is_sent(
    tmp_path: Path, kind: str, options: dict[str, object]
) -> None:
    """An animation, or a document of many pages, is its first picture."""
    later = Image.new("RGB", (120, 80), GREEN)
    data = saved(drawing(), kind, save_all=True, append_images=[later, later], **options)
    image = opened(image_part(written(tmp_path, "moving", data), DEFAULTS)).convert("RGB")
    assert near(image.getpixel((8, 6)), RED)


@pytest.mark.parametrize("kind", ["HEIF", "AVIF", "WEBP", "BMP", "DIB"])
def test_pictures_of_phones_and_the_web_can_be_read(tmp_path: Path, kind: str) -> None:
    """HEIC, AVIF, WebP and BMP, under any name; a BMP without its file header is nothing."""
    register_heif_opener()
    path = written(tmp_path, "IMG_0001", saved(drawing(), kind))
    if kind == "DIB":
        assert refusal(path).reason == "wrong-kind"
        return
    image = opened(image_part(path, DEFAULTS)).convert("RGB")
    assert image.size == (120, 80)
    assert near(image.getpixel((8, 6)), RED, 60)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.98])
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True}), ("WEBP", {}),
        ("GIF", {}), ("BMP", {}), ("TIFF", {"compression": "tiff_lzw"}), ("HEIF", {}), ("AVIF", {}),
    ],
)  # fmt: skip
def test_a_picture_that_was_cut_off_is_refused(
    tmp_path: Path, kind: str, options: dict[str, object], share: float
) -> None:
    """Half a picture is not sent as if it were whole, wherever the download broke off."""
    register_heif_opener()
    data = saved(photo(320, 240), kind, **options)
    error = refusal(written(tmp_path, "half.jpg", data[: int(len(data) * share)]))
    assert error.reason == "damaged"
    assert "damaged or cut off" in str(error)


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    """A few thousand bytes that unfold to more pixels than allowed are refused, with the limit."""
    bomb = saved(Image.new("1", (6000, 6000)))
    assert len(bomb) < 20_000
    path = written(tmp_path, "bomb.png", bomb)
    error = refusal(path, AttachmentsConfig(max_megapixels=35))
    assert error.reason == "too-large"
    assert "35 megapixels" in str(error)
    assert "max_megapixels" in str(error)
    assert opened(image_part(path, AttachmentsConfig(max_megapixels=36))).size == (1568, 1568)


def test_a_bomb_beyond_the_libraries_limit_is_refused_alike(tmp_path: Path) -> None:
    """What Pillow itself refuses gets the same sentence as what we refuse."""
    data = bytearray(saved(Image.new("1", (8, 8))))
    data[16:24] = (60_000).to_bytes(4) + (60_000).to_bytes(4)  # a PNG's width and height
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4)
    assert refusal(written(tmp_path, "bomb.png", bytes(data))).reason == "too-large"


def test_a_damaged_note_does_not_cost_the_picture(tmp_path: Path) -> None:
    """EXIF that makes no sense is removed with the rest."""
    for nonsense in (
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0" + bytes(range(200)),
        b"Exif\0\0",
    ):
        path = written(tmp_path, "odd.jpg", saved(drawing(), "JPEG", exif=nonsense))
        assert near(opened(image_part(path, DEFAULTS)).convert("RGB").getpixel((8, 6)), RED, 40)


@pytest.mark.parametrize("path", sorted(SHARED.glob("*")), ids=lambda path: path.name)
def test_real_pictures_go_out_small(path: Path) -> None:
    """Photos and a scanned page keep their shape and lose most of their bytes."""
    part = image_part(path, DEFAULTS)
    with Image.open(path) as before:
        assert opened(part).size == before.size
    assert len(part.data) < path.stat().st_size / 2
