#pragma once

#include <optional>
#include <string>

#include "firmware/checkout/basket.h"
#include "firmware/checkout/cart.h"
#include "firmware/checkout/desk_file.h"
#include "firmware/checkout/fault.h"
#include "firmware/checkout/settings.h"
#include "firmware/core/token/judge.h"
#include "firmware/core/token/scanned.h"
#include "firmware/journal/journal.h"
#include "firmware/mirror/overlay.h"

namespace counterfoil::checkout {

// The keys by which a till believes codes, and what was taken back.
struct Trust {
    token::KeyRing keys;
    token::Revocations revoked;
};

// A member as the till sees one.
struct KnownMember {
    BasketMember member;
    std::string name;                    // empty: the till knows the code alone
    std::string loyalty_id;              // the same
    std::int64_t points = 0;             // what this till did since included
    std::int64_t permille = 0;           // what a point is multiplied by
    std::optional<mirror::Lease> lease;  // how many points this till may spend by itself
};

// What the shop knows: products, members and coupons of the central data, and on top of them what
// this till has done since. All that it is given must outlive it. One thread.
class Shop {
  public:
    struct World {
        journal::Journal& journal;
        mirror::Mirror& mirror;
        DeskFile& desk;
        const base::Clock& clock;
        const Trust* trust = nullptr;  // none: signed codes are refused
    };
    static base::Result<Shop> open(const World& world);

    const ShopSettings& settings() const { return settings_; }
    // To be called when the central data may have changed.
    base::Status reload();

    // The latest of the clock, of the moment that the central data were made at, and of what has
    // passed by the machine's own count since they were opened: a clock that is set back while the
    // till works, or to before the central data, brings nothing to life that has run out.
    base::Result<base::WallTime> trusted_now();
    base::Result<mirror::Meta> meta() { return world_.mirror.meta(); }

    // By a scanned product code, or by the number that a cashier types.
    Outcome<Item> find_product(const std::string& text);
    Outcome<Item> find_product(const token::ProductCode& code);
    // By the code on a phone, which proves who it is; by a card, or by a phone number, which do
    // not. The same code of a phone is taken once; it can be looked at before.
    enum class Showing { taken, looked_at };
    // `format` is the symbology where a scanner told it, see read_scanned().
    Outcome<KnownMember> recognise(const std::string& text, Showing showing = Showing::taken,
                                   std::string_view format = {});
    // The member again, as of now.
    Outcome<KnownMember> member_now(const BasketMember& member);

    base::Result<std::vector<mirror::Staff>> all_staff() { return world_.mirror.all_staff(); }
    bool is_revoked(const token::CouponSerial& serial) const;
    base::Result<std::optional<mirror::Staff>> find_staff(const std::string& id) {
        return world_.mirror.find_staff(id);
    }
    base::Result<std::vector<std::string>> categories() { return world_.mirror.categories(); }
    base::Result<std::vector<mirror::Product>> products_in(const std::string& category) {
        return world_.mirror.products_in(category);
    }

    base::Result<std::optional<mirror::Coupon>> find_coupon(const token::CouponSerial& serial);
    base::Result<std::optional<mirror::Coupon>> find_coupon(std::string_view code);
    base::Result<std::optional<mirror::Book>> find_book(std::int64_t number);
    Outcome<token::Coupon> judge_coupon(const std::string& text, const token::Situation& situation);

    const std::string& terminal() const { return world_.journal.terminal(); }
    // Whether the right was lent to this till, as it is now.
    bool is_ours(const mirror::Lease& lease) const;
    journal::SpendingTable& spending() { return world_.journal.counted().spending(); }

  private:
    explicit Shop(const World& world);
    // Tells the overlay what the journal has recorded since.
    base::Status catch_up();
    base::Status learn(const journal::StoredEvent& stored);
    Outcome<KnownMember> judge_member(const std::string& text, Showing showing);
    Outcome<KnownMember> known(const base::Result<std::optional<mirror::Member>>& found);
    std::int64_t permille_of(std::uint8_t tier) const;

    World world_;
    ShopSettings settings_;
    mirror::Overlay overlay_;
    token::ReplayTable replays_;
    std::int64_t learned_seq_ = 0;
    base::WallTime opened_at_;
    std::int64_t opened_ms_ = 0;
};

}  // namespace counterfoil::checkout
