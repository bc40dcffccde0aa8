#include "daemon/aggregator/services/renewals.h"

#include <cstdlib>

#include "firmware/core/base/coding.h"
#include "firmware/core/crypto/verifier.h"
#include "firmware/core/wire/renewal.h"

namespace counterfoil::services {
namespace {

Outcome<crypto::Certificate> shown(const std::string& text, const crypto::Certificate& authority) {
    const auto chain = crypto::read_chain(text, "the certificate");
    if (!chain.ok() || chain.value().empty()) return Refusal::terminal_certificate_wrong;
    // What stands behind it counts for nothing.
    const crypto::Certificate& link = chain.value().front();
    if (!crypto::verify_chain({link}, authority).ok()) return Refusal::terminal_certificate_wrong;
    return link;
}

}  // namespace

Outcome<Renewal> read_renewal(const RenewalTexts& texts, const crypto::Certificate& authority,
                              base::WallTime now) {
    CF_LET(auto current, shown(texts.certificate, authority));
    auto der = crypto::request_from_pem(texts.request);
    if (!der.ok()) return Refusal::terminal_request_wrong;
    const auto at = base::from_rfc3339(texts.at);
    if (!at.ok() || std::abs(at.value().unix_ms - now.unix_ms) > wire::kMostClockGapMs)
        return Refusal::terminal_clock_wrong;
    Renewal renewal{std::move(current), texts.request, std::move(der).value(), at.value(), {}};
    const auto key = crypto::Verifier::create(renewal.current.public_key());
    const crypto::Digest hash =
        wire::renewal_hash(renewal.current, renewal.request_der, renewal.at);
    if (!key.ok() || !base::base64url_into(texts.signature, renewal.signature) ||
        !key.value().verify(hash, renewal.signature))
        return Refusal::terminal_certificate_wrong;
    return renewal;
}

Outcome<crypto::Certificate> renew_link(Desk& desk, const Renewal& renewal,
                                        const crypto::Certificate& issued) {
    CF_TRY(check_link(desk.database(), renewal.current, desk.now()));
    const crypto::Digest asked = crypto::sha256({renewal.request_der});
    CF_LET(const auto before, find_renewed(desk.database(), renewal.current.name(), asked));
    if (before) return *before;
    CF_TRY(note_issued(desk, issued, Purpose::link, asked));
    return issued;
}

}  // namespace counterfoil::services
