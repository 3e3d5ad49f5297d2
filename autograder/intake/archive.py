"""Zip archives, read member by member within limits; nothing is ever unpacked to a path of theirs."""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import IO

from autograder.errors import IntakeError
from autograder.intake.piece import ARCHIVE, IntakeLimits, Piece, Refusal, suffix, too_large, utc
from autograder.safe import one_line

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # the member, strong encryption, the table of contents
#: What zipfile raises for damaged archives, some of it for rare damage only.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,
    KeyError,
)
_KINDS = {0: "file", stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "symbolic link"}
_UTF8_FLAG = 0x800
_UTC_FIELD = 0x5455  # "extended timestamp" of Info-ZIP: one byte of flags, then seconds since 1970
_SEND_ANEW = "Ask for it once more, or collect the unpacked files."


class _Guarded:
    """A file that zipfile reads from, and that refuses to give more than `limit` bytes at once.

    zipfile reads the table of contents in one go, whatever size the archive claims for it.
    """

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self._file, self._limit = file, limit
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > self._limit:
            raise IntakeError(f"its table of contents has more than {self._limit} bytes", do=_SEND_ANEW)
        return self._file.read(size)


def open_archive(file: IO[bytes], limits: IntakeLimits) -> zipfile.ZipFile:
    """Raises IntakeError for what is no zip archive, a damaged one, or one with too many members."""
    try:
        archive = zipfile.ZipFile(_Guarded(file, max(512 * limits.members, 65_536)))
        count = len(archive.infolist())
    except _BROKEN as error:
        raise IntakeError(f"not a zip archive, or a damaged one ({_said(error)})", do=_SEND_ANEW) from error
    if count > limits.members:
        raise IntakeError(f"it has {count} members, more than {limits.members}", do="Collect it in parts.")
    return archive


def members(archive: zipfile.ZipFile, fallback: datetime, limits: IntakeLimits) -> Iterator[Piece | Refusal]:
    """The files of an archive, in its order. A member without a time has `fallback`'s."""
    infos = [info for info in archive.infolist() if not _is_folder(info)]
    names = Counter(_folded(_name(info)) for info in infos)
    for info in infos:
        try:
            _check(info, limits)
            if names[_folded(_name(info))] > 1:
                raise IntakeError("its name is there more than once, capitals aside", do=_SEND_ANEW)
        except IntakeError as error:
            yield Refusal(one_line(_utf8(info.orig_filename, info)), error)
        else:
            path = _normal(_name(info))
            read = partial(_read, archive, info, limits.bytes_of(path))
            yield Piece(path, _time(info, fallback), info.file_size, read)


def unpack(piece: Piece, limits: IntakeLimits) -> Iterator[Piece | Refusal]:
    """The files of an archive that a learner made, with the time that the channel gave the archive."""
    with open_archive(io.BytesIO(piece.read()), limits) as archive:
        found = list(members(archive, piece.time, limits))
    for entry in found:
        if isinstance(entry, Refusal):
            yield Refusal(one_line(f"{piece.shown} → {entry.shown}"), entry.error)
        elif suffix(entry.path) == ARCHIVE:
            error = IntakeError("an archive within an archive", do="Ask for the notebook itself.")
            yield Refusal(one_line(f"{piece.shown} → {entry.path}"), error)
        else:
            read = partial(_read_within, piece, entry.path, limits)
            yield Piece(piece.path, piece.time, entry.size, read, inner=entry.path)


def _read_within(piece: Piece, path: str, limits: IntakeLimits) -> bytes:
    """Opens the archive again, so that a whole cohort's need not be in memory at once."""
    with open_archive(io.BytesIO(piece.read()), limits) as archive:
        for entry in members(archive, piece.time, limits):
            if isinstance(entry, Piece) and entry.path == path:
                return entry.read()
    raise IntakeError("the archive changed while it was read", do="Collect it again.")


def _check(info: zipfile.ZipInfo, limits: IntakeLimits) -> None:
    _check_name(info.orig_filename, limits)  # as the archive has it; zipfile may have made it nicer
    _check_name(_name(info), limits)
    if _kind(info) != "file":
        raise IntakeError(f"a {_kind(info)}, not a file", do="Ask for the file itself.")
    if info.flag_bits & _ENCRYPTED:
        raise IntakeError("it is encrypted", do="Ask for it without a password.")
    if info.compress_type not in _METHODS:
        raise IntakeError(f"it is packed with method {info.compress_type}", do="Ask for an ordinary zip.")
    if info.file_size > limits.ratio_above and info.file_size > limits.ratio * max(info.compress_size, 1):
        raise IntakeError(
            f"it unpacks to {info.file_size} bytes, more than {limits.ratio} times its packed size",
            do="Ask for the notebook itself, without outputs.",
        )


def _name(info: zipfile.ZipInfo) -> str:
    return _utf8(info.filename, info)


def _utf8(name: str, info: zipfile.ZipInfo) -> str:
    """A member's name. Many tools write UTF-8 and do not say so; zipfile then reads it as code page 437."""
    if info.flag_bits & _UTF8_FLAG:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except ValueError:
        return name


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith("/") and _kind(info) in ("file", "folder")


def _check_name(name: str, limits: IntakeLimits) -> None:
    if not _normal(name):
        raise IntakeError("it has no name", do=_SEND_ANEW)
    if len(name) > limits.name_length:
        raise IntakeError(f"its name has more than {limits.name_length} characters", do=_SEND_ANEW)
    if "\\" in name or "\0" in name:
        raise IntakeError("its name has a backslash or a zero byte", do="Have it packed with another tool.")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        raise IntakeError("its name is an absolute path", do=_SEND_ANEW)
    if ".." in name.split("/"):
        raise IntakeError("its name leads out of the archive (`..`)", do=_SEND_ANEW)


def _kind(info: zipfile.ZipInfo) -> str:
    """What the member says it is; a file when it was packed where files have no type bits."""
    return _KINDS.get(stat.S_IFMT(info.external_attr >> 16), "device, pipe or socket")


def _normal(name: str) -> str:
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", _normal(name)).casefold()


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    chunks, left = [], limit
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(65_536):
                chunks.append(chunk)
                left -= len(chunk)
                if left < 0:
                    raise too_large(limit)
    except _BROKEN as error:
        raise IntakeError(f"it is damaged ({_said(error)})", do=_SEND_ANEW) from error
    return b"".join(chunks)


def _time(info: zipfile.ZipInfo, fallback: datetime) -> datetime:
    """The member's time: in UTC where the archive has it, else its local time, read as this machine's."""
    extra = info.extra
    while len(extra) >= 9:
        tag, size, flags = struct.unpack_from("<HHB", extra)
        if tag == _UTC_FIELD and size >= 5 and flags & 1:
            return utc(*struct.unpack_from("<I", extra, 5))
        extra = extra[4 + size :]
    try:
        local = datetime(*info.date_time)
        # Zip counts from 1980; tools that know no time write its first day.
        return local.astimezone(UTC) if local.year > 1980 else fallback
    except (ValueError, OverflowError, OSError):
        return fallback


def _said(error: BaseException) -> str:
    return one_line(str(error) or type(error).__name__, 100)
