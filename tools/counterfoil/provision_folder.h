#pragma once

#include "firmware/core/crypto/random.h"
#include "firmware/core/sqlite/side_file.h"
#include "firmware/till/till_folder.h"
#include "tools/counterfoil/provision_answer.h"

namespace counterfoil::tool {

// A till on its way to be set up, in DIR/pending: its new keys, what it asked for with them, and
// what the centre answered. Whatever interrupts it, at any point, the same command goes on from
// there: the same keys ask for the same, and what was answered is put into place once more.
class PendingTill {
  public:
    // Of that terminal; made where there is none. already_exists where it is another's.
    static base::Result<PendingTill> begin(const till::TillFolder& till,
                                           const std::string& terminal, base::Entropy& entropy);
    // What is on its way there and was answered, so that no centre need be asked; nothing else.
    static base::Result<std::optional<PendingTill>> find_answered(const till::TillFolder& till,
                                                                  base::Entropy& entropy);

    const std::string& ledger_request() const { return ledger_request_; }  // PEM
    const std::string& link_request() const { return link_request_; }
    const std::string& terminal() const { return terminal_; }

    // What the centre said, read and believed; kept before anything is done by it.
    base::Result<Provisioning> take(const std::string& answer);
    base::Result<Provisioning> answered() const;

    // Where what the device asks for later is to be asked, and whom to believe there.
    struct Centre {
        std::string url;
        std::filesystem::path authority;  // PEM; empty: the system's
        std::string code;
    };
    // Of the code that it was set up by: whoever repeats it is told that it is done.
    static bool is_done_by(const till::TillFolder& till, const std::string& code);

    // Puts an older till's files aside, the new ones into place, and begins the ledger. Returns
    // where the older ones are; empty where there were none.
    base::Result<std::filesystem::path> install(const Provisioning& given, const Centre& centre,
                                                const base::Clock& clock) const;

  private:
    explicit PendingTill(const till::TillFolder& till) : till_(till) {}
    static base::Result<PendingTill> read(const till::TillFolder& till, base::Entropy& entropy);

    std::filesystem::path file(const char* name) const { return till_.path / "pending" / name; }
    void clear() const;
    base::Result<std::filesystem::path> put_aside() const;
    base::Status move_aside(const std::filesystem::path& to) const;
    base::Status place(const Provisioning& given) const;
    base::Status place_sync(const Provisioning& given, const Centre& centre) const;
    base::Status begin_ledger(const Provisioning& given, const base::Clock& clock) const;

    till::TillFolder till_;
    std::string terminal_;
    std::string ledger_request_;
    std::string link_request_;
    crypto::PublicKey ledger_key_{};
    crypto::PublicKey link_key_{};
};

// That till's files may be changed by nobody else meanwhile; second_writer where somebody does.
base::Result<sqlite::WriterClaim> claim_till(const till::TillFolder& till);
// The same of the sync daemon's.
base::Result<sqlite::WriterClaim> claim_sync(const till::TillFolder& till);

}  // namespace counterfoil::tool
