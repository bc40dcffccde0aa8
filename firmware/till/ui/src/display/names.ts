// The first name alone is shown where strangers look on: it comes last in Hungarian.
import type { Language } from "../link/shapes";

export function firstName(whole: string, order: Language): string {
  const words = whole.split(/\s+/).filter((word) => word && !word.endsWith("."));
  return (order === "hu" ? words.at(-1) : words[0]) ?? "";
}
