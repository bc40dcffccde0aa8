#include "daemon/aggregator/ingest/book_facts.h"

#include "daemon/aggregator/ingest/derived_id.h"

namespace counterfoil::ingest {

using base::Code;
using base::Error;
using base::Result;
using ledger::Members;

namespace {

// Two hundred characters of four bytes.
constexpr std::size_t kMaxLongText = 800;
constexpr std::int64_t kMaxLength = 64;
constexpr std::int64_t kMaxUses = 1'000'000;

Error malformed(const std::string& what) {
    return Error(Code::malformed, what + " are none");
}

Result<std::vector<std::int64_t>> places_in(const json::Value& share) {
    CF_LET(const json::Value array, share.array("places"));
    std::vector<std::int64_t> places;
    for (auto item = array.first(); item; item = item->next()) {
        const auto place = item->integer();
        if (!place || *place < 1 || *place > kMaxCoupons) return malformed("coupons' places");
        places.push_back(*place);
    }
    return places;
}

}  // namespace

Result<BookCreated> read_book_created(Members& members) {
    BookCreated fact;
    fact.id = members.text("book");
    fact.name = members.text("name", kMaxLongText);
    fact.prefix = members.text("prefix");
    fact.suffix = members.text("suffix");
    fact.length = members.number("length", 0, kMaxLength);
    fact.charset = members.text("charset");
    fact.is_multiple = members.flag("is_multiple");
    fact.uses = members.number("uses", 1, kMaxUses);
    fact.max_redemptions = members.number("max_redemptions", 0, kMaxUses);
    fact.max_assignments = members.number("max_assignments", 0, kMaxUses);
    fact.value_minor = members.amount("value_minor");
    if (!members.has("expires")) return fact;
    CF_LET(const base::WallTime expires, base::from_rfc3339(members.text("expires")));
    fact.expires_ms = expires.unix_ms;
    return fact;
}

Result<CodesAdded> read_codes_added(const json::Value& body) {
    Members members(body);
    CodesAdded fact{members.text("book"), members.number("first", 1, kMaxCoupons), {}};
    if (members.error()) return *members.error();
    CF_LET(const json::Value array, body.array("codes"));
    for (auto item = array.first(); item; item = item->next()) {
        const auto code = item->text();
        if (!code || code->empty() || code->size() > ledger::kMaxBodyText)
            return malformed("a book's codes");
        fact.codes.emplace_back(*code);
    }
    return fact;
}

Result<CouponsAssigned> read_coupons_assigned(const json::Value& body) {
    Members members(body);
    CouponsAssigned fact{members.text("book"), {}};
    if (members.error()) return *members.error();
    CF_LET(const json::Value array, body.array("shares"));
    for (auto item = array.first(); item; item = item->next()) {
        CF_LET(const std::string_view account, item->text("account"));
        CF_LET(auto places, places_in(*item));
        fact.shares.push_back({std::string(account), std::move(places)});
    }
    return fact;
}

PoolCreated read_pool_created(Members& members) {
    return {members.text("pool"), members.text("name", kMaxLongText),
            members.text("description", kMaxLongText)};
}

PoolChanged read_pool_changed(Members& members) {
    return {members.text("pool"), members.text("account"), members.flag("is_member")};
}

CouponsDistributed read_coupons_distributed(Members& members) {
    CouponsDistributed fact;
    fact.id = members.text("distribution");
    fact.pool = members.text("pool");
    fact.book = members.text("book");
    fact.mode = members.text("mode");
    fact.coupons = members.number("coupons", 1, kMaxCoupons);
    fact.seed = members.text("seed", kMaxLongText);
    return fact;
}

json::Object write_body(const BookCreated& fact) {
    json::Object body;
    body.set("book", fact.id).set("name", fact.name).set("prefix", fact.prefix);
    body.set("suffix", fact.suffix).set("length", fact.length).set("charset", fact.charset);
    body.set_flag("is_multiple", fact.is_multiple).set("uses", fact.uses);
    body.set("max_redemptions", fact.max_redemptions);
    body.set("max_assignments", fact.max_assignments).set("value_minor", fact.value_minor);
    if (fact.expires_ms) body.set("expires", base::to_rfc3339({*fact.expires_ms}));
    return body;
}

json::Object write_body(const CodesAdded& fact) {
    json::Array codes;
    for (const std::string& code : fact.codes) codes.add(code);
    json::Object body;
    body.set("book", fact.book).set("first", fact.first).set("codes", std::move(codes));
    return body;
}

json::Object write_body(const CouponsAssigned& fact) {
    json::Array shares;
    for (const Share& share : fact.shares) {
        json::Array places;
        for (const std::int64_t place : share.places) places.add(place);
        json::Object one;
        one.set("account", share.account).set("places", std::move(places));
        shares.add(std::move(one));
    }
    json::Object body;
    body.set("book", fact.book).set("shares", std::move(shares));
    return body;
}

json::Object write_body(const PoolCreated& fact) {
    json::Object body;
    body.set("pool", fact.id).set("name", fact.name).set("description", fact.description);
    return body;
}

json::Object write_body(const PoolChanged& fact) {
    json::Object body;
    body.set("pool", fact.id).set("account", fact.account).set_flag("is_member", fact.is_member);
    return body;
}

json::Object write_body(const CouponsDistributed& fact) {
    json::Object body;
    body.set("distribution", fact.id).set("pool", fact.pool).set("book", fact.book);
    body.set("mode", fact.mode).set("coupons", fact.coupons).set("seed", fact.seed);
    return body;
}

std::string coupon_id(std::string_view code) {
    return derived_id("counterfoil/coupon/1\n" + std::string(code));
}

}  // namespace counterfoil::ingest
