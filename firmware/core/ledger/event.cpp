#include "firmware/core/ledger/event.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "firmware/core/base/coding.h"
#include "firmware/core/crypto/certificate.h"

namespace counterfoil::ledger {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::string_view kHashPrefix = "counterfoil/event/1\n";
// In the order of the enumeration.
constexpr std::array<std::string_view, kEventTypes> kTypeNames{"genesis",
                                                               "boot",
                                                               "config_applied",
                                                               "shift_opened",
                                                               "shift_closed",
                                                               "sale",
                                                               "refund",
                                                               "void",
                                                               "training_sale",
                                                               "coupon_redeemed",
                                                               "coupon_rolled_back",
                                                               "points_spent",
                                                               "member_enrolled",
                                                               "cash_in",
                                                               "cash_out",
                                                               "drawer_opened",
                                                               "price_override",
                                                               "discount_override",
                                                               "reprint",
                                                               "z_report",
                                                               "clock_stepped",
                                                               "signer_failed",
                                                               "signer_recovered",
                                                               "terminal_provisioned",
                                                               "terminal_revoked",
                                                               "account_created",
                                                               "account_changed",
                                                               "account_removed",
                                                               "points_adjusted",
                                                               "purchase_recorded",
                                                               "coupon_issued",
                                                               "coupon_moved",
                                                               "book_created",
                                                               "codes_added",
                                                               "coupons_assigned",
                                                               "pool_created",
                                                               "pool_changed",
                                                               "coupons_distributed",
                                                               "products_changed",
                                                               "product_removed",
                                                               "staff_changed",
                                                               "staff_removed",
                                                               "setting_changed",
                                                               "setting_removed"};

constexpr std::size_t kHashSize = 64;
constexpr std::size_t kMaxTypeSize = 32;
constexpr json::Limits kEventLimits{kMaxEventBytes, kMaxEventDepth};

Error malformed(std::string_view what) {
    return Error(Code::malformed, "the event's " + std::string(what) + " is not as it should be");
}

// Takes an event apart from its front. Once something does not fit, nothing after it does.
class Cursor {
  public:
    explicit Cursor(std::string_view rest) : rest_(rest) {}

    bool ok() const { return ok_; }
    std::string_view rest() const { return rest_; }

    Cursor& expect(std::string_view literal) {
        ok_ = ok_ && rest_.starts_with(literal);
        if (ok_) rest_.remove_prefix(literal.size());
        return *this;
    }

    // Decimal digits without a sign or a leading zero, as far as JSON is exact.
    std::int64_t number() {
        std::int64_t value = 0;
        const char* end = rest_.data() + rest_.size();
        const auto [stop, fault] = std::from_chars(rest_.data(), end, value);
        const auto size = static_cast<std::size_t>(stop - rest_.data());
        const bool padded = size > 1 && rest_.front() == '0';
        ok_ = ok_ && fault == std::errc() && value >= 0 && value <= json::kMaxInteger && !padded &&
              rest_.front() != '-';
        if (ok_) rest_.remove_prefix(size);
        return value;
    }

    // A text in quotes, of characters that need no escape.
    std::string_view quoted() {
        expect("\"");
        const std::size_t end = rest_.find('"');
        ok_ = ok_ && end != std::string_view::npos;
        if (!ok_) return {};
        const std::string_view text = rest_.substr(0, end);
        ok_ = text.find('\\') == std::string_view::npos;
        rest_.remove_prefix(end + 1);
        return text;
    }

    // A name in quotes, or null, which reads as an empty one.
    std::string_view name_or_null() {
        if (ok_ && rest_.starts_with("null")) {
            rest_.remove_prefix(4);
            return {};
        }
        const std::string_view name = quoted();
        ok_ = ok_ && crypto::is_terminal_name(name);
        return name;
    }

