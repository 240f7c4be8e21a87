"""A picture made ready to go out: upright, small, and with nothing in it but what one sees.

Flows in: a file's bytes and the `[attachments]` settings. Flows out: a JPEG or a PNG without EXIF
(place!), XMP, comments and profiles. The only module that imports Pillow. Refuses to know: paths,
what is in the picture, how it is sent.
"""

from __future__ import annotations

import io
import logging
import math
import warnings
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageCms, ImageOps, ImageStat

from assistant.think.attachment_errors import AttachmentError

if TYPE_CHECKING:
    from assistant.config import AttachmentsConfig
    from assistant.think.file_looks import Picture

_LOG = logging.getLogger(__name__)
_SCALABLE = {"L", "RGB", "RGBA", "CMYK", "LAB"}
_QUALITIES = (85, 70, 55, 40)
"""JPEG qualities to try, best first. Pillow's documentation advises against more than 95."""
_SHRINK = 0.75
"""What the sides are multiplied by where even the lowest quality is too large."""
_SHARP = 2.0
"""How many times the size of a JPEG the PNG of a drawing may have: small letters stay sharp."""
_FLAT = 0.5
"""Share of pixels like their left neighbour that makes a drawing or a screenshot.

Measured: photos 0.14 to 0.33, a scanned page 0.25, screenshots full of text 0.74, charts 0.99.
"""
_NEARLY_WHITE = 192
"""Mean brightness, of 255, from which the visible part of a picture is put on black."""
_TINY_PX = 65_536
"""Pixels up to which a PNG is tried whatever the picture is, because it costs nothing."""
_AHEAD = 2
"""How many times the wanted size a JPEG is decoded to, so that scaling down looks well."""


def ready(data: bytes, name: str, looks: Picture, config: AttachmentsConfig) -> tuple[bytes, str]:
    """The picture as it may go out, and its media type. Blocks. Raises AttachmentError."""
    image = _decoded(data, name, looks, config)
    return _encoded(image, config.max_image_bytes)


def _decoded(data: bytes, name: str, looks: Picture, config: AttachmentsConfig) -> Image.Image:
    """The first frame: whole, upright, scaled, in sRGB; of mode L, RGB or RGBA, with no notes."""
    warnings.filterwarnings("ignore", module=r"(PIL|pillow_heif)\b")  # we look for ourselves
    if looks.decoder == "HEIF":
        from pillow_heif import register_heif_opener  # noqa: PLC0415  # only where it is needed

        register_heif_opener(decode_threads=1, thumbnails=False)
    too_large = f"{name} has more than {config.max_megapixels} megapixels, which is the most"
    try:
        with Image.open(io.BytesIO(data), formats=[looks.decoder]) as image:
            if math.prod(image.size) > config.max_megapixels * 1_000_000:
                raise Image.DecompressionBombError
            _draft(image, config.max_image_px)
            image.load()
            plain = _plain(image)
            plain.info = image.info  # with the orientation, which is for the small picture
        plain.thumbnail((config.max_image_px, config.max_image_px), Image.Resampling.LANCZOS)
        _turn_upright(plain)
        return _bare(_srgb(plain, plain.info.get("icc_profile")))
    except (Image.DecompressionBombError, MemoryError) as error:
        raise AttachmentError(
            f"{too_large} ([attachments] max_megapixels). Save it smaller and try again.",
            "too-large",
        ) from error
    except Exception as error:  # decoders meet damage with every exception there is
        raise AttachmentError(
            f"{name} begins like {looks.words} but is damaged or cut off. Try another copy of it.",
            "damaged",
        ) from error


def _draft(image: Image.Image, max_px: int) -> None:
    """Decode a large JPEG at a half, a quarter or an eighth: a fraction of the time and memory."""
    ratio = _AHEAD * max_px / max(image.size)
    if ratio < 1:
        width, height = image.size
        image.draft(None, (math.ceil(width * ratio), math.ceil(height * ratio)))


def _turn_upright(image: Image.Image) -> None:
    """Turn it as its EXIF says, in place; with EXIF that makes no sense, leave it as it is."""
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except Exception as error:  # noqa: BLE001  # an unreadable note must not cost the picture
        _LOG.debug("the orientation cannot be read: %r", error)


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be scaled: L, RGB, RGBA, CMYK or LAB."""
    if image.mode != "RGBA" and image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in _SCALABLE:
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I;16"):
        return _grey(np.asarray(image, np.float32), 0, 65_535)
    if image.mode in {"I", "F"}:
        levels = np.nan_to_num(np.asarray(image, np.float32))
        return _grey(levels, float(levels.min()), float(levels.max()))
    return image.convert("RGB")


def _grey(levels: np.typing.NDArray[np.float32], black: float, white: float) -> Image.Image:
    scaled = (levels - black) * (255 / ((white - black) or 1))
    return Image.fromarray(scaled.clip(0, 255).astype(np.uint8))


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In the colours that every model expects; without a profile, or with a wrong one, as it is."""
    if profile:
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
        colours = image if alpha is None else image.convert("RGB")
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(colours, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            turned = None
        if turned is not None:
            if alpha is not None:
                turned.putalpha(alpha)
            image = turned.convert("L") if image.mode == "L" else turned
    return image if image.mode in {"L", "RGB", "RGBA"} else image.convert("RGB")


def _bare(image: Image.Image) -> Image.Image:
    """The pixels alone, in a new picture; transparency that hides nothing is dropped."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _encoded(image: Image.Image, limit: int) -> tuple[bytes, str]:
    """A JPEG, or a PNG where that is smaller or sharper; never over the limit."""
    drawn = _flatness(image) >= _FLAT
    opaque = _on_paper(image) if image.mode == "RGBA" else image
    best = _jpeg(opaque, _QUALITIES[0])
    if drawn or image is not opaque or math.prod(image.size) <= _TINY_PX:
        png = _png(image)
        if len(png) <= limit and len(png) <= len(best) * (_SHARP if drawn else 1):
            return png, "image/png"
    while len(best) > limit:
        for quality in _QUALITIES:
            if len(best := _jpeg(opaque, quality)) <= limit:
                break
        else:
            width, height = opaque.size
            opaque = opaque.resize((max(1, int(width * _SHRINK)), max(1, int(height * _SHRINK))))
    return best, "image/jpeg"


def _on_paper(image: Image.Image) -> Image.Image:
    """Without transparency: on white, or on black where what one sees is itself nearly white.

    What cannot be seen is painted so in the picture itself, too: many a model's decoder drops the
    transparency, and would show black letters on black.
    """
    alpha = image.getchannel("A")
    seen = alpha.point(lambda level: 255 * (level > 0))
    bright = ImageStat.Stat(image.convert("L"), seen).mean[0] if seen.getbbox() else 0
    colour = (255, 255, 255) if bright < _NEARLY_WHITE else (0, 0, 0)
    image.paste((*colour, 0), mask=ImageChops.invert(seen))
    return Image.alpha_composite(Image.new("RGBA", image.size, (*colour, 255)), image).convert(
        "RGB"
    )


def _flatness(image: Image.Image) -> float:
    """The share of pixels that are as their left neighbour."""
    colours = image.convert("RGB")
    change = ImageChops.difference(colours, ImageChops.offset(colours, 1, 0)).convert("L")
    return change.histogram()[0] / math.prod(image.size)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
