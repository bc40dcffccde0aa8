// A QR code, dark on white with the quiet zone that readers need.
import { encode } from "uqr";

const quiet = 4;

// Each run of dark modules in a row is one rectangle.
function outline(rows: boolean[][]): string {
  const parts: string[] = [];
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; ++x) {
      const begin = x;
      while (row[x]) ++x;
      if (x > begin) parts.push(`M${begin + quiet} ${y + quiet}h${x - begin}v1h-${x - begin}z`);
    }
  });
  return parts.join("");
}

export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: "L", border: 0 });
  const whole = size + 2 * quiet;
  return (
    <svg
      class="qr"
      style={{ "--modules": String(whole) }}
      viewBox={`0 0 ${whole} ${whole}`}
      shape-rendering="crispEdges"
      role="img"
      aria-label={label}
      data-test="qr"
      data-text={text}
    >
      <path fill="#fff" d={`M0 0h${whole}v${whole}H0z`} />
      <path fill="#000" d={outline(data)} />
    </svg>
  );
}
