#include "daemon/sync/receipt_keeper.h"

#include "firmware/core/base/file.h"
#include "firmware/core/wire/envelope.h"

namespace counterfoil::sync {

using base::Result;
using base::Status;

namespace {

constexpr std::int64_t kBetweenWritesMs = 1000;

}  // namespace

Result<ReceiptKeeper> ReceiptKeeper::open(std::filesystem::path path,
                                          const crypto::Verifier& centre) {
    ReceiptKeeper keeper(std::move(path));
    auto text = base::read_file(keeper.path_, wire::kMaxObjectBytes + wire::kSignatureBytes);
    if (!text.ok() && text.error().code() == base::Code::not_found) return keeper;
    if (!text.ok()) return text.error();
    auto receipt = ledger::read_receipt(text.value(), centre);
    if (!receipt.ok()) return receipt.error().within(keeper.path_.string());
    keeper.last_ = std::move(receipt).value();
    keeper.text_ = std::move(text).value();
    return keeper;
}

void ReceiptKeeper::take(const ledger::Receipt& receipt, std::string_view text) {
    last_ = receipt;
    text_ = text;
    is_written_ = false;
}

Status ReceiptKeeper::write_if_due(std::int64_t now_ms) {
    if (is_written_ || now_ms - written_ms_ < kBetweenWritesMs) return {};
    written_ms_ = now_ms;
    return write();
}

// Anybody may check it.
Status ReceiptKeeper::write() {
    if (is_written_) return {};
    CF_TRY(base::replace_file(path_, text_, base::Readers::everyone));
    is_written_ = true;
    return {};
}

}  // namespace counterfoil::sync
