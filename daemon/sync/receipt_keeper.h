#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "firmware/core/ledger/receipt.h"

namespace counterfoil::sync {

// The last receipt that was verified, and its exact text in a file: it proves that the centre has
// what it says. It is written at most once in a while, since each later one says all that an
// earlier one did; what a crash misses the next welcome says.
class ReceiptKeeper {
  public:
    // With what the file holds; without anything where there is none. The error says why what it
    // holds is not believed.
    static base::Result<ReceiptKeeper> open(std::filesystem::path path,
                                            const crypto::Verifier& centre);
    // Whatever is in the file, it counts for nothing.
    explicit ReceiptKeeper(std::filesystem::path path) : path_(std::move(path)) {}

    const std::optional<ledger::Receipt>& last() const { return last_; }
    // It was verified, and is about this terminal's ledger.
    void take(const ledger::Receipt& receipt, std::string_view text);
    base::Status write_if_due(std::int64_t now_ms);
    base::Status write();

  private:
    std::filesystem::path path_;
    std::optional<ledger::Receipt> last_;
    std::string text_;
    bool is_written_ = true;
    std::int64_t written_ms_ = 0;
};

}  // namespace counterfoil::sync
