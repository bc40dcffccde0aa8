"""A client of a broker, as strange as a test wants it."""

import socket
import ssl
import struct

from centre_support import PATIENCE_S


class Refused(Exception):
    """The broker does not let it in."""


class Client:
    """The little of MQTT 3.1.1 that shows what a broker lets somebody do."""

    def __init__(self, port, authority, certificate, key, name):
        context = ssl.create_default_context(cafile=str(authority))
        context.load_cert_chain(str(certificate), str(key))
        try:
            plain = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
            self.socket = context.wrap_socket(plain, server_hostname="localhost")
            self.socket.settimeout(PATIENCE_S)
            self.send(0x10, b"\0\4MQTT\4\2\0\x3c" + self.text(name))
            kind, content = self.receive()
        except (OSError, EOFError) as problem:
            raise Refused(str(problem)) from problem
        if (kind, content[1:]) != (0x20, b"\0"):
            raise Refused(f"{kind} {content!r}")

    @staticmethod
    def text(text):
        return struct.pack(">H", len(text)) + text.encode()

    def send(self, head, content):
        size, length = len(content), b""
        while True:
            length += bytes([size % 128 + (128 if size > 127 else 0)])
            size //= 128
            if not size:
                break
        self.socket.sendall(bytes([head]) + length + content)

    def exactly(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def receive(self):
        head, size, shift = self.exactly(1)[0], 0, 0
        while True:
            byte = self.exactly(1)[0]
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return head, self.exactly(size)

    def subscribe(self, topic):
        self.send(0x82, b"\0\1" + self.text(topic) + b"\0")
        assert self.receive()[0] == 0x90

    def publish(self, topic, payload):
        self.send(0x30, self.text(topic) + payload)

    def heard(self, patience_s):
        """What comes within that time, or nothing."""
        self.socket.settimeout(patience_s)
        try:
            while True:
                kind, content = self.receive()
                if kind & 0xf0 == 0x30:
                    size = struct.unpack(">H", content[:2])[0]
                    return content[2 + size:]
        except (TimeoutError, EOFError, ssl.SSLError, ConnectionError):
            return None

    def close(self):
        self.socket.close()
