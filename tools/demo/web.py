"""A server as its users see it."""

import http.cookiejar
import json
import pathlib
import ssl
import time
import urllib.error
import urllib.request
import uuid

from .basics import PATIENCE_S, Refused

LONG_S = 10 * 366 * 86400


class Web:
    """Asks one server. Cookies are kept in a file that curl reads, too."""

    def __init__(self, url, authority=None, jar=None):
        self.url = url
        self.token = None
        self.jar = http.cookiejar.MozillaCookieJar(jar)
        if jar and pathlib.Path(jar).exists():
            self.jar.load(ignore_discard=True)
        trust = ssl.create_default_context(cafile=authority)
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust),
            urllib.request.HTTPCookieProcessor(self.jar))

    def keep_cookies(self):
        if not self.jar.filename:
            return
        for cookie in self.jar:
            cookie.expires = cookie.expires or int(time.time()) + LONG_S  # curl's form has to say
        self.jar.save(ignore_discard=True)

    def ask(self, method, path, body=None):
        """Status and answer; (0, {}) where nobody listens."""
        sent = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, sent, method=method)
        try:
            with self.opener.open(request, timeout=PATIENCE_S) as response:
                status, text = response.status, response.read()
        except urllib.error.HTTPError as refusal:
            status, text = refusal.code, refusal.read()
        except OSError:
            return 0, {}
        self.keep_cookies()
        return status, json.loads(text)

    def done(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        if status not in (200, 201):
            raise Refused(f"refused: {method} {path} was answered {status}: {answer}")
        return answer
