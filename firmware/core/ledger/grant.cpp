#include "firmware/core/ledger/grant.h"

#include "firmware/core/base/coding.h"

namespace counterfoil::ledger {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::string_view kHashPrefix = "counterfoil/grant/1\n";

crypto::Digest grant_hash(const EpochName& name, base::WallTime at) {
    json::Object object;
    object.set("terminal", name.terminal)
        .set("epoch", name.epoch)
        .set("certificate", base::to_hex(name.certificate))
        .set("at", base::to_rfc3339(at));
    const auto text = object.write();
    CF_CHECK(text.ok());
    return crypto::sha256({base::as_bytes(kHashPrefix), base::as_bytes(text.value())});
}

}  // namespace

EpochName name_epoch(const crypto::Certificate& terminal, std::int64_t epoch) {
    return {terminal.name(), epoch, terminal.fingerprint()};
}

Result<EpochGrant> grant_epoch(const EpochName& name, base::WallTime at, crypto::Signer& centre) {
    CF_CHECK(name.epoch >= 1);
    CF_LET(const crypto::Signature signature, centre.sign(grant_hash(name, at)));
    return EpochGrant{at, signature};
}

bool holds(const EpochGrant& grant, const EpochName& name, const crypto::Verifier& centre) {
    return centre.verify(grant_hash(name, grant.at), grant.signature);
}

json::Object write_grant(const EpochGrant& grant) {
    json::Object object;
    object.set("at", base::to_rfc3339(grant.at))
        .set("signature", base::to_base64url(grant.signature));
    return object;
}

Result<EpochGrant> read_grant(const json::Value& value) {
    CF_LET(const std::string_view at, value.text("at"));
    CF_LET(const std::string_view signature, value.text("signature"));
    EpochGrant grant;
    CF_LET(grant.at, base::from_rfc3339(at));
    if (!base::base64url_into(signature, grant.signature))
        return Error(Code::malformed, "the epoch's grant is not as it should be");
    return grant;
}

}  // namespace counterfoil::ledger
