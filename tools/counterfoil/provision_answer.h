#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/core/crypto/certificate.h"
#include "firmware/journal/journal.h"

namespace counterfoil::tool {

// Where a device finds its broker.
struct BrokerPlace {
    std::string host;
    std::uint16_t port = 0;
    std::string tenant;
    std::uint16_t shard = 0;
};

// What a centre gave to a device that it set up.
struct Provisioning {
    std::string terminal;
    std::int64_t store = 1;
    journal::Opening opening;
    std::vector<crypto::Certificate> certificates;  // of its ledger, the terminal's first
    crypto::Certificate centre;
    std::vector<crypto::Certificate> link;  // for the broker
    std::optional<BrokerPlace> broker;
    std::string broker_authority;  // PEM; empty: there is no broker
    std::string trust_root;        // PEM; empty: the centre has none
    std::string key_list;          // its bytes
};

// For whom it has to be.
struct ProvisionedKeys {
    std::string terminal;
    crypto::PublicKey ledger;
    crypto::PublicKey link;
};

// The answer's text, read and not believed: the certificates are for these keys and that terminal,
// and by the authority that it names; the epoch is countersigned by the centre, for the very
// certificate; the list of keys is the root's.
base::Result<Provisioning> read_provisioning(std::string_view answer, const ProvisionedKeys& keys);

}  // namespace counterfoil::tool
