#include "tools/counterfoil/till_trust.h"

#include "firmware/core/base/file.h"
#include "firmware/core/crypto/public_key.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

// Also where it cannot be told: then reading says why, and nothing is put in its place.
bool is_there(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::status(path, ignored).type() != std::filesystem::file_type::not_found;
}

Error missing(const std::filesystem::path& path) {
    return Error(Code::not_found,
                 path.string() + ": the till does not hold it yet; bring it with --keys");
}

}  // namespace

Result<TillTrust> TillTrust::weigh(const std::filesystem::path& till, const TrustOffer& offer) {
    TillTrust trust(till);
    CF_LET(const crypto::PublicKey root, trust.weigh_root(offer));
    CF_TRY(trust.weigh_list(offer, root));
    CF_TRY(trust.weigh_revocations(offer));
    return trust;
}

Result<crypto::PublicKey> TillTrust::weigh_root(const TrustOffer& offer) {
    const std::filesystem::path path = till_.root_public();
    if (offer.root.empty()) return is_there(path) ? till_.load_root() : missing(path);
    CF_LET(const crypto::PublicKey offered, crypto::load_public_key(offer.root));
    if (!is_there(path)) {
        new_files_.push_back({path, crypto::to_pem(offered)});
        return offered;
    }
    CF_LET(const crypto::PublicKey held, till_.load_root());
    if (held == offered) return held;
    return Error(Code::foreign_file, offer.root.string() + ": it is another merchant's root than " +
                                         path.string() + "; a till believes one merchant only");
}

Status TillTrust::weigh_list(const TrustOffer& offer, const crypto::PublicKey& root) {
    const std::filesystem::path path = till_.list();
    if (!is_there(path) && offer.list.empty()) return missing(path);
    std::optional<till::ListFile> held;
    if (is_there(path)) {
        CF_LET(held, till::read_list_file(path, root));
        list_ = held->list;
    }
    if (offer.list.empty()) return {};
    CF_LET(till::ListFile offered, till::read_list_file(offer.list, root));
    if (held) {
        if (offered.list == held->list) return {};
        const auto adopted = token::KeyRing(held->list).adopt(offered.list);
        if (!adopted.ok()) return till::as_error(adopted.error(), offer.list);
    }
    list_ = std::move(offered.list);
    new_files_.push_back({path, std::move(offered.bytes)});
    return {};
}

// The held ones are judged by a newer list, too: it may no longer know the key that signed them,
// and then it needs the revocations that came with it.
Status TillTrust::weigh_revocations(const TrustOffer& offer) {
    const token::KeyRing keys(list_);
    CF_LET(const till::DeltasFile held, till::read_deltas_file(till_.revocations()));
    if (offer.revocations.empty()) {
        const auto revoked = held.revoked(keys);
        return revoked.ok() ? Status() : revoked.error();
    }
    CF_LET(const till::DeltasFile offered, till::read_deltas_file(offer.revocations));
    CF_TRY(offered.revoked(keys));
    if (offered.version() < held.version())
        return Error(Code::refused, offer.revocations.string() +
                                        ": the revocations are of version " +
                                        std::to_string(offered.version()) + ", and the till has " +
                                        std::to_string(held.version()) + " already");
    if (offered.text != held.text) new_files_.push_back({held.path, offered.text});
    return {};
}

Result<std::vector<std::filesystem::path>> TillTrust::save() const {
    std::vector<std::filesystem::path> saved;
    // The root last: until it is there, the till believes nobody, and sells.
    for (auto next = new_files_.rbegin(); next != new_files_.rend(); ++next) {
        const NewFile& file = *next;
        CF_TRY(base::replace_file(file.path, file.content, base::Readers::everyone));
        saved.push_back(file.path);
    }
    return saved;
}

}  // namespace counterfoil::tool
