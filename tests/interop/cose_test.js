// Our codes against an independent COSE and CWT library: what we sign verifies there, and what it
// signs verifies here. Usage: node cose_test.js PROGRAM

import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { Claims } from "@ldclabs/cose-ts/cwt";
import { ECDSAKey } from "@ldclabs/cose-ts/ecdsa";
import { Header } from "@ldclabs/cose-ts/header";
import * as iana from "@ldclabs/cose-ts/iana";
import { Sign1Message } from "@ldclabs/cose-ts/sign1";
import { bytesToHex } from "@ldclabs/cose-ts/utils";

const program = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "counterfoil-interop-"));
after(() => rmSync(folder, { recursive: true }));

const keys = join(folder, "keys");
const kOwnClaim = -65537;
const kMember = "01934f00-0000-7000-8001-000000000000";

function run(...words) {
  return execFileSync(program, words, { encoding: "utf8" }).trimEnd();
}

function verify(...words) {
  const done = spawnSync(program, ["token", "verify", ...words], { encoding: "utf8" });
  return { code: done.status, line: done.stdout.trimEnd() };
}

const kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

function fromBase45(text) {
  const bytes = [];
  for (let i = 0; i < text.length; i += 3) {
    const digits = [...text.slice(i, i + 3)].map((c) => kAlphabet.indexOf(c));
    const value = digits.reduce((sum, digit, place) => sum + digit * 45 ** place, 0);
    if (digits.length === 3) bytes.push(value >> 8);
    bytes.push(value & 255);
  }
  return Uint8Array.from(bytes);
}

function toBase45(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    let value = pair ? bytes[i] * 256 + bytes[i + 1] : bytes[i];
    for (let place = 0; place < (pair ? 3 : 2); place += 1) {
      text += kAlphabet[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
}

// A private key of ours, as the library has it.
function keyFrom(file, id) {
  const { d } = createPrivateKey(readFileSync(file)).export({ format: "jwk" });
  return ECDSAKey.fromSecret(new Uint8Array(Buffer.from(d, "base64url")), id);
}

run("keys", "root", keys);
run("keys", "issue", keys, "--for", "coupons,members");
const keyFile = readdirSync(keys).find((name) => /^[0-9a-f]{8}\.key$/.test(name));
const keyId = new Uint8Array(Buffer.from(keyFile.slice(0, 8), "hex"));
const signer = keyFrom(join(keys, keyFile), keyId);

test("a coupon made here verifies there", () => {
  const text = run("token", "make", "coupon", "--keys", keys, "--book", "42", "--value", "1000",
    "--serial", "0102030405060708", "--store", "3");
  const message = Sign1Message.fromBytes(signer.public(), fromBase45(text.slice(4)));
  const claims = Claims.fromBytes(message.payload);
  assert.equal(bytesToHex(claims.cti), "0102030405060708");
  assert.equal(claims.exp - claims.nbf, 30 * 24 * 60 * 60);
  const [kind, value, book, holder, stores, home, uses] = claims.getParam(kOwnClaim);
  assert.deepEqual([kind, value, book, holder.length, stores, home, uses],
    [1, 1000, 42, 0, [3], 0, 1]);
});

test("a coupon that was changed does not verify there", () => {
  const text = run("token", "make", "coupon", "--keys", keys, "--book", "42", "--value", "1000");
  const bytes = fromBase45(text.slice(4));
  bytes[40] ^= 1;
  assert.throws(() => Sign1Message.fromBytes(signer.public(), bytes));
});

test("a member's code made here verifies there, with the certificate within", () => {
  const phone = join(folder, "phone.key");
  const text = run("token", "make", "member", "--keys", keys, "--member", kMember, "--tier", "2",
    "--device", phone, "--counter", "9");
  const device = keyFrom(phone);
  const shown = Claims.fromBytes(
    Sign1Message.fromBytes(device.public(), fromBase45(text.slice(4))).payload);
  assert.ok(Math.abs(shown.iat - Date.now() / 1000) < 60);
  const [counter, certificate] = shown.getParam(kOwnClaim);
  assert.equal(counter, 9);
  const issued = Claims.fromBytes(Sign1Message.fromBytes(signer.public(), certificate).payload);
  const [member, tier, point] = issued.getParam(kOwnClaim);
  assert.equal(bytesToHex(member), kMember.replaceAll("-", ""));
  assert.equal(tier, 2);
  assert.equal(point.length, 33);
});

test("a message signed there verifies here", () => {
  const key = ECDSAKey.generate(iana.AlgorithmES256);
  const point = bytesToHex(key.public().getPublicKey());
  const claims = new Claims();
  claims.iss = "somebody else";
  claims.exp = Math.floor(Date.now() / 1000) + 3600;
  const message = bytesToHex(new Sign1Message(claims.toBytes()).toBytes(key));
  const good = verify("--cose", message, "--key", point);
  assert.equal(good.code, 0, good.line);
  assert.ok(good.line.endsWith(bytesToHex(claims.toBytes())));
  const other = bytesToHex(ECDSAKey.generate(iana.AlgorithmES256).public().getPublicKey());
  const bad = verify("--cose", message, "--key", other);
  assert.equal(bad.code, 1);
  assert.match(bad.line, /^bad: signature_wrong: /);
});

test("a coupon signed there is believed here", () => {
  const now = Math.floor(Date.now() / 1000);
  const claims = new Claims();
  claims.exp = now + 3600;
  claims.nbf = now - 60;
  claims.cti = new Uint8Array(8).fill(7);
  claims.setParam(kOwnClaim, [2, 150, 5, new Uint8Array(0), [], 0, 3]);
  const header = new Header()
    .setParam(iana.HeaderParameterAlg, iana.AlgorithmES256)
    .setParam(iana.HeaderParameterKid, keyId);
  const message = new Sign1Message(claims.toBytes(), header, new Header());
  const text = "CF1:" + toBase45(Sign1Message.withTag(message.toBytes(signer)));
  const judged = verify("--keys", keys, text);
  assert.equal(judged.code, 0, judged.line);
  assert.match(judged.line, /^ok: coupon 0707070707070707 of book 5, 150 permille off, 3 uses, /);
});
