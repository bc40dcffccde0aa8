#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "firmware/core/crypto/random.h"
#include "tools/load/seller.h"
#include "tools/load/stock.h"

namespace counterfoil::load {

// A terminal's ledger in batches of one size, made before they are wanted, so that making them does
// not slow down what is measured. Where more are wanted they are made then, and counted. One thread
// at a time.
class PreparedLedger final : public Stock {
  public:
    // Ends after that many events, or the next whole batch.
    PreparedLedger(const SellerSettings& settings, std::size_t batch_events,
                   std::int64_t most_events);

    const std::vector<crypto::Certificate>& certificates() const { return seller_.certificates(); }
    std::int64_t most_events() const { return most_events_; }
    // Makes batches until there are so many events, or it ends.
    void prepare(std::int64_t events);
    std::uint64_t made_late() const { return made_late_; }

    const std::string& name() const override { return seller_.name(); }
    const base::Uuid& incarnation() const override { return seller_.incarnation(); }
    base::Result<wire::Cursor> end() override { return seller_.end(); }
    bool ends_at(std::int64_t seq) const override { return seq >= most_events_; }
    base::Result<std::optional<sync::Parcel>> behind(std::int64_t seq, std::int64_t up_to) override;
    base::Result<bool> has(const wire::Cursor& cursor) override;
    void forget(std::int64_t seq) override;

  private:
    void make();

    crypto::Random random_;
    Seller seller_;
    std::int64_t batch_events_;
    std::int64_t most_events_;
    std::deque<std::string> payloads_;   // of the batches that are not forgotten
    std::int64_t forgotten_ = 0;         // batches
    std::vector<crypto::Digest> heads_;  // of all batches
    std::uint64_t made_late_ = 0;
};

using Ledgers = std::vector<std::unique_ptr<PreparedLedger>>;

// Each up to that many events, on all cores, until `stop` says otherwise. `progress` is told of
// each that is finished, by one thread at a time.
void prepare(const Ledgers& ledgers, std::int64_t events, const std::atomic<bool>& stop,
             const std::function<void(std::size_t done)>& progress = {});

}  // namespace counterfoil::load
