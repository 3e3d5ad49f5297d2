"""Show a PNG and a JPEG of a few hundred bytes whose headers promise thousands of millions of pixels.
Row 21. A picture has at most fifty million pixels.
"""
# ruff: noqa: E501

OUTCOME = "not attempted"
BEFORE = r"""
import base64, struct, zlib
from IPython.display import display

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

def png(width, height):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")

jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(11) + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 65000, 65000) + bytes(20)
display({"image/png": png(60000, 60000), "text/plain": "the huge PNG"}, raw=True)
display({"image/jpeg": base64.b64encode(jpeg).decode(), "text/plain": "the huge JPEG"}, raw=True)
display({"image/png": png(30, 30), "text/plain": "a small PNG"}, raw=True)
"""
SAYS = ("the huge PNG", "the huge JPEG", '"image/png": "iVBORw0KGgoAAAANSUhEUgAAAB4AAAAe')
NEVER = ("image/jpeg", "AAAOpgAADqY")
