#pragma once

#include <random>
#include <string>
#include <vector>

#include "firmware/core/crypto/certificate.h"
#include "firmware/core/ledger/batch.h"
#include "firmware/core/wire/fields.h"

namespace counterfoil::load {

// A batch of a terminal as it is sent, the event it ends with, and the bytes of its events.
struct FullBatch {
    std::string terminal;
    std::string payload;
    wire::Cursor end;
    std::vector<std::string> events;
};

// Which events of a batch bear a signature that holds: the one that the centre looks at before it
// gives a receipt, which is the last, or all, which its audit looks at later and which takes long
// to make. The others have random bytes of the same length.
enum class Signatures { last, all };

struct SellerSettings {
    std::string name;
    std::uint64_t seed = 1;  // what it sells, and to whom; its key is its own
    base::WallTime first_at;
    Signatures signatures = Signatures::last;
};

// A terminal that sells without end: sales of three lines, half of them to one of many members, and
// coupons. One thread.
class Seller {
  public:
    // The entropy, which must outlive it, makes its key.
    Seller(const SellerSettings& settings, base::Entropy& entropy);

    const std::string& name() const { return settings_.name; }
    const base::Uuid& incarnation() const { return boot_; }
    const std::vector<crypto::Certificate>& certificates() const { return certificates_; }
    // Where its ledger ends, which grows with each batch.
    const wire::Cursor& end() const { return end_; }

    // What follows, of so many events.
    FullBatch next(std::size_t events = ledger::kMaxBatchEvents);

  private:
    std::string next_event();
    std::string sale();
    std::string redemption();
    std::uint64_t pick(std::uint64_t below) { return random_() % below; }

    SellerSettings settings_;
    crypto::SigningKey key_;
    std::vector<crypto::Certificate> certificates_;
    base::Uuid boot_;
    std::mt19937_64 random_;
    wire::Cursor end_;
    std::int64_t receipts_ = 0;
    std::int64_t turnover_minor_ = 0;
};

}  // namespace counterfoil::load
