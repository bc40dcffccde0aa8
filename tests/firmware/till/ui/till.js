// A real till with the demo's shop, for a browser to work at.
import { execFileSync, spawn } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const programs = process.env.COUNTERFOIL_PROGRAMS;
const pages = process.env.COUNTERFOIL_PAGES;
if (!programs || !pages)
  throw new Error(
    "COUNTERFOIL_PROGRAMS and COUNTERFOIL_PAGES name the folders of what was built",
  );

const board = {
  name: "test",
  listen: { address: "127.0.0.1", port: 8080 },
  scanners: [{ kind: "pty", link: "scanner" }],
  cameras: [],
  display: null,
  printer: {
    kind: "file",
    path: "paper.escpos",
    model: {
      columns: 42,
      dots: 576,
      qr_command: true,
      cut: "partial",
      drawer_pin: 2,
      proof: "handed_over",
      asks: false,
    },
  },
};

export function tool(...args) {
  return execFileSync(path.join(programs, "counterfoil"), args, {
    encoding: "utf8",
  });
}

export async function until(what, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await what();
    if (found) return found;
    if (Date.now() > end) throw new Error(`it did not come: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// The demo's shop: its keys, and what its tills are loaded with. Made once, for it takes a while.
class Shop {
  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), "counterfoil-kiosk-shop-"));
    this.keys = path.join(this.folder, "keys");
    this.bundle = path.join(this.folder, "bundle");
    tool("keys", "root", this.keys);
    tool("keys", "issue", this.keys, "--for", "bundles,coupons,members");
    const more = ["--keys", this.keys, "--demo", "--lease-to", "T01"];
    const told = tool("bundle", "make", this.bundle, ...more);
    const pins = told.matchAll(/pin: (\w+) \(\w+\) (\d{8})/g);
    this.pins = Object.fromEntries(
      [...pins].map((found) => [found[1], found[2]]),
    );
    this.coupons = [...told.matchAll(/coupon: (\S+) /g)].map(
      (found) => found[1],
    );
    process.on("exit", () =>
      rmSync(this.folder, { recursive: true, force: true }),
    );
  }
}

let shop;

// One that no outgoing connection is given while the till is away.
async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (isFree) await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}

export class Till {
  // `change` may take something from the board, or add to it.
  constructor(change = (same) => same) {
    shop ??= new Shop();
    this.folder = mkdtempSync(path.join(tmpdir(), "counterfoil-kiosk-"));
    this.data = path.join(this.folder, "till");
    this.pins = shop.pins;
    this.coupons = shop.coupons;
    tool(
      "till",
      "--data",
      this.data,
      "init",
      "--terminal",
      "T01",
      "--store",
      "1",
    );
    tool(
      "bundle",
      "load",
      shop.bundle,
      "--data",
      this.data,
      "--keys",
      shop.keys,
    );
    const file = JSON.stringify(
      change({ ...board, kiosk_folder: path.resolve(pages) }),
    );
    writeFileSync(path.join(this.data, "board.json"), file);
    this.port = 0;
  }

  async start() {
    this.port ||= await freePort();
    const program = path.join(programs, "counterfoil-till");
    const given = [
      "--data",
      this.data,
      "--board",
      path.join(this.data, "board.json"),
    ];
    this.process = spawn(program, [...given, "--port", String(this.port)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.ended = new Promise((resolve) => this.process.on("exit", resolve));
    const line = await new Promise((resolve, reject) => {
      this.process.stdout.once("data", (data) => resolve(String(data)));
      this.process.once("exit", () =>
        reject(new Error("the till ended before it listened")),
      );
    });
    // It is found at the same place when it is started again.
    this.port = Number(line.match(/:(\d+)\//)[1]);
    this.url = `http://127.0.0.1:${this.port}`;
    return this;
  }

  async stop(signal = "SIGTERM") {
    if (this.process?.exitCode === null) this.process.kill(signal);
    await this.ended;
  }

  async remove() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  // As the scanner that hangs on the till.
  scan(text) {
    appendFileSync(path.join(this.data, "scanner"), `${text}\n`);
  }

  printed() {
    try {
      return readFileSync(path.join(this.data, "paper.escpos")).length;
    } catch {
      return 0;
    }
  }
}
