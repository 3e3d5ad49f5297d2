"""Reach the network: TCP and UDP on loopback, a listener of one's own, a name in the DNS.
Row 17. There is none.
"""

OUTCOME = "not attempted"
BEFORE = """
import contextlib, socket
with contextlib.suppress(OSError):
    socket.create_connection(("127.0.0.1", OUTSIDE["tcp"]), 1).sendall(b"mark")
    print("REACHED over TCP")
with contextlib.suppress(OSError):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"mark", ("127.0.0.1", OUTSIDE["udp"]))
    print("REACHED over UDP")
with contextlib.suppress(OSError):
    own = socket.socket()
    own.bind(("127.0.0.1", 0))
    own.listen()
    print("REACHED as a listener")
"""
NEVER = ("REACHED over TCP", "REACHED as a listener")
