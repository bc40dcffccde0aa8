#pragma once

#include <string>
#include <vector>

#include "firmware/core/ledger/export.h"
#include "tests/support/test_till.h"

namespace counterfoil::test {

// An exported ledger made in memory, line by line, without a journal: for tests of what reads it.
class MadeLedger {
  public:
    explicit MadeLedger(int events, const std::string& terminal = "T01", std::uint64_t seed = 1,
                        std::int64_t epoch = 1);

    // The header and the events, without line ends.
    const std::vector<std::string>& lines() const { return lines_; }
    const std::vector<ledger::SignedEvent>& events() const { return events_; }
    const crypto::Digest& head() const { return head_; }
    const std::vector<crypto::Certificate>& certificates() const { return till_->certificates; }
    const base::Uuid& incarnation() const { return till_->boot; }
    crypto::SigningKey& key() { return till_->key; }

    // Signed, unless the signer fails.
    void add(const std::string& type, const std::string& body);
    void add_unsigned(const std::string& type, const std::string& body);
    // What a till records when its signer fails, and when that works again.
    void fail_signer();
    void recover_signer();
    bool is_signer_failing() const { return unsigned_from_ != 0; }
    // An event of a version that this program does not know.
    void add_newer();

    // The event's line with another key's signature.
    std::string signed_by_another_key(std::size_t seq) const;
    // Another event in the same place, signed by the terminal.
    std::string forked(std::size_t seq) const;

    static std::string join(const std::vector<std::string>& lines);

  private:
    std::string write(const std::string& type, const std::string& body) const;
    void append(const std::string& bytes, bool is_signed);

    // Copies of a ledger share the till, which does not change.
    std::shared_ptr<TestTill> till_;
    std::int64_t epoch_;
    std::vector<std::string> lines_;
    std::vector<ledger::SignedEvent> events_;
    crypto::Digest head_{};
    std::size_t unsigned_from_ = 0;  // 0: the signer works
};

// Feeds the verifier the lines of `text`, cut as verify_export() cuts them.
ledger::Verdict verify_rest(ledger::ExportVerifier verifier, std::string_view text);

}  // namespace counterfoil::test
