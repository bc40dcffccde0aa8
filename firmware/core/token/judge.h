#pragma once

#include <optional>

#include "firmware/core/token/replay.h"
#include "firmware/core/token/revocation.h"

namespace counterfoil::token {

// Where and when a code is shown, and by whom, as far as that is known.
struct Situation {
    base::WallTime now;
    std::uint16_t store = 0;
    std::optional<base::Uuid> member;
};

struct TrustedMember {
    MemberCertificate certificate;
    // False where the till's keys are too old: the member earns, and spends nothing.
    bool may_spend = true;
    Showing showing;  // to be kept by who wants to know it after a restart
};

// Decides without a network whether to believe a code. The order of the questions is always the
// same, so that a code has one answer: form, signature, key, time, revoked, store, holder, replay.
// All that it is given must outlive it. One thread at a time.
class Judge {
  public:
    Judge(const KeyRing& keys, const Revocations& revoked, ReplayTable& replays)
        : keys_(keys), revoked_(revoked), replays_(replays) {}

    Judged<Coupon> coupon(std::string_view text, const Situation& situation) const;

    // Takes note of the showing: the same text is not believed twice.
    Judged<TrustedMember> member(std::string_view text, const Situation& situation) const;

  private:
    const KeyRing& keys_;
    const Revocations& revoked_;
    ReplayTable& replays_;
};

}  // namespace counterfoil::token
