// The shift's figures, in the form that the pictures and tables take.
import { write } from "../../link/till";
import type { HourFigures, Report, ShiftFigures } from "../shapes";

const hourMs = 3_600_000;
const mostHours = 36;

// Hours without a sale have their place, too: a gap tells as much as a column.
export function everyHour(hours: HourFigures[]): HourFigures[] {
  const first = hours[0];
  const last = hours[hours.length - 1];
  if (!first || !last) return [];
  const all: HourFigures[] = [];
  const known = new Map(hours.map((hour) => [new Date(hour.hour).getTime(), hour]));
  const end = new Date(last.hour).getTime();
  for (let at = new Date(first.hour).getTime(); at <= end && all.length < mostHours; at += hourMs)
    all.push(known.get(at) ?? { hour: new Date(at).toISOString(), sales: 0, total_minor: 0 });
  return all.length < hours.length ? hours : all;
}

export function hourName(hour: string): string {
  return String(new Date(hour).getHours()).padStart(2, "0");
}

// What the X report tells of them, for a till that tells nothing else.
export async function fromReport(): Promise<ShiftFigures | null> {
  const answer = await write<Report>("POST", "/api/shift/report", {});
  if (!answer.ok) return null;
  const tenders = answer.value.tenders.map(({ kind, taken_minor, given_back_minor }) => ({
    kind,
    amount_minor: taken_minor - given_back_minor,
  }));
  return { hours: [], tenders, products: [] };
}
