#include "tests/bench/busy_terminals.h"

namespace counterfoil::bench {

BusyTerminals::BusyTerminals(std::size_t terminals) {
    for (std::size_t i = 1; i <= terminals; ++i)
        terminals_.push_back(std::make_unique<load::Seller>(
            load::SellerSettings{"T" + std::to_string(i), i, test::kMorning,
                                 load::Signatures::last},
            entropy_));
}

base::Status BusyTerminals::provision(store::Database& database) const {
    for (const auto& terminal : terminals_) {
        CF_TRY(database.run("INSERT INTO terminal (name, store, certificate) VALUES ($1, $2, $3)",
                            {std::string_view(terminal->name()), std::int64_t{1},
                             base::ByteView(terminal->certificates().front().der())}));
        CF_TRY(ingest::open_ledger(database, {terminal->name(), 1}));
    }
    return {};
}

std::vector<FullBatch> BusyTerminals::next() {
    std::vector<FullBatch> batches;
    for (const auto& terminal : terminals_) batches.push_back(terminal->next());
    return batches;
}

}  // namespace counterfoil::bench
