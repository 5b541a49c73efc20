"""Takes the pictures that a catalogue file names: judges each, makes it small, keeps all of them or none."""

from __future__ import annotations

import io
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from sync.protocol import MAX_PICTURE_BYTES, picture_name
from sync.server.pictures import PictureStore

if TYPE_CHECKING:
    from types import TracebackType

    from PIL.Image import Image

LARGEST_FILE_BYTES = 24 * 1024 * 1024
MOST_PIXELS = 40_000_000
"""A telephone's photograph has 12 to 24 million; more could fill the memory when it is unpacked."""

SHOWN_SIZE = (640, 480)
"""Larger pictures are made to fit into this many pixels: no till shows them larger."""

_JPEG_QUALITY = 85


class PictureRefused(ValueError):
    """A file that cannot be a product's picture; `code` is one of `catalogue_csv.PROBLEMS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PictureIntake:
    """The pictures of one import, set aside until `keep`: what is refused leaves nothing behind.

    File names are relative to `folder`, and a file outside of it is refused. Use it in a `with` block.
    """

    def __init__(self, folder: Path, store: PictureStore) -> None:
        self._folder = folder
        self._store = store
        self._names: dict[str, str] = {}
        self._aside: Path | None = None
        self._cleaning = ExitStack()

    def __enter__(self) -> PictureIntake:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cleaning.close()

    def name_of(self, file_name: str) -> str:
        """Judge a file and return what the picture in it will be called; raises `PictureRefused`."""
        if file_name not in self._names:
            content = fitted(self._content(file_name))
            name = picture_name(content)
            (self._aside_folder() / name).write_bytes(content)
            self._names[file_name] = name
        return self._names[file_name]

    def keep(self) -> None:
        """Hand every picture to the store. Raises `OSError`; what was kept before does no harm."""
        for name in sorted(set(self._names.values())):
            self._store.keep((self._aside_folder() / name).read_bytes())

    def _aside_folder(self) -> Path:
        if self._aside is None:
            made = tempfile.TemporaryDirectory(prefix="evertill-pictures-")
            self._aside = Path(self._cleaning.enter_context(made))
        return self._aside

    def _content(self, file_name: str) -> bytes:
        try:
            file = (self._folder / file_name).resolve(strict=True)
            if not file.is_relative_to(self._folder.resolve()):
                raise PictureRefused("picture_outside")
            if not file.is_file():
                raise PictureRefused("picture_not_found")
            if file.stat().st_size > LARGEST_FILE_BYTES:
                raise PictureRefused("picture_too_large")
            return file.read_bytes()
        except OSError as error:
            raise PictureRefused("picture_not_found") from error


def fitted(content: bytes) -> bytes:
    """Return a PNG or JPEG that fits `SHOWN_SIZE` and `MAX_PICTURE_BYTES`: as it is when it already does.

    The content decides what it is, not the file's name, and it is unpacked to its end: a damaged picture
    never reaches a till. A photograph that is made smaller loses what the camera wrote into it, such as
    the place. Raises `PictureRefused`.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415  # only when pictures come

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureRefused("picture_too_large")
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            fits = opened.width <= SHOWN_SIZE[0] and opened.height <= SHOWN_SIZE[1]
            turned = opened.getexif().get(0x0112, 1) != 1
            if fits and not turned and picture_name(content):
                return content
            return _saved(upright, as_photograph=opened.format == "JPEG")
    except PictureRefused:
        raise
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,  # what Pillow raises for a broken PNG
        ValueError,
    ) as error:
        raise PictureRefused("not_a_picture") from error


def _saved(picture: Image, *, as_photograph: bool) -> bytes:
    from PIL import Image  # noqa: PLC0415  # as above

    clear = picture.has_transparency_data
    small = picture.convert("RGBA" if clear else "RGB")
    small.thumbnail(SHOWN_SIZE, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    if not as_photograph:
        small.save(out, "PNG", optimize=True)
        if out.tell() <= MAX_PICTURE_BYTES:
            return out.getvalue()
        out = io.BytesIO()
    ground = Image.new("RGB", small.size, "white")
    ground.paste(small, mask=small.getchannel("A") if clear else None)
    ground.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return out.getvalue()
