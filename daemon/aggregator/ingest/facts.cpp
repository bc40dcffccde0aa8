#include "daemon/aggregator/ingest/facts.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/ledger/members.h"
#include "firmware/core/ledger/sale.h"
#include "firmware/core/ledger/shift.h"
#include "firmware/core/ledger/spending.h"

namespace counterfoil::ingest {

using base::Status;
using ledger::EventType;
using ledger::EventView;

namespace {

constexpr std::size_t kMaxCertificateText = 4096;

base::Result<Purchase> purchase_of(const EventView& event, std::string_view kind) {
    Purchase purchase;
    CF_LET(const base::WallTime at, base::from_rfc3339(event.at));
    purchase.seq = event.seq;
    purchase.kind = kind;
    purchase.shift = event.shift;
    purchase.staff = event.staff;
    purchase.at_ms = at.unix_ms;
    return purchase;
}

Status take_sale(const EventView& event, EventType, const json::Value& body, Facts& facts) {
    CF_LET(const ledger::Sale sale, ledger::read_sale(body));
    CF_LET(Purchase purchase, purchase_of(event, "sale"));
    purchase.receipt = sale.receipt;
    purchase.currency = sale.currency.code();
    purchase.total_minor = sale.total_minor;
    if (sale.member) {
        purchase.member = sale.member->id;
        purchase.points = sale.member->points_earned;
        purchase.visits = 1;
    }
    facts.purchases.push_back(std::move(purchase));
    return {};
}

// A void is as if the sale had not been, and so is its visit; a refund is not.
Status take_giving_back(const EventView& event, EventType type, const json::Value& body,
                        Facts& facts) {
    const bool is_void = type == EventType::void_sale;
    CF_LET(const ledger::GivingBack back, ledger::read_giving_back(body));
    CF_LET(Purchase purchase, purchase_of(event, is_void ? "void" : "refund"));
    purchase.receipt = back.receipt;
    purchase.original = back.original_receipt;
    purchase.currency = back.currency.code();
    purchase.total_minor = -back.total_minor;
    if (back.member) {
        purchase.member = back.member->id;
        purchase.points = -back.member->points_earned;
        purchase.visits = is_void ? -1 : 0;
    }
    facts.purchases.push_back(std::move(purchase));
    return {};
}

Status take_redemption(const EventView& event, EventType type, const json::Value& body,
                       Facts& facts) {
    const std::int64_t uses = type == EventType::coupon_redeemed ? 1 : -1;
    CF_LET(const ledger::Redemption redemption, ledger::read_redemption(body));
    facts.coupon_uses.push_back({event.seq, redemption.coupon, redemption.receipt, uses});
    return {};
}

Status take_points(const EventView& event, EventType, const json::Value& body, Facts& facts) {
    CF_LET(const ledger::PointsSpent spent, ledger::read_points_spent(body));
    facts.points_used.push_back({event.seq, spent.member, spent.points});
    return {};
}

Status take_report(const EventView& event, EventType, const json::Value& body, Facts& facts) {
    CF_LET(const ledger::ShiftFigures figures, ledger::read_shift_figures(body));
    ClosedShift shift{event.seq,
                      figures.shift,
                      figures.number,
                      figures.sales,
                      figures.sales_minor,
                      figures.refunds + figures.voids,
                      figures.refunded_minor,
                      figures.expected_minor,
                      0};
    shift.counted_minor = figures.counted_minor.value_or(figures.expected_minor);
    facts.closed_shifts.push_back(std::move(shift));
    return {};
}

Status take_provisioning(const EventView& event, EventType type, const json::Value& body,
                         Facts& facts) {
    ledger::Members members(body);
    Provisioned provisioned{event.seq, members.text("terminal"), 0, {}, 1};
    if (type == EventType::terminal_provisioned) {
        provisioned.store = members.number("store", 0, 1'000'000'000);
        const std::string text = members.text("certificate", kMaxCertificateText);
        CF_LET(provisioned.certificate, base::from_base64url(text));
        CF_TRY(crypto::Certificate::from_der(provisioned.certificate));
        if (members.has("epoch")) provisioned.epoch = members.number("epoch", 1, json::kMaxInteger);
    }
    if (members.error()) return *members.error();
    facts.provisioned.push_back(std::move(provisioned));
    return {};
}

// A purchase that came from elsewhere counts as one at a counter.
Status take_recorded(const EventView& event, const json::Value& body, Facts& facts) {
    CF_LET(const RecordedPurchase recorded, read_purchase(body));
    CF_LET(Purchase purchase, purchase_of(event, "sale"));
    purchase.currency = recorded.currency;
    purchase.total_minor = recorded.amount_minor;
    purchase.member = recorded.account;
    purchase.points = recorded.points;
    purchase.at_ms = recorded.at_ms.value_or(purchase.at_ms);
    purchase.visits = 1;
    facts.purchases.push_back(std::move(purchase));
    return {};
}

Status take_own(const EventView& event, EventType type, const json::Value& body, Facts& facts) {
    if (event.terminal != kCentre) {
        facts.flags.push_back({event.seq, "not_the_centre"});
        return {};
    }
    if (type == EventType::terminal_provisioned || type == EventType::terminal_revoked)
        return take_provisioning(event, type, body, facts);
    CF_LET(OwnFact fact, read_own_fact(event, type, body));
    if (type == EventType::purchase_recorded) CF_TRY(take_recorded(event, body, facts));
    facts.own.push_back(std::move(fact));
    return {};
}

Status take_genesis(const EventView&, EventType, const json::Value& body, Facts& facts) {
    CF_LET(const std::string_view text, body.text("incarnation"));
    CF_LET(const base::Uuid incarnation, base::Uuid::parse(text));
    facts.incarnation = incarnation.text();
    return {};
}

using Take = Status (*)(const EventView& event, EventType type, const json::Value& body,
                        Facts& facts);

// What reads the bodies by which the centre counts; nothing for all others, which are not even
// looked at.
Take take_of(EventType type) {
    switch (type) {
        case EventType::genesis:
            return take_genesis;
        case EventType::sale:
            return take_sale;
        case EventType::refund:
        case EventType::void_sale:
            return take_giving_back;
        case EventType::coupon_redeemed:
        case EventType::coupon_rolled_back:
            return take_redemption;
        case EventType::points_spent:
            return take_points;
        case EventType::z_report:
            return take_report;
        default:
            return type >= EventType::terminal_provisioned ? take_own : nullptr;
    }
}

}  // namespace

bool counts_by_body(const EventView& event) {
    const auto type = ledger::type_from_name(event.type);
    return type && take_of(*type) != nullptr;
}

void read_facts(const ledger::ReadEvent& read, Facts& facts) {
    const EventView& event = read.view;
    if (event.version > ledger::kEventVersion) {
        facts.flags.push_back({event.seq, "newer_format"});
        return;
    }
    const auto type = ledger::type_from_name(event.type);
    if (!type) {
        facts.flags.push_back({event.seq, "unknown_type"});
        return;
    }
    if (*type == EventType::training_sale) facts.trainings.push_back(event.seq);
    const Take take = take_of(*type);
    if (take == nullptr) return;
    if (!read.body || !take(event, *type, read.body->root(), facts).ok())
        facts.flags.push_back({event.seq, "unreadable_body"});
}

}  // namespace counterfoil::ingest
