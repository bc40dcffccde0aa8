#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "daemon/aggregator/ingest/own_ledger.h"
#include "firmware/core/crypto/hedged_signer.h"

namespace counterfoil::aggregator {

// What the centre proves itself with.
struct CentreKey {
    crypto::SigningKey key;
    crypto::Certificate certificate;
};

// The centre's data folder: key.pem, with which it signs receipts and its own ledger,
// certificate.pem, which says so to everybody, centre.db, and centre.head, which says how far its
// store had come, so that an older one is noticed.
class CentreFolder {
  public:
    explicit CentreFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

    std::filesystem::path key() const { return folder_ / "key.pem"; }
    std::filesystem::path certificate() const { return folder_ / "certificate.pem"; }
    std::filesystem::path database() const { return folder_ / "centre.db"; }

    // By which the tokens of those who signed in are proved; made when the centre first serves any.
    std::filesystem::path token_key() const { return folder_ / "tokens.pem"; }
    // Who vouches for terminals; made when the centre first serves any.
    std::filesystem::path authority_key() const { return folder_ / "authority.pem"; }
    std::filesystem::path authority_certificate() const {
        return folder_ / "authority-certificate.pem";
    }
    // Who may not come to the broker any more.
    std::filesystem::path revocations() const { return folder_ / "authority-revoked.pem"; }
    // By whom signed codes are believed, where its operator has put it there: the merchant's root
    // and its list of keys, which tills get when they are set up.
    std::filesystem::path trust_root() const { return folder_ / "root.pem"; }
    std::filesystem::path key_list() const { return folder_ / "keys.list"; }
    std::filesystem::path head() const { return folder_ / "centre.head"; }

    // The key and the certificate, which belong together. key_mismatch where they do not.
    base::Result<CentreKey> load_key(base::Entropy& entropy) const;

    // Makes the folder, its key and its certificate, where there is none; true where it did.
    base::Result<bool> prepare(const base::Clock& clock, base::Entropy& entropy) const;

  private:
    std::filesystem::path folder_;
};

// One more connection to the centre's store, for a thread that only reads.
base::Result<std::unique_ptr<store::Database>> reader_connection(const CentreFolder& folder,
                                                                 const std::string& postgres);

// What a centre is opened for: to serve terminals, which one program does alone, or for a while, to
// look after it.
enum class Purpose { serve, look_after };

// The centre with its store open, as every command of it needs it. Lives as long as what uses it.
class OpenCentre {
  public:
    // The store is SQLite's in the folder or, where one is named, a PostgreSQL database: "host=...
    // dbname=...", without a password, which libpq finds where it always does. second_writer where
    // another program has the file or, to serve, the database.
    static base::Result<std::unique_ptr<OpenCentre>> open(const CentreFolder& folder,
                                                          const std::string& postgres,
                                                          const base::Clock& clock,
                                                          base::Entropy& entropy,
                                                          Purpose purpose = Purpose::look_after);

    store::Database& database() { return *database_; }
    crypto::SigningKey& key() { return key_.key; }
    // By the same key, but faster.
    crypto::Signer& signer() { return signer_; }
    const crypto::Certificate& certificate() const { return key_.certificate; }
    ingest::OwnLedger& own() { return *own_; }

  private:
    OpenCentre(CentreKey key, std::unique_ptr<store::Database> database)
        : key_(std::move(key)),
          signer_(key_.key),
          helper_(key_.key),
          database_(std::move(database)) {}

    CentreKey key_;
    crypto::HedgedSigner signer_;
    crypto::HedgedSigner helper_;  // for the ledger's own thread
    std::unique_ptr<store::Database> database_;
    std::optional<ingest::OwnLedger> own_;
};

}  // namespace counterfoil::aggregator
