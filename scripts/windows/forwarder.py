"""forwarder.py FILE NAME TARGET...: a Windows DLL without code, whose exports NAME are another DLL's TARGET (`DLL.function`)."""

import pathlib
import struct
import sys

file, *pairs = sys.argv[1:]
exports = sorted(zip(pairs[::2], pairs[1::2]))
BASE, ALIGN = 0x1000, 0x200


def section():
    """An export directory, its three tables, and the texts that they point to, from the address BASE on."""
    count = len(exports)
    functions = BASE + 40
    names = functions + 4 * count
    ordinals = names + 4 * count
    texts = ordinals + 2 * count
    blob = b""

    def put(text):
        nonlocal blob
        at = texts + len(blob)
        blob += text.encode() + b"\0"
        return at

    own = put(pathlib.Path(file).name)
    named = [(put(name), put(target)) for name, target in exports]
    directory = struct.pack("<LLHHLLLLLLL", 0, 0, 0, 0, own, 1, count, count, functions, names, ordinals)
    tables = [target for _, target in named] + [name for name, _ in named]
    return directory + struct.pack(f"<{2 * count}L{count}H", *tables, *range(count)) + blob


body = section()
padded = body + bytes(-len(body) % ALIGN)
optional = struct.pack(
    "<HBBLLLLLQLLHHHHHHLLLLHHQQQQLL",
    *(0x20B, 14, 0, 0, len(padded), 0, 0, BASE, 0x180000000, 0x1000, ALIGN, 6, 0, 0, 0, 6, 0, 0, 0x2000, ALIGN),
    *(0, 2, 0x160, 0x100000, 0x1000, 0x100000, 0x1000, 0, 16),
)
directories = struct.pack("<LL", BASE, len(body)) + bytes(15 * 8)
header = b"MZ" + bytes(58) + struct.pack("<L", 64) + b"PE\0\0"
header += struct.pack("<HHLLLHH", 0x8664, 1, 0, 0, 0, len(optional) + len(directories), 0x2022)
header += optional + directories
header += struct.pack("<8sLLLLLLHHL", b".edata", len(body), BASE, len(padded), ALIGN, 0, 0, 0, 0, 0x40000040)
pathlib.Path(file).write_bytes(header.ljust(ALIGN, b"\0") + padded)
