#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "daemon/aggregator/services/desk.h"
#include "firmware/core/crypto/revocation_list.h"

// What the centre's authority has issued to terminals, and what of it is good no more.
namespace counterfoil::services {

// A certificate by which a ledger is signed, or one by which a terminal is let in by the broker.
enum class Purpose { ledger, link };

// What an older device of that terminal was given is good no more.
Outcome<void> take_back_issued(Desk& desk, const std::string& terminal);
// `request` is the hash of what it was asked for with.
Outcome<void> note_issued(Desk& desk, const crypto::Certificate& certificate, Purpose purpose,
                          const crypto::Digest& request);

// Whose link it is; terminal_certificate_wrong where it was taken back, has run out, or is none, or
// its terminal was revoked. That the authority has issued it is the caller's to have checked.
Outcome<void> check_link(store::Database& database, const crypto::Certificate& link,
                         base::WallTime now);
// The link that was issued for that very request before.
Outcome<std::optional<crypto::Certificate>> find_renewed(store::Database& database,
                                                         const std::string& terminal,
                                                         const crypto::Digest& request);

struct TakenBack {
    std::vector<crypto::RevokedSerial> serials;  // that have not run out
    std::vector<std::string> terminals;          // which may do nothing whatever they show

    bool operator==(const TakenBack&) const = default;
};
Outcome<TakenBack> find_taken_back(store::Database& database, base::WallTime now);

}  // namespace counterfoil::services
