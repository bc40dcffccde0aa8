// A code that a scanner has typed where no field took it.
import { signal } from "@preact/signals";

export const typedCode = signal<{ text: string } | null>(null);
