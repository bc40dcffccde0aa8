#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "firmware/checkout/cash_desk.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/crypto/signing_key.h"
#include "firmware/journal/journal.h"

namespace counterfoil::till {

// The files of one till in one folder.
struct TillFolder {
    std::filesystem::path path;

    std::filesystem::path key() const { return path / "key.pem"; }
    std::filesystem::path certificate() const { return path / "certificate.pem"; }
    journal::Paths journal() const { return journal::Paths::in(path); }
    std::filesystem::path mirror() const { return path / "mirror.db"; }
    std::filesystem::path desk() const { return path / "desk.db"; }
    std::filesystem::path root() const { return path / "root.pem"; }
    std::filesystem::path key_list() const { return path / "keys.list"; }
    std::filesystem::path revocations() const { return path / "revocations"; }
    std::filesystem::path card() const { return path / "till.json"; }

    // What its sync daemon has of its own, and of that the till's programs read: by whom receipts
    // are signed, and the last of them.
    std::filesystem::path sync() const { return path / "sync"; }
    std::filesystem::path centre() const { return sync() / "centre.pem"; }
    std::filesystem::path receipt() const { return sync() / "receipt"; }
};

// What a till is told of itself when it is set up.
struct TillCard {
    std::uint16_t store = 1;
    receipt::Language language = receipt::Language::hungarian;
    int columns = 42;  // of its paper
};

base::Status write_card(const TillFolder& folder, const TillCard& card);
// malformed where the file is not in its form.
base::Result<TillCard> read_card(const TillFolder& folder);

// A till's ledger with its key in hand. What it needs of the world lives as long as it does.
class TillLedger {
  public:
    // A new key, a certificate by itself for `terminal`, and a ledger that begins at `clock`'s now.
    // The clock must outlive the till. already_exists where the folder holds a ledger.
    static base::Result<TillLedger> create(const TillFolder& folder, const std::string& terminal,
                                           const base::Clock& clock);
    static base::Result<TillLedger> open(const TillFolder& folder, const base::Clock& clock);
    // With the key and the certificates that the folder holds, as a centre has opened it.
    static base::Result<TillLedger> begin(const TillFolder& folder, const journal::Opening& opening,
                                          const base::Clock& clock);

    journal::Journal& journal() { return *journal_; }
    base::Entropy& entropy() { return *random_; }

  private:
    explicit TillLedger(const TillFolder& folder);

    std::unique_ptr<crypto::Random> random_;
    std::unique_ptr<crypto::SigningKey> key_;
    std::unique_ptr<journal::FileSystemGauge> disk_;
    std::optional<journal::Journal> journal_;
};

// The keys by which the till believes codes; empty where it was given none, or only a part of them:
// then it sells, and takes no signed code.
base::Result<std::optional<checkout::Trust>> load_trust(const TillFolder& folder);

// A new till: its card, its key, its ledger; what an interrupted call left is taken up again.
// already_exists where there is a ledger, and refused where a till has worked without one left: its
// leases and its numbers must not begin a second time.
base::Status set_up(const TillFolder& folder, const std::string& terminal, const TillCard& card,
                    const base::Clock& clock);

// A till that can sell: its ledger, central data, desk and keys, opened and put together.
class OpenTill {
  public:
    // Waits up to `patience_ms` for another program that has the till open. The clock must outlive
    // it. not_found where nothing was loaded into its mirror yet.
    static base::Result<std::unique_ptr<OpenTill>> open(const TillFolder& folder,
                                                        const base::Clock& clock,
                                                        std::int64_t patience_ms);

    checkout::CashDesk& desk() { return *desk_; }
    journal::Journal& journal() { return ledger_.journal(); }
    checkout::DeskFile& desk_file() { return desk_file_; }
    base::Entropy& entropy() { return ledger_.entropy(); }
    const TillCard& card() const { return card_; }

  private:
    OpenTill(TillCard card, TillLedger ledger, mirror::Mirror mirror, checkout::DeskFile desk_file,
             std::optional<checkout::Trust> trust)
        : card_(card),
          ledger_(std::move(ledger)),
          mirror_(std::move(mirror)),
          desk_file_(std::move(desk_file)),
          trust_(std::move(trust)) {}

    TillCard card_;
    TillLedger ledger_;
    mirror::Mirror mirror_;
    checkout::DeskFile desk_file_;
    std::optional<checkout::Trust> trust_;
    std::unique_ptr<checkout::CashDesk> desk_;
};

}  // namespace counterfoil::till
