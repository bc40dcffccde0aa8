// Talks with the till: questions, and writes that carry a key, so that one which is sent again is
// done once.
import { pause } from "./pause";
import type { Language, Refusal } from "./shapes";

export type Answer<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

const patienceMs = 8000;
const tries = 4;
const pauseMs = 400;

let language: Language = "hu";
let unreachable: Record<Language, string>;

export function speak(to: Language, sentences: Record<Language, string>) {
  language = to;
  unreachable = sentences;
}

async function once<T>(
  method: string,
  path: string,
  body: unknown,
  key: string,
): Promise<Answer<T>> {
  const headers: Record<string, string> = { "Accept-Language": language };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  const response = await fetch(path, {
    method,
    headers,
    signal: AbortSignal.timeout(patienceMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const content: unknown = await response.json();
  if (response.ok) return { ok: true, value: content as T };
  return { ok: false, refusal: content as Refusal };
}

async function patiently<T>(
  method: string,
  path: string,
  body: unknown,
  key: string,
): Promise<Answer<T>> {
  for (let attempt = 1; ; ++attempt) {
    try {
      return await once<T>(method, path, body, key);
    } catch {
      if (attempt === tries)
        return {
          ok: false,
          refusal: { detail: unreachable[language], error_code: "TILL_UNREACHABLE" },
        };
      await pause(pauseMs * attempt);
    }
  }
}

export function ask<T>(path: string): Promise<Answer<T>> {
  return patiently<T>("GET", path, undefined, "");
}

// The key is the same where it is sent again.
export function write<T>(
  method: "POST" | "PUT" | "DELETE",
  path: string,
  body?: object,
  key = newKey(),
): Promise<Answer<T>> {
  return patiently<T>(method, path, body, key);
}

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
