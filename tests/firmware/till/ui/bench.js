// The pages' figures for the table of benchmarks: node bench.js PATTERN
import { bytes, emptyLoad, firstLoad, frames, scanToLine } from "./speed.js";

const pattern = new RegExp(process.argv[2] ?? ".");
const scans = 300;
const loads = 20;

const benches = {
  kiosk_scan_to_painted_line_p99: async () => {
    const { p99_ms: value } = await scanToLine(scans);
    const { p99_ms: floor } = await frames(scans);
    return {
      value,
      floor,
      label: `ms, ${scans} scans | a page that paints a frame | < 100`,
    };
  },
  kiosk_first_load: async () => {
    const { median_ms: value } = await firstLoad(loads);
    const { median_ms: floor } = await emptyLoad(loads);
    return {
      value,
      floor,
      label: "ms | one drawing of the same till | < 1000",
    };
  },
  kiosk_first_load_size: async () => {
    const size = bytes(process.env.COUNTERFOIL_PAGES);
    return {
      value: size.first,
      floor: size.fonts,
      label: "bytes sent | the fonts alone | < 150000",
    };
  },
};

const figures = [];
for (const [name, measure] of Object.entries(benches))
  if (pattern.test(name)) figures.push({ name, ...(await measure()) });
console.log(JSON.stringify(figures));
