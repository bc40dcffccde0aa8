#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/core/base/clock.h"
#include "firmware/core/base/id.h"
#include "firmware/core/base/result.h"
#include "firmware/core/crypto/digest.h"
#include "firmware/core/json/json.h"

// What a terminal records. FORMAT.md beside this file describes the bytes for people who do not
// read C++; a test recomputes its examples.
namespace counterfoil::ledger {

inline constexpr std::int64_t kEventVersion = 1;

// An event fits into a batch with room to spare; a sale of 200 lines takes about 20 KiB.
inline constexpr std::size_t kMaxEventBytes = 32 * 1024;
inline constexpr int kMaxEventDepth = 16;

enum class EventType {
    genesis,
    boot,
    config_applied,
    shift_opened,
    shift_closed,
    sale,
    refund,
    void_sale,
    training_sale,
    coupon_redeemed,
    coupon_rolled_back,
    points_spent,
    member_enrolled,
    cash_in,
    cash_out,
    drawer_opened,
    price_override,
    discount_override,
    reprint,
    z_report,
    clock_stepped,
    signer_failed,
    signer_recovered,
    terminal_provisioned,  // this and what follows: the centre's own
    terminal_revoked,
    account_created,
    account_changed,
    account_removed,
    points_adjusted,
    purchase_recorded,
    coupon_issued,
    coupon_moved,
    book_created,
    codes_added,
    coupons_assigned,
    pool_created,
    pool_changed,
    coupons_distributed,
    products_changed,
    product_removed,
    staff_changed,
    staff_removed,
    setting_changed,
    setting_removed,
};
inline constexpr std::size_t kEventTypes = static_cast<std::size_t>(EventType::setting_removed) + 1;

// The type's name in an event: "sale"; a void_sale is called "void".
std::string_view type_name(EventType type);
// Empty for a name that this program does not know, which is no fault: it may be newer.
std::optional<EventType> type_from_name(std::string_view name);

// Who recorded, where in the chain, when.
struct Envelope {
    std::string terminal;
    std::int64_t epoch = 1;
    std::int64_t seq = 1;
    crypto::Digest prev{};
    base::WallTime at;
    base::Uuid boot;
    std::int64_t mono_ms = 0;
    std::string shift;  // empty outside a shift
    std::string staff;  // empty where nobody is signed in
    EventType type = EventType::boot;
};

// The event's exact bytes: one line of JSON without its end. They are what is hashed, signed,
// stored, sent and exported; nothing is ever written a second time from a parsed form. The body is
// an object that json::Object wrote. too_large over kMaxEventBytes.
base::Result<std::string> write_event(const Envelope& envelope, std::string_view body);

// An event's bytes taken apart without copying: all views point into those bytes.
struct EventView {
    std::int64_t version = 0;
    std::string_view terminal;
    std::int64_t epoch = 0;
    std::int64_t seq = 0;
    crypto::Digest prev{};
    // Empty from here on where `version` is newer than kEventVersion: never guessed at.
    std::string_view at;
    std::string_view boot;
    std::int64_t mono_ms = 0;
    std::string_view shift;
    std::string_view staff;
    std::string_view type;
    std::string_view body;
};

// Strict: the members in their order, no spaces, the body an object; anything else is malformed.
base::Result<EventView> read_event(std::string_view bytes);

// An event with its body as a tree, where that is wanted.
struct ReadEvent {
    EventView view;
    std::optional<json::Document> body;
};
using WantsBody = bool (*)(const EventView& event);

// Takes the same bytes as the one above, and walks a body that is wanted once. There is no tree of
// one in which a name stands twice: the event is good all the same.
base::Result<ReadEvent> read_event(std::string_view bytes, WantsBody wants);

// The event's body as a tree, to read its members from.
base::Result<json::Document> read_body(const EventView& event);

// SHA-256 over "counterfoil/event/1\n" and the event's bytes.
crypto::Digest event_hash(std::string_view bytes);

}  // namespace counterfoil::ledger
