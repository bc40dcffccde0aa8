// What the till tells, as its routes describe it (GET /api/openapi.json).

export type Role = "cashier" | "manager" | string;

export interface Person {
  staff: string;
  name: string;
  role: Role;
}

export interface Line {
  code: string;
  name: string;
  quantity_milli: number;
  by_weight: boolean;
  unit_minor: number;
  gross_minor: number;
  discount_minor: number;
  paid_minor: number;
  vat_bp: number;
}

export interface CouponOutcome {
  coupon: string;
  name?: string;
  applies: boolean;
  error_code?: string;
  discount_minor?: number;
  points?: number;
  sentence: string;
}

export interface Member {
  id: string;
  loyalty_id: string;
  name: string;
  tier: number;
  points: number;
  proven: boolean;
  points_leased: number;
  // What this member reads, where the shop's data say it.
  language?: Language;
}

export interface Basket {
  currency: string;
  total_minor: number;
  // What is due in cash, in the smallest coin's steps.
  cash_minor?: number;
  lines: Line[];
  coupons: CouponOutcome[];
  member?: Member;
  points_earned?: number;
}

export type SyncState =
  | "online"
  | "no_sync"
  | "no_link"
  | "no_broker"
  | "no_centre"
  | "refused"
  | string;

export interface Sync {
  state: SyncState;
  detail: string;
  unsynced: number;
  oldest_s: number;
}

export interface Printer {
  state: string;
  papers_waiting: number;
  papers_offered: number;
  code?: string;
  detail?: string;
}

// A refusal: a sentence for people, and its name for programs, which no screen shows.
export interface Refusal {
  detail: string;
  error_code: string;
}

export interface LaidCoupon {
  place: number;
  coupon: string;
}

export interface State {
  terminal: string;
  shop: string;
  currency: string;
  // What the till was set up with; decides how money is written.
  language?: Language;
  currency_digits?: number;
  cash_step_minor?: number;
  shift: string | null;
  parked: number;
  printer: Printer;
  sync: Sync;
  signed_in: Person | null;
  basket: Basket | null;
  // A name that no other basket has.
  basket_id?: string;
  laid_coupons?: LaidCoupon[];
  member?: Member;
  error?: Refusal;
  scan?: Scanned;
}

export interface Scanned {
  kind: "product" | "member" | "coupon" | "receipt" | "nothing";
  receipt?: number;
}

// A scan as the event stream tells it.
export interface ScanEvent extends Scanned {
  taken: boolean;
  text?: string;
  detail?: string;
}

export interface Product {
  gtin: string;
  name: string;
  plu?: number;
  category: string;
  unit_minor: number;
  vat_bp: number;
  by_weight: boolean;
}

export interface Catalogue {
  categories: string[];
  products: Product[];
}

export interface Parked {
  label: string;
  staff: string;
  at: string;
}

export interface Payment {
  kind: "cash" | "card" | "voucher";
  amount_minor: number;
  reference?: string;
}

export interface Sold {
  seq: number;
  change_minor: number;
  sale: { receipt?: number; total_minor?: number };
}

export type Language = "hu" | "en";
