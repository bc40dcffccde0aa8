#pragma once

#include <filesystem>
#include <string>

#include "firmware/core/base/result.h"
#include "firmware/core/crypto/signature.h"
#include "firmware/core/sqlite/side_file.h"

namespace counterfoil::sync {

// Where the centre is to be found; sync.json in the daemon's folder.
struct SyncSettings {
    std::string broker;
    std::uint16_t port = 8883;
    std::string tenant = "main";
    std::uint16_t shard = 0;
    // Where the centre is asked for the next certificate; empty: somebody else sees to that.
    std::string url = {};
};

// The files of a till that its sync daemon reads, and its own, which lie in a folder below. The
// till's signing key is not among them.
struct SyncFolder {
    std::filesystem::path till;

    std::filesystem::path journal() const { return till / "journal.db"; }
    std::filesystem::path mirror() const { return till / "mirror.db"; }
    // The socket at which the till waits for us.
    std::filesystem::path doorbell() const { return till / "doorbell"; }

    std::filesystem::path own() const { return till / "sync"; }
    std::filesystem::path settings() const { return own() / "sync.json"; }
    // PEM: who vouches for the broker, what we prove ourselves with there, and its key.
    std::filesystem::path authority() const { return own() / "broker-authority.pem"; }
    std::filesystem::path certificate() const { return own() / "certificate.pem"; }
    std::filesystem::path key() const { return own() / "key.pem"; }
    // PEM: who vouches for the server at the url; without the file this system's authorities do.
    std::filesystem::path centre_authority() const { return own() / "centre-authority.pem"; }
    // PEM: the certificate of the centre, whose signature is believed.
    std::filesystem::path centre() const { return own() / "centre.pem"; }
    // Folders of ledgers that were put aside when the till was set up anew.
    std::filesystem::path old() const { return till / "old"; }
    // The last receipt that was verified.
    std::filesystem::path receipt() const { return own() / "receipt"; }
};

// The right to be the one that brings this till's events home or changes what is needed for it,
// held until it is let go or the process ends; second_writer, in a sentence that names whoever has
// it.
base::Result<sqlite::WriterClaim> claim(const SyncFolder& folder);

base::Status write_settings(const SyncFolder& folder, const SyncSettings& settings);
// malformed where the file is not in its form; not_found where there is none.
base::Result<SyncSettings> read_settings(const SyncFolder& folder);

// The centre's key, out of its certificate.
base::Result<crypto::PublicKey> read_centre_key(const SyncFolder& folder);

}  // namespace counterfoil::sync
