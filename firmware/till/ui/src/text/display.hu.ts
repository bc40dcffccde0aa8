import type { display as english } from "./display.en";

// Amit a vásárló olvas, magyarul.
export const display: Record<keyof typeof english, string> = {
  shown_welcome: "Üdvözöljük",
  shown_member_hint: "Gyűjti a pontokat? Mutassa fel a kártyáját vagy a kódját!",
  shown_closed: "Ez a pénztár most zárva van.",
  shown_away: "Egy pillanat türelmét kérjük.",
  shown_basket: "Az Ön kosara",
  shown_hello: "Jó napot, {name}!",
  shown_points_now: "{count} pont",
  shown_points_more: "+{count} ezért a vásárlásért",
  shown_saved: "Megtakarítása",
  shown_to_pay: "Fizetendő",
  shown_coupon_points: "+{count} pont",
  shown_thanks: "Köszönjük!",
  shown_thanks_name: "Köszönjük, {name}!",
  shown_paid: "Összesen",
  shown_change: "Visszajáró",
  shown_given_back: "Visszakapott összeg",
  shown_points_earned: "+{count} pont",
  shown_points_taken: "−{count} pont",
  shown_balance: "Új egyenlege: {count} pont",
  shown_proof: "A blokk kódja: ezzel igazolhatja a vásárlását.",
  shown_claim: "A blokk kódja: ezzel őrizheti meg, vagy kérheti a pontjait.",
  shown_qr: "A(z) {number}. számú blokk QR-kódja",
  shown_practice: "GYAKORLÁS – itt most nincs eladás",
};
