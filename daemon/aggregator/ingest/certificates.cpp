#include "daemon/aggregator/ingest/certificates.h"

namespace counterfoil::ingest {

using base::Result;
using base::Status;

Status Certificates::learn(const std::string& terminal, const crypto::Certificate& certificate) {
    std::vector<Terminal>& known = terminals_[terminal];
    if (!known.empty() && known.back().certificate == certificate.fingerprint()) return {};
    CF_LET(auto latest, Terminal::of(certificate, false));
    known.push_back(std::move(latest));
    return {};
}

Status Certificates::learn(const Facts& facts) {
    for (const Provisioned& one : facts.provisioned) {
        if (one.certificate.empty()) continue;
        CF_LET(const auto certificate, crypto::Certificate::from_der(one.certificate));
        CF_TRY(learn(one.terminal, certificate));
    }
    return {};
}

// Damage in that ledger is found where it is looked at itself; here it is passed over.
Result<bool> Certificates::read_on(store::Database& database) {
    constexpr std::int64_t kPage = 64;
    CF_LET(const store::Rows rows,
           database.query("SELECT epoch, to_seq, bytes FROM batch WHERE terminal = $1 "
                          "AND (epoch, to_seq) > ($2, $3) ORDER BY epoch, to_seq LIMIT $4",
                          {kCentre, epoch_, seq_, kPage}));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto batch = ledger::Batch::read(rows.text(row, 2));
        Facts facts;
        if (batch.ok())
            for (const ledger::Line& line : batch.value().lines())
                if (const auto event = ledger::read_event(line.bytes, counts_by_body); event.ok())
                    read_facts(event.value(), facts);
        CF_TRY(learn(facts));
        epoch_ = rows.integer(row, 0);
        seq_ = rows.integer(row, 1);
    }
    return rows.size() == static_cast<std::size_t>(kPage);
}

std::span<const Terminal> Certificates::of(std::string_view terminal) const {
    const auto found = terminals_.find(terminal);
    if (found == terminals_.end()) return {};
    return found->second;
}

}  // namespace counterfoil::ingest
