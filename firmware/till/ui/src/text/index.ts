// What the pages say, in the language that was chosen, and amounts and times as people write them.
import { computed, signal } from "@preact/signals";
import type { Language } from "../link/shapes";
import { en, type Messages } from "./en";
import { hu } from "./hu";

export type Name = keyof Messages;
export type Values = Record<string, string | number>;

const languages: Record<Language, Messages> = { en, hu };
const kept = "counterfoil-language";

function fromBefore(): Language {
  const asked = new URLSearchParams(location.search).get("language") ?? localStorage.getItem(kept);
  return asked === "en" ? "en" : "hu";
}

export const language = signal<Language>(fromBefore());

export function choose(next: Language) {
  language.value = next;
  localStorage.setItem(kept, next);
}

// In every language, for who has to choose later.
export function inAll(name: Name): Record<Language, string> {
  return { hu: hu[name], en: en[name] };
}

export function say(name: Name, values: Values = {}, to: Language = language.value): string {
  return languages[to][name].replace(/\{(\w+)\}/g, (whole, key: string) =>
    String(values[key] ?? whole),
  );
}

export function isName(name: string): name is Name {
  return name in en;
}

// How the merchant writes money: the till's own language, whoever works at it.
export const merchant = signal<{ locale: Language; currency: string; digits: number }>({
  locale: "hu",
  currency: "HUF",
  digits: 0,
});

const amounts = computed(() => {
  const { locale, currency, digits } = merchant.value;
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    useGrouping: "always",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
});

export function money(minor: number): string {
  return amounts.value.format(minor / 10 ** merchant.value.digits).replace("-", "−");
}

export function number(value: number): string {
  return new Intl.NumberFormat(language.value, { useGrouping: "always" }).format(value);
}

// 1000 is one piece, or one kilogram.
export function quantity(milli: number, byWeight: boolean): string {
  if (!byWeight && milli % 1000 === 0) return number(milli / 1000);
  const digits = new Intl.NumberFormat(language.value, {
    minimumFractionDigits: byWeight ? 3 : 0,
    maximumFractionDigits: 3,
  });
  return digits.format(milli / 1000) + (byWeight ? " kg" : "");
}

export function time(at: string): string {
  return new Intl.DateTimeFormat(language.value, { hour: "2-digit", minute: "2-digit" }).format(
    new Date(at),
  );
}

export function dateAndTime(at: string): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: "short", timeStyle: "short" }).format(
    new Date(at),
  );
}

export function age(seconds: number): string {
  if (seconds < 60) return say("seconds", { count: seconds });
  if (seconds < 3600) return say("minutes", { count: Math.floor(seconds / 60) });
  if (seconds < 48 * 3600) return say("hours", { count: Math.floor(seconds / 3600) });
  return say("days", { count: Math.floor(seconds / 86400) });
}

// What somebody typed as an amount, in minor units; undefined where it is none.
export function readAmount(text: string): number | undefined {
  const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  if (!/^\d{1,12}(\.\d+)?$/.test(plain)) return undefined;
  const digits = merchant.value.digits;
  const [whole = "", fraction = ""] = plain.split(".");
  if (fraction.length > digits) return undefined;
  return Number(whole) * 10 ** digits + Number(fraction.padEnd(digits, "0") || "0");
}
