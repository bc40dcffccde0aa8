#pragma once

#include "firmware/core/crypto/certificate.h"
#include "firmware/core/crypto/verifier.h"
#include "firmware/core/ledger/event.h"

namespace counterfoil::ledger {

// What a centre countersigns when it opens an epoch of a terminal's ledger: whose it is, its
// number, and with which certificate it is to begin.
struct EpochName {
    std::string terminal;
    std::int64_t epoch = 1;
    crypto::Digest certificate{};  // the terminal's fingerprint
};
EpochName name_epoch(const crypto::Certificate& terminal, std::int64_t epoch);

// The centre's signed word for that. It stands in the epoch's genesis, beside what it is about.
struct EpochGrant {
    base::WallTime at;  // the centre's clock
    crypto::Signature signature{};
};

base::Result<EpochGrant> grant_epoch(const EpochName& name, base::WallTime at,
                                     crypto::Signer& centre);
bool holds(const EpochGrant& grant, const EpochName& name, const crypto::Verifier& centre);

json::Object write_grant(const EpochGrant& grant);
// malformed where the value is none.
base::Result<EpochGrant> read_grant(const json::Value& value);

}  // namespace counterfoil::ledger
