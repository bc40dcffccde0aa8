#!/usr/bin/env python3
"""Rights that a till was given are renewed, taken back, and passed on to another device."""

import hashlib
import json
import shutil
import sys
import time

from broker_client import Refused
from centre_support import FREELY, PATIENCE_S, wait_for
from provision_support import ProvisionTest, SyncingTest, main, openssl, raw_signature


class StayingSetUp(ProvisionTest):
    def renew(self, data, at=None, key=None):
        sync = data / "sync"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                sync / "next.key")
        name = data.name
        request = openssl("req", "-new", "-sha256", "-key", sync / "next.key", "-subj",
                          f"/CN={name}")
        der = openssl("req", "-outform", "DER", given=request.encode(), text=False)
        certificate = (sync / "certificate.pem").read_text()
        leaf = openssl("x509", "-outform", "DER", given=certificate.encode(), text=False)
        at = at or time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        signed = json.dumps({"certificate": hashlib.sha256(leaf).hexdigest(),
                             "request": hashlib.sha256(der).hexdigest(), "at": at},
                            separators=(",", ":"))
        signature = raw_signature(key or sync / "key.pem",
                                  b"counterfoil/renewal/1\n" + signed.encode())
        return self.centre.ask("POST", "/api/terminals/renew",
                               {"certificate": certificate, "request": request, "at": at,
                                "signature": signature})

    def refusal(self, answer, code):
        self.assertEqual((answer.status, answer["error_code"]), (403, code), answer)

    def test_a_link_is_renewed_by_the_key_that_it_has(self):
        data, _ = self.provision("T11")
        self.refusal(self.renew(data, at="2020-01-01T00:00:00.000Z"), "TERMINAL_CLOCK_WRONG")
        self.refusal(self.renew(data, key=data / "key.pem"), "TERMINAL_CERTIFICATE_INVALID")
        answer = self.renew(data)
        self.assertEqual(answer.status, 200, answer)
        sync = data / "sync"
        (sync / "certificate.pem").write_text(answer["link_certificate"])
        shutil.copy(sync / "next.key", sync / "key.pem")
        self.client(data, "T11").close()
        self.assertEqual(self.renew(data).status, 200)
        # The ledger's certificate opens no link.
        shutil.copy(data / "certificate.pem", sync / "certificate.pem")
        self.refusal(self.renew(data, key=data / "key.pem"), "TERMINAL_CERTIFICATE_INVALID")

    def test_who_is_revoked_loses_the_broker_within_a_minute(self):
        data, _ = self.provision("T12")
        honest, _ = self.provision("T13")
        probe = self.probe()
        probe.subscribe("v1/main/up/+/+")
        till, other = self.client(data, "T12"), self.client(honest, "T13")
        self.addCleanup(till.close)
        self.addCleanup(other.close)
        till.subscribe("v1/main/dn/T12")
        till.publish("v1/main/up/7/T12", b"before")
        self.assertEqual(probe.heard(PATIENCE_S), b"before")
        probe.publish("v1/main/dn/T12", b"down")
        # The centre answers what it cannot read, perhaps before that.
        wait_for(lambda: till.heard(PATIENCE_S) == b"down")
        begun = time.monotonic()
        revoked = self.centre.ask("POST", "/api/terminals/T12/revoke", {"reason": "stolen"},
                                  self.admin)
        self.assertEqual(revoked.status, 200)

        def is_silent():
            till.publish("v1/main/up/7/T12", b"still")
            return probe.heard(0.5) is None
        wait_for(is_silent)
        took_s = time.monotonic() - begun
        print(f"revoked: silent after {took_s:.1f} s", file=sys.stderr)
        self.assertLess(took_s, 60)
        wait_for(lambda: till.heard(0.5) is None)
        probe.publish("v1/main/dn/T12", b"secret")
        self.assertIsNone(till.heard(1))
        with self.assertRaises(Refused):
            self.client(data, "T12")
        self.refusal(self.renew(data), "TERMINAL_CERTIFICATE_INVALID")
        other.publish("v1/main/up/7/T13", b"honest")
        self.assertEqual(probe.heard(PATIENCE_S), b"honest")
        again, said = self.provision("T12", "--export", self.path / "t12.ledger", data=data)
        self.assertIn("put aside", said)
        wait_for(lambda: self.lets_in(again, "T12"))

    def lets_in(self, data, name):
        try:
            self.client(data, name).close()
        except Refused:
            return False
        return True

    def test_what_an_older_device_of_a_name_was_given_is_good_no_more(self):
        old, _ = self.provision("T14", data=self.path / "T14-old")
        new, said = self.provision("T14", data=self.path / "T14-new")
        self.assertIn("epoch 2", said)
        wait_for(lambda: not self.lets_in(old, "T14"))
        self.assertTrue(self.lets_in(new, "T14"))


LIST_S = 15


class Renewing(SyncingTest):
    options = [*FREELY, "--link-seconds", "120", "--revocations-seconds", str(LIST_S)]

    def test_the_list_of_who_was_revoked_is_renewed_before_it_ends(self):
        data, _ = self.provision("T42")
        good_until = time.monotonic() + LIST_S
        self.client(data, "T42").close()
        time.sleep(good_until + 2 - time.monotonic())
        self.client(data, "T42").close()

    def test_a_link_is_renewed_in_time_and_used_from_then_on(self):
        data = self.shop("T41")
        certificate = data / "sync/certificate.pem"
        first, key = certificate.read_text(), (data / "sync/key.pem").read_text()
        log = self.log_of(data)
        with self.syncing(data):
            wait_for(lambda: certificate.read_text() != first)
            wait_for(lambda: "link_renewed" in log.read_text())
            wait_for(lambda: self.is_home("T41", data))
        self.assertNotEqual((data / "sync/key.pem").read_text(), key)
        self.assertEqual((data / "sync/key.pem").stat().st_mode & 0o777, 0o600)
        self.assertEqual([path.name for path in (data / "sync").glob("next-*")], [])
        self.client(data, "T41").close()
        self.sell(data)
        with self.syncing(data):
            wait_for(lambda: self.is_home("T41", data))


if __name__ == "__main__":
    main()
