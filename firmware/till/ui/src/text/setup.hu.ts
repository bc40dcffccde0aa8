import type { setup as english } from "./setup.en";

// Amit a kassza első indításakor mondunk, magyarul.
export const setup: Record<keyof typeof english, string> = {
  setup_language: "Válassza ki a kassza nyelvét",
  setup_title: "A kassza beállítása",
  setup_how:
    "A központtól megkapta a címét és egy kódot ehhez a kasszához. Egy kód egyszer használható.",
  setup_address: "A központ címe",
  setup_address_wrong: "A cím a https:// után egy név, például https://kozpont.example.",
  setup_code: "Egyszer használható kód",
  setup_code_wrong: "A kód 12 betűből és számjegyből áll, például ABCD-EFGH-JKMN.",
  setup_begin: "Beállítás",
  setup_works: "A beállítás folyik…",
  setup_works_more:
    "A kassza elkészíti a kulcsait, és megkérdezi a központot. Akár egy percig is tarthat.",
  setup_failed: "Ez nem sikerült",
  setup_what_next:
    "Ellenőrizze a címet, a kódot és a hálózati kábelt. " +
    "Ha a kódot már felhasználták vagy lejárt, kérjen újat a központtól.",
  setup_again: "Újra",
  setup_waits: "A kassza be van állítva",
  setup_waits_more: "Az árak, a munkatársak és a törzsvásárlók adatai úton vannak a központból.",
  setup_done: "A kassza be van állítva. Most elindul.",
};
