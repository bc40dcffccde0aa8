#pragma once

#include "daemon/sync/stock.h"
#include "firmware/journal/reader.h"

namespace counterfoil::sync {

// A till's journal, read a batch at a time and never changed. A batch is cut by the same rule from
// the same event: as many events as fit, or up to where it ended before.
class JournalStock final : public Stock {
  public:
    static base::Result<JournalStock> open(const std::filesystem::path& database);

    // Looks for what was recorded since; whether there is more.
    base::Result<bool> refresh();
    std::int64_t last_seq() const { return last_seq_; }
    std::int64_t epoch() const { return reader_.header().epoch; }
    // What stands in the journal; nothing where there is no such event.
    base::Result<std::optional<ledger::SignedEvent>> find(std::int64_t seq) {
        return reader_.find(seq);
    }

    const std::string& name() const override { return reader_.header().terminal; }
    const base::Uuid& incarnation() const override { return reader_.incarnation(); }
    base::Result<wire::Cursor> end() override;
    // As of the last look.
    std::int64_t base() const override { return base_seq_; }
    base::Result<std::optional<Parcel>> behind(std::int64_t seq, std::int64_t up_to) override;
    base::Result<bool> has(const wire::Cursor& cursor) override;

  private:
    explicit JournalStock(journal::JournalReader reader) : reader_(std::move(reader)) {}
    base::Result<std::vector<ledger::SignedEvent>> read(std::int64_t first, std::int64_t last);
    base::Status make(std::int64_t seq, std::int64_t up_to);

    journal::JournalReader reader_;
    std::int64_t last_seq_ = 0;
    std::int64_t base_seq_ = 0;
    // The batch that was made last, and what it was made of.
    std::string payload_;
    std::int64_t made_from_ = 0;
    std::int64_t made_to_ = 0;
    std::int64_t made_up_to_ = 0;
};

}  // namespace counterfoil::sync