  private:
    std::string_view rest_;
    bool ok_ = true;
};

bool is_type_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxTypeSize && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

void set_name_or_null(json::Object& event, std::string_view member, const std::string& name) {
    if (name.empty())
        event.set_null(member);
    else
        event.set(member, name);
}

// All but what stands within the body of an event that is not newer.
Result<EventView> read_envelope(std::string_view bytes) {
    if (bytes.size() > kMaxEventBytes)
        return Error(Code::too_large,
                     "the event is over " + std::to_string(kMaxEventBytes) + " bytes");
    EventView event;
    Cursor cursor(bytes);
    event.version = cursor.expect("{\"v\":").number();
    event.terminal = cursor.expect(",\"terminal\":").quoted();
    event.epoch = cursor.expect(",\"epoch\":").number();
    event.seq = cursor.expect(",\"seq\":").number();
    const std::string_view prev = cursor.expect(",\"prev\":").quoted();
    if (!cursor.ok() || event.version < 1 || event.epoch < 1 || event.seq < 1 ||
        !crypto::is_terminal_name(event.terminal) || prev.size() != kHashSize ||
        !base::hex_into(prev, event.prev))
        return malformed("head");
    if (event.version > kEventVersion) {
        CF_TRY(json::check(bytes, kEventLimits));
        return event;
    }
    event.at = cursor.expect(",\"at\":").quoted();
    event.boot = cursor.expect(",\"boot\":").quoted();
    event.mono_ms = cursor.expect(",\"mono_ms\":").number();
    cursor.expect(",\"shift\":");
    event.shift = cursor.name_or_null();
    cursor.expect(",\"staff\":");
    event.staff = cursor.name_or_null();
    event.type = cursor.expect(",\"type\":").quoted();
    cursor.expect(",\"body\":");
    if (!cursor.ok() || !base::from_rfc3339(event.at).ok() || !base::Uuid::parse(event.boot).ok() ||
        !is_type_name(event.type))
        return malformed("envelope");
    event.body = cursor.rest();
    if (event.body.size() < 3 || !event.body.starts_with('{') || !event.body.ends_with('}'))
        return malformed("body");
    event.body.remove_suffix(1);
    // JSON takes white space between its parts; our lines and columns are made of it.
    for (char separator : {'\n', '\r', '\t'})
        if (event.body.find(separator) != std::string_view::npos) return malformed("body");
    return event;
}

bool is_newer(const EventView& event) {
    return event.version > kEventVersion;
}

}  // namespace

std::string_view type_name(EventType type) {
    return kTypeNames[static_cast<std::size_t>(type)];
}

std::optional<EventType> type_from_name(std::string_view name) {
    for (std::size_t i = 0; i < kEventTypes; ++i)
        if (kTypeNames[i] == name) return static_cast<EventType>(i);
    return {};
}

Result<std::string> write_event(const Envelope& envelope, std::string_view body) {
    CF_CHECK(crypto::is_terminal_name(envelope.terminal));
    CF_CHECK(envelope.epoch >= 1 && envelope.seq >= 1 && envelope.mono_ms >= 0);
    for (const std::string& name : {envelope.shift, envelope.staff})
        if (!name.empty() && !crypto::is_terminal_name(name))
            return Error(Code::invalid_argument,
                         "a shift or staff id is 1 to 32 letters, digits, dots, hyphens or "
                         "underscores");
    json::Object event;
    event.set("v", kEventVersion)
        .set("terminal", envelope.terminal)
        .set("epoch", envelope.epoch)
        .set("seq", envelope.seq)
        .set("prev", base::to_hex(envelope.prev))
        .set("at", base::to_rfc3339(envelope.at))
        .set("boot", envelope.boot.text())
        .set("mono_ms", envelope.mono_ms);
    set_name_or_null(event, "shift", envelope.shift);
    set_name_or_null(event, "staff", envelope.staff);
    event.set("type", type_name(envelope.type));
    CF_LET(std::string bytes, event.write());
    bytes.back() = ',';
    bytes.append("\"body\":").append(body).push_back('}');
    if (bytes.size() > kMaxEventBytes)
        return Error(Code::too_large, "the event has " + std::to_string(bytes.size()) +
                                          " bytes; one may have " + std::to_string(kMaxEventBytes));
    return bytes;
}

Result<EventView> read_event(std::string_view bytes) {
    CF_LET(const EventView event, read_envelope(bytes));
    if (!is_newer(event)) CF_TRY(json::check(event.body, kEventLimits));
    return event;
}

Result<ReadEvent> read_event(std::string_view bytes, WantsBody wants) {
    ReadEvent event;
    CF_LET(event.view, read_envelope(bytes));
    if (is_newer(event.view)) return event;
    if (wants(event.view)) {
        auto body = read_body(event.view);
        if (body.ok()) {
            event.body = std::move(body).value();
            return event;
        }
    }
    CF_TRY(json::check(event.view.body, kEventLimits));
    return event;
}

Result<json::Document> read_body(const EventView& event) {
    return json::Document::parse(event.body, kEventLimits);
}

crypto::Digest event_hash(std::string_view bytes) {
    return crypto::sha256({base::as_bytes(kHashPrefix), base::as_bytes(bytes)});
}

}  // namespace counterfoil::ledger
