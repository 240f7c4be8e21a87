"""Pictures and documents for tests, made on the spot, and what is expected of a refusal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter

from assistant.config import AttachmentsConfig
from assistant.errors import UsageError
from assistant.think.attachment_errors import SPOKEN, AttachmentError
from assistant.think.attachments import part_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.messages import ImagePart, Part

DEFAULTS = AttachmentsConfig()
RED, GREEN, BLUE, WHITE = (230, 20, 20), (20, 200, 20), (20, 20, 230), (255, 255, 255)
PLACE = b"Hidden-Place-47"
"""What must not be found in anything that goes out."""
PASSWORD = "secret"  # noqa: S105  # of documents that exist for the length of a test


def opened(part: ImagePart) -> Image.Image:
    """The picture as a model would see it."""
    assert part.media_type in {"image/jpeg", "image/png"}
    with Image.open(io.BytesIO(part.data)) as image:
        assert image.format == part.media_type.removeprefix("image/").upper()
        image.load()
        return image


def photo(width: int, height: int) -> Image.Image:
    """Noise over a gradient, as a camera would give: no two pixels are alike."""
    noise = np.random.default_rng(7).normal(0, 12, (height, width, 3))
    slope = np.linspace(40, 200, width)[None, :, None]
    return Image.fromarray((noise + slope).clip(0, 255).astype(np.uint8))


def drawing(width: int = 120, height: int = 80) -> Image.Image:
    """White, with a red corner at the top left and a blue one at the bottom right."""
    image = Image.new("RGB", (width, height), WHITE)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 4, height // 4), RED)
    draw.rectangle((width - width // 4, height - height // 4, width, height), BLUE)
    return image


def levels(factor: float, kind: type, image: Image.Image | None = None) -> Image.Image:
    """A drawing in grey, of numbers as cameras and scientists have them; one is no number."""
    grey = np.asarray((image or drawing()).convert("L"), np.float32) * factor
    if kind is np.float32:
        grey[40, 60] = np.nan
    return Image.fromarray(grey.astype(kind))


def near(pixel: object, colour: tuple[int, ...], off: int = 30) -> bool:
    """Whether a pixel has about this colour."""
    assert isinstance(pixel, tuple)
    return all(abs(is_ - ought) <= off for is_, ought in zip(pixel, colour, strict=True))


def clear(image: Image.Image, at: tuple[int, int]) -> bool:
    """Whether one sees through it there."""
    return image.getchannel("A").getpixel(at) == 0


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The bytes of a picture's file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def written(folder: Path, name: str, data: bytes) -> Path:
    """A file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return path


def pdf(pages: int = 1, **encryption: str) -> bytes:
    """A PDF of empty pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if encryption:
        writer.encrypt(**encryption)  # type: ignore[arg-type]
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def refusal(
    path: Path,
    config: AttachmentsConfig = DEFAULTS,
    part: Callable[[Path, AttachmentsConfig], Part] = part_of,
) -> AttachmentError:
    """The error that a file gets: one line that names it, and one to say aloud."""
    with pytest.raises(AttachmentError) as caught:
        part(path, config)
    error = caught.value
    assert isinstance(error, UsageError)
    assert (error.kind, error.exit_code) == ("attachment", 2)
    assert "\n" not in str(error)
    assert path.name in str(error)
    assert str(error).endswith(".")
    assert error.spoken == SPOKEN[error.reason]
    return error


def noted(kind: str, image: Image.Image) -> bytes:
    """A picture whose file tells where it was taken in every way that its format has."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = PLACE.decode()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 12.0)
    gps[ExifTags.GPS.GPSAreaInformation] = PLACE
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + PLACE + b"</x:xmpmeta>"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, object] = {"exif": exif, "icc_profile": profile}
    match kind:
        case "PNG":
            notes = PngInfo()
            notes.add_text("Location", PLACE.decode())
            notes.add_itxt("XML:com.adobe.xmp", xmp.decode())
            options["pnginfo"] = notes
        case "GIF":
            options = {"comment": PLACE}
        case "JPEG":
            options |= {"comment": PLACE, "xmp": xmp}
        case "TIFF":
            options = {"exif": exif}
        case _:
            options["xmp"] = xmp
    return saved(image, kind, **options)
