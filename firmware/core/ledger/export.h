#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/core/crypto/certificate.h"
#include "firmware/core/crypto/verifier.h"
#include "firmware/core/ledger/chain.h"
#include "firmware/core/ledger/grant.h"
#include "firmware/core/ledger/receipt.h"

// A ledger as a file that proves itself: the first line names the terminal and its certificates,
// each further line is an event and its signature. Where the ledger was pruned, the second line is
// its base.
namespace counterfoil::ledger {

struct ExportHeader {
    std::string terminal;
    std::int64_t epoch = 1;
    std::vector<crypto::Certificate> certificates;  // the terminal's first
};

// The header's exact line, without its end.
std::string write_header(const ExportHeader& header);
base::Result<ExportHeader> read_header(std::string_view line);

// The base's exact line, without its end; of a ledger that was pruned.
std::string write_base(const Base& base);
base::Result<Base> read_base(std::string_view line);
// Whether the line is meant to be one, well-formed or not.
bool is_base(std::string_view line);

// The body of a genesis event, which pins the certificates that speak for the chain, and shows the
// centre's grant where the epoch was opened by one.
json::Object genesis_body(const base::Uuid& incarnation,
                          const std::vector<crypto::Certificate>& certificates,
                          const std::optional<EpochGrant>& grant = {});

struct VerifyOptions {
    // Every n-th event's signature is checked, and the last one's: a signature covers, through the
    // chain, all events before it. 1 also proves that each signature itself is whole.
    std::int64_t signature_every = 1;
    // What the last event's hash must be: the only means to notice a cut-off tail.
    std::optional<crypto::Digest> head;
    // The certificate that the chain must lead to.
    std::optional<crypto::Certificate> root;
    // The centre that must have opened the epoch. Of a pruned ledger only its receipt can tell.
    std::optional<crypto::Certificate> centre;
    // What a centre has signed to hold, verified by the caller: the ledger has that event with that
    // hash, or begins behind it, and no earlier event is left out but what it covers.
    std::optional<Receipt> receipt;
};

struct Summary {
    std::int64_t events = 0;  // behind the base
    Base base;
    crypto::Digest head{};
    std::int64_t unsigned_events = 0;  // recorded while the signer was down, vouched for since
    std::int64_t newer_events = 0;     // of a version that this program knows only the chain of
    std::int64_t epoch = 1;
    // When the centre opened the epoch, as the genesis says; proven where a centre was given.
    std::optional<base::WallTime> granted_at;
};

using Verdict = std::variant<Summary, Finding>;

// Verifies line by line, in little memory. After the first fault it reads on only to name it well.
// Copies go on independently from where the original stood.
class ExportVerifier {
  public:
    explicit ExportVerifier(VerifyOptions options) : options_(std::move(options)) {}

    // A line without its end. False when no further line can change the verdict.
    bool add(std::string_view line);
    // The file has ended. Nothing may be added after it.
    Verdict finish();

    // For a fault of the line itself, found by whoever cuts the lines.
    void fail(Fault fault);

    std::int64_t records() const { return records_; }

  private:
    struct Last {
        crypto::Digest hash{};
        crypto::Signature signature{};
        bool has_signature = false;
        bool checked = false;
    };

    std::optional<Fault> start(std::string_view line);
    std::optional<Fault> begin_at(std::string_view line);
    std::optional<Fault> check_beginning() const;
    // Of an event, or of the base.
    std::optional<Fault> check_receipted(std::int64_t seq, const crypto::Digest& hash) const;
    std::optional<Fault> check(std::string_view line);
    std::optional<Fault> check_genesis(const EventView& event);
    std::optional<Fault> check_grant(const json::Value& genesis);
    std::optional<Fault> check_signature(const Line& line, const EventView& event, bool due);
    bool is_forged(const Line& line) const;
    bool last_signature_holds();
    void report(Fault fault);
    bool diagnose(std::string_view line);

    VerifyOptions options_;
    ExportHeader header_;
    std::optional<ChainFollower> chain_;
    // Shared by copies of this verifier: the decoded key never changes.
    std::shared_ptr<const crypto::Verifier> key_;
    std::int64_t records_ = -1;  // the header is record 0, an event's is its number
    bool is_begun_ = false;      // the line behind the header was read
    Last last_;
    SigningFollower signing_;
    Summary summary_;
    std::optional<Finding> finding_;
    crypto::Digest suspect_{};  // the hash of the event that the finding is about
};

// Verifies a whole stream. `progress`, where given, hears the number of events now and then.
Verdict verify_export(std::istream& in, const VerifyOptions& options,
                      void (*progress)(std::int64_t events) = nullptr);

}  // namespace counterfoil::ledger
