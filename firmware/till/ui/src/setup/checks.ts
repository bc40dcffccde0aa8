// Whether what was typed can be right, before anybody is asked.

// O, I and L are what people read for 0 and 1.
export function plainCode(typed: string): string | null {
  const letters = typed
    .toUpperCase()
    .replace(/[\s-]/g, "")
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
  if (!/^[0-9A-HJKMNP-TV-Z]{12}$/.test(letters)) return null;
  return letters.replace(/(.{4})(.{4})/, "$1-$2-");
}

// Over http a code could be read on the way; a centre on this machine is no way.
export function plainAddress(typed: string): string | null {
  try {
    const address = new URL(typed.trim());
    const isNear = ["127.0.0.1", "localhost", "[::1]"].includes(address.hostname);
    if (address.protocol !== "https:" && !(address.protocol === "http:" && isNear)) return null;
    if (address.username || address.search || address.hash) return null;
    return address.href.replace(/\/$/, "");
  } catch {
    return null;
  }
}
