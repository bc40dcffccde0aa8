#!/usr/bin/env python3
"""Set up at the till's own screen: the pages ask, the device is set up, its first data come."""

import contextlib
import http.client
import json
import re
import subprocess

from centre_support import PATIENCE_S, wait_for
from provision_support import ProvisionTest, ask_tool, main, programs, tool

BOARD = {"name": "test", "listen": {"address": "127.0.0.1", "port": 8080}, "scanners": [],
         "cameras": [], "printer": None, "display": None}


class Screen(ProvisionTest):
    def board(self, address="127.0.0.1"):
        file = self.path / "board.json"
        listen = {"address": address, "port": 8080}
        file.write_text(json.dumps({**BOARD, "listen": listen}))
        return file

    @contextlib.contextmanager
    def serving(self, data):
        process = subprocess.Popen(
            [programs.counterfoil, "setup", "--data", data, "--board", self.board(), "--port", "0",
             "--authority", self.path / "server.pem"], stdout=subprocess.PIPE, text=True)
        try:
            port = int(re.search(r":(\d+)/", process.stdout.readline()).group(1))
            yield process, port
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
            process.stdout.close()

    @staticmethod
    def ask(port, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        text = body if isinstance(body, (str, type(None))) else json.dumps(body)
        sent = {"Content-Type": "application/json", **headers}
        connection.request("GET" if body is None else "POST", "/api/setup", text, sent)
        response = connection.getresponse()
        answer = json.loads(response.read())
        connection.close()
        return response.status, answer

    def state(self, port, wanted, **headers):
        def came():
            _, answer = self.ask(port, **headers)
            return answer if answer["state"] == wanted else None
        wait_for(came)
        return self.ask(port, **headers)[1]

    def test_a_code_that_is_typed_makes_a_till_that_sells(self):
        data = self.path / "S01"
        with self.serving(data) as (process, port):
            self.assertEqual(self.ask(port), (200, {"needed": True, "state": "needed"}))
            wish = {"code": "0000-0000-0000", "url": self.url, "language": "hu"}
            self.assertEqual(self.ask(port, wish)[0], 200)
            failed = self.state(port, "failed")
            self.assertEqual(failed["error_code"], "TERMINAL_CODE_INVALID")
            self.assertRegex(failed["detail"], r"^Ez a kód hibás")
            wish["code"] = self.code("S01")
            self.assertEqual(self.ask(port, wish), (200, {"needed": True, "state": "working"}))
            self.assertEqual(self.state(port, "waiting_for_data")["terminal"], "S01")
            self.load(data)
            self.state(port, "done")
            self.assertEqual(process.wait(PATIENCE_S), 0)
            self.assertIn("set up: ", process.stdout.read())
        tool("till", "--data", data, "open", "20000")
        self.sell(data)

    def test_what_is_no_wish_sets_nothing_up(self):
        data = self.path / "S02"
        good = {"code": "0000-0000-0000", "url": self.url, "language": "hu"}
        with self.serving(data) as (_, port):
            for wish in ("nonsense", {}, {**good, "language": "fr"}, {**good, "code": 5}):
                status, answer = self.ask(port, wish)
                self.assertEqual((status, answer["error_code"]), (400, "MALFORMED"), wish)
            for headers, code in (({"Origin": "http://evil.example"}, "WRONG_ORIGIN"),
                                  ({"Host": "evil.example"}, "WRONG_HOST"),
                                  ({"Content-Type": "text/plain"}, "MALFORMED")):
                self.assertEqual(self.ask(port, good, **headers)[1]["error_code"], code)
            self.assertEqual(self.ask(port)[1]["state"], "needed")
            self.ask(port, {**good, "url": "http://192.0.2.1:80"})
            self.assertEqual(self.state(port, "failed")["error_code"], "INVALID_ARGUMENT")
        for name in ("key.pem", "journal.db", "pending"):
            self.assertFalse((data / name).exists(), name)

    def test_nobody_sets_it_up_from_another_machine(self):
        done = ask_tool("setup", "--data", self.path / "S03", "--board", self.board("0.0.0.0"))
        self.refused(done, "malformed")

    def test_one_that_was_set_up_waits_for_its_data_alone(self):
        data, _ = self.provision("S04")
        with self.serving(data) as (process, port):
            self.assertEqual(self.ask(port)[1]["state"], "waiting_for_data")
            self.load(data)
            self.assertEqual(process.wait(PATIENCE_S), 0)


if __name__ == "__main__":
    main()
