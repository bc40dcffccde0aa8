#include "firmware/core/ledger/receipt.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/ledger/chain.h"

namespace counterfoil::ledger {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::int64_t kReceiptVersion = 1;
constexpr std::string_view kHashPrefix = "counterfoil/receipt/1\n";
constexpr std::size_t kMaxVersions = 32;

crypto::Digest receipt_hash(std::string_view bytes) {
    return crypto::sha256({base::as_bytes(kHashPrefix), base::as_bytes(bytes)});
}

Result<Receipt> read_fields(std::string_view bytes) {
    CF_LET(const json::Document document, json::Document::parse(bytes));
    const json::Value root = document.root();
    Receipt receipt;
    CF_LET(const std::int64_t version, root.integer("v"));
    if (version > kReceiptVersion)
        return Error(Code::unsupported_version, "the receipt is of a newer version");
    CF_LET(receipt.terminal, root.text("terminal"));
    CF_LET(receipt.epoch, root.integer("epoch"));
    CF_LET(receipt.seq, root.integer("seq"));
    CF_LET(const std::string_view head, root.text("head"));
    CF_LET(const std::string_view server_time, root.text("server_time"));
    CF_LET(receipt.server_time, base::from_rfc3339(server_time));
    CF_LET(receipt.credit, root.integer("credit"));
    CF_LET(const json::Value versions, root.object("versions"));
    for (auto item = versions.first(); item; item = item->next()) {
        if (!item->integer() || receipt.versions.size() == kMaxVersions)
            return Error(Code::malformed, "the receipt's versions are not as they should be");
        receipt.versions.emplace(item->name(), *item->integer());
    }
    if (!base::hex_into(head, receipt.head) || receipt.epoch < 1 || receipt.seq < 1)
        return Error(Code::malformed, "the receipt's cursor is not as it should be");
    return receipt;
}

}  // namespace

Result<std::string> write_receipt(const Receipt& receipt, crypto::Signer& signer) {
    CF_CHECK(receipt.versions.size() <= kMaxVersions && receipt.seq >= 1 && receipt.epoch >= 1);
    json::Object versions;
    for (const auto& [name, version] : receipt.versions) versions.set(name, version);
    json::Object object;
    object.set("v", kReceiptVersion)
        .set("terminal", receipt.terminal)
        .set("epoch", receipt.epoch)
        .set("seq", receipt.seq)
        .set("head", base::to_hex(receipt.head))
        .set("server_time", base::to_rfc3339(receipt.server_time))
        .set("credit", receipt.credit)
        .set("versions", std::move(versions));
    CF_LET(const std::string bytes, object.write());
    CF_LET(const crypto::Signature signature, signer.sign(receipt_hash(bytes)));
    return bytes + "\t" + base::to_base64url(signature);
}

Result<Receipt> read_receipt(std::string_view text, const crypto::Verifier& key) {
    const auto line = split_line(text);
    crypto::Signature signature;
    if (!line || !base::base64url_into(line->signature, signature))
        return Error(Code::malformed, "the text is not a receipt and its signature");
    // The signature is judged first: what a stranger wrote is not worth reading.
    if (!key.verify(receipt_hash(line->bytes), signature))
        return Error(Code::bad_signature, "the receipt is not signed by the centre's key");
    return read_fields(line->bytes);
}

}  // namespace counterfoil::ledger
