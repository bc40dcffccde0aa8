#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "firmware/core/crypto/verifier.h"
#include "firmware/core/ledger/event.h"

namespace counterfoil::ledger {

// The centre's signed word that it holds a terminal's events up to one, on disk. Only below it may
// a terminal forget.
struct Receipt {
    std::string terminal;
    std::int64_t epoch = 1;
    std::int64_t seq = 1;
    crypto::Digest head{};  // that event's hash
    base::WallTime server_time;
    std::int64_t credit = 0;                       // how many more events may be under way
    std::map<std::string, std::int64_t> versions;  // what the centre can hand down: name, version
};

// One line of JSON, a tab, the signature in base64url. Signed is the SHA-256 over
// "counterfoil/receipt/1\n" and the JSON.
base::Result<std::string> write_receipt(const Receipt& receipt, crypto::Signer& signer);

// malformed, or bad_signature where the key did not sign it.
base::Result<Receipt> read_receipt(std::string_view text, const crypto::Verifier& key);

}  // namespace counterfoil::ledger
