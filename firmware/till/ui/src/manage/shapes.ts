// What the till tells managers (GET /api/openapi.json); what a till of before may not tell is
// optional.
import type { Person } from "../link/shapes";

export interface TenderTotal {
  kind: string;
  taken_minor: number;
  given_back_minor: number;
}

export interface TaxTotal {
  vat_bp: number;
  gross_minor: number;
  tax_minor: number;
}

// A shift's figures, as the X and the Z report have them.
export interface Report {
  number: number;
  shift: string;
  sales: number;
  sales_minor: number;
  refunds: number;
  voids: number;
  refunded_minor: number;
  discount_minor: number;
  rounding_minor: number;
  first_receipt: number;
  last_receipt: number;
  float_minor: number;
  cash_in_minor: number;
  cash_out_minor: number;
  expected_minor: number;
  counted_minor?: number;
  difference_minor?: number;
  drawer_openings: number;
  tenders: TenderTotal[];
  taxes: TaxTotal[];
}

export interface HourFigures {
  hour: string;
  sales: number;
  total_minor: number;
}

export interface TenderFigures {
  kind: string;
  amount_minor: number;
}

export interface ProductFigures {
  code: string;
  name: string;
  quantity_milli: number;
  by_weight?: boolean;
  paid_minor: number;
}

export interface ShiftFigures {
  hours: HourFigures[];
  tenders: TenderFigures[];
  products: ProductFigures[];
}

export interface EventRow {
  seq: number;
  type: string;
  at: string;
  staff?: string | null;
  receipt?: number;
  total_minor?: number;
  synced: boolean;
}

export interface JournalPage {
  events: EventRow[];
  head?: { seq: number; hash: string };
  receipted_seq?: number;
  unsynced?: number;
  oldest_unsynced_s?: number;
  // Up to here the till keeps none any more; the centre does.
  pruned_seq?: number;
}

export interface EventDetail extends EventRow {
  hash?: string;
  prev?: string;
  signed?: boolean;
  body?: unknown;
}

export interface Verified {
  checked: number;
  // Of these, such as carry no signature.
  unsigned?: number;
  from_seq: number;
  to_seq: number;
  ok: boolean;
  first_bad_seq?: number;
  detail?: string;
}

// Where it is not bounded the till takes nothing that it holds no right to.
export interface RiskPolicy {
  bounded: boolean;
  face_minor: number;
  terminal_minor: number;
  member_minor: number;
  hours: number;
}

export interface TrustedCoupon {
  seq: number;
  value_minor: number;
  at?: string;
  coupon?: string;
  receipt?: number;
  member?: string;
}

export interface Exposure {
  policy: RiskPolicy;
  used_minor: number;
  left_minor: number;
  coupons: TrustedCoupon[];
  // When the centre made the data that the till goes by.
  as_of: string;
  age_s: number;
}

export interface StaffMember extends Person {
  locked_s?: number;
}

export interface Device {
  name: string;
  kind?: string;
  state?: string;
  trouble?: string;
}

export interface BoardState {
  name?: string;
  devices?: Device[];
  free_bytes?: number;
  version?: string;
  central_as_of?: string;
}
