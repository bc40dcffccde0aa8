#pragma once

#include <map>
#include <span>
#include <vector>

#include "firmware/mirror/reader.h"

namespace counterfoil::mirror {

// What one event of this till did to a coupon or a member.
struct CouponUses {
    token::CouponSerial serial{};
    std::int64_t uses = 1;    // spent; negative where a sale was given back
    std::int64_t leased = 0;  // of these, by the terminal's lease
};
struct PointsChange {
    base::Uuid member;
    std::int64_t points = 0;  // earned, or negative: spent
    std::int64_t leased = 0;  // spent of the lease; negative: given back
};

// The mirror as it would be if the centre knew what this till did since: an event counts here until
// the mirror's content takes account of it, and never twice. The journal's owner feeds it, from the
// mirror's cursor on when it starts and event by event from then on. One thread at a time.
class Overlay {
  public:
    // The mirror must outlive it.
    explicit Overlay(Mirror& mirror) : mirror_(mirror) {}

    // Events come in their order; one may bring several changes.
    void add(std::int64_t seq, const CouponUses& change);
    void add(std::int64_t seq, const PointsChange& change);
    // Drops what a content with this cursor takes account of. Reading does it by itself for what is
    // read; this is for after a load.
    void forget_up_to(std::int64_t cursor);

    // As the mirror's own, with the local changes applied. Uses and a lease's rest do not go below
    // zero; a coupon without uses left is redeemed.
    base::Result<std::optional<Member>> find_member_by_id(const base::Uuid& id);
    base::Result<std::optional<Member>> find_member_by_loyalty_id(std::string_view loyalty_id);
    base::Result<std::optional<Member>> find_member_by_phone_hash(const crypto::Digest& hash);
    base::Result<std::optional<Coupon>> find_coupon_by_serial(const token::CouponSerial& serial);
    base::Result<std::optional<Coupon>> find_coupon_by_code(std::string_view code);

    // How many changes are held.
    std::size_t size() const;

  private:
    struct Change {
        std::int64_t seq = 0;
        std::int64_t amount = 0;
        std::int64_t leased = 0;
    };
    template <class Key>
    using Changes = std::map<Key, std::vector<Change>>;

    void note(std::int64_t seq);
    template <class Key>
    static Change sum_since(Changes<Key>& changes, const Key& key, std::int64_t cursor);
    template <class Key>
    static void forget(Changes<Key>& changes, std::int64_t cursor);
    base::Result<std::optional<Member>> apply(base::Result<std::optional<Member>> found);
    base::Result<std::optional<Coupon>> apply(base::Result<std::optional<Coupon>> found);

    Mirror& mirror_;
    std::int64_t last_seq_ = 0;
    Changes<token::CouponSerial> uses_;
    Changes<base::Uuid> points_;
};

}  // namespace counterfoil::mirror
