#include "daemon/aggregator/api/admission.h"

#include <algorithm>
#include <charconv>

namespace counterfoil::api {

using services::Outcome;
using services::Refusal;

namespace {

constexpr int kMaxDepth = 16;

Outcome<void> check_body(const Offer& offer, Call& call) {
    if (call.is_body_checked || offer.request.empty() || call.is_csv) return {};
    auto document = json::Document::parse(call.body_text, {offer.body_bytes, kMaxDepth});
    if (!document.ok() || !document.value().root().is_object()) return Refusal::body_malformed;
    call.body.emplace(std::move(document).value());
    CF_TRY(offer.request.check(call.body->root()));
    call.is_body_checked = true;
    return {};
}

// The text as the JSON value that a field of that kind would be in a body.
void set_as(Field::Kind kind, const std::string& name, std::string_view text,
            json::Object& object) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (kind == Field::Kind::flag && (text == "true" || text == "false"))
        object.set_flag(name, text == "true");
    else if (kind == Field::Kind::integer && read.ec == std::errc() && read.ptr == end)
        object.set(name, number);
    else
        object.set(name, text);
}

// A parameter of the query is as strict as a member of the body.
Outcome<void> check_query(const Offer& offer, const Call& call) {
    json::Object object;
    std::vector<Field> fields;
    for (const Offer::Query& query : offer.query) {
        fields.push_back(query.field);
        fields.back().is_required = false;
    }
    for (const auto& [name, value] : call.query) {
        const auto known = std::ranges::find(fields, name, &Field::name);
        set_as(known == fields.end() ? Field::Kind::text : known->kind, name, value, object);
    }
    const auto text = object.write();
    const auto document = text.ok() ? json::Document::parse(text.value())
                                    : base::Result<json::Document>(text.error());
    if (!document.ok())
        return wrong_field("query", {"numbers of up to 16 digits, each name once",
                                     "legfeljebb 16 jegyű számok, minden név egyszer"});
    return Shape(std::move(fields)).check(document.value().root());
}

std::string subject_of(const Offer& offer, const Call& call) {
    if (const auto place = http::find(call.path, offer.subject)) return std::string(*place);
    if (call.is_body_checked) return call.text_if(offer.subject).value_or("");
    return {};
}

Outcome<void> check_right(const Offer& offer, const Call& call) {
    const bool is_own = subject_of(offer, call) == call.caller.account;
    switch (offer.who) {
        case Who::anybody:
        case Who::signed_in:
            return {};
        case Who::admin:
            if (!call.caller.is_admin) return Refusal::admin_required;
            return {};
        case Who::subject_or_admin:
            if (!call.caller.is_admin && !is_own) return Refusal::not_yours;
            return {};
        case Who::subject:
            if (call.caller.is_admin) return Refusal::customer_required;
            if (!is_own) return Refusal::not_yours;
            return {};
    }
    return Refusal::internal;
}

Outcome<void> take_caller(const Offer& offer, Outcome<services::Caller> found, Call& call) {
    if (!found.ok() && !(offer.trusts_token && found.error().cause)) return found.error();
    call.caller =
        found.ok() ? std::move(found).value() : services::Caller{call.claimed, call.claims_admin};
    return {};
}

}  // namespace

services::Wanted wanted_of(const Offer& offer, Call& call) {
    services::Wanted wanted;
    if (offer.wanted && check_body(offer, call).ok()) wanted = offer.wanted(call);
    if (!call.claimed.empty()) wanted.callers.push_back(call.claimed);
    return wanted;
}

Outcome<void> find_caller(const Offer& offer, store::Database& database,
                          const services::Slate& slate, Call& call) {
    if (call.claimed.empty()) return {};
    const services::Standing* standing = slate.standing(call.claimed);
    return take_caller(offer,
                       standing != nullptr
                           ? standing->caller(call.claimed, call.generation)
                           : services::find_caller(database, call.claimed, call.generation),
                       call);
}

Outcome<void> find_caller(const Offer& offer, services::Desk& desk, Call& call) {
    if (call.claimed.empty()) return {};
    return take_caller(offer, desk.find_caller(call.claimed, call.generation), call);
}

Outcome<void> admit(const Offer& offer, Call& call) {
    if (offer.who == Who::admin) CF_TRY(check_right(offer, call));
    CF_TRY(check_body(offer, call));
    if (!offer.query.empty() || !call.query.empty()) CF_TRY(check_query(offer, call));
    return check_right(offer, call);
}

}  // namespace counterfoil::api
